"""Emergency: alarms as CAP 1.2, the nearest units for all alarms together, and exits by numbers.

    state = begin(Settings(exits=(Exit(name="main", way=Way.DOOR, width_m=1.8),)))
    state, decisions = step(state, Alarm(t_ms=t_ms, name="hall-3", place="hall 3", x_m=40, y_m=10))
    state, decisions = step(state, Unit(t_ms=t_ms, name="medic-1", x_m=0, y_m=0, speed_m_s=1.5))
    state, decisions = step(state, People(t_ms=t_ms, people=240))

Units are sent so that all of them together need the least time (`emergency_assign`), by the time
that distance and speed give. Whether everybody can leave in time is told from how many there are
and from the exits' capacity (`emergency_egress`), never from who they are. A proposal to people who
decide: it does not replace a control room. The exits' signs are lit by themselves where nobody says
otherwise.
"""

import math
from dataclasses import replace

from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.cap import Alert, Category, Gravity, Message, cap_xml
from edgekit.systems.card import Card
from edgekit.systems.day import MINUTE_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.emergency_assign import assign
from edgekit.systems.emergency_egress import Exit, egress_s
from edgekit.systems.emergency_state import (
    STALE_MS,
    Alarm,
    Egress,
    People,
    Raised,
    Sent,
    Settings,
    State,
    Unit,
)
from edgekit.systems.vitals import Fault, Sample, changes, judge, overdue, told

SIGNS = Channel(name="exit-signs", unit="on", safe=Safe.ON)
DARK_MS, RENEW_MS = 3 * MINUTE_MS, MINUTE_MS
MOST, FASTEST_M_S = 50, 60.0


def begin(settings: Settings) -> State:
    """Return the state before anything was heard."""
    return State(settings=settings)


def step(state: State, reading: Alarm | Unit | People) -> tuple[State, tuple[Decision, ...]]:
    """Take an alarm, where a unit is, or how many people there are."""
    t_ms, decisions = reading.t_ms, list[Decision]()
    if state.t_ms is not None and t_ms < state.t_ms:
        words = "told of a time before the last one: taken by the new time"
        decisions.append(told("messages", Fault.CLOCK_BACK, t_ms, words))
    state = replace(state, t_ms=t_ms)
    match reading:
        case Alarm():
            state, more = _alarm(state, reading)
        case Unit():
            state, more = _unit(state, reading)
        case _:
            state, more = _people(state, reading)
    decisions += more
    if not isinstance(reading, People):
        state, more = _silent(state, t_ms)
        decisions += more
    state, sent = _sent(state, t_ms)
    state, signs = _signs(state, t_ms)
    return state, (*decisions, *sent, *signs)


Acted = tuple[State, list[Decision]]


def _placed(x_m: float, y_m: float) -> bool:
    return math.isfinite(x_m) and math.isfinite(y_m)


def _odd(name: str, t_ms: int) -> list[Decision]:
    words = "a place or speed that can't be, or more than can be kept: passed over"
    return [told(name, Fault.OUT_OF_RANGE, t_ms, words)]


def _alarm(state: State, alarm: Alarm) -> Acted:
    known = alarm.name in state.alarms
    if not _placed(alarm.x_m, alarm.y_m) or (len(state.alarms) >= MOST and not known):
        return state, _odd("alarm", alarm.t_ms)
    if alarm.over and not known:
        return state, [told("alarm", Fault.REPEATED, alarm.t_ms, f"{alarm.name} is not open")]
    if known and alarm == replace(state.alarms[alarm.name], t_ms=alarm.t_ms):
        return state, [told("alarm", Fault.REPEATED, alarm.t_ms, f"{alarm.name} is known")]
    alarms, messages = dict(state.alarms), dict(state.messages)
    message = Message.CANCEL if alarm.over else Message.UPDATE if known else Message.ALERT
    words = f"{alarm.place}: {'over' if alarm.over else 'help is needed'}"
    alert = Alert(
        sender=state.settings.sender,
        t_ms=alarm.t_ms,
        event="Emergency",
        headline=words,
        place=f"{state.settings.place}, {alarm.place}",
        category=Category.SAFETY,
        gravity=Gravity.SEVERE,
        message=message,
        references=messages.get(alarm.name),
    )
    if alarm.over:
        del alarms[alarm.name], messages[alarm.name]
    else:
        alarms[alarm.name], messages[alarm.name] = alarm, (alert.identifier, alarm.t_ms)
    raised = Raised(
        t_ms=alarm.t_ms,
        what="alarm.over" if alarm.over else "alarm",
        reason=words,
        severity=Severity.INFO if alarm.over else Severity.ALARM,
        cap=cap_xml(alert),
    )
    return replace(state, alarms=alarms, messages=messages), [raised]


