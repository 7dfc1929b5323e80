"""What payloads say: one frozen dataclass a message of ``firmware_bridge/PROTOCOL.md``, section 3.

Each has ``to_payload()`` and ``from_payload()``. Trailing bytes that version 1 does not know are
ignored; a payload that is too short raises PacketError.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Self

from edgekit.errors import PacketError
from edgekit.wire.packet import MAX_PAYLOAD

REPLY = 0x80
"""Set in the type of every reply."""

NONCE_BYTES = 8
MAX_ECHO = MAX_PAYLOAD - 4
MAX_EXPIRES_MS = 0xFFFF
FULL = 0xFFFF
"""The highest level of an output."""


class Type(IntEnum):
    """The number of a message."""

    HELLO = 0x01
    PING = 0x02
    READ = 0x03
    SET = 0x04
    STREAM = 0x05
    DESCRIBE = 0x06
    STATS = 0x07
    WORDS = 0x08
    THERMAL = 0x09
    ADOPT = 0x0A
    SAMPLE = 0x40
    BOOT = 0x41
    PIECE = 0x42
    ERR = 0x7F


class Capability(IntFlag):
    """What a board can do beyond the least; unknown bits are kept."""

    AUTHENTICATES = 1
    THERMAL = 2


class ErrorCode(IntEnum):
    """Why a board refuses."""

    VERSION = 1
    PAYLOAD = 2
    TYPE = 3
    CHANNEL = 4
    AUTHENTICATION = 5
    REPLAY = 6
    LIMIT = 7
    TAKEN = 8


def _unpack(layout: struct.Struct, payload: bytes, what: str) -> tuple[int, ...]:
    if len(payload) < layout.size:
        raise PacketError(f"{what} of {len(payload)} bytes: expected at least {layout.size}")
    return layout.unpack_from(payload)


_HELLO = struct.Struct("<BBBBHHIII8s3sB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Who answers: the reply to HELLO.

    ``uid`` is 8 bytes, ``firmware`` three numbers; ``nonce`` is empty, or 8 bytes of a board that
    holds a key; ``uptime_ticks`` runs at ``tick_hz``.
    """

    lowest: int
    highest: int
    reset_cause: int
    max_payload: int
    receive_buffer: int
    tick_hz: int
    uptime_ticks: int
    boot_id: int
    capabilities: Capability
    uid: bytes
    firmware: tuple[int, int, int]
    channels: int
    nonce: bytes = b""

    def to_payload(self) -> bytes:
        """Return 32 bytes, or 40 with a nonce."""
        head = (self.lowest, self.highest, self.reset_cause, self.max_payload)
        times = (self.receive_buffer, self.tick_hz, self.uptime_ticks, self.boot_id)
        tail = (self.capabilities, self.uid, bytes(self.firmware), self.channels)
        return _HELLO.pack(*head, *times, *tail) + self.nonce

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read the reply; raises PacketError where it is too short."""
        if len(payload) < _HELLO.size:
            raise PacketError(f"HELLO of {len(payload)} bytes: expected at least {_HELLO.size}")
        low, high, cause, most, buffer, hz, up, boot, can, uid, version, count = _HELLO.unpack_from(
            payload
        )
        return cls(
            lowest=low,
            highest=high,
            reset_cause=cause,
            max_payload=most,
            receive_buffer=buffer,
            tick_hz=hz,
            uptime_ticks=up,
            boot_id=boot,
            capabilities=Capability(can),
            uid=uid,
            firmware=(version[0], version[1], version[2]),
            channels=count,
            nonce=payload[_HELLO.size : _HELLO.size + NONCE_BYTES],
        )


_COMMAND = struct.Struct("<BHH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """SET: bring one output to a level, 0..65535, for at most ``expires_ms``, 0..65535.

    After that, unless renewed, the output goes to its safe state; 0 sends it there at once.
    """

    channel: int
    level: int
    expires_ms: int

    def to_payload(self) -> bytes:
        """Return 5 bytes; raises PacketError where a field leaves its range."""
        try:
            return _COMMAND.pack(self.channel, self.level, self.expires_ms)
        except struct.error as error:
            raise PacketError(f"{self!r} does not fit: {error}") from error

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read it; raises PacketError where it is too short."""
        channel, level, expires_ms = _unpack(_COMMAND, payload, "SET")
        return cls(channel=channel, level=level, expires_ms=expires_ms)


_APPLIED = struct.Struct("<BH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The reply to SET: the level that the output now has."""

    channel: int
    level: int

    def to_payload(self) -> bytes:
        """Return 3 bytes."""
        return _APPLIED.pack(self.channel, self.level)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read it; raises PacketError where it is too short."""
        channel, level = _unpack(_APPLIED, payload, "reply to SET")
        return cls(channel=channel, level=level)


_PONG = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    """The reply to PING: the board's clock, and what was sent."""

    ticks: int
    echo: bytes

    def to_payload(self) -> bytes:
        """Return 4 bytes and the echo."""
        return _PONG.pack(self.ticks) + self.echo

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read it; raises PacketError where it is too short."""
        (ticks,) = _unpack(_PONG, payload, "reply to PING")
        return cls(ticks=ticks, echo=payload[_PONG.size :])


_STATS = struct.Struct("<HHHHBBB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """What the board received; every counter wraps."""

    good: int
    bad_crc: int
    bad_cobs: int
    bad_length: int
    overflows: int
    overruns: int
    framing_errors: int

    def to_payload(self) -> bytes:
        """Return 11 bytes."""
        faults = (self.bad_crc, self.bad_cobs, self.bad_length)
        return _STATS.pack(self.good, *faults, self.overflows, self.overruns, self.framing_errors)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read it; raises PacketError where it is too short."""
        good, crc, cobs, length, overflows, overruns, framing = _unpack(_STATS, payload, "STATS")
        return cls(
            good=good,
            bad_crc=crc,
            bad_cobs=cobs,
            bad_length=length,
            overflows=overflows,
            overruns=overruns,
            framing_errors=framing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """ERR: a code, and for VERSION the lowest and highest version that the board speaks."""

    code: int
    lowest: int = 0
    highest: int = 0

    def to_payload(self) -> bytes:
        """Return 1 byte, or 3 for VERSION."""
        versions = (self.lowest, self.highest) if self.code == ErrorCode.VERSION else ()
        return bytes((self.code, *versions))

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read it; raises PacketError where it is empty."""
        if not payload:
            raise PacketError("ERR of 0 bytes: expected at least 1")
        lowest, highest = (*payload[1:3], 0, 0)[:2]
        return cls(code=payload[0], lowest=lowest, highest=highest)
