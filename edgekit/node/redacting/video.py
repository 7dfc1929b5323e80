"""Covered frames into a video file without sound or metadata.

With the ``[video]`` extra it is H.264 and each frame keeps its own time; without, OpenCV writes it
at a steady rate.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2

from edgekit.errors import OutletError, SensorError
from edgekit.frames import RedactedImage
from edgekit.sensors.capture import be_quiet
from edgekit.sensors.video import VideoSource

VIDEO_CODES: Mapping[str, str] = {
    ".avi": "MJPG",
    ".m4v": "mp4v",
    ".mkv": "mp4v",
    ".mov": "mp4v",
    ".mp4": "mp4v",
}
"""What is written into which kind of file without the extra, by OpenCV's names."""

QUALITY: Mapping[str, str] = {
    "crf": "20",
    "preset": "superfast",
    "tune": "zerolatency",
    "threads": "2",
}
"""x264's: near to what was seen, quick, and no frames held back: that takes memory."""

_DISK = "is the disk full?"

Write = Callable[[RedactedImage, int], None]
"""Appends a covered picture that was taken at a time in milliseconds."""


@contextmanager
def video_writer(path: Path, *, size: tuple[int, int], fps: float) -> Iterator[Write]:
    """Give a function that appends a covered picture to a video file.

    Args:
        path: the file, with one of the endings of `VIDEO_CODES`.
        size: (width, height) of every picture.
        fps: frames per second, told in the file; without the extra every frame lasts as long.

    Raises:
        OutletError: no such video can be written.
    """
    try:
        av = import_module("av") if path.suffix.lower() != ".avi" else None
    except ImportError:
        av = None
    with _by_opencv(path, size, fps) if av is None else _as_h264(av, path, size, fps) as write:
        yield write


@contextmanager
def _by_opencv(path: Path, size: tuple[int, int], fps: float) -> Iterator[Write]:
    be_quiet()
    code = cv2.VideoWriter.fourcc(*VIDEO_CODES[path.suffix.lower()])
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, fps, size)
    if not writer.isOpened():
        raise OutletError(f"no video can be written as {path.suffix}", hint="use .avi")

    def write(image: RedactedImage, _t_ms: int) -> None:
        writer.write(image.pixels)

    try:
        yield write
    finally:
        writer.release()


@contextmanager
def _as_h264(av: Any, path: Path, size: tuple[int, int], fps: float) -> Iterator[Write]:  # noqa: ANN401 -- a module that may be absent
    try:
        container = av.open(str(path), "w")
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
        stream.width, stream.height = size
        # Halved colour needs even sides, and every pixel is to be there.
        stream.pix_fmt = "yuv420p" if not (size[0] % 2 or size[1] % 2) else "yuv444p"
        stream.options = dict(QUALITY)
        stream.codec_context.time_base = Fraction(1, 1000)
        with container:
            last = [-1]

            def write(image: RedactedImage, t_ms: int) -> None:
                frame = av.VideoFrame.from_ndarray(image.pixels, format="bgr24")
                last[0] = max(t_ms, last[0] + 1)  # a container wants times that go up
                frame.pts, frame.time_base = last[0], Fraction(1, 1000)
                container.mux(stream.encode(frame))

            yield write
            container.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise OutletError(f"no video can be written as {path.suffix}: {error}") from error


def require_frames(path: Path, count: int) -> None:
    """Raise OutletError unless a video came to the disk whole: OpenCV's writer does not say."""
    try:
        film = VideoSource(path, clock_ms=int)
        film.close()
    except SensorError as error:
        raise OutletError(f"nothing was written to {path.parent}", hint=_DISK) from error
    if abs(film.frames - count) > 1:  # one: some containers only estimate their number
        raise OutletError(f"{film.frames} of {count} frames were written", hint=_DISK)
