"""YOLOX: people and vehicles in one frame. Nothing here has passed the gate."""

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import PERSON, Detections, Frame
from edgekit.models.boxes import settled
from edgekit.models.onnx import OnnxModel, square_side
from edgekit.models.square import Square
from edgekit.models.wanted import Wanted

STRIDES = (8, 16, 32)
FIELDS = 85
"""A row: centre x, y, width, height, objectness, 80 classes."""

GREY = 114
"""Grey level around the picture, as in training."""

SURE = 0.45
"""Score at which precision and recall balance on people of a street."""

_MOST_LOG = 8.0  # e^8 cells: wider than any picture


class YoloxDetector:
    """A `Detector` on yolox_nano_416 (Megvii-BaseDetection/YOLOX; Ge et al., arXiv:2107.08430).

    The picture keeps its proportions and lies in the top left corner of the square input.

    Args:
        model: the loaded model; the size of its input does not matter.
        classes: COCO ids to look for.
        threshold: least score (objectness times class) of a box, 0..1.
        iou: boxes of one class that overlap more than this are one, 0..1.

    Raises:
        ModelError: the model is of another kind.
    """

    def __init__(
        self,
        model: OnnxModel,
        *,
        classes: tuple[int, ...] = (PERSON,),
        threshold: float = 0.3,
        iou: float = 0.45,
    ) -> None:
        self._square = Square(square_side(model, "YOLOX"), pad=GREY)
        self._wanted = Wanted(classes=classes, threshold=threshold, iou=iou)
        self._model = model
        self._cells, self._strides = _grid(self._square.side)

    def detect(self, frame: Frame) -> Detections:
        """Return the boxes found, in pixels of the frame; ModelError where the model fails."""
        scale = self._square.fill(frame.pixels)
        rows = next(iter(self._model.run(self._square.planes()).values()))
        if rows.shape != (1, len(self._cells), FIELDS):
            raise ModelError(
                f"output of shape {rows.shape}: expected (1, {len(self._cells)}, {FIELDS}) of YOLOX"
            )
        classes = self._wanted.class_ids
        scores = rows[0, :, 4:5] * rows[0][:, 5 + classes]
        best = scores.max(axis=1)
        row = np.flatnonzero(best > self._wanted.threshold)
        centre = (rows[0, row, :2] + self._cells[row]) * self._strides[row]
        half = np.exp(np.minimum(rows[0, row, 2:4], _MOST_LOG)) * self._strides[row] / 2
        found = (
            np.hstack([centre - half, centre + half]).astype(np.float32),
            best[row],
            classes[scores[row].argmax(axis=1)],
        )
        return settled(found, scale, frame.size, iou=self._wanted.iou, sure=SURE)


def _grid(side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Column and row, and stride, of each output row."""
    cells, strides = [], []
    for stride in STRIDES:
        columns = side // stride
        number = np.arange(columns * columns)
        cells.append(np.stack([number % columns, number // columns], axis=1))
        strides.append(np.full((columns * columns, 1), stride))
    return (
        np.concatenate(cells).astype(np.float32),
        np.concatenate(strides).astype(np.float32),
    )
