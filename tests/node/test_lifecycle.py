"""Whole nodes as real processes: their end, their sudden deaths, their new beginnings."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from edgekit.node.status import read_node

if TYPE_CHECKING:
    from tests.node.conftest import Node, Places


@pytest.fixture(scope="module")
def fleet(many: "Places") -> "dict[str, Node]":
    """Nodes that start together; each test goes on with one of them."""
    return {
        name: many.run(many.make(name, source=source))
        for name, source in (
            ("finite", "plaza:6"),
            ("stopped", "plaza"),
            ("fallen", "plaza"),
            ("orphaned", "plaza"),
        )
    }


def alive(pid: int | None) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_stopped_node_ends_in_time_and_its_ledger_goes_on(
    many: "Places", fleet: "dict[str, Node]", wait: Callable[..., float]
) -> None:
    node = fleet["stopped"]
    node.wait_seeing()
    place = node.place
    wait(lambda: any(one["status"] == "released" for one in place.windows()))

    took_s = node.stop()

    assert node.process.returncode == 0, node.log()
    assert not read_node(place.data)["running"]
    place.require_sound()
    last = place.windows()[-1]
    assert (last["status"], last["reason"]) == ("gap", "stopped")
    assert place.payloads()[-1]["event"] == "stop"
    before = place.payloads()

    again = many.run(place)
    again.wait_seeing()
    again.stop()

    assert again.process.returncode == 0, again.log()
    place.require_sound()
    after = place.payloads()
    assert after[: len(before)] == before
    assert len({one["boot"] for one in after}) == 2
    print(f"SIGTERM to exit: {took_s:.2f} s")


def test_fallen_processes_are_replaced_and_nothing_committed_is_lost(
    fleet: "dict[str, Node]", wait: Callable[..., float]
) -> None:
    node = fleet["fallen"]
    node.wait_seeing()
    wait(node.place.windows)
    took = {"eye": node.wait_new("eye", node.kill("eye"))}
    wait(lambda: "eye_restarted" in {one["reason"] for one in node.place.windows()})
    took["eye to seeing"] = node.wait_seeing()
    for role in ("herald", "clerk"):
        before = node.place.envelopes()
        took[role] = node.wait_new(role, node.kill(role))
        took[f"{role} to seeing"] = node.wait_seeing()
        assert node.place.envelopes()[: len(before)] == before
    wait(lambda: node.state()["delivered"] == node.state()["records"])
    node.stop()

    assert node.process.returncode == 0, node.log()
    node.place.require_sound()
    assert len({one["boot"] for one in node.place.payloads()}) == 2
    print({name: f"{seconds:.2f} s" for name, seconds in took.items()})


def test_without_their_supervisor_the_three_end_and_a_new_node_goes_on(
    many: "Places", fleet: "dict[str, Node]", wait: Callable[..., float]
) -> None:
    node = fleet["orphaned"]
    node.wait_seeing()
    wait(node.place.windows)
    pids = [node.pid(role) for role in ("eye", "clerk", "herald")]
    assert all(map(alive, pids))
    before = node.place.envelopes()

    node.process.kill()
    node.process.wait()
    again = many.run(node.place)
    took_s = wait(lambda: not any(map(alive, pids)))
    again.wait_seeing()
    again.stop()

    assert again.process.returncode == 0, again.log()
    node.place.require_sound()
    assert node.place.envelopes()[: len(before)] == before
    print(f"supervisor killed to the end of the three: {took_s:.2f} s")


def test_finite_source_runs_to_its_end(fleet: "dict[str, Node]") -> None:
    node = fleet["finite"]

    assert node.end(40) == 0, node.log()

    place = node.place
    place.require_sound()
    exported = (place.data / "records" / "records.jsonl").read_bytes().splitlines()
    assert exported == place.envelopes()
    assert "released" in {one["status"] for one in place.windows()}
    assert place.payloads()[0]["event"] == "start"
    assert place.payloads()[-1]["event"] == "stop"
    assert {one["boot"] for one in place.payloads()} == {place.payloads()[0]["boot"]}
    assert (place.data / "preview.jpg").stat().st_size > 1000
    assert read_node(place.data)["delivered"] == len(exported)


def test_one_folder_has_one_node(places: "Places") -> None:
    place = places.make()
    first = places.run(place)
    first.wait_seeing()

    second = places.run(place)

    assert second.end() == 2
    assert "already runs" in second.log()
    assert "Traceback" not in second.log()
    assert first.process.poll() is None
