import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.consent.room import Door, Room, Way
from edgekit.node.trying.rehearsal import Rehearsal, rehearsal_of, rehearse, rehearsed
from edgekit.privacy.gate import Gate
from edgekit.privacy.tally import WindowTally
from edgekit.records import Profile, SignedRecord, Status

if TYPE_CHECKING:
    from tests.node.conftest import Places


NOW_S = int(time.time())


@pytest.fixture
def rehearsal(places: "Places") -> Rehearsal:
    return Rehearsal(places.make().authorisation)


def window(number: int, uptime_ms: int = 2000, **values: int | None) -> WindowTally:
    names = {"came": "line.door.in", "people": "zone.square.people", "lux": "light.illuminance"}
    return WindowTally(
        start_s=1_800_000_000 + 2 * number,
        window_s=2,
        values={names[name]: value for name, value in values.items()},
        uptime_ms=uptime_ms,
        reason=None,
    )


def released(rehearsal: Rehearsal) -> dict[str, tuple[Status, int | None]]:
    found = Gate(rehearsal.authorisation).release(rehearsal.tally(NOW_S))
    return {one.metric: (one.status, one.value) for one in found}


def test_passages_add_up_and_levels_are_averaged(rehearsal: Rehearsal) -> None:
    for number in range(6):
        rehearsal.add(window(number, came=2, people=20, lux=249))
    rehearsal.add(window(7, uptime_ms=0, came=50, people=90, lux=1))
    rehearsal.add(window(8, came=None, people=None, lux=None))

    found = released(rehearsal)

    assert found["line.door.in"] == (Status.RELEASED, 10)
    assert found["zone.square.people"] == (Status.RELEASED, 20)
    assert found["light.illuminance"] == (Status.RELEASED, 250)


def test_small_groups_would_not_have_left(rehearsal: Rehearsal) -> None:
    rehearsal.add(window(0, came=9, people=1))

    found = released(rehearsal)

    assert found["line.door.in"] == (Status.SUPPRESSED, None)
    assert found["zone.square.people"] == (Status.SUPPRESSED, None)


def test_nothing_seen_is_a_gap(rehearsal: Rehearsal) -> None:
    assert {status for status, _ in released(rehearsal).values()} == {Status.GAP}


def test_what_would_have_left_is_told_with_its_bytes(rehearsal: Rehearsal) -> None:
    rehearsal.add(window(0, came=12))
    aggregates = Gate(rehearsal.authorisation).release(rehearsal.tally(NOW_S))

    told = rehearsed(aggregates, [SignedRecord(sequence=0, envelope=b"x" * 900)])

    assert (told["profile"], told["bytes"]) == (Profile.SDC_10_5, 900)
    assert {"metric": "line.door.in", "status": "released", "count": 10} in told["outputs"]


def test_site_without_anything_public_has_none(places: "Places") -> None:
    document = places.make().authorisation
    only_total = replace(
        document,
        outputs=(replace(document.outputs[0], metric="line.door.total"),),
        notice_digest="",
    )

    assert rehearsal_of(only_total) is None
    assert isinstance(rehearsal_of(document), Rehearsal)


def allowing(places: "Places", *metrics: str) -> Rehearsal | None:
    document = places.make(f"site{len(places.nodes)}{len(metrics)}").authorisation
    room = Room(name="hall", doors=(Door(line="door", inward=Way.IN),))
    view = replace(document.view, rooms=(room,))
    outputs = tuple(replace(document.outputs[0], metric=metric) for metric in metrics)
    return rehearsal_of(replace(document, view=view, outputs=outputs, notice_digest=""))


def test_what_could_not_leave_together_is_rehearsed_as_far_as_it_could(places: "Places") -> None:
    found = allowing(places, "line.door.in", "line.door.out", "room.hall.people", "line.door.total")
    assert found is not None
    kept = [output.metric for output in found.authorisation.outputs]
    assert kept == ["line.door.in", "line.door.out"]
    Gate(found.authorisation)
    special = allowing(places, "zone.square.dwell.under_30s", "zone.square.people", "line.door.in")
    assert special is not None
    assert [one.metric for one in special.authorisation.outputs] == [
        "zone.square.people",
        "line.door.in",
    ]


def test_waits_are_averaged_over_people_and_cells_add_up(places: "Places") -> None:
    wait, cell = "zone.square.wait", "zone.square.heat.c1r1"
    found = allowing(places, wait, cell)
    assert found is not None
    for seconds, people in ((30, 2), (90, 10)):
        found.add(replace(window(0), values={wait: seconds, cell: 6}, behind={wait: people}))

    tally = found.tally(NOW_S)
    assert tally.values == {wait: 80, cell: 12}
    assert tally.behind[wait] == 12
    assert released(found) == {wait: (Status.RELEASED, 80), cell: (Status.RELEASED, 10)}


def test_without_a_rehearsal_nothing_is_written(tmp_path: Path) -> None:
    rehearse(None, now_s=NOW_S, release=lambda *_: (), sign=lambda _: [], directory=tmp_path)
    assert list(tmp_path.iterdir()) == []
