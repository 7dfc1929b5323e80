"""The protocol of PROTOCOL.md for boards that run MicroPython or CircuitPython.

A board is a list of channels, each with ``kind`` and ``read()``, outputs with ``drive(level)`` too.
`Bridge.take` gets the bytes that came, `Bridge.poll` is called all the time; both send through
``write``. Without authentication and thermal arrays: the capability bits say so.
"""

import struct

from edgekit_wire import MAX_PAYLOAD, Decoder, encode

HELLO, PING, READ, SET, STREAM, DESCRIBE, STATS = range(1, 8)
SAMPLE, BOOT, ERR, REPLY = 0x40, 0x41, 0x7F, 0x80
BAD_VERSION, BAD_PAYLOAD, BAD_TYPE, BAD_CHANNEL, LIMIT = 1, 2, 3, 4, 7
MAX_ECHO = MAX_PAYLOAD - 4
FULL = 0xFFFF
U32 = 0xFFFFFFFF
FIRMWARE = bytes((0, 1, 0))
LEVEL, COUNTER, OUTPUT = 1, 2, 3
DIMMER = 0x31


class Refused(Exception):  # noqa: N818 -- MicroPython has no room for long names
    """A request that is answered by ERR."""


class Input:
    """Something that is read; ``read()`` gives a number, (level, edges), or None."""

    def __init__(self, kind: int, read: object, scale: int = 0) -> None:
        self.kind, self.read, self.scale = kind, read, scale
        self.safe_level = self.limit_s = 0

    def poll(self, now: int) -> None:
        """Nothing expires here."""


class Output:
    """Something that is driven; without a command it is at its safe level."""

    def __init__(self, kind: int, drive: object, safe_level: int = 0, limit_s: int = 0) -> None:
        self.kind, self.drive = kind, drive
        self.safe_level, self.limit_s, self.scale = safe_level, limit_s, 0
        self.level = safe_level
        self.expires_at = self.left_safe_at = None
        self.locked = False
        drive(safe_level)

    def read(self) -> int:
        """Return the level that is applied."""
        return self.level

    def set(self, level: int, expires_ms: int, now: int) -> None:
        """Carry out a command."""
        if not expires_ms:
            level = self.safe_level
        elif self.kind != DIMMER:
            level = FULL if level > FULL // 2 else 0
        if level == self.safe_level:
            self.locked = False
        elif self.locked:
            raise Refused(LIMIT)
        if self.level == self.safe_level:
            self.left_safe_at = now
        self.expires_at = (now + expires_ms) & U32 if expires_ms else None
        self._go(level)

    def poll(self, now: int) -> None:
        """Let the command expire."""
        if self.expires_at is None:
            return
        if has_come(now, self.expires_at):
            self._make_safe()
        elif self.level != self.safe_level and self.limit_s:
            if has_come(now, (self.left_safe_at + 1000 * self.limit_s) & U32):
                self._make_safe()
                self.locked = True

    def _make_safe(self) -> None:
        self.expires_at = None
        self._go(self.safe_level)

    def _go(self, level: int) -> None:
        if level != self.level:
            self.level = level
            self.drive(level)


def has_come(now: int, moment: int) -> bool:
    """Whether a moment of the wrapping clock is past."""
    return (now - moment) & U32 < 1 << 31


