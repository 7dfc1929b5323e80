"""What the decoders share: overlap, non-maximum suppression, one scale of confidence."""

import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Detections

Boxes = NDArray[np.float32]
"""float32, shape (n, 4): x1, y1, x2, y2."""


def overlap(box: Boxes, others: Boxes) -> NDArray[np.float32]:
    """Intersection over union of one box (shape (4,)) with each of the others (shape (n,))."""
    # Products are written out: np.prod over two numbers takes longer than all the rest.
    side = np.maximum(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0)
    shared = side[:, 0] * side[:, 1]
    sides = others[:, 2:] - others[:, :2]
    whole = (box[2] - box[0]) * (box[3] - box[1]) + sides[:, 0] * sides[:, 1] - shared
    return np.asarray(shared / np.maximum(whole, np.finfo(np.float32).eps), np.float32)


def suppress(
    xyxy: Boxes,
    score: NDArray[np.float32],
    class_id: NDArray[np.int64],
    *,
    iou: float,
) -> NDArray[np.intp]:
    """Greedy non-maximum suppression within each class.

    Returns:
        Indices of the boxes that stay, highest score first.
    """
    order = np.argsort(-score, kind="stable")
    if iou >= 1:  # nothing overlaps more than that
        return order
    kept: list[int] = []
    while len(order):
        best, order = order[0], order[1:]
        kept.append(int(best))
        same = (overlap(xyxy[best], xyxy[order]) > iou) & (class_id[order] == class_id[best])
        order = order[~same]
    return np.asarray(kept, np.intp)


def clip(xyxy: Boxes, size: tuple[int, int]) -> Boxes:
    """Boxes cut to a picture of (width, height)."""
    width, height = size
    return np.clip(xyxy, 0, np.asarray([width, height, width, height], np.float32))


def settled(
    found: tuple[Boxes, NDArray[np.float32], NDArray[np.int64]],
    scale: NDArray[np.float32],
    size: tuple[int, int],
    *,
    iou: float,
    sure: float,
) -> Detections:
    """Return what a decoder found as detections in pixels of the frame, each thing once.

    Args:
        found: boxes in pixels of the model's input, scores and classes.
        scale: pixels of the input for one pixel of the frame, shape (4,).
        size: (width, height) of the frame.
        iou: boxes of one class that overlap more than this are one.
        sure: the model's score that becomes confidence 0.5. Scores of different models mean
            different things; whoever reads confidence should not need to know the model.
    """
    xyxy, score, class_id = found
    kept = suppress(xyxy, score, class_id, iou=iou)
    points = np.asarray([0.0, sure, 1.0]), np.asarray([0.0, 0.5, 1.0])
    return Detections(
        xyxy=clip(np.asarray(xyxy[kept] / scale, np.float32), size),
        confidence=np.interp(score[kept], *points).astype(np.float32),
        class_id=class_id[kept],
    )
