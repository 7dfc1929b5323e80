"""How sure an error is: against scipy, and against the truth in simulated counts."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from edgekit.evaluation.confidence import (
    level_interval,
    poisson_limits,
    ratio_interval,
    student_t,
)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 10, 31, 100, 399, 400])
def test_student_t_is_scipys(degrees: int) -> None:
    assert student_t(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-9)


def test_student_t_ends_as_the_normal() -> None:
    assert student_t(401) == pytest.approx(stats.t.ppf(0.975, 401), rel=0.005)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 30, 1_000, 100_000])
def test_poisson_limits_are_scipys(count: int) -> None:
    low, high = poisson_limits(count)

    assert high == pytest.approx(stats.gamma.ppf(0.975, count + 1), rel=1e-9)
    assert low == pytest.approx(stats.gamma.ppf(0.025, count) if count else 0.0, rel=1e-9)


def test_no_error_seen_is_not_no_error() -> None:
    low, high = ratio_interval([50], [50]) or (1, 1)

    assert (low, high) == pytest.approx((1 - 3.689 / 50, 1 + 3.689 / 50), abs=1e-4)


def test_nobody_counted_says_nothing() -> None:
    assert ratio_interval([0, 0], [1, 0]) is None
    assert level_interval([0, 0, 0], [1, 0, 2]) is None
    assert level_interval([1, 2], [1, 2]) is None


def test_all_in_one_interval_is_still_judged() -> None:
    low, high = ratio_interval([9, 0, 0], [8, 0, 0]) or (1, 1)

    assert low < 8 / 9 < high


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=40).filter(
        lambda pairs: sum(h for h, _ in pairs) > 0
    )
)
def test_limits_hold_what_was_measured(pairs: list[tuple[int, int]]) -> None:
    hand, ours = ([float(n) for n in column] for column in zip(*pairs, strict=True))
    found = ratio_interval(hand, ours)

    assert found is not None
    assert 0 <= found[0] <= sum(ours) / sum(hand) + 1e-9
    assert sum(ours) / sum(hand) - 1e-9 <= found[1] < math.inf


def counts(
    dice: random.Random, intervals: int, people: float, found: float, false: float
) -> tuple[list[float], list[float]]:
    """A busy and a quiet time of day; each is found or not, and some are found who are not."""
    hand, ours = [], []
    for index in range(intervals):
        rate = people * (0.5 if index % 2 else 1.5)
        came = poisson(dice, rate)
        hand.append(float(came))
        ours.append(float(sum(dice.random() < found for _ in range(came))))
        ours[-1] += poisson(dice, false * rate)
    return hand, ours


def poisson(dice: random.Random, mean: float) -> int:
    """A number of events (Knuth, The Art of Computer Programming, vol. 2, 3.4.1)."""
    limit, product, events = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        events += 1
    return events


@pytest.mark.parametrize(
    ("intervals", "people", "found", "false"),
    [
        (1, 30, 0.97, 0.02),
        (3, 8, 0.85, 0.05),
        (6, 30, 0.97, 0.0),  # hardly an error: the jackknife alone holds 93 times in 100 here
        (8, 2, 0.97, 0.02),  # mostly none is seen: it alone holds 55 times in 100
        (12, 8, 1.0, 0.1),
        (24, 30, 0.85, 0.05),  # a poor counter: Poisson limits alone hold 88 times in 100
    ],
)
def test_limits_hold_as_often_as_they_say(
    intervals: int, people: float, found: float, false: float
) -> None:
    dice, held, rounds = random.Random(5), 0, 300
    for _ in range(rounds):
        hand, ours = counts(dice, intervals, people, found, false)
        limits = ratio_interval(hand, ours)
        held += limits is None or limits[0] <= found + false <= limits[1]

    # 95 % hold; fewer than this would in one of 3000 such tests (binomial, 300 rounds).
    assert held >= stats.binom.ppf(1 / 3000, rounds, 0.95)


def test_people_present_are_judged_by_how_intervals_differ() -> None:
    dice, held = random.Random(6), 0
    for _ in range(300):
        hand = [dice.uniform(2, 8) for _ in range(10)]
        ours = [0.9 * people + dice.gauss(0, 0.3) for people in hand]
        low, high = level_interval(hand, ours) or (0, 0)
        held += low <= 0.9 <= high

    assert held >= stats.binom.ppf(1 / 3000, 300, 0.95)
