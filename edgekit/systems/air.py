"""Air: what there is in it hour by hour, an index for people, and sensors that stand or drift.

    state = begin(Settings())
    state, decisions = step(state, Air(t_ms=t_ms, pm2_5=12.0, pm10=20.0, co2_ppm=640, ...))

Readings are averaged over hours; the index of particles is the US AQI by NowCast and the European
CAQI (`air_index`). Fresh air is judged by CO2 above that of the air outside (EN 16798-1, table B.9:
550, 800 and 1350 ppm). A CO2 sensor whose lowest of a week is not near the air outside has drifted
(automatic baseline: every room is empty or aired once a week); two particle sensors that disagree
by 5 µg/m³ and by 61 % are not believed (Barkjohn et al. 2021, Atmos. Meas. Tech. 14:4617-4637).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from edgekit.errors import ConfigError
from edgekit.systems.air_index import aqi_words, caqi, caqi_words, nowcast, us_aqi
from edgekit.systems.card import Card
from edgekit.systems.day import HOUR_MS
from edgekit.systems.decision import Decision, Severity
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

WEEK_H, DAY_H, NOWCAST_H = 168, 24, 12
SHARE_SEEN = 0.75
FRESH_PPM = (550, 800, 1350)
FOG_RH = 90.0
APART_UG, APART_SHARE = 5.0, 0.61


def _limits(name: str, unit: str, low: float, high: float, **more: Any) -> Limits:  # noqa: ANN401 -- fields of Limits
    return Limits(
        name=name,
        unit=unit,
        low=low,
        high=high,
        max_age_ms=HOUR_MS,
        **more,
    )


QUANTITIES: Mapping[str, Limits] = {
    "pm2_5": _limits("PM2.5", "µg/m³", 0, 2000, stuck_ms=6 * HOUR_MS, stuck_free=(0.0,)),
    "pm2_5_b": _limits("PM2.5 (b)", "µg/m³", 0, 2000, stuck_ms=6 * HOUR_MS, stuck_free=(0.0,)),
    "pm10": _limits("PM10", "µg/m³", 0, 3000, stuck_ms=6 * HOUR_MS, stuck_free=(0.0,)),
    "co2_ppm": _limits(
        "CO2",
        "ppm",
        250,
        9999,
        stuck_ms=6 * HOUR_MS,
        dead=(0.0, 5000.0, 10000.0),
        conversions=(Conversion(unit="%", scale=10_000.0),),
    ),
    "temperature_c": _limits(
        "temperature",
        "°C",
        -40,
        60,
        stuck_ms=12 * HOUR_MS,
        dead=(-127.0, 85.0),
        conversions=(FAHRENHEIT, KELVIN),
    ),
    "humidity": _limits("humidity", "%", 1, 100, stuck_ms=12 * HOUR_MS, stuck_free=(100.0,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A station.

    Attributes:
        outdoor_ppm: CO2 of the air outside.
        drift_ppm: by so much the lowest of a week may differ from it.
        warn_aqi: from this US AQI on it is an alarm.
    """

    outdoor_ppm: int = 420
    drift_ppm: int = 150
    warn_aqi: int = 151

    def __post_init__(self) -> None:
        if min(self.outdoor_ppm, self.drift_ppm, self.warn_aqi) < 1:
            raise ConfigError("a station of air: expected settings from 1 on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """One reading; None where there is no sensor or it gave nothing."""

    t_ms: int
    pm2_5: float | None = None
    pm10: float | None = None
    co2_ppm: float | None = None
    temperature_c: float | None = None
    humidity: float | None = None
    pm2_5_b: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Decision):
    """An hour: indices and the mean of CO2; None where it is not known."""

    us_aqi: int | None
    caqi: int | None
    co2_ppm: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Sensors, the open hour, and the hours before it (newest last)."""

    settings: Settings
    vitals: Mapping[str, Vital] = field(default_factory=dict)
    hour: int | None = None
    sums: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    hours: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    apart: bool = False
    drifted: bool = False


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings)


def step(state: State, reading: Air) -> tuple[State, tuple[Decision, ...]]:
    """Take one reading."""
    hour = reading.t_ms // HOUR_MS
    decisions: list[Decision] = []
    if state.hour is not None and hour > state.hour:
        state, more = _closed(state, reading.t_ms, hour)
        decisions += more
    vitals, sums = dict(state.vitals), dict(state.sums)
    values: dict[str, float] = {}
    for name, limits in QUANTITIES.items():
        value = getattr(reading, name)
        if value is None and name not in vitals:
            continue  # a station without this sensor
        before = vitals.get(name, Vital())
        vitals[name], one = judge(limits, before, Sample(t_ms=reading.t_ms, value=value))
        decisions += changes(limits, before, vitals[name], reading.t_ms)
        if one.value is not None:
            values[name] = one.value
    apart, odd = _apart(state, values, reading.t_ms)
    decisions += odd
    for name, value in values.items():
        if not _unsure(name, values, apart=apart):
            total, count = sums.get(name, (0.0, 0))
            sums[name] = (total + value, count + 1)
    state = replace(state, vitals=vitals, sums=sums, apart=apart)
    return replace(state, hour=hour if state.hour is None else max(hour, state.hour)), (*decisions,)


