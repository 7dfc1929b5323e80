"""What may leave, from inside to signed: observation, aggregate, event, signed record.

Integers, strings and enums only; standard library only. Nothing here has a field about one person:
no identity, no track, no position, no picture. Only ``privacy/gate.py`` makes an `Aggregate` or an
`Event`, only ``signing/`` makes a `SignedRecord`, and outlets take nothing else.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from edgekit.errors import PipeError
from edgekit.provenance import Source, Wall

OBSERVATION_BYTES = 24
_OBSERVATION = struct.Struct("<IQHBBq")
_U32, _U64, _U16, _U8, _I64 = 2**32 - 1, 2**64 - 1, 2**16 - 1, 2**8 - 1, 2**63 - 1


class Kind(IntEnum):
    """What an observation says; what its channel means was fixed by the clerk at start."""

    HELLO = 1  # value: the generation that the supervisor gave this eye
    HEARTBEAT = 2  # value: frames processed since the last one
    IN = 3  # value: passages, left to right, of the line on this channel
    OUT = 4  # value: passages, right to left, of the line on this channel
    OCCUPANCY = 5  # value: people in the zone on this channel, now
    ILLUMINANCE = 6  # value: lux
    HEALTH = 7  # value: a Health
    PEOPLE = 8  # value: people in view, now (live display of `home` and `local` only)
    FAULT = 9  # value: a Fault; the eye ends after it
    QUALITY = 10  # value: a Quality
    QUEUE = 11  # value: people who stand in the zone on this channel, now
    STAY = 12  # value: stays that have ended in the zone and dwell class of this channel
    VISIT = 13  # value: visits of the zone's cell on this channel that have begun
    WAIT = 14  # value: milliseconds that one who has left the queue on this channel waited
    MARKER = 15  # value: 1; the marker that pauses the camera is held up
    AUTHORITY = 16  # value: the first 60 bits of the digest of the authorisation that it has read


class Health(IntEnum):
    """What the eye thinks of its own view."""

    GOOD = 0
    COVERED = 1
    MOVED = 2
    BLIND = 3
    STALLED = 4
    TURNED = 5  # it looks elsewhere for good; this eye will not see as it was signed again


class Quality(IntEnum):
    """What the counts of this moment are worth, from conditions and never from who is in view."""

    GOOD = 0
    DEGRADED = 1
    BLIND = 2


class Fault(IntEnum):
    """Why an eye ended by itself."""

    SOURCE_LOST = 1
    SOURCE_ENDED = 2
    NOT_AUTHORISED = 3
    NO_LEASE = 4
    MODEL = 5
    INTERNAL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One fixed-size integer message of the eye: 24 bytes, little-endian.

    ``seq u32, t_ms u64 (Unix), channel u16, kind u8, flags u8 (0), value i64``.

    Raises PipeError where a field leaves its range.
    """

    seq: int
    t_ms: int
    channel: int
    kind: Kind
    value: int
    flags: int = 0

    def __post_init__(self) -> None:
        bounds = (
            ("seq", self.seq, 0, _U32),
            ("t_ms", self.t_ms, 0, _U64),
            ("channel", self.channel, 0, _U16),
            ("flags", self.flags, 0, _U8),
            ("value", self.value, -_I64 - 1, _I64),
        )
        for name, value, low, high in bounds:
            if not low <= value <= high:
                raise PipeError(f"observation {name} {value}: expected {low} to {high}")

    def to_bytes(self) -> bytes:
        """Return the 24 bytes."""
        return _OBSERVATION.pack(
            self.seq, self.t_ms, self.channel, self.kind, self.flags, self.value
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Observation":
        """Read 24 bytes; raises PipeError on another size or an unknown kind."""
        if len(data) != OBSERVATION_BYTES:
            raise PipeError(f"observation of {len(data)} bytes: expected {OBSERVATION_BYTES}")
        seq, t_ms, channel, kind, flags, value = _OBSERVATION.unpack(data)
        if kind not in Kind.__members__.values():
            raise PipeError(f"observation kind {kind}: expected 1 to {max(Kind)}")
        return cls(seq=seq, t_ms=t_ms, channel=channel, kind=Kind(kind), flags=flags, value=value)


class Profile(StrEnum):
    """The rule by which numbers may leave."""

    SDC_10_5 = "sdc-10-5"
    DP = "dp"
    BANDS = "bands"
    HOME = "home"
    LOCAL = "local"

    @property
    def at_home(self) -> bool:
        """Whether numbers stay with those who live there: only then are they exact."""
        return self in (Profile.HOME, Profile.LOCAL)


class Unit(StrEnum):
    """The key under which a record carries its value: the unit is the key."""

    COUNT = "count"
    PEOPLE = "people"
    PEOPLE_PER_100_M2 = "people_per_100_m2"
    WAIT_S = "wait_s"
    ILLUMINANCE_LUX = "illuminance_lux"


class Status(StrEnum):
    """What became of a window's value."""

    RELEASED = "released"
    SUPPRESSED = "suppressed"
    GAP = "gap"


class Reason(StrEnum):
    """Why a value is missing, a window is incomplete or an event happened."""

    BELOW_THRESHOLD = "below_threshold"
    STARTED = "started"
    STOPPED = "stopped"
    EYE_RESTARTED = "eye_restarted"
    SOURCE_LOST = "source_lost"
    SOURCE_ENDED = "source_ended"
    VIEW_COVERED = "view_covered"
    VIEW_MOVED = "view_moved"
    VIEW_BLIND = "view_blind"
    STALLED = "stalled"
    NO_LEASE = "no_lease"
    NOT_AUTHORISED = "not_authorised"
    PAUSED = "paused"
    CLOCK = "clock"
    PIPE_BROKEN = "pipe_broken"
    SYSTEM_DOWN = "system_down"
    BELOW_ZERO = "below_zero"
    MAX_DWELL = "max_dwell"
    CLOSING_TIME = "closing_time"
    RECONCILED = "reconciled"


class EventName(StrEnum):
    """What happened to the node itself."""

    START = "start"
    STOP = "stop"
    GAP = "gap"
    AUTHORISED = "authorised"
    PAUSE = "pause"
    RESUME = "resume"
    TURNED = "turned"
    CONFIRMED = "confirmed"
    VIEW = "view"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    PIPE = "pipe"
    CORRECTION = "correction"


class QualityWord(StrEnum):
    """What the counts of a window are worth, as a record says it."""

    GOOD = "good"
    DEGRADED = "degraded"
    BLIND = "blind"
    UNTOLD = "untold"  # a crowd makes counts worth less: to say so would tell of people


class ClockTrust(StrEnum):
    """What the node's clock is worth; ``none`` gives no frames."""

    SYNCED = "synced"
    FREE = "free"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One released number of one window, or the reason why there is none.

    ``value`` is None unless the status is released; ``uptime_percent`` is a multiple of 5, rounded
    down; ``quality`` is of what was seen in that time. Under `dp` the value of a count carries
    noise, so that it may be below zero, and ``epsilon_milli`` says by how much, in thousandths: for
    one counted event, and ``epsilon_day_milli`` for the events of a person-day. Else they are None.
    Made by the gate alone.
    """

    metric: str
    unit: Unit
    window_start_s: int
    window_s: int
    value: int | None
    status: Status
    reason: Reason | None
    uptime_percent: int
    quality: QualityWord
    profile: Profile
    epsilon_milli: int | None = None
    epsilon_day_milli: int | None = None

    def __post_init__(self) -> None:
        if (self.value is not None) != (self.status is Status.RELEASED):
            raise ValueError(f"aggregate is {self.status} with value {self.value!r}")
        if self.status is not Status.RELEASED and self.reason is None:
            raise ValueError(f"aggregate is {self.status} without a reason")
        if self.uptime_percent not in range(0, 101, 5):
            raise ValueError(f"uptime {self.uptime_percent} %: expected a multiple of 5, 0 to 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to the node, released: ``t_s`` is coarsened to the window's grid.

    A correction names the ``metric`` that was set right and, only where exact numbers leave, by
    how many (``count``).
    """

    name: EventName
    t_s: int
    reason: Reason | None
    profile: Profile
    digest: str | None = None
    metric: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHead:
    """What the clerk states beside each release: who, where, in which order, how trustworthy.

    ``device`` is the key id; ``boot`` 16 hex digits; ``authorisation`` and ``notice`` are
    ``sha256:…``; ``authority`` is the organisation's key id, or ``self``.
    """

    device: str
    site: str
    boot: str
    sequence: int
    clock: ClockTrust
    wall: Wall
    source: Source
    authorisation: str
    notice: str
    authority: str
    software: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRecord:
    """A released thing under the device's signature: the exact bytes that are sent and logged.

    ``envelope`` is one DSSE JSON object in UTF-8 without a line break.
    """

    sequence: int
    envelope: bytes
