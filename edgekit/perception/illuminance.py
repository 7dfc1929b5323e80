"""Estimate how bright it is from the picture itself. Nothing here has passed the gate.

A sensor of last resort: a camera regulates its own exposure, so its pictures say little about lux
unless exposure and gain are fixed. Use a light sensor where light is controlled; use this to tell
day from night.
"""

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError
from edgekit.frames import Pixels

LUX_AT_WHITE = 1000.0
"""Illuminance at which a white surface fills the range, until the site is calibrated."""

_SAMPLES = 64
_TRIM = 0.1
_TOP = 255


def _linear() -> NDArray[np.float64]:
    """Inverse of the sRGB transfer function, IEC 61966-2-1:1999, for each 8-bit value."""
    v = np.arange(256) / 255.0
    result: NDArray[np.float64] = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 -- constants of the standard
    return result


_LINEAR = _linear()


def illuminance_lux(pixels: Pixels, *, lux_at_white: float = LUX_AT_WHITE) -> int:
    """Return a rough illuminance in whole lux, 0 or more.

    The mean relative luminance (ITU-R BT.709-6 weights, linear light) of a grid of pixels without
    the darkest and the brightest tenth, so that a lamp in view does not make the day, times a
    calibration constant.

    Args:
        pixels: uint8, shape (height, width, 3), BGR, sRGB.
        lux_at_white: illuminance that an all-white picture stands for at this exposure, > 0.

    Raises:
        ConfigError: the constant is not above 0.
    """
    if not lux_at_white > 0:
        raise ConfigError(f"{lux_at_white!r} lux at white: expected more than 0")
    return round(relative_luminance(pixels) * lux_at_white)


def relative_luminance(pixels: Pixels) -> float:
    """Return the mean relative luminance that `illuminance_lux` rests on, linear light, 0..1.

    Args:
        pixels: uint8, shape (height, width, 3), BGR, sRGB.
    """
    linear = _LINEAR[_grid(pixels)]
    luminance = np.sort(linear @ np.array((0.0722, 0.7152, 0.2126)))
    trim = int(len(luminance) * _TRIM)
    return float(luminance[trim : len(luminance) - trim].mean())


def clipped_share(pixels: Pixels) -> float:
    """Return the share of the same grid in which a channel is at the end of its range, 0..1.

    Args:
        pixels: uint8, shape (height, width, 3), BGR.
    """
    return float((_grid(pixels).max(axis=1) >= _TOP).mean())


def _grid(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    grid = pixels[:: max(1, height // _SAMPLES), :: max(1, width // _SAMPLES)]
    return grid.reshape(-1, 3)
