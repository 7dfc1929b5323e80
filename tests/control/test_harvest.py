"""Daylight harvesting: the setpoint is met, nothing swings, nothing is seen to move."""

import random
from itertools import pairwise

import pytest

from edgekit.control.dimming import arc_of
from edgekit.control.harvest import Harvest, Rules, begun_at, expected_lux, step
from edgekit.errors import ConfigError

RULES = Rules(setpoint_lux=50)
FULL_LUX = 60.0


def run(sky: list[float], begin: Harvest, step_ms: int = 1000) -> list[Harvest]:
    found = [begin]
    for lux in sky:
        found.append(step(RULES, found[-1], lux + FULL_LUX * found[-1].share, step_ms))
    return found


@pytest.mark.parametrize("sky", [0.0, 20.0, 45.0])
@pytest.mark.parametrize("begin", [1.0, 0.01])
@pytest.mark.parametrize("step_ms", [100, 1000, 10_000])
def test_the_setpoint_is_met(sky: float, begin: float, step_ms: int) -> None:
    steps = 400 * max(1, 1000 // step_ms)
    found = run([sky] * steps, begun_at(begin), step_ms)

    assert sky + FULL_LUX * found[-1].share == pytest.approx(50, rel=0.06)
    assert len({one.arc for one in found[-50:]}) == 1  # it rests


def test_enough_daylight_leaves_the_least() -> None:
    assert run([500.0] * 200, Harvest())[-1].share == pytest.approx(0.001)


def test_it_comes_back_at_once_after_a_bright_hour() -> None:
    bright = run([500.0] * 3600, Harvest())[-1]
    found = run([0.0] * 120, bright)

    assert found[-1].arc > 245
    assert all(b.arc >= a.arc for a, b in pairwise(found[:60]))


def test_noise_within_the_dead_band_moves_nothing() -> None:
    dice = random.Random(7)
    still = run([20.0] * 400, Harvest())[-1]
    sky = [20 + dice.uniform(-1.0, 1.0) for _ in range(600)]
    total = [lux + FULL_LUX * still.share for lux in sky]
    assert any(abs(lux - 50) > 1 for lux in total)
    calm = [abs(lux - 50) <= 2.5 for lux in total]

    for lux, quiet in zip(total, calm, strict=True):
        if quiet:
            assert step(RULES, still, lux, 1000).arc == still.arc


def test_no_change_faster_than_the_slew() -> None:
    dice = random.Random(8)
    found = run([dice.uniform(0, 400) for _ in range(600)], Harvest())

    assert max(abs(b.arc - a.arc) for a, b in pairwise(found)) <= RULES.slew + 1e-9


def test_what_would_be_seen_at_another_level() -> None:
    harvest = begun_at(0.5)
    assert expected_lux(40, FULL_LUX, 0.5, harvest) == pytest.approx(40)
    assert expected_lux(40, FULL_LUX, 0.2, harvest) == pytest.approx(58)
    assert begun_at(0.2).arc == pytest.approx(arc_of(0.2))


@pytest.mark.parametrize(
    "bad",
    [{"setpoint_lux": 0}, {"dead_band": 1}, {"slew": 0}, {"gain": -1}, {"rate": 21}, {"rate": 0}],
)
def test_rules_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Rules(**{"setpoint_lux": 50, **bad})
