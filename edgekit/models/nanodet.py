"""NanoDet: people and vehicles in one frame. Nothing here has passed the gate."""

import numpy as np

from edgekit.errors import ModelError
from edgekit.frames import PERSON, Detections, Frame
from edgekit.models import focal
from edgekit.models.boxes import settled
from edgekit.models.onnx import OnnxModel, square_side
from edgekit.models.square import Square

STRIDES = (8, 16, 32)

SURE = 0.45
"""Score at which precision and recall balance on people of a street."""

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
        threshold: float = 0.3,
        iou: float = 0.5,
    ) -> None:
        self._square = Square(square_side(model, "NanoDet"))
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
            self._model.run(self._square.planes(mean=_MEAN, scale=_SCALE)),
            side=self._square.side,
            strides=STRIDES,
            classes=self._classes,
            threshold=self._threshold,
        )
        return settled(found, scale, frame.size, iou=self._iou, sure=SURE)
