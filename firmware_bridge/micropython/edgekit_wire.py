"""Packets of PROTOCOL.md for MicroPython, CircuitPython and CPython: bytes in, packets out.

A packet is a tuple (version, type, seq, boot, payload); a fault is one of COBS, LENGTH, CRC.
"""

try:
    from binascii import crc32
except ImportError:  # CircuitPython builds without it
    from adafruit_binascii import crc32

COBS, LENGTH, CRC = "cobs", "length", "crc"
MAX_PAYLOAD = 48
OVERHEAD = 9
MAX_STUFFED = MAX_PAYLOAD + OVERHEAD + 1
CRC_BYTES = 4


def encode(packet_type: int, seq: int, boot: int, payload: bytes) -> bytes:
    """Return a packet as it goes over the wire."""
    body = bytes((1, packet_type, seq, boot, len(payload))) + payload
    out = bytearray(1)
    for run in (body + crc32(body).to_bytes(CRC_BYTES, "little")).split(b"\0"):
        out.append(len(run) + 1)  # 57 bytes at most: no run reaches 254
        out.extend(run)
    out.append(0)
    return bytes(out)


def unstuff(stuffed: bytes) -> "bytes | None":
    """Undo COBS; None where a block is cut short."""
    out = bytearray()
    at = 0
    while at < len(stuffed):
        end = at + stuffed[at]
        if end > len(stuffed):
            return None
        out.extend(stuffed[at + 1 : end])
        at = end
        if at < len(stuffed):
            out.append(0)
    return bytes(out)


def judge(stuffed: bytes) -> "tuple | str":
    """Return the packet between two zeros, or its fault."""
    if len(stuffed) > MAX_STUFFED:
        return LENGTH
    whole = unstuff(stuffed)
    if whole is None:
        return COBS
    if len(whole) < OVERHEAD or whole[4] != len(whole) - OVERHEAD:
        return LENGTH
    if crc32(whole[:-CRC_BYTES]) != int.from_bytes(whole[-CRC_BYTES:], "little"):
        return CRC
    return (whole[0], whole[1], whole[2], whole[3], whole[5:-CRC_BYTES])


class Decoder:
    """Finds packets in a stream of bytes; holds at most 59 of them."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list:
        """Return what these bytes complete: packets and faults, in order."""
        parts = (self._rest + data).split(b"\0")
        self._rest = parts.pop()[: MAX_STUFFED + 1]
        return [judge(part) for part in parts if part]
