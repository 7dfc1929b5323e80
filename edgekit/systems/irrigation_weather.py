"""A day's weather, judged: what can't be is left out, and the day's evapotranspiration says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from edgekit.systems.day import DAY_MS
from edgekit.systems.decision import Decision
from edgekit.systems.irrigation_et import Day, Site, assumed, clear_sky_mj, daily_et_mm
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

BRIGHTER = 1.15
"""No day has more radiation than one without clouds by more than this."""

_TEMPERATURES = (FAHRENHEIT, KELVIN)
LANGLEY = Conversion(unit="langley", scale=0.041868)
PERCENT = Conversion(unit="%", scale=0.01)
KM_PER_H = Conversion(unit="km/h", scale=1 / 3.6)


def _limits(name: str, unit: str, high: float, low: float = 0.0, **more: Any) -> Limits:  # noqa: ANN401 -- fields of Limits
    return Limits(
        name=name,
        unit=unit,
        low=low,
        high=high,
        max_age_ms=DAY_MS * 3 // 2,
        **more,
    )


QUANTITIES: Mapping[str, Limits] = {
    "low_c": _limits(
        "lowest temperature", "°C", 45, -60, stuck_ms=4 * DAY_MS, conversions=_TEMPERATURES
    ),
    "high_c": _limits(
        "highest temperature", "°C", 60, -50, stuck_ms=4 * DAY_MS, conversions=_TEMPERATURES
    ),
    "dew_c": _limits("dew point", "°C", 35, -60, stuck_ms=4 * DAY_MS, conversions=_TEMPERATURES),
    "rh_max": _limits("highest humidity", "%", 100, 1),
    "rh_min": _limits("lowest humidity", "%", 100, 1, stuck_ms=4 * DAY_MS),
    "radiation_mj": _limits("radiation", "MJ/m²", 45, stuck_ms=4 * DAY_MS, conversions=(LANGLEY,)),
    "wind_m_s": _limits("wind", "m/s", 30, stuck_ms=4 * DAY_MS, conversions=(KM_PER_H,)),
    "rain_mm": _limits("rain", "mm", 500, stuck_ms=4 * DAY_MS, stuck_free=(0.0,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """The weather of the day that ends at ``t_ms``; None where it was not measured."""

    t_ms: int
    low_c: float | None
    high_c: float | None
    dew_c: float | None = None
    rh_max: float | None = None
    rh_min: float | None = None
    radiation_mj: float | None = None
    wind_m_s: float | None = None
    rain_mm: float | None = 0.0


Judged = Mapping[str, float | None]


def judged(
    weather: Weather, vitals: Mapping[str, Vital]
) -> tuple[Mapping[str, Vital], Judged, list[Decision]]:
    """Judge each quantity; return what is known of the sensors, the good values, and faults."""
    known, values = dict(vitals), dict[str, float | None]()
    decisions: list[Decision] = []
    for name, limits in QUANTITIES.items():
        value = getattr(weather, name)
        values[name] = None
        if value is None and name not in known:
            continue  # a station without this sensor
        before = known.get(name, Vital())
        known[name], one = judge(limits, before, Sample(t_ms=weather.t_ms, value=value))
        values[name] = one.value
        decisions += changes(limits, before, known[name], weather.t_ms)
    low, high = values["low_c"], values["high_c"]
    if low is not None and high is not None and low > high:
        values["low_c"] = values["high_c"] = None
        words = f"the lowest, {low:g} °C, is above the highest, {high:g} °C"
        decisions.append(told("temperatures", Fault.OUT_OF_RANGE, weather.t_ms, words))
    return known, values, decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaporated:
    """A day's reference evapotranspiration, mm, and in words what it was told from."""

    et_mm: float
    words: str


def evaporated(site: Site, t_ms: int, values: Judged) -> tuple[Evaporated | None, list[Decision]]:
    """Return the day's reference evapotranspiration, or None where it can't be told."""
    low, high = values["low_c"], values["high_c"]
    if low is None or high is None:
        return None, []
    day_of_year = datetime.fromtimestamp((t_ms - DAY_MS // 2) // 1000, UTC).timetuple().tm_yday
    radiation, decisions = values["radiation_mj"], list[Decision]()
    clear_mj = clear_sky_mj(site, day_of_year)
    if radiation is not None and radiation > BRIGHTER * clear_mj:
        words = f"{radiation:g} MJ/m²: a day without clouds has {clear_mj:.1f}"
        decisions.append(told("radiation", Fault.OUT_OF_RANGE, t_ms, words))
        radiation = None
    day = Day(
        day_of_year=day_of_year,
        low_c=low,
        high_c=high,
        dew_c=values["dew_c"],
        rh_max=values["rh_max"],
        rh_min=values["rh_min"],
        radiation_mj=radiation,
        wind_m_s=values["wind_m_s"],
    )
    taken = ", ".join(assumed(day))
    words = f", with {taken}" if taken else ""
    return Evaporated(et_mm=daily_et_mm(site, day), words=words), decisions
