"""PicoDet: people and vehicles in one frame. Nothing here has passed the gate."""

import numpy as np

from edgekit.errors import ModelError
from edgekit.frames import PERSON, Detections, Frame
from edgekit.models import focal
from edgekit.models.boxes import settled
from edgekit.models.onnx import OnnxModel, square_side
from edgekit.models.square import Square

STRIDES = (8, 16, 32, 64)

SURE = 0.48
"""Score at which precision and recall balance on people of a street."""

_MEAN = 255 * np.array([0.485, 0.456, 0.406], np.float32)
_SCALE = 1 / (255 * np.array([0.229, 0.224, 0.225], np.float32))


class PicoDetDetector:
    """A `Detector` on picodet_s_320 (PaddlePaddle/PaddleDetection; Yu et al., arXiv:2111.00902).

    The picture is stretched to the square input, as in training.

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
        threshold: float = 0.4,
        iou: float = 0.5,
    ) -> None:
        self._square = Square(square_side(model, "PicoDet"), stretch=True)
        if not classes or not 0 < threshold < 1:
            raise ModelError(f"classes {classes}, threshold {threshold}: nothing could be found")
        self._model = model
        self._classes = np.asarray(classes, np.int64)
        self._threshold = threshold
        self._iou = iou

    def detect(self, frame: Frame) -> Detections:
        """Return the boxes found, in pixels of the frame; ModelError where the model fails."""
        scale = self._square.fill(frame.pixels)
        found = focal.decode(
            self._model.run(self._square.planes(mean=_MEAN, scale=_SCALE, rgb=True)),
            side=self._square.side,
            strides=STRIDES,
            classes=self._classes,
            threshold=self._threshold,
        )
        return settled(found, scale, frame.size, iou=self._iou, sure=SURE)
