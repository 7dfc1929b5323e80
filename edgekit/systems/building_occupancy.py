"""Whether somebody is in a room, by what people do to its air: nobody is seen, and no lamp asked.

    state, decisions = sense(rules, state, Air(t_ms=t_ms, co2_ppm=820, temperature_c=21, ...))
    state.presence, state.people

The balance of the room's CO2, ``V dC/dt = G n - Q (C - C_out)``, gives what was added since the
last reading: ``dC + (Q/V) (C - C_out) dt``. Two one-sided sums (CUSUM: Page, Biometrika 41, 1954)
prove that somebody came, or that all have left; what the sensor trembles by is averaged away first,
for as long as that takes. The air outside is the lowest quarter of an hour
of two days (automatic baseline: every room is empty or aired once), so that a sensor may drift;
before a day is over, no more than is usual, or where the air stood still for three hours.
Where CO2 is not to be believed, water in the air that rises as people make it rise says
"occupied"; nothing else is said without it.
"""

import math
import statistics
from dataclasses import dataclass, field, replace
from enum import StrEnum

from edgekit.errors import ConfigError
from edgekit.systems.building_air import (
    CO2,
    HUMIDITY,
    TEMPERATURE,
    TREMBLES,
    person_g_kg_h,
    person_ppm_h,
    remainder,
    smoothing,
    stood_still,
    trembling,
    water_g_kg,
)
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import (
    Sample,
    Vital,
    changes,
    judge,
    overdue,
    told,
)

Series = tuple[tuple[int, float], ...]
QUARTER_MS, LEAST_MS, BLIND_MS, APART_MS = 15 * MINUTE_MS, 5 * MINUTE_MS, 5 * MINUTE_MS, 30_000
WATER_MS, DAYS_H, DAY_H = 30 * MINUTE_MS, 48, 24
UNSURE_PPM = 60.0
"""How far the air outside may be from what is usual before a day has shown it."""

BRIDGED_H = 2
"""Over a gap of so long the balance is carried on: what came and went within it is not known."""

LEAST_PPM_H = 40.0
"""Less than this is within what the air outside and the sensor change by themselves."""


