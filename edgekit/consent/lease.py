"""The camera's permission to see: short, renewed while all is well, gone when nobody renews it."""

import struct
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from edgekit.consent.fields import Fields
from edgekit.consent.form import Table, choice, constant, read, whole
from edgekit.consent.lawful import MAX_VERSION
from edgekit.errors import ConsentError, PipeError, VerificationError
from edgekit.signing import canonical
from edgekit.signing.canonical import JsonValue

VERSION = 1
LEASE_BYTES = 28
LEASE_S = 30
_LEASE = struct.Struct("<IB3xIQQ")
_LIMITS = (
    ("serial", 2**32 - 1),
    ("version", MAX_VERSION),
    ("issued_ms", 2**64 - 1),
    ("expires_ms", 2**64 - 1),
)


class LeaseKind(IntEnum):
    """What the clerk says to the eye; there is nothing else it can say."""

    GRANT = 1
    STOP = 2


class LeaseWord(StrEnum):
    """The same as words."""

    GRANT = "grant"
    STOP = "stop"


LEASE: Table = {
    "v": constant(VERSION, f"lease of format {{got}}: expected {VERSION}"),
    "serial": whole(0, 2**32 - 1),
    "kind": choice(LeaseWord),
    "version": whole(0, MAX_VERSION),
    "issued_ms": whole(0),
    "expires_ms": whole(0),
}
"""Every field of a lease as JSON; docs/schemas/lease.json is made of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One message from the clerk to the eye: 28 bytes, little-endian.

    ``serial u32, kind u8, 3 zero bytes, version u32, issued_ms u64 (Unix), expires_ms u64 (Unix)``.
    ``version`` is of the newest authorisation that the clerk remembers: it may raise what an eye
    asks of the one that it has read, and never lowers it.

    Raises PipeError where a field leaves its range or the lease is longer than `LEASE_S`.
    """

    serial: int
    kind: LeaseKind
    issued_ms: int
    expires_ms: int
    version: int = 0

    def __post_init__(self) -> None:
        for name, high in _LIMITS:
            value = getattr(self, name)
            if not 0 <= value <= high:
                raise PipeError(f"lease {name} {value}: expected 0 to {high}")
        if not 0 <= self.expires_ms - self.issued_ms <= LEASE_S * 1000:
            raise PipeError(
                f"lease of {self.expires_ms - self.issued_ms} ms: expected 0 to {LEASE_S * 1000}"
            )

    @classmethod
    def grant(cls, serial: int, now_ms: int, *, version: int = 0) -> "Lease":
        """Return a permission that begins now and ends after `LEASE_S`."""
        return cls(
            serial=serial,
            kind=LeaseKind.GRANT,
            issued_ms=now_ms,
            expires_ms=now_ms + LEASE_S * 1000,
            version=version,
        )

    @classmethod
    def stop(cls, serial: int, now_ms: int) -> "Lease":
        """Return the word that ends the eye at once."""
        return cls(serial=serial, kind=LeaseKind.STOP, issued_ms=now_ms, expires_ms=now_ms)

    def to_bytes(self) -> bytes:
        """Return the 28 bytes."""
        return _LEASE.pack(self.serial, self.kind, self.version, self.issued_ms, self.expires_ms)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the same as a JSON object, for people and programs that watch."""
        return {
            "v": VERSION,
            "serial": self.serial,
            "kind": self.kind.name.lower(),
            "version": self.version,
            "issued_ms": self.issued_ms,
            "expires_ms": self.expires_ms,
        }

    @classmethod
    def from_json(cls, data: bytes) -> "Lease":
        """Read one JSON object; raises ConsentError or PipeError where it is odd."""
        try:
            told = read(Fields(canonical.from_bytes(data), "lease"), LEASE)
        except VerificationError as error:
            raise ConsentError(f"lease: {error}") from error
        return cls(
            serial=told["serial"],
            kind=LeaseKind[told["kind"].name],
            version=told["version"],
            issued_ms=told["issued_ms"],
            expires_ms=told["expires_ms"],
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Lease":
        """Read 28 bytes; raises PipeError on anything that `to_bytes` would not write."""
        if len(data) != LEASE_BYTES:
            raise PipeError(f"lease of {len(data)} bytes: expected {LEASE_BYTES}")
        serial, kind, version, issued_ms, expires_ms = _LEASE.unpack(data)
        if kind not in LeaseKind.__members__.values():
            raise PipeError(f"lease kind {kind}: expected 1 (grant) or 2 (stop)")
        if any(data[5:8]):
            raise PipeError("lease with padding that is not zero")
        return cls(
            serial=serial,
            kind=LeaseKind(kind),
            version=version,
            issued_ms=issued_ms,
            expires_ms=expires_ms,
        )

    def require_live(self, now_ms: int) -> None:
        """Raise ConsentError unless this is a permission and now lies within it."""
        if self.kind is LeaseKind.STOP:
            raise ConsentError("the lease was ended", hint="a new eye needs a new lease")
        if now_ms < self.issued_ms:
            raise ConsentError(
                f"the lease begins {self.issued_ms - now_ms} ms from now: the clock went back"
            )
        if now_ms >= self.expires_ms:
            raise ConsentError(f"the lease ended {now_ms - self.expires_ms} ms ago")
