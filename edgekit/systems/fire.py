"""Fire warning by heat, smoke and a loop: beside a certified alarm, never instead of one.

    state = begin(Settings(place="storeroom"))
    state, decisions = step(state, Sensed(t_ms=t_ms, temperature_c=21.0, smoke_per_m=0.002))

An alarm is any of: 57 °C; a rise of 5 K/min over 20 s (one of the rates of EN 54-5; UL 521 has
8.3); an optical density of 0.05 /m (UL 217 wants an alarm below 4 %/ft, 0.058 /m); about
half of both, 0.03 /m with 3 K/min (several criteria, EN 54-29); the loop's alarm. It takes two
readings in a row, the first of them at the lower limits. Smoke is counted from the clear air of
the first readings, which drifts slowly.
"""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.cap import Alert, Message, cap_xml
from edgekit.systems.card import Card
from edgekit.systems.day import DAY_MS, MINUTE_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.fire_signs import (
    CELSIUS,
    KEPT_MS,
    SMOKE,
    TEMPERATURE,
    Loop,
    Series,
    Signs,
    celsius,
    could_burn,
    in_doubt,
    kept,
    signs_of,
    unit_of,
    unit_told,
)
from edgekit.systems.vitals import Fault, Sample, Vital, changes, judge, overdue, told

SOUNDER = Channel(name="sounder", unit="on", safe=Safe.SOUND)
QUIET_MS, RENEW_MS = 3 * MINUTE_MS, MINUTE_MS
CLEAR_READINGS, DIRTY_PER_M = 5, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One place.

    Attributes:
        place: where, for the message; a place, never a person.
        sender: who answers for the message.
        fixed_c, rise_k_min, smoke_per_m: limits that are an alarm each.
        both_k_min, both_per_m: limits that are one together.
    """

    place: str = "a building"
    sender: str = "fire@edgekit.invalid"
    fixed_c: float = 57.0
    rise_k_min: float = 5.0
    smoke_per_m: float = 0.05
    both_k_min: float = 3.0
    both_per_m: float = 0.03

    def __post_init__(self) -> None:
        limits = (self.rise_k_min, self.smoke_per_m, self.both_k_min, self.both_per_m)
        if not self.place.strip() or min(self.fixed_c, *limits) <= 0:
            raise ConfigError("a fire warning: expected a place and limits above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """One reading; None where there is no such sensor or it gave nothing."""

    t_ms: int
    temperature_c: float | None = None
    smoke_per_m: float | None = None
    loop: Loop | None = None
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FireAlarm(Decision):
    """An alarm, or its end, with its CAP 1.2 message."""

    cap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The sensors, what they read lately, and whether it burns."""

    settings: Settings
    temperature: Vital = field(default_factory=Vital)
    smoke: Vital = field(default_factory=Vital)
    heats: Series = ()
    smokes: Series = ()
    clear: tuple[float, ...] = ()
    clear_per_m: float | None = None
    loop: Loop | None = None
    unit: str = CELSIUS
    begun: bool = False
    alarm_ms: int | None = None
    alarm_id: str = ""
    quiet_ms: int | None = None
    dirty: bool = False


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings)


def step(state: State, reading: Sensed) -> tuple[State, tuple[Decision, ...]]:
    """Take one reading."""
    state, decisions = _judged(state, reading)
    signs, begun = signs_of(state.heats, state.smokes, state.clear_per_m, reading.t_ms), state.begun
    words = list(_burns(state.settings, signs, reading.loop))
    state = replace(state, begun=_begins(state.settings, signs), loop=reading.loop)
    alarmed = state.alarm_ms is not None
    if words and (begun or reading.loop is Loop.ALARM) and not alarmed:
        state, alarm = _alarm(state, reading.t_ms, "; ".join(words))
        decisions.append(alarm)
    elif alarmed and not words and _watching(state):
        state, over = _over(state, reading.t_ms)
        decisions += [over] if over else []
    return _hushed(state, reading.t_ms, decisions)


