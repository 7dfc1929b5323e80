"""The C core of the firmware, compiled for this machine, in this process."""

import ctypes
from pathlib import Path

from edgekit.errors import BridgeError
from edgekit.wire.packet import Packet, PacketDecoder


class NativeCore:
    """The firmware's core with a board of memory: bytes in, packets out, a clock that is set.

    Args:
        path: ``libcore.so`` of ``make firmware``; one board a process.
    """

    def __init__(self, path: Path) -> None:
        library = self._library = ctypes.CDLL(str(path))
        self._out = ctypes.create_string_buffer(1 << 22)
        library.native_sent.restype = library.native_verdicts.restype = ctypes.c_size_t
        self._decoder = PacketDecoder()

    def start(self, *, ticks: int = 0, boot_id: int = 1, key: bytes | None = None) -> list[Packet]:
        """Boot; return what is said."""
        self._library.native_start(ticks, boot_id, key)
        return self.sent()

    def ask(self, kind: int, payload: bytes = b"", *, seq: int = 1, version: int = 1) -> Packet:
        """Send one request and return the one packet that comes back."""
        (reply,) = self.take(Packet(kind, seq, 0, payload, version).to_bytes())
        return reply

    def take(self, data: bytes) -> list[Packet]:
        """Receive bytes; return what is sent."""
        self._library.native_take(data, len(data))
        return self.sent()

    def poll(self, ticks: int) -> list[Packet]:
        """Let it be that time; return what is sent."""
        self._library.native_poll(ticks & 0xFFFFFFFF)
        return self.sent()

    def set_reading(self, channel: int, value: int) -> None:
        """Set what an input reads; 0xFFFFFFFF = nothing."""
        self._library.native_reading(channel, value)

    def level(self, channel: int) -> int:
        """Return how an output is driven."""
        return int(self._library.native_level(channel))

    def sent(self) -> list[Packet]:
        """Return what was sent since this was last asked."""
        size = self._library.native_sent(self._out)
        found = self._decoder.feed(ctypes.string_at(self._out, size))
        packets = [packet for packet in found if isinstance(packet, Packet)]
        if len(packets) < len(found):
            raise BridgeError(f"the core sent what is no packet: {found}")
        return packets

    def verdicts(self, data: bytes) -> bytes:
        """What the C decoder makes of bytes: see native/verdicts.c."""
        size = self._library.native_verdicts(data, len(data), self._out)
        return ctypes.string_at(self._out, size)
