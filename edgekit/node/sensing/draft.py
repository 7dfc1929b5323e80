"""A covered picture on its way to the second look: raw, so that whoever takes it decodes nothing.

Width and height as u16, then what covers each pixel, one byte each, then the pixels, BGR.
"""

import struct

import numpy as np

from edgekit.errors import PipeError
from edgekit.frames import Mask, Pixels, RedactedImage

HEAD = struct.Struct("<HH")

MAX_DRAFT_BYTES = HEAD.size + 4 * 7680 * 4320
"""No camera that can be set up has more pixels."""


def to_bytes(image: RedactedImage) -> bytes:
    """Return a covered picture as its draft."""
    height, width = image.covers.shape
    return HEAD.pack(width, height) + image.covers.tobytes() + image.pixels.tobytes()


def from_bytes(data: bytes) -> tuple[Pixels, Mask]:
    """Return pixels, uint8 (height, width, 3), and covers, uint8 (height, width), of a draft.

    Raises:
        PipeError: it is none.
    """
    if len(data) < HEAD.size:
        raise PipeError(f"draft of {len(data)} bytes: expected at least {HEAD.size}")
    width, height = HEAD.unpack_from(data)
    area = width * height
    if not area or len(data) != HEAD.size + 4 * area:
        raise PipeError(f"draft of {len(data)} bytes: expected {width} x {height} pixels")
    body = np.frombuffer(data, np.uint8, offset=HEAD.size)
    return body[area:].reshape(height, width, 3), body[:area].reshape(height, width)
