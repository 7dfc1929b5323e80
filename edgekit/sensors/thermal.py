"""Thermal arrays on a serial port of their own. Nothing here has passed the gate.

The eye opens the port before its seal: all is asked in the constructor, and `read` only reads. The
board runs ``firmware_bridge``; raw words come in, temperatures are made here.
"""

import contextlib
import fcntl
import os
import select
import termios
import time
from collections.abc import Callable

import numpy as np
import serial
from numpy.typing import NDArray

from edgekit.errors import PacketError, SensorError
from edgekit.frames import ThermalFrame
from edgekit.sensors.mlx90640 import EEPROM_WORDS, Calibration
from edgekit.wire.channels import Channel, ChannelKind
from edgekit.wire.messages import REPLY, Hello, Type
from edgekit.wire.packet import Packet, PacketDecoder
from edgekit.wire.thermal import Assembly, Piece, Words, WordsRequest

BAUD = 250_000
AMG_ROWS = AMG_COLUMNS = 8
_REPLY_S, _TRIES, _BOOT_S = 0.3, 4, 5.0
_LATE_S = 4.0
_MOST_WORDS = 22
_ARRAYS = (ChannelKind.MLX90640, ChannelKind.AMG8833)


class ThermalSource:
    """Temperatures of an AMG8833 (8x8) or MLX90640 (24x32).

    Args:
        path: of the serial port, such as ``/dev/serial/by-id/…``.
        clock_ms: Unix time in milliseconds.
        period_s: between readings; an MLX90640 measures half its pixels in each.
        emissivity: of what is looked at, 0 < emissivity <= 1; skin is 0.98.

    Raises:
        SensorError: no port, board or array; while reading: it is gone or has started anew.
    """

    def __init__(
        self,
        path: str,
        *,
        clock_ms: Callable[[], int],
        period_s: float = 0.25,
        emissivity: float = 0.98,
    ) -> None:
        self._clock_ms = clock_ms
        self.fps = 1 / period_s
        self._emissivity = emissivity
        self._assembly = Assembly()
        self._decoder = PacketDecoder()
        self._index = self._seq = 0
        self._found: list[tuple[int, ...]] = []
        self._calibration: Calibration | None = None
        self._path = path
        self._port: int | None = _open(path)
        try:
            hello = self._greet()
            self._boot = hello.boot_id & 0xFF
            self._channel = self._find_array(hello.channels)
            if self._channel.kind is ChannelKind.MLX90640:
                self._calibration = Calibration.from_eeprom(self._read_eeprom())
            period_ms = round(period_s * 1000).to_bytes(2, "little")
            self._ask(Type.THERMAL, bytes([self._channel.index]) + period_ms)
        except BaseException:
            self.close()
            raise
        self._picture = np.full((24, 32), np.nan)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return (AMG_COLUMNS, AMG_ROWS) if self._calibration is None else (32, 24)

    def read(self) -> ThermalFrame:
        """Return the next picture; of an MLX90640 each renews every second pixel.

        Raises SensorError where none comes for 4 s, or the board is gone or has started anew.
        """
        deadline = time.monotonic() + _LATE_S
        while time.monotonic() < deadline:
            for packet in self._receive(deadline):
                self._take(packet)
            while self._found:
                frame = self._frame_of(self._found.pop(0))
                if frame is not None:
                    return frame
        raise SensorError("the thermal array gives no pictures", hint="check its cable and power")

    def forget(self) -> None:
        """Drop what was measured until now and not read; raises SensorError as `read` does."""
        while self._receive(0.0):
            pass
        self._assembly, self._decoder = Assembly(), PacketDecoder()
        self._found.clear()

    def close(self) -> None:
        """Let go of the port; harmless when repeated."""
        if self._port is not None:
            with contextlib.suppress(OSError):  # it is gone, or sealed off
                fcntl.ioctl(self._port, termios.TIOCNXCL)
            os.close(self._port)
        self._port = None

    def _frame_of(self, words: tuple[int, ...]) -> ThermalFrame | None:
        if self._calibration is None:
            celsius, own = amg8833(words)
        else:
            try:
                _, fresh = self._calibration.temperatures(words, emissivity=self._emissivity)
            except SensorError:
                return None  # torn: the next one comes soon
            self._picture = np.where(np.isnan(fresh), self._picture, fresh)
            celsius, own = self._picture.copy(), self._calibration.own_celsius(words)
        frame = ThermalFrame(celsius, own, self._clock_ms(), self._index)
        self._index += 1
        return frame

    def _take(self, packet: Packet) -> None:
        if packet.type == Type.BOOT or packet.boot != self._boot:
            raise SensorError("the thermal array's board has started anew")
        if packet.type != Type.PIECE:
            return
        try:
            whole = self._assembly.add(Piece.from_payload(packet.payload))
        except PacketError:
            return
        if whole is not None:
            self._found.append(whole)

    def _greet(self) -> Hello:
        deadline = time.monotonic() + _BOOT_S
        while time.monotonic() < deadline:
            reply = self._try(Type.HELLO, b"")
            if reply is not None:
                return Hello.from_payload(reply.payload)
        raise SensorError(
            f"{self._path}: no board answers",
            hint="is the firmware flashed? see PROTOCOL.md",
        )

    def _find_array(self, count: int) -> Channel:
        found = [
            Channel.from_payload(self._ask(Type.DESCRIBE, bytes([index])).payload)
            for index in range(count)
        ]
        for kind in _ARRAYS:
            for channel in found:
                if channel.kind is kind and channel.fitted:
                    return channel
        raise SensorError(
            f"{self._path}: no thermal array answers on this board's bus",
            hint="check SDA, SCL and power: docs/first-node.md",
        )

    def _read_eeprom(self) -> tuple[int, ...]:
        words: list[int] = []
        while len(words) < EEPROM_WORDS:
            count = min(_MOST_WORDS, EEPROM_WORDS - len(words))
            request = WordsRequest(channel=self._channel.index, first=len(words), count=count)
            words += Words.from_payload(self._ask(Type.WORDS, request.to_payload()).payload).words
        return tuple(words)

    def _ask(self, kind: Type, payload: bytes) -> Packet:
        for _ in range(_TRIES):
            reply = self._try(kind, payload)
            if reply is not None:
                return reply
        raise SensorError(f"{self._path}: the board does not answer {kind.name}")

    def _try(self, kind: Type, payload: bytes) -> Packet | None:
        self._seq = (self._seq + 1) & 0xFF
        try:
            os.write(self._descriptor(), Packet(kind, self._seq, 0, payload).to_bytes())
        except OSError as error:
            raise SensorError(f"{self._path} is gone: {error}") from error
        deadline = time.monotonic() + _REPLY_S
        while time.monotonic() < deadline:
            for packet in self._receive(deadline):
                if packet.seq == self._seq and packet.type == kind | REPLY:
                    return packet
        return None

    def _descriptor(self) -> int:
        if self._port is None:
            raise SensorError(f"{self._path} is closed")
        return self._port

    def _receive(self, deadline: float) -> list[Packet]:
        try:
            descriptor = self._descriptor()
            wait_s = max(0.0, deadline - time.monotonic())
            if not select.select([descriptor], [], [], wait_s)[0]:
                return []
            data = os.read(descriptor, 4096)
        except OSError as error:
            raise SensorError(f"{self._path} is gone: {error}") from error
        if not data:
            raise SensorError(f"{self._path} is gone", hint="check its cable")
        return [found for found in self._decoder.feed(data) if isinstance(found, Packet)]


