"""A door with a black body as a thermal array before it sees it, with known truth.

    door = FeverDoor(seed=7, seconds=120)
    door.celsius            # readings: float32, shape (n, rows, columns)
    door.visitors           # who stood there, when, and how warm in the mouth

Made from drawn people: a face that is hottest at the corners of the eyes, on clothes, before a wall
with a pattern of its own; a black body beside it; the array's own noise, its error, which all
points share, and the errors of single points. Everybody comes from below the picture's edge, stands
for a while and goes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError

COLUMNS, ROWS = 32, 24
FACE = (2, 1, 21, 23)
"""Where faces come, in points: left, top, right, bottom."""

BODY = (25, 3, 31, 9)
"""What the black body fills."""

WALL_C, PATTERN_K, CLOTHES_C, EYES_K = 22.0, 0.5, 28.5, 2.6
TO_MOUTH_K = 0.95
"""A face's maximum is less than the mouth's by so much."""

ILL_C, WELL_C, SKIN_SPREAD_K = (37.5, 39.2), (36.8, 0.3), 0.25
"""Mouths of the febrile, from and to; of others, mean and deviation; of skin for one mouth."""

RISE_S = 0.4
Celsius = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who stands before the door: from when, how long, where, and how warm (mouth, °C).

    ``skin_k``: by so much their skin is warmer than that of others with the same mouth.
    """

    start_s: float
    stays_s: float
    mouth_c: float
    at: float = 11.0
    with_other: bool = False
    skin_k: float = 0.0

    @property
    def end_s(self) -> float:
        """When they are gone."""
        return self.start_s + self.stays_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What is wrong with the array, the black body or the room.

    Attributes:
        noise_k: of each point, standard deviation.
        off_k: which all points share.
        drift_k_per_min: by so much that changes.
        uneven_k: errors of single points, standard deviation.
        body_c: of the black body; None = there is none.
        wall_c: of the room.
        subpages: whether each reading renews every second point.
        stands: whether it shows its first reading for ever.
    """

    noise_k: float = 0.05
    off_k: float = 0.0
    drift_k_per_min: float = 0.0
    uneven_k: float = 0.0
    body_c: float | None = 35.0
    wall_c: float = WALL_C
    subpages: bool = False
    stands: bool = False


class FeverDoor:
    """Readings of one array, and who really stood before it.

    Args:
        seed: of everything random; the same seed gives the same readings.
        seconds: how long, > 0.
        fps: readings a second, > 0.
        warm: the share of visitors with 37.5 °C or more.
        visitors: who comes, instead of who is drawn by lot.
        faults: of the array, the black body or the room.

    Raises:
        ConfigError: times that make no door.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        seconds: float = 60.0,
        fps: float = 8.0,
        warm: float = 0.2,
        visitors: tuple[Visitor, ...] | None = None,
        faults: Faults | None = None,
    ) -> None:
        if not (seconds > 0 and fps > 0 and 0 <= warm <= 1):
            raise ConfigError(f"a door for {seconds} s at {fps}: expected > 0")
        self._rng = np.random.default_rng(seed)
        self._fps = fps
        self.faults = faults or Faults()
        self.visitors = self._drawn(seconds, warm) if visitors is None else visitors
        self.celsius = self._readings(round(seconds * fps))

    def _drawn(self, seconds: float, warm: float) -> tuple[Visitor, ...]:
        visitors: list[Visitor] = []
        t_s = 3.0
        while True:
            stays_s = float(self._rng.uniform(2.5, 5.0))
            if t_s + stays_s + 2.0 > seconds:
                return tuple(visitors)
            ill = bool(self._rng.random() < warm)
            mouth_c = self._rng.uniform(*ILL_C) if ill else self._rng.normal(*WELL_C)
            visitors.append(
                Visitor(
                    start_s=t_s,
                    stays_s=stays_s,
                    mouth_c=float(mouth_c if ill else min(mouth_c, ILL_C[0] - 0.1)),
                    at=float(self._rng.uniform(8.0, 14.0)),
                    skin_k=float(self._rng.normal(0, SKIN_SPREAD_K)),
                )
            )
            t_s += stays_s + float(self._rng.uniform(2.0, 4.0))

    def _readings(self, count: int) -> Celsius:
        faults = self.faults
        y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float64)
        wall = faults.wall_c + PATTERN_K * np.sin(x / 5) * np.cos(y / 7)
        wall += self._rng.normal(0, faults.uneven_k, wall.shape)
        uneven = self._rng.normal(0, faults.uneven_k, wall.shape)
        chess = (x + y).astype(int) % 2
        shown = np.zeros((count, ROWS, COLUMNS), np.float32)
        for index in range(count):
            t_s = index / self._fps
            scene = wall.copy()
            for one in self.visitors:
                scene = _before(scene, one, t_s, x, y)
            if faults.body_c is not None:
                left, top, right, bottom = BODY
                scene[top:bottom, left:right] = faults.body_c
            off_k = faults.off_k + faults.drift_k_per_min * t_s / 60
            now = scene + uneven + off_k + self._rng.normal(0, faults.noise_k, scene.shape)
            if faults.subpages and index:
                now = np.where(chess == index % 2, now, shown[index - 1])
            shown[index] = shown[0] if faults.stands and index else now
        return shown


def _before(
    scene: NDArray[np.float64],
    one: Visitor,
    t_s: float,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Put somebody before the wall, who rises into the picture and sinks out of it."""
    if not one.start_s <= t_s <= one.end_s:
        return scene
    up = min(1.0, (t_s - one.start_s) / RISE_S, (one.end_s - t_s) / RISE_S)
    middle_y = ROWS - up * (ROWS - 9.0)
    places = (one.at - 4.0, one.at + 6.0) if one.with_other else (one.at,)
    for place in places:
        face = ((x - place) / 3.6) ** 2 + ((y - middle_y) / 5.2) ** 2
        clothes = (np.abs(x - place) < 6.0) & (y > middle_y + 5.0)  # noqa: PLR2004 -- as wide as shoulders
        scene = np.where(clothes & (face > 1), CLOTHES_C, scene)
        eyes = np.hypot(np.abs(x - place) - 1.2, y - (middle_y - 0.8))
        hottest_c = one.mouth_c - TO_MOUTH_K + one.skin_k
        skin = hottest_c - EYES_K * np.clip((eyes - 1.2) / 5.0, 0, 1)
        scene = np.where(face <= 1, skin, scene)
    return scene
