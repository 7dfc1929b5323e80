"""Find people by motion alone, without any model. Nothing here has passed the gate.

    detector = MotionDetector((640, 480), fps=15)
    detections = detector.detect(frame)

OpenCV's adaptive Gaussian mixture (Zivkovic 2004, with its shadow test) does the looking, on a
reduced picture: a quarter of the pixels cost a quarter of the time and a person is still a person.
"""

import math

import cv2
import numpy as np

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Detections, Frame, Mask, Pixels
from edgekit.perception.blobs import Components, clean
from edgekit.perception.stature import Stature, StatureLearner

WORK_PX = 320 * 240
"""Pixels of the reduced picture."""

BACKGROUND_S = 40.0
"""Whoever stands still for about this long becomes background."""

MIN_AREA = 0.0003
"""Smallest foreground part that may be a person, of the reduced picture's area."""

FLOODED = 0.5
"""More foreground than this is a change of light or of view, never a crowd that just appeared."""

RELEARN_S = 1.5
"""For this long nothing is reported after the background was begun anew."""

SHADOW = 127


class MotionDetector:
    """A `Detector` of moving people: adaptive background, shadows removed, groups split by size.

    Args:
        size: (width, height) of the frames in pixels.
        fps: nominal frames per second, > 0.
        stature: expected size of people in pixels of the frame; learned while running if None.

    Raises:
        ConfigError: a size or rate that is not above 0.

    A sudden change of most of the picture reports nothing until the background is learned anew.
    All boxes are class person: motion cannot tell a person from a dog.
    """

    def __init__(
        self, size: tuple[int, int], *, fps: float, stature: Stature | None = None
    ) -> None:
        if min(size) < 1 or not fps > 0:
            raise ConfigError(f"{size[0]}x{size[1]} at {fps!r} frames per second: expected > 0")
        self.size = size
        self._scale = min(1.0, math.sqrt(WORK_PX / (size[0] * size[1])))
        self._work = (
            max(16, round(size[0] * self._scale)),
            max(16, round(size[1] * self._scale)),
        )
        self._stature = stature
        self._learner = StatureLearner(size[1])
        self._model = cv2.createBackgroundSubtractorMOG2(varThreshold=16, detectShadows=True)
        self._slowest = 1.0 / max(2.0, fps * BACKGROUND_S)
        self._relearn_frames = max(2, round(fps * RELEARN_S))
        self._young = 0  # frames since the model was begun
        self._relearn = 2  # frames with nothing to report: the first one only shows the background
        self._raw: Mask = np.zeros((self._work[1], self._work[0]), np.uint8)

    @property
    def relearning(self) -> bool:
        """Whether the background is being learned anew, so that nothing is reported."""
        return self._relearn > 0

    @property
    def foreground(self) -> Mask:
        """Mask of the last frame at full size: 255 for all that is not known background.

        Shadows are included and everything is while the background is being learned anew: what
        is unsure has to be covered, not shown.
        """
        if self._relearn:
            return np.full((self.size[1], self.size[0]), 255, np.uint8)
        full = cv2.resize(self._raw, self.size, interpolation=cv2.INTER_NEAREST)
        return np.where(full > 0, np.uint8(255), np.uint8(0))

    @property
    def stature(self) -> Stature | None:
        """The expected size of people, given or learned; None while unknown."""
        return self._stature or self._learner.stature()

    def detect(self, frame: Frame) -> Detections:
        """Return a box for each moving person; SensorError for a frame of another size."""
        if frame.size != self.size:
            raise SensorError(f"frame of {frame.size}: expected {self.size}")
        small = self._reduced(frame.pixels)
        self._raw = np.asarray(self._model.apply(small, learningRate=self._rate()), np.uint8)
        self._young += 1
        mask = clean(np.where(self._raw > SHADOW, np.uint8(255), np.uint8(0)))
        if self._flooded(mask):
            return Detections.of(np.zeros((0, 4), np.float32))
        components = Components.of(mask, min_area_px=MIN_AREA * mask.size)
        if self._stature is None:
            self._learner.learn(components.whole() / np.float32(self._scale))
        stature = self.stature
        boxes = components.people(None if stature is None else stature.scaled(self._scale))
        return Detections.of(boxes / np.float32(self._scale))

    def _reduced(self, pixels: Pixels) -> Pixels:
        twice = (2 * self._work[0], 2 * self._work[1])
        if self.size[0] > twice[0] and self.size[1] > twice[1]:
            # Averaging four of the many pixels takes a tenth of the time of averaging them all.
            picked = cv2.resize(pixels, twice, interpolation=cv2.INTER_NEAREST)
            return np.asarray(
                cv2.resize(picked, self._work, interpolation=cv2.INTER_AREA), np.uint8
            )
        return np.asarray(cv2.resize(pixels, self._work, interpolation=cv2.INTER_AREA), np.uint8)

    def _rate(self) -> float:
        # 1 begins the model anew from this frame; a young one averages over all that it has seen,
        # so that who walked when it began fades soon.
        return max(self._slowest, 1.0 / (1 + 2 * self._young))

    def _flooded(self, mask: Mask) -> bool:
        if self._young > 1 and cv2.countNonZero(mask) > FLOODED * mask.size:
            self._young, self._relearn = 0, self._relearn_frames
        self._relearn = max(0, self._relearn - 1)
        return self._relearn > 0
