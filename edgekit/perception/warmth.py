"""The hottest of a face and a black body in one thermal picture. Nothing here has passed the gate.

A region is a box of pixels (left, top, right, bottom; the last two are outside). The face's maximum
is a mean over the hottest pixel and its neighbours, so that one bad pixel is no fever; glasses and
hair make it colder, never hotter.
"""

from dataclasses import dataclass

import numpy as np

from edgekit.errors import ConfigError
from edgekit.frames import ThermalFrame

LEAST_BODY_PX = 4
FACE_C = (25.0, 45.0)
"""What a face can be: a cup of tea or an empty chair is none."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmth:
    """Two numbers of one picture, °C; None where there is no face, or no black body."""

    face_c: float | None
    reference_c: float | None


def warmth(frame: ThermalFrame, *, face: Box | None, body: Box) -> Warmth:
    """Return the face's maximum and the black body's mean.

    Raises:
        ConfigError: a box is empty or outside of the picture.
    """
    inside = _part(frame, body)
    known = inside[~np.isnan(inside)]
    reference = float(known.mean()) if known.size >= LEAST_BODY_PX else None
    return Warmth(face_c=None if face is None else _hottest(frame, face), reference_c=reference)


def _part(frame: ThermalFrame, box: Box) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    left, top, right, bottom = box
    height, width = frame.celsius.shape
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        raise ConfigError(f"box {box}: expected one within {width}x{height}")
    return frame.celsius[top:bottom, left:right].reshape(bottom - top, right - left)


def _hottest(frame: ThermalFrame, box: Box) -> float | None:
    part = _part(frame, box)
    padded = np.pad(part, 1, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).reshape(*part.shape, 9)
    # A window's third hottest: one bad pixel, or two, do not make it.
    filled = np.where(np.isnan(windows), -np.inf, windows)
    thirds = np.sort(filled, axis=2)[..., -3]
    hottest = float(thirds.max())
    return hottest if FACE_C[0] <= hottest <= FACE_C[1] else None
