"""How large people look, by the row of their feet. Nothing here has passed the gate.

On level ground seen by a camera without roll, the height of upright people in the picture grows
linearly with the row of their feet (Hoiem, Efros, Hebert, "Putting Objects in Perspective", IJCV
2008, eq. 5 for distant scenes). Two numbers say it all, and they describe nobody.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError

WIDTH_OF_HEIGHT = 0.42
"""Width of a walking person's silhouette over its height."""

_BANDS = 12
_ENOUGH_IN_BAND = 12
_ENOUGH_BANDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stature:
    """Height of a person in pixels = ``offset_px + slope * foot row``; never below 4 px.

    ``known_from`` and ``known_to`` are the rows of feet for which this was seen to hold.
    """

    offset_px: float
    slope: float
    known_from: float = -math.inf
    known_to: float = math.inf

    def knows(self, foot_y: float) -> bool:
        """Whether this row of feet lies where the size is known."""
        return self.known_from <= foot_y <= self.known_to

    def scaled(self, factor: float) -> "Stature":
        """Return the same for a picture reduced or enlarged by this factor."""
        return Stature(
            offset_px=self.offset_px * factor,
            slope=self.slope,
            known_from=self.known_from * factor,
            known_to=self.known_to * factor,
        )

    def height(self, foot_y: float) -> float:
        """Expected height in pixels of a person whose feet are in this row."""
        return max(4.0, self.offset_px + self.slope * foot_y)

    def width(self, foot_y: float) -> float:
        """Expected width in pixels of a walking person whose feet are in this row."""
        return WIDTH_OF_HEIGHT * self.height(foot_y)

    @classmethod
    def through(cls, near: tuple[float, float], far: tuple[float, float]) -> "Stature":
        """Calibrate with two people: (foot row, height) each, in pixels.

        Raises ConfigError where the rows are the same or a height is not above 0.
        """
        (y1, h1), (y2, h2) = near, far
        if y1 == y2 or min(h1, h2) <= 0:
            raise ConfigError(
                f"people of {h1:g} px at row {y1:g} and {h2:g} px at row {y2:g}: "
                "expected two rows and heights above 0",
                hint="measure one person in front and one at the back of the picture",
            )
        slope = (h2 - h1) / (y2 - y1)
        return cls(offset_px=h1 - slope * y1, slope=slope)


class StatureLearner:
    """Learn the `Stature` of a view from blobs that look like one upright person each.

    Bounded memory: a running median height for each of twelve bands of rows. Merged people are
    wider than upright people are, so only slender blobs teach.
    """

    def __init__(self, picture_height: int) -> None:
        self._rows = float(picture_height)
        self._count = np.zeros(_BANDS, np.int64)
        self._median = np.zeros(_BANDS)
        self._foot = np.zeros(_BANDS)

    def learn(self, xyxy: NDArray[np.float32]) -> None:
        """Take the boxes of one frame: float32, shape (n, 4)."""
        for x1, y1, x2, y2 in xyxy.tolist():
            height, width = y2 - y1, x2 - x1
            if not 1.8 * width <= height <= 4.0 * width:
                continue
            band = min(_BANDS - 1, max(0, int(y2 / self._rows * _BANDS)))
            self._count[band] += 1
            seen = min(int(self._count[band]), 200)
            if seen == 1:
                self._median[band], self._foot[band] = height, y2
                continue
            # Robbins-Monro step towards the median: an outlier moves it no more than a neighbour.
            step = self._median[band] * max(0.02, 0.5 / seen)
            self._median[band] += float(np.clip(height - self._median[band], -step, step))
            self._foot[band] += (y2 - self._foot[band]) / seen

    def stature(self) -> Stature | None:
        """Return what has been learned, or None while too little has."""
        known = self._count >= _ENOUGH_IN_BAND
        if np.count_nonzero(known) < _ENOUGH_BANDS:
            return None
        weight = np.minimum(self._count[known], 200).astype(np.float64)
        weight /= weight.sum()
        foot, height = self._foot[known], self._median[known]
        mean_foot, mean_height = float(weight @ foot), float(weight @ height)
        slope = float(weight @ ((foot - mean_foot) * (height - mean_height)))
        # People do not shrink towards the camera; a fit that says so saw too little of the ground.
        slope = max(0.0, slope / float(weight @ (foot - mean_foot) ** 2))
        reach = self._rows / _BANDS
        return Stature(
            offset_px=mean_height - slope * mean_foot,
            slope=slope,
            known_from=float(self._foot[known].min()) - reach,
            known_to=float(self._foot[known].max()) + reach,
        )
