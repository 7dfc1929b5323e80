"""A door as a thermal array over it sees it, with known truth: for tests and benchmarks.

    door = WarmDoor(seed=7, seconds=60)
    door.celsius            # readings: float32, shape (n, rows, columns)
    door.passages           # who passes the middle, when, which way

Made from drawn people: a warm head on less warm shoulders, seen from above; the floor has a pattern
of its own, and every point its noise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError

WIDTH_M, DEPTH_M = 3.0, 2.25
"""What an array of 110 degrees sees of heads, two metres below it."""

FLOOR_C, PATTERN_K, NOISE_K = 21.0, 0.6, 0.2
HEAD_K, HEAD_M = 7.0, 0.11
SHOULDERS_K, ACROSS_M, ALONG_M = 3.5, 0.24, 0.14
"""Kelvins above the floor, and half widths in metres."""

SLOWEST_M_S, FASTEST_M_S = 0.6, 1.7
_MARGIN_M = 0.4
_LANES_M = (0.55, 1.15, 1.75)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmWalker:
    """Somebody who walks straight through: from when, how fast, in which lane, which way."""

    start_s: float
    speed_m_s: float
    lane_m: float
    rightward: bool
    warmth: float = 1.0

    @property
    def passes_s(self) -> float:
        """When the middle of the view is passed."""
        return self.start_s + (_MARGIN_M + WIDTH_M / 2) / self.speed_m_s

    def at_m(self, t_s: float) -> float:
        """Return the distance from the left edge; outside of the view before and after."""
        gone = self.speed_m_s * (t_s - self.start_s) - _MARGIN_M
        return gone if self.rightward else WIDTH_M - gone


class WarmDoor:
    """Readings of one array, and what really happened under it.

    Args:
        seed: of everything random; the same seed gives the same readings.
        seconds: how long, > 0.
        points: (columns, rows) of the array.
        fps: readings a second, > 0.
        every_s: how often somebody comes on average.
        walkers: who comes, instead of who is drawn by lot.

    Raises:
        ConfigError: times or sizes that make no door.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        seconds: float = 60.0,
        points: tuple[int, int] = (32, 24),
        fps: float = 8.0,
        every_s: float = 4.0,
        walkers: tuple[WarmWalker, ...] | None = None,
    ) -> None:
        if not (seconds > 0 and fps > 0 and every_s > 0 and min(points) > 1):
            raise ConfigError(f"a door of {points} points for {seconds} s at {fps}: expected > 0")
        rng = np.random.default_rng(seed)
        self.walkers = _drawn(rng, seconds, every_s) if walkers is None else walkers
        self.celsius = _readings(rng, self.walkers, round(seconds * fps), fps, points)

    @property
    def passages(self) -> tuple[tuple[float, str], ...]:
        """When the middle was passed, in seconds, and which way: from left to right is ``in``."""
        ways = ((one.passes_s, "in" if one.rightward else "out") for one in self.walkers)
        return tuple(sorted(ways))


def _drawn(rng: np.random.Generator, seconds: float, every_s: float) -> tuple[WarmWalker, ...]:
    """Draw who comes: in one lane nobody runs into somebody."""
    walkers: list[WarmWalker] = []
    free_s = dict.fromkeys(_LANES_M, 3.0)
    t_s = 3.0
    while True:
        t_s += float(rng.exponential(every_s))
        lane_m = _LANES_M[int(rng.integers(len(_LANES_M)))]
        speed_m_s = float(rng.uniform(SLOWEST_M_S, FASTEST_M_S))
        start_s = max(t_s, free_s[lane_m])
        end_s = start_s + (WIDTH_M + 2 * _MARGIN_M) / speed_m_s
        if end_s > seconds:
            return tuple(walkers)
        free_s[lane_m] = end_s
        walkers.append(
            WarmWalker(
                start_s=start_s,
                speed_m_s=speed_m_s,
                lane_m=lane_m,
                rightward=bool(rng.integers(2)),
                warmth=float(rng.uniform(0.6, 1.2)),
            )
        )


def _readings(
    rng: np.random.Generator,
    walkers: tuple[WarmWalker, ...],
    count: int,
    fps: float,
    points: tuple[int, int],
) -> NDArray[np.float32]:
    columns, rows = points
    x, y = np.meshgrid(
        (np.arange(columns) + 0.5) * WIDTH_M / columns, (np.arange(rows) + 0.5) * DEPTH_M / rows
    )
    floor = FLOOR_C + PATTERN_K * (np.sin(2 * x) + y / DEPTH_M) + rng.normal(0, 0.3, x.shape)
    celsius = np.empty((count, rows, columns), np.float32)
    for index in range(count):
        warm = np.zeros(x.shape)
        for walker in walkers:
            along = x - walker.at_m(index / fps)
            across = y - walker.lane_m
            head = HEAD_K * np.exp(-(along**2 + across**2) / (2 * HEAD_M**2))
            body = SHOULDERS_K * np.exp(-((along / ALONG_M) ** 2 + (across / ACROSS_M) ** 2) / 2)
            warm = np.maximum(warm, walker.warmth * np.maximum(head, body))
        celsius[index] = floor + warm + rng.normal(0, NOISE_K, x.shape)
    return celsius
