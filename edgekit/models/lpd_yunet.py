"""LPD-YuNet: where number plates are, to be covered. Nothing here has passed the gate.

What stands on a plate is not read: the model gives its four corners, and no more is asked.
"""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import PLATE, Detections, Frame
from edgekit.models.boxes import Boxes, settled
from edgekit.models.onnx import OnnxModel

WIDTH, HEIGHT = 320, 240
PRIORS = ((8, (10, 16, 24)), (16, (32, 48)), (32, (64, 96)), (64, (128, 192, 256)))
"""Stride, and sides of the priors of each of its cells, in pixels of the input."""

COUNT = 4385
LOC, CONF, IOU = "loc", "conf", "iou"
SIDES: Mapping[str, int] = {LOC: 14, CONF: 2, IOU: 1}
"""Numbers for each prior: offsets of a box and five points, two classes, how well it fits."""

CORNERS = (4, 5, 6, 7, 10, 11, 12, 13)
"""Which offsets are the plate's corners: x and y of each."""

VARIANCE = 0.1
COVERING_THRESHOLD, SURE = 0.3, 0.6
"""The authors take 0.8; a false box costs some picture, a missed plate tells whose car it is."""


class PlateDetector:
    """A `Detector` of number plates on lpd_yunet_2023mar; each is of class `PLATE`.

    Source: OpenCV Zoo, models/license_plate_detection_yunet, from which the layout of the outputs
    is; trained on CCPD (Xu et al., ECCV 2018).

    Args:
        model: the loaded model.
        threshold: least score of a box, 0..1.
        iou: boxes that overlap more than this are one, 0..1.

    Raises:
        ModelError: the model is of another kind.
    """

    def __init__(
        self, model: OnnxModel, *, threshold: float = COVERING_THRESHOLD, iou: float = 0.3
    ) -> None:
        if not set(SIDES).issubset(model.outputs) or not 0 < threshold < 1:
            raise ModelError(f"outputs {list(model.outputs)}: expected {list(SIDES)} of LPD-YuNet")
        self._model = model
        self._threshold = threshold
        self._iou = iou
        self._priors = priors()

    def detect(self, frame: Frame) -> Detections:
        """Return plates in pixels of the frame, upright around their corners.

        Raises:
            ModelError: the model fails, or gives something else.
        """
        blob = cv2.dnn.blobFromImage(frame.pixels, size=(WIDTH, HEIGHT))
        outputs = self._model.run(np.asarray(blob, np.float32))
        loc, conf, fit = (_rows(outputs[name], side) for name, side in SIDES.items())
        score = np.sqrt(np.clip(conf[:, 1], 0, 1) * np.clip(fit[:, 0], 0, 1))
        kept = np.flatnonzero(score > self._threshold)
        scale = np.asarray([WIDTH / frame.size[0], HEIGHT / frame.size[1]] * 2, np.float32)
        return settled(
            (_upright(loc[kept], self._priors[kept]), score[kept], np.full(len(kept), PLATE)),
            scale,
            frame.size,
            iou=self._iou,
            sure=SURE,
        )


def priors() -> NDArray[np.float32]:
    """The priors as centre x, y and side, in pixels of the input, shape (4385, 3).

    Rows and columns that do not fill a stride have no cell.
    """
    rows = [
        ((column + 0.5) * stride, (row + 0.5) * stride, float(side))
        for stride, sides in PRIORS
        for row in range(HEIGHT // stride)
        for column in range(WIDTH // stride)
        for side in sides
    ]
    return np.asarray(rows, np.float32)


def _rows(output: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    rows = output.reshape(-1, output.shape[-1])
    if rows.shape != (COUNT, side):
        raise ModelError(f"an output of {rows.shape}: expected {(COUNT, side)} of LPD-YuNet")
    return rows


def _upright(loc: NDArray[np.float32], prior: NDArray[np.float32]) -> Boxes:
    """The boxes around four corners each, in pixels of the input."""
    shift = loc[:, CORNERS].reshape(-1, 4, 2) * VARIANCE * prior[:, None, 2:]
    corners = prior[:, None, :2] + shift
    return np.asarray(np.hstack([corners.min(axis=1), corners.max(axis=1)]), np.float32)
