"""Modbus meters against a small slave on a pseudo terminal: good, silent, babbling, echoing."""

import os
import select
import struct
import threading
import time
import tty
from collections.abc import Callable, Iterator

import pytest

from edgekit.bridge.modbus import ModbusBus, ModbusMeter, RegisterKind
from edgekit.errors import BridgeError, ConfigError
from edgekit.seams.channels import Meter  # noqa: TC001 -- mypy checks the shape

pytest.importorskip("minimalmodbus", reason="minimalmodbus absent: pip install '.[modbus]'")


def crc16(data: bytes) -> bytes:
    """CRC of Modbus over Serial Line V1.02, section 6.2.2."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


class Slave:
    """Answers functions 3 and 4; ``stray``, ``echo``, ``dead`` and ``babbling`` are its faults."""

    def __init__(self) -> None:
        self.registers: dict[int, bytes] = {}
        self.dead: set[int] = set()
        self.stray = self.echo = self.babbling = False
        self.asked: list[int] = []
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._stop = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._stop = True
        self._thread.join()
        os.close(self.master)
        os.close(self._slave)

    def _run(self) -> None:
        held = b""
        while not self._stop:
            if not select.select([self.master], [], [], 0.01)[0]:
                held = b""  # silence ends a request
                continue
            held += os.read(self.master, 256)
            if len(held) >= 8:
                self._answer(held[:8])
                held = b""

    def _answer(self, request: bytes) -> None:
        address, function, register, count = struct.unpack(">BBHH", request[:6])
        self.asked.append(address)
        if self.babbling:
            os.write(self.master, b" Busy " * 20)
            return
        if address in self.dead:
            return
        data = self.registers[register][: 2 * count]
        body = bytes((address, function, len(data))) + data
        before = (request if self.echo else b"") + (b"\x00" if self.stray else b"")
        self.stray = False
        os.write(self.master, before + body + crc16(body))


@pytest.fixture
def slave() -> Iterator[Slave]:
    slave = Slave()
    yield slave
    slave.close()


def wait_until(holds: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("kind", "first", "then", "flowed"),
    [
        (RegisterKind.U16, b"\x00\x05", b"\x00\x09", 4),
        (RegisterKind.U32, b"\x00\x01\x00\x00", b"\x00\x01\x00\x03", 3),
        (RegisterKind.S32, struct.pack(">i", -4), struct.pack(">i", 2), 6),
        (RegisterKind.F32, struct.pack(">f", 1.5), struct.pack(">f", 2.25), 0.75),
    ],
)
def test_a_total_grows(
    slave: Slave, kind: RegisterKind, first: bytes, then: bytes, flowed: float
) -> None:
    slave.registers[0x156] = first
    with ModbusBus(slave.path, poll_s=0.05) as bus:
        meter = ModbusMeter(bus, address=1, register=0x156, kind=kind, unit="wh", scale=1000)
        seam: Meter = meter
        wait_until(lambda: seam.value == 0)
        slave.registers[0x156] = then
        wait_until(lambda: seam.value == pytest.approx(1000 * flowed))
        slave.registers[0x156] = first
        wait_until(lambda: meter.gaps == 1)
        assert (meter.value, meter.unit) == (pytest.approx(1000 * flowed), "wh")


def test_a_stray_byte_and_an_echo_are_borne(slave: Slave) -> None:
    slave.registers[7] = b"\x00\x01"
    slave.echo = True
    with ModbusBus(slave.path, poll_s=0.05, echo=True) as bus:
        meter = ModbusMeter(bus, address=9, register=7, kind=RegisterKind.U16, unit="ml")
        wait_until(lambda: meter.value == 0)
    slave.echo = False
    with ModbusBus(slave.path, poll_s=0.05) as bus:
        meter = ModbusMeter(
            bus, address=9, register=7, kind=RegisterKind.U16, unit="ml", holding=True
        )
        wait_until(lambda: meter.value == 0)
        slave.stray = True
        meter.poll()
        assert meter.value == 0


def test_a_dead_meter_does_not_slow_down_the_others(slave: Slave) -> None:
    slave.registers[1] = b"\x00\x01"
    slave.dead = {5}
    with ModbusBus(slave.path, poll_s=0.05) as bus:
        dead = ModbusMeter(bus, address=5, register=1, kind=RegisterKind.U16, unit="ml")
        alive = ModbusMeter(bus, address=6, register=1, kind=RegisterKind.U16, unit="ml")
        wait_until(lambda: alive.value == 0)
        time.sleep(3)
        assert dead.value is None

    assert slave.asked.count(6) > 3 * slave.asked.count(5)


def test_babble_is_an_error_at_once(slave: Slave) -> None:
    slave.babbling = True
    with ModbusBus(slave.path, poll_s=30) as bus:
        meter = ModbusMeter(bus, address=1, register=1, kind=RegisterKind.U16, unit="ml")
        with pytest.raises(BridgeError, match="meter 1"):
            meter.poll()
        assert meter.value is None


def test_what_can_not_be(slave: Slave) -> None:
    with pytest.raises(ConfigError, match="parity"):
        ModbusBus(slave.path, parity="X")
    with ModbusBus("/dev/ttyNONE9") as bus, pytest.raises(BridgeError, match="can't be opened"):
        ModbusMeter(bus, address=1, register=1, kind=RegisterKind.U16, unit="ml")
    with ModbusBus(slave.path) as bus, pytest.raises(ConfigError, match="1 to 247"):
        ModbusMeter(bus, address=0, register=1, kind=RegisterKind.U16, unit="ml")
