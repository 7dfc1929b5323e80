"""Measure noise, specks, sway and light of a view. Nothing here has passed the gate.

Each figure is a median or a share over the whole picture, so that one or a few people in it do not
move it. All of it costs a few hundred microseconds a second.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Pixels

Grid = NDArray[np.float32]

_COLUMNS, _WORK = 80, 320
_LOW_QUANTILE, _NORMAL = 0.35, 0.4538
_SPECK_SIGMA, _SPECK_LEAST = 6.0, 12.0
_ALONE = 4.0
_BLOCKS, _LEAST_BLOCKS = (8, 6), 6
_SLOPE = np.array([[-0.5, 0.0, 0.5]], np.float32)
_TEXTURE = 1.0  # mean square of the slope in grey levels a pixel, below which a shift is a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Grain:
    """What three frames in a row differ in.

    Attributes:
        noise: standard deviation in grey levels of the picture reduced to 320 pixels of width.
        specks: share of the picture that was bright for one frame only, in small spots: rain, snow.
    """

    noise: float
    specks: float


class GrainMeter:
    """Compare three frames in a row on a grid of 80 by about 60 spots."""

    def __init__(self) -> None:
        self._grids: list[Grid] = []

    def start(self) -> None:
        """Take the next three frames."""
        self._grids = []

    @property
    def waiting(self) -> bool:
        """Whether more frames are wanted."""
        return len(self._grids) < 3  # noqa: PLR2004 -- before, in and after

    def take(self, pixels: Pixels) -> Grain | None:
        """Add a frame; return what the three say once they are there."""
        self._grids.append(_grid(pixels))
        if self.waiting:
            return None
        before, now, after = self._grids
        change = after - before
        change -= np.median(change)
        size = np.abs(change)
        kth = int(_LOW_QUANTILE * size.size)
        # The low end: whoever walks about changes less than two thirds of the picture.
        noise = float(np.partition(size, kth, axis=None)[kth]) / _NORMAL / math.sqrt(2)
        return Grain(noise=noise, specks=_specks(before, now, after, noise))


def _specks(before: Grid, now: Grid, after: Grid, noise: float) -> float:
    least = max(_SPECK_LEAST, _SPECK_SIGMA * noise)
    rise = now - np.maximum(before, after)
    steady = np.abs(after - before) < least
    spots = ((rise - np.median(rise) > least) & steady).astype(np.float32)
    around = cv2.boxFilter(spots, -1, (3, 3), normalize=False)
    alone = np.count_nonzero((spots > 0) & (np.asarray(around) <= _ALONE))
    return float(alone / before.size)


def _grid(pixels: Pixels) -> Grid:
    """Green in spots as large as a pixel of the reduced picture, 80 in a row."""
    height, width = pixels.shape[:2]
    step, spot = max(1, width // _COLUMNS), max(1, round(width / _WORK))
    rows, columns = height // step * step, width // step * step
    total = np.zeros((height // step, width // step), np.float32)
    for y in range(spot):
        for x in range(spot):
            total += pixels[y:rows:step, x:columns:step, 1]
    return np.asarray(total / np.float32(spot * spot), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What two looks half a second apart differ in.

    Attributes:
        sway: how far the view moved, as a share of its width.
        light: by which factor it became brighter or darker, as a logarithm.
    """

    sway: float
    light: float


class DriftMeter:
    """Compare each look, float32 (72, 96) grey levels, with the one before."""

    def __init__(self) -> None:
        self._gray: Grid | None = None
        self._relief: Grid | None = None

    def take(self, gray: Grid) -> Drift | None:
        """Return the difference from the last look; None for the first."""
        before, relief = self._gray, self._relief
        self._gray, self._relief = gray[::3, ::3] + 1, _relief(gray)
        if before is None or relief is None:
            return None
        light = math.log(float(np.median(self._gray / before)))
        return Drift(sway=_sway(relief, self._relief) / gray.shape[1], light=light)


def _relief(gray: Grid) -> Grid:
    """The picture without its light: each pixel against its surroundings."""
    return np.asarray(cv2.subtract(gray, cv2.blur(gray, (15, 15))), np.float32)


def _sway(base: Grid, now: Grid) -> float:
    """Pixels of shift that explain the change: Lucas and Kanade (1981), median over blocks."""
    right = cv2.filter2D(base, -1, _SLOPE)
    down = cv2.filter2D(base, -1, _SLOPE.T)
    change = cv2.subtract(now, base)
    xx, xy, yy, xt, yt = (
        cv2.resize(cv2.multiply(a, b), _BLOCKS, interpolation=cv2.INTER_AREA).ravel()
        for a, b in ((right, right), (right, down), (down, down), (right, change), (down, change))
    )
    det = xx * yy - xy * xy
    firm = det > _TEXTURE * (xx + yy)
    if np.count_nonzero(firm) < _LEAST_BLOCKS:
        return 0.0
    dx = (yy * xt - xy * yt)[firm] / det[firm]
    dy = (xx * yt - xy * xt)[firm] / det[firm]
    return math.hypot(float(np.median(dx)), float(np.median(dy)))
