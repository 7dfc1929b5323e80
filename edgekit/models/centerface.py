"""CenterFace: where faces are, so that they can be covered. Nothing here has passed the gate.

The model's five landmarks are not read: a cover needs none.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import FACE, Detections, Frame
from edgekit.models.boxes import clip, suppress
from edgekit.models.onnx import OnnxModel

HEAT, SIZE, OFFSET = "537", "538", "539"
"""The file's names of its outputs: score, log size and offset of each cell."""

STRIDE = 4
MULTIPLE = 32

COVERING_THRESHOLD = 0.2


class CenterFaceDetector:
    """A `Detector` of faces on centerface.

    Source: Xu et al., CenterFace: Joint Face Detection and Alignment Using Face as Point,
    arXiv:1911.03599; Star-Clouds/CenterFace.

    Args:
        model: the loaded model, its input size made free (`edgekit.models.symbolic`).
        threshold: least score of a box, 0..1.
        iou: boxes that overlap more than this are one, 0..1.
        longer_px: length to which the picture's longer side is scaled, up or down; None = as it is.

    Raises:
        ModelError: the model is of another kind.
    """

    def __init__(
        self,
        model: OnnxModel,
        *,
        threshold: float = COVERING_THRESHOLD,
        iou: float = 0.3,
        longer_px: int | None = None,
    ) -> None:
        wanted = {HEAT, SIZE, OFFSET}
        if not wanted.issubset(model.outputs):
            raise ModelError(f"outputs {list(model.outputs)}: expected {sorted(wanted)}")
        self._model = model
        self._threshold = threshold
        self._iou = iou
        self._longer_px = longer_px

    def detect(self, frame: Frame) -> Detections:
        """Return face boxes in pixels of the frame; ModelError where the model fails."""
        width, height = frame.size
        scale = 1.0 if self._longer_px is None else self._longer_px / max(width, height)
        size = _up(width * scale), _up(height * scale)
        # The picture is stretched to the input, as in the authors' own code: no padding.
        blob = cv2.dnn.blobFromImage(frame.pixels, size=size)
        outputs = self._model.run(np.asarray(blob, np.float32))
        score, xyxy = _decode(outputs[HEAT], outputs[SIZE], outputs[OFFSET], self._threshold)
        xyxy *= np.asarray([width / size[0], height / size[1]] * 2, np.float32)
        class_id = np.full(len(score), FACE, np.int64)
        kept = suppress(xyxy, score, class_id, iou=self._iou)
        return Detections(
            xyxy=clip(xyxy[kept], frame.size), confidence=score[kept], class_id=class_id[kept]
        )


def _decode(
    heat: NDArray[np.float32],
    size: NDArray[np.float32],
    offset: NDArray[np.float32],
    threshold: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Scores, and boxes in pixels of the input, of cells whose score is above the threshold."""
    rows, columns = np.nonzero(heat[0, 0] > threshold)
    score = heat[0, 0, rows, columns]
    log_size = np.minimum(size[0][:, rows, columns], 8)  # e^8 cells: wider than any picture
    half = np.exp(log_size[::-1]).T * STRIDE / 2  # width first
    shift = offset[0][::-1, rows, columns].T
    centre = (np.stack([columns, rows], axis=1) + shift + 0.5) * STRIDE
    return score, np.hstack([centre - half, centre + half]).astype(np.float32)


def _up(pixels: float) -> int:
    return max(1, -(-round(pixels) // MULTIPLE)) * MULTIPLE
