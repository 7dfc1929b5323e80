"""The rules of the one pipe out of the eye: what breaks one ends the eye."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edgekit.errors import PipeError
from edgekit.records import OBSERVATION_BYTES, Fault, Health, Kind, Observation

MAX_SKEW_MS = 5_000
"""An observation is about now: it may be this far from the clerk's clock."""

HEALTH_EVERY_MS = 400
"""A view is judged twice a second at most: more words about it are about something else."""

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
}

NODE_KINDS = frozenset({Kind.HELLO, Kind.HEARTBEAT, Kind.HEALTH, Kind.PEOPLE, Kind.FAULT})
"""Kinds that are about the eye itself and travel on channel 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeState:
    """What the clerk remembers of one eye's pipe."""

    generation: int
    kinds: Mapping[int, frozenset[Kind]]
    next_seq: int = 0
    last_t_ms: int = 0
    tokens_milli: int = BURST * 1000
    refilled_ms: int = 0
    health_ms: int = 0


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
    earned = max(0, now_ms - (state.refilled_ms or now_ms)) * RATE_PER_S
    tokens = min(BURST * 1000, state.tokens_milli + earned) - 1000
    if tokens < 0:
        raise PipeError(f"more than {RATE_PER_S} observations a second")
    return replace(
        state,
        next_seq=seen.seq + 1,
        last_t_ms=seen.t_ms,
        tokens_milli=tokens,
        refilled_ms=now_ms,
        health_ms=seen.t_ms if seen.kind is Kind.HEALTH else state.health_ms,
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
    low, high = VALUE_LIMITS[seen.kind]
    if not low <= seen.value <= high:
        raise PipeError(f"{seen.kind.name} out of range: expected {low} to {high}")
    if seen.flags:
        raise PipeError("flags that are set: expected 0")
    allowed = NODE_KINDS if seen.channel == 0 else state.kinds.get(seen.channel, frozenset())
    if seen.kind not in allowed:
        raise PipeError(f"{seen.kind.name} on a channel that does not carry it")
    if seen.kind is Kind.HEALTH and seen.t_ms - state.health_ms < HEALTH_EVERY_MS:
        raise PipeError(f"view health more often than every {HEALTH_EVERY_MS} ms")
