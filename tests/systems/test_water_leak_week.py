"""What is normal is learnt without the leaks that began or ended while it was."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.systems.water_leak_week import Learnt, Slot, fit, learn

PER_DAY, DAYS = 24, 28
NOISE = np.random.default_rng(3).normal(0, 1, PER_DAY * DAYS)


def flow(hour: int) -> float:
    day = 100 + 60 * math.sin((hour % 24 - 8) / 24 * 2 * math.pi)
    return day * (1.1 if hour // 24 % 7 > 4 else 1.0)


def slots(*leaks: tuple[int, int, float], missing: tuple[int, ...] = ()) -> list[Slot]:
    """Four weeks; leaks are first day, end and m³/h."""
    return [
        Slot(
            number=hour,
            of_week=hour % 168,
            flow_m3h=flow(hour)
            + NOISE[hour]
            + sum(size for first, end, size in leaks if first <= hour // 24 < end),
        )
        for hour in range(PER_DAY * DAYS)
        if hour // 24 not in missing
    ]


def learnt(*leaks: tuple[int, int, float], missing: tuple[int, ...] = ()) -> Learnt:
    return learn(slots(*leaks, missing=missing), PER_DAY, 0.75)


def test_without_a_leak_the_week_is_itself() -> None:
    plain = learnt()

    assert np.abs(np.array(plain.week) - [flow(hour) for hour in range(168)]).max() < 3
    assert (plain.leak_m3h, plain.visits) == (0.0, ())
    assert abs(plain.level_m3h) < 1
    # A day's b of white noise of 1 m³/h has this spread by the theory of least squares.
    night = np.array([flow(hour) for hour in range(24)])
    design = np.stack([night, np.ones(24)], axis=1) / np.sqrt(night)[:, None]
    bread = np.linalg.inv(design.T @ design)
    meat = (design / np.sqrt(night)[:, None]).T @ (design / np.sqrt(night)[:, None])
    theory = math.sqrt((bread @ meat @ bread)[1, 1] * 1.25)
    assert 0.8 * theory < plain.spread_m3h < 2.2 * theory


@pytest.mark.parametrize("first", [3, 10, 20])
def test_a_leak_that_began_is_told_and_taken_off(first: int) -> None:
    found = learnt((first, DAYS, 25.0))

    assert found.leak_m3h == pytest.approx(25, abs=3)
    assert min(found.week) == pytest.approx(min(learnt().week), abs=4)
    assert found.visits == ()


def test_what_came_and_went_is_kept_as_a_visit() -> None:
    found = learnt((5, 9, 25.0), (15, 19, 25.0))

    assert found.leak_m3h == 0.0
    assert len(found.visits) == 2
    assert sorted(one.last for one in found.visits) == [9 * PER_DAY, 19 * PER_DAY]
    assert all(one.size_m3h == pytest.approx(25, abs=5) for one in found.visits)


def test_a_leak_is_not_looked_for_where_it_is_not_wanted() -> None:
    asked = slots((10, DAYS, 25.0))

    assert learn(asked, PER_DAY, 0.75, search=False).leak_m3h == 0.0


def test_days_that_were_never_read_are_passed_over() -> None:
    found = learnt((10, DAYS, 25.0), missing=(3, 12, 13, 14))

    assert found.leak_m3h == pytest.approx(25, abs=3)
    assert len(found.week) == 168


@given(
    st.floats(0.5, 2),
    st.floats(-20, 50),
    st.lists(st.floats(1, 1000), min_size=4, max_size=48).filter(
        lambda xs: max(xs) > 1.5 * min(xs)
    ),
)
def test_the_line_is_found_where_there_is_one(a: float, b: float, week: list[float]) -> None:
    day = [Slot(number=n, of_week=n, flow_m3h=a * x + b) for n, x in enumerate(week)]

    line = fit(week, day)

    assert line.a == pytest.approx(a, rel=1e-6)
    assert line.b_m3h == pytest.approx(b, abs=1e-5 * max(week))
    assert line.misfit_m3h == pytest.approx(0, abs=1e-5 * max(week))


def test_where_the_week_is_flat_all_is_in_b() -> None:
    day = [Slot(number=n, of_week=n, flow_m3h=12.0) for n in range(24)]

    line = fit([10.0] * 24, day)

    assert (line.a, line.b_m3h) == (1.0, pytest.approx(2.0))


def test_a_network_without_any_flow_is_learnt() -> None:
    still = [Slot(number=n, of_week=n % 168, flow_m3h=0.0) for n in range(PER_DAY * DAYS)]

    assert learn(still, PER_DAY, 0.75).spread_m3h > 0
