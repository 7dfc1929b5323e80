"""One unit on the wire, and the decoder that finds it in any bytes.

``00 | COBS( ver u8, type u8, seq u8, boot u8, len u8, payload 0..48 B, CRC-32 u32 ) | 00``; all
little endian. The CRC is that of zlib (ISO 3309, IEEE 802.3) over header and payload.
"""

import struct
from dataclasses import dataclass
from enum import Enum
from zlib import crc32

from edgekit.errors import PacketError
from edgekit.wire import cobs

VERSION = 1
MAX_PAYLOAD = 48
OVERHEAD = 9
MAX_DECODED = MAX_PAYLOAD + OVERHEAD
MAX_STUFFED = MAX_DECODED + 1
MAX_WIRE = MAX_STUFFED + 2
"""Bytes of the largest packet with both of its zeros."""

_HEADER = struct.Struct("<5B")
_CRC = struct.Struct("<I")
_RESIDUE = 0x2144DF1C
_BYTE = 255


class Fault(Enum):
    """Why bytes between two zeros are no packet; counted, never answered."""

    COBS = "cobs"
    LENGTH = "length"  # too long, too short, or not what ``len`` says
    CRC = "crc"


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that arrived whole, or is to be sent.

    Attributes:
        type: the message's number, 0..255; 0x80 is set in replies.
        seq: 0..255, the number of the request, of its reply, or of the sample.
        boot: 0..255, low byte of the board's boot id; 0 from the host.
        payload: at most 48 bytes.
        version: 0..255; only version 1 is understood.

    Raises:
        PacketError: a field leaves its range.
    """

    type: int
    seq: int
    boot: int
    payload: bytes
    version: int = VERSION

    def __post_init__(self) -> None:
        if len(self.payload) > MAX_PAYLOAD:
            raise PacketError(f"payload of {len(self.payload)} bytes: expected at most 48")
        if not 0 <= self.type | self.seq | self.boot | self.version <= _BYTE:
            raise PacketError(f"packet header leaves 0..255: {self!r}")

    def to_bytes(self) -> bytes:
        """Return it as it goes over the wire: at most 60 bytes, the first and the last are zero."""
        head = _HEADER.pack(self.version, self.type, self.seq, self.boot, len(self.payload))
        body = head + self.payload
        return b"\0" + cobs.encode(body + _CRC.pack(crc32(body))) + b"\0"


def unpack(stuffed: bytes) -> Packet | Fault:
    """Judge the bytes between two zeros; there is at least one."""
    if len(stuffed) > MAX_STUFFED:
        return Fault.LENGTH
    try:
        whole = cobs.decode(stuffed)
    except PacketError:
        return Fault.COBS
    if len(whole) < OVERHEAD or whole[4] != len(whole) - OVERHEAD:
        return Fault.LENGTH
    # The CRC of something that ends in its own CRC is one constant (zlib's residue).
    if crc32(whole) != _RESIDUE:
        return Fault.CRC
    return Packet(whole[1], whole[2], whole[3], whole[5:-4], whole[0])


class PacketDecoder:
    """Finds packets in a stream of bytes, however it is cut; holds at most 59 bytes of it."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Packet | Fault]:
        """Return what these bytes complete, in order."""
        *ended, rest = (self._rest + data).split(b"\0")
        # What is already too long can only become Fault.LENGTH: its length is all that matters.
        self._rest = rest[: MAX_STUFFED + 1]
        return [unpack(stuffed) for stuffed in ended if stuffed]
