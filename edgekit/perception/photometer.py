"""Lux from a picture, its exposure and its gain, calibrated against a meter, with a stated error.

Nothing here has passed the gate. A camera is a light sensor of last resort: it measures what the
scene reflects, not what falls on it. Snow, rain or a van that parks in view change that by a
factor, and no calibration knows of it: the error that is stated holds for scenes that reflect
between half and twice of what the calibrated one did.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.frames import Pixels
from edgekit.perception.illuminance import clipped_share, relative_luminance

SCENE_FACTOR = 2.0
"""What a scene reflects changes by up to this factor between dry and wet, bare and leafy."""

DARKEST, BRIGHTEST = 0.004, 0.8
"""Mean luminance below which noise, and above which clipping, is most of it."""

MOST_CLIPPED = 0.1
"""Share of pixels at the end of the range: so many are trimmed away before the mean is taken."""

LEAST_LUX = 5
"""Whole lux are told: below this, rounding is more than a tenth of them."""

MOST_LUX = 200_000
"""The sun gives about 130,000 lx: more is no illuminance."""

SURE = 1.96
"""Standard deviations of 95 % of normally spread readings."""

_STEP = 1 / 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """One picture in numbers.

    Attributes:
        luminance: mean relative luminance of the picture, linear light, 0..1: what
            `edgekit.perception.illuminance.relative_luminance` gives.
        exposure_s: how long the shutter was open, > 0.
        gain: linear, 1 = none; not in dB. Where a camera is calibrated and used at one gain, that
            gain is part of the calibration: leave it at 1.
        clipped: share of pixels at the end of the range, 0..1, as
            `edgekit.perception.illuminance.clipped_share` gives it.

    Raises ConfigError where a value can't be.
    """

    luminance: float
    exposure_s: float
    gain: float = 1.0
    clipped: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.luminance <= 1 and self.exposure_s > 0 and self.gain > 0):
            raise ConfigError(
                f"luminance {self.luminance}, exposure {self.exposure_s} s, gain {self.gain}: "
                "expected 0 to 1, more than 0, more than 0"
            )

    @property
    def measurable(self) -> bool:
        """Whether it is neither too dark nor too bright to tell anything."""
        return DARKEST <= self.luminance <= BRIGHTEST and self.clipped <= MOST_CLIPPED

    @property
    def exposed(self) -> float:
        """Luminance at one second and no gain: proportional to the light of the scene.

        The exposure equation of ISO 2720:1974 with the aperture fixed, as small cameras have it.
        """
        return self.luminance / (self.exposure_s * self.gain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Illuminance in lux; the truth lies within ``lux / factor`` and ``lux x factor``."""

    lux: float
    factor: float

    @property
    def low_lux(self) -> float:
        """The least that it may be."""
        return self.lux / self.factor

    @property
    def high_lux(self) -> float:
        """The most that it may be."""
        return self.lux * self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Photometer:
    """A calibrated camera: lux of a scene whose `Exposed.exposed` is 1, and its own error.

    ``factor`` is by how much readings of the meter and the camera differed beside each other, 1
    where there was one pair alone.
    """

    lux_at_one: float
    factor: float = 1.0

    def estimate(self, picture: Exposed) -> Estimate | None:
        """Return the illuminance with its error; None where the picture is too dark or bright."""
        if not picture.measurable:
            return None
        factor = SCENE_FACTOR * self.factor * _coarse(picture.luminance)
        return Estimate(lux=self.lux_at_one * picture.exposed, factor=factor)

    @property
    def stated_factor(self) -> float:
        """The error that holds for all that `whole_lux` tells: at the darkest, and rounded."""
        rounded = 1 + 0.5 / LEAST_LUX
        return SCENE_FACTOR * self.factor * _coarse(DARKEST) * rounded

    def whole_lux(self, picture: Exposed) -> int | None:
        """Return the illuminance in whole lux; None where it is unknown, or too little to round."""
        found = self.estimate(picture)
        known = found is not None and LEAST_LUX <= found.lux <= MOST_LUX
        return round(found.lux) if found is not None and known else None


def _coarse(luminance: float) -> float:
    """Half a step of 8 bits in sRGB's curve, which is steepest in light where it is dark."""
    return 1 + 1.2 * _STEP / math.sqrt(luminance)


def exposed(pixels: Pixels, *, exposure_s: float, gain: float = 1.0) -> Exposed:
    """Return a picture in numbers.

    Args:
        pixels: uint8, shape (height, width, 3), BGR, sRGB.
        exposure_s: how long the shutter was open, > 0.
        gain: as `Exposed` has it.
    """
    return Exposed(
        luminance=relative_luminance(pixels),
        exposure_s=exposure_s,
        gain=gain,
        clipped=clipped_share(pixels),
    )


def calibrate(pairs: Sequence[tuple[Exposed, float]]) -> Photometer:
    """Return a photometer from pictures and what a meter beside the camera showed, in lux.

    One pair is enough; more, at other times of the day, tell how far the two differ. Raises
    ConfigError without pairs, for a picture that is too dark or bright, and for lux not above 0.
    """
    if not pairs:
        raise ConfigError("no calibration: expected a picture and what a meter showed")
    logs = []
    for picture, lux in pairs:
        if not lux > 0 or not picture.measurable:
            raise ConfigError(
                f"{lux} lx at luminance {picture.luminance:.3f}, {picture.clipped:.0%} of it "
                f"clipped: expected more than 0 lx, {DARKEST} to {BRIGHTEST}, and at most "
                f"{MOST_CLIPPED:.0%}",
                hint="take the picture again, with another exposure",
            )
        logs.append(math.log(lux / picture.exposed))
    spread = statistics.stdev(logs) if len(logs) > 1 else 0.0
    return Photometer(lux_at_one=math.exp(statistics.fmean(logs)), factor=math.exp(SURE * spread))
