"""A building's room: somebody there or not, its fresh air and light, and a door that frees all.

    state = begin(Settings(use=Use.OFFICE, area_m2=25))
    state, decisions = step(state, Air(t_ms=t_ms, co2_ppm=820, temperature_c=21, humidity=40))
    state, decisions = step(state, Seen(t_ms=t_ms, exit_asked=False, fire=False))

Occupancy is told by the room's air (`building_occupancy`), fresh air by ASHRAE 62.1
(`building_air`), light by `edgekit.control`, the door by `building_entry`. In doubt there is fresh
air and light, and the door is free.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from edgekit.control import harvest, presence
from edgekit.control.harvest import Harvest
from edgekit.control.presence import Boost, Phase
from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.building_air import Use, breathing_zone_l_s, standby_l_s
from edgekit.systems.building_entry import (
    DOOR,
    Consents,
    Entry,
    Grant,
    Seen,
    Withdrawal,
    consent,
    look,
    renew,
)
from edgekit.systems.building_occupancy import Air, Presence, Rules, Sensing, sense
from edgekit.systems.card import Card
from edgekit.systems.day import MINUTE_MS, LocalDay, local_day
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Fault, Limits, Sample, Vital, changes, judge, overdue, told

FAN = Channel(name="fresh-air", unit="l_s", high=5000, safe=Safe.ON)
LIGHT = Channel(name="light", unit="permille", high=1000, safe=Safe.ON)
EXPIRES_MS, RENEW_MS = 15 * MINUTE_MS, 5 * MINUTE_MS
LUX = Limits(name="lux", unit="lx", low=0, high=100_000, max_age_ms=EXPIRES_MS, dead=(65_535.0,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A room.

    Attributes:
        use: what it is for.
        area_m2: of its floor.
        seats: people that it is made for; so many are taken to be there in doubt.
        effectiveness: of how its air is distributed, E_z (1: air from the ceiling, cool).
        limit_ppm: above this CO2 the fan runs as for all seats.
        setpoint_lux: what is to be measured while somebody is there (EN 12464-1: 500 for writing).
        lamp_lux: what the lamp at full light adds to what is measured.
        light_hold_ms: light after somebody was there.
        fan_l_s: what the fan gives at its full speed.
        door: whether a door is held and freed here.
        rules: of how occupancy is told.
        zone: of its days.
    """

    use: Use = Use.OFFICE
    area_m2: float = 25.0
    seats: int = 4
    effectiveness: float = 1.0
    limit_ppm: float = 1000.0
    setpoint_lux: float = 500.0
    lamp_lux: float = 500.0
    light_hold_ms: int = EXPIRES_MS
    fan_l_s: int = 200
    door: bool = False
    rules: Rules = field(default_factory=Rules)
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        least = min(self.area_m2, self.effectiveness, self.limit_ppm, self.setpoint_lux)
        if least <= 0 or self.seats < 1 or self.lamp_lux < 0 or self.light_hold_ms < 0:
            raise ConfigError(f"{self}: expected an area, seats and limits above 0")
        if not 0 < self.fan_l_s <= FAN.high:
            raise ConfigError(f"a fan of {self.fan_l_s} l/s: expected 1 to {FAN.high}")

    def flow_l_s(self, people: float) -> float:
        """Return the outdoor air for so many people."""
        needed = breathing_zone_l_s(self.use, people=people, area_m2=self.area_m2)
        return needed / self.effectiveness


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Decision):
    """A day: how long somebody was there, how long that was not known, who came in as a number."""

    date: str
    occupied_min: int
    unknown_min: int
    came: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of the room, the door, and what was last commanded."""

    settings: Settings
    t_ms: int | None = None
    sensing: Sensing = field(default_factory=Sensing)
    lux: Vital = field(default_factory=Vital)
    harvest: Harvest = field(default_factory=Harvest)
    boost: Boost = field(default_factory=Boost)
    entry: Entry = field(default_factory=Entry)
    flow_l_s: int | None = None
    flow_ms: int = 0
    light: int | None = None
    light_ms: int = 0
    day: LocalDay | None = None
    occupied_ms: int = 0
    unknown_ms: int = 0


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings)


def step(
    state: State, reading: Air | Seen | Grant | Withdrawal | Consents
) -> tuple[State, tuple[Decision, ...]]:
    """Take a reading of the room, a look at the door, or consents."""
    if isinstance(reading, Air):
        state = _spent(state, reading.t_ms)
    state, days = _dated(state, reading.t_ms)
    match reading:
        case Air():
            state, told_now = _aired(state, reading)
        case Seen():
            entry, told_now = look(state.entry, reading)
            state = replace(state, entry=entry)
        case Consents():
            entry, told_now = renew(state.entry, reading)
            state = replace(state, entry=entry)
        case _:
            entry, one = consent(state.entry, reading)
            state, told_now = replace(state, entry=entry), (one,)
    return state, (*days, *told_now)


def _dated(state: State, t_ms: int) -> tuple[State, tuple[Decision, ...]]:
    day = state.day
    if day is None:
        return replace(state, day=local_day(t_ms, state.settings.zone)), ()
    if t_ms < day.end_ms:
        return state, ()
    ended = replace(state, day=local_day(t_ms, state.settings.zone), occupied_ms=0, unknown_ms=0)
    ended = replace(ended, entry=replace(state.entry, came=0))
    return ended, tuple(_ended(state, day, t_ms))


def _ended(state: State, day: LocalDay, t_ms: int) -> Iterator[Decision]:
    if day.clock_change is not None:
        yield told("days", Fault.CLOCK_CHANGE, t_ms, day.clock_change)
    occupied, unknown = state.occupied_ms // MINUTE_MS, state.unknown_ms // MINUTE_MS
    yield Day(
        t_ms=t_ms,
        what="day",
        reason=f"{day.date}: occupied for {occupied} min, not known for {unknown} min, "
        f"{state.entry.came} came in by the door",
        date=day.date,
        occupied_min=occupied,
        unknown_min=unknown,
        came=state.entry.came,
    )


def _spent(state: State, t_ms: int) -> State:
    """Book the time since the last reading of the room's air."""
    elapsed_ms = 0 if state.t_ms is None else max(0, t_ms - state.t_ms)
    known = state.sensing.presence
    short_ms = min(elapsed_ms, EXPIRES_MS)
    occupied_ms = short_ms if known is Presence.OCCUPIED else 0
    # A silence longer than a reading is good for is time of which nothing is known.
    unknown_ms = elapsed_ms if known is Presence.UNKNOWN else elapsed_ms - short_ms
    return replace(
        state,
        occupied_ms=state.occupied_ms + occupied_ms,
        unknown_ms=state.unknown_ms + unknown_ms,
    )


