"""Draw plans over a picture in its own pixels, on a sheet that is large enough to read.

canvas = Canvas(picture)
canvas.path(zone.polygon, ZONE, closed=True)
canvas.label("square: 84 m²", zone.polygon[0])
png = canvas.png()
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import OutletError
from edgekit.frames import Pixels
from edgekit.geometry import Point

Colour = tuple[int, int, int]
"""BGR."""

PAPER: Colour = (250, 248, 245)
INK: Colour = (60, 50, 40)
FAINT: Colour = (205, 200, 195)
LINE: Colour = (50, 120, 235)
ZONE: Colour = (40, 165, 225)

WIDTH_PX = 1280

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_PART = 4  # coordinates are given to OpenCV in sixteenths
_RAISED = 0.62  # size of the 2 in m², of which the built-in font knows nothing


class Canvas:
    """A picture, enlarged, to draw on; every point is given in pixels of the picture.

    Args:
        picture: uint8, shape (height, width, 3), BGR; copied.
        footer_px: blank rows under it, for what has to be said.
    """

    def __init__(self, picture: Pixels, *, footer_px: int = 0) -> None:
        height, width = picture.shape[:2]
        self.scale = max(1.0, WIDTH_PX / width)
        self.size = (round(width * self.scale), round(height * self.scale))
        enlarged = cv2.resize(picture, self.size, interpolation=cv2.INTER_CUBIC)
        self.pixels: Pixels = np.full((self.size[1] + footer_px, self.size[0], 3), PAPER, np.uint8)
        self.pixels[: self.size[1]] = enlarged

    @property
    def picture(self) -> Pixels:
        """The enlarged picture without its footer; what is changed in it is changed here."""
        return self.pixels[: self.size[1]]

    def path(
        self,
        points: Sequence[Point],
        colour: Colour,
        *,
        thickness: int = 2,
        closed: bool = False,
        halo: Colour | None = None,
    ) -> None:
        """Draw a line through points, over a wider one of another colour where one is given."""
        for ink, wide in ((halo, thickness + 3), (colour, thickness)):
            if ink is not None:
                cv2.polylines(
                    self.picture, [self._fine(points)], closed, ink, wide, cv2.LINE_AA, _PART
                )

    def fill(self, points: Sequence[Point], colour: Colour, *, share: float = 1.0) -> None:
        """Fill a polygon, covering this share of what is under it."""
        over = self.picture.copy()
        cv2.fillPoly(over, [self._fine(points)], colour, cv2.LINE_AA, _PART)
        cv2.addWeighted(over, share, self.picture, 1 - share, 0, dst=self.picture)

    def dot(self, point: Point, colour: Colour, *, radius_px: int = 5) -> None:
        """Draw a filled circle with a light rim."""
        x, y = (round(16 * part * self.scale) for part in point)
        cv2.circle(
            self.picture, (x, y), 16 * (radius_px + 2), PAPER, cv2.FILLED, cv2.LINE_AA, _PART
        )
        cv2.circle(self.picture, (x, y), 16 * radius_px, colour, cv2.FILLED, cv2.LINE_AA, _PART)

    def label(self, text: str, point: Point, *, offset: tuple[int, int] = (8, -8)) -> None:
        """Write on a light patch beside a point, inside the picture."""
        wide, high = text_size(text, 0.5)
        x = min(max(6, round(point[0] * self.scale) + offset[0]), self.size[0] - wide - 6)
        y = min(max(high + 6, round(point[1] * self.scale) + offset[1]), self.size[1] - 8)
        patch = self.pixels[y - high - 5 : y + 7, x - 5 : x + wide + 5]
        cv2.addWeighted(patch, 0.15, np.full_like(patch, PAPER), 0.85, 0, dst=patch)
        write(self.pixels, text, (x, y), scale=0.5)

    def png(self) -> bytes:
        """Return it as a PNG file without metadata."""
        done, data = cv2.imencode(".png", self.pixels)
        if not done:
            raise OutletError("the picture cannot be encoded as PNG")
        return data.tobytes()

    def _fine(self, points: Sequence[Point]) -> NDArray[np.int32]:
        # OpenCV's own limit is 16 bits before the part: far outside is clipped, not wrapped round.
        fine = np.clip(np.asarray(points, np.float64) * self.scale, -30_000, 30_000)
        return np.asarray(np.rint(16 * fine), np.int32)


def write(
    image: Pixels,
    text: str,
    at: tuple[int, int],
    *,
    scale: float = 0.5,
    colour: Colour = INK,
    thickness: int = 1,
) -> None:
    """Write a line of text whose lower left corner is at a pixel of the image itself."""
    x, y = at
    for number, part in enumerate(text.split("²")):
        if number:
            high = text_size("m", scale)[1]
            cv2.putText(
                image, "2", (x, y - high // 2), _FONT, scale * _RAISED, colour, 1, cv2.LINE_AA
            )
            x += text_size("2", scale * _RAISED)[0] + 1
        cv2.putText(image, part, (x, y), _FONT, scale, colour, thickness, cv2.LINE_AA)
        x += text_size(part, scale)[0] if part else 0


def text_size(text: str, scale: float) -> tuple[int, int]:
    """Return width and height in pixels of a written line."""
    (width, height), _ = cv2.getTextSize(text.replace("²", ""), _FONT, scale, 1)
    return width + text.count("²") * round(18 * scale * _RAISED), height
