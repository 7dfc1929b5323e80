"""Readings of a weather station, gathered to the weather of each local day.

    gathered, days, decisions = gather(gathered, Sensed(t_ms=t_ms, temperature_c=21.5, ...), zone)

A day is known by what was read of it: lowest and highest values, the mean wind and the sum of
radiation each need most of the day; rain is what fell. A day of which nothing was read is a day
without weather, and is told as one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from types import MappingProxyType

from edgekit.systems.day import HOUR_MS, MINUTE_MS, LocalDay, local_day
from edgekit.systems.decision import Decision
from edgekit.systems.irrigation_weather import KM_PER_H, Weather
from edgekit.systems.vitals import (
    FAHRENHEIT,
    KELVIN,
    Conversion,
    Fault,
    Limits,
    Sample,
    Vital,
    changes,
    judge,
    told,
)

LONGEST_MS = 15 * MINUTE_MS
"""A longer silence is time of which nothing is known."""

AHEAD_MS = 3 * HOUR_MS
ENOUGH_MS: Mapping[str, int] = MappingProxyType({"radiation_w_m2": 23 * HOUR_MS})
USUALLY_MS = 20 * HOUR_MS
MOST_DAYS = 30
"""So many days without weather are told after a silence."""


def _limits(name: str, unit: str, low: float, high: float, **more: object) -> Limits:
    fields: dict[str, object] = {"max_age_ms": AHEAD_MS, "stuck_ms": 24 * HOUR_MS, **more}
    return Limits(name=name, unit=unit, low=low, high=high, **fields)  # type: ignore[arg-type]  # -- fields of Limits


SENSORS: Mapping[str, Limits] = {
    "temperature_c": _limits(
        "thermometer", "°C", -45, 60, dead=(-127.0, 85.0), conversions=(FAHRENHEIT, KELVIN)
    ),
    "humidity": _limits(
        "hygrometer",
        "%",
        1,
        100,
        stuck_free=(100.0,),
        conversions=(Conversion(unit="share", scale=100.0),),
    ),
    "wind_m_s": _limits("anemometer", "m/s", 0, 40, stuck_free=(0.0,), conversions=(KM_PER_H,)),
    "radiation_w_m2": _limits("pyranometer", "W/m²", -20, 1500, stuck_free=(0.0,)),
    "rain_mm": _limits("rain gauge", "mm", 0, 60, stuck_free=(0.0,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """What a weather station reads now; None where it has no such sensor or gave nothing.

    ``rain_mm`` is what fell since the reading before.
    """

    t_ms: int
    temperature_c: float | None = None
    humidity: float | None = None
    wind_m_s: float | None = None
    radiation_w_m2: float | None = None
    rain_mm: float | None = None
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What one sensor read of a day: extremes, the sum over time, and for how long it did."""

    low: float
    high: float
    area: float = 0.0
    read_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The day so far; ``told_ms`` is the end of the last day that was told."""

    t_ms: int | None = None
    day: LocalDay | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)
    rain_mm: float | None = None
    told_ms: int = 0
    vitals: Mapping[str, Vital] = field(default_factory=dict)


def gather(
    gathered: Gathered, reading: Sensed, zone: tzinfo
) -> tuple[Gathered, tuple[Weather, ...], list[Decision]]:
    """Take a reading; return the days that have ended with it, and what is wrong with it."""
    gathered, values, decisions = _judged(gathered, reading)
    if reading.heard_ms is not None and reading.t_ms > reading.heard_ms + AHEAD_MS:
        return gathered, (), decisions  # its clock runs ahead: named, and nothing of it believed
    gathered, days = _dated(gathered, reading.t_ms, zone)
    changed = (day.clock for day in days if day.clock)
    decisions += [told("days", Fault.CLOCK_CHANGE, reading.t_ms, words) for words in changed]
    before_ms = gathered.t_ms
    span_ms = 0 if before_ms is None else reading.t_ms - before_ms
    span_ms = span_ms if 0 < span_ms <= LONGEST_MS else 0
    spans = dict(gathered.spans)
    for name, value in values.items():
        if name != "rain_mm":
            spans[name] = _longer(spans.get(name), value, span_ms)
    rain_mm = values.get("rain_mm")
    if rain_mm is not None:
        rain_mm += gathered.rain_mm or 0.0
    gathered = replace(
        gathered,
        t_ms=reading.t_ms,
        spans=spans,
        rain_mm=gathered.rain_mm if rain_mm is None else rain_mm,
    )
    return gathered, tuple(day.weather for day in days), decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """A day that has ended, and what the clock did in it."""

    weather: Weather
    clock: str = ""


def _judged(
    gathered: Gathered, reading: Sensed
) -> tuple[Gathered, dict[str, float], list[Decision]]:
    vitals, values, decisions = dict(gathered.vitals), dict[str, float](), list[Decision]()
    for name, limits in SENSORS.items():
        value = getattr(reading, name)
        before = vitals.get(name, Vital())
        if value is None and before.t_ms is None:
            continue  # a station without this sensor
        finite = value if value is not None and math.isfinite(value) else None
        sample = Sample(t_ms=reading.t_ms, value=finite, heard_ms=reading.heard_ms)
        vitals[name], one = judge(limits, before, sample)
        decisions += changes(limits, before, vitals[name], reading.t_ms)
        if one.value is not None:
            values[name] = one.value
    return replace(gathered, vitals=vitals), values, decisions


def _dated(gathered: Gathered, t_ms: int, zone: tzinfo) -> tuple[Gathered, tuple[_Ended, ...]]:
    day = gathered.day
    if day is not None and day.start_ms <= t_ms < day.end_ms:
        return gathered, ()
    today = local_day(t_ms, zone)
    fresh = replace(gathered, day=today, spans={}, rain_mm=None)
    if day is None or t_ms < day.start_ms or day.end_ms <= gathered.told_ms:
        return fresh, ()  # the first one, or the clock was set back over midnight
    ended = [_Ended(weather=_weather(gathered, day.end_ms), clock=day.clock_change or "")]
    end_ms = local_day(day.end_ms, zone).end_ms
    while end_ms <= today.start_ms and len(ended) < MOST_DAYS:
        ended.append(_Ended(weather=Weather(t_ms=end_ms, low_c=None, high_c=None, rain_mm=None)))
        end_ms = local_day(end_ms, zone).end_ms
    return replace(fresh, told_ms=today.start_ms), tuple(ended)


def _weather(gathered: Gathered, end_ms: int) -> Weather:
    heat, humid = _whole(gathered, "temperature_c"), _whole(gathered, "humidity")
    wind, sun = _whole(gathered, "wind_m_s"), _whole(gathered, "radiation_w_m2")
    return Weather(
        t_ms=end_ms,
        low_c=None if heat is None else heat.low,
        high_c=None if heat is None else heat.high,
        rh_max=None if humid is None else humid.high,
        rh_min=None if humid is None else humid.low,
        radiation_mj=None if sun is None else max(0.0, sun.area) / 1e6,
        wind_m_s=None if wind is None else wind.area / (wind.read_ms / 1000),
        rain_mm=gathered.rain_mm,
    )


def _whole(gathered: Gathered, name: str) -> Span | None:
    """Return what a sensor read of the day, or None where that is too little of it."""
    span = gathered.spans.get(name)
    if span is None or span.read_ms < ENOUGH_MS.get(name, USUALLY_MS):
        return None
    return span


def _longer(span: Span | None, value: float, span_ms: int) -> Span:
    """Return the span with one more value, which held since the reading before."""
    if span is None:
        return Span(low=value, high=value, area=value * span_ms / 1000, read_ms=span_ms)
    return Span(
        low=min(span.low, value),
        high=max(span.high, value),
        area=span.area + value * span_ms / 1000,
        read_ms=span.read_ms + span_ms,
    )
