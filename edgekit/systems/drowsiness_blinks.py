"""Blinks from the eye aspect ratio: how often, how deep, how long, and how fast the eye opens.

    watch, blink = follow(Eye(open_ear=0.30, closed_ear=0.12), watch, t_ms=t_ms, ear=0.29)

The ratio is that of Soukupova and Cech, "Real-Time Eye Blink Detection using Facial Landmarks"
(CVWW 2016), equation 1. The four numbers of a blink are those of Ghoddoosian, Galib and Athitsos,
"A Realistic Dataset and Baseline Temporal Model for Early Drowsiness Detection" (CVPRW 2019),
section 4.1; here an eye is in a blink below three fifths of its own range.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from edgekit.errors import ConfigError

Numbers = tuple[float, float, float, float]
"""Of a blink: frequency (blinks a minute so far), amplitude, duration (ms), opening (1/s)."""

LEAST_AMPLITUDE = 0.04
BLINK_SHARE, PERCLOS_SHARE = 0.6, 0.2
"""Open by less than that: in a blink; closed in the sense of PERCLOS (P80)."""
LEAST_FRAMES = 2
POINTS = 6
FREQUENCY_FROM_MS = 5_000
"""No frequency is reckoned over less: the first blink would be worth thousands a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eye:
    """One driver's eye: its ratio wide open and shut. Raises ConfigError where these can't be."""

    open_ear: float
    closed_ear: float

    def __post_init__(self) -> None:
        if not 0 <= self.closed_ear < self.open_ear <= 1:
            raise ConfigError(
                f"an eye of {self.closed_ear} to {self.open_ear}: expected 0 to 1, shut below open"
            )

    def level(self, share: float) -> float:
        """Return the ratio at which it is open by such a share."""
        return self.closed_ear + share * (self.open_ear - self.closed_ear)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A blink that goes on: from the last open frame to its lowest one, and the last one seen."""

    start_ms: int
    start_ear: float
    low_ms: int
    low_ear: float
    frames: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is followed from frame to frame; begins as ``Watch()``.

    ``watched_ms`` and ``blinks`` count since the spell began, as each film of the source does.
    """

    t_ms: int | None = None
    ear: float = 0.0
    closing: Closing | None = None
    closed_ms: int | None = None
    watched_ms: int = 0
    blinks: int = 0


def eye_aspect_ratio(points: Sequence[tuple[float, float]]) -> float:
    """Return (|p2-p6| + |p3-p5|) / (2 |p1-p4|) of six points around an eye, corners p1 and p4.

    Raises:
        ConfigError: they are not six, or the corners coincide.
    """
    if len(points) != POINTS or math.dist(points[0], points[3]) == 0:
        raise ConfigError("an eye: expected six points with its corners, first and fourth, apart")
    height = math.dist(points[1], points[5]) + math.dist(points[2], points[4])
    return height / (2 * math.dist(points[0], points[3]))


def follow(
    eye: Eye, watch: Watch, *, t_ms: int, ear: float, most_gap_ms: int = 500
) -> tuple[Watch, Numbers | None]:
    """Take one frame; return what is followed, and the four numbers of a blink that just ended.

    A gap of more than ``most_gap_ms`` ends what was begun: what the eye did is not known.
    """
    gap_ms = None if watch.t_ms is None else t_ms - watch.t_ms
    if gap_ms is None or not 0 < gap_ms <= most_gap_ms:
        return replace(watch, t_ms=t_ms, ear=ear, closing=None, closed_ms=None), None
    closed = ear <= eye.level(PERCLOS_SHARE)
    since = (watch.closed_ms if watch.closed_ms is not None else t_ms) if closed else None
    now = replace(watch, t_ms=t_ms, ear=ear, closed_ms=since, watched_ms=watch.watched_ms + gap_ms)
    if ear < eye.level(BLINK_SHARE):
        return replace(now, closing=_deeper(watch, t_ms, ear)), None
    if watch.closing is None:
        return now, None
    now = replace(now, closing=None)
    amplitude = (watch.closing.start_ear + ear) / 2 - watch.closing.low_ear
    if watch.closing.frames < LEAST_FRAMES or amplitude < LEAST_AMPLITUDE:
        return now, None
    now = replace(now, blinks=now.blinks + 1)
    return now, _numbers(now, watch.closing, amplitude)


def _deeper(watch: Watch, t_ms: int, ear: float) -> Closing:
    """Return the blink with one more frame in it."""
    closing = watch.closing
    if closing is None:
        return Closing(start_ms=watch.t_ms or 0, start_ear=watch.ear, low_ms=t_ms, low_ear=ear)
    if ear <= closing.low_ear:
        return replace(closing, low_ms=t_ms, low_ear=ear, frames=closing.frames + 1)
    return replace(closing, frames=closing.frames + 1)


def _numbers(watch: Watch, closing: Closing, amplitude: float) -> Numbers:
    end_ms = watch.t_ms or 0
    opening = (watch.ear - closing.low_ear) / max(1, end_ms - closing.low_ms) * 1000
    a_minute = watch.blinks / max(FREQUENCY_FROM_MS, watch.watched_ms) * 60_000
    return a_minute, amplitude, float(end_ms - closing.start_ms), opening
