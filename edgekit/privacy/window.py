"""Windows of time on one fixed grid: observations in, one tally a window out, empty or not.

    state = begin(channel_table(authorisation), window_s=900, now_ms=now_ms)
    state, closed = step(state, observation)
    state, closed = step(state, Tick(now_ms=now_ms))

The clerk feeds what it hears in the order in which it comes, and a tick each second:

- The grid is the multiples of ``window_s`` since 1970 UTC. Windows follow each other without a
  hole, also over a sleep or a restart (``resume_s``), and none is opened twice.
- Any word of the eye is a sign of life. The time between two of them counts as up when it is at
  most 3 s and the eye's health is good; what an eye counts while its view is bad is not counted.
- A window closes when something is heard from after its end, or 3 s later by time alone.
- Uptime in which the eye says that its counts are worth less is degraded; more than a tenth of it
  makes the window so.
- What comes up to 3 s late counts in the open window. If it is later, time went backwards: the
  open window becomes a gap whose reason is the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edgekit.consent.sensitivity import Fold
from edgekit.errors import PipeError
from edgekit.privacy.meaning import (
    ABOUT_THE_EYE,
    REASON_OF_FAULT,
    REASON_OF_HEALTH,
    require_meaning,
)
from edgekit.privacy.message import Discard, Message, Outage, Stop, Tick
from edgekit.privacy.tally import Channel, WindowTally, channel_table
from edgekit.records import Fault, Health, Kind, Observation, Quality, QualityWord, Reason

__all__ = [
    "Channel",
    "Discard",
    "Message",
    "Outage",
    "Stop",
    "Tick",
    "WindowState",
    "WindowTally",
    "begin",
    "channel_table",
    "step",
]

LATE_MS = 3_000
MAX_GAPS = 2_000
"""So many windows are stated after one leap of time; beyond that only the latest of them."""

MS_PER_S = 1000
DEGRADED_PART = 10
"""A window is degraded where more than one part in ten of its uptime was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowState:
    """The open window and what is known of the eye.

    ``outage`` is None exactly while the eye sees well; ``latched`` means that only a new eye ends
    it. ``quality`` is what the eye's counts are worth now, ``degraded_ms`` how much of the uptime
    they were worth less. ``sums`` maps a channel to (what its values come to, number of values).
    """

    channels: Mapping[int, Channel]
    window_s: int
    start_s: int
    now_ms: int
    seen_ms: int
    outage: Reason | None
    reason: Reason | None
    health: Health = Health.GOOD
    latched: bool = False
    discarded: bool = False
    quality: Quality = Quality.GOOD
    uptime_ms: int = 0
    degraded_ms: int = 0
    sums: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def end_ms(self) -> int:
        """When the open window ends."""
        return (self.start_s + self.window_s) * 1000


