"""How open a driver's eyes are, by thirteen points of one face; no answer where it is turned away.

    look = look_at(points)          # six of the right eye, six of the left one, the tip of the nose
    look.ear, look.why

The ratio is that of both eyes, as the mean (Soukupova and Cech, CVWW 2016, section 4). Turned by
more than some 30 degrees the far eye is foreshortened, and raised as far the lids are seen from
below: then nothing is said. A head that is bowed is not told from lids that sink.

What tells so is the tip of the nose, which stands out by three tenths of the breadth over both eyes
(Farkas, "Anthropometry of the Head and Face", 1994: some 27 mm of 92 mm): turned by an angle, it
moves by 0.6 times its tangent of half that breadth.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekit.errors import ConfigError
from edgekit.systems.drowsiness_blinks import eye_aspect_ratio

POINTS = 13
RIGHT, LEFT, NOSE = slice(0, 6), slice(6, 12), 12
OUTER = (0, 9)
"""The outer corners of the right and the left eye."""

MOST_TURN = 0.35
"""Of the nose's tip from the middle, in halves of the eyes' breadth: some 30 degrees."""

LEAST_NOSE, MOST_NOSE = 0.15, 0.6
"""So far below the eyes, in breadths: 0.39 in a face that looks ahead, 0.15 in one that is raised
by 35 degrees, and in none more than 0.49."""

MOST_TILT = 0.6
"""Of the line through the eyes' corners, as a sine: models of upright faces err beyond it."""

LEAST_PX = 12.0
"""An eye that is less wide in the picture has lids of a pixel or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How open the eyes are, 0..1; None where that can't be said, and why."""

    ear: float | None
    why: str = ""


def look_at(points: npt.NDArray[np.floating]) -> Look:
    """Return how open the eyes are.

    Args:
        points: shape (13, 2), in pixels, as above; each eye from its corner at the left of the
            picture over the upper lid to the other corner, and back along the lower lid.

    Raises:
        ConfigError: they are of another shape.
    """
    if points.shape != (POINTS, 2):
        raise ConfigError(f"points of shape {points.shape}: expected (13, 2)")
    why = _turned(np.asarray(points, np.float64))
    if why:
        return Look(ear=None, why=why)
    pairs = [(float(x), float(y)) for x, y in points]
    ratios = [eye_aspect_ratio(pairs[eye]) for eye in (RIGHT, LEFT)]
    return Look(ear=sum(ratios) / 2)


def _turned(points: npt.NDArray[np.float64]) -> str:
    """Return why these eyes can't be judged, or nothing."""
    if not np.isfinite(points).all():
        return "no points"
    first, last = points[OUTER[0]], points[OUTER[1]]
    breadth = float(np.hypot(*(last - first)))
    widths = [float(np.hypot(*(points[a] - points[b]))) for a, b in ((0, 3), (6, 9))]
    if min(widths) < LEAST_PX or breadth < sum(widths):
        return f"eyes of {min(widths):.0f} px: too small, or one behind the other"
    along = (last - first) / breadth
    across, down = points[NOSE] - (first + last) / 2
    turn = 2 * abs(across * along[0] + down * along[1]) / breadth
    nose = (down * along[0] - across * along[1]) / breadth
    if abs(along[1]) > MOST_TILT or along[0] < 0:
        return "the head is tilted too far"
    if turn > MOST_TURN:
        return "the head is turned too far"
    if not LEAST_NOSE <= nose <= MOST_NOSE:
        return "the head is raised too far"
    return ""