class Presence(StrEnum):
    """What is known of a room."""

    OCCUPIED = "occupied"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A room.

    Attributes:
        volume_m3: of its air.
        outdoor_ppm: CO2 of the air outside, until a day has shown what the sensor makes of it.
        air_changes_h: how often an hour its air changes by itself, with no fan of ours: the lower
            end of what it does, so that a draught is not taken for people.
        came_from: people's worth of CO2 above which it adds up that somebody came.
        left_below: people's worth below which it adds up that all have left.
        proof_ppm: so much added up is proof; well above what a sensor trembles by.

    Raises ConfigError for a room that can't be.
    """

    volume_m3: float = 75.0
    outdoor_ppm: float = 420.0
    air_changes_h: float = 0.5
    came_from: float = 0.16
    left_below: float = 0.2
    proof_ppm: float = 20.0

    def __post_init__(self) -> None:
        least = min(self.volume_m3, self.air_changes_h, self.came_from, self.left_below)
        if not (least > 0 and self.proof_ppm > 0 and CO2.holds(self.outdoor_ppm)):
            raise ConfigError(f"{self}: expected settings above 0 and CO2 of the air outside")

    @property
    def limits_ppm_h(self) -> tuple[float, float]:
        """Below the first all are leaving, above the second somebody is coming."""
        one = person_ppm_h(self.volume_m3)
        scale = max(1.0, LEAST_PPM_H / (self.came_from * one))
        return self.left_below * one * scale, self.came_from * one * scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """One reading of a room; None where there is no sensor or it gave nothing.

    ``flow_l_s`` is what the fan says that it brings in from outside.
    """

    t_ms: int
    co2_ppm: float | None = None
    temperature_c: float | None = None
    humidity: float | None = None
    lux: float | None = None
    flow_l_s: float | None = None
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensing:
    """Sensors, the last readings, what the room's air is, and what follows from it.

    ``lows`` are hours (Unix) and the lowest quarter of an hour in each, ``smooth_ppm`` the CO2
    that the balance is made of, ``noise_ppm`` what the sensor trembles by, ``came_ppm`` and
    ``left_ppm`` the two sums.
    """

    co2: Vital = field(default_factory=Vital)
    temperature: Vital = field(default_factory=Vital)
    humidity: Vital = field(default_factory=Vital)
    recent: Series = ()
    water: Series = ()
    lows: Series = ()
    smooth_ppm: float | None = None
    smooth_ms: int = 0
    noise_ppm: float | None = None
    came_ppm: float = 0.0
    left_ppm: float = 0.0
    proved: Presence = Presence.UNKNOWN
    presence: Presence = Presence.UNKNOWN
    people: float = 0.0
    why: str = "nothing was read yet"


def sense(rules: Rules, state: Sensing, reading: Air) -> tuple[Sensing, tuple[Decision, ...]]:
    """Take one reading; decisions name faults, and that somebody came or all have left."""
    before = state
    state, ppm, decisions = _judged(state, reading)
    state = _by_water(rules, state) if ppm is None else _balanced(rules, state, reading, ppm)
    if state.presence is not before.presence:
        unknown = state.presence is Presence.UNKNOWN
        decisions.append(
            Decision(
                t_ms=reading.t_ms,
                what=state.presence,
                reason=state.why,
                severity=Severity.UNKNOWN if unknown else Severity.INFO,
            )
        )
    return state, tuple(decisions)


def outdoor_ppm(rules: Rules, state: Sensing) -> float:
    """Return what the sensor makes of the air outside."""
    lowest = min((ppm for _, ppm in state.lows), default=rules.outdoor_ppm)
    settled = len(state.lows) >= DAY_H or stood_still(state.lows)
    return lowest if settled else min(lowest, rules.outdoor_ppm + UNSURE_PPM)


def _judged(state: Sensing, reading: Air) -> tuple[Sensing, float | None, list[Decision]]:
    t_ms, decisions = reading.t_ms, list[Decision]()
    vitals: dict[str, Vital] = {}
    values: dict[str, float] = {}
    for name, limits, value in (
        ("co2", CO2, reading.co2_ppm),
        ("temperature", TEMPERATURE, reading.temperature_c),
        ("humidity", HUMIDITY, reading.humidity),
    ):
        vital: Vital = getattr(state, name)
        if value is None and vital.t_ms is None:
            vitals[name] = vital  # no such sensor here
            continue
        finite = value if value is not None and math.isfinite(value) else None
        after, one = judge(
            limits, vital, Sample(t_ms=t_ms, value=finite, heard_ms=reading.heard_ms)
        )
        vitals[name] = overdue(limits, after, t_ms)
        decisions += changes(limits, vital, vitals[name], t_ms)
        for fault in one.faults:
            if fault not in after.faults:  # a reading that is passed over leaves no mark
                decisions.append(told(limits.name, fault, t_ms, "the reading is passed over"))
        if one.value is not None:
            values[name] = one.value
    state = replace(
        state,
        co2=vitals["co2"],
        temperature=vitals["temperature"],
        humidity=vitals["humidity"],
    )
    if {"temperature", "humidity"} <= values.keys():
        water = water_g_kg(values["temperature"], values["humidity"])
        state = replace(state, water=_added(state.water, t_ms, water, span_ms=WATER_MS))
    return state, values.get("co2"), decisions


def _added(series: Series, t_ms: int, value: float, *, span_ms: int) -> Series:
    """Add a value; such as come within half a minute are put together, old ones go."""
    lately = tuple(one for one in series if t_ms - span_ms <= one[0] < t_ms)
    if len(lately) > 1 and t_ms - lately[-2][0] < APART_MS:
        return (*lately[:-1], (t_ms, (lately[-1][1] + value) / 2))
    return (*lately, (t_ms, value))


def _lows(state: Sensing, t_ms: int) -> Series:
    """Return the lows with the mean of the last quarter of an hour in them."""
    hour = t_ms // HOUR_MS
    mean = statistics.fmean(value for _, value in state.recent)
    low = min((mean, *(value for at, value in state.lows if at == hour)))
    return (*(one for one in state.lows if hour - DAYS_H < one[0] < hour), (hour, low))


def _balanced(rules: Rules, state: Sensing, reading: Air, ppm: float) -> Sensing:
    """Add up what came into the room's air since the last reading."""
    t_ms, last = reading.t_ms, state.smooth_ppm
    recent = _added(state.recent, t_ms, ppm, span_ms=QUARTER_MS)
    state = replace(state, recent=recent, noise_ppm=trembling(state.noise_ppm, recent))
    state = replace(state, lows=_lows(state, t_ms))
    hours = (t_ms - state.smooth_ms) / HOUR_MS
    if last is None or not 0 < hours <= BRIDGED_H:
        words = "CO2 has only begun to be read"
        state = replace(state, came_ppm=0.0, left_ppm=0.0, presence=Presence.UNKNOWN, why=words)
        return replace(state, smooth_ppm=ppm, smooth_ms=t_ms, proved=Presence.UNKNOWN)
    left_over = remainder(
        hours, state.noise_ppm, person_ppm_h(rules.volume_m3), rules.proof_ppm / TREMBLES
    )
    smooth = last + (ppm - last) * smoothing(hours, state.noise_ppm, left=left_over)
    outside = outdoor_ppm(rules, state)
    changed = rules.air_changes_h + (reading.flow_l_s or 0.0) * 3.6 / rules.volume_m3
    state = replace(state, smooth_ppm=smooth, smooth_ms=t_ms)
    excess = (smooth + last) / 2 - outside
    added = smooth - last + changed * excess * hours
    state = _added_up(rules, state, added, hours, TREMBLES * left_over)
    return _told(rules, state, outside, changed)


