"""Real serial ports as far as a machine without one has them: pseudo terminals and sockets."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.bridge.board import Bridge
from edgekit.bridge.lifecycle import LinkState
from edgekit.bridge.outputs import Lamp
from edgekit.bridge.port import Port, list_ports, path_of
from edgekit.errors import BridgeError, BridgeTimeoutError, ConfigError, LinkLostError
from edgekit.testing.emulator import EmulatedBoard

Start = Callable[..., EmulatedBoard]


@pytest.fixture
def board(firmware: Path, tmp_path: Path) -> Iterator[EmulatedBoard]:
    with EmulatedBoard.start(tmp_path, firmware, options=("--reset-on-open",)) as board:
        yield board


def wait_until(holds: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.001)


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ("serial:by-id/usb-Arduino", "/dev/serial/by-id/usb-Arduino"),
        ("by-path/pci-0", "/dev/serial/by-path/pci-0"),
        ("serial:/dev/ttyACM0", "/dev/ttyACM0"),
        ("/dev/ttyACM0", "/dev/ttyACM0"),
        ("socket://pi:4000", "socket://pi:4000"),
    ],
)
def test_names(spec: str, path: str) -> None:
    assert path_of(spec) == path


def test_names_that_stay_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    for folder in ("by-id", "by-path"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "usb-1").symlink_to(device)
    folders = (tmp_path / "by-id", tmp_path / "by-path", tmp_path / "none")
    monkeypatch.setattr("edgekit.bridge.port.FOLDERS", folders)

    assert list_ports() == [("serial:by-id/usb-1", str(device))]


def test_a_port_that_is_not_there_or_no_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(LinkLostError, match="can't be opened") as told:
            Port(str(path))
        assert told.value.hint
        assert str(told.value).count(str(path)) == 1
    with pytest.raises(LinkLostError, match="can't be opened"):
        Port("socket://127.0.0.1:1")
    with pytest.raises(ConfigError):
        Port("COM3")


def test_a_port_is_held_by_one() -> None:
    master, slave = os.openpty()
    try:
        first = Port(os.ttyname(slave))
        with pytest.raises(LinkLostError):
            Port(os.ttyname(slave))
        first.close()
        first.close()
    finally:
        os.close(master)
        os.close(slave)


def test_a_socket_is_a_port_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = Port(f"socket://127.0.0.1:{server.getsockname()[1]}")
        other, _ = server.accept()
        wake, signal = os.pipe()
        port.write(b"out")
        assert other.recv(10) == b"out"
        other.send(b"in")
        assert port.read(1, wake) == b"in"
        threading.Timer(0.02, lambda: os.write(signal, b"w")).start()
        # Woken: else it would still wait when nobody does any more.
        assert port.read(100_000, wake) == b""
        other.close()
        os.read(wake, 1)
        with pytest.raises(LinkLostError, match="is gone"):
            port.read(1, wake)
        port.close()
        os.close(wake)
        os.close(signal)


@pytest.mark.emulator
def test_opening_resets_the_board_and_boot_is_waited_for(board: EmulatedBoard) -> None:
    def boots() -> int:
        with Bridge(str(board.port), period_s=0.02) as bridge:
            assert bridge.hello.reset_cause == 2
        return board.stats()[1]

    assert boots() == 1
    # An emulator that gets no turn meanwhile does not see that the port was closed.
    wait_until(lambda: boots() == 2)


@pytest.mark.emulator
def test_unplug_and_replug(board: EmulatedBoard) -> None:
    with Bridge(str(board.port), period_s=0.02) as bridge:
        lamp = Lamp(bridge)
        lamp.value = 0.0
        wait_until(lambda: lamp.value == 0.0)
        board.tell("unplug")
        wait_until(lambda: bridge.state is not LinkState.READY)
        wait_until(lambda: board.level("B1"))  # the command expires: the street lamp goes on
        with pytest.raises(BridgeError):
            lamp.value = 0.0

        board.tell("plug")
        bridge.wait_ready(8)
        wait_until(lambda: lamp.value == 1.0)
        assert bridge.statistics.reconnects == 1


@pytest.mark.emulator
@pytest.mark.parametrize("baud", [9600, 115_200, 500_000])
def test_a_wrong_speed_gives_silence_not_values(board: EmulatedBoard, baud: int) -> None:
    with pytest.raises(BridgeTimeoutError):
        Bridge(str(board.port), baud=baud, wait_s=0.7)

    with Bridge(str(board.port)) as bridge:
        assert bridge.ping(b"right again") < 1


@pytest.mark.emulator
def test_a_dead_host_leaves_the_lamp_safe(board: EmulatedBoard) -> None:
    with Bridge(str(board.port), period_s=0.02) as bridge:
        Lamp(bridge).set(0.0, expires_s=0.5)
        assert not board.level("B1")
    wait_until(lambda: board.level("B1"))
