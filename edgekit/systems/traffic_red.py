"""Who passes a line while its signal is red, as numbers: passages and signal put side by side.

    state = begin(Signal(line="stop"))
    state = hear(state, t_ms, Aspect.RED)
    state = passed(state, Passage(t_ms=t_ms, way=3, count=1))
    state, words = settle(state, now_ms)

Eye and signal are heard by different pipes, so that both are laid aside for `HOLD_MS` and judged in
the order of their own times, and not before the signal was heard after them: between two words that
lie far apart it may have changed, and is unknown. Somebody is on red where it was red for the grace
time already, and is red for the tolerance before and after: in doubt he is not. What a red phase
counted is told when it is over, as a number for each way, and not at all where the signal proves to
have stood; so no time of a single passage is in it. Times are kept for seconds, on no disk.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from edgekit.records import Aspect
from edgekit.systems.traffic_signal import COLOURS, Signal

HOLD_MS = 1_500
"""How late a word of either may be."""

GAP_MS, SILENT_MS = 1_500, 2_500
"""The signal says each second what it shows: after so long it is not known what it showed since its
last word, and after so much longer nothing is waited for."""

LEAP_MS = 5_000
"""Whoever was not asked for so long has slept, or its clock was set: what it held is dropped."""

MOST_WAITING = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """So many that passed at once; ``way`` names the line's direction and class."""

    t_ms: int
    way: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """So many passed on red, on that way, in the phase that is over at that time."""

    t_ms: int
    way: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """From then on it is known what the signal shows, or not."""

    t_ms: int
    known: bool


Word = Counted | Known
Event = Passage | tuple[int, Aspect]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is laid aside.

    Attributes:
        settings: of the signal.
        heard: what the signal showed when it last said anything, at ``heard_ms``.
        changes: (since when, aspect) of what is not judged yet, oldest first.
        waiting: passages that are not judged yet.
        settled_ms: up to when all is judged.
        phase: by way, how many passed in the red phase that goes on.
        red_ms: since when it is red; None where it is not.
        known: whether what it shows was known when it was last judged.
    """

    settings: Signal
    heard: Aspect = Aspect.UNKNOWN
    heard_ms: int = 0
    changes: tuple[tuple[int, Aspect], ...] = ()
    waiting: tuple[Passage, ...] = ()
    settled_ms: int | None = None
    phase: Mapping[int, int] = field(default_factory=dict)
    red_ms: int | None = None
    known: bool = False


def begin(settings: Signal) -> State:
    """Return the state before anything was heard."""
    return State(settings=settings)


def hear(state: State, t_ms: int, aspect: Aspect) -> State:
    """Take what the signal shows from then on; words that come out of order change nothing."""
    if t_ms < state.heard_ms:
        return state
    before, changes = state.heard, state.changes
    if t_ms - state.heard_ms > GAP_MS and before is not Aspect.UNKNOWN:
        before, changes = Aspect.UNKNOWN, (*changes, (state.heard_ms, Aspect.UNKNOWN))
    if aspect is not before:
        changes = (*changes, (t_ms, aspect))[-MOST_WAITING:]
    return replace(state, heard=aspect, heard_ms=t_ms, changes=changes)


def passed(state: State, passage: Passage) -> State:
    """Take a passage, by the time at which the eye told of it."""
    at = replace(passage, t_ms=passage.t_ms - state.settings.lag_ms)
    return replace(state, waiting=(*state.waiting, at)[-MOST_WAITING:])


def settle(state: State, now_ms: int) -> tuple[State, tuple[Word, ...]]:
    """Judge what is old enough; return what is to be told of it, nearly the oldest first."""
    held_ms = now_ms - HOLD_MS
    upto_ms = max(min(held_ms, state.heard_ms), now_ms - SILENT_MS)
    last_ms = held_ms if state.settled_ms is None else state.settled_ms
    upto_ms = max(upto_ms, min(last_ms, held_ms))
    if not 0 <= upto_ms - last_ms <= LEAP_MS:
        upto_ms = held_ms
        begun = replace(begin(state.settings), settled_ms=upto_ms)
        return begun, (Known(t_ms=upto_ms, known=False),) if state.known else ()
    if now_ms - SILENT_MS > state.heard_ms and state.heard is not Aspect.UNKNOWN:
        silent = (*state.changes, (state.heard_ms, Aspect.UNKNOWN))
        state = replace(state, heard=Aspect.UNKNOWN, changes=silent)
    words: list[Word] = []
    margin_ms = state.settings.tolerance_ms
    due = [one for one in state.waiting if one.t_ms + margin_ms <= upto_ms]
    changes = [one for one in state.changes if one[0] <= upto_ms]
    events: list[Event] = [*due, *changes]
    for one in sorted(events, key=lambda one: _when(one, margin_ms)):
        if isinstance(one, Passage):
            state = _judged(state, one)
        else:
            state, told = _changed(state, *one)
            words += told
    state = replace(
        state,
        changes=state.changes[len(changes) :],
        waiting=tuple(one for one in state.waiting if one.t_ms + margin_ms > upto_ms),
        settled_ms=upto_ms,
    )
    return state, tuple(words)


def _when(one: Event, margin_ms: int) -> tuple[int, bool]:
    """Return when it is judged: a passage with all that its tolerance reaches."""
    return (one.t_ms + margin_ms, False) if isinstance(one, Passage) else (one[0], True)


def _judged(state: State, passage: Passage) -> State:
    rules = state.settings
    since_ms = passage.t_ms - max(rules.grace_ms, rules.tolerance_ms)
    if state.red_ms is None or state.red_ms > since_ms:
        return state
    count = state.phase.get(passage.way, 0) + passage.count
    return replace(state, phase={**state.phase, passage.way: count})


def _changed(state: State, t_ms: int, aspect: Aspect) -> tuple[State, list[Word]]:
    words = list[Word]()
    if state.red_ms is not None and aspect is not Aspect.FALSE:
        words += _told(state.phase, t_ms)
    if (known := aspect in COLOURS) is not state.known:
        words.append(Known(t_ms=t_ms, known=known))
    red_ms = t_ms if aspect is Aspect.RED else None
    return replace(state, phase={}, red_ms=red_ms, known=known), words


def _told(phase: Mapping[int, int], t_ms: int) -> Iterator[Word]:
    for way, count in phase.items():
        yield Counted(t_ms=t_ms, way=way, count=count)
