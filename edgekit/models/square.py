"""The square input that a detection model sees. Nothing here has passed the gate."""

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Pixels

Floats = NDArray[np.floating]


class Square:
    """A square picture that is filled from pictures of any size, and is never made anew.

    Args:
        side: its width and height in pixels.
        pad: grey level of what the picture leaves free.
        stretch: fill the square whatever the picture's proportions; otherwise the picture keeps
            them and lies in the top left corner.
    """

    def __init__(self, side: int, *, pad: int = 0, stretch: bool = False) -> None:
        self.side = side
        self.pixels = np.zeros((side, side, 3), np.uint8)
        self.blob = np.zeros((1, 3, side, side), np.float32)
        self._pad = pad
        self._stretch = stretch

    def fill(self, pixels: Pixels) -> NDArray[np.float32]:
        """Take a picture, uint8 (height, width, 3).

        Returns:
            Pixels of the square for one pixel of the picture: float32, (4,), for x, y, x, y.
        """
        height, width = pixels.shape[:2]
        size = (self.side, self.side) if self._stretch else self._fitted(width, height)
        if size != (self.side, self.side):
            self.pixels[:] = self._pad
        smaller = size[0] * size[1] < width * height
        self.pixels[: size[1], : size[0]] = cv2.resize(
            pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        )
        return np.asarray([size[0] / width, size[1] / height] * 2, np.float32)

    def planes(
        self, *, mean: Floats | None = None, scale: Floats | None = None, rgb: bool = False
    ) -> NDArray[np.float32]:
        """Return the picture as float32 (1, 3, side, side), each channel less mean, times scale."""
        for plane in range(3):
            channel = 2 - plane if rgb else plane
            out = self.blob[0, plane]
            if mean is None:
                out[:] = self.pixels[:, :, channel]
            else:
                np.subtract(self.pixels[:, :, channel], mean[plane], out=out)
            if scale is not None:
                out *= scale[plane]
        return self.blob

    def _fitted(self, width: int, height: int) -> tuple[int, int]:
        scale = self.side / max(width, height)
        return max(1, round(width * scale)), max(1, round(height * scale))
