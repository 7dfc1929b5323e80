"""The empty plaza: its ground, a tree, a bench, a street lamp and their light.

Pixels are albedo; light multiplies them afterwards, so a
brighter lamp brightens people and paving alike.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Pixels
from edgekit.testing.figure import Colour, shade
from edgekit.testing.ground import draw_ground
from edgekit.testing.pinhole import (
    BENCH,
    CAMERA_M,
    CENTRE_PX,
    EYE_PX,
    HEIGHT,
    HORIZON_PX,
    LAMP,
    SS,
    TREE,
    WALL_M,
    WIDTH,
    project,
)

AMBIENT_LUX = 70.0
"""What dusk gives, everywhere alike."""

LAMP_LUX = 260.0
"""What the lamp adds at full power, averaged over the picture."""

_EXPOSURE_LUX = 255.0
_GAMMA = 2.2
_UNIT = 110  # an 8-bit light of 110 leaves the albedo as it is
_LEVELS = 5
_GROUND_M = 0.02  # lower than this is ground, higher is wall
_SKY, _GLOW = (1.12, 1.0, 0.9), (0.68, 0.9, 1.12)  # colour of dusk and of the lamp, BGR

_Grey = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occluder:
    """Something in front of which and behind which people walk.

    ``pixels``: uint8 BGRA, premultiplied; ``box``: x1, y1, x2, y2 in the picture.
    """

    pixels: Pixels
    box: tuple[int, int, int, int]
    far_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that does not move.

    Attributes:
        ground: uint8, shape (480, 640, 3), BGR albedo without the occluders.
        occluders: furthest first.
        lights: uint8 (480, 640, 3) each, from lamp off to lamp at full power.
    """

    ground: Pixels
    occluders: tuple[Occluder, ...]
    lights: tuple[Pixels, ...]

    def lit(self, albedo: Pixels, level: float) -> Pixels:
        """Return the albedo under the lamp at ``level`` 0..1."""
        place = min(max(level, 0.0), 1.0) * (_LEVELS - 1)
        below = min(int(place), _LEVELS - 2)
        part = place - below
        light = cv2.addWeighted(self.lights[below], 1 - part, self.lights[below + 1], part, 0)
        return np.asarray(cv2.multiply(albedo, light, scale=1 / _UNIT), np.uint8)


def build(rng: np.random.Generator) -> Stage:
    """Draw the stage; takes about half a second."""
    occluders = (_lamp_post(), _bench(), _tree(rng))
    return Stage(ground=draw_ground(rng), occluders=occluders, lights=_lights(_seen(occluders)))


