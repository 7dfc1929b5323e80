"""A folder of pictures, in the order of their names. Nothing here has passed the gate."""

import threading
from collections.abc import Callable
from pathlib import Path

from edgekit.errors import SensorError
from edgekit.frames import Frame
from edgekit.sensors.image import SUFFIXES, fit, read_image, unreadable

DEFAULT_FPS = 10.0


def pictures(folder: Path) -> tuple[Path, ...]:
    """The picture files right in a folder, sorted by name; SensorError where there are none."""
    if not folder.is_dir():
        raise SensorError(f"folder {folder} does not exist", hint="check the path")
    try:
        found = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
    except OSError as error:
        raise unreadable(f"folder {folder}", error) from error
    if not found:
        raise SensorError(
            f"folder {folder} has no pictures: expected {', '.join(SUFFIXES)}",
            hint="name the folder that the pictures lie right in; subfolders are not entered",
        )
    return tuple(found)


class FolderSource:
    """The pictures of a folder as frames at a steady rate.

    Args:
        folder: where they lie; subfolders are not entered.
        clock_ms: Unix time in milliseconds, read once for the time of the first frame, and again
            before each frame in real time.
        size: (width, height) to deliver; None = that of the first picture, and all have it.
        fps: the rate that gives the frames their times, > 0.
        realtime: wait so that frames come no faster than that.

    Raises:
        SensorError: no folder, no pictures in it, a bad picture, or one of another size.
    """

    live = False

    def __init__(
        self,
        folder: Path,
        *,
        clock_ms: Callable[[], int],
        size: tuple[int, int] | None = None,
        fps: float = DEFAULT_FPS,
        realtime: bool = False,
    ) -> None:
        self._paths = pictures(folder)
        self._clock_ms = clock_ms
        self._given = size is not None
        first = read_image(self._paths[0])
        self.size = size or (first.shape[1], first.shape[0])
        self.fps = fps
        self.frames = len(self._paths)
        self._realtime = realtime
        self._closed = threading.Event()
        self._start_ms = clock_ms()
        self._index = 0

    def read(self) -> Frame | None:
        """Return the next picture, or None after the last; SensorError names a bad one."""
        if self._closed.is_set() or self._index == len(self._paths):
            return None
        path = self._paths[self._index]
        pixels = read_image(path)
        size = (pixels.shape[1], pixels.shape[0])
        if size != self.size and not self._given:
            raise SensorError(
                f"image {path} is {size[0]}x{size[1]}: "
                f"expected {self.size[0]}x{self.size[1]} like the first",
                hint="give a width and height to bring them all to one size",
            )
        t_ms = self._start_ms + round(self._index * 1000 / self.fps)
        if self._realtime:
            self._closed.wait(min(max(0.0, (t_ms - self._clock_ms()) / 1000), 1 / self.fps))
        self._index += 1
        return Frame(fit(pixels, self.size), t_ms, self._index - 1)

    def close(self) -> None:
        """End it; harmless when repeated."""
        self._closed.set()
