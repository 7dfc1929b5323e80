"""Consistent overhead byte stuffing: bytes without a zero, so that a zero can end a packet.

Cheshire and Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on Networking 7(2),
1999, section 3.
"""

from edgekit.errors import PacketError

_LONGEST = 254  # data bytes of one block: its code byte is then 255 and stands for no zero
_FULL = _LONGEST + 1


def encode(data: bytes) -> bytes:
    """Return the same bytes without a zero: one byte longer for each 254 begun."""
    out = bytearray()
    for run in data.split(b"\0"):
        rest = run
        while len(rest) >= _LONGEST:
            out.append(_FULL)
            out += rest[:_LONGEST]
            rest = rest[_LONGEST:]
        out.append(len(rest) + 1)
        out += rest
    return bytes(out)


def decode(stuffed: bytes) -> bytes:
    """Undo `encode`; ``stuffed`` holds no zero. Raises PacketError where a block is cut short."""
    end = len(stuffed)
    out = b""
    at = 0
    while at < end:
        code = stuffed[at]
        block = at + code
        if block > end or not code:
            raise PacketError(f"COBS block of {code} bytes at {at}: {end - at} are left")
        out += stuffed[at + 1 : block]
        at = block
        if code < _FULL and at < end:
            out += b"\0"
    return out