def _aired(state: State, reading: Air) -> tuple[State, tuple[Decision, ...]]:
    t_ms = reading.t_ms
    elapsed_ms = 0 if state.t_ms is None else max(0, t_ms - state.t_ms)
    sensing, decisions = sense(state.settings.rules, state.sensing, reading)
    state, odd, lux = _measured(replace(state, t_ms=t_ms, sensing=sensing), reading)
    state, lit = _lit(state, lux, t_ms, elapsed_ms)
    state, blown = _blown(state, t_ms)
    return state, (*decisions, *odd, *lit, *blown)


def _measured(state: State, reading: Air) -> tuple[State, tuple[Decision, ...], float | None]:
    if reading.lux is None and state.lux.t_ms is None:
        return state, (), None  # no light sensor here
    finite = reading.lux if reading.lux is not None and math.isfinite(reading.lux) else None
    sample = Sample(t_ms=reading.t_ms, value=finite, heard_ms=reading.heard_ms)
    lux, one = judge(LUX, state.lux, sample)
    lux = overdue(LUX, lux, reading.t_ms)
    odd = tuple(changes(LUX, state.lux, lux, reading.t_ms))
    return replace(state, lux=lux), odd, one.value


def _lit(
    state: State, lux: float | None, t_ms: int, elapsed_ms: int
) -> tuple[State, tuple[Decision, ...]]:
    """Light while somebody is there or may be, as much as daylight leaves to be done."""
    rules = state.settings
    there = state.sensing.presence is not Presence.EMPTY
    held = presence.Rules(hold_ms=rules.light_hold_ms)
    boost = presence.step(held, state.boost, present=there, elapsed_ms=elapsed_ms)
    law = harvest.Rules(setpoint_lux=rules.setpoint_lux)
    now = state.harvest if lux is not None else Harvest()
    if lux is not None:
        applied = (state.light or 0) / 1000
        total = harvest.expected_lux(lux, rules.lamp_lux, applied, now)
        now = harvest.step(law, now, total, elapsed_ms)
    dark = boost.phase is Phase.STANDBY
    value = 0 if dark else round(1000 * now.share)
    state = replace(state, boost=boost, harvest=now)
    if value == state.light and 0 <= t_ms - state.light_ms < RENEW_MS:
        return state, ()
    why = "nobody is there" if dark else "somebody is or was there"
    if state.sensing.presence is Presence.UNKNOWN:
        why = "whether somebody is there is not known"
    daylight = "" if lux is None else f"; {lux:.0f} lx measured"
    lamp = Decision(
        t_ms=t_ms,
        what="light",
        reason=f"{value / 10:.0f} % of full light: {why}{daylight}",
        severity=Severity.INFO if value == state.light else Severity.ACTION,
        command=LIGHT.command(value, expires_ms=EXPIRES_MS),
    )
    return replace(state, light=value, light_ms=t_ms), (lamp,)


