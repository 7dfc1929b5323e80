"""PicoDet: people and vehicles in one frame. Nothing here has passed the gate."""

from edgekit.models.focal import FocalDetector, FocalKind

_LEVELS = 255
"""Of a channel, to which ImageNet's figures of 0..1 are brought."""


class PicoDetDetector(FocalDetector):
    """A `Detector` on picodet_s_320 (PaddlePaddle/PaddleDetection; Yu et al., arXiv:2111.00902).

    The picture is stretched to the square input, as in training.
    """

    KIND = FocalKind(
        name="PicoDet",
        strides=(8, 16, 32, 64),
        mean=(0.485 * _LEVELS, 0.456 * _LEVELS, 0.406 * _LEVELS),
        deviation=(0.229 * _LEVELS, 0.224 * _LEVELS, 0.225 * _LEVELS),
        rgb=True,
        stretch=True,
        sure=0.48,
        threshold=0.4,
    )