class _Cutout:
    """A large picture with a mask, drawn in metres at one distance."""

    def __init__(self, far_m: float) -> None:
        self.far_m = far_m
        self.colour = np.zeros((HEIGHT * SS, WIDTH * SS, 3), np.uint8)
        self.mask = np.zeros((HEIGHT * SS, WIDTH * SS), np.uint8)

    def at(self, right_m: float, up_m: float) -> tuple[int, int]:
        x, y = project(right_m, self.far_m, up_m)
        return round(x * SS), round(y * SS)

    def stroke(
        self, a: tuple[float, float], b: tuple[float, float], width_m: float, colour: Colour
    ) -> None:
        thick = max(1, round(width_m * EYE_PX / self.far_m * SS))
        cv2.line(self.mask, self.at(*a), self.at(*b), 255, thick)
        cv2.line(self.colour, self.at(*a), self.at(*b), colour, thick)

    def blob(self, centre: tuple[float, float], radius_m: float, colour: Colour) -> None:
        radius = max(1, round(radius_m * EYE_PX / self.far_m * SS))
        cv2.circle(self.mask, self.at(*centre), radius, 255, -1)
        cv2.circle(self.colour, self.at(*centre), radius, colour, -1)

    def occluder(self) -> Occluder:
        whole = np.dstack([self.colour, self.mask])
        whole[self.mask == 0] = 0
        small = np.asarray(
            cv2.resize(whole, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8
        )
        rows, columns = np.nonzero(small[..., 3])
        x1, y1, x2, y2 = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        return Occluder(
            pixels=np.ascontiguousarray(small[y1:y2, x1:x2]),
            box=(int(x1), int(y1), int(x2), int(y2)),
            far_m=self.far_m,
        )


def _lamp_post() -> Occluder:
    right, far, up = LAMP
    cut, iron = _Cutout(far), (66, 64, 58)
    cut.stroke((right, 0.0), (right, 0.5), 0.26, shade(iron, 0.9))
    cut.stroke((right, 0.5), (right, up - 0.3), 0.12, iron)
    cut.stroke((right - 0.03, 0.5), (right - 0.03, up - 0.3), 0.035, shade(iron, 1.6))
    cut.stroke((right - 0.16, up - 0.25), (right + 0.16, up - 0.25), 0.07, iron)
    cut.blob((right, up), 0.24, (214, 236, 246))
    cut.stroke((right - 0.12, up + 0.24), (right + 0.12, up + 0.24), 0.08, iron)
    return cut.occluder()


def _bench() -> Occluder:
    right, far = BENCH
    cut, wood, iron = _Cutout(far), (58, 94, 142), (60, 58, 54)
    for side in (-0.78, 0.78):
        cut.stroke((right + side, 0.02), (right + side, 0.9), 0.06, iron)
    for up, width in ((0.86, 0.1), (0.72, 0.1), (0.46, 0.1), (0.4, 0.06)):
        cut.stroke((right - 0.92, up), (right + 0.92, up), width, shade(wood, 0.7 + up / 2.2))
    return cut.occluder()


def _tree(rng: np.random.Generator) -> Occluder:
    right, far = TREE
    cut, bark = _Cutout(far), (62, 78, 94)
    cut.stroke((right, 0.0), (right + 0.04, 3.4), 0.34, bark)
    cut.stroke((right - 0.08, 0.02), (right - 0.04, 3.2), 0.08, shade(bark, 1.35))
    cut.stroke((right + 0.12, 0.02), (right + 0.14, 3.2), 0.06, shade(bark, 0.7))
    for tip in (-1.5, -0.7, 0.7, 1.3):
        cut.stroke((right + 0.02, 2.5), (right + tip, 4.2), 0.12, bark)
    for number in range(1500):
        angle, reach = rng.uniform(0, 2 * np.pi), rng.uniform(0, 1) ** 0.55
        x, y = right + 2.3 * reach * np.cos(angle), 4.5 + 1.45 * reach * np.sin(angle)
        tone = ((30, 84, 160), (40, 112, 198), (34, 120, 148), (52, 146, 214))[number % 4]
        light = 0.5 + 0.5 * number / 1500 + 0.12 * np.sin(angle)
        cut.blob((x, y), rng.uniform(0.04, 0.13), shade(tone, light))
    return cut.occluder()


def _lights(wall_seen: NDArray[np.float64]) -> tuple[Pixels, ...]:
    lamp = _lamp_light()
    glow = lamp / float(lamp.mean()) * LAMP_LUX
    windows, globe = (_windows() * wall_seen).astype(np.float32), _globe().astype(np.float32)
    lights = []
    for level in np.linspace(0, 1, _LEVELS):
        light = np.empty((HEIGHT, WIDTH, 3), np.uint8)
        for channel in range(3):  # one at a time: a small machine draws this too
            lux = AMBIENT_LUX * _SKY[channel] + level * glow * _GLOW[channel]
            gain = (lux / _EXPOSURE_LUX) ** (1 / _GAMMA)
            gain = np.maximum(
                gain + globe[..., channel] * (0.25 + 0.75 * level), windows[..., channel]
            )
            light[..., channel] = np.clip(gain * _UNIT, 0, 255)
        lights.append(light)
    return tuple(lights)


def _seen(occluders: tuple[Occluder, ...]) -> NDArray[np.float64]:
    """How much of the wall shows at each pixel, 0..1: leaves in front of a window do not glow."""
    seen = np.ones((HEIGHT, WIDTH, 1))
    for occluder in occluders:
        x1, y1, x2, y2 = occluder.box
        seen[y1:y2, x1:x2, 0] *= 1 - occluder.pixels[..., 3] / 255
    return seen


def _lamp_light() -> _Grey:
    """Illuminance of a small lamp: inverse square of the distance, cosine of the angle."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32) + 0.5
    far = np.minimum(EYE_PX * CAMERA_M / np.maximum(y - HORIZON_PX, 1), WALL_M)
    right = (x - CENTRE_PX) * far / EYE_PX
    up = np.maximum(CAMERA_M - (y - HORIZON_PX) * far / EYE_PX, 0)
    apart = (right - LAMP[0]) ** 2 + (far - LAMP[1]) ** 2 + (up - LAMP[2]) ** 2
    face = np.where(up > _GROUND_M, WALL_M - LAMP[1], LAMP[2])
    return np.asarray(face / (apart + 4.0) ** 1.5 + 0.004, np.float32)


def _globe() -> NDArray[np.float64]:
    """The lamp itself and the halo around it; added to the light."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64) + 0.5
    at = project(*LAMP)
    apart = np.hypot(x - at[0], y - at[1])
    halo = 1.6 * np.exp(-((apart / 11) ** 2)) + 0.28 * np.exp(-apart / 34)
    return np.asarray(halo[..., None] * np.array((0.75, 0.92, 1.1)))


def _windows() -> NDArray[np.float64]:
    """The café's lit windows: a gain that does not follow the lamp."""
    gain = np.zeros((HEIGHT, WIDTH, 3))
    for number in range(-5, 6):
        if number % 4 == 0:  # a door
            continue
        left, top = project(number * 2.6 - 0.78, WALL_M, 2.38)
        right, base = project(number * 2.6 + 0.78, WALL_M, 0.95)
        gain[round(top) : round(base), max(0, round(left)) : max(0, round(right))] = (
            1.0,
            1.36,
            1.62,
        )
    return np.asarray(cv2.GaussianBlur(gain, (0, 0), 1.2))
