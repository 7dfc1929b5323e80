"""Two counts brought to the same things and the same intervals."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.evaluation.pairing import NO_RECORD, UNEVEN, Cell, Pairs, pair, together
from edgekit.evaluation.reading import Reading, by_metric, exactly, gap

METRIC = "line.door.in"


def row(
    values: Sequence[float | str | None], length: int = 10, metric: str = METRIC
) -> list[Reading]:
    """Successive intervals: a number, a reason for a gap, or None where there is no interval."""
    found = []
    for index, value in enumerate(values):
        span = (index * length, (index + 1) * length)
        if isinstance(value, str):
            found.append(gap(metric, *span, value))
        elif value is not None:
            found.append(exactly(metric, *span, value))
    return found


def paired(hand: list[Reading], ours: list[Reading]) -> Pairs:
    (only,) = pair(by_metric(hand, "hand"), by_metric(ours, "ours"))
    return only


def shown(pairs: Pairs) -> list[tuple[int, int, float, float]]:
    return [(cell.start_ms, cell.end_ms, cell.hand, cell.low) for cell in pairs.cells]


def test_like_meets_like() -> None:
    found = paired(row([3, 4]), row([2, 4]))

    assert shown(found) == [(0, 10, 3, 2), (10, 20, 4, 4)]
    assert found.left_out == {}


def test_a_gap_is_left_out_and_never_a_zero() -> None:
    found = paired(row([3, 4, 5]), row([3, "view_covered", 5]))

    assert shown(found) == [(0, 10, 3, 3), (20, 30, 5, 5)]
    assert found.left_out == {"view_covered": 1}


def test_a_missing_record_is_left_out() -> None:
    found = paired(row([3, 4, 5]), row([3, None, 5]))

    assert shown(found) == [(0, 10, 3, 3), (20, 30, 5, 5)]
    assert found.left_out == {NO_RECORD: 1}


def test_what_the_hand_count_does_not_cover_is_no_loss() -> None:
    found = paired(row([None, 4]), row([3, 4, 5]))

    assert shown(found) == [(10, 20, 4, 4)]
    assert found.left_out == {}


@pytest.mark.parametrize("fine", ["hand", "ours"])
def test_fine_intervals_add_up_to_coarse_ones(fine: str) -> None:
    small, large = row([1, 2, 3, 4, 5, 6], 10), row([7, 14], 30)
    hand, ours = (small, large) if fine == "hand" else (large, small)

    sums = [(cell.hand, cell.low) for cell in paired(hand, ours).cells]

    assert sums == ([(6, 7), (15, 14)] if fine == "hand" else [(7, 6), (14, 15)])


def test_a_gap_in_a_fine_interval_takes_the_coarse_one_with_it() -> None:
    found = paired(row([6, 15], 30), row([1, "stalled", 3, 4, 5, 6], 10))

    assert shown(found) == [(30, 60, 15, 15)]
    assert found.left_out == {"stalled": 1}


def test_intervals_that_never_begin_or_end_together_are_told() -> None:
    hand = [exactly(METRIC, start, start + 10, 1) for start in range(5, 45, 10)]

    found = paired(hand, row([1, 1, 1, 1, 1]))

    assert not found.cells
    assert found.left_out[UNEVEN] > 0


def test_two_ends_that_meet_no_more() -> None:
    found = paired(row([1, 1], 15), row([1, None, 1, 1], 10))

    assert not found.cells
    assert set(found.left_out) <= {UNEVEN, NO_RECORD}


def test_people_present_are_averaged_and_not_added() -> None:
    zone = "zone.square.people"
    found = paired(row([4], 30, zone), row([3, 6, 3], 10, zone))

    assert shown(found) == [(0, 30, 4, 4)]


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=12),
    st.lists(st.integers(0, 9), min_size=1, max_size=12),
    st.integers(1, 4),
    st.integers(1, 4),
)
def test_nobody_is_lost_and_nobody_invented(
    hand: list[int], ours: list[int], first: int, second: int
) -> None:
    found = paired(row(hand, first), row(ours, second))

    for cell in found.cells:
        mine = [h for i, h in enumerate(hand) if cell.start_ms <= i * first < cell.end_ms]
        yours = [o for i, o in enumerate(ours) if cell.start_ms <= i * second < cell.end_ms]
        assert (cell.hand, cell.low) == (sum(mine), sum(yours))
        assert cell.start_ms % first == cell.end_ms % first == 0
        assert cell.start_ms % second == cell.end_ms % second == 0


def test_a_total_is_compared_with_a_total() -> None:
    ways = row([1, 2]) + row([3, 4], metric="line.door.out")
    whole = row([4, 7], metric="line.door.total")

    assert shown(paired(ways, whole)) == [(0, 10, 4, 4), (10, 20, 6, 7)]
    assert shown(paired(whole, ways)) == [(0, 10, 4, 4), (10, 20, 7, 6)]


def test_all_of_a_gate_is_no_gap_and_no_number() -> None:
    ways = [gap(METRIC, 0, 10, "paused"), *row([3], metric="line.door.out")]

    found = paired(row([4], metric="line.door.total"), ways)

    assert (found.cells, found.left_out) == ((), {"paused": 1})


@pytest.mark.parametrize(
    ("name", "hint"), [("line.dor.in", "is it line.door.in?"), ("zone.x.people", "None")]
)
def test_a_name_that_is_not_in_ours_is_told_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} was counted by hand") as error:
        paired(row([1], metric=name), row([1]))
    assert hint in str(error.value.hint)


def test_one_way_alone_is_not_a_total() -> None:
    with pytest.raises(ConfigError, match="is not in ours"):
        paired(row([1]), row([1], metric="line.door.total"))


def test_counts_of_other_days_are_told_their_times() -> None:
    later = [exactly(METRIC, 1_800_000_000_000, 1_800_000_900_000, 1)]

    with pytest.raises(ConfigError, match="no time in common") as error:
        pair(by_metric([], "hand"), by_metric(later, "ours"))
    assert "--start" in str(error.value.hint)
    assert paired(row([1]), later).left_out == {NO_RECORD: 1}


def test_together_counts_in_and_out_once() -> None:
    cell = Cell(start_ms=0, end_ms=1, hand=1, low=1, high=1, value=1)
    pairs = [
        Pairs(metric=f"line.{name}", cells=(cell,), left_out={})
        for name in ("door.in", "door.out", "door.total", "gate.total")
    ]

    assert len(together(pairs)) == 3
