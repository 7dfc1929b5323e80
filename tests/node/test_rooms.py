"""A room in a whole node: what the ledger says of it adds up, also over the death of the clerk."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from edgekit.consent.room import Door, Room, Way

if TYPE_CHECKING:
    from tests.node.conftest import Node, Place, Places

METRIC = "room.hall.people"
ROOM = '[[room]]\nname = "hall"\ndoors = [["door", "in"]]\n'


@pytest.fixture
def node(places: "Places") -> "Node":
    place = places.make(extra=ROOM)
    hall = Room(name="hall", doors=(Door(line="door", inward=Way.IN),))
    whole = place.authorisation
    outputs = (*whole.outputs, replace(whole.outputs[0], metric=METRIC))
    view = replace(whole.view, rooms=(hall,))
    place.authorisation = replace(whole, view=view, outputs=outputs, notice_digest="")
    places.authorise(place)
    return places.run(place)


def count(place: "Place", way: str, start_s: int, end_s: int) -> int:
    return sum(
        one["count"] or 0
        for one in place.windows(f"line.door.{way}")
        if start_s <= one["window_start_s"] < end_s
    )


def inside(place: "Place", start_s: int, end_s: int) -> int:
    """What the ledger says went in, less out, and was set right, in windows of this time."""
    signs = {"below_zero": 1, "max_dwell": -1, "closing_time": -1}
    set_right = sum(
        signs[one["reason"]] * one["count"]
        for one in corrections(place)
        if start_s <= one["t_s"] < end_s
    )
    passed = count(place, "in", start_s, end_s) - count(place, "out", start_s, end_s)
    return passed + set_right


def require_between(place: "Place", base: int, from_s: int, window: dict[str, Any]) -> None:
    """The mean of a window lies between what was inside at its least and at its most."""
    start_s = window["window_start_s"]
    began = base + inside(place, from_s, start_s)
    least = began - count(place, "out", start_s, start_s + 1)
    most = began + count(place, "in", start_s, start_s + 1)
    assert max(0, least) <= window["people"] <= most


def corrections(place: "Place") -> list[dict[str, Any]]:
    return [one for one in place.payloads("event") if one["event"] == "correction"]


def test_a_room_adds_up_and_survives_its_clerk(node: "Node", wait: Callable[..., float]) -> None:
    node.wait_seeing()
    place = node.place
    wait(lambda: inside(place, 0, 2**40) and len(released(place, 0)) >= 2, 40)
    node.wait_new("clerk", node.kill("clerk"))
    fallen_s = place.windows(METRIC)[-1]["window_start_s"]
    node.wait_seeing()
    wait(lambda: released(place, fallen_s + 1))
    node.stop()

    place.require_sound()
    began, *before = (w for w in place.windows(METRIC) if w["window_start_s"] <= fallen_s)
    assert (began["status"], began["reason"]) == ("gap", "started")
    last = [one for one in before if one["status"] == "released"][-1]
    require_between(place, 0, began["window_start_s"], last)
    assert {one["quality"] for one in released(place, 0)} == {"degraded"}
    # The new clerk goes on from what the old one last released.
    require_between(place, last["people"], fallen_s + 1, released(place, fallen_s + 1)[0])
    assert all(one["metric"] == METRIC and one["count"] > 0 for one in corrections(place))


def released(place: "Place", from_s: int) -> list[dict[str, Any]]:
    windows = (w for w in place.windows(METRIC) if w["window_start_s"] >= from_s)
    return [one for one in windows if one["status"] == "released"]
