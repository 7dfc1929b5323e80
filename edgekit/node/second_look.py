"""The second look at a covered picture, by somebody who did not cover it. Only then may it leave.

What leaves is made anew: every cover is filled again with a colour of this file's own, and the
rest goes through one fixed quantisation into one fixed form, so that a picture carries what it
shows and little else. What is found in it holds it back. One picture of each batch leaves, in any
case, and for an hour nobody is told that one was held back: neither tells when.

Nothing here has passed the gate.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from edgekit.frames import Frame, Mask, Pixels
from edgekit.redaction.cover import COVER_BGR, COVERS_BGR
from edgekit.seams.eye import Detector

QUALITIES = (50, 25, 10)
"""Of JPEG: 50 is the tables of ITU-T T.81, Annex K, as they stand there; the next is taken where a
picture comes out longer than `BITS_A_PIXEL`."""

BITS_A_PIXEL = 1
"""A covered picture that takes more than this is noise, or a message: it does not leave."""

LEAST_BYTES = 1024
"""So long may any picture be: tables and head alone take 600."""

BATCH = 3
"""One of so many pictures leaves. An eye shows one in five seconds."""

HOUR = 240
"""After so many batches it is told whether any picture of them was held back."""


class SecondLook:
    """Looks at covered pictures and makes them anew.

    Args:
        detectors: of what must not be left; none = nothing is looked for.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)

    def review(self, pixels: Pixels, covers: Mask) -> bytes | None:
        """Return the picture as it may leave, a JPEG; None where it may not.

        Args:
            pixels: uint8, shape (height, width, 3), BGR.
            covers: uint8, shape (height, width): 0 where it shows something, else the cover.
        """
        try:
            picture = _made_anew(pixels, covers)
            if picture is None:
                return None
            shown = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
            frame = Frame(np.asarray(shown, np.uint8), 0, 0)
            found = [len(detector.detect(frame)) for detector in self._detectors]
        except Exception:  # noqa: BLE001 -- whatever failed: a picture that was not looked at stays
            return None
        return None if any(found) else picture


def blank(size: tuple[int, int]) -> bytes:
    """Return a picture of (width, height) that shows nothing but a cover."""
    width, height = size
    return _coded(np.full((height, width, 3), COVER_BGR, np.uint8), QUALITIES[0])


class Batches:
    """What leaves, and when: one picture of each batch, the last that nothing was found in.

    Args:
        batch: how many pictures make one.
        hour: after how many batches it is told whether any was held back.
    """

    def __init__(self, *, batch: int = BATCH, hour: int = HOUR) -> None:
        self._batch = batch
        self._hour = hour * batch
        self._count = 0
        self._clean: bytes | None = None
        self._held_back = False
        self._told = False

    def add(self, picture: bytes | None, size: tuple[int, int]) -> bytes | None:
        """Take the next picture, None = it was held back; return what leaves now, if anything.

        Returns:
            One byte, 1 where pictures of the last whole hour were held back, and a JPEG; `blank`
            of this size where there was no other picture yet.
        """
        self._clean = picture or self._clean
        self._held_back = self._held_back or picture is None
        due = self._count % self._batch == 0  # the first one at once: somebody may wait for it
        self._count += 1
        if self._count % self._hour == 0:
            self._told, self._held_back = self._held_back, False
        return bytes([self._told]) + (self._clean or blank(size)) if due else None


def _made_anew(pixels: Pixels, covers: Mask) -> bytes | None:
    """The picture with covers of our own, in the first form that is short enough."""
    palette = np.asarray([COVERS_BGR.get(number, COVER_BGR) for number in range(256)], np.uint8)
    filled = np.where(covers[:, :, None] > 0, palette[covers], pixels)
    most = max(LEAST_BYTES, BITS_A_PIXEL * covers.size // 8)
    coded = (_coded(filled, quality) for quality in QUALITIES)
    return next((picture for picture in coded if len(picture) <= most), None)


def _coded(pixels: Pixels, quality: int) -> bytes:
    """A JPEG with the tables of its standard: quantisation scaled by the quality, Huffman as is."""
    settings = (
        *(cv2.IMWRITE_JPEG_QUALITY, quality),
        *(cv2.IMWRITE_JPEG_OPTIMIZE, 0),
        *(cv2.IMWRITE_JPEG_PROGRESSIVE, 0),
        *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420),
    )
    _, data = cv2.imencode(".jpg", pixels, settings)
    return data.tobytes()
