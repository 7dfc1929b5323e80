"""How large people look, by the row of their feet; standard library only, for both sides.

On level ground seen by a camera without roll, the height of upright people in the picture grows
linearly with the row of their feet (Hoiem, Efros, Hebert, "Putting Objects in Perspective", IJCV
2008, eq. 5 for distant scenes). Two numbers say it all, and they describe nobody.
"""

import math
from dataclasses import dataclass

from edgekit.errors import ConfigError

WIDTH_OF_HEIGHT = 0.42
"""Width of a walking person's silhouette over its height."""


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
