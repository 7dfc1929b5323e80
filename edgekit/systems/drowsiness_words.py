"""The few words that leave a driver's eye.

    mouth = Mouth()
    mouth, said = speak(mouth, state, decisions, t_ms=t_ms)

A word says how the system is, or that it alarms: no ratio, no blink and no reason is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edgekit.records import Decided
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.drowsiness_state import State

EVERY_MS = 600
"""Two words are never nearer: the pipe takes one in 400 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mouth:
    """What was said last and when, and whether an alarm waits to be said."""

    word: Decided | None = None
    said_ms: int | None = None
    alarm: bool = False


def word_of(state: State) -> Decided:
    """Return how the system is."""
    if state.blind:
        return Decided.NOT_WATCHING
    return Decided.LEARNING if state.baseline is None else Decided.WATCHING


def speak(
    mouth: Mouth, state: State, decisions: Sequence[Decision], *, t_ms: int
) -> tuple[Mouth, Decided | None]:
    """Return what is to be said after a frame, if anything: an alarm before all else."""
    alarm = mouth.alarm or any(one.severity is Severity.ALARM for one in decisions)
    mouth = replace(mouth, alarm=alarm)
    near = mouth.said_ms is not None and 0 <= t_ms - mouth.said_ms < EVERY_MS
    now = word_of(state)
    if near or not (alarm or now is not mouth.word):
        return mouth, None
    if alarm:
        return replace(mouth, said_ms=t_ms, alarm=False), Decided.DROWSY
    return replace(mouth, said_ms=t_ms, word=now), now
