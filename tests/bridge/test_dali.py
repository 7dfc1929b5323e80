"""DALI lamps on the gear that python-dali fakes for its own tests, and on a daliserver of bytes."""

import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.bridge.dali import DaliBus, DaliLamp, level_of, open_gateway, value_of
from edgekit.errors import BridgeError, BridgeTimeoutError, ConfigError
from edgekit.seams.channels import Dimmer  # noqa: TC001 -- mypy checks the shape

pytest.importorskip("dali", reason="python-dali absent: pip install '.[dali]'")
from dali.frame import BackwardFrame
from dali.tests.fakes import Gear

POLL_S = 0.02


def wait_until(holds: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


class Line:
    """A gateway with gear behind it; ``lost`` and ``hangs`` are its faults."""

    def __init__(self) -> None:
        self.gear = {address: Gear(shortaddr=address) for address in (3, 7)}
        self.lost = False
        self.hangs = threading.Event()
        self.hangs.set()
        self.sent: list[str] = []

    def send(self, command: Any) -> Any:  # noqa: ANN401 -- python-dali has no types
        self.hangs.wait(60)
        if self.lost:
            raise ConnectionRefusedError("nobody is there")
        self.sent.append(type(command).__name__)
        said = [each.send(command) for each in self.gear.values()]
        found = next((value for value in said if value is not None), None)
        if command.response is None:
            return None
        return command.response(None if found is None else BackwardFrame(found))


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def bus(line: Line) -> Iterator[DaliBus]:
    with DaliBus(line.send, poll_s=POLL_S) as bus:
        yield bus


@pytest.mark.parametrize(
    ("level", "percent"),
    [(1, 0.1), (60, 0.501), (126, 3.035), (185, 15.176), (229, 50.53), (254, 100.0)],
)
def test_the_curve_is_the_standard_one(level: int, percent: float) -> None:
    """Values of the table of IEC 62386-102 as gear makers print it."""
    assert value_of(level) * 100 == pytest.approx(percent, rel=2e-3)
    assert level_of(value_of(level)) == level


@given(st.floats(0, 1))
def test_levels_are_the_nearest(value: float) -> None:
    level = level_of(value)
    assert 0 <= level <= 254
    assert level == 0 or abs(math.log10(max(value, 1e-3) / value_of(level))) <= 1.5 / 253 + 1e-9


def test_a_lamp_is_set_and_looked_at(bus: DaliBus, line: Line) -> None:
    lamp = DaliLamp(bus, address=3)
    dimmer: Dimmer = lamp
    line.gear[3].level = 254
    wait_until(lambda: lamp.value == 1.0)

    dimmer.set(0.5)

    assert (line.gear[3].level, line.gear[7].level) == (229, 0)
    wait_until(lambda: lamp.value == pytest.approx(0.5, rel=0.02))


def test_a_command_expires_into_the_safe_level(bus: DaliBus, line: Line) -> None:
    lamp, valve_light = DaliLamp(bus, address=3), DaliLamp(bus, address=7, safe=0)
    lamp.set(0.2, expires_s=0.5)
    valve_light.set(1, expires_s=0.5)
    assert (line.gear[3].level, line.gear[7].level) == (level_of(0.2), 254)
    wait_until(lambda: (line.gear[3].level, line.gear[7].level) == (254, 0))

    lamp.set(0.2, expires_s=0.1)
    lamp.set(0.3)
    time.sleep(0.2)
    assert line.gear[3].level == level_of(0.3)
    lamp.safe()
    assert line.gear[3].level == 254
    lamp.set(0.2, expires_s=0)
    assert line.gear[3].level == 254


def test_the_end_of_the_program_leaves_lamps_safe(line: Line) -> None:
    with DaliBus(line.send, poll_s=POLL_S) as bus:
        lamp = DaliLamp(bus, address=3)
        lamp.set(0.1)
    bus.close()

    assert line.gear[3].level == 254
    with pytest.raises(BridgeError, match="closed"):
        lamp.set(0.5)


def test_a_lost_gateway_is_told_and_comes_back(
    bus: DaliBus, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgekit.bridge.dali.FIRST_WAIT_S", 0.05)
    lamp = DaliLamp(bus, address=3)
    lamp.set(0.1, expires_s=1)
    wait_until(lambda: lamp.value is not None)
    line.lost = True

    with pytest.raises(BridgeError, match="nobody is there"):
        lamp.set(0.5)
    wait_until(lambda: lamp.value is None)
    assert line.gear[3].level == level_of(0.1)

    line.lost = False  # the command expired meanwhile
    wait_until(lambda: line.gear[3].level == 254)
    wait_until(lambda: lamp.value == 1.0)


def test_a_gateway_that_hangs_keeps_nobody(
    bus: DaliBus, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgekit.bridge.dali._ANSWER_S", 0.1)
    lamp = DaliLamp(bus, address=3)
    wait_until(lambda: lamp.value is not None)
    line.hangs.clear()
    time.sleep(2 * POLL_S)
    with pytest.raises(BridgeTimeoutError):
        lamp.set(0.5)
    line.hangs.set()
    wait_until(lambda: lamp.value is not None)

    assert line.gear[3].level == 0  # what was given up is not done later


@pytest.mark.parametrize("answer", [None, 255])
def test_silent_or_failing_gear_has_no_value(bus: DaliBus, line: Line, answer: int | None) -> None:
    lamp = DaliLamp(bus, address=3)
    if answer is None:
        del line.gear[3]
    else:
        line.gear[3].level = answer
    time.sleep(7 * POLL_S)

    assert lamp.value is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda bus: DaliLamp(bus, address=64),
        lambda bus: DaliLamp(bus, address=3, safe=2),
        lambda bus: DaliLamp(bus, address=3).set(1.5),
        lambda bus: DaliLamp(bus, address=3).set(1, expires_s=math.inf),
        lambda bus: DaliBus(bus.do, poll_s=0),
        lambda _: open_gateway("/dev/ttyUSB0"),
    ],
    ids=["address", "safe", "level", "expiry", "poll", "gateway"],
)
def test_what_can_not_be_is_said(bus: DaliBus, wrong: Callable[[DaliBus], object]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        wrong(bus)


def test_a_daliserver_is_talked_to() -> None:
    asked: list[bytes] = []

    def serve() -> None:
        with server:
            while len(asked) < 2:
                connection, _ = server.accept()
                with connection:
                    asked.append(connection.recv(4))
                    connection.send(b"\x02\x01\xfe\x00" if asked[-1][3] == 0xA0 else b"\x02\0\0\0")

    server = socket.create_server(("127.0.0.1", 0))
    send = open_gateway(f"daliserver://127.0.0.1:{server.getsockname()[1]}")
    thread = threading.Thread(target=serve)
    thread.start()
    with DaliBus(send, poll_s=60) as bus:
        lamp = DaliLamp(bus, address=3)
        wait_until(lambda: lamp.value == 1.0)
        lamp.set(1.0)
    thread.join(60)

    assert [data.hex() for data in asked] == ["020007a0", "020006fe"]
