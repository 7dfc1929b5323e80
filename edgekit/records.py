"""What may leave, from inside to signed: observation, aggregate, event, signed record.

Integers, strings and enums only; standard library only. Nothing here has a field about one person:
no identity, no track, no position, no picture. Only ``privacy/gate.py`` makes an `Aggregate` or an
`Event`, only ``signing/`` makes a `SignedRecord`, and outlets take nothing else.
"""

import struct
from dataclasses import dataclass

from edgekit.errors import PipeError
from edgekit.provenance import Source, Wall
from edgekit.vocabulary import (
    Aspect,
    ClockTrust,
    Decided,
    EventName,
    Fault,
    Health,
    Kind,
    Profile,
    Quality,
    QualityWord,
    Reason,
    Status,
    Trouble,
    Unit,
)

__all__ = [
    "OBSERVATION_BYTES",
    "Aggregate",
    "Aspect",
    "ClockTrust",
    "Decided",
    "Event",
    "EventName",
    "Fault",
    "Health",
    "Kind",
    "Observation",
    "Profile",
    "Quality",
    "QualityWord",
    "Reason",
    "RecordHead",
    "SignedRecord",
    "Status",
    "Trouble",
    "Unit",
]

OBSERVATION_BYTES = 24
_OBSERVATION = struct.Struct("<IQHBBq")
_U32, _U64, _U16, _U8, _I64 = 2**32 - 1, 2**64 - 1, 2**16 - 1, 2**8 - 1, 2**63 - 1


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
    how many (``count``); an alarm or a fault of a system names the metric that counts them.
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
