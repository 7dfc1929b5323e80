"""Totals that count on: whatever is a gap and wherever the power goes, the sum is right."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import LedgerError
from edgekit.node.keeping.meters import NAME, Meters
from edgekit.privacy.tally import WindowTally
from edgekit.privacy.totals import Base, Totals
from edgekit.records import Aggregate, Event, EventName, Profile, QualityWord, Reason, Status, Unit

METRIC, WINDOW_S = "water.volume", 60


def tally(total: int | None) -> WindowTally:
    values = {METRIC: total, "water.faults": 0}
    return WindowTally(start_s=0, window_s=60, values=values, uptime_ms=60_000, reason=None)


def aggregate(value: int | None, metric: str = METRIC) -> Aggregate:
    return Aggregate(
        metric=metric,
        unit=Unit.VOLUME_ML,
        window_start_s=0,
        window_s=WINDOW_S,
        value=value,
        status=Status.GAP if value is None else Status.RELEASED,
        reason=Reason.SOURCE_LOST if value is None else None,
        uptime_percent=100,
        quality=QualityWord.GOOD,
        profile=Profile.HOME,
    )


def settled(totals: Totals, total: int | None, *, released: bool = True) -> int | None:
    """Close a window; return what of it is told."""
    value = totals.moved(tally(total)).values[METRIC]
    totals.settle([aggregate(value if released else None), aggregate(3, "water.faults")])
    return value if released else None


def test_the_first_total_of_an_unknown_life_is_where_it_begins() -> None:
    totals = Totals([METRIC], {})
    totals.hear(METRIC, 500, counts=True)  # nobody knows whose total it is
    assert settled(totals, 500) is None

    totals.live("water", 7)
    totals.hear(METRIC, 5_000, counts=True)
    assert settled(totals, 5_200) == 200
    assert totals.bases == {METRIC: Base(life=7, told=5_200)}


def test_another_life_begins_at_nothing() -> None:
    totals = Totals([METRIC], {METRIC: Base(life=7, told=5_000), "air.aqi": Base(life=1, told=1)})
    totals.live("water", 8)
    totals.live("water_leak", 9)
    assert settled(totals, 300) == 300
    assert METRIC in totals.bases
    assert "air.aqi" not in totals.bases


def test_what_comes_late_is_marked_and_what_ran_back_is_made_up_first() -> None:
    totals = Totals([METRIC], {METRIC: Base(life=7, told=1_000)})
    assert settled(totals, None, released=False) is None
    assert totals.moved(tally(1_300)).unsure == {METRIC}
    assert settled(totals, 1_300) == 300
    assert totals.moved(tally(1_300)).unsure == frozenset()
    assert settled(totals, 1_250) == 0  # 50 ml ran back
    assert settled(totals, 1_400) == 100


def test_while_nothing_may_be_told_the_base_goes_along() -> None:
    totals = Totals([METRIC], {METRIC: Base(life=7, told=1_000)})
    totals.live("water", 7)
    totals.hear(METRIC, 9_000, counts=False)
    assert settled(totals, 9_100) == 100
    totals.hear("air.aqi", 3, counts=False)  # no total
    totals.settle([Event(name=EventName.GAP, t_s=0, reason=None, profile=Profile.HOME)])
    assert totals.bases == {METRIC: Base(life=7, told=9_100)}


STEPS = st.lists(
    st.tuples(st.integers(0, 900), st.sampled_from(["told", "gap", "power cut", "half written"]))
)


@given(STEPS)
def test_the_sum_of_what_was_told_is_what_went_by(steps: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        meters, told, total, end_s = Meters(directory=Path(folder)), 0, 0, WINDOW_S
        totals = Totals([METRIC], {METRIC: Base(life=7, told=0)})
        meters.write(before={}, after=totals.bases, end_s=end_s)
        for moved, what in [*steps, (0, "told")]:
            total += moved
            before = dict(totals.bases)
            value = settled(totals, total, released=what != "gap")
            if what != "power cut":  # else neither the file nor the ledger has this window
                meters.write(before=before, after=totals.bases, end_s=end_s + WINDOW_S)
            if what in ("told", "gap"):
                end_s, told = end_s + WINDOW_S, told + (value or 0)
            else:
                kept = meters.read(last_s=end_s, valid_from_s=0)
                totals = Totals([METRIC], kept)
        assert told == total


def test_no_authorisation_knows_what_went_by_before_it(tmp_path: Path) -> None:
    meters = Meters(directory=tmp_path)
    meters.write(before={}, after={METRIC: Base(life=7, told=9)}, end_s=600)

    assert meters.read(last_s=600, valid_from_s=600) == {METRIC: Base(life=7, told=9)}
    assert meters.read(last_s=600, valid_from_s=601) == {}
    assert meters.read(last_s=None, valid_from_s=0) == {}
    assert (tmp_path / NAME).stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("text", ["", "[]", "[{}, {}]", '[{"bases": 1}, {"end_s": "x"}]', "[1, 2]"])
def test_a_damaged_file_is_not_known_and_a_full_disk_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text, encoding="ascii")
    assert Meters(directory=tmp_path).read(last_s=5, valid_from_s=0) == {}

    with pytest.raises(LedgerError, match="No such file"):
        Meters(directory=tmp_path / "absent").write(before={}, after={}, end_s=0)


def test_a_life_is_known_by_its_name_from_then_on() -> None:
    totals = Totals([METRIC, "water_leak.volume"], {METRIC: Base(life=7, told=5_000)})
    totals.live("water", 8)
    assert totals.bases == {METRIC: Base(life=8, told=0)}
    totals.live("water", 8)
    totals.settle([aggregate(40)])
    assert totals.bases == {METRIC: Base(life=8, told=40)}


def test_what_is_no_total_is_passed_over_and_what_follows_it_is_settled() -> None:
    totals = Totals([METRIC], {METRIC: Base(life=7, told=10)})
    event = Event(name=EventName.GAP, t_s=0, reason=None, profile=Profile.HOME, metric=METRIC)
    totals.settle([event, aggregate(3, "water.faults"), aggregate(5)])
    assert totals.bases == {METRIC: Base(life=7, told=15)}
    assert totals.moved(tally(20)).unsure == frozenset()


def test_what_is_released_of_a_total_that_nobody_knows_is_carried() -> None:
    totals = Totals([METRIC], {})
    totals.settle([aggregate(5)])
    assert totals.bases == {}
    assert totals.moved(tally(20)).unsure == {METRIC}
    assert totals.moved(tally(20)).values == {METRIC: None, "water.faults": 0}
