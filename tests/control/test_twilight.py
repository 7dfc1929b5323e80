"""Hysteresis with hold, and one switch a twilight."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.control.hysteresis import Held, Thresholds, step
from edgekit.control.sun import Sun
from edgekit.control.twilight import Rules, Twilight, judge
from edgekit.errors import ConfigError

LUX = Thresholds(low=35, high=52.5, hold_ms=300_000)
RULES = Rules(lux=LUX)
MINUTE = 60_000


def sun(elevation: float, *, rising: bool = False) -> Sun:
    return Sun(t_ms=0, elevation_deg=elevation, rising=rising, due_ms=1)


def test_hold_is_counted_without_a_break() -> None:
    held = step(LUX, Held(), 100, 0)
    for lux, dark in ((30, False), (30, False), (40, False), *((30, False),) * 5, (30, True)):
        held = step(LUX, held, lux, MINUTE)
        assert held.low is dark
    held = step(LUX, held, 60, 3_600_000)  # one look after an hour proves nothing
    assert held.low
    assert not step(LUX, held, 60, 5 * MINUTE).low


def test_a_value_that_may_be_wrong_must_be_further_off() -> None:
    bright = Held(low=False)
    assert step(LUX, bright, 30, 1, factor=2.0) is bright
    assert step(LUX, bright, 17, 1, factor=2.0).beyond_ms == 0
    assert step(LUX, Held(low=True), 100, 1, factor=2.0) == Held(low=True)


@pytest.mark.parametrize(
    ("low", "high", "hold_ms"), [(2, 2, 0), (3, 2, 0), (1, 2, -1), (math.nan, 2, 0)]
)
def test_thresholds_that_cannot_be(low: float, high: float, hold_ms: int) -> None:
    with pytest.raises(ConfigError, match="ascending"):
        Thresholds(low=low, high=high, hold_ms=hold_ms)


@pytest.mark.parametrize(("day", "night"), [(-6, -6), (-7, -6), (20, 0), (0, -19)])
def test_rules_that_cannot_be(day: float, night: float) -> None:
    with pytest.raises(ConfigError, match="ascending"):
        Rules(lux=LUX, day_deg=day, night_deg=night)


@pytest.mark.parametrize(
    ("elevation", "lux", "night"),
    [
        (30.0, 0.0, False),  # a storm at noon
        (-30.0, 90_000.0, True),  # a headlight at midnight
        (-0.9, None, True),  # no sensor: the sun alone
        (-0.8, None, False),
        (-3.0, 10.0, True),
        (-3.0, 500.0, False),
        (None, 10.0, True),  # no clock: the sensor alone
        (None, 500.0, False),
        (None, None, True),  # neither: night
    ],
)
def test_who_decides(elevation: float | None, lux: float | None, night: bool) -> None:
    seen = None if elevation is None else sun(elevation)
    twilight, why = judge(RULES, Twilight(), seen, lux, elapsed_ms=0)

    assert twilight.night is night
    assert why


@given(
    st.lists(st.floats(0, 1000), min_size=100, max_size=100),
    st.booleans(),
    st.booleans(),
)
def test_broken_clouds_switch_once_at_most(clouds: list[float], rising: bool, hold: bool) -> None:
    rules = RULES if hold else Rules(lux=Thresholds(low=35, high=52.5, hold_ms=0))
    track = [-8 + 8 * i / len(clouds) for i in range(len(clouds))]
    twilight, states = Twilight(), []
    for lux, elevation in zip(clouds, track if rising else track[::-1], strict=True):
        twilight, _ = judge(rules, twilight, sun(elevation, rising=rising), lux, elapsed_ms=MINUTE)
        states.append(twilight.night)

    assert sum(a is not b for a, b in pairwise(states)) <= 1
    assert states[0] is rising
    assert states[-1] is not rising