def begin(
    channels: Mapping[int, Channel], *, window_s: int, now_ms: int, resume_s: int | None = None
) -> WindowState:
    """Open the first window.

    ``resume_s`` ends the last window that is in the ledger: those missed since then close as gaps
    at the first step, and one that is there already is not opened again.
    """
    if window_s < 1:
        raise PipeError(f"window of {window_s} s: expected 1 or more")
    now_s = now_ms // 1000
    start_s = now_s - now_s % window_s if resume_s is None else -(-resume_s // window_s) * window_s
    missed = start_s + window_s <= now_s
    reason = Reason.SYSTEM_DOWN if missed else Reason.STARTED
    return WindowState(
        channels=channels,
        window_s=window_s,
        start_s=start_s,
        now_ms=now_ms,
        seen_ms=now_ms,
        outage=reason,
        reason=reason,
    )


def step(state: WindowState, message: Message) -> tuple[WindowState, tuple[WindowTally, ...]]:
    """Take one message; return the new state and the windows that it closed, oldest first.

    Raises:
        PipeError: an observation on a channel that does not carry it, or out of range.
    """
    match message:
        case Observation():
            return _observe(state, message)
        case Tick():
            return _advance(state, message.now_ms, grace_ms=LATE_MS)
        case Outage():
            state, closed = _advance(state, message.now_ms)
            return _broken(state, message.reason), closed
        case Discard():
            state, closed = _advance(state, message.now_ms)
            return _discarded(_broken(state, message.reason), message.reason), closed
    return _stop(state, message)


def _observe(state: WindowState, seen: Observation) -> tuple[WindowState, tuple[WindowTally, ...]]:
    require_meaning(state.channels, seen)
    was_up_to_ms = state.now_ms
    state, closed = _advance(state, seen.t_ms, alive=seen.kind is not Kind.HELLO)
    state = _alive(state, seen)
    open_ms = state.start_s * 1000
    # Up to 3 s late is a slow pipe, but only where this window had begun: one that waits for its
    # start after a restart takes nothing from the window before it, which is published.
    from_ms = open_ms - LATE_MS if was_up_to_ms >= open_ms else open_ms
    blind = state.outage is not None or state.discarded
    if seen.kind in ABOUT_THE_EYE or blind or seen.t_ms < from_ms:
        return state, closed
    sums = {**state.sums, seen.channel: _folded(state, seen)}
    return replace(state, sums=sums), closed


def _folded(state: WindowState, seen: Observation) -> tuple[int, int]:
    fold = state.channels[seen.channel].fold
    before, number = state.sums.get(seen.channel, (0, 0))
    if fold is Fold.MOST and number:
        return max(before, seen.value), number + 1
    adds = fold in (Fold.SUM, Fold.MEAN)
    return (before if adds else 0) + seen.value, number + 1


def _alive(state: WindowState, seen: Observation) -> WindowState:
    """Draw from a sign of life what it says about the eye."""
    if seen.kind is Kind.HELLO:
        # Whoever says hello while another was up has replaced it without a word.
        state = state if state.outage else _noted(state, Reason.EYE_RESTARTED)
        # Never back: the time until the last sign of life is counted already.
        seen_ms = max(state.seen_ms, seen.t_ms)
        return replace(
            state,
            seen_ms=seen_ms,
            outage=None,
            latched=False,
            health=Health.GOOD,
            quality=Quality.GOOD,
        )
    if state.latched:
        return state
    if seen.kind is Kind.FAULT:
        return _broken(state, REASON_OF_FAULT[Fault(seen.value)])
    if seen.kind is Kind.QUALITY:
        state = replace(state, quality=Quality(seen.value))
    health = Health(seen.value) if seen.kind is Kind.HEALTH else state.health
    reason = REASON_OF_HEALTH[health]
    state = replace(state, health=health, outage=reason)
    return state if reason is None else _noted(state, reason)


def _broken(state: WindowState, reason: Reason) -> WindowState:
    return replace(_noted(state, reason), outage=reason, latched=True)


def _noted(state: WindowState, reason: Reason) -> WindowState:
    """Keep the first reason of a window: it is where its incompleteness began."""
    return replace(state, reason=state.reason or reason)


def _discarded(state: WindowState, reason: Reason) -> WindowState:
    return replace(state, reason=reason, discarded=True, uptime_ms=0, degraded_ms=0, sums={})


def _stop(state: WindowState, stop: Stop) -> tuple[WindowState, tuple[WindowTally, ...]]:
    state, closed = _advance(state, stop.now_ms)
    state = _broken(state, stop.reason)
    if state.now_ms <= state.start_s * 1000:
        return state, closed
    state, tally = _close(_discarded(state, stop.reason))
    return state, (*closed, tally)


def _advance(
    state: WindowState, t_ms: int, *, grace_ms: int = 0, alive: bool = False
) -> tuple[WindowState, tuple[WindowTally, ...]]:
    """Move on to ``t_ms`` and close every window that has ended ``grace_ms`` before it."""
    if t_ms < state.now_ms - LATE_MS:
        back = replace(state, now_ms=t_ms, seen_ms=t_ms, outage=state.outage or Reason.CLOCK)
        return _discarded(back, Reason.CLOCK), ()
    slept = t_ms - state.now_ms > LATE_MS
    span = _span(state, t_ms) if alive else None
    state = replace(state, now_ms=max(t_ms, state.now_ms))
    if state.outage is None and t_ms - state.seen_ms > LATE_MS:
        silence = Reason.SYSTEM_DOWN if slept else Reason.STALLED
        state = replace(_noted(state, silence), outage=silence)
    closed: list[WindowTally] = []
    while t_ms >= state.end_ms + grace_ms:
        state, tally = _close(_credited(state, span))
        closed.append(tally)
        state = _leapt(state, t_ms) if len(closed) == 1 else state
    state = _credited(state, span)
    return (replace(state, seen_ms=max(t_ms, state.seen_ms)) if alive else state), tuple(closed)


def _span(state: WindowState, t_ms: int) -> tuple[int, int] | None:
    """Return the time during which the eye was up until this sign of life, or None."""
    up = state.outage is None and 0 < t_ms - state.seen_ms <= LATE_MS
    return (state.seen_ms, t_ms) if up else None


def _credited(state: WindowState, span: tuple[int, int] | None) -> WindowState:
    if span is None or state.discarded:
        return state
    overlap_ms = min(span[1], state.end_ms) - max(span[0], state.start_s * 1000)
    overlap_ms = max(0, overlap_ms)
    worse_ms = 0 if state.quality is Quality.GOOD else overlap_ms
    return replace(
        state,
        uptime_ms=state.uptime_ms + overlap_ms,
        degraded_ms=state.degraded_ms + worse_ms,
    )


def _leapt(state: WindowState, t_ms: int) -> WindowState:
    behind = (t_ms // 1000 - state.start_s) // state.window_s
    if behind <= MAX_GAPS:
        return state
    return replace(state, start_s=state.start_s + (behind - MAX_GAPS) * state.window_s)


def _close(state: WindowState) -> tuple[WindowState, WindowTally]:
    values = {
        channel.metric: None if state.discarded else _value(state, number)
        for number, channel in state.channels.items()
    }
    tally = WindowTally(
        start_s=state.start_s,
        window_s=state.window_s,
        values=values,
        behind={
            channel.metric: state.sums.get(number, (0, 0))[1]
            for number, channel in state.channels.items()
            if channel.kind is Kind.WAIT
        },
        uptime_ms=state.uptime_ms,
        reason=state.reason,
        quality=_worth(state),
    )
    following = replace(
        state,
        start_s=state.start_s + state.window_s,
        reason=state.outage,
        discarded=False,
        uptime_ms=0,
        degraded_ms=0,
        sums={},
    )
    return following, tally


def _worth(state: WindowState) -> QualityWord:
    """Return what the window's counts are worth: blind where nothing of it was seen well."""
    if not state.uptime_ms:
        return QualityWord.BLIND
    if state.degraded_ms * DEGRADED_PART > state.uptime_ms:
        return QualityWord.DEGRADED
    return QualityWord.GOOD


def _value(state: WindowState, number: int) -> int | None:
    channel, (total, count) = state.channels[number], state.sums.get(number, (0, 0))
    if channel.fold is not Fold.MEAN:
        # An eye counts who passes; a system says a zero, too: silent, it knows nothing.
        return total if count or channel.kind is not Kind.READING else None
    parts = count * (MS_PER_S if channel.kind is Kind.WAIT else 1)
    return (2 * total + parts) // (2 * parts) if count else None
