"""Leaks in a home: water that never stops, and a burst that closes the main.

A tap drips through the night: where no hour of a day was without water, something runs (the usual
continuous-flow test of water meters). A meter whose pulse is many litres shows a small leak in some
hours only: there it is so many hours in a row as the smallest leak takes for a pulse, and as many
days. A burst is more than people draw, for longer than a bath takes to fill, in several spans in a
row, however often the meter is read: then the main is closed, by a pulse to a latching valve. It
stays closed until somebody releases it by hand; it is closed a few times a day at most, so that a
bad meter can't wear it out.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Command, Safe
from edgekit.systems.day import DAY_MS, HOUR_MS, MINUTE_MS, minute_of_day, within
from edgekit.systems.decision import Decision, Severity

MAIN = Channel(name="main-valve", unit="open", safe=Safe.HOLD)
CLOSED, OPEN = 0, 1
PULSE_MS = 10_000
"""How long a latching coil is driven at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """When a home's water is a leak.

    Attributes:
        continuous_h: hours in a row, none without water, that are a leak; with a coarse meter so
            many times as many as `dry_h` says.
        pulse_l: what a pulse of the meter stands for.
        least_l_per_h: the smallest leak that is looked for.
        wanted_l_per_h: what runs on purpose at every hour, such as a humidifier.
        burst_l_per_h: more than a home's taps give at once.
        burst_s: for so long.
        burst_readings: in so many spans in a row, each of its part of ``burst_s`` or longer.
        watering_l_per_h: what a garden takes on top of it, from ``watering_start_min`` to
            ``watering_end_min`` of the day in ``zone``; equal minutes are the whole day.
        max_gap_ms: a longer silence breaks off what was watched.
        closings_per_day: the main is closed so often in 24 h at most.
        released_ms: after a release by hand it is not closed for so long.

    Raises ConfigError where one is not above 0 that must be.
    """

    continuous_h: int = 24
    pulse_l: float = 1.0
    least_l_per_h: float = 4.0
    wanted_l_per_h: float = 0.0
    burst_l_per_h: int = 1500
    burst_s: int = 1800
    burst_readings: int = 3
    watering_l_per_h: int = 0
    watering_start_min: int = 0
    watering_end_min: int = 0
    zone: tzinfo = UTC
    max_gap_ms: int = 2 * HOUR_MS
    closings_per_day: int = 2
    released_ms: int = 2 * HOUR_MS

    def __post_init__(self) -> None:
        whole = (self.continuous_h, self.burst_l_per_h, self.burst_s, self.burst_readings)
        if min(*whole, self.max_gap_ms, self.closings_per_day, self.released_ms) <= 0:
            raise ConfigError("a home's limits: expected all above 0")
        if min(self.pulse_l, self.least_l_per_h) <= 0 or not 1 <= self.dry_h < self.continuous_h:
            raise ConfigError(
                f"a pulse of {self.pulse_l:g} l at {self.least_l_per_h:g} l/h: expected both above "
                f"0, and one pulse within {self.continuous_h} h",
                hint="a larger least_l_per_h",
            )
        if min(self.wanted_l_per_h, self.watering_l_per_h) < 0:
            raise ConfigError("what a home takes on purpose: expected not below 0")

    @property
    def dry_h(self) -> int:
        """Hours without water that say that nothing runs."""
        return max(1, math.ceil(self.pulse_l / self.least_l_per_h))

    @property
    def leak_h(self) -> int:
        """Hours that are a leak: people draw oftener in some hours than they do in one."""
        return self.continuous_h * self.dry_h

    @property
    def span_ms(self) -> int:
        """Over so long the rate of a burst is taken: pulses between two readings say little."""
        return self.burst_s * 1000 // self.burst_readings

    def most_l_per_h(self, t_ms: int) -> int:
        """Return what is drawn at most on purpose at a moment."""
        start, end = self.watering_start_min, self.watering_end_min
        waters = start == end or within(minute_of_day(t_ms, self.zone), start, end)
        return self.burst_l_per_h + (self.watering_l_per_h if waters else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What a home drew since the reading before, litres; None where that is not known."""

    t_ms: int
    litres: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Somebody in the home opens the main again."""

    t_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeState:
    """What is known of a home; begins as ``HomeState()``.

    ``hours`` are the litres of each hour since nothing ran, ``hour`` the number of the open
    one since 1970 and ``hour_l`` its litres; ``span_l`` are the litres of ``span_ms`` that were
    not yet taken for a rate.
    """

    t_ms: int | None = None
    hour: int | None = None
    hour_l: float = 0.0
    hours: tuple[float, ...] = ()
    leaking: bool = False
    span_ms: int = 0
    span_l: float = 0.0
    burst_since_ms: int | None = None
    burst_readings: int = 0
    burst: bool = False
    shut: bool = False
    closings_ms: tuple[int, ...] = ()
    released_ms: int | None = None


def draw(home: Home, state: HomeState, seen: Draw) -> tuple[HomeState, tuple[Decision, ...]]:
    """Take what was drawn since the reading before."""
    last_ms = state.t_ms
    if last_ms is None:
        return replace(state, t_ms=seen.t_ms), ()
    if seen.t_ms <= last_ms:
        return state, (_fault(seen.t_ms, "clock_back", "a reading from before the last one"),)
    span_ms = seen.t_ms - last_ms
    state = replace(state, t_ms=seen.t_ms)
    bad = _bad(home, seen, span_ms)
    if bad is not None:
        # What was watched is broken off: a leak is not known to go on, nor to be over.
        broken = replace(state, hours=(), hour=None, span_ms=0, span_l=0.0)
        return replace(broken, burst_since_ms=None, burst_readings=0), (bad,)
    litres = seen.litres or 0.0
    state = replace(state, span_ms=state.span_ms + span_ms, span_l=state.span_l + litres)
    after, decisions = state, list[Decision]()
    if state.span_ms >= home.span_ms:
        opened = replace(state, span_ms=0, span_l=0.0)
        after, decisions = _burst(home, opened, state.span_l, state.span_ms)
    return _hourly(home, after, litres, decisions)


def release(home: Home, state: HomeState, given: Release) -> tuple[HomeState, tuple[Decision, ...]]:
    """Open the main: people rule over the machine."""
    words = (
        f"released by hand: the main opens and is not closed by itself for "
        f"{home.released_ms / HOUR_MS:g} h"
    )
    told = Decision(
        t_ms=given.t_ms,
        what="released",
        reason=words,
        severity=Severity.ACTION,
        command=MAIN.command(OPEN, expires_ms=PULSE_MS),
    )
    state = replace(state, released_ms=given.t_ms, shut=False, burst=False)
    state = replace(state, span_ms=0, span_l=0.0)
    return replace(state, burst_since_ms=None, burst_readings=0), (told,)


def _bad(home: Home, seen: Draw, span_ms: int) -> Decision | None:
    if span_ms > home.max_gap_ms:
        return _fault(seen.t_ms, "missing", f"no reading for {span_ms / HOUR_MS:.1f} h")
    if seen.litres is None or math.isnan(seen.litres):
        return _fault(seen.t_ms, "missing", "how much was drawn is not known")
    if seen.litres < 0:
        return _fault(seen.t_ms, "back_flow", f"{-seen.litres:g} l ran back")
    return None


def _burst(
    home: Home, state: HomeState, litres: float, span_ms: int
) -> tuple[HomeState, list[Decision]]:
    t_ms = state.t_ms or 0
    rate_l_per_h = litres * HOUR_MS / span_ms
    if rate_l_per_h < home.most_l_per_h(t_ms):
        over = [Decision(t_ms=t_ms, what="burst.over", reason="the burst has ended")]
        told = over if state.burst else []
        return replace(state, burst=False, burst_since_ms=None, burst_readings=0), told
    since_ms = t_ms - span_ms if state.burst_since_ms is None else state.burst_since_ms
    readings = state.burst_readings + 1
    state = replace(state, burst_since_ms=since_ms, burst_readings=readings)
    lasts = t_ms - since_ms >= home.burst_s * 1000
    if state.burst or not lasts or readings < home.burst_readings:
        return state, []
    words = (
        f"{rate_l_per_h:.0f} l/h for {(t_ms - since_ms) / MINUTE_MS:.0f} min, in {readings} "
        f"spans in a row: more than taps give"
    )
    return _close(home, replace(state, burst=True), words)


def _close(home: Home, state: HomeState, words: str) -> tuple[HomeState, list[Decision]]:
    """Close the main where that is allowed; sound the alarm in any case."""
    t_ms = state.t_ms or 0
    lately = tuple(at for at in state.closings_ms if t_ms - at < DAY_MS)
    held = state.released_ms is not None and t_ms - state.released_ms < home.released_ms
    command: Command | None = None
    if state.shut:
        words += "; the main was closed and does not hold"
    elif held:
        words += "; released by hand, so the main stays open"
    elif len(lately) >= home.closings_per_day:
        words += f"; closed {len(lately)} times in a day already, so the main stays open"
    else:
        words += "; the main closes until it is released by hand"
        command = MAIN.command(CLOSED, expires_ms=PULSE_MS)
        lately = (*lately, t_ms)
    alarm = Decision(
        t_ms=t_ms, what="burst", reason=words, severity=Severity.ALARM, command=command
    )
    return replace(state, closings_ms=lately, shut=state.shut or command is not None), [alarm]


def _hourly(
    home: Home, state: HomeState, litres: float, decisions: list[Decision]
) -> tuple[HomeState, tuple[Decision, ...]]:
    t_ms = state.t_ms or 0
    hour = t_ms // HOUR_MS
    if hour == state.hour or state.hour is None:
        # The first hour is only part of one: that it is dry says nothing against a leak.
        hour_l = state.hour_l if state.hour is not None else 0.0
        return replace(state, hour=hour, hour_l=hour_l + litres), tuple(decisions)
    hours = (*state.hours, state.hour_l)[-home.leak_h :]
    if sum(hours[-home.dry_h :]) <= 0:
        hours = ()
    leaking = len(hours) >= home.leak_h and running_l_per_h(home, hours) > 0
    after = replace(state, hour=hour, hour_l=litres, hours=hours, leaking=leaking)
    return after, (*decisions, *_told(home, state, after, t_ms))


def running_l_per_h(home: Home, hours: Sequence[float]) -> float:
    """Return what ran through all hours, l/h, without what runs on purpose; 0 where nothing."""
    spans = range(len(hours) - home.dry_h + 1)
    least = min((sum(hours[n : n + home.dry_h]) for n in spans), default=0.0) / home.dry_h
    return max(0.0, least - home.wanted_l_per_h)


def _told(home: Home, before: HomeState, after: HomeState, t_ms: int) -> Iterator[Decision]:
    if after.leaking and not before.leaking:
        words = (
            f"{_dry(home)} of {len(after.hours)} was without water: at least "
            f"{running_l_per_h(home, after.hours):.2g} l/h run all the time"
        )
        yield Decision(t_ms=t_ms, what="leak", reason=words, severity=Severity.ALARM)
    if before.leaking and not after.leaking:
        yield Decision(t_ms=t_ms, what="leak.over", reason=f"{home.dry_h} h without water")


def _dry(home: Home) -> str:
    return "no hour" if home.dry_h == 1 else f"no {home.dry_h} h"


def _fault(t_ms: int, fault: str, words: str) -> Decision:
    return Decision(
        t_ms=t_ms,
        what=f"fault.{fault}",
        reason=f"home meter: {fault.replace('_', ' ')}: {words}",
        severity=Severity.FAULT,
    )
