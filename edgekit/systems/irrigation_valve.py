"""The zone's valve: open by night within the plan, in runs with pauses, and what it has given.

A board closes its valve by itself after its longest time open: a run ends before that. Where water
that is given in one go would run off, runs are made shorter and pauses longer ("cycle and soak").
What was given is what the zone's own meter counted, else the valve's time at its rate;
where the board says that the valve was shut, nothing was given, however it was told.
"""

import math
from dataclasses import replace

from edgekit.systems.day import HOUR_MS, MINUTE_MS, minute_of_day, within
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.irrigation_state import VALVE, State, Tick

RENEWED_MS = 10 * MINUTE_MS
LEAK_L = 2.0
"""So much while the valve is shut is no drop that the pipe still held."""

Told = tuple[Decision, ...]


def tick(state: State, now: Tick) -> tuple[State, Told]:
    """Take a moment: book what was given, and open or close."""
    opened = state.open_since_ms
    state, told = _given(state, now)
    settings = state.settings
    minute = minute_of_day(now.t_ms, settings.zone)
    quiet = within(minute, settings.quiet_start_min, settings.quiet_end_min)
    left_mm = state.planned_mm - state.given_mm
    run_ms = settings.run_min * MINUTE_MS
    if opened is not None and state.run_ms >= run_ms:
        until_ms = opened + state.open_ms + settings.soak_min * MINUTE_MS
        state = replace(state, run_ms=0, soak_until_ms=until_ms)
    soaks = 0 < state.soak_until_ms - now.t_ms <= settings.soak_min * MINUTE_MS
    whys = (
        (left_mm <= 0, "the roots have theirs"),
        (quiet, "quiet hours"),
        (now.raining, "it rains"),
        (soaks, "the water goes in"),
    )
    why = next((words for holds, words in reversed(whys) if holds), "")
    if why:
        closed = () if opened is None else (_valve(now.t_ms, 0, f"closed: {why}"),)
        return replace(state, run_ms=0), (*told, *closed)
    words = f"{state.given_mm:.1f} of {state.planned_mm:.1f} mm given"
    needed_ms = math.ceil(left_mm / settings.rate_mm_per_h * HOUR_MS)
    expires_ms = min(RENEWED_MS, needed_ms, run_ms - state.run_ms)
    state = replace(state, open_since_ms=now.t_ms, open_ms=expires_ms)
    return state, (*told, _valve(now.t_ms, 1, words, expires_ms))


def _given(state: State, now: Tick) -> tuple[State, Told]:
    """Book what the valve gave since the tick before."""
    opened, settings = state.open_since_ms, state.settings
    if opened is None:
        leaks = now.drawn_l is not None and now.drawn_l > LEAK_L and not now.opened
        words = f"{now.drawn_l or 0:.1f} l went by while the valve was shut: it or the pipe leaks"
        return _named(replace(state, run_ms=0), now, words if leaks else "")
    passed_ms = max(0, now.t_ms - opened)
    span_ms = min(passed_ms, state.open_ms)
    shut = now.opened is False and passed_ms < state.open_ms
    given_mm = 0.0 if shut else settings.rate_mm_per_h * span_ms / HOUR_MS
    metered = settings.area_m2 is not None and now.drawn_l is not None
    if metered and settings.area_m2 is not None and now.drawn_l is not None:
        given_mm = now.drawn_l / settings.area_m2
    state = replace(
        state,
        given_mm=state.given_mm + given_mm,
        open_since_ms=None,
        run_ms=0 if shut else state.run_ms + span_ms,
    )
    dry = metered and not given_mm and span_ms >= MINUTE_MS and not shut
    words = "no water goes by while the valve is open" if dry else ""
    words = "the board says that the valve is shut: nothing was given" if shut else words
    return _named(state, now, words)


def _named(state: State, now: Tick, words: str) -> tuple[State, Told]:
    """Say what is wrong with the valve once, and once that it is over."""
    kind = words.partition(" l went by")[2] or words
    if kind == state.fault:
        return state, ()
    told = Decision(
        t_ms=now.t_ms,
        what="valve.fault" if words else "valve.well",
        reason=words or "the valve does what it is told again",
        severity=Severity.FAULT if words else Severity.INFO,
    )
    return replace(state, fault=kind), (told,)


def _valve(t_ms: int, value: int, words: str, expires_ms: int = RENEWED_MS) -> Decision:
    return Decision(
        t_ms=t_ms,
        what="valve",
        reason=words,
        severity=Severity.ACTION,
        command=VALVE.command(value, expires_ms=expires_ms),
    )