class Bridge:
    """One board on one wire.

    ``write(data)`` sends, ``ticks()`` gives milliseconds modulo 2^32, ``uid`` has 8 bytes, and
    ``boot_id`` is another one at each boot.
    """

    def __init__(
        self, channels: list, write: object, ticks: object, uid: bytes, boot_id: int
    ) -> None:
        self.channels, self.uid, self.boot_id = channels, uid, boot_id
        self._write, self._ticks = write, ticks
        self._decoder = Decoder()
        self._counts = {"good": 0, "crc": 0, "cobs": 0, "length": 0}
        self._period = self._due = self._seq = 0
        self._send(BOOT, 0, b"")

    def take(self, data: bytes) -> None:
        """Answer what these bytes complete."""
        for found in self._decoder.feed(data):
            fault = isinstance(found, str)
            name = found if fault else "good"
            self._counts[name] = (self._counts[name] + 1) & 0xFFFF
            if not fault and found[1] < SAMPLE:
                self._answer(found)

    def poll(self) -> None:
        """Let commands expire, and send a sample where one is due."""
        now = self._ticks()
        for channel in self.channels:
            channel.poll(now)
        if self._period and has_come(now, self._due):
            self._due = (self._due + self._period) & U32
            if has_come(now, self._due):
                self._due = (now + self._period) & U32
            self._send(SAMPLE, self._seq, self._sample())
            self._seq = (self._seq + 1) & 0xFF

    def _answer(self, packet: tuple) -> None:
        version, kind, seq, _, payload = packet
        try:
            if version != 1:
                raise Refused(BAD_VERSION)
            reply = self._carry_out(kind, payload)
        except Refused as refused:
            code = refused.args[0]
            kind, reply = ERR, bytes((code, 1, 1)) if code == BAD_VERSION else bytes((code,))
        self._send(kind | REPLY, seq, reply)

    def _carry_out(self, kind: int, payload: bytes) -> bytes:
        requests = {
            HELLO: self._hello,
            PING: self._ping,
            READ: self._read,
            SET: self._set,
            STREAM: self._stream,
            DESCRIBE: self._describe,
            STATS: self._stats,
        }
        if kind not in requests:
            raise Refused(BAD_TYPE)
        return requests[kind](payload)

    def _hello(self, _: bytes) -> bytes:
        head = struct.pack("<BBBBHH", 1, 1, 0, MAX_PAYLOAD, 255, 1000)
        times = struct.pack("<III", self._ticks(), self.boot_id, 0)
        return head + times + self.uid + FIRMWARE + bytes((len(self.channels),))

    def _ping(self, payload: bytes) -> bytes:
        if len(payload) > MAX_ECHO:
            raise Refused(BAD_PAYLOAD)
        return struct.pack("<I", self._ticks()) + payload

    def _read(self, _: bytes) -> bytes:
        return self._sample()

    def _set(self, payload: bytes) -> bytes:
        if len(payload) < struct.calcsize("<BHH"):
            raise Refused(BAD_PAYLOAD)
        index, level, expires_ms = struct.unpack("<BHH", payload[:5])
        if index >= len(self.channels) or self.channels[index].kind >> 4 != OUTPUT:
            raise Refused(BAD_CHANNEL)
        self.channels[index].set(level, expires_ms, self._ticks())
        return struct.pack("<BH", index, self.channels[index].level)

    def _stream(self, payload: bytes) -> bytes:
        if len(payload) < struct.calcsize("<H"):
            raise Refused(BAD_PAYLOAD)
        self._period = payload[0] | payload[1] << 8
        self._due = (self._ticks() + self._period) & U32
        return b"\0"

    def _describe(self, payload: bytes) -> bytes:
        if not payload:
            raise Refused(BAD_PAYLOAD)
        if payload[0] >= len(self.channels):
            raise Refused(BAD_CHANNEL)
        about = self.channels[payload[0]]
        numbers = (about.safe_level, about.limit_s, about.scale)
        return struct.pack("<BBBHHH", payload[0], about.kind, 1, *numbers)

    def _stats(self, _: bytes) -> bytes:
        counts = [self._counts[name] for name in ("good", "crc", "cobs", "length")]
        return struct.pack("<HHHHBBB", *(counts + [0, 0, 0]))

    def _sample(self) -> bytes:
        values, valid = b"", 0
        for index, channel in enumerate(self.channels):
            value = channel.read()
            valid |= (value is not None) << index
            family = channel.kind >> 4
            if family == LEVEL:
                values += struct.pack("<BI", *(value or (0, 0)))
            else:
                values += struct.pack("<I" if family == COUNTER else "<H", value or 0)
        return struct.pack("<IH", self._ticks(), valid) + values

    def _send(self, kind: int, seq: int, payload: bytes) -> None:
        self._write(encode(kind, seq, self.boot_id & 0xFF, payload))
