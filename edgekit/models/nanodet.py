"""NanoDet: people and vehicles in one frame. Nothing here has passed the gate."""

from edgekit.models.focal import FocalDetector, FocalKind


class NanoDetDetector(FocalDetector):
    """A `Detector` on nanodet_2022nov (RangiLyu/nanodet, OpenCV Zoo).

    The picture keeps its proportions and lies in the top left corner of the square input.
    """

    KIND = FocalKind(
        name="NanoDet",
        strides=(8, 16, 32),
        mean=(103.53, 116.28, 123.675),
        deviation=(57.375, 57.12, 58.395),
        rgb=False,
        stretch=False,
        sure=0.45,
        threshold=0.3,
    )
