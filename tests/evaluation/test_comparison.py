"""Measures of a count, against formulas written another way."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.evaluation.comparison import Measures, evaluate, geh
from edgekit.evaluation.pairing import Cell


def cell(
    hand: float, low: float, high: float | None = None, *, at: int = 0, value: float | None = -1
) -> Cell:
    """A quarter of an hour; exact where only one number is given."""
    top = low if high is None else high
    said = (low if high is None else None) if value == -1 else value
    return Cell(
        start_ms=900_000 * at, end_ms=900_000 * (at + 1), hand=hand, low=low, high=top, value=said
    )


EXACT = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=30).map(
    lambda pairs: [cell(h, o, at=i) for i, (h, o) in enumerate(pairs)]
)
RANGES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9)), min_size=1, max_size=6
)


@pytest.mark.parametrize(
    ("ours", "hand", "hours", "expected"),
    [
        (1100, 1000, 1, 3.086),  # TAG's own kind of example: 100 of 1000 is good
        (120, 100, 0.25, 3.814),
        (0, 0, 1, 0),
        (0, 8, 1, 4.0),
        (9, 0, 1, math.sqrt(18)),
    ],
)
def test_geh_by_hand(ours: float, hand: float, hours: float, expected: float) -> None:
    assert geh(ours, hand, hours) == pytest.approx(expected, abs=1e-3)


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0.01, 24))
def test_geh_does_not_care_who_is_who(ours: float, hand: float, hours: float) -> None:
    assert geh(ours, hand, hours) == pytest.approx(geh(hand, ours, hours))


@settings(max_examples=30)
@given(EXACT)
def test_measures_are_numpys(cells: list[Cell]) -> None:
    hand = np.array([one.hand for one in cells])
    ours = np.array([one.low for one in cells])
    score = evaluate(cells, within_percent=5)

    assert score is not None
    assert score.exact
    found = score.low
    error = ours - hand
    assert found.mae == pytest.approx(np.abs(error).mean())
    assert found.bias == pytest.approx(error.mean())
    assert found.rmse == pytest.approx(np.sqrt((error**2).mean()))
    m, c = 4 * ours, 4 * hand
    with np.errstate(invalid="ignore"):
        each = np.nan_to_num((m - c) / np.sqrt((m + c) / 2))
    assert found.geh_mean == pytest.approx(np.abs(each).mean())
    assert found.geh_below_5 == pytest.approx((np.abs(each) < 5).mean())
    if hand.sum():
        assert found.error_percent == pytest.approx(100 * (ours.sum() / hand.sum() - 1))
        assert score.interval_percent is not None
        assert score.interval_percent[0] - 1e-6 <= found.error_percent
    else:
        assert (found.error_percent, score.interval_percent, score.more) == (None, None, None)


@settings(max_examples=30)
@given(RANGES, st.randoms(use_true_random=False))
def test_whatever_a_range_means_lies_between_least_and_most(
    rows: list[tuple[int, int, int]], dice: object
) -> None:
    cells = [cell(h, lo, lo + wide, at=i) for i, (h, lo, wide) in enumerate(rows)]
    meant = [cell(c.hand, dice.randint(int(c.low), int(c.high)), at=i) for i, c in enumerate(cells)]

    ranged, exact = evaluate(cells, within_percent=5), evaluate(meant, within_percent=5)

    assert ranged is not None
    assert exact is not None
    for name in Measures.__slots__:
        low, found, high = (getattr(m, name) for m in (ranged.low, exact.low, ranged.high))
        assert low is None or low - 1e-9 <= found <= high + 1e-9, name


def test_what_is_suppressed_is_all_that_it_may_be_and_nothing_at_its_word() -> None:
    cells = [cell(20, 18, 22, at=0, value=20), cell(4, 0, 9, at=1, value=None)]

    score = evaluate(cells, within_percent=5)

    assert score is not None
    assert (score.intervals, score.suppressed, score.exact) == (2, 1, False)
    assert score.error_percent == 0
    assert (score.low.ours, score.high.ours) == (18, 31)
    assert score.more is None
    assert evaluate(cells[1:], within_percent=5).face is None


def test_more_has_to_be_counted_until_limits_are_narrow() -> None:
    few = evaluate([cell(50, 50, at=i) for i in range(6)], within_percent=5)
    many = evaluate([cell(50, 50, at=i) for i in range(60)], within_percent=5)
    tight = evaluate([cell(50, 50, at=i) for i in range(6)], within_percent=0.5)

    assert few is not None
    assert many is not None
    assert tight is not None
    assert few.more == many.more == 0
    # No error in 300: limits of 3.689 to each side, to be brought to 1.5.
    assert tight.more == math.ceil(300 * ((3.6889 / 1.5) ** 2 - 1))


def test_lines_of_one_time_err_together() -> None:
    apart = [cell(20, 20 + 3 * (-1) ** i, at=i) for i in range(12)]
    same = [cell(20, 20 + 3 * (-1) ** (i // 2), at=i // 2) for i in range(12)]

    first, second = (evaluate(cells, within_percent=5) for cells in (apart, same))

    assert first is not None
    assert second is not None
    assert (first.times, second.times) == (12, 6)
    assert first.low == second.low
    wide = [score.interval_percent for score in (first, second)]
    assert wide[0] is not None
    assert wide[1] is not None
    assert wide[1][1] - wide[1][0] > wide[0][1] - wide[0][0]


def test_people_present_have_a_mean_and_no_geh() -> None:
    score = evaluate([cell(4, 5, at=i) for i in range(4)], within_percent=5, level=True)

    assert score is not None
    assert (score.hand, score.low.ours, score.low.geh_mean, score.more) == (4, 5, None, None)
    assert score.low.error_percent == 25


def test_nothing_has_no_score() -> None:
    assert evaluate([], within_percent=5) is None
