"""How a camera turned, from one frame to the next. Nothing here has passed the gate.

What is held while nobody sees it would otherwise stay where it was in the picture, and the picture
would go on without it. The shift between two frames is the peak of their phase correlation (Kuglin
and Hines, 1975), and counts only where most of the picture says so: a lorry that passes before a
camera at rest is no turn of it. One shift for all; nothing of who moves in the picture is kept.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Pixels

LONGER_PX = 160
"""Length of the longer side in which frames are compared: less than a millisecond's work."""

KEPT_SHARE = 0.08
"""A frame is compared with those after it until the picture has moved by this share of it: small
steps that are added up would drift."""

LEAST_PX = 16
"""Shorter pictures have too little to compare."""

BLOCK_PX = 10
"""Blocks of so many pixels vote for the shift, or against it."""

TEXTURE_LEVELS = 3.0
"""Standard deviation from which on a block shows enough to vote."""

BETTER = 0.75
"""A block votes for the shift that leaves less than this share of its difference."""

FOR_SHARE, VOTING_SHARE = 0.7, 0.4
"""So many of those that vote must be for it, and so many of all must vote."""

ALIKE_LEVELS = 12.0
"""A block that differs by less is as it was."""

Shift = tuple[float, float]
"""Pixels to the right, pixels down."""


Grey = NDArray[np.float32]


class Pan:
    """Adds up by how much the picture of one camera has moved."""

    def __init__(self) -> None:
        self._kept: Grey | None = None
        self._kept_at: Shift = (0.0, 0.0)
        self._at: Shift = (0.0, 0.0)

    def follow(self, pixels: Pixels) -> Shift:
        """Return where what stands still has gone since the first frame, in pixels."""
        height, width = pixels.shape[:2]
        scale = max(1.0, max(width, height) / LONGER_PX)
        size = (round(width / scale), round(height / scale))
        if min(size) < LEAST_PX:
            return self._at
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.float32)
        if self._kept is None or self._kept.shape != grey.shape:
            self._kept, self._kept_at = grey, self._at
            return self._at
        window = cv2.createHanningWindow(size, cv2.CV_32F)
        # OpenCV 5 lays the window over what it is given.
        (x, y), _ = cv2.phaseCorrelate(self._kept.copy(), grey.copy(), window)
        if _agreed(self._kept, grey, (x, y)):
            self._at = (self._kept_at[0] + x * scale, self._kept_at[1] + y * scale)
            again = max(abs(x) / size[0], abs(y) / size[1]) > KEPT_SHARE
        else:
            again = not _alike(self._kept, grey)
        if again:
            self._kept, self._kept_at = grey, self._at
        return self._at


def _agreed(one: Grey, other: Grey, shift: Shift) -> bool:
    """Whether most of what can be told apart in the picture has moved so."""
    matrix = np.asarray([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    size = (one.shape[1], one.shape[0])
    gone = np.asarray(cv2.warpAffine(one, matrix, size, borderMode=cv2.BORDER_REPLICATE))
    voting = _textured(one) | _textured(other)
    better = _blocks(np.abs(gone - other)) < BETTER * _blocks(np.abs(one - other))
    votes, in_favour = np.count_nonzero(voting), np.count_nonzero(better & voting)
    return bool(votes >= VOTING_SHARE * voting.size and in_favour >= FOR_SHARE * votes)


def _alike(one: Grey, other: Grey) -> bool:
    """Whether most of the picture is as it was."""
    same = _blocks(np.abs(one - other)) < ALIKE_LEVELS
    return bool(np.count_nonzero(same) >= FOR_SHARE * same.size)


def _blocks(grey: Grey) -> Grey:
    """The mean of each block."""
    cells = (max(1, grey.shape[1] // BLOCK_PX), max(1, grey.shape[0] // BLOCK_PX))
    return np.asarray(cv2.resize(grey, cells, interpolation=cv2.INTER_AREA), np.float32)


def _textured(grey: Grey) -> NDArray[np.bool_]:
    spread = _blocks(grey * grey) - np.square(_blocks(grey))
    return np.asarray(spread > TEXTURE_LEVELS**2, np.bool_)
