"""Whether a file holds one whole picture. Nothing here has passed the gate.

Decoders are forgiving: they fill what is missing with grey, and take the first of many pictures. A
picture that is to be redacted has to be the one that its owner sees.
"""

from pathlib import Path

import cv2

from edgekit.errors import SensorError

_JPEG, _PNG, _RIFF, _WEBP = b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF", b"WEBP"
_TIFF = (b"II*\x00", b"MM\x00*")
_JPEG_END, _PNG_END, _PNG_ANIMATED = b"\xff\xd9", b"IEND", b"acTL"
_WEBP_FLAGS, _WEBP_ANIMATED = 20, 0x02


def require_one_whole_picture(path: Path, data: bytes) -> None:
    """Raise SensorError where a picture file is cut off, or holds more than one picture.

    Sources: ITU-T T.81 (EOI), PNG third edition (IEND, acTL), the WebP container specification
    (VP8X flags). A file of another kind is left to its decoder.
    """
    if _cut_off(data):
        raise SensorError(f"image {path} is cut off: its end is missing", hint="copy it again")
    if _several(path, data):
        raise SensorError(
            f"image {path} holds several pictures: expected one",
            hint="save it as a video, or each picture as a file of its own",
        )


def _cut_off(data: bytes) -> bool:
    if data.startswith(_JPEG):
        return _JPEG_END not in data[-4096:]  # cameras append a little after it
    if data.startswith(_PNG):
        return _PNG_END not in data[-4096:]
    if data.startswith(_RIFF) and data[8:12] == _WEBP:
        return len(data) < int.from_bytes(data[4:8], "little") + 8
    return False


def _several(path: Path, data: bytes) -> bool:
    if data.startswith(_PNG):
        first = data.find(b"IDAT")
        return _PNG_ANIMATED in data[: max(0, first)]
    if data.startswith(_RIFF) and data[12:16] == b"VP8X":
        return bool(data[_WEBP_FLAGS] & _WEBP_ANIMATED) if len(data) > _WEBP_FLAGS else False
    if data.startswith(_TIFF):
        return int(cv2.imcount(str(path))) > 1
    return False
