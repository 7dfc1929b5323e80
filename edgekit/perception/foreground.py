"""Tell what moves from what is always there. Nothing here has passed the gate.

OpenCV's adaptive Gaussian mixture (Zivkovic 2004, with its shadow test) does the looking, on a
reduced picture: a quarter of the pixels cost a quarter of the time and a person is still a person.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Frame, Mask, Pixels

WORK_PX = 320 * 240
"""Pixels of the reduced picture."""

BACKGROUND_S = 40.0
"""Whoever stands still for about this long becomes background."""

ABSORBED = 0.105
"""-ln(0.9): what has been there for this many time constants makes up a tenth of the memory, and
OpenCV takes it for background from then on."""

FLOODED = 0.5
"""More foreground than this is a change of light or of view, never a crowd that just appeared."""

RELEARN_S = 1.5
"""For this long nothing is reported after the background was begun anew."""

SHADOW = 127

GRID = (32, 24)
"""Blocks of the picture, across and down, whose brightness tells the exposure."""

DARKEST, BRIGHTEST = 8.0, 247.0
"""Grey levels of blocks that say nothing about the exposure: black or burnt out."""

MOST_GAIN = 2.0
"""A camera that changes its exposure more than this, within seconds, has another picture."""

Grey = NDArray[np.float32]

_SPECK = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
_GAP = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 9))

LEAP, UNEVEN = 0.03, 0.6
"""From this change of exposure on it is taken to be uneven over the picture, by so much of it."""


BEHIND_FRAMES = 10
"""The background itself changes so slowly that a picture of it is good for so many frames."""


class Foreground:
    """The foreground of one fixed view: adaptive background, shadows and specks removed.

    Args:
        size: (width, height) of the frames in pixels.
        fps: nominal frames per second, > 0.
        work_px: pixels of the reduced picture, about.

    Raises:
        ConfigError: a size or rate that is not above 0.

    ``reduced`` is the reduced picture of the last frame, uint8 (height, width, 3). A sudden change
    of most of the picture gives no foreground until the background is learned anew.
    """

    def __init__(self, size: tuple[int, int], *, fps: float, work_px: int = WORK_PX) -> None:
        if min(size) < 1 or not fps > 0:
            raise ConfigError(f"{size[0]}x{size[1]} at {fps!r} frames per second: expected > 0")
        self.size = size
        self.scale = min(1.0, math.sqrt(work_px / (size[0] * size[1])))
        self.work = (max(16, round(size[0] * self.scale)), max(16, round(size[1] * self.scale)))
        self.reduced: Pixels = np.zeros((self.work[1], self.work[0], 3), np.uint8)
        self._exposure = Exposure(rate=1.0 / max(2.0, fps * BACKGROUND_S))
        self._model = cv2.createBackgroundSubtractorMOG2(varThreshold=16, detectShadows=True)
        self._fps = fps
        self._slowest = ABSORBED / max(1.0, fps * BACKGROUND_S)
        self._relearn_frames = max(2, round(fps * RELEARN_S))
        self._behind: Pixels | None = None
        self._young = 0  # frames since the model was begun
        self._relearn = 2  # frames with nothing to report: the first one only shows the background

    @property
    def relearning(self) -> bool:
        """Whether the background is being learned anew, so that nothing is reported."""
        return self._relearn > 0

    @property
    def absorb_ms(self) -> int:
        """How long somebody who stands still is foreground as yet; short while it is young."""
        return round(1000 * ABSORBED / self._rate() / self._fps)

    def update(self, frame: Frame) -> Mask | None:
        """Return the mask of the reduced picture, 255 where something is that was not always there.

        None while the background is being learned anew. SensorError for a frame of another size.
        """
        if frame.size != self.size:
            raise SensorError(f"frame of {frame.size}: expected {self.size}")
        self.reduced = self._reduce(frame.pixels)
        even = self._exposure.even(self.reduced)
        raw = self._model.apply(even, learningRate=self._rate())
        self._young += 1
        mask = np.where(np.asarray(raw, np.uint8) > SHADOW, np.uint8(255), np.uint8(0))
        leap = abs(1 - self._exposure.gain)
        if leap > LEAP:
            mask &= self._apart(even, leap)
        mask = clean(mask)
        return None if self._flooded(mask) else mask

    def _apart(self, even: Pixels, leap: float) -> Mask:
        """Mask of what is further from the background than an uneven exposure explains."""
        if self._behind is None or self._young % BEHIND_FRAMES == 0:
            self._behind = np.asarray(self._model.getBackgroundImage(), np.uint8)
        apart = _brightest(np.asarray(cv2.absdiff(even, self._behind), np.uint8))
        limit = cv2.convertScaleAbs(_brightest(self._behind), alpha=UNEVEN * leap)
        return np.asarray(cv2.compare(apart, limit, cv2.CMP_GT), np.uint8)

    def _reduce(self, pixels: Pixels) -> Pixels:
        twice = (2 * self.work[0], 2 * self.work[1])
        if self.size[0] > twice[0] and self.size[1] > twice[1]:
            # Averaging four of the many pixels takes a tenth of the time of averaging them all.
            pixels = np.asarray(cv2.resize(pixels, twice, interpolation=cv2.INTER_NEAREST))
        return np.asarray(cv2.resize(pixels, self.work, interpolation=cv2.INTER_AREA), np.uint8)

    def _rate(self) -> float:
        # 1 begins the model anew from this frame; a young one averages over all that it has seen,
        # so that who walked when it began fades soon.
        return max(self._slowest, 1.0 / (1 + 2 * self._young))

    def _flooded(self, mask: Mask) -> bool:
        if self._young > 1 and cv2.countNonZero(mask) > FLOODED * mask.size:
            self._young, self._relearn = 0, self._relearn_frames
            self._behind = None
            self._exposure.begin()
        self._relearn = max(0, self._relearn - 1)
        return self._relearn > 0


class Exposure:
    """Even out what the camera's automatic exposure does, so that only things are foreground.

    Each picture is brought to the brightness of a slow mean by one gain: the median ratio over
    blocks, which a car or a group in the picture does not move.

    Args:
        rate: share of each new picture in the mean, 0..1.
    """

    def __init__(self, *, rate: float) -> None:
        self._rate = np.float32(rate)
        self.gain = 1.0
        self._mean: Grey | None = None

    def begin(self) -> None:
        """Forget the mean: the next picture is the new measure."""
        self._mean = None

    def even(self, pixels: Pixels) -> Pixels:
        """Return the picture, uint8 (height, width, 3), as it would be at the mean exposure."""
        small = cv2.resize(pixels, GRID, interpolation=cv2.INTER_AREA)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
        if self._mean is None:
            self._mean = grey
            return pixels
        usable = (grey > DARKEST) & (grey < BRIGHTEST) & (self._mean > DARKEST)
        ratio = float(np.median(self._mean[usable] / grey[usable])) if usable.any() else 1.0
        self._mean += self._rate * (grey - self._mean)
        self.gain = ratio if 1 / MOST_GAIN <= ratio <= MOST_GAIN else 1.0
        return np.asarray(cv2.convertScaleAbs(pixels, alpha=self.gain), np.uint8)


def _brightest(pixels: Pixels) -> Mask:
    """The largest of the three channels of each pixel."""
    blue, green, red = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def clean(mask: Mask) -> Mask:
    """Remove specks, close the gaps inside people (who are taller than wide)."""
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, _SPECK)
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, _GAP)
    return np.asarray(closed, np.uint8)
