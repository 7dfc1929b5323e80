"""YuNet: where faces are, so that they can be covered. Nothing here has passed the gate.

The model's five landmarks are not read: a cover needs none.
"""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import FACE, Detections, Frame
from edgekit.models.boxes import clip, suppress
from edgekit.models.onnx import OnnxModel

STRIDES = (8, 16, 32)
MULTIPLE = 32
"""Width and height of the input are multiples of this."""

COVERING_THRESHOLD = 0.2
"""Far below the usual 0.6: a false box costs some picture, a missed face costs a person."""


class YuNetDetector:
    """A `Detector` of faces on yunet_n_dynamic or yunet_s_dynamic.

    Source: Wu et al., YuNet: A Tiny Millisecond-level Face Detector, Machine Intelligence
    Research 20, 2023.

    Args:
        model: the loaded model.
        threshold: least score of a box, 0..1.
        iou: boxes that overlap more than this are one, 0..1.
        longer_px: length to which the picture's longer side is scaled, up or down.

    Raises:
        ModelError: the model is of another kind.
    """

    def __init__(
        self,
        model: OnnxModel,
        *,
        threshold: float = COVERING_THRESHOLD,
        iou: float = 0.4,
        longer_px: int = 640,
    ) -> None:
        wanted = {f"{part}_{stride}" for part in ("cls", "obj", "bbox") for stride in STRIDES}
        if not wanted.issubset(model.outputs) or not 0 < threshold < 1 or longer_px < MULTIPLE:
            raise ModelError(f"outputs {list(model.outputs)}: expected {sorted(wanted)} of YuNet")
        self._model = model
        self._threshold = threshold
        self._iou = iou
        self._longer_px = longer_px

    def detect(self, frame: Frame) -> Detections:
        """Return face boxes in pixels of the frame; ModelError where the model fails."""
        width, height = frame.size
        scale = self._longer_px / max(width, height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        blob = np.zeros((1, 3, _up(size[1]), _up(size[0])), np.float32)
        small = cv2.resize(
            frame.pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        )
        blob[0, :, : size[1], : size[0]] = small.transpose(2, 0, 1)
        outputs = self._model.run(blob)
        columns = blob.shape[3]
        found = [self._decode(outputs, stride, columns // stride) for stride in STRIDES]
        xyxy, score = (np.concatenate(part) for part in zip(*found, strict=True))
        xyxy *= np.asarray([width / size[0], height / size[1]] * 2, np.float32)
        class_id = np.full(len(score), FACE, np.int64)
        kept = suppress(xyxy, score, class_id, iou=self._iou)
        return Detections(
            xyxy=clip(xyxy[kept], frame.size), confidence=score[kept], class_id=class_id[kept]
        )

    def _decode(
        self, outputs: Mapping[str, NDArray[np.float32]], stride: int, columns: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Boxes in pixels of the input and scores of one stride's grid of cells."""
        sure = np.clip(outputs[f"cls_{stride}"][0, :, 0], 0, 1)
        there = np.clip(outputs[f"obj_{stride}"][0, :, 0], 0, 1)
        score = np.sqrt(sure * there)
        cell = np.flatnonzero(score > self._threshold)
        shift = outputs[f"bbox_{stride}"][0, cell]
        grid = np.stack([cell % columns, cell // columns], axis=1)
        centre = (grid + shift[:, :2]) * stride
        half = np.exp(np.minimum(shift[:, 2:], 8)) * stride / 2  # e^8 cells: wider than any picture
        return np.hstack([centre - half, centre + half]).astype(np.float32), score[cell]


def _up(pixels: int) -> int:
    return -(-pixels // MULTIPLE) * MULTIPLE