def _unit(state: State, unit: Unit) -> Acted:
    if FASTEST_M_S < unit.speed_m_s <= 3.6 * FASTEST_M_S:
        words = f"{unit.speed_m_s:g} m/s is right in km/h: passed over"
        return state, [told("unit", Fault.UNIT_FLIPPED, unit.t_ms, words)]
    fine = _placed(unit.x_m, unit.y_m) and 0 < unit.speed_m_s <= FASTEST_M_S
    if not fine or (len(state.units) >= MOST and unit.name not in state.units):
        return state, _odd("unit", unit.t_ms)
    return replace(state, units={**state.units, unit.name: unit}), []


def _people(state: State, reading: People) -> Acted:
    rules, t_ms = state.settings, reading.t_ms
    limits, value = rules.limits, reading.people
    finite = value if value is not None and math.isfinite(value) else None
    sample = Sample(t_ms=t_ms, value=finite, heard_ms=reading.heard_ms)
    vital, one = judge(limits, state.people, sample)
    vital = overdue(limits, vital, t_ms)
    decisions = list(changes(limits, state.people, vital, t_ms))
    passed = [fault for fault in one.faults if fault not in vital.faults]
    decisions += [told("people", fault, t_ms, "passed over") for fault in passed]
    exits = tuple(replace(e, usable=e.name not in reading.closed) for e in rules.exits)
    egress = _egress(rules, exits, one.value, t_ms)
    state = replace(state, people=vital)
    if egress.what == state.told:
        return state, decisions
    return replace(state, told=egress.what), [*decisions, egress]


def _silent(state: State, t_ms: int) -> Acted:
    """Notice that people have not been counted for too long."""
    limits, before = state.settings.limits, state.people
    if before.t_ms is None:
        return state, []
    vital = overdue(limits, before, t_ms)
    decisions = list(changes(limits, before, vital, t_ms))
    state = replace(state, people=vital)
    if not vital.faults or state.told == "egress.unknown":
        return state, decisions
    egress = _egress(state.settings, (), None, t_ms)
    return replace(state, told=egress.what), [*decisions, egress]


def _egress(rules: Settings, exits: tuple[Exit, ...], people: float | None, t_ms: int) -> Egress:
    if people is None:
        words = "how many people there are is not known, nor how long they need"
        what, severity, needed = "egress.unknown", Severity.UNKNOWN, None
    else:
        needed = egress_s(exits, round(people))
        rate = sum(one.capacity_s for one in exits)
        words = f"{people:.0f} people, exits for {rate:.2f} a second: "
        words += "no exit is left" if needed is None else f"{needed:.0f} s at least"
        long = needed is None or needed > rules.target_s
        what, severity = ("egress.long", Severity.ALARM) if long else ("egress", Severity.INFO)
        words += f", {rules.target_s:.0f} s are allowed: let nobody in" if long else ""
    return Egress(t_ms=t_ms, what=what, reason=words, severity=severity, egress_s=needed)


