"""Heads where no face was seen: turned away, bowed, masked. Nothing here has passed the gate.

A person's box says where the head is, whichever way it looks: at the upper end of somebody
upright, and at one end or the other of somebody who lies.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edgekit.frames import FACE, Detections, Frame
from edgekit.models.boxes import clip
from edgekit.seams.eye import Detector

WIDTH, HEIGHT = 0.5, 0.6
"""Of a person's width, across the shoulders: a head, with room for where it leans."""

LYING = 1.3
"""From this ratio of width to height on, a person's box is of somebody who lies."""

SURE = 0.5
"""Confidence from which on a box is rather a person than not."""

SEEN = 0.05
"""A head of which faces cover this share has been seen as one."""


class HeadsDetector:
    """A `Detector` of faces, and of the heads of people whose face another one does not see.

    Args:
        faces: finds faces.
        people: finds people.
    """

    def __init__(self, faces: Detector, people: Detector) -> None:
        self._faces = faces
        self._people = people

    def detect(self, frame: Frame) -> Detections:
        """Return faces and heads in pixels of the frame, each of class `FACE`."""
        faces = self._faces.detect(frame)
        people = self._people.detect(frame)
        sure = people.confidence >= SURE
        places = [head for box in people.xyxy[sure] for head in _heads(box)]
        heads = clip(np.asarray(places, np.float32).reshape(-1, 4), frame.size)
        left = np.asarray([_share(head, faces.xyxy) < SEEN for head in heads], np.bool_)
        heads = heads[left]
        return Detections(
            xyxy=np.concatenate([faces.xyxy, heads]),
            confidence=np.concatenate([faces.confidence, np.full(len(heads), SURE, np.float32)]),
            class_id=np.concatenate([faces.class_id, np.full(len(heads), FACE, np.int64)]),
        )


def _heads(box: NDArray[np.float32]) -> Iterator[tuple[float, ...]]:
    """Where the head of the person in a box may be."""
    x1, y1, x2, y2 = (float(value) for value in box)
    width, height = x2 - x1, y2 - y1
    if width < LYING * height:
        centre, half = (x1 + x2) / 2, WIDTH / 2 * width
        yield centre - half, y1, centre + half, y1 + min(height, HEIGHT * width)
        return
    long = min(width, HEIGHT * height)
    yield x1, y1, x1 + long, y2
    yield x2 - long, y1, x2, y2


def _share(box: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """How much of a box the others cover, each for itself, 0 or more."""
    side = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.maximum(side, 0).prod(axis=1).sum()
    return float(shared / max(float((box[2:] - box[:2]).prod()), 1.0))
