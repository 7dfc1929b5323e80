"""NanoDet: people and vehicles in one frame. Nothing here has passed the gate."""

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import PERSON, Detections, Frame, Pixels
from edgekit.models.boxes import clip, suppress
from edgekit.models.onnx import OnnxModel

VEHICLES = (1, 2, 3, 5, 7)
"""COCO ids of bicycle, car, motorcycle, bus and truck."""

STRIDES = (8, 16, 32)
BINS = 8
"""A side's distance is the mean of a distribution over 0..7 strides (Li et al., Generalized Focal
Loss, arXiv:2006.04388)."""

_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_SCALE = 1 / np.array([57.375, 57.12, 58.395], np.float32)


class NanoDetDetector:
    """A `Detector` on nanodet_2022nov (RangiLyu/nanodet, OpenCV Zoo).

    The picture keeps its proportions and lies in the top left corner of the square input.

    Args:
        model: the loaded model.
        classes: COCO ids to look for.
        threshold: least score of a box, 0..1.
        iou: boxes of one class that overlap more than this are one, 0..1.

    Raises:
        ModelError: the model is of another kind.
    """

    def __init__(
        self,
        model: OnnxModel,
        *,
        classes: tuple[int, ...] = (PERSON,),
        threshold: float = 0.45,
        iou: float = 0.5,
    ) -> None:
        shape = model.input_shape
        if len(shape) != 4 or shape[1] != 3 or shape[2] != shape[3]:  # noqa: PLR2004 -- (n, 3, h, w)
            raise ModelError(f"input of shape {shape}: expected (1, 3, side, side) of NanoDet")
        if not classes or not 0 < threshold < 1:
            raise ModelError(f"classes {classes}, threshold {threshold}: nothing could be found")
        self._model = model
        self._side = int(shape[2])
        self._classes = np.asarray(classes, np.int64)
        self._threshold = threshold
        self._iou = iou
        self._square = np.zeros((self._side, self._side, 3), np.uint8)
        self._blob = np.zeros((1, 3, self._side, self._side), np.float32)

    def detect(self, frame: Frame) -> Detections:
        """Return the boxes found, in pixels of the frame; ModelError where the model fails."""
        scale = self._fill(frame.pixels)
        outputs = list(self._model.run(self._blob).values())
        by_cells = {(value.shape[-2], value.shape[-1]): value for value in outputs}
        found = [self._decode(by_cells, stride) for stride in STRIDES]
        xyxy, score, class_id = (np.concatenate(part) for part in zip(*found, strict=True))
        kept = suppress(xyxy, score, class_id, iou=self._iou)
        return Detections(
            xyxy=clip((xyxy[kept] / scale).astype(np.float32), frame.size),
            confidence=score[kept],
            class_id=class_id[kept],
        )

    def _fill(self, pixels: Pixels) -> float:
        """Write the picture into the input; return by how much it was scaled."""
        height, width = pixels.shape[:2]
        scale = float(self._side / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        self._square[:] = 0
        self._square[: size[1], : size[0]] = cv2.resize(
            pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        )
        for channel in range(3):
            plane = self._blob[0, channel]
            np.subtract(self._square[:, :, channel], _MEAN[channel], out=plane)
            plane *= _SCALE[channel]
        return scale

    def _decode(
        self, outputs: dict[tuple[int, int], NDArray[np.float32]], stride: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
        """Boxes in pixels of the input, scores and classes of one stride's grid of cells."""
        columns = -(-self._side // stride)
        cells = columns * columns
        try:
            scores = outputs[cells, 80].reshape(cells, 80)[:, self._classes]
            sides = outputs[cells, 4 * BINS].reshape(cells, 4, BINS)
        except (KeyError, IndexError) as error:
            raise ModelError(f"no NanoDet output for stride {stride} of this model") from error
        best = scores.max(axis=1)
        cell = np.flatnonzero(best > self._threshold)
        weights = np.exp(sides[cell] - sides[cell].max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        distance = weights @ np.arange(BINS, dtype=np.float32) * stride
        centre = (np.stack([cell % columns, cell // columns], axis=1) + 0.5) * stride
        corners = np.hstack([centre - distance[:, :2], centre + distance[:, 2:]])
        return (
            corners.astype(np.float32),
            best[cell],
            self._classes[scores[cell].argmax(axis=1)],
        )