def _blown(state: State, t_ms: int) -> tuple[State, tuple[Decision, ...]]:
    """Give the room the fresh air that its people need."""
    flow, why = _fresh(state)
    value = min(FAN.high, math.ceil(flow))
    most = state.settings.fan_l_s
    why += f"; the fan gives {most} at most" if value > most else ""
    fresh = 0 <= t_ms - state.flow_ms < RENEW_MS
    if value == state.flow_l_s and fresh:
        return state, ()
    fan = Decision(
        t_ms=t_ms,
        what="fresh_air",
        reason=f"{value} l/s: {why}",
        severity=Severity.INFO if value == state.flow_l_s else Severity.ACTION,
        command=FAN.command(value, expires_ms=EXPIRES_MS),
    )
    return replace(state, flow_l_s=value, flow_ms=t_ms), (fan,)


def _fresh(state: State) -> tuple[float, str]:
    rules, sensing = state.settings, state.sensing
    full = rules.flow_l_s(rules.seats)
    if sensing.presence is Presence.UNKNOWN:
        return full, f"as for all {rules.seats} seats: {sensing.why}"
    ppm = sensing.recent[-1][1] if sensing.recent else 0.0
    if ppm > rules.limit_ppm:
        return full, f"as for all {rules.seats} seats: CO2 {ppm:.0f} ppm is above the limit"
    if sensing.presence is Presence.EMPTY:
        return standby_l_s(rules.use, area_m2=rules.area_m2), "nobody is there"
    # So few steps that the fan does not hunt.
    people = min(rules.seats, max(1, math.ceil(sensing.people - 0.2)))
    return rules.flow_l_s(people), f"for {people}, {sensing.why}"


CARD = Card(
    name="building",
    title="a room's fresh air and light by whether somebody is there, and a door that locks "
    "nobody in",
    method="Occupancy by the balance of the room's CO2 with two one-sided sums and an automatic "
    "baseline, by water in the air where CO2 fails; no lamp, no camera. Fresh air by V_bz = R_p "
    "P_z + R_a A_z, none in standby where the table allows it. Light by presence and daylight. The "
    "door opens to tokens whose holders consented, kept as digests; held only while exit button, "
    "fire alarm and time are known to work.",
    source="Candanedo and Feldheim 2016 (Energy and Buildings 112:28-39); Page 1954 (CUSUM); "
    "ANSI/ASHRAE 62.1-2016, 6.2.2 and appendix D; EN 12464-1; NFPA 101-2021, 7.2.1.6.2; EN 13637",
    unknown="whether somebody is there before it is proved, and without CO2 unless water in the "
    "air rises; then air and light are as for all. Fewer people than one in 400 m³ are not noticed",
    settings=Settings,
    channels=(FAN, LIGHT, DOOR),
)
