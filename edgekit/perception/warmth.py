"""A face and a black body in one thermal picture. Nothing here has passed the gate.

    doorway = Doorway(face=(0, 0, 18, 24), body=(22, 2, 28, 8), body_c=35.0)
    seen = doorway.see(frame)
    seen.face_c, seen.reference_c, seen.ambient_c, seen.noise_k, seen.faces

A region is a box of points (left, top, right, bottom; the last two are outside). Skin is what is
well above the room within the face's region; what hangs together is one face. Its maximum is the
third hottest of a point and its neighbours, so that one bad point is no fever; glasses and hair
make it colder, never hotter.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError
from edgekit.frames import ThermalFrame

LEAST_BODY_PX = 4
LEAST_FACE_PX = 4
LEAST_ROOM_PX = 8
SKIN_C = (30.0, 45.0)
"""What a face can be: a cup of tea or an empty chair is none."""

SKIN_K = 4.0
"""And so much above the room, at least."""

BESIDE = 1.5
"""Two faces that touch are wider than high by more than one is."""

BODY_K, EVEN_K = 3.0, 1.0
"""What differs from the black body's setting by more, or within itself, is another thing before
it."""

FOLLOW, AT_FIRST = 0.05, 16
"""So much of what is known of the noise is new with each picture; so many are taken as they are."""

SIGMAS = 1.4826
"""Of a normal distribution for each median of its absolute values."""

THIRD_OF_NINE = 0.43
"""Standard deviation of the third largest of nine draws of a normal distribution of deviation 1."""

STEADY = 0.1
"""So much of what the black body seems to be is new with each picture: it changes slowly."""

Box = tuple[int, int, int, int]
Celsius = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmth:
    """The numbers of one picture, °C; None where there is no face, black body or room to see.

    ``noise_k`` is the standard deviation of the face less the black body by the array's noise;
    ``faces`` how many there are.
    """

    face_c: float | None
    reference_c: float | None
    ambient_c: float | None = None
    noise_k: float = 0.0
    faces: int = 0


class Doorway:
    """Where faces come, and the black body beside them.

    Args:
        face: the box in which faces come.
        body: the box that the black body fills.
        body_c: what it is set to.
    """

    def __init__(self, *, face: Box, body: Box, body_c: float) -> None:
        self._face, self._body, self._body_c = face, body, body_c
        self._before: Celsius | None = None
        self._variance_k2 = 0.0
        self._fresh = 1.0
        self._looks = 0
        self._mean_c: float | None = None

    def see(self, frame: ThermalFrame) -> Warmth:
        """Return the face's maximum, the black body's mean and the room.

        Raises:
            ConfigError: a box is empty or outside of the picture.
        """
        body, region = part(frame, self._body), part(frame, self._face)
        reference_c = self._reference(body)
        if reference_c is not None or self._looks < AT_FIRST:
            self._learn(body)
        else:
            self._before = None
        ambient_c = _room(frame, self._face, self._body)
        face_c, faces = _face(region, ambient_c)
        return Warmth(
            face_c=face_c,
            reference_c=reference_c,
            ambient_c=ambient_c,
            noise_k=math.sqrt(self._variance_k2 * (THIRD_OF_NINE**2 + 1 / body.size) / self._fresh),
            faces=faces,
        )

    def _reference(self, body: Celsius) -> float | None:
        known = body[np.isfinite(body)]
        if known.size < LEAST_BODY_PX:
            return None
        uneven_k2, mean = float(known.var()) - self._variance_k2, float(known.mean())
        if uneven_k2 > EVEN_K**2 or abs(mean - self._body_c) > BODY_K:
            self._mean_c = None
        elif self._mean_c is None:
            self._mean_c = mean
        else:
            self._mean_c += STEADY * (mean - self._mean_c)
        return self._mean_c

    def _learn(self, body: Celsius) -> None:
        """Learn the noise from one picture to the next; of some arrays each renews every second."""
        before, self._before = self._before, body
        if before is None:
            return
        moved = body - before
        fresh = np.isfinite(moved) & (moved != 0)
        if not fresh.any():
            return
        self._looks += 1
        share = max(FOLLOW, 1 / self._looks)
        # Of the median, which a hand before a part of it does not move.
        variance = (SIGMAS * float(np.median(np.abs(moved[fresh])))) ** 2 / 2
        self._variance_k2 += share * (variance - self._variance_k2)
        self._fresh += share * (float(fresh.mean()) - self._fresh)


def part(frame: ThermalFrame, box: Box) -> Celsius:
    """Return the points of a box; ConfigError where it is empty or outside of the picture."""
    left, top, right, bottom = box
    height, width = frame.celsius.shape
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        raise ConfigError(f"box {box}: expected one within {width}x{height}")
    return frame.celsius[top:bottom, left:right]


def _room(frame: ThermalFrame, *boxes: Box) -> float | None:
    """Return the median of what lies outside of the boxes."""
    room = np.isfinite(frame.celsius)
    for left, top, right, bottom in boxes:
        room[top:bottom, left:right] = False
    found = frame.celsius[room]
    return float(np.median(found)) if found.size >= LEAST_ROOM_PX else None


def _face(region: Celsius, ambient_c: float | None) -> tuple[float | None, int]:
    """Return the maximum of the largest face, and how many there are; None where it is not whole.

    Of a face that comes in over the edge of the region the hottest part may be missing.
    """
    least = SKIN_C[0] if ambient_c is None else max(SKIN_C[0], ambient_c + SKIN_K)
    # A comparison with what is no number is false.
    skin = ((region >= least) & (region <= SKIN_C[1])).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(skin, connectivity=8)
    large = [n for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= LEAST_FACE_PX]
    if not large:
        return None, 0
    face = max(large, key=lambda n: int(stats[n, cv2.CC_STAT_AREA]))
    left, top, width, height = stats[face, : cv2.CC_STAT_AREA].tolist()
    rows, columns = region.shape
    if not (left > 0 and top > 0 and left + width < columns and top + height < rows):
        return None, len(large)
    faces = len(large) + int(width > BESIDE * height)
    return _hottest(np.where(labels == face, region, np.nan)), faces


def _hottest(region: Celsius) -> float:
    padded = np.pad(region, 1, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).reshape(*region.shape, 9)
    # A window's third hottest: one bad pixel, or two, do not make it.
    filled = np.where(np.isnan(windows), -np.inf, windows)
    return float(np.sort(filled, axis=2)[..., -3].max())
