"""Films of a drawn driver, whose blinks are known to the millisecond, and a detector of that face.

A part of ``driver_eyes.py``: no benchmark of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from edgekit.frames import Detections, Frame
from edgekit.testing.driver import Pose, draw

SIZE = (320, 240)
OPEN, SHUT = 0.30, 0.12
SHUT_FOR_S = 2.0
GRAINS = 16

Blink = tuple[float, float, float, float]
"""When the eye begins to close, is shut, begins to open, and is open again, in ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A driver: blinks, noise in grey levels, and how far the head turns."""

    blinks: tuple[Blink, ...]
    fps: int
    noise: float = 0.0
    yaw_deg: float = 8.0
    glasses: bool = False
    seed: int = 0

    def ear(self, t_ms: float) -> float:
        """Return how open the eyes are."""
        share = 1.0
        for blink in self.blinks:
            if blink[0] <= t_ms <= blink[3]:
                share = float(np.interp(t_ms, blink, (1, 0, 0, 1)))
        return SHUT + share * (OPEN - SHUT)

    def pose(self, t_ms: float) -> Pose:
        """Return how the face is held: it sways and turns as a head does."""
        turn = float(np.sin(t_ms / 4700))
        return Pose(
            ear=self.ear(t_ms),
            yaw_deg=self.yaw_deg * turn,
            centre=(0.5 + 0.04 * float(np.sin(t_ms / 3100)), 0.5 + 0.02 * turn),
            height=0.75 + 0.03 * float(np.sin(t_ms / 6100)),
            glasses=self.glasses,
        )

    def frames(self, seconds: float) -> Iterator[Frame]:
        """Draw them, at times that a camera keeps to some milliseconds."""
        dice = np.random.default_rng(self.seed + 1000)
        grains = dice.normal(0, self.noise, (GRAINS, *SIZE[::-1], 3)).astype(np.int16)
        for index in range(int(seconds * self.fps)):
            t_ms = round(1000 * index / self.fps + dice.uniform(0, 4))
            picture = draw(self.pose(t_ms), size=SIZE, dice=dice)
            if self.noise:
                grain = np.roll(grains[dice.integers(GRAINS)], int(dice.integers(SIZE[0])), axis=1)
                picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
            yield Frame(picture, t_ms, index)


def blinking(seed: int, *, seconds: float, shut_at_s: float | None = None) -> tuple[Blink, ...]:
    """Return blinks of somebody awake: 2 to 7 s apart, 150 to 400 ms long; perhaps eyes shut once.

    An eye closes in a third of the time that it opens in (Schiffman, "Sensation and Perception").
    """
    dice = np.random.default_rng(seed)
    blinks: list[Blink] = []
    at = 1500.0
    while at < 1000 * seconds - 1000:
        closing, still, opening = dice.uniform(50, 90), dice.uniform(20, 120), dice.uniform(80, 190)
        blinks.append((at, at + closing, at + closing + still, at + closing + still + opening))
        at = blinks[-1][3] + dice.uniform(2000, 7000)
    if shut_at_s is not None:
        begin, end = 1000 * shut_at_s, 1000 * (shut_at_s + SHUT_FOR_S)
        blinks = [one for one in blinks if one[3] < begin - 500 or one[0] > end + 900]
        blinks.append((begin - 100, begin, end, end + 200))
    return tuple(blinks)


class KnownFace:
    """A detector for drawn faces: where the head is, off by some pixels, as real ones are."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._dice = np.random.default_rng(film.seed)

    def detect(self, frame: Frame) -> Detections:
        pose = self._film.pose(frame.t_ms)
        height = pose.height * SIZE[1]
        middle = np.array([pose.centre[0] * SIZE[0], (pose.centre[1]) * SIZE[1]])
        half = np.array([0.36 * height, 0.47 * height])
        box = np.concatenate([middle - half, middle + half]) + self._dice.normal(0, 2, 4)
        return Detections.of(box[None].astype(np.float32))
