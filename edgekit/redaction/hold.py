"""Faces kept covered while they can still be there. Pure: boxes and times in, regions out.

A detector loses a face for a few frames when a head turns. A `Held` face goes on in its direction
and grows, because nobody knows where it went, until it has left the picture or was not seen for
``hold_ms``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels."""

Sighting = tuple[Box, bool]
"""Where something is, and whether it is rather a face than not."""

MAX_FACES = 1024
"""More are not followed: the picture is covered whole instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRules:
    """How long and how generously a face stays covered.

    Attributes:
        hold_ms: a face not seen for longer than this has left, > 0.
        doubt_ms: the same for what was never rather a face than not, > 0.
        growth_per_s: by how many of its own sizes an unseen face's region grows in each
            direction in a second.
        near: a box whose centre lies within this many sizes of where a face is expected is that
            face.
        memory: how much of a face's velocity stays when it is seen anew, 0..1.
    """

    hold_ms: int = 3000
    doubt_ms: int = 400
    growth_per_s: float = 0.5
    near: float = 1.0
    memory: float = 0.7

    def __post_init__(self) -> None:
        if (
            min(self.hold_ms, self.doubt_ms) <= 0
            or self.growth_per_s < 0
            or self.near <= 0
            or not 0 <= self.memory < 1
        ):
            raise ConfigError(f"rules that hold nothing: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A face as last seen, and how it moved then (pixels a millisecond).

    ``sure`` tells whether it was ever rather a face than not; ``before`` is where it was seen the
    time before, and when.
    """

    xyxy: Box
    seen_ms: int
    sure: bool = True
    before: tuple[int, Box] | None = None
    velocity: tuple[float, float] = (0.0, 0.0)

    def at(self, t_ms: int, growth_per_s: float) -> Box:
        """Where it may be at a later time: moved on and grown."""
        passed_ms = max(0, t_ms - self.seen_ms)
        x1, y1, x2, y2 = self.xyxy
        dx, dy = (speed * passed_ms for speed in self.velocity)
        grown = self.size * growth_per_s * passed_ms / 1000
        # It may as well have stopped: what it left behind stays covered too.
        return (
            min(x1, x1 + dx) - grown,
            min(y1, y1 + dy) - grown,
            max(x2, x2 + dx) + grown,
            max(y2, y2 + dy) + grown,
        )

    @property
    def size(self) -> float:
        """Its longer side."""
        x1, y1, x2, y2 = self.xyxy
        return max(x2 - x1, y2 - y1)


def step(
    held: tuple[Held, ...],
    boxes: Iterable[Sighting],
    t_ms: int,
    rules: HoldRules,
) -> tuple[Held, ...]:
    """Return the faces to cover after one more frame, newest knowledge first.

    Args:
        held: the faces so far.
        boxes: what was detected in this frame, and whether it is rather a face than not; none
            for a frame that could not be searched.
        t_ms: its time; going back is taken as no time passed.
        rules: how long and how generously.
    """
    expected = np.asarray([_centre(_ahead(face, t_ms)) for face in held]).reshape(-1, 2)
    left = np.ones(len(held), np.bool_)
    seen = []
    for box, sure in boxes:
        fresh = Held(xyxy=box, seen_ms=t_ms, sure=sure)
        number = _nearest(expected, left, fresh, rules)
        if number is None:
            seen.append(fresh)
        else:
            left[number] = False
            seen.append(_seen_again(fresh, held[number], rules))
    lost = [held[n] for n in np.flatnonzero(left)]
    return (*seen, *(face for face in lost if t_ms - face.seen_ms <= _longest_ms(face, rules)))


def regions(
    held: tuple[Held, ...], size: tuple[int, int], t_ms: int, rules: HoldRules
) -> tuple[Box, ...]:
    """The boxes to cover at a time, those that have left the picture of (width, height) not."""
    boxes = (face.at(t_ms, rules.growth_per_s) for face in held)
    return tuple(
        box for box in boxes if box[0] < size[0] and box[1] < size[1] and box[2] > 0 and box[3] > 0
    )


def _longest_ms(face: Held, rules: HoldRules) -> int:
    return rules.hold_ms if face.sure else rules.doubt_ms


def _nearest(
    expected: NDArray[np.float64], left: NDArray[np.bool_], fresh: Held, rules: HoldRules
) -> int | None:
    """Which of the faces still left is expected nearest to a box, and near enough to be it."""
    if not left.any():
        return None
    apart = np.abs(expected - np.asarray(_centre(fresh.xyxy))).max(axis=1)
    apart[~left] = np.inf
    number = int(apart.argmin())
    return number if apart[number] <= rules.near * fresh.size else None


def _seen_again(fresh: Held, last: Held, rules: HoldRules) -> Held:
    fresh = replace(fresh, sure=fresh.sure or last.sure, before=(last.seen_ms, last.xyxy))
    passed_ms = fresh.seen_ms - last.seen_ms
    if passed_ms <= 0:
        return replace(fresh, velocity=last.velocity)
    (x0, y0), (x1, y1) = _centre(last.xyxy), _centre(fresh.xyxy)
    now = ((x1 - x0) / passed_ms, (y1 - y0) / passed_ms)
    keep = 0.0 if last.before is None else rules.memory  # one sight alone says nothing of motion
    vx, vy = (keep * old + (1 - keep) * new for old, new in zip(last.velocity, now, strict=True))
    return replace(fresh, velocity=(vx, vy))


def _ahead(face: Held, t_ms: int) -> Box:
    """Where a face is expected, without growth."""
    passed_ms = max(0, t_ms - face.seen_ms)
    dx, dy = (speed * passed_ms for speed in face.velocity)
    x1, y1, x2, y2 = face.xyxy
    return x1 + dx, y1 + dy, x2 + dx, y2 + dy


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