def _judged(state: State, reading: Sensed) -> tuple[State, list[Decision]]:
    t_ms = reading.t_ms
    state, value, decisions = _in_celsius(state, reading)
    sensors = (
        (TEMPERATURE, state.temperature, value, state.heats),
        (SMOKE, state.smoke, reading.smoke_per_m, state.smokes),
    )
    found: list[tuple[Vital, Series]] = []
    for limits, before, one, series in sensors:
        if one is None and before.t_ms is None:
            found.append((before, series))
            continue  # no such sensor here
        vital, good = judge(limits, before, Sample(t_ms=t_ms, value=one, heard_ms=reading.heard_ms))
        vital = overdue(limits, vital, t_ms)
        decisions += changes(limits, before, vital, t_ms)
        found.append((vital, series if good.value is None else kept(series, t_ms, good.value)))
    state = replace(state, temperature=found[0][0], heats=found[0][1])
    state = replace(state, smoke=found[1][0], smokes=found[1][1])
    if reading.loop in {Loop.OPEN, Loop.SHORT} and reading.loop is not state.loop:
        words = f"the loop is {reading.loop}: its detectors are not watched"
        decisions.append(told("loop", Fault.DEAD, t_ms, words))
    return _cleared(state, t_ms, decisions)


def _in_celsius(state: State, reading: Sensed) -> tuple[State, float | None, list[Decision]]:
    """Return the temperature in °C, whatever unit it is found to come in."""
    value, t_ms = reading.temperature_c, reading.t_ms
    if value is None or not math.isfinite(value):
        return state, value, []
    heats = [heat for at, heat in state.heats if 0 < t_ms - at <= KEPT_MS]
    last_c = heats[-1] if heats else None
    unit = unit_of(state.unit, last_c, value)
    if unit != state.unit and could_burn(state.unit, last_c, value):
        return state, celsius(state.unit, value), [in_doubt(state.unit, unit, t_ms, value)]
    told_now = unit_told(state.unit, unit, t_ms, value)
    return replace(state, unit=unit), celsius(unit, value), told_now


def _cleared(state: State, t_ms: int, decisions: list[Decision]) -> tuple[State, list[Decision]]:
    """Learn what clear air reads, and follow it slowly while there is no smoke."""
    if not state.smokes or state.smokes[-1][0] != t_ms:
        return state, decisions
    value = state.smokes[-1][1]
    if len(state.clear) < CLEAR_READINGS:
        clear = (*state.clear, value)
        return replace(state, clear=clear, clear_per_m=statistics.median(clear)), decisions
    base = state.clear_per_m or 0.0
    if abs(value - base) < state.settings.both_per_m / 2 and len(state.smokes) > 1:
        base += (value - base) * min(1.0, (t_ms - state.smokes[-2][0]) / DAY_MS)
    dirty = base > DIRTY_PER_M
    if dirty and not state.dirty:
        words = f"clear air reads {base:.2f} /m: the chamber is dirty"
        decisions.append(told("smoke", Fault.DRIFTING, t_ms, words))
    return replace(state, clear_per_m=base, dirty=dirty), decisions


def smoke_per_m(state: State, t_ms: int) -> float | None:
    """Return the optical density above that of clear air; None where that is not known."""
    return signs_of(state.heats, state.smokes, state.clear_per_m, t_ms).smoke_per_m


def _burns(limits: Settings, signs: Signs, loop: Loop | None) -> Iterator[str]:
    """Yield each criterion that is met, in words."""
    heat, rise, smoke = signs.heat_c, signs.rise_k_min, signs.smoke_per_m
    if loop is Loop.ALARM:
        yield "a detector of the loop"
    if heat is not None and heat > limits.fixed_c:
        yield f"{heat:.0f} °C"
    if rise is not None and rise > limits.rise_k_min:
        yield f"{rise:.1f} K/min hotter"
    if smoke is not None and smoke > limits.smoke_per_m:
        yield f"smoke of {smoke:.3f} /m"
    if rise is None or smoke is None:
        return
    if smoke > limits.both_per_m and rise > limits.both_k_min:
        yield f"smoke of {smoke:.3f} /m with {rise:.1f} K/min"


