"""A camera that was turned: the eye says so, the clerk ends its lease, and no restart mends it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgekit.consent.objection import Objection, Word
from edgekit.geometry import Line
from edgekit.node.clerking.bell import FOLDER, ring
from edgekit.node.control import Word as Order
from edgekit.node.keeping.memory import NAME
from edgekit.node.status import read_state
from edgekit.records import Health, Kind
from edgekit.signers.file import load_signer
from tests.node.clerking.test_bell import events, lease_ended
from tests.node.test_hostile_eye import Bench

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

WINDOW_S = 2


@pytest.fixture
def place(places: "Places") -> "Place":
    return places.make(window_s=WINDOW_S)


@pytest.fixture
def benches() -> Iterator[Callable[["Place"], Bench]]:
    made: list[Bench] = []

    def begin(place: "Place") -> Bench:
        made.append(Bench(place))
        return made[-1]

    yield begin
    for one in made:
        one.end()


def turn(bench: Bench) -> None:
    """Let its eye find its camera turned."""
    bench.hear(Order.OPEN)
    bench.seeing(1).say(0, Kind.HEALTH, Health.TURNED)
    assert lease_ended(bench)
    bench.hear(Order.SHUT)


def confirm(place: "Place") -> None:
    signer = load_signer(place.folder / "keys" / "organisation.key.pem")
    word = Objection.about(place.authorisation, Word.CONFIRM, t_s=int(time.time()))
    ring(place.data, word.sign(signer))


def test_it_ends_the_lease_and_says_why(
    place: "Place",
    benches: Callable[["Place"], Bench],
    wait: Callable[..., float],
) -> None:
    bench = benches(place)
    turn(bench)
    assert "turned" not in events(place)[-1:], "told at once, and not with its window"
    wait(lambda: "turned" in events(place))
    (told,) = [one for one in place.payloads("event") if one["event"] == "turned"]
    assert (told["reason"], told["digest"]) == ("view_moved", place.authorisation.geometry)
    assert told["t_s"] % WINDOW_S == 0
    wait(lambda: len({one["window_start_s"] for one in place.windows()}) > 2)
    assert {(one["status"], one["reason"]) for one in place.windows()[-1:]} == {
        ("gap", "view_moved")
    }
    state = read_state(place.data / "status.json")
    assert (state["authorisation"], state["lease"]) == ("turned", "none")
    assert "turn it back" in state["shut_because"]
    bench.end()
    place.require_sound_grid(WINDOW_S)


@pytest.mark.parametrize("remembered", [True, False])
def test_no_restart_mends_it_but_the_organisation_does(
    place: "Place",
    benches: Callable[["Place"], Bench],
    wait: Callable[..., float],
    *,
    remembered: bool,
) -> None:
    first = benches(place)
    turn(first)
    first.end()
    (place.data / "status.json").unlink()
    if not remembered:
        (place.data / NAME).unlink()
    again = benches(place)
    wait(lambda: state_of(place) == "turned")
    confirm(place)
    again.hear(Order.OPEN)
    again.end()
    assert [one for one in events(place) if one in ("turned", "confirmed")] == [
        *("turned", "confirmed"),
    ]
    last = benches(place)
    last.hear(Order.OPEN)


def state_of(place: "Place") -> object:
    return read_state(place.data / "status.json").get("authorisation")


def test_a_new_version_mends_it_only_with_new_geometry(
    places: "Places",
    place: "Place",
    benches: Callable[["Place"], Bench],
    wait: Callable[..., float],
) -> None:
    first = benches(place)
    turn(first)
    first.end()
    (place.data / "status.json").unlink()
    same = replace(place.authorisation, version=2, notice_digest="")
    place = replace(place, authorisation=same)
    places.authorise(place)
    second = benches(place)
    wait(lambda: state_of(place) == "turned")
    second.end()
    line = Line("door", (300, 460), (300, 100))
    text = place.settings.read_text("utf-8").replace("[320, 460]", "[300, 460]")
    place.settings.write_text(text.replace("[320, 100]", "[300, 100]"), "utf-8")
    moved = replace(same, version=3, view=replace(same.view, lines=(line,)), notice_digest="")
    place = replace(place, authorisation=moved)
    places.authorise(place)
    third = benches(place)
    third.hear(Order.OPEN)


def test_a_confirmation_of_what_was_not_turned_is_not_followed(
    place: "Place", benches: Callable[["Place"], Bench], wait: Callable[..., float]
) -> None:
    bench = benches(place)
    bench.hear(Order.OPEN)
    confirm(place)
    wait(lambda: not list((place.data / FOLDER).iterdir()))
    bench.end()
    assert "confirmed" not in events(place)
