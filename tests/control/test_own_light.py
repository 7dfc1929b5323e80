"""A lamp that lights its own sensor."""

import pytest

from edgekit.control.own_light import KEPT, OwnLight, learn


def seen(full_lux: float, levels: list[float], sky: float = 10.0, step_ms: int = 1000) -> OwnLight:
    own = OwnLight()
    for i, level in enumerate(levels):
        own = learn(own, sky + full_lux * level, level, i * step_ms)
    return own


STEPS = [0.0, 0.0, 1.0, 1.0, 1.0, 0.2, 0.2, 0.2]


@pytest.mark.parametrize("full_lux", [5.0, 60.0, 900.0])
def test_learned_from_steps_and_taken_off(full_lux: float) -> None:
    own = seen(full_lux, STEPS)

    assert own.full_lux == pytest.approx(full_lux)
    assert own.daylight_lux(10 + full_lux, 1.0) == pytest.approx(10)
    assert own.daylight_lux(0, 1.0) == 0


def test_one_step_is_not_believed() -> None:
    assert seen(60, STEPS[:5]).full_lux is None
    assert seen(60, STEPS[:5]).daylight_lux(70, 1.0) == 70


def test_no_feedback_is_none() -> None:
    assert seen(0.2, STEPS).full_lux == 0.0


def test_slow_and_small_changes_tell_nothing() -> None:
    assert seen(60, STEPS, step_ms=60_000).steps == ()
    assert seen(60, [0.2, 0.2, 0.4, 0.4, 0.2, 0.2]).steps == ()
    assert seen(60, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]).steps == ()  # on its way: the sensor may lag


def test_a_cloud_among_them_is_outvoted() -> None:
    own = seen(60, STEPS * 3)
    assert len(own.steps) == KEPT
    own = learn(own, 10 + 60, 1.0, 24_000)
    own = learn(own, 400 + 60, 1.0, 25_000)  # the cloud goes while the lamp goes on

    assert own.full_lux == pytest.approx(60)
