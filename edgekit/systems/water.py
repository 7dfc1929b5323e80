"""Consumption from a water meter: day totals, nothing lost and nothing invented.

    state = begin(Settings(ml_per_unit=1000))
    state, decisions = step(state, Total(t_ms=t_ms, total=1234, meter="SN 7"))

The total of the meter is the truth (OIML R 49-1: a meter counts on whatever happens around it);
`edgekit.systems.register` tells roll-over, reset, swap and back-flow apart, `contact` takes off the
bounce of a reed. What is read late is shared out over midnight by time only within an hour; after a
longer silence it is told as a volume of no known day. What can't be known is told as unknown and
makes the day incomplete; it is never a number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.systems.card import Card
from edgekit.systems.contact import Contact, Edge, settle
from edgekit.systems.day import HOUR_MS, LocalDay, local_day, local_time
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.register import Meter, Moved, Register, Total, advance
from edgekit.systems.vitals import Fault, told

EVENTS = frozenset({Fault.METER_SWAPPED, Fault.METER_RESET, Fault.ROLLED_OVER})
"""What happens anew each time it is seen; other faults go on and are told once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A household meter; the defaults are one of Q3 2.5 m³/h (Q4 = 1.25 Q3, OIML R 49-1, 4.1).

    Attributes:
        ml_per_unit: what ``counts`` counts or pulses stand for, ml.
        counts: 1, or more where one is no whole number of ml: a million US gallons are
            3,785,411,784 ml, and many a turbine gives 450 pulses for 1000 ml.
        q4_l_per_h: overload flow; more than that did not go by.
        back_l_per_h: the most that can run back; 0 where a check valve holds.
        modulus: counts after which the total shows 0 again; None = never.
        settle_ms: how long a level of the contact must last to count.
        max_gap_ms: a longer silence over midnight leaves open on which day it was.
        zone: whose midnights end a day.

    Raises ConfigError where the meter can't be.
    """

    ml_per_unit: int = 1000
    counts: int = 1
    q4_l_per_h: int = 3125
    back_l_per_h: int = 300
    modulus: int | None = None
    settle_ms: int = 10
    max_gap_ms: int = HOUR_MS
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if min(self.ml_per_unit, self.counts) < 1 or self.settle_ms < 0 or self.max_gap_ms < 0:
            raise ConfigError("a meter's units and times: expected 1 ml and 0 ms or more")
        self.meter  # noqa: B018 -- raises where its rates can't be

    @property
    def meter(self) -> Meter:
        """The meter in its own counts."""
        return Meter(
            most_per_hour=-(-self.q4_l_per_h * 1000 * self.counts // self.ml_per_unit),
            back_per_hour=-(-self.back_l_per_h * 1000 * self.counts // self.ml_per_unit),
            modulus=self.modulus,
        )

    def ml(self, units: int) -> int:
        """Return what so many counts since the beginning stand for; less than 1 ml waits."""
        return units * self.ml_per_unit // self.counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Decision):
    """So much went by: on a ``day``, or ``undated`` in a silence of several.

    ``volume_ml`` is net of back-flow; ``complete`` whether all of the day is in it.
    """

    date: str
    volume_ml: int
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The meter and the day so far; ``known`` is all that it counted since the beginning."""

    settings: Settings
    register: Register = field(default_factory=Register)
    contact: Contact = field(default_factory=Contact)
    day: LocalDay | None = None
    day_ml: int = 0
    complete: bool = False
    known: int = 0
    fault: Fault | None = None

    @property
    def known_ml(self) -> int:
        """All that went by since the beginning."""
        return self.settings.ml(self.known)


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings)


def step(state: State, reading: Total | Edge) -> tuple[State, tuple[Decision, ...]]:
    """Take a total of the meter, or an edge of its contact."""
    if isinstance(reading, Edge):
        return _step_edge(state, reading)
    register, moved = advance(state.settings.meter, state.register, reading)
    return _moved(replace(state, register=register), moved)


def _step_edge(state: State, edge: Edge) -> tuple[State, tuple[Decision, ...]]:
    contact, closings, bounced = settle(state.contact, edge, settle_ms=state.settings.settle_ms)
    since_ms = state.register.t_ms
    backwards = since_ms is not None and edge.t_ms < since_ms
    register = Register(t_ms=edge.t_ms, total=contact.count)
    moved = Moved(
        since_ms=since_ms,
        t_ms=edge.t_ms,
        units=closings,
        fault=Fault.CLOCK_BACK if backwards else Fault.BOUNCED if bounced else None,
    )
    return _moved(replace(state, contact=contact, register=register), moved)


def _moved(state: State, moved: Moved) -> tuple[State, tuple[Decision, ...]]:
    decisions = list(_faults(state, moved))
    if moved.fault in {Fault.MISSING, Fault.OUT_OF_RANGE, Fault.REPEATED}:
        return replace(state, fault=moved.fault), tuple(decisions)
    before_ml = state.known_ml
    state = replace(state, known=state.known + (moved.units or 0), fault=moved.fault)
    # Differences of the whole, so that what a count has beyond whole ml is never lost.
    volume_ml = None if moved.units is None else state.known_ml - before_ml
    if volume_ml is None:
        decisions.append(_unknown(moved))
    state, more = _dated(state, moved, volume_ml)
    return state, (*decisions, *more)


