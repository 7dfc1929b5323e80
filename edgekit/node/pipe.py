"""The rules of the one pipe out of the eye: what breaks one ends the eye."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edgekit.errors import PipeError
from edgekit.node.rhythm import require_moment
from edgekit.privacy.meaning import ABOUT_THE_EYE
from edgekit.records import (
    OBSERVATION_BYTES,
    Aspect,
    Decided,
    Fault,
    Health,
    Kind,
    Observation,
    Quality,
    Trouble,
)

MAX_SKEW_MS = 5_000
"""An observation is about now: it may be this far from the clerk's clock."""

JUDGED_EVERY_MS = 400
"""A view and what counts in it are worth are judged twice a second at most: more words about them
are about something else."""

JUDGED = frozenset({Kind.HEALTH, Kind.QUALITY, Kind.MARKER, Kind.AUTHORITY, Kind.DECISION})

BURST = 400
RATE_PER_S = 200
"""A token bucket: more messages than any scene needs are not about the scene."""

VALUE_LIMITS: Mapping[Kind, tuple[int, int]] = {
    Kind.HELLO: (1, 2**31 - 1),
    Kind.HEARTBEAT: (0, 240),
    Kind.IN: (1, 50),
    Kind.OUT: (1, 50),
    Kind.OCCUPANCY: (0, 500),
    Kind.ILLUMINANCE: (0, 200_000),
    Kind.HEALTH: (min(Health), max(Health)),
    Kind.PEOPLE: (0, 500),
    Kind.FAULT: (min(Fault), max(Fault)),
    Kind.QUALITY: (min(Quality), max(Quality)),
    Kind.QUEUE: (0, 500),
    Kind.STAY: (1, 50),
    Kind.VISIT: (1, 50),
    Kind.WAIT: (0, 86_400_000),
    Kind.MARKER: (1, 1),
    Kind.AUTHORITY: (0, 2**60 - 1),
    Kind.READING: (-(2**53), 2**53),
    Kind.ALARM: (1, 1),
    Kind.TROUBLE: (min(Trouble), max(Trouble)),
    Kind.CURED: (min(Trouble), max(Trouble)),
    Kind.LIFE: (0, 2**60 - 1),
    Kind.DECISION: (min(Decided), max(Decided)),
    Kind.SIGNAL: (min(Aspect), max(Aspect)),
}

NODE_KINDS = ABOUT_THE_EYE
"""Kinds that are about the eye itself and travel on channel 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeState:
    """What the clerk remembers of one eye's pipe.

    ``heard_window_ms`` is the window of an eye that hears, and 0 for one that sees; ``readings``:
    what a reading can be.
    """

    generation: int
    kinds: Mapping[int, frozenset[Kind]]
    heard_window_ms: int = 0
    readings: tuple[int, int] = VALUE_LIMITS[Kind.READING]
    next_seq: int = 0
    tokens_milli: int = BURST * 1000
    refilled_ms: int = 0
    judged_ms: Mapping[tuple[Kind, int], int] = field(default_factory=dict)
    heard_ms: Mapping[tuple[Kind, int], int] = field(default_factory=dict)


def split(buffer: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Cut a buffer into whole observations and the rest."""
    whole = len(buffer) - len(buffer) % OBSERVATION_BYTES
    cuts = range(0, whole, OBSERVATION_BYTES)
    return tuple(buffer[at : at + OBSERVATION_BYTES] for at in cuts), buffer[whole:]


def step(state: PipeState, data: bytes, now_ms: int) -> tuple[PipeState, Observation]:
    """Judge one message.

    Raises:
        PipeError: wrong size, order, time, channel, range or rate; the eye must end.
    """
    seen = Observation.from_bytes(data)
    _require_order(state, seen, now_ms)
    _require_meaning(state, seen)
    if state.heard_window_ms:
        require_moment(seen, before_ms=state.heard_ms, window_ms=state.heard_window_ms)
    earned = max(0, now_ms - (state.refilled_ms or now_ms)) * RATE_PER_S
    tokens = min(BURST * 1000, state.tokens_milli + earned) - 1000
    if tokens < 0:
        raise PipeError(f"more than {RATE_PER_S} observations a second")
    return replace(
        state,
        next_seq=seen.seq + 1,
        tokens_milli=tokens,
        refilled_ms=now_ms,
        judged_ms={**state.judged_ms, (seen.kind, seen.channel): seen.t_ms}
        if seen.kind in JUDGED
        else state.judged_ms,
        heard_ms={**state.heard_ms, (seen.kind, seen.channel): seen.t_ms}
        if state.heard_window_ms
        else state.heard_ms,
    ), seen


def _require_order(state: PipeState, seen: Observation, now_ms: int) -> None:
    if seen.seq != state.next_seq:
        raise PipeError(f"observation {seen.seq}: expected {state.next_seq}")
    if abs(seen.t_ms - now_ms) > MAX_SKEW_MS:
        raise PipeError(f"observation {seen.seq} is more than {MAX_SKEW_MS} ms from now")
    # An eye that finds no source has nothing to greet with: its first word is its last.
    first = seen.kind is Kind.HELLO or (seen.kind is Kind.FAULT and not seen.seq)
    if (seen.seq == 0) != first:
        raise PipeError(f"observation {seen.seq} is {seen.kind.name}: HELLO comes first, once")
    if seen.kind is Kind.HELLO and seen.value != state.generation:
        raise PipeError(f"hello of another eye: expected {state.generation}")


def _require_meaning(state: PipeState, seen: Observation) -> None:
    allowed = NODE_KINDS if seen.channel == 0 else state.kinds.get(seen.channel, frozenset())
    if seen.kind not in allowed or seen.kind not in VALUE_LIMITS:
        raise PipeError(f"{seen.kind.name} on a channel that does not carry it")
    low, high = state.readings if seen.kind is Kind.READING else VALUE_LIMITS[seen.kind]
    if not low <= seen.value <= high:
        raise PipeError(f"{seen.kind.name} out of range: expected {low} to {high}")
    if seen.flags:
        raise PipeError("flags that are set: expected 0")
    last_ms = state.judged_ms.get((seen.kind, seen.channel))
    if last_ms is not None and seen.t_ms - last_ms < JUDGED_EVERY_MS:
        raise PipeError(f"{seen.kind.name} more often than every {JUDGED_EVERY_MS} ms")
