"""Where the picture is another than it was. Nothing here has passed the gate."""

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Mask, Pixels

Region = tuple[int, int, int, int]
"""x1, y1, x2, y2 in whole pixels of the frame."""

BLOCK = 5
"""Pixels of the reduced picture that are judged together, each way."""

STEPS = 4.0
"""Grey levels in units of the noise from which on a block is another."""

LEAST = 3.0
"""Grey levels below which no block is another, however quiet the camera."""

MARGIN = 0.12
"""Room around what has changed, in shares of the picture's longer side."""

LEAST_SIDE = 0.45
"""Shortest side of a region, in shares of the picture's longer side: a smaller part would be
enlarged to more than what the network has seen in training."""

AGO_MS, EVERY_MS = 1_000, 200
"""Activity compares with the picture of a second ago; pictures are kept this often."""

STIRRED, STIRRED_STEPS = 6, 6
"""Grey levels, and units of the noise, from which on a pixel has stirred."""


class Activity:
    """What stirs, compared with a second ago: somebody who stands never stands quite still."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, Mask]] = deque()

    def update(self, reduced: Pixels, t_ms: int) -> Mask:
        """Return the mask of what stirred in the reduced picture, 255 there and 0 elsewhere."""
        grey = np.asarray(
            cv2.GaussianBlur(cv2.cvtColor(reduced, cv2.COLOR_BGR2GRAY), (3, 3), 0), np.uint8
        )
        while len(self._kept) > 1 and self._kept[1][0] <= t_ms - AGO_MS:
            self._kept.popleft()
        if self._kept and t_ms < self._kept[-1][0]:
            self._kept.clear()
        before = self._kept[0][1] if self._kept else grey
        if not self._kept or t_ms - self._kept[-1][0] >= EVERY_MS:
            self._kept.append((t_ms, grey))
        apart = cv2.absdiff(grey, before)
        noise = 1.4826 * float(np.median(apart[::4, ::4]))
        _, mask = cv2.threshold(apart, STIRRED + STIRRED_STEPS * noise, 255, cv2.THRESH_BINARY)
        return np.asarray(mask, np.uint8)


class Change:
    """Compare each reduced picture with the one of the last look, block by block.

    Args:
        size: (width, height) of the frames in pixels.

    Brightness that changes everywhere alike is no change. The noise is estimated from the picture
    itself: the median of all blocks, of which most stand still in any scene. ``mask`` says which
    blocks of the last picture were another, 255 there and 0 elsewhere.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self.mask: Mask = np.zeros((1, 1), np.uint8)
        self._now: NDArray[np.float32] | None = None
        self._looked: NDArray[np.float32] | None = None

    def since_look(self, reduced: Pixels) -> Region | None:
        """Return the region to look at anew, or None where nothing changed."""
        height, width = reduced.shape[:2]
        cells = max(1, width // BLOCK), max(1, height // BLOCK)
        grey = cv2.cvtColor(reduced, cv2.COLOR_BGR2GRAY)
        self._now = np.asarray(
            cv2.resize(grey.astype(np.float32), cells, interpolation=cv2.INTER_AREA), np.float32
        )
        if self._looked is None:
            return 0, 0, *self._size
        difference = self._now - self._looked
        difference = np.abs(difference - np.median(difference))
        noise = float(np.median(difference)) * 1.4826
        changed = difference > max(LEAST, STEPS * noise)
        self.mask = np.where(changed, np.uint8(255), np.uint8(0))
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        if not rows.size:
            return None
        return self._region(columns[[0, -1]] / cells[0], rows[[0, -1]] / cells[1], cells)

    def looked(self, region: Region) -> None:
        """Remember that the network has looked at this region of the last picture."""
        if self._now is None:
            return
        if self._looked is None:
            self._looked = self._now.copy()
            return
        rows, columns = self._now.shape
        x1, x2 = (round(x / self._size[0] * columns) for x in (region[0], region[2]))
        y1, y2 = (round(y / self._size[1] * rows) for y in (region[1], region[3]))
        self._looked[y1:y2, x1:x2] = self._now[y1:y2, x1:x2]

    def _region(
        self, across: NDArray[np.float64], down: NDArray[np.float64], cells: tuple[int, int]
    ) -> Region:
        longer = max(self._size)
        spans = []
        for ends, size, count in zip((across, down), self._size, cells, strict=True):
            low = float(ends[0]) * size - MARGIN * longer
            high = (float(ends[1]) + 1 / count) * size + MARGIN * longer
            spans.append(_widened(low, high, min(float(size), LEAST_SIDE * longer), size))
        (x1, x2), (y1, y2) = spans
        return x1, y1, x2, y2


def _widened(low: float, high: float, least: float, size: int) -> tuple[int, int]:
    """Make a span at least so long and shift it into the picture."""
    missing = max(0.0, least - (high - low)) / 2
    low, high = low - missing, high + missing
    shift = max(0.0, -low) - max(0.0, high - size)
    return max(0, round(low + shift)), min(size, round(high + shift))
