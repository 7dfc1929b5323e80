"""The recording of a thermal array, played back. Nothing here has passed the gate.

A ``.npy`` file of degrees Celsius, shape (readings, rows, columns): what `numpy.save` makes of the
readings of any array. All of it is read at the beginning, so that a sealed process needs no file.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from edgekit.errors import SensorError
from edgekit.frames import ThermalFrame
from edgekit.sensors.image import unreadable

DEFAULT_FPS = 8.0
MOST_BYTES = 256_000_000
FEWEST_POINTS, MOST_POINTS = 8, 320
_AXES = 3


class HeatFile:
    """Readings of a file at a steady rate.

    Args:
        path: of the file.
        clock_ms: Unix time in milliseconds, read for the time of the first reading, and again
            before each in real time.
        fps: the rate that gives the readings their times, > 0.
        realtime: wait so that readings come no faster than that.

    Raises:
        SensorError: no such file, or it holds something else.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock_ms: Callable[[], int],
        fps: float = DEFAULT_FPS,
        realtime: bool = False,
    ) -> None:
        self._celsius = _read(path)
        self._clock_ms = clock_ms
        self._realtime = realtime
        self._closed = threading.Event()
        self._start_ms: int | None = None
        self._index = 0
        self.fps = fps
        rows, columns = self._celsius.shape[1:]
        self.size = columns, rows

    def read(self) -> ThermalFrame | None:
        """Return the next reading, or None after the last."""
        if self._closed.is_set() or self._index == len(self._celsius):
            return None
        if self._start_ms is None:
            self._start_ms = self._clock_ms()
        t_ms = self._start_ms + round(self._index * 1000 / self.fps)
        if self._realtime:
            self._closed.wait(min(max(0.0, (t_ms - self._clock_ms()) / 1000), 1 / self.fps))
        celsius = self._celsius[self._index].astype(np.float64)
        self._index += 1
        return ThermalFrame(celsius, float("nan"), t_ms, self._index - 1)

    def forget(self) -> None:
        """A recording waits for its reader: nothing is old."""

    def close(self) -> None:
        """End it; harmless when repeated."""
        self._closed.set()


def _read(path: Path) -> np.ndarray[tuple[int, int, int], np.dtype[np.float32]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _odd(path, f"more than {MOST_BYTES // 1_000_000} MB")
        found = np.load(path, allow_pickle=False)
    except OSError as error:
        raise unreadable(f"recording {path}", error) from error
    except (ValueError, EOFError) as error:
        raise _odd(path, "no array of numpy") from error
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "fiu" or found.ndim != _AXES:
        raise _odd(path, "something else")
    if not len(found) or not all(FEWEST_POINTS <= n <= MOST_POINTS for n in found.shape[1:]):
        raise _odd(path, f"an array of shape {found.shape}")
    return np.asarray(found, np.float32)


def _odd(path: Path, what: str) -> SensorError:
    return SensorError(
        f"recording {path} holds {what}: expected °C of the shape (readings, rows, columns), "
        f"{FEWEST_POINTS} to {MOST_POINTS} points a side",
        hint="numpy.save writes it",
    )
