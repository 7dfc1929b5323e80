"""What the next hour will count, and between which bounds, learnt from the counts themselves.

    learned = learn(learned, slot, 41)
    forecast(learned, slot + 1)

Square roots of counts, whose spread hardly depends on how many there are (Anscombe, Biometrika 35,
1948), are smoothed for each hour of the week; what the last hour and the last days were above
that is carried on. The bounds are tracked so that they miss as often as they should, whatever
comes (quantile tracking: Angelopoulos, Candes and Tibshirani, "Conformal PID control", 2023): one
width for each hour of the day.
"""

import math
from dataclasses import dataclass, replace
from typing import TypeVar

T = TypeVar("T")

HOURS, DAY_H = 168, 24
SMOOTHING, CARRIED, TREND, TREND_SMOOTHING = 0.2, 0.7, 0.3, 0.05
MISSED, TRACKING, FIRST_WIDTH, LEAST_WIDTH = 0.1, 0.05, 1.5, 0.05
"""Bounds of 90 %; the first width is about twice what a Poisson count spreads."""

FIRST_TRACKING, FADES_DAYS = 0.5, 30
"""At first widths follow fast; by so many days that fades to a third."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is expected, and the bounds that hold nine of ten hours."""

    count: int
    low: int
    high: int

    def holds(self, count: int) -> bool:
        """Whether a count lies within the bounds."""
        return self.low <= count <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Roots of counts by the hour of the week, widths by the hour of the day; begins empty."""

    roots: tuple[float | None, ...] = (None,) * HOURS
    widths: tuple[float, ...] = (FIRST_WIDTH,) * DAY_H
    above: float = 0.0
    trend: float = 0.0
    hours: int = 0


def forecast(learned: Learned, slot: int) -> Forecast | None:
    """Return the forecast of an hour of the week, 0 to 167; None before it was ever counted."""
    root = _expected(learned, slot)
    if root is None:
        return None
    width = learned.widths[slot % DAY_H]
    low, high = max(0.0, root - width), root + width
    return Forecast(
        count=round(root * root), low=math.ceil(low * low), high=math.floor(high * high)
    )


def learn(learned: Learned, slot: int, count: int | None) -> Learned:
    """Take what an hour of the week has counted; None where it is not known."""
    if count is None:
        return replace(learned, above=learned.above * CARRIED)
    seen, base = math.sqrt(count), learned.roots[slot]
    if base is None:
        return replace(learned, roots=_put(learned.roots, slot, seen))
    told = forecast(learned, slot)
    missed = told is None or not told.holds(count)
    hour, above = slot % DAY_H, seen - base
    width = learned.widths[hour]
    fast = FIRST_TRACKING * math.exp(-learned.hours / DAY_H / FADES_DAYS)
    width += max(TRACKING, fast) * max(width, 0.3) * (missed - MISSED)
    return Learned(
        roots=_put(learned.roots, slot, base + SMOOTHING * above),
        widths=_put(learned.widths, hour, max(LEAST_WIDTH, width)),
        above=above,
        trend=learned.trend + TREND_SMOOTHING * (above - learned.trend),
        hours=learned.hours + 1,
    )


def usually_some(learned: Learned, slot: int) -> bool:
    """Whether some are counted in this hour of the week, whatever the last hours were like."""
    root = learned.roots[slot]
    return root is not None and root > max(1.0, learned.widths[slot % DAY_H])


def _expected(learned: Learned, slot: int) -> float | None:
    base = learned.roots[slot]
    if base is None:
        return None
    return max(0.0, base + CARRIED * learned.above + TREND * learned.trend)


def _put(values: tuple[T, ...], at: int, value: T) -> tuple[T, ...]:
    return (*values[:at], value, *values[at + 1 :])