def _faults(state: State, moved: Moved) -> Iterator[Decision]:
    gap_ms = moved.t_ms - (moved.t_ms if moved.since_ms is None else moved.since_ms)
    again = moved.fault is state.fault and moved.fault not in EVENTS
    if moved.fault is not None and not again:
        yield told("water meter", moved.fault, moved.t_ms, _words(state.settings, moved))
    if gap_ms > state.settings.max_gap_ms and moved.fault is not Fault.MISSING:
        words = f"no reading for {gap_ms / HOUR_MS:.1f} h; the meter counted on"
        yield told("water meter", Fault.MISSING, moved.t_ms, words)


def _words(settings: Settings, moved: Moved) -> str:
    litres = 0 if moved.units is None else settings.ml(abs(moved.units)) / 1000
    return {
        Fault.BACK_FLOW: f"{litres:g} l ran back: what is drawn may be fouled",
        Fault.ROLLED_OVER: f"it began again from 0; {litres:g} l went by",
        Fault.METER_SWAPPED: "another meter, or a total that this one can't show",
        Fault.METER_RESET: "it counts anew since it started",
        Fault.OUT_OF_RANGE: "no total that the meter can show",
        Fault.CLOCK_BACK: "a reading from before the last one",
        Fault.BOUNCED: "the contact bounced; each closing counted once",
        Fault.MISSING: "no total",
        Fault.REPEATED: "the same reading again",
    }.get(moved.fault or Fault.MISSING, "")


def _unknown(moved: Moved) -> Decision:
    since_ms = moved.t_ms if moved.since_ms is None else moved.since_ms
    span_h = max(0, moved.t_ms - since_ms) / HOUR_MS
    return Decision(
        t_ms=moved.t_ms,
        what="unknown",
        reason=f"how much went by in the last {span_h:.1f} h is not known: {moved.fault}",
        severity=Severity.UNKNOWN,
    )


def _dated(state: State, moved: Moved, volume_ml: int | None) -> tuple[State, tuple[Decision, ...]]:
    """Put a volume on its day, or close the day that has ended."""
    day = state.day
    if day is None:
        return replace(state, day=local_day(moved.t_ms, state.settings.zone)), ()
    amount_ml = volume_ml or 0
    known = volume_ml is not None and moved.fault is not Fault.CLOCK_BACK
    if day.start_ms <= moved.t_ms < day.end_ms:
        complete = state.complete and known
        return replace(state, day_ml=state.day_ml + amount_ml, complete=complete), ()
    since_ms = day.end_ms if moved.since_ms is None else min(moved.since_ms, day.end_ms)
    span_ms = moved.t_ms - since_ms
    short = known and 0 < span_ms <= state.settings.max_gap_ms
    # Only a short silence is shared out over midnight by time.
    before_ml = amount_ml * (day.end_ms - since_ms) // span_ms if short else 0
    whole = replace(state, day_ml=state.day_ml + before_ml, complete=state.complete and short)
    decisions = list(_ended(whole, day, moved.t_ms))
    if known and not short:
        decisions.append(_undated(moved, day, amount_ml, state.settings.zone))
    today = local_day(moved.t_ms, state.settings.zone)
    # A volume that was told as undated is on no day.
    rest_ml = 0 if known and not short else amount_ml - before_ml
    return replace(state, day=today, day_ml=rest_ml, complete=short), tuple(decisions)


def _ended(state: State, day: LocalDay, t_ms: int) -> Iterator[Decision]:
    if day.clock_change is not None:
        yield told("days", Fault.CLOCK_CHANGE, t_ms, day.clock_change)
    missing = "" if state.complete else ", not all of the day is in it"
    yield Volume(
        t_ms=t_ms,
        what="day",
        reason=f"{state.day_ml / 1000:g} l on {day.date}{missing}",
        severity=Severity.INFO if state.complete else Severity.UNKNOWN,
        date=day.date,
        volume_ml=state.day_ml,
        complete=state.complete,
    )


def _undated(moved: Moved, day: LocalDay, volume_ml: int, zone: tzinfo) -> Volume:
    until = local_time(moved.t_ms, zone)
    return Volume(
        t_ms=moved.t_ms,
        what="undated",
        reason=f"{volume_ml / 1000:g} l went by between {day.date} and {until:%Y-%m-%d %H:%M %Z}; "
        "on which day is not known",
        date=day.date,
        volume_ml=volume_ml,
        complete=False,
    )


CARD = Card(
    name="water",
    title="litres a day from a meter or a pulse contact, none lost and none invented",
    method="Differences of the meter's total. A total that falls is a roll-over, back-flow or "
    "another meter, whichever the overload flow of the meter and the time between allow. A contact "
    "counts when its level has lasted 10 ms. Days end at local midnight.",
    source="OIML R 49-1:2013 (overload flow Q4 = 1.25 Q3); EN 62053-31 (pulses)",
    unknown="what went by when a meter is swapped or shows what it can't; days in a long silence",
    settings=Settings,
)
