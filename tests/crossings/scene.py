"""What a scene is, how a way becomes one, and how it is counted."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Detections, Track
from edgekit.geometry import Line, Point
from edgekit.perception.line import LineCounter
from edgekit.perception.tracking import Tracker

FPS = (2, 5, 10, 10, 15, 25, 30, 60)
SIZES = (0.6, 1.0, 1.0, 1.5)
NOISE_PX = (0.0, 0.7, 0.7, 1.5)
ATTEMPTS = 60

Feet = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """What a way may draw from. The line lies from (-length / 2, 0) to (length / 2, 0)."""

    rng: np.random.Generator
    fps: int
    step_px: float  # in a frame
    length_px: float
    width_px: float  # of a body
    height_px: float

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def whole(self, low: int, high: int) -> int:
        """From low to high, both included."""
        return int(self.rng.integers(low, max(low, high) + 1))

    def sign(self) -> int:
        return int(self.rng.choice((-1, 1)))

    def along(self) -> float:
        """A place on the line, well away from its ends."""
        return self.between(-0.3, 0.3) * self.length_px

    def way(self, *corners: Point) -> Feet:
        """Walk from corner to corner, a step a frame."""
        points = np.array(corners, float)
        ends = np.concatenate(([0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
        steps = np.arange(0, ends[-1] + 1e-9, self.step_px)
        return np.stack([np.interp(steps, ends, points[:, axis]) for axis in (0, 1)], axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One person: a foot for each frame from ``start``, some unseen, under one or more names."""

    feet: Feet
    start: int = 0
    unseen: range | frozenset[int] = range(0)
    names: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a way draws: the people, how many of them come in and go out (down is in).

    ``noise_px`` is the most that it bears; ``follow`` tells whether a tracker could find its own
    names in it.
    """

    bodies: tuple[Body, ...]
    expected: tuple[int, int]
    follow: bool = True
    noise_px: float = 1.5


Way = Callable[[Chance], Plan | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A way as a camera sees it. Each frame holds (name, x1 y1 x2 y2)."""

    fps: float
    line: Line
    frames: tuple[tuple[tuple[int, tuple[float, float, float, float]], ...], ...]
    expected: tuple[int, int]
    follow: bool
    step_px: float
    width_px: float

    def turned_round(self) -> "Scene":
        line = Line(self.line.name, self.line.end, self.line.start)
        return replace(self, line=line, expected=self.expected[::-1])


def draw(way: Way, seed: int) -> Scene:
    rng = np.random.default_rng((seed, *way.__name__.encode()))
    for _ in range(ATTEMPTS):
        size = rng.choice(SIZES)
        fps = int(rng.choice(FPS))
        chance = Chance(
            rng=rng,
            fps=fps,
            step_px=float(rng.uniform(0.3, 1.2) * 90 * size / fps),
            length_px=float(rng.uniform(200, 450)),
            width_px=40 * size,
            height_px=90 * size,
        )
        plan = way(chance)
        if plan is not None:
            return _seen(plan, chance)
    raise AssertionError(f"{way.__name__} can't be drawn with seed {seed}")


def _seen(plan: Plan, chance: Chance) -> Scene:
    rng = chance.rng
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = rng.uniform(300, 700, 2)
    flip = np.array([1, rng.choice((-1, 1))])  # which side of the line is which on the screen
    half = np.array([chance.length_px / 2, 0.0])
    start, end = (tuple((turn @ (sign * half) + shift).tolist()) for sign in (-1, 1))
    noise_px = min(plan.noise_px, float(rng.choice(NOISE_PX)))
    frames = []
    for index in range(max(body.start + len(body.feet) for body in plan.bodies)):
        frame = []
        for number, body in enumerate(plan.bodies):
            step = index - body.start
            if 0 <= step < len(body.feet) and step not in body.unseen:
                x, y = turn @ (flip * body.feet[step]) + shift
                half_px, high_px = chance.width_px / 2, chance.height_px
                box = np.array((x - half_px, y - high_px, x + half_px, y))
                name = 1000 + number if body.names is None else body.names[step]
                frame.append((name, tuple((box + rng.normal(0, noise_px, 4)).tolist())))
        frames.append(tuple(frame))
    scene = Scene(
        fps=chance.fps,
        line=Line("door", start, end),
        frames=tuple(frames),
        expected=plan.expected if flip[1] > 0 else plan.expected[::-1],
        follow=plan.follow,
        step_px=chance.step_px,
        width_px=chance.width_px,
    )
    return scene.turned_round() if rng.random() < 0.5 else scene


def run(scene: Scene, *, band_px: float, follow: bool) -> tuple[int, int]:
    """Count it: with the names that it has, or with those that our tracker finds."""
    counter = LineCounter(scene.line, band_px=band_px)
    for t_ms, tracks in followed(scene) if follow else named(scene):
        counter.update(tracks, t_ms)
    return counter.in_count, counter.out_count


def named(scene: Scene) -> Iterator[tuple[int, list[Track]]]:
    for index, frame in enumerate(scene.frames):
        tracks = [
            Track(tracker_id=name, xyxy=box, class_id=0, seen=True, age_frames=3)
            for name, box in frame
        ]
        yield round(index * 1000 / scene.fps), tracks


def followed(scene: Scene) -> Iterator[tuple[int, tuple[Track, ...]]]:
    tracker = Tracker(fps=scene.fps, ids=itertools.count())
    for index, frame in enumerate(scene.frames):
        t_ms = round(index * 1000 / scene.fps)
        boxes = np.array([box for _, box in frame], np.float32)
        yield t_ms, tracker.update(Detections.of(boxes), t_ms)
