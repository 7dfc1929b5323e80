"""Signs of fire: what heat and smoke can be, a supervised loop, and how fast it gets hotter."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from edgekit.systems.day import DAY_MS, MINUTE_MS
from edgekit.systems.decision import Decision
from edgekit.systems.vitals import FAHRENHEIT, KELVIN, Conversion, Fault, Limits, told

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
_CONVERSIONS: Mapping[str, Conversion] = MappingProxyType(
    {one.unit: one for one in TEMPERATURE.conversions}
)
SMOKE = Limits(
    name="smoke", unit="/m", low=-0.1, high=20, max_age_ms=2 * MINUTE_MS, stuck_ms=DAY_MS
)


CELSIUS = "°C"
FIRE_C, ORDINARY_C = 57.0, (0.0, 45.0)
NEAR_K, FAR_K, HOTTEST_C = 3.0, 10.0, 250.0
"""A reading so near the last one goes on from it; one that is farther off jumps. What a fire could
read is one, whatever else it looks like: in a second none is hotter than this from a quiet room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What heat and smoke are now, None where that is not known; smoke is that above clear air."""

    heat_c: float | None
    rise_k_min: float | None
    smoke_per_m: float | None


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


def signs_of(heats: Series, smokes: Series, clear_per_m: float | None, t_ms: int) -> Signs:
    """Return what heat and smoke are now."""
    smoke = level(smokes, t_ms)
    above = None if smoke is None or clear_per_m is None else smoke - clear_per_m
    return Signs(
        heat_c=level(heats, t_ms),
        rise_k_min=rise_k_min(heats, t_ms),
        smoke_per_m=above,
    )


def unit_of(unit: str, last_c: float | None, value: float) -> str:
    """Return the unit that a temperature seems to come in, given that so far and the last reading.

    It changes where a reading goes on from the last one in another unit and jumps in its own. Where
    there is no last one, a room that would burn in °C and is ordinary in another unit is taken to
    come in that: how fast it gets hotter still tells of a fire. A room of 0 to 14 °C that comes in
    °F from the first is not told from one of 32 to 57 °C.
    """
    other = (one for one in (CELSIUS, *_CONVERSIONS) if one != unit)
    if last_c is None:
        low, high = ORDINARY_C
        fits = (one for one in other if low <= celsius(one, value) <= high)
        return unit if celsius(unit, value) <= FIRE_C else next(fits, unit)
    if abs(celsius(unit, value) - last_c) <= FAR_K:
        return unit
    return next((one for one in other if abs(celsius(one, value) - last_c) <= NEAR_K), unit)


def could_burn(unit: str, last_c: float | None, value: float) -> bool:
    """Whether a reading that jumps is what a fire would read: then it is taken as one."""
    return last_c is not None and FIRE_C <= celsius(unit, value) <= HOTTEST_C


def celsius(unit: str, value: float) -> float:
    """Return a temperature in °C."""
    conversion = _CONVERSIONS.get(unit)
    return value if conversion is None else conversion.ours(value)


def unit_told(before: str, unit: str, t_ms: int, value: float) -> list[Decision]:
    """Return the decision that names another unit or the end of it; none where it is the same."""
    if unit == before:
        return []
    if unit != CELSIUS:
        words = f"{value:g} is right in {unit} and wrong in °C: taken as {unit}"
        return [told(TEMPERATURE.name, Fault.UNIT_FLIPPED, t_ms, words)]
    words = f"{TEMPERATURE.name}: in °C again"
    return [Decision(t_ms=t_ms, what=f"cleared.{Fault.UNIT_FLIPPED}", reason=words)]


def in_doubt(unit: str, seems: str, t_ms: int, value: float) -> Decision:
    """Return the decision that names another unit in which a fire would read the same."""
    words = f"{value:g} fits {seems} as well as a fire in {unit}: taken as a fire"
    return told(TEMPERATURE.name, Fault.UNIT_FLIPPED, t_ms, words)