def _begins(limits: Settings, signs: Signs) -> bool:
    """Whether this may be the first of two readings that are an alarm: one sign, at its low limit.

    What burns grows, and a single odd reading is still none.
    """
    return (
        (signs.heat_c or -math.inf) > limits.fixed_c
        or (signs.rise_k_min or 0.0) > min(limits.both_k_min, limits.rise_k_min)
        or (signs.smoke_per_m or 0.0) > min(limits.both_per_m, limits.smoke_per_m)
    )


def _alarm(state: State, t_ms: int, words: str) -> tuple[State, Decision]:
    alert = _alert(state, t_ms, f"Fire warning: {words}")
    state = replace(state, alarm_ms=t_ms, alarm_id=alert.identifier, quiet_ms=None)
    return state, FireAlarm(
        t_ms=t_ms,
        what="fire",
        reason=f"{state.settings.place}: {words}",
        severity=Severity.ALARM,
        command=SOUNDER.command(1, expires_ms=QUIET_MS),
        cap=cap_xml(alert),
    )


def _over(state: State, t_ms: int) -> tuple[State, Decision | None]:
    since = state.alarm_ms or 0
    if t_ms - since < KEPT_MS:
        return state, None
    alert = _alert(state, t_ms, "The fire warning is over", (state.alarm_id, since))
    over = FireAlarm(
        t_ms=t_ms,
        what="fire.over",
        reason=f"{state.settings.place}: neither heat nor smoke any more",
        cap=cap_xml(alert),
    )
    return replace(state, alarm_ms=None, alarm_id="", quiet_ms=None), over


def _alert(state: State, t_ms: int, words: str, before: tuple[str, int] | None = None) -> Alert:
    return Alert(
        sender=state.settings.sender,
        t_ms=t_ms,
        event="Fire",
        headline=words,
        place=state.settings.place,
        message=Message.ALERT if before is None else Message.CANCEL,
        references=before,
    )


def _watching(state: State) -> bool:
    """Whether at least one sensor is good."""
    good = [v.t_ms is not None and not v.faults for v in (state.temperature, state.smoke)]
    good[0] &= state.unit == CELSIUS
    return any(good) or state.loop in {Loop.NORMAL, Loop.ALARM}


def _hushed(
    state: State, t_ms: int, decisions: list[Decision]
) -> tuple[State, tuple[Decision, ...]]:
    """Keep the sounder quiet while it is watched: without that word it sounds."""
    if state.alarm_ms is not None or not _watching(state):
        return replace(state, quiet_ms=None), tuple(decisions)
    fresh = state.quiet_ms is not None and 0 <= t_ms - state.quiet_ms < RENEW_MS
    if fresh:
        return state, tuple(decisions)
    quiet = Decision(
        t_ms=t_ms,
        what="watching",
        reason="neither heat nor smoke: quiet until told again",
        command=SOUNDER.command(0, expires_ms=QUIET_MS),
    )
    return replace(state, quiet_ms=t_ms), (*decisions, quiet)


CARD = Card(
    name="fire",
    title="fire warning by heat, smoke and a supervised loop, beside a certified alarm",
    method="57 °C, 5 K/min over 20 s, an optical density of 0.05 /m above clear air, 0.03 /m with "
    "3 K/min, or the loop; two readings in a row, the "
    "first at half of it. The sounder is kept quiet by commands: where "
    "nobody watches any more, it sounds. Alarms are CAP 1.2 messages. It never replaces an EN "
    "14604 alarm.",
    source="EN 54-5, EN 54-29 and -31 (several criteria), UL 217, UL 521; OASIS CAP 1.2 (2010)",
    unknown="where no sensor is good it does not keep the sounder quiet",
    settings=Settings,
    channels=(SOUNDER,),
)
