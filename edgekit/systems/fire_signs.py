"""Signs of fire: what heat and smoke can be, a supervised loop, and how fast it gets hotter."""

import statistics
from enum import StrEnum

from edgekit.systems.day import DAY_MS, MINUTE_MS
from edgekit.systems.vitals import FAHRENHEIT, KELVIN, Limits

Series = tuple[tuple[int, float], ...]
"""Times in ms and values, the newest last."""

LEVEL_MS, RISE_MS, KEPT_MS = 10_000, 20_000, 3 * MINUTE_MS
TEMPERATURE = Limits(
    name="temperature",
    unit="°C",
    low=-40,
    high=600,
    max_age_ms=2 * MINUTE_MS,
    stuck_ms=DAY_MS,
    dead=(-127.0, 85.0),
    conversions=(FAHRENHEIT, KELVIN),
)
SMOKE = Limits(
    name="smoke", unit="/m", low=-0.1, high=20, max_age_ms=2 * MINUTE_MS, stuck_ms=DAY_MS
)


class Loop(StrEnum):
    """The state of a supervised loop of detectors with a resistor at its end."""

    NORMAL = "normal"
    ALARM = "alarm"
    OPEN = "open"  # a cut wire
    SHORT = "short"


def loop_of(ohm: float, *, end_ohm: float = 10_000, alarm_ohm: float = 1_000) -> Loop:
    """Return the state of a loop by its resistance: whatever is in doubt is no "normal"."""
    if not ohm <= 1.5 * end_ohm:
        return Loop.OPEN
    if ohm >= 0.7 * end_ohm:
        return Loop.NORMAL
    return Loop.ALARM if ohm >= alarm_ohm / 3 else Loop.SHORT


def kept(series: Series, t_ms: int, value: float) -> Series:
    """Return the series with one reading more, and without what is long past."""
    lately = tuple(one for one in series if t_ms - KEPT_MS <= one[0] < t_ms)
    return (*lately, (t_ms, value))


def level(series: Series, t_ms: int) -> float | None:
    """Return the median of the last 10 s, which no single odd reading moves; None without any."""
    near = [value for at, value in series if t_ms - LEVEL_MS < at <= t_ms]
    return statistics.median(near) if near else None


def rise_k_min(series: Series, t_ms: int) -> float | None:
    """Return how fast it gets hotter, K/min; None where that is not known."""
    now = level(series, t_ms)
    before = [at for at, _ in series if at <= t_ms - RISE_MS]
    if now is None or not before:
        return None
    then = level(series, before[-1])
    return None if then is None else (now - then) * MINUTE_MS / (t_ms - before[-1])
