"""AES-CMAC-64 on commands, for wires that others can reach.

AES-CMAC as in RFC 4493 (NIST SP 800-38B), cut to its first 8 bytes. Off unless both sides hold a
key: a USB cable inside a case is trusted as it is.
"""

import hmac
import struct
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from edgekit.errors import PacketError
from edgekit.wire.messages import NONCE_BYTES
from edgekit.wire.packet import Packet

KEY_BYTES = 16
TAG_BYTES = 8
TAIL_BYTES = 4 + TAG_BYTES
LABEL = b"edgekit bridge 1"

_HEADER = struct.Struct("<5B")
_COUNTER = struct.Struct("<I")


def aes_cmac(key: bytes, message: bytes) -> bytes:
    """Return the 16 bytes of RFC 4493."""
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()


def session_key(key: bytes, host_nonce: bytes, device_nonce: bytes) -> bytes:
    """Return the key of one session, made from the long-lived one and both sides' nonces."""
    if len(key) != KEY_BYTES:
        raise PacketError(f"key of {len(key)} bytes: expected {KEY_BYTES}")
    if len(host_nonce) != NONCE_BYTES or len(device_nonce) != NONCE_BYTES:
        raise PacketError(f"a nonce has {NONCE_BYTES} bytes")
    return aes_cmac(key, LABEL + host_nonce + device_nonce)


def seal(packet: Packet, session: bytes, counter: int) -> Packet:
    """Append counter and tag; the tag covers header, payload and counter.

    The counter is u32 and rises with every packet that is sealed under a session's key.
    """
    sealed = replace(packet, payload=packet.payload + _COUNTER.pack(counter) + bytes(TAG_BYTES))
    return replace(sealed, payload=sealed.payload[:-TAG_BYTES] + _tag(sealed, session))


def unseal(packet: Packet, session: bytes, last: int) -> tuple[Packet, int]:
    """Return the packet without its tail, and its counter.

    Raises PacketError where the tag is wrong, or the counter is not above ``last``.
    """
    if len(packet.payload) < TAIL_BYTES:
        raise PacketError(f"payload of {len(packet.payload)} bytes has no tag")
    if not hmac.compare_digest(packet.payload[-TAG_BYTES:], _tag(packet, session)):
        raise PacketError("the tag of a command is wrong")
    (counter,) = _COUNTER.unpack(packet.payload[-TAIL_BYTES:-TAG_BYTES])
    if counter <= last:
        raise PacketError(f"command counter {counter} after {last}: it is a replay")
    return replace(packet, payload=packet.payload[:-TAIL_BYTES]), counter


def _tag(packet: Packet, session: bytes) -> bytes:
    head = _HEADER.pack(packet.version, packet.type, packet.seq, packet.boot, len(packet.payload))
    return aes_cmac(session, head + packet.payload[:-TAG_BYTES])[:TAG_BYTES]
