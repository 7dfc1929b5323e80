"""Covered pictures and videos onto the disk, all of a file or nothing."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import cv2

from edgekit.errors import EdgekitError, OutletError, SensorError
from edgekit.frames import RedactedImage
from edgekit.redaction.redactor import encode
from edgekit.sensors.capture import be_quiet
from edgekit.sensors.video import VideoSource

VIDEO_CODES: Mapping[str, str] = {
    ".avi": "MJPG",
    ".m4v": "mp4v",
    ".mkv": "mp4v",
    ".mov": "mp4v",
    ".mp4": "mp4v",
}
"""What is written into which kind of file."""

_DISK = "is the disk full?"


def coded(image: RedactedImage, suffix: str) -> bytes:
    """Return a covered picture as a file of that ending, without metadata."""
    if suffix == ".png":
        return encode(image)
    done, data = cv2.imencode(suffix, image.pixels)
    if not done:
        raise OutletError(f"the picture cannot be written as {suffix}", hint="use .png")
    return data.tobytes()


@contextmanager
def video_writer(
    path: Path, *, size: tuple[int, int], fps: float
) -> Iterator[Callable[[RedactedImage], None]]:
    """Give a function that appends a covered picture to a video file without sound."""
    be_quiet()
    code = cv2.VideoWriter.fourcc(*VIDEO_CODES[path.suffix.lower()])
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, fps, size)
    if not writer.isOpened():
        raise OutletError(f"no video can be written as {path.suffix}", hint="use .avi")

    def write(image: RedactedImage) -> None:
        writer.write(image.pixels)

    try:
        yield write
    finally:
        writer.release()


def require_frames(path: Path, count: int) -> None:
    """Raise OutletError unless a video came to the disk whole: OpenCV's writer does not say."""
    try:
        film = VideoSource(path, clock_ms=int)
        film.close()
    except SensorError as error:
        raise OutletError(f"nothing was written to {path.parent}", hint=_DISK) from error
    if abs(film.frames - count) > 1:  # one: some containers only estimate their number
        raise OutletError(f"{film.frames} of {count} frames were written", hint=_DISK)


@contextmanager
def written(target: Path) -> Iterator[Path]:
    """Give a path beside the target; it takes the target's place only when all went well."""
    try:
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=".redacting-", suffix=target.suffix.lower()
        )
        os.close(handle)
    except OSError as error:
        raise OutletError(
            f"{target} cannot be written: {error.strerror}", hint="does its folder exist?"
        ) from error
    unfinished = Path(name)
    try:
        yield unfinished
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(target)
    except EdgekitError:
        raise
    except OSError as error:
        raise OutletError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
