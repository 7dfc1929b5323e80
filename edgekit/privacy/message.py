"""What the clerk can tell a window, beside what the eye observes."""

from dataclasses import dataclass

from edgekit.records import Observation, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time passes."""

    now_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """The eye is gone for a reason that the clerk knows; only a new eye's hello ends it."""

    now_ms: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard:
    """What the open window holds must not leave: it becomes a gap. Only a new eye goes on."""

    now_ms: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The node ends: the open window is closed now, as a gap."""

    now_ms: int
    reason: Reason


Message = Observation | Tick | Outage | Discard | Stop