def _added_up(rules: Rules, state: Sensing, added: float, hours: float, proof: float) -> Sensing:
    """Take what came into the air (ppm), and say what is proved by now."""
    low, high = rules.limits_ppm_h
    came = min(proof, max(0.0, state.came_ppm + added - high * hours))
    left = min(proof, max(0.0, state.left_ppm - added + low * hours))
    presence = state.proved
    # Where nothing is known, either answer is better than none: half of it will do.
    enough = proof / 2 if presence is Presence.UNKNOWN else proof
    if came >= enough:
        presence, left = Presence.OCCUPIED, 0.0
    elif left >= enough:
        presence, came = Presence.EMPTY, 0.0
    return replace(state, came_ppm=came, left_ppm=left, presence=presence, proved=presence)


def _told(rules: Rules, state: Sensing, outside: float, changed: float) -> Sensing:
    """Say in words, and in people's worth, what the last quarter of an hour shows."""
    ppm = state.recent[-1][1]
    slope = _per_hour(state.recent) or 0.0
    worth = max(0.0, (slope + changed * (ppm - outside)) / person_ppm_h(rules.volume_m3))
    way = "rising" if slope > 0 else "falling"
    words = f"CO2 {ppm:.0f} ppm, {ppm - outside:.0f} above the air outside, {way} by "
    words += f"{abs(slope):.0f} ppm/h: what {worth:.1f} people add"
    if state.presence is Presence.UNKNOWN:
        words += "; neither is proved yet"
    return replace(state, people=worth, why=words)


def _per_hour(series: Series) -> float | None:
    """Return the slope of the least squares line; None for less than 5 minutes."""
    if len(series) < 3 or series[-1][0] - series[0][0] < LEAST_MS:  # noqa: PLR2004 -- a line and one more
        return None
    hours = [(at - series[-1][0]) / HOUR_MS for at, _ in series]
    slope, _ = statistics.linear_regression(hours, [value for _, value in series])
    return slope


def _by_water(rules: Rules, state: Sensing) -> Sensing:
    """Say what water in the air tells where CO2 tells nothing, but for one odd reading."""
    if not _blind(state):
        return state
    fresh = not (state.temperature.faults or state.humidity.faults)
    slope = _per_hour(state.water) if fresh else None
    known = slope is not None and slope > person_g_kg_h(rules.volume_m3) / 2
    words = "no CO2 to be believed, and water in the air tells nothing"
    if known:
        words = f"no CO2 to be believed; water in the air rises by {slope:.2f} g/kg an hour"
    presence = Presence.OCCUPIED if known else Presence.UNKNOWN
    return replace(state, presence=presence, people=float(known), why=words)


def _blind(state: Sensing) -> bool:
    """Whether CO2 has told nothing for some minutes."""
    last, good = state.co2.t_ms, state.co2.good_ms
    return last is None or good is None or last - good >= BLIND_MS
