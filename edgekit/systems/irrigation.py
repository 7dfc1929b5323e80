"""Irrigation: as much water as the roots lack, before they lack it, by night and within a budget.

    state = begin(Settings())
    state, decisions = step(state, Weather(t_ms=t_ms, low_c=12, high_c=31, ...))  # once a day, or
    state, decisions = step(state, Sensed(t_ms=t_ms, temperature_c=21.5, ...))    # every minutes
    state, decisions = step(state, Probe(t_ms=t_ms, theta=(0.21,)))               # if there is one
    state, decisions = step(state, Tick(t_ms=t_ms))                               # every minutes

FAO-56: reference evapotranspiration (`irrigation_et`), dual crop coefficient and root zone
(`irrigation_soil`). The same balance looks a day ahead: water is planned for the coming night
where a day half as dry again as the last week's driest would bring the depletion above what is
readily available (RAW). It fills the root zone; where even a full one would not last such a day, as
with young roots in hot wind, it gives that much more, for the day to take before it drains (eq. 85,
88).
"""

from dataclasses import replace

from edgekit.systems.card import Card
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.irrigation_day import Sensed, gather
from edgekit.systems.irrigation_probe import Probe, probed
from edgekit.systems.irrigation_soil import Forcing, Water, advance, start
from edgekit.systems.irrigation_state import VALVE, Settings, State, Tick
from edgekit.systems.irrigation_valve import tick
from edgekit.systems.irrigation_weather import Weather, evaporated, judged

__all__ = ["CARD", "VALVE", "Probe", "Settings", "State", "Tick", "begin", "step"]

BLIND_DAYS = 3
WEEK = 7
GUST = 1.5
"""A hot wind may evaporate this much more than the greatest day of the last week: more than any day
of nine seasons in Arizona did (1.47, Maricopa, even years of 2004 to 2020)."""

Reading = Weather | Sensed | Probe | Tick


def begin(settings: Settings) -> State:
    """Return the state on the day of sowing, the soil at field capacity up to its surface."""
    water = replace(start(settings.soil, settings.crop), surface_mm=0.0)
    return State(settings=settings, water=water)


def step(state: State, reading: Reading) -> tuple[State, tuple[Decision, ...]]:
    """Take a day's weather, what a station reads now, a probe's reading, or a moment."""
    match reading:
        case Weather():
            return _day(state, reading)
        case Sensed():
            return _sensed(state, reading)
        case Probe():
            soil, crop = state.settings.soil, state.settings.crop
            water, vitals, told = probed(soil, crop, state.water, reading, state.vitals)
            return replace(state, water=water, vitals=vitals), told
    return tick(state, reading)


def _sensed(state: State, reading: Sensed) -> tuple[State, tuple[Decision, ...]]:
    """Gather what a station reads; a day that ends with it is taken as a day's weather."""
    gathered, days, decisions = gather(state.gathered, reading, state.settings.zone)
    state = replace(state, gathered=gathered)
    for day in days:
        state, more = _day(state, day)
        decisions += more
    return state, tuple(decisions)


def _day(state: State, weather: Weather) -> tuple[State, tuple[Decision, ...]]:
    settings = state.settings
    vitals, values, decisions = judged(weather, state.vitals)
    told, more = evaporated(settings.site, weather.t_ms, values)
    decisions += more
    state = replace(state, vitals=vitals, blind_days=0 if told else state.blind_days + 1)
    et_mm = max(state.et_mm, default=5.0) if told is None else told.et_mm
    if told is None:
        decisions.append(_blind(state, weather.t_ms, et_mm))
    words = "" if told is None else told.words
    if values["rain_mm"] is None:
        words += ", rain as none"
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
    state, planned = _plan(state, weather.t_ms, words)
    return state, (*decisions, planned)


def _plan(state: State, t_ms: int, taken: str) -> tuple[State, Decision]:
    """Decide on the coming night; ``taken``: in words, what was not measured."""
    settings, water = state.settings, state.water
    ahead = _ahead(state)
    words = (
        f"{state.et_mm[-1]:.1f} mm of reference evapotranspiration{taken}; the roots lack "
        f"{water.depletion_mm:.0f} mm, {ahead.readily_mm:.0f} mm are readily there"
    )
    if state.blind_days > BLIND_DAYS:
        words += f"; no weather for {state.blind_days} days, so no water by guess"
        state = replace(state, planned_mm=0.0)
        return state, _planned(t_ms, words, Severity.UNKNOWN)
    if ahead.depletion_mm <= ahead.readily_mm:
        return replace(state, planned_mm=0.0), _planned(t_ms, f"{words}: no water tonight")
    full = _ahead(state, water.depletion_mm)
    short_mm = max(0.0, full.depletion_mm - full.readily_mm)
    need_mm = (water.depletion_mm + short_mm) / settings.efficiency
    words += f", and tomorrow may take {ahead.et_mm:.0f}: {need_mm:.0f} mm tonight"
    if short_mm > 0:
        words += f", {short_mm:.0f} mm of it for a day that full roots would not last"
    budget_mm = settings.budget_mm_week
    if budget_mm is not None and need_mm > budget_mm - sum(state.week_mm):
        need_mm = max(0.0, budget_mm - sum(state.week_mm))
        words += f", of which the week's budget leaves {need_mm:.0f}"
    return replace(state, planned_mm=need_mm), _planned(t_ms, words, Severity.ACTION)


def _ahead(state: State, water_mm: float = 0.0) -> Water:
    """Return the root zone after the day to be reckoned with, so much given before it."""
    settings = state.settings
    day = Forcing(et_mm=GUST * max(state.et_mm), water_mm=water_mm, wetted=settings.wetted)
    return advance(settings.soil, settings.crop, state.water, day)


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


CARD = Card(
    name="irrigation",
    title="water for plants by evapotranspiration and soil water, by night, within a budget",
    method="Reference evapotranspiration by Penman-Monteith, the root zone by dual crop "
    "coefficients over layers of soil, corrected by a soil probe where there is one. Water is "
    "given in the night before the depletion would pass what is readily available, by the same "
    "balance a day ahead, on the driest day to be reckoned with; rain stops it. "
    "It goes in runs with pauses. What is not measured is taken as FAO-56 says, and said.",
    source="FAO Irrigation and Drainage Paper 56 (Allen et al. 1998), eq. 6, 48, 50, 53, 69 to 88; "
    "growth of roots into layers as in pyfao56 (Thorp 2022)",
    unknown="days without temperatures; after three of them it gives no water",
    settings=Settings,
    channels=(VALVE,),
)
