"""Single pictures: from file to pixels. Nothing here has passed the gate."""

import stat
from pathlib import Path

import cv2
import numpy as np

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Pixels
from edgekit.sensors.capture import be_quiet
from edgekit.sensors.still import require_one_whole_picture

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp")
"""What counts as a picture in a folder, in lower case."""

MAX_BYTES = 64 << 20
"""A larger file is no camera picture; decoding it would only eat memory."""

MAX_SIDE_PX = 16384
"""Longest side that a picture may be asked for in."""


def read_image(path: Path) -> Pixels:
    """Return the picture in a file, upright by its EXIF orientation.

    Returns:
        uint8, shape (height, width, 3), BGR.

    Raises:
        SensorError: the file is missing, empty, a folder, too large, cut off, or not one picture.
    """
    be_quiet()
    require_file(path, "image")
    if path.stat().st_size > MAX_BYTES:
        raise SensorError(f"image {path} has {path.stat().st_size} bytes: at most {MAX_BYTES}")
    try:
        coded = np.fromfile(path, np.uint8)
        require_one_whole_picture(path, coded.tobytes())
        pixels = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    except SensorError:
        raise
    except (cv2.error, OSError) as error:
        raise SensorError(
            f"image {path} cannot be read: {error}", hint="copy or record it again"
        ) from error
    if pixels is None:
        raise SensorError(
            f"image {path} cannot be decoded: it is damaged or no picture",
            hint=f"expected one of {', '.join(SUFFIXES)}",
        )
    return np.asarray(pixels, np.uint8)


def require_file(path: Path, what: str) -> None:
    """Raise SensorError unless the path is a file with something in it."""
    try:
        state = path.stat()
        if stat.S_ISREG(state.st_mode):
            path.open("rb").close()  # OpenCV does not say why it can't
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SensorError(f"{what} {path} does not exist", hint="check the path") from error
    except OSError as error:
        raise unreadable(f"{what} {path}", error) from error
    if stat.S_ISDIR(state.st_mode):
        raise SensorError(f"{what} {path} is a folder: expected a file", hint="name a file in it")
    if not stat.S_ISREG(state.st_mode):
        raise SensorError(f"{what} {path} is not a regular file", hint="name a file")
    if not state.st_size:
        raise SensorError(f"{what} {path} is empty (0 bytes)", hint="copy or record it again")


def unreadable(what: str, error: OSError) -> SensorError:
    """Return the error for a file or a folder that is there and cannot be read."""
    return SensorError(
        f"{what} cannot be read: {error.strerror}", hint="may this user read it, and its folder?"
    )


def fit(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return the picture in (width, height), stretched where it differs."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def require_size(width: int | None, height: int | None) -> tuple[int, int] | None:
    """Return the size asked for, or None where none is; ConfigError for a half or a wrong one."""
    if width is None and height is None:
        return None
    if width is None or height is None:
        raise ConfigError(f"size {width} x {height}: give width and height, or neither")
    if not (0 < width <= MAX_SIDE_PX and 0 < height <= MAX_SIDE_PX):
        raise ConfigError(f"size {width} x {height}: expected 1 to {MAX_SIDE_PX} pixels a side")
    return width, height
