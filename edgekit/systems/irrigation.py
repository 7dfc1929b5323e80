"""Irrigation: as much water as the roots lack, before they lack it, by night and within a budget.

    state = begin(Settings())
    state, decisions = step(state, Weather(t_ms=t_ms, low_c=12, high_c=31, ...))  # once a day
    state, decisions = step(state, Probe(t_ms=t_ms, theta=(0.21,)))               # if there is one
    state, decisions = step(state, Tick(t_ms=t_ms))                               # every minutes

FAO-56: reference evapotranspiration (`irrigation_et`), dual crop coefficient and root zone
(`irrigation_soil`). Water is planned for the coming night where a day half as dry again as
the last week's driest would bring the depletion above what is readily available (RAW).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.card import Card
from edgekit.systems.day import HOUR_MS, MINUTE_MS, minute_of_day, within
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.irrigation_et import Site
from edgekit.systems.irrigation_soil import Crop, Forcing, Soil, Water, advance, measured, start
from edgekit.systems.irrigation_weather import PERCENT, Weather, evaporated, judged
from edgekit.systems.vitals import Fault, Limits, Vital, told

VALVE = Channel(name="zone-valve", unit="open", safe=Safe.CLOSED, limit_ms=6 * HOUR_MS)
RENEWED_MS = 10 * MINUTE_MS
BLIND_DAYS = 3
WEEK = 7
GUST = 1.5
"""A hot wind evaporates this much more than the greatest day of the last week."""
THETA = Limits(
    name="soil probe",
    unit="m³/m³",
    low=0.01,
    high=0.6,
    max_age_ms=30 * 24 * HOUR_MS,
    conversions=(PERCENT,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One zone.

    Attributes:
        site: where the weather is measured.
        soil: its layers.
        crop: what grows, sown on the first day.
        rate_mm_per_h: what the open valve gives.
        efficiency: share of the water that reaches the roots.
        wetted: share of the ground that it wets (FAO-56, Table 20).
        budget_mm_week: at most so much in any seven days; None = no limit.
        quiet_start_min, quiet_end_min: no water between these minutes of the local day.
        zone: of those.
    """

    site: Site = field(default_factory=lambda: Site(latitude_deg=50.0, elevation_m=100.0))
    soil: Soil = field(default_factory=Soil)
    crop: Crop = field(default_factory=Crop)
    rate_mm_per_h: float = 10.0
    efficiency: float = 0.9
    wetted: float = 1.0
    budget_mm_week: float | None = None
    quiet_start_min: int = 8 * 60
    quiet_end_min: int = 20 * 60
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if not (self.rate_mm_per_h > 0 and 0 < self.efficiency <= 1 and 0 < self.wetted <= 1):
            raise ConfigError("a zone: expected a rate above 0 and shares above 0, at most 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Water content a layer from the top, m³/m³; None where there is no sensor."""

    t_ms: int
    theta: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time has passed; whether a rain sensor is wet."""

    t_ms: int
    raining: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The root zone, the sensors, and the water that is planned and given."""

    settings: Settings
    water: Water
    vitals: Mapping[str, Vital] = field(default_factory=dict)
    blind_days: int = 0
    et_mm: tuple[float, ...] = ()
    planned_mm: float = 0.0
    given_mm: float = 0.0
    week_mm: tuple[float, ...] = ()
    open_since_ms: int | None = None
    open_ms: int = 0


def begin(settings: Settings) -> State:
    """Return the state on the day of sowing, the soil at field capacity."""
    return State(settings=settings, water=start(settings.soil, settings.crop))


def step(state: State, reading: Weather | Probe | Tick) -> tuple[State, tuple[Decision, ...]]:
    """Take a day's weather, a probe's reading, or a moment."""
    if isinstance(reading, Weather):
        return _day(state, reading)
    return _probe(state, reading) if isinstance(reading, Probe) else _tick(state, reading)


def _day(state: State, weather: Weather) -> tuple[State, tuple[Decision, ...]]:
    settings = state.settings
    vitals, values, decisions = judged(weather, state.vitals)
    et_mm, more = evaporated(settings.site, weather.t_ms, values)
    decisions += more
    state = replace(
        state, vitals=vitals, blind_days=0 if et_mm is not None else state.blind_days + 1
    )
    if et_mm is None:
        et_mm = max(state.et_mm, default=5.0)
        decisions.append(_blind(state, weather.t_ms, et_mm))
    wind, humidity = values["wind_m_s"], values["rh_min"]
    forcing = Forcing(
        et_mm=et_mm,
        u2_m_s=2.0 if wind is None else settings.site.u2_m_s(wind),
        rh_min=45.0 if humidity is None else humidity,
        rain_mm=values["rain_mm"] or 0.0,
        water_mm=state.given_mm * settings.efficiency,
        wetted=settings.wetted,
    )
    state = replace(
        state,
        water=advance(settings.soil, settings.crop, state.water, forcing),
        et_mm=(*state.et_mm, et_mm)[-WEEK:],
        week_mm=(*state.week_mm, state.given_mm)[-(WEEK - 1) :],
        given_mm=0.0,
    )
    state, planned = _plan(state, weather.t_ms)
    return state, (*decisions, planned)


def _plan(state: State, t_ms: int) -> tuple[State, Decision]:
    """Decide on the coming night."""
    settings, water = state.settings, state.water
    crop_mm = GUST * max(state.et_mm) * max(1.2, settings.crop.coefficient(water.day) + 0.05)
    p = min(0.8, max(0.1, settings.crop.p + 0.04 * (5 - crop_mm)))
    readily_mm = p * water.available_mm
    words = (
        f"{state.et_mm[-1]:.1f} mm of reference evapotranspiration; the roots lack "
        f"{water.depletion_mm:.0f} mm, {readily_mm:.0f} mm are readily there"
    )
    if state.blind_days > BLIND_DAYS:
        words += f"; no weather for {state.blind_days} days, so no water by guess"
        state = replace(state, planned_mm=0.0)
        return state, _planned(t_ms, words, Severity.UNKNOWN)
    if water.depletion_mm + crop_mm <= readily_mm:
        return replace(state, planned_mm=0.0), _planned(t_ms, f"{words}: no water tonight")
    need_mm = water.depletion_mm / settings.efficiency
    words += f", and tomorrow may take {crop_mm:.0f}: {need_mm:.0f} mm tonight"
    budget_mm = settings.budget_mm_week
    if budget_mm is not None and need_mm > budget_mm - sum(state.week_mm):
        need_mm = max(0.0, budget_mm - sum(state.week_mm))
        words += f", of which the week's budget leaves {need_mm:.0f}"
    return replace(state, planned_mm=need_mm), _planned(t_ms, words, Severity.ACTION)


def _probe(state: State, probe: Probe) -> tuple[State, tuple[Decision, ...]]:
    layers = state.settings.soil.layers
    if len(probe.theta) != len(layers):
        raise ConfigError(f"a probe of {len(probe.theta)} layers: the soil has {len(layers)}")
    seen = [one if one is not None and THETA.holds(one) else None for one in probe.theta]
    decisions = [
        _odd(probe.t_ms, one)
        for one, good in zip(probe.theta, seen, strict=True)
        if one is not None and good is None
    ]
    good = [one for one in seen if one is not None]
    if not good or decisions:
        return state, tuple(decisions)
    # A layer without a sensor is as wet as the next below it that has one, else above it.
    filled: list[float] = []
    for number in range(len(layers)):
        below = [one for one in seen[number:] if one is not None]
        filled.append(below[0] if below else good[-1])
    before_mm = state.water.depletion_mm
    water = measured(state.settings.soil, state.settings.crop, state.water, filled)
    words = (
        f"the probe moves what the roots lack from {before_mm:.0f} to {water.depletion_mm:.0f} mm"
    )
    told_ = Decision(t_ms=probe.t_ms, what="probe", reason=words)
    return replace(state, water=water), (told_,)


def _tick(state: State, tick: Tick) -> tuple[State, tuple[Decision, ...]]:
    settings = state.settings
    opened = state.open_since_ms
    if opened is not None:
        span_ms = min(max(0, tick.t_ms - opened), state.open_ms)
        given_mm = state.given_mm + settings.rate_mm_per_h * span_ms / HOUR_MS
        state = replace(state, given_mm=given_mm, open_since_ms=None)
    minute = minute_of_day(tick.t_ms, settings.zone)
    quiet = within(minute, settings.quiet_start_min, settings.quiet_end_min)
    left_mm = state.planned_mm - state.given_mm
    if left_mm <= 0 or quiet or tick.raining:
        why = "it rains" if tick.raining else "quiet hours" if quiet else "the roots have theirs"
        return state, () if opened is None else (_valve(tick.t_ms, 0, f"closed: {why}"),)
    words = f"{state.given_mm:.1f} of {state.planned_mm:.1f} mm given"
    expires_ms = min(RENEWED_MS, math.ceil(left_mm / settings.rate_mm_per_h * HOUR_MS))
    told_ = _valve(tick.t_ms, 1, words, expires_ms)
    return replace(state, open_since_ms=tick.t_ms, open_ms=expires_ms), (told_,)


def _valve(t_ms: int, value: int, words: str, expires_ms: int = RENEWED_MS) -> Decision:
    return Decision(
        t_ms=t_ms,
        what="valve",
        reason=words,
        severity=Severity.ACTION,
        command=VALVE.command(value, expires_ms=expires_ms),
    )


def _planned(t_ms: int, words: str, severity: Severity = Severity.INFO) -> Decision:
    return Decision(t_ms=t_ms, what="plan", reason=words, severity=severity)


def _blind(state: State, t_ms: int, et_mm: float) -> Decision:
    return Decision(
        t_ms=t_ms,
        what="unknown",
        reason=f"no temperatures for {state.blind_days} day{'s' * (state.blind_days > 1)}: "
        f"{et_mm:.1f} mm are taken, the most of the last week",
        severity=Severity.UNKNOWN,
    )


def _odd(t_ms: int, value: float) -> Decision:
    flipped = THETA.holds(PERCENT.ours(value))
    fault = Fault.UNIT_FLIPPED if flipped else Fault.OUT_OF_RANGE
    return told(
        THETA.name, fault, t_ms, f"{value:g}: expected {THETA.low:g} to {THETA.high:g} m³/m³"
    )


CARD = Card(
    name="irrigation",
    title="water for plants by evapotranspiration and soil water, by night, within a budget",
    method="Reference evapotranspiration by Penman-Monteith, the root zone by dual crop "
    "coefficients over layers of soil, corrected by a soil probe where there is one. Water is "
    "given in the night before the depletion would pass what is readily available; rain stops it.",
    source="FAO Irrigation and Drainage Paper 56 (Allen et al. 1998), eq. 6, 52, 53, 69 to 88; "
    "growth of roots into layers as in pyfao56 (Thorp 2022)",
    unknown="days without temperatures; after three of them it gives no water",
    settings=Settings,
    channels=(VALVE,),
)