def _sent(state: State, t_ms: int) -> Acted:
    """Propose anew who goes where, when that has changed."""
    state, decisions = _heard(state, t_ms)
    alarms = list(state.alarms.values())
    free = [unit for unit in state.units.values() if unit.free]
    costs = [[_needed_s(alarm, unit) for unit in free] for alarm in alarms]
    chosen = [(row, column) for row, column in enumerate(assign(costs)) if column is not None]
    pairs = {alarms[row].name: free[column].name for row, column in chosen}
    new = any(alarm.t_ms == t_ms for alarm in alarms)
    if not alarms or (pairs == state.pairs and not new):
        return replace(state, pairs=pairs), decisions
    total_s = sum(costs[row][column] for row, column in chosen)
    return replace(state, pairs=pairs), [*decisions, _proposal(state, pairs, total_s, t_ms)]


def _needed_s(alarm: Alarm, unit: Unit) -> float:
    return math.dist((alarm.x_m, alarm.y_m), (unit.x_m, unit.y_m)) / unit.speed_m_s


def _heard(state: State, t_ms: int) -> Acted:
    """Forget units that have not been heard of for too long: where they are is not known."""
    fresh = {k: u for k, u in state.units.items() if 0 <= t_ms - u.t_ms <= STALE_MS}
    stale = sorted(state.units.keys() - fresh.keys())
    if not stale:
        return state, []
    words = f"nothing from {', '.join(stale)} for {STALE_MS // MINUTE_MS} min: not sent"
    return replace(state, units=fresh), [told("unit", Fault.STALE, t_ms, words)]


def _proposal(state: State, pairs: dict[str, str], total_s: float, t_ms: int) -> Sent:
    alone = sorted(state.alarms.keys() - pairs.keys())
    words = ", ".join(f"{unit} to {alarm}" for alarm, unit in pairs.items()) or "no unit is free"
    words += f"; {total_s:.0f} s in all" if pairs else ""
    words += f"; nobody for {', '.join(alone)}" if alone else ""
    return Sent(
        t_ms=t_ms,
        what="send" if pairs else "send.nobody",
        reason=words,
        severity=Severity.ALARM if alone else Severity.ACTION,
        pairs=pairs,
        total_s=total_s,
    )


def _signs(state: State, t_ms: int) -> tuple[State, list[Decision]]:
    """Keep the signs dark while people are counted and nothing happens; else they are lit."""
    calm = not state.alarms and state.told == "egress"
    if not calm:
        if state.dark_ms is None:
            return state, []
        lit = Decision(
            t_ms=t_ms,
            what="signs",
            reason="the exits' signs are lit: an alarm, or it is not known that all can leave",
            severity=Severity.ACTION,
            command=SIGNS.command(1, expires_ms=DARK_MS),
        )
        return replace(state, dark_ms=None), [lit]
    if state.dark_ms is not None and 0 <= t_ms - state.dark_ms < RENEW_MS:
        return state, []
    dark = Decision(
        t_ms=t_ms,
        what="watching",
        reason="no alarm, and all can leave in time: signs stay dark until told again",
        command=SIGNS.command(0, expires_ms=DARK_MS),
    )
    return replace(state, dark_ms=t_ms), [dark]


CARD = Card(
    name="emergency",
    title="alarms as CAP 1.2, the nearest units for all alarms together, and exits by numbers",
    method="Units by the least total time, exactly (shortest augmenting paths); as many alarms as "
    "can be get one. Exits by the hydraulic model: F_s = (1 - a D) k D, at most 1.32 people a "
    "second and metre of effective width for doors. A proposal to people, never instead of a "
    "control room.",
    source="OASIS CAP 1.2 (2010); Jonker and Volgenant 1987; Crouse 2016; SFPE Handbook, 5th "
    "edition, chapter 59 (Gwynne and Rosenbaum 2016)",
    unknown="how long all need to leave where the count is not good; units that have not been "
    "heard of for 5 minutes are not sent. In both cases the exits' signs are lit",
    settings=Settings,
    channels=(SIGNS,),
)
