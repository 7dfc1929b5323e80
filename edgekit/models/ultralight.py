"""Ultra-Light: where faces are, so that they can be covered. Nothing here has passed the gate.

Two files of the same authors are read: ``rfb``, whose boxes are offsets from priors, and ``slim``,
whose boxes are decoded already. They are told apart by the catalogue's decoder.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import FACE, Detections, Frame
from edgekit.models.boxes import clip, suppress
from edgekit.models.onnx import OnnxModel

WIDTH, HEIGHT = 320, 240
PRIORS = ((8, (10, 16, 24)), (16, (32, 48)), (32, (64, 96)), (64, (128, 192, 256)))
"""Stride, and sides of the priors of each of its cells, in pixels of the input."""

CENTRE_VARIANCE, SIZE_VARIANCE = 0.1, 0.2
COVERING_THRESHOLD = 0.3

_MEAN, _SCALE = 127.0, 1 / 128


class UltraLightDetector:
    """A `Detector` of faces on ultralight_rfb320 or ultralight_slim320.

    Source: Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB; the priors and their variances are
    those of SSD (Liu et al., arXiv:1512.02325).

    Args:
        model: the loaded model.
        decoded: whether the file's boxes are corners already (slim), and no offsets (rfb).
        threshold: least score of a box, 0..1.
        iou: boxes that overlap more than this are one, 0..1.

    Raises:
        ModelError: the model is of another kind.
    """

    def __init__(
        self,
        model: OnnxModel,
        *,
        decoded: bool = False,
        threshold: float = COVERING_THRESHOLD,
        iou: float = 0.4,
    ) -> None:
        if not {"scores", "boxes"}.issubset(model.outputs):
            raise ModelError(f"outputs {list(model.outputs)}: expected scores and boxes")
        self._model = model
        self._decoded = decoded
        self._threshold = threshold
        self._iou = iou
        self._priors = priors()

    def detect(self, frame: Frame) -> Detections:
        """Return face boxes in pixels of the frame; ModelError where the model fails."""
        # The picture is stretched to the input, as in training.
        blob = cv2.dnn.blobFromImage(
            frame.pixels, _SCALE, (WIDTH, HEIGHT), (_MEAN, _MEAN, _MEAN), swapRB=True
        )
        outputs = self._model.run(np.asarray(blob, np.float32))
        score, boxes = outputs["scores"][0, :, 1], outputs["boxes"][0]
        if len(boxes) != len(self._priors):
            raise ModelError(f"{len(boxes)} boxes: expected {len(self._priors)} of Ultra-Light")
        cell = np.flatnonzero(score > self._threshold)
        corners = boxes[cell] if self._decoded else _corners(boxes[cell], self._priors[cell])
        xyxy = np.asarray(corners * np.asarray([*frame.size] * 2), np.float32)
        class_id = np.full(len(cell), FACE, np.int64)
        kept = suppress(xyxy, score[cell], class_id, iou=self._iou)
        return Detections(
            xyxy=clip(xyxy[kept], frame.size),
            confidence=score[cell][kept],
            class_id=class_id[kept],
        )


def priors() -> NDArray[np.float32]:
    """The priors as centre x, y, width, height, fractions of the input, shape (4420, 4)."""
    rows: list[tuple[float, ...]] = []
    for stride, sides in PRIORS:
        columns, lines = -(-WIDTH // stride), -(-HEIGHT // stride)
        for row in range(lines):
            for column in range(columns):
                centre = ((column + 0.5) / columns, (row + 0.5) / lines)
                rows.extend((*centre, side / WIDTH, side / HEIGHT) for side in sides)
    return np.clip(np.asarray(rows, np.float32), 0, 1)


def _corners(offsets: NDArray[np.float32], prior: NDArray[np.float32]) -> NDArray[np.float32]:
    centre = prior[:, :2] + CENTRE_VARIANCE * offsets[:, :2] * prior[:, 2:]
    half = prior[:, 2:] * np.exp(np.minimum(SIZE_VARIANCE * offsets[:, 2:], 8)) / 2
    return np.hstack([centre - half, centre + half])
