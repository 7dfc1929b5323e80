"""Traffic: who passes by kind, way and hour, on red, in near misses; and what the next hour brings.

    state = begin(Settings(zone=ZoneInfo("Europe/Berlin")))
    state, decisions = step(state, Totals(t_ms=t_ms, passed={"vehicle.in": 120, ...}, red=False))

Totals are those of lines that count up, as the eye's lines or loops in the road give them; how
much went by is told by `register`, through roll-over, reset and swap. What passes while the signal
is red is a number, like near misses (`traffic_conflict`): no plate, no id and no time of anybody.
In the node the signal is read at its contacts (`traffic_signal`), whose readings `step` takes as
well, and the clerk puts each passage beside what it showed (`traffic_red`).
The next hour is foretold by `traffic_forecast`. How right counts are is measured with GEH by
`edgekit evaluate`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo

from edgekit.systems.card import Card
from edgekit.systems.day import HOUR_MS, MINUTE_MS, local_day, local_time
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.register import Moved, Register, Total, advance
from edgekit.systems.traffic_forecast import (
    DAY_H,
    HOURS,
    Learned,
    forecast,
    learn,
    usually_some,
)
from edgekit.systems.traffic_signal import Contacts, show
from edgekit.systems.traffic_state import Hour, Settings, State, Totals
from edgekit.systems.vitals import HARMLESS, Fault, told


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings)


def slot_of(t_ms: int, zone: tzinfo) -> int:
    """Return the hour of the week by the clock on the wall, 0 = Monday 0 h, to 167."""
    shown = local_time(t_ms, zone)
    return shown.weekday() * DAY_H + shown.hour


def step(state: State, reading: Totals | Contacts) -> tuple[State, tuple[Decision, ...]]:
    """Take one reading; an hour is closed by the first reading of totals after it."""
    if isinstance(reading, Contacts):
        signal, said = show(state.settings.signal, state.signal, reading)
        return replace(state, signal=signal), said
    t_ms, gap_ms = reading.t_ms, state.settings.max_gap_ms
    if reading.heard_ms is not None and t_ms > reading.heard_ms + gap_ms:
        words = "a reading from the future: passed over"
        return state, (told("counters", Fault.CLOCK_FORWARD, t_ms, words),)
    state, decisions = _closed(state, t_ms)
    if state.t_ms is not None and t_ms - state.t_ms > gap_ms:
        words = (
            f"nothing for {(t_ms - state.t_ms) / MINUTE_MS:.0f} min; when it passed is not known"
        )
        decisions.append(told("counters", Fault.MISSING, t_ms, words))
        state = replace(state, complete=False)
    state, more = _counted(state, reading)
    return replace(state, t_ms=t_ms), (*decisions, *more)


def _counted(state: State, reading: Totals) -> tuple[State, list[Decision]]:
    registers, counts = dict(state.registers), dict(state.counts)
    moved_ms, faults, decisions = dict(state.moved_ms), dict(state.faults), list[Decision]()
    on_red, near, complete = state.on_red, state.near, state.complete
    totals = {**reading.passed, "near": reading.near}
    for name, total in totals.items():
        if total is None and name not in registers:
            continue  # no such line here
        seen = Total(t_ms=reading.t_ms, total=total, boot=reading.boot)
        registers[name], moved = advance(
            state.settings.meter, registers.get(name, Register()), seen
        )
        units = max(0, moved.units or 0)
        if units or name not in moved_ms:
            moved_ms[name] = reading.t_ms
        decisions += _faults(name, moved, faults)
        complete = complete and (moved.fault is None or moved.fault in HARMLESS)
        if name == "near":
            near += units
        else:
            counts[name] = counts.get(name, 0) + units
            on_red += units if reading.red else 0
    state = replace(state, registers=registers, counts=counts, on_red=on_red, near=near)
    return replace(state, complete=complete, moved_ms=moved_ms, faults=faults), decisions


def _faults(name: str, moved: Moved, faults: dict[str, Fault]) -> Iterator[Decision]:
    """Yield a fault when it begins and when it is over."""
    before = faults.get(name)
    if moved.fault is None:
        faults.pop(name, None)
        if before is not None and before not in HARMLESS:
            words = f"{name}: no longer {before.replace('_', ' ')}"
            yield Decision(t_ms=moved.t_ms, what=f"cleared.{before}", reason=words)
        return
    faults[name] = moved.fault
    if moved.fault is not before:
        passed = "not known" if moved.units is None else f"{moved.units}"
        yield told(name, moved.fault, moved.t_ms, f"passed since the last good total: {passed}")


def _closed(state: State, t_ms: int) -> tuple[State, list[Decision]]:
    """Close the hour that has ended; hours of which nothing was read are not known."""
    hour = (t_ms - 1) // HOUR_MS  # what is read on the hour passed before it
    if state.hour is None or hour < state.hour:
        day = local_day(t_ms, state.settings.zone)
        return replace(_opened(state, hour), complete=False, day=day), []
    if hour == state.hour:
        return state, []
    state, decisions = _told(state, t_ms)
    for silent in range(state.hour + 1, min(hour, state.hour + HOURS)) if state.hour else ():
        state = _learnt(state, silent, {}, complete=False)
    if state.day is not None and t_ms >= state.day.end_ms:
        if state.day.clock_change is not None:
            decisions.append(told("days", Fault.CLOCK_CHANGE, t_ms, state.day.clock_change))
        state = replace(state, day=local_day(t_ms, state.settings.zone))
    return replace(_opened(state, hour), complete=True), decisions


def _opened(state: State, hour: int) -> State:
    return replace(state, hour=hour, counts={}, on_red=0, near=0)


def _by_kind(counts: Mapping[str, int]) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for name, count in counts.items():
        kind = name.partition(".")[0]
        kinds[kind] = kinds.get(kind, 0) + count
    return kinds


def _learnt(state: State, hour: int, kinds: Mapping[str, int], *, complete: bool) -> State:
    slot = slot_of(hour * HOUR_MS, state.settings.zone)
    learned = dict(state.learned)
    for kind in {*learned, *kinds}:
        count = kinds.get(kind) if complete else None
        learned[kind] = learn(learned.get(kind, Learned()), slot, count)
    return replace(state, learned=learned)


def _told(state: State, t_ms: int) -> tuple[State, list[Decision]]:
    hour, kinds = state.hour or 0, _by_kind(state.counts)
    slot = slot_of(hour * HOUR_MS, state.settings.zone)
    state, standing, decisions = _standing(state, kinds, slot, t_ms)
    complete = state.complete and not standing
    odd = ""
    for kind, count in kinds.items():
        expected = forecast(state.learned.get(kind, Learned()), slot)
        if complete and expected is not None and not expected.holds(count):
            odd += f"; {kind}s were expected to be {expected.low} to {expected.high}"
    state = _learnt(state, hour, kinds, complete=complete)
    following = slot_of((hour + 1) * HOUR_MS, state.settings.zone)
    found = {kind: forecast(one, following) for kind, one in state.learned.items()}
    ahead = {kind: one for kind, one in found.items() if one is not None}
    words = ", ".join(f"{count} {kind}s" for kind, count in kinds.items()) or "nothing counted"
    words += "" if complete else ", not all of the hour is known"
    for kind, one in ahead.items():
        words += f"; next hour {one.count} {kind}s ({one.low} to {one.high})"
    if not ahead:
        words += "; the next hour is not known: none like it has been counted"
    decisions.append(
        Hour(
            t_ms=t_ms,
            what="unusual" if odd else "hour",
            reason=f"{words}{odd}; {state.on_red} on red, {state.near} near misses",
            severity=Severity.INFO if complete else Severity.UNKNOWN,
            counts=state.counts,
            on_red=state.on_red,
            near=state.near,
            complete=complete,
            ahead=ahead,
        )
    )
    return state, decisions


def _standing(
    state: State, kinds: Mapping[str, int], slot: int, t_ms: int
) -> tuple[State, bool, list[Decision]]:
    """Find kinds of which nothing is counted for hours although some usually pass."""
    faults, decisions, standing = dict(state.faults), list[Decision](), False
    for kind, count in kinds.items():
        silent_ms = t_ms - max(at for name, at in state.moved_ms.items() if name.startswith(kind))
        usual = usually_some(state.learned.get(kind, Learned()), slot)
        long = silent_ms >= state.settings.stuck_ms and not count
        standing = standing or (long and usual)
        if long and usual and kind not in faults:
            words = f"nothing for {silent_ms / HOUR_MS:.0f} h, where some usually pass"
            decisions.append(told(kind, Fault.STUCK, t_ms, words))
            faults[kind] = Fault.STUCK
        elif count and faults.pop(kind, None) is not None:
            words = f"{kind}: no longer stuck"
            decisions.append(Decision(t_ms=t_ms, what=f"cleared.{Fault.STUCK}", reason=words))
    return replace(state, faults=faults), standing, decisions


CARD = Card(
    name="traffic",
    title="vehicles, cyclists and walkers by the hour and way, on red and near misses as numbers, "
    "and the next hour",
    method="Differences of lines' totals; red crossings are what passes while the signal is red, "
    "by its contacts, after a grace time and in doubt not; near misses pairs with less than 1.5 s "
    "to a collision. The next hour by the hour of the week, the last hour and the last days, on "
    "square roots; bounds are tracked to hold nine of ten.",
    source="Anscombe 1948; Angelopoulos, Candes and Tibshirani 2023 (quantile tracking); FHWA-HRT-"
    "08-051 (time to collision); FHWA-SA-05-002 (grace period); TAG unit M3.1 (GEH, in edgekit "
    "evaluate)",
    unknown="hours with a silence or a swapped counter; the next hour before one like it in the "
    "week was counted; whether the signal was red where it does not say, is dark, flashes, shows "
    "two colours or stands",
    settings=Settings,
)
