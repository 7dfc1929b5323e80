"""What each kind of observation means to a window, as tables, and what no channel may carry."""

from collections.abc import Mapping
from enum import IntEnum

from edgekit.consent.sensitivity import Fold
from edgekit.errors import PipeError
from edgekit.privacy.tally import SUMMED, Channel
from edgekit.records import Fault, Health, Kind, Observation, Quality, Reason

__all__ = [
    "ABOUT_THE_EYE",
    "REASON_OF_FAULT",
    "REASON_OF_HEALTH",
    "SUMMED",
    "require_meaning",
]

ABOUT_THE_EYE = frozenset(
    {
        *(Kind.HELLO, Kind.HEARTBEAT, Kind.HEALTH, Kind.PEOPLE, Kind.FAULT, Kind.QUALITY),
        *(Kind.MARKER, Kind.AUTHORITY),
    }
)

REASON_OF_HEALTH: Mapping[Health, Reason | None] = {
    Health.GOOD: None,
    Health.COVERED: Reason.VIEW_COVERED,
    Health.MOVED: Reason.VIEW_MOVED,
    Health.BLIND: Reason.VIEW_BLIND,
    Health.STALLED: Reason.STALLED,
    Health.TURNED: Reason.VIEW_MOVED,
    Health.LOST: Reason.SOURCE_LOST,
}
REASON_OF_FAULT: Mapping[Fault, Reason] = {
    Fault.SOURCE_LOST: Reason.SOURCE_LOST,
    Fault.SOURCE_ENDED: Reason.SOURCE_ENDED,
    Fault.NOT_AUTHORISED: Reason.NOT_AUTHORISED,
    Fault.NO_LEASE: Reason.NO_LEASE,
    Fault.MODEL: Reason.EYE_RESTARTED,
    Fault.INTERNAL: Reason.EYE_RESTARTED,
}
_WORDS: Mapping[Kind, type[IntEnum]] = {
    Kind.HEALTH: Health,
    Kind.FAULT: Fault,
    Kind.QUALITY: Quality,
}


def require_meaning(channels: Mapping[int, Channel], seen: Observation) -> None:
    """Raise PipeError for an observation on a channel that does not carry it, or out of range."""
    # No value is named: errors reach logs, and what was seen has not passed the gate.
    words = _WORDS.get(seen.kind)
    if words is not None and seen.value not in list(words):
        raise PipeError(f"unknown {seen.kind.name.lower()}: expected {min(words)} to {max(words)}")
    if seen.kind in ABOUT_THE_EYE:
        return
    channel = channels.get(seen.channel)
    if channel is None or channel.kind is not seen.kind:
        raise PipeError(f"{seen.kind.name} on channel {seen.channel}, which does not carry it")
    if seen.value < 0 and channel.fold is not Fold.TOTAL:  # more may have run back than forth
        raise PipeError(f"{seen.kind.name} below zero: expected 0 or more")