def amg8833(words: tuple[int, ...]) -> tuple[NDArray[np.float64], float]:
    """Return degrees Celsius, shape (8, 8), and of the array itself, from its 65 words.

    Pixels: 12-bit two's complement in 0.25 K; thermistor: 12 bits, sign and magnitude, in 1/16 K
    (Panasonic, Grid-EYE AMG88 reference specifications, registers 0x80 and 0x0E).
    """
    raw = np.array(words[:64], np.int64) & 0xFFF
    pixels = (raw - ((raw >> 11) << 12)).reshape(AMG_ROWS, AMG_COLUMNS) * 0.25
    own = (words[64] & 0x7FF) / 16
    return pixels, -own if words[64] & 0x800 else own


def _open(path: str) -> int:
    """Open and set the port; return its descriptor alone.

    pyserial keeps pipes beside it, which lead out of a process: a sealed one may not hold them.
    """
    try:
        with serial.Serial(path, BAUD, timeout=0, write_timeout=1) as port:
            # pyserial's own way to hold a port, flock, is shut in the eye.
            fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
            return os.dup(port.fileno())
    except (OSError, ValueError) as error:
        raise SensorError(
            f"thermal array {path} can't be opened: {error}",
            hint="is it plugged in, and the user in the group dialout?",
        ) from error
