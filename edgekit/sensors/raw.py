"""Raw frames from a pipe: bytes, BGR, row after row. Nothing here has passed the gate."""

from typing import BinaryIO

import numpy as np

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Frame

CHANNELS = 3


class RawSource:
    """Frames of one size from an open stream, three bytes a pixel: blue, green, red.

    ``ffmpeg -i IN -f rawvideo -pix_fmt bgr24 -`` writes such a stream.

    Args:
        stream: where they come from; closed by whoever opened it.
        size: (width, height) of every frame.
        fps: frames per second, which gives them their times, > 0.

    Raises:
        ConfigError: a size or a rate that cannot be.
    """

    live = False

    def __init__(self, stream: BinaryIO, *, size: tuple[int, int], fps: float) -> None:
        if min(size) < 1 or not fps > 0:
            raise ConfigError(f"raw frames of {size[0]}x{size[1]} at {fps}: expected more than 0")
        self._stream = stream
        self.size = size
        self.fps = fps
        self._index = 0

    def read(self) -> Frame | None:
        """Return the next frame, or None at the end; SensorError where it comes amid a frame."""
        width, height = self.size
        wanted = width * height * CHANNELS
        data = self._stream.read(wanted)
        if not data:
            return None
        if len(data) < wanted:
            raise SensorError(
                f"raw frame {self._index} ends after {len(data)} of {wanted} bytes",
                hint="is the size right?",
            )
        pixels = np.frombuffer(data, np.uint8).reshape(height, width, CHANNELS)
        self._index += 1
        return Frame(pixels, round((self._index - 1) * 1000 / self.fps), self._index - 1)

    def close(self) -> None:
        """Nothing to let go of; harmless when repeated."""
