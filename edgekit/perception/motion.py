"""Find people by motion alone, without any model. Nothing here has passed the gate.

detector = MotionDetector((640, 480), fps=15)
detections = detector.detect(frame)
"""

import numpy as np

from edgekit.frames import PERSON, Detections, Frame
from edgekit.geometry.stature import Stature
from edgekit.perception.blobs import Boxes, Components
from edgekit.perception.foreground import Foreground
from edgekit.perception.stature import StatureLearner

MIN_AREA = 0.0003
"""Smallest foreground part that may be a person, of the reduced picture's area."""

MIN_VEHICLE_AREA = 0.002
"""Smallest foreground part that may be a vehicle."""


class MotionDetector:
    """A `Detector` of moving people: adaptive background, shadows removed, groups split by size.

    Args:
        size: (width, height) of the frames in pixels.
        fps: nominal frames per second, > 0.
        stature: expected size of people in pixels of the frame; learned while running if None.
        class_id: what moves here, as the installer says: motion cannot tell a person from a dog.
            Only people are split and joined by their size.

    Raises:
        ConfigError: a size or rate that is not above 0.

    A sudden change of most of the picture reports nothing until the background is learned anew.
    """

    def __init__(
        self,
        size: tuple[int, int],
        *,
        fps: float,
        stature: Stature | None = None,
        class_id: int = PERSON,
    ) -> None:
        self._foreground = Foreground(size, fps=fps)
        self._class_id = class_id
        self._stature = stature
        self._learner = StatureLearner(size[1])

    @property
    def relearning(self) -> bool:
        """Whether the background is being learned anew, so that nothing is reported."""
        return self._foreground.relearning

    @property
    def stature(self) -> Stature | None:
        """The expected size of people, given or learned; None while unknown."""
        return self._stature or self._learner.stature()

    def detect(self, frame: Frame) -> Detections:
        """Return a box for each moving person; SensorError for a frame of another size."""
        mask = self._foreground.update(frame)
        if mask is None:
            return Detections.of(np.zeros((0, 4), np.float32))
        scale = self._foreground.scale
        if self._class_id != PERSON:
            parts = Components.of(mask, min_area_px=MIN_VEHICLE_AREA * mask.size)
            return self._detections(parts.hulls() / np.float32(scale))
        components = Components.of(mask, min_area_px=MIN_AREA * mask.size)
        if self._stature is None:
            self._learner.learn(components.whole() / np.float32(scale))
        stature = self.stature
        boxes = components.people(None if stature is None else stature.scaled(scale))
        return self._detections(boxes / np.float32(scale))

    def _detections(self, xyxy: Boxes) -> Detections:
        return Detections.of(xyxy, class_id=np.full(len(xyxy), self._class_id, np.int64))
