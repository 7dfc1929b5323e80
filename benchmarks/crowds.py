"""Moving boxes with known truth, for `tracker.py`: no benchmark of its own.

Each frame is a list of (truth, x1 y1 x2 y2 score); a truth that leaves and comes again is another.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 480
TOP = 40
SCORE = 0.8
DROPOUT = 0.1
ARRIVED_PX = 10

Points = NDArray[np.float64]
Frames = list[list[tuple[int, list[float]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Size of a box and standard deviation of its jitter, in pixels."""

    width_px: float = 20
    height_px: float = 40
    jitter_px: float = 1.0

    def box(self, foot: Points, rng: np.random.Generator) -> list[float]:
        x, y = foot + rng.normal(0, self.jitter_px, 2)
        half, high = self.width_px / 2, self.height_px + rng.normal(0, self.jitter_px / 2)
        return [float(x - half), float(y - high), float(x + half), float(y), SCORE]


SMALL, LARGE = Body(), Body(width_px=40, height_px=90, jitter_px=2.0)


def wandering(count: int, *, frames: int, seed: int) -> Frames:
    """Straight ways of N(0, 3) px a frame, wrapped round the edges of the picture."""
    rng = np.random.default_rng(seed)
    feet = rng.uniform((0, 0), (WIDTH, HEIGHT), (count, 2))
    steps = rng.normal(0, 3, (count, 2))
    names = np.arange(count)
    result: Frames = []
    for _ in range(frames):
        feet = feet + steps
        wrapped = np.any((feet < 0) | (feet >= (WIDTH, HEIGHT)), axis=1)
        names = np.where(wrapped, names + count, names)
        feet = feet % (WIDTH, HEIGHT)
        result.append(_seen(zip(names.tolist(), feet, strict=True), SMALL, rng))
    return result


def errands(
    count: int, *, frames: int, seed: int, body: Body = SMALL, pace_px: float = 3
) -> Frames:
    """People who go to a place, turn and go to the next; the nearer hide those behind them."""
    rng = np.random.default_rng(seed)
    low, high = (20, 60), (WIDTH - 20, HEIGHT - 20)
    feet, goals = rng.uniform(low, high, (count, 2)), rng.uniform(low, high, (count, 2))
    paces = np.abs(rng.normal(pace_px, pace_px / 4, count))
    steps = np.zeros((count, 2))
    result: Frames = []
    for _ in range(frames):
        way = goals - feet
        left = np.hypot(*way.T)
        arrived = left < ARRIVED_PX
        goals[arrived] = rng.uniform(low, high, (int(arrived.sum()), 2))
        steps += 0.2 * (way / np.maximum(left, 1)[:, None] * paces[:, None] - steps)
        feet = feet + steps
        result.append(_seen(_in_sight(list(enumerate(feet)), body), body, rng))
    return result


def streams(
    count: int, *, frames: int, seed: int, body: Body = SMALL, pace_px: float = 4
) -> Frames:
    """Four streams that cross head on and at right angles; the nearer hide those behind them."""
    rng = np.random.default_rng(seed)
    people = []
    for number in range(count):
        pace, at = pace_px * rng.uniform(0.7, 1.3), rng.uniform(0.35, 0.65)
        start, step = (
            ((-20, at * HEIGHT), (pace, 0)),
            ((WIDTH + 20, at * HEIGHT), (-pace, 0)),
            ((at * WIDTH, 60), (0, pace)),
            ((at * WIDTH, HEIGHT + 40), (0, -pace)),
        )[number % 4]
        people.append((rng.integers(0, frames // 2), np.array(start, float), np.array(step)))
    result: Frames = []
    for index in range(frames):
        feet = [
            (number, start + (index - first) * step)
            for number, (first, start, step) in enumerate(people)
            if index >= first
        ]
        inside = [
            (n, foot) for n, foot in feet if 0 <= foot[0] <= WIDTH and TOP <= foot[1] <= HEIGHT
        ]
        result.append(_seen(_in_sight(inside, body), body, rng))
    return result


def _seen(
    people: Iterator[tuple[int, Points]], body: Body, rng: np.random.Generator
) -> list[tuple[int, list[float]]]:
    return [(name, body.box(foot, rng)) for name, foot in people if rng.random() >= DROPOUT]


def _in_sight(people: list[tuple[int, Points]], body: Body) -> Iterator[tuple[int, Points]]:
    """Yield those whom nobody nearer hides."""
    for name, (x, y) in people:
        hidden = any(
            0 < foot[1] - y < 0.5 * body.height_px and abs(foot[0] - x) < 0.4 * body.width_px
            for _, foot in people
        )
        if not hidden:
            yield name, np.array((x, y))


def _large(way: Callable[..., Frames], pace_px: float) -> Callable[..., Frames]:
    def drawn(count: int, *, frames: int, seed: int) -> Frames:
        return way(count, frames=frames, seed=seed, body=LARGE, pace_px=pace_px)

    return drawn


CROWDS: tuple[tuple[str, Callable[..., Frames], int, int], ...] = (
    ("5 wander", wandering, 5, 30),
    ("20 wander", wandering, 20, 30),
    ("50 wander", wandering, 50, 30),
    ("20 on errands", errands, 20, 10),
    ("50 on errands", errands, 50, 10),
    ("20 on errands, large", _large(errands, 6), 20, 10),
    ("20 in crossing streams", streams, 20, 10),
    ("40 in crossing streams", streams, 40, 10),
    ("40 in crossing streams, large", _large(streams, 6), 40, 10),
    ("20 in fast crossing streams", _large(streams, 18), 20, 10),
)
"""What it is called, how it is drawn, how many there are, frames a second."""
