"""From what the installer wrote to the source it means. Nothing here has passed the gate.

source = open_source("0", clock_ms=now_ms, width=640, height=480)
"""

from collections.abc import Callable
from pathlib import Path

from edgekit.errors import ConfigError
from edgekit.seams.eye import FrameSource
from edgekit.sensors.camera import DEFAULT_FPS, CameraSource
from edgekit.sensors.folder import DEFAULT_FPS as FOLDER_FPS
from edgekit.sensors.folder import FolderSource
from edgekit.sensors.image import require_size, unreadable
from edgekit.sensors.network import NetworkSource
from edgekit.sensors.picamera import PicameraSource
from edgekit.sensors.video import VideoSource

PICAMERA = "picamera2:"


def open_source(
    spec: str,
    *,
    clock_ms: Callable[[], int],
    width: int | None = None,
    height: int | None = None,
    fps: float | None = None,
    realtime: bool = False,
) -> FrameSource:
    """Open a camera, a stream, a video file or a folder of pictures.

    Args:
        spec: a number or ``/dev/video…`` for a camera, ``picamera2:`` and a number for a Raspberry
            Pi's own, ``rtsp://…`` or ``http://…`` for a stream, or the path of a video file or of a
            folder of pictures.
        clock_ms: Unix time in milliseconds.
        width: pixels; a camera is asked for them, and every source delivers them. Give both
            width and height or neither.
        height: pixels.
        fps: frames per second to ask of a camera or to give a folder; a file has its own.
        realtime: whether a file or folder comes at its own pace instead of as fast as it is read.

    Raises:
        ConfigError: the arguments mean nothing.
        SensorError: there is no such thing, or it gives no pictures.
    """
    size = require_size(width, height)
    if fps is not None and not fps > 0:
        raise ConfigError(f"fps = {fps}: expected more than 0")
    if not spec:
        raise ConfigError("no source given", hint='use "0" for the first camera, or a path')
    if spec.startswith("thermal:") or spec.endswith(".npy"):
        raise ConfigError(
            f"source {spec!r} is a thermal array: expected what gives pictures",
            hint="lines in an array's view need none: draw them in pixels of width and height",
        )
    if "://" in spec:
        return NetworkSource(spec, clock_ms=clock_ms, size=size)
    if spec.startswith(PICAMERA):
        number = _picamera(spec)
        return PicameraSource(number, clock_ms=clock_ms, size=size, fps=fps or DEFAULT_FPS)
    path = Path(f"/dev/video{spec}") if spec.isascii() and spec.isdecimal() else Path(spec)
    if path.is_relative_to("/dev"):
        return CameraSource(path, clock_ms=clock_ms, size=size, fps=fps or DEFAULT_FPS)
    if _is_folder(path):
        return FolderSource(
            path, clock_ms=clock_ms, size=size, fps=fps or FOLDER_FPS, realtime=realtime
        )
    return VideoSource(path, clock_ms=clock_ms, size=size, realtime=realtime)


def _picamera(spec: str) -> int:
    number = spec.removeprefix(PICAMERA)
    if not (number.isascii() and number.isdecimal()):
        raise ConfigError(f"source {spec!r}: expected picamera2: and a number, as picamera2:0")
    return int(number)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise unreadable(f"source {path}", error) from error
