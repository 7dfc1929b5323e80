"""From a frame to how the driver's eyes are: face, points, ratio, decision. Nothing of it is kept.

Nothing here has passed the gate. What is known of the driver (the eye wide open, the blinks) lives
in this object alone, and goes with it: key-off forgets all of it.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Frame
from edgekit.models.landmarks import Landmarks
from edgekit.seams.eye import Detector
from edgekit.systems import drowsiness
from edgekit.systems.decision import Decision
from edgekit.systems.drowsiness_eyes import look_at
from edgekit.systems.drowsiness_state import Enrol, Settings, State
from edgekit.systems.drowsiness_state import Frame as Reading

LEAST_PRESENCE = 0.5
"""Below that a model of landmarks says that there is no face."""

NEAR = 0.7
"""Of the largest face's height: as near as the driver. The surest of those is the driver's."""


class Landmarker(Protocol):
    """Finds the points of one face."""

    def find(self, frame: Frame, box: NDArray[np.float32]) -> Landmarks:
        """Return the points of the face in a box, in pixels of the frame."""
        ...


class DriverWatch:
    """Follows the eyes of whoever sits before the camera, from the first frame on.

    Args:
        face: a detector of faces.
        landmarks: finds the points of the nearest one.
        used: which thirteen of them are the right eye, the left eye and the nose.
        settings: of the system.
    """

    def __init__(
        self, face: Detector, landmarks: Landmarker, used: Sequence[int], settings: Settings
    ) -> None:
        self._face, self._landmarks = face, landmarks
        self._used = list(used)
        self.state: State = drowsiness.begin(settings)

    def see(self, frame: Frame) -> tuple[Decision, ...]:
        """Take one frame; return what was decided. Raises ModelError where a model fails."""
        told: list[Decision] = []
        if not self.state.enrolled:
            # Without the driver's own consent there is no lease, and so no first frame.
            self.state, told = _both(self.state, Enrol(t_ms=frame.t_ms), told)
        reading = Reading(t_ms=frame.t_ms, ear=self._ear(frame))
        self.state, told = _both(self.state, reading, told)
        return tuple(told)

    def _ear(self, frame: Frame) -> float | None:
        found = self._face.detect(frame)
        if not len(found):
            return None
        height = found.xyxy[:, 3] - found.xyxy[:, 1]
        near = np.where(height >= NEAR * height.max(), found.confidence, -1)
        marks = self._landmarks.find(frame, found.xyxy[int(near.argmax())])
        if marks.presence < LEAST_PRESENCE:
            return None
        return look_at(marks.points[self._used]).ear


def _both(
    state: State, reading: Enrol | Reading, told: list[Decision]
) -> tuple[State, list[Decision]]:
    state, more = drowsiness.step(state, reading)
    return state, [*told, *more]
