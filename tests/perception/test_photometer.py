"""Lux from a simulated camera: a scene, a lens, noise, sRGB in 8 bits, automatic exposure."""

import math

import numpy as np
import pytest

from edgekit.errors import ConfigError
from edgekit.perception.illuminance import relative_luminance
from edgekit.perception.photometer import Exposed, Photometer, calibrate, exposed

FULL_S_LUX = 40.0
"""A white scene at so many lux fills this camera's range in a second without gain."""


def shoot(lux: float, seed: int, *, reflects: float = 1.0) -> Exposed:
    """Take a picture of a scene as a cheap camera does that looks for a mean of 18 %."""
    dice = np.random.default_rng(seed)
    scene = np.random.default_rng(1).uniform(0.05, 0.5, (48, 64, 1)) * reflects
    wanted_s = 0.18 * FULL_S_LUX / (lux * float(scene.mean()))
    exposure_s = min(1 / 15, max(1 / 10_000, wanted_s))
    gain = min(16.0, max(1.0, wanted_s / exposure_s))
    light = scene * lux * exposure_s * gain / FULL_S_LUX
    light = light + dice.normal(0, 0.002 * gain**0.5, (48, 64, 3))
    light = np.clip(light, 0, 1)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    pixels = np.rint(curve * 255).astype(np.uint8)
    return Exposed(luminance=relative_luminance(pixels), exposure_s=exposure_s, gain=gain)


ONCE = calibrate([(shoot(800, 99), 800)])


@pytest.mark.parametrize("reflects", [0.6, 1.0, 1.7])
@pytest.mark.parametrize("lux", [1.5, 5, 20, 35, 100, 1000, 10_000, 80_000])
def test_calibrated_once_the_truth_lies_within_the_stated_error(
    lux: float, reflects: float
) -> None:
    found = ONCE.estimate(shoot(lux, 7, reflects=reflects))

    assert found is not None
    assert found.low_lux <= lux <= found.high_lux
    assert found.factor < 2.2


def test_the_same_scene_is_told_far_better_than_stated() -> None:
    found = [(lux, ONCE.estimate(shoot(lux, 8))) for lux in (5, 35, 1000, 50_000)]

    assert all(one is not None and one.lux == pytest.approx(lux, rel=0.1) for lux, one in found)


def test_darker_or_brighter_than_it_can_tell_is_unknown() -> None:
    assert ONCE.estimate(shoot(0.05, 3)) is None
    assert ONCE.estimate(Exposed(luminance=0.95, exposure_s=0.0001)) is None


def test_more_pairs_tell_how_far_the_two_differ() -> None:
    pairs = [
        (shoot(lux, lux), lux * (1 + off)) for lux, off in ((50, 0.2), (500, -0.2), (5000, 0.1))
    ]
    several = calibrate(pairs)

    assert 1.1 < several.factor < 1.8
    assert several.lux_at_one == pytest.approx(ONCE.lux_at_one, rel=0.15)
    assert Photometer(lux_at_one=1.0).factor == 1.0


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(Exposed(luminance=0.2, exposure_s=0.01), 0.0)],
        [(Exposed(luminance=0.2, exposure_s=0.01), math.nan)],
        [(Exposed(luminance=0.99, exposure_s=0.01), 100.0)],
        [(Exposed(luminance=0.0, exposure_s=0.01), 100.0)],
    ],
)
def test_what_calibrates_nothing(pairs: list[tuple[Exposed, float]]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        calibrate(pairs)


@pytest.mark.parametrize("bad", [{"luminance": 1.1}, {"exposure_s": 0.0}, {"gain": 0.0}])
def test_pictures_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Exposed(**{"luminance": 0.2, "exposure_s": 0.01, **bad})


def test_whole_lux_are_told_within_the_error_that_is_stated_for_all() -> None:
    assert ONCE.stated_factor == pytest.approx(2.36, abs=0.01)
    for lux in (6, 35, 1000):
        told = ONCE.whole_lux(shoot(lux, 4, reflects=1.9))
        assert told is not None
        assert told / ONCE.stated_factor <= lux <= told * ONCE.stated_factor
    assert ONCE.whole_lux(shoot(2.0, 4)) is None  # rounding would be most of it
    assert ONCE.whole_lux(shoot(0.05, 4)) is None
    assert Photometer(lux_at_one=1e9).whole_lux(Exposed(luminance=0.2, exposure_s=0.01)) is None


def test_a_picture_with_much_at_the_end_of_the_range_is_too_bright() -> None:
    pixels = np.full((100, 100, 3), 90, np.uint8)
    pixels[:8] = 255
    assert exposed(pixels, exposure_s=0.01).measurable
    pixels[:15] = 255
    bright = exposed(pixels, exposure_s=0.01)
    assert bright.clipped == pytest.approx(0.15, abs=0.02)
    assert not bright.measurable
    with pytest.raises(ConfigError, match="15% of it clipped"):
        calibrate([(bright, 300)])
