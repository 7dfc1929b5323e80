"""Systems of the city on a board in memory, and on the real firmware in its emulator."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from edgekit.bridge.board import Bridge
from edgekit.cli.live import Live
from edgekit.cli.series import Adapter
from edgekit.errors import ConfigError
from edgekit.node.steward.wired import Fitting, Wired
from edgekit.node.steward.wiring import WIRINGS
from edgekit.systems.decision import Decision  # noqa: TC001 -- of a local variable
from edgekit.systems.dispenser import Asked, Seen
from edgekit.systems.register import Total
from edgekit.systems.water_leak_home import Draw, Release
from edgekit.testing.emulator import EmulatedBoard
from edgekit.testing.fakes import FakeClock
from edgekit.wire.messages import FULL

Board = Any  # the MemoryBoard of conftest.py


def adapter_of(name: str) -> Adapter:
    adapter: Adapter = import_module(f"edgekit.cli.city.{name}").ADAPTER
    return adapter


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def wired(name: str, bridge: Bridge, *, per_pulse: float = 1.0) -> Wired:
    return WIRINGS[name](bridge, Fitting(per_pulse=per_pulse))


def sampled(bridge: Bridge) -> None:
    """Let two samples pass: what the board shows now is in the second."""
    first = bridge.wait_snapshot(None, 60)
    bridge.wait_snapshot(bridge.wait_snapshot(first, 60), 60)


@pytest.mark.parametrize("name", WIRINGS)
def test_each_is_a_system_and_says_what_goes_where(name: str) -> None:
    assert adapter_of(name).card.name == name
    assert all(WIRINGS[name].WORDS)


def test_a_dispenser_hears_presence_and_presses(bridge: Bridge, board: Board) -> None:
    parts = wired("dispenser", bridge)
    assert list(parts.read(1_000)) == [Seen(t_ms=1_000, present=False)]
    assert list(parts.read(1_500)) == []

    board.motion, board.presses = (1, 1), 2
    sampled(bridge)
    asked = Asked(t_ms=1_600)
    assert list(parts.read(1_600)) == [Seen(t_ms=1_600, present=True), asked, asked]
    assert list(parts.read(1_700)) == []


def test_a_meter_gives_the_boards_own_total(bridge: Bridge, board: Board) -> None:
    parts = wired("water", bridge)
    board.pulses = 17
    sampled(bridge)

    (total,) = parts.read(60_000)

    assert total == Total(t_ms=60_000, total=17, boot=f"{board.boot_id:08x}")
    assert list(parts.read(61_000)) == []
    assert len(list(parts.read(30_000))) == 1  # the clock was set back: not silent for that long


def test_a_home_tells_what_it_drew_and_not_what_it_cannot_know(
    bridge: Bridge, board: Board
) -> None:
    parts = wired("water_leak", bridge, per_pulse=0.5)
    assert list(parts.read(0)) == [Draw(t_ms=0, litres=0.0)]
    board.pulses, board.presses = 10, 1
    sampled(bridge)
    assert list(parts.read(60_000)) == [Release(t_ms=60_000), Draw(t_ms=60_000, litres=5.0)]

    board.boot()
    wait_until(lambda: list(parts.read(60_001)) or parts._meter.gaps)  # type: ignore[attr-defined] -- it alone knows when
    assert list(parts.read(120_000)) == [Draw(t_ms=120_000, litres=None)]
    assert list(parts.read(180_000)) == [Draw(t_ms=180_000, litres=0.0)]


def test_a_burst_closes_the_main_and_what_is_known_is_kept(
    bridge: Bridge, board: Board, tmp_path: Path
) -> None:
    adapter, clock = adapter_of("water_leak"), FakeClock()
    said: list[Decision] = []
    live = Live(
        adapter,
        wired("water_leak", bridge, per_pulse=30.0),
        state=adapter.begin(adapter.card.settings()),
        keep=tmp_path / "state.json",
        tell=said.append,
        clock_ms=clock.ms,
        steady_ms=clock.ms,
    )
    for _ in range(45):
        board.pulses += 1
        sampled(bridge)
        clock.sleep(60)
        live.turn()
        if board.driven["relay"][-1:] == [FULL]:
            break

    assert [one.what for one in said if one.command] == ["burst"]
    assert board.driven["relay"][-1] == FULL
    live.close()
    assert board.driven["relay"][-1] == 0
    assert json.loads((tmp_path / "state.json").read_bytes())


def test_a_state_that_cannot_be_kept_is_said_at_once_and_the_outputs_are_safe(
    bridge: Bridge, board: Board, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    adapter, clock = adapter_of("fire"), FakeClock()
    live = Live(
        adapter,
        wired("fire", bridge),
        state=adapter.begin(adapter.card.settings()),
        keep=tmp_path / "file" / "state.json",
        tell=lambda _: None,
        clock_ms=clock.ms,
        steady_ms=clock.ms,
    )
    with pytest.raises(ConfigError, match=r"cannot write state\.json"):
        live.turn()
    with pytest.raises(ConfigError, match=r"cannot write state\.json"):
        live.close()
    assert board.driven["relay"][-1] == 0


def test_a_board_without_the_parts_is_refused(bridge: Bridge) -> None:
    with pytest.raises(ConfigError, match="per_pulse of 0"):
        wired("water_leak", bridge, per_pulse=0)


@pytest.fixture
def emulated(firmware: Path, tmp_path: Path) -> Iterator[EmulatedBoard]:
    with EmulatedBoard.start(tmp_path, firmware) as board:
        yield board


@pytest.fixture
def start(emulated: EmulatedBoard) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    running = []

    def begin(name: str, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "edgekit", "systems", "live", name]
        command += ["--port", str(emulated.port), "--json", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.emulator
def test_a_motor_stops_when_the_program_dies(
    emulated: EmulatedBoard, start: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = start("dispenser", "--set", "portion_ms=5000")
    emulated.pin("D2", True)

    def asked() -> bool:
        emulated.pulse("D7", 1, 400_000)
        time.sleep(0.5)
        return emulated.level("D6")

    wait_until(asked)
    process.kill()
    wait_until(lambda: not emulated.level("D6"))


@pytest.mark.emulator
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_siren_sounds_when_the_program_ends(
    emulated: EmulatedBoard, start: Callable[..., "subprocess.Popen[str]"], end: signal.Signals
) -> None:
    emulated.analog(3, 710)  # 21 °C
    process = start("fire")
    wait_until(lambda: emulated.level("D6"))  # held quiet

    process.send_signal(end)
    process.wait(60)
    wait_until(lambda: not emulated.level("D6"))  # the normally closed contact: it sounds


@pytest.mark.emulator
def test_heat_sounds_the_siren_and_says_why(
    emulated: EmulatedBoard, start: Callable[..., "subprocess.Popen[str]"]
) -> None:
    emulated.analog(3, 710)
    process = start("fire")
    wait_until(lambda: emulated.level("D6"))

    emulated.analog(3, 1150)  # 65 °C
    wait_until(lambda: not emulated.level("D6"))
    process.terminate()
    said = [json.loads(line) for line in process.communicate(timeout=60)[0].splitlines()]

    alarms = [one for one in said if one["severity"] == "alarm"]
    assert "°C" in alarms[0]["reason"]
    assert process.returncode == 0
