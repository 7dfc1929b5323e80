"""The output of NanoDet and PicoDet: classes, and a distribution for each side of a box.

Source: Li et al., Generalized Focal Loss, arXiv:2006.04388: the distance of a side from the cell's
centre is the mean of a distribution over 0..7 strides. Nothing here has passed the gate.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.models.boxes import Boxes

BINS = 8
COCO_CLASSES = 80

Found = tuple[Boxes, NDArray[np.float32], NDArray[np.int64]]
"""Boxes in pixels of the input, scores, classes."""


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