def _apart(
    state: State, values: Mapping[str, float], t_ms: int
) -> tuple[bool, tuple[Decision, ...]]:
    """Compare the two particle sensors."""
    a, b = values.get("pm2_5"), values.get("pm2_5_b")
    if a is None or b is None:
        return False, ()
    apart = abs(a - b) >= APART_UG and abs(a - b) >= APART_SHARE * (a + b) / 2
    if apart is state.apart:
        return apart, ()
    if not apart:
        return apart, (_cleared(t_ms, "PM2.5: the two sensors agree again"),)
    words = f"{a:g} and {b:g} µg/m³ in the same air: one of the two sensors is off"
    return apart, (told("PM2.5", Fault.DRIFTING, t_ms, words),)


def _unsure(name: str, values: Mapping[str, float], *, apart: bool) -> bool:
    """Whether particles can't be told: the sensors disagree, or drops of fog are counted."""
    dust = name in {"pm2_5", "pm2_5_b", "pm10"}
    return dust and (apart or values.get("humidity", 0.0) > FOG_RH)


def _closed(state: State, t_ms: int, hour: int) -> tuple[State, list[Decision]]:
    """Close the hour; hours without readings are unknown."""
    missed = min(WEEK_H, hour - (state.hour or 0) - 1)
    hours: dict[str, tuple[float | None, ...]] = {}
    for name in state.vitals:
        total, count = state.sums.get(name, (0.0, 0))
        mean = round(total / count, 3) if count else None
        kept = WEEK_H if name == "co2_ppm" else DAY_H
        hours[name] = (*state.hours.get(name, ()), mean, *[None] * missed)[-kept:]
    state = replace(state, hours=hours, sums={})
    decisions: list[Decision] = [_index(state, t_ms)]
    drifted, odd = _drifted(state, t_ms)
    return replace(state, drifted=drifted), [*decisions, *odd]


def index_of(state: State) -> Index | None:
    """Return what is known of the last whole hour; None before one has ended."""
    return _index(state, 0) if state.hours else None


def _index(state: State, t_ms: int) -> Index:
    means = {name: nowcast(state.hours.get(name, ())[-NOWCAST_H:]) for name in ("pm2_5", "pm10")}
    last = {name: one[-1] for name, one in state.hours.items()}
    aqis = [us_aqi(name, mean) for name, mean in means.items() if mean is not None]
    caqis = [caqi(n, v) for n in means if (v := last.get(n)) is not None]
    aqi = max((one for one in aqis if one is not None), default=None)
    european = max((one for one in caqis if one is not None), default=None)
    ppm = last.get("co2_ppm")
    words = "; ".join(_words(state, aqi, european, ppm))
    alarm = aqi is not None and aqi >= state.settings.warn_aqi
    unknown = aqi is None and ppm is None
    severity = Severity.ALARM if alarm else Severity.UNKNOWN if unknown else Severity.INFO
    return Index(
        t_ms=t_ms,
        what="index",
        reason=words or "nothing is known of the last hour",
        severity=severity,
        us_aqi=aqi,
        caqi=european,
        co2_ppm=None if ppm is None else round(ppm),
    )


def _words(state: State, aqi: int | None, european: int | None, ppm: float | None) -> Iterator[str]:
    if aqi is not None:
        yield f"US AQI {aqi}, {aqi_words(aqi)}"
    elif {"pm2_5", "pm10"} & state.vitals.keys():
        yield "particles are not known (no two good hours of three, or fog)"
    if european is not None:
        yield f"CAQI {european}, {caqi_words(european)}"
    if ppm is not None:
        above = ppm - state.settings.outdoor_ppm
        category = sum(above > limit for limit in FRESH_PPM) + 1
        yield f"CO2 {ppm:.0f} ppm, fresh air of category {'I' * category if category < 4 else 'IV'}"  # noqa: PLR2004 -- a Roman numeral


def _drifted(state: State, t_ms: int) -> tuple[bool, tuple[Decision, ...]]:
    """Compare the lowest CO2 of a week to the air outside."""
    known = [one for one in state.hours.get("co2_ppm", ()) if one is not None]
    if len(known) < SHARE_SEEN * WEEK_H:
        return state.drifted, ()
    lowest = min(known)
    off = abs(lowest - state.settings.outdoor_ppm) > state.settings.drift_ppm
    if off is state.drifted:
        return off, ()
    if not off:
        return off, (_cleared(t_ms, "CO2: its lowest of a week is that of the air outside again"),)
    words = f"{lowest:.0f} ppm at least for a week; outside it is {state.settings.outdoor_ppm}"
    return off, (told("CO2", Fault.DRIFTING, t_ms, words),)


def _cleared(t_ms: int, words: str) -> Decision:
    return Decision(t_ms=t_ms, what=f"cleared.{Fault.DRIFTING}", reason=words)


CARD = Card(
    name="air",
    title="particles, CO2, temperature and humidity by the hour, with the indices people know",
    method="Hourly means of good readings; US AQI by NowCast, CAQI by the hour, fresh air by CO2. "
    "Two particle sensors are compared, and the lowest CO2 of a week with the air outside.",
    source="40 CFR 58 app. G (2024); EPA-454/B-24-002; van den Elshout et al. 2014 (CAQI); EN "
    "16798-1 table B.9; Barkjohn et al. 2021",
    unknown="particles in fog (above 90 % humidity), where two sensors disagree, or with fewer "
    "than two good hours of three; drift of CO2 before a week has passed",
    settings=Settings,
)
