"""The output of NanoDet and PicoDet: classes, and a distribution for each side of a box.

Source: Li et al., Generalized Focal Loss, arXiv:2006.04388: the distance of a side from the cell's
centre is the mean of a distribution over 0..7 strides. Nothing here has passed the gate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import PERSON, Detections, Frame
from edgekit.models.boxes import Boxes, settled
from edgekit.models.onnx import OnnxModel, square_side
from edgekit.models.square import Square
from edgekit.models.wanted import Wanted

BINS = 8
COCO_CLASSES = 80

Found = tuple[Boxes, NDArray[np.float32], NDArray[np.int64]]
"""Boxes in pixels of the input, scores, classes."""

Levels = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FocalKind:
    """How one family of such models was trained.

    Attributes:
        name: of the family.
        strides: of its outputs, in pixels of the input.
        mean: of each channel, in grey levels 0..255.
        deviation: of each channel, in grey levels.
        rgb: whether red comes first.
        stretch: whether the picture fills the square, or keeps its proportions in its top left.
        sure: score at which precision and recall balance on people of a street.
        threshold: least score of a box where none is given.
    """

    name: str
    strides: tuple[int, ...]
    mean: Levels
    deviation: Levels
    rgb: bool
    stretch: bool
    sure: float
    threshold: float


class FocalDetector:
    """A `Detector` on a model of one such family.

    Args:
        model: the loaded model.
        classes: COCO ids to look for.
        threshold: least score of a box, 0..1; by default that of the family.
        iou: boxes of one class that overlap more than this are one, 0..1.

    Raises:
        ModelError: the model is of another kind.
    """

    KIND: ClassVar[FocalKind]

    def __init__(
        self,
        model: OnnxModel,
        *,
        classes: tuple[int, ...] = (PERSON,),
        threshold: float | None = None,
        iou: float = 0.5,
    ) -> None:
        kind = self.KIND
        self._square = Square(square_side(model, kind.name), stretch=kind.stretch)
        least = kind.threshold if threshold is None else threshold
        self._wanted = Wanted(classes=classes, threshold=least, iou=iou)
        self._model = model
        self._mean = np.array(kind.mean, np.float32)
        self._scale = 1 / np.array(kind.deviation, np.float32)

    def detect(self, frame: Frame) -> Detections:
        """Return the boxes found, in pixels of the frame; ModelError where the model fails."""
        scale = self._square.fill(frame.pixels)
        planes = self._square.planes(mean=self._mean, scale=self._scale, rgb=self.KIND.rgb)
        found = decode(
            self._model.run(planes),
            side=self._square.side,
            strides=self.KIND.strides,
            classes=self._wanted.class_ids,
            threshold=self._wanted.threshold,
        )
        return settled(found, scale, frame.size, iou=self._wanted.iou, sure=self.KIND.sure)


def decode(
    outputs: Mapping[str, NDArray[np.float32]],
    *,
    side: int,
    strides: Sequence[int],
    classes: NDArray[np.int64],
    threshold: float,
) -> Found:
    """Return the boxes of all strides whose best class among ``classes`` scores above threshold.

    Outputs are told apart by their shapes: their names differ from file to file.

    Raises:
        ModelError: an output is missing.
    """
    by_shape = {(value.shape[-2], value.shape[-1]): value for value in outputs.values()}
    found = [_stride(by_shape, side, stride, classes, threshold) for stride in strides]
    xyxy, score, class_id = (np.concatenate(part) for part in zip(*found, strict=True))
    return xyxy, score, class_id


def _stride(
    by_shape: Mapping[tuple[int, int], NDArray[np.float32]],
    side: int,
    stride: int,
    classes: NDArray[np.int64],
    threshold: float,
) -> Found:
    columns = -(-side // stride)
    cells = columns * columns
    try:
        scores = by_shape[cells, COCO_CLASSES].reshape(cells, COCO_CLASSES)[:, classes]
        sides = by_shape[cells, 4 * BINS].reshape(cells, 4, BINS)
    except (KeyError, IndexError) as error:
        raise ModelError(f"no output for stride {stride} of this model") from error
    best = scores.max(axis=1)
    cell = np.flatnonzero(best > threshold)
    weights = np.exp(sides[cell] - sides[cell].max(axis=2, keepdims=True))
    weights /= weights.sum(axis=2, keepdims=True)
    distance = weights @ np.arange(BINS, dtype=np.float32) * stride
    centre = (np.stack([cell % columns, cell // columns], axis=1) + 0.5) * stride
    corners = np.hstack([centre - distance[:, :2], centre + distance[:, 2:]])
    return corners.astype(np.float32), best[cell], classes[scores[cell].argmax(axis=1)]
