"""Places, turns of a camera, and what happens before a camera that is no turn."""

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edgekit.frames import Pixels
from edgekit.geometry import TURN_TOLERANCE

FILMS, PHOTOS = (".avi", ".mp4", ".mkv", ".mov"), (".jpg", ".jpeg", ".png")
SIZE = (640, 480)
DIAGONAL_PX = 800
WIDER = 4 / 3
LIMIT_PX = DIAGONAL_PX * TURN_TOLERANCE
HALF_A_MINUTE = 30
NOISE = np.random.default_rng(1).normal(0, 3, (500, 660, 3)).astype(np.int16)
Change = Callable[[Pixels, int], Pixels]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Pictures of one place, one a second, wider than what the camera sees of it."""

    name: str
    pictures: Sequence[Pixels]

    def at(self, second: int) -> Pixels:
        """Return the picture of a second: to and fro."""
        there = len(self.pictures)
        if there == 1:
            return self.pictures[0]
        index = second % (2 * there - 2)
        return self.pictures[min(index, 2 * there - 2 - index)]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """How a camera was turned: pixels of its picture, degrees about its axis, zoom."""

    right_px: float = 0.0
    down_px: float = 0.0
    roll_deg: float = 0.0
    zoom: float = 1.0

    def seen(self, wide: Pixels) -> Pixels:
        """Return what a camera that was turned so sees of a place."""
        height, width = wide.shape[:2]
        scale = max(SIZE[0] / width, SIZE[1] / height) * WIDER
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), self.roll_deg, scale * self.zoom)
        matrix[0, 2] += SIZE[0] / 2 - width / 2 - self.right_px
        matrix[1, 2] += SIZE[1] / 2 - height / 2 - self.down_px
        warped = cv2.warpAffine(wide, matrix, SIZE, borderMode=cv2.BORDER_REFLECT_101)
        return np.asarray(warped, np.uint8)

    @property
    def corner_px(self) -> float:
        """By how much the corner that moves most does."""
        matrix = cv2.getRotationMatrix2D((320, 240), self.roll_deg, self.zoom)
        matrix[:, 2] -= (self.right_px, self.down_px)
        corners = np.array([[0, 0], [640, 0], [0, 480], [640, 480]], np.float64)
        moved = corners @ matrix[:, :2].T + matrix[:, 2]
        return float(np.linalg.norm(moved - corners, axis=1).max())


STILL = Turn()


def places(data: Path) -> list[Place]:
    """Return every film, and some photographs, below a folder; each content once."""
    films: dict[str, Path] = {}
    photos: dict[str, Path] = {}
    for path in sorted(data.rglob("*")):
        kind = films if path.suffix.lower() in FILMS else photos
        if path.suffix.lower() in (*FILMS, *PHOTOS):
            kind.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    found = [Place(name=path.name, pictures=_played(path)) for path in films.values()]
    for path in photos.values():
        picture = cv2.imread(str(path))
        if picture is not None:
            found.append(Place(name=path.name, pictures=[_shrunk(picture)]))
    return [place for place in found if place.pictures]


def _played(path: Path) -> list[Pixels]:
    film, pictures = cv2.VideoCapture(str(path)), []
    fps = max(1, round(film.get(cv2.CAP_PROP_FPS) or 10))
    for index in itertools.count():
        good, picture = film.read()
        if not good:
            break
        if index % fps == 0:
            pictures.append(_shrunk(picture))
    film.release()
    return pictures


def _shrunk(picture: cv2.typing.MatLike) -> Pixels:
    scale = 1024 / max(picture.shape[:2])
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale), np.uint8)


def noisy(pixels: Pixels, second: int) -> Pixels:
    """Return a picture with the noise of a sensor."""
    noise = NOISE[second % 7 :][: SIZE[1], second % 11 :][:, : SIZE[0]]
    return cv2.add(pixels, noise, dtype=cv2.CV_8U)


# What is no turn.


def brightness(pixels: Pixels, second: int) -> Pixels:
    """A cloud: half of the light goes within a minute, and comes back."""
    share = 1 - 0.5 * abs(np.sin(np.pi * second / 120))
    return np.asarray(pixels * share, np.uint8)


def gain(pixels: Pixels, second: int) -> Pixels:
    """The camera changes its gain by steps, up into white and down."""
    return np.clip(pixels * (0.6, 1.0, 1.5, 1.9)[second // 45 % 4], 0, 255).astype(np.uint8)


def lamp(pixels: Pixels, second: int) -> Pixels:
    """It gets dark, and a lamp at the side goes on and off."""
    height, width = pixels.shape[:2]
    across = np.linspace(1.3, 0.15, width)[None, :, None] ** 1.5
    down = np.linspace(0.7, 1.1, height)[:, None, None]
    on = second // 90 % 2 == 1
    light = across * down if on else np.full((1, 1, 1), 0.35)
    return np.clip(pixels * light, 0, 255).astype(np.uint8)


def switch(pixels: Pixels, second: int) -> Pixels:
    """The light is switched off and on again."""
    return np.asarray(pixels * (0.02 if second // 60 % 2 else 1.0), np.uint8)


def lorry(pixels: Pixels, second: int) -> Pixels:
    """Every two minutes a lorry drives by, and one stops for half a minute."""
    phase = second % 120
    at = round(np.interp(phase, [10, 20, 50, 60], [0, 600, 600, 1300]))
    return _boarded(pixels, at - 600, at, 0.12)


def parked(pixels: Pixels, second: int) -> Pixels:
    """A lorry that hides two thirds of the picture stays."""
    return _boarded(pixels, 0, 430, 0.05) if second > HALF_A_MINUTE else pixels


def shaking(pixels: Pixels, second: int) -> Pixels:
    """The mast shakes in the wind."""
    chance = np.random.default_rng(second)
    x, y = chance.normal(0, 3, 2)
    matrix = np.array([[1, 0, x], [0, 1, y]])
    return np.asarray(
        cv2.warpAffine(pixels, matrix, SIZE, borderMode=cv2.BORDER_REFLECT_101), np.uint8
    )


def _boarded(pixels: Pixels, left: int, right: int, top: float) -> Pixels:
    """Put the side of a lorry before the picture, with what is painted on it."""
    left, right = max(0, left), min(SIZE[0], right)
    if right <= left:
        return pixels
    side = np.random.default_rng(9).integers(60, 220, (12, 16, 3)).astype(np.uint8)
    high = round(SIZE[1] * top)
    boarded = pixels.copy()
    boarded[high:, left:right] = cv2.resize(
        side, (right - left, SIZE[1] - high), interpolation=cv2.INTER_NEAREST
    )
    return boarded


NO_TURN: dict[str, Change | None] = {
    "as they are": None,
    "under clouds": brightness,
    "under steps of the gain": gain,
    "in the dark, a lamp going on and off": lamp,
    "light switched off and on": switch,
    "lorries passing and stopping": lorry,
    "a lorry parked over two thirds": parked,
    "on a mast in the wind": shaking,
}

WITHIN = [
    Turn(right_px=LIMIT_PX * 0.6),
    Turn(down_px=-LIMIT_PX * 0.6),
    Turn(roll_deg=2.0),
    Turn(zoom=1.03),
]

TURNS: dict[str, list[Turn]] = {
    "to the side, 1.2 times the limit": [Turn(right_px=sign * LIMIT_PX * 1.2) for sign in (-1, 1)],
    "up or down, 1.2 times the limit": [Turn(down_px=sign * LIMIT_PX * 1.2) for sign in (-1, 1)],
    "to the side by 40 px (6 % of the width)": [Turn(right_px=sign * 40) for sign in (-1, 1)],
    "to the side by 70 px (11 %)": [Turn(right_px=sign * 70) for sign in (-1, 1)],
    "about its axis by 5 degrees": [Turn(roll_deg=sign * 5) for sign in (-1, 1)],
    "about its axis by 10 degrees": [Turn(roll_deg=sign * 10) for sign in (-1, 1)],
    "about its axis by 20 degrees": [Turn(roll_deg=sign * 20) for sign in (-1, 1)],
    "about its axis by 90 and 180 degrees": [Turn(roll_deg=angle) for angle in (90, 180)],
    "zoomed by 10 %": [Turn(zoom=zoom) for zoom in (1.1, 0.9)],
    "zoomed by 25 %": [Turn(zoom=zoom) for zoom in (1.25,)],
    "to the side by 30 px and by 4 degrees": [Turn(right_px=30, down_px=-10, roll_deg=4)],
}
