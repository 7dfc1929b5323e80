"""The lamplighter and its pipe, with a board of fakes and without a node."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from edgekit.config.lamp import Daylight, Lamp, Motion
from edgekit.errors import BridgeError, ConfigError, LedgerError
from edgekit.node.lamp import lamplighter
from edgekit.node.lamp.lamplighter import FRESH_MS, STATE, Lamplighter
from edgekit.node.lamp.presence_line import NAME, PresenceReader, PresenceWriter, Said
from edgekit.privacy.tally import Channel
from edgekit.records import Health, Kind, Observation
from edgekit.systems.street_light_state import Mode
from edgekit.testing.channels import FakeDimmer

LAMP = Lamp(
    port="serial:/dev/none",
    zone="way",
    motion=Motion.NONE,
    daylight=Daylight.NONE,
    latitude_deg=None,
    longitude_deg=None,
    standby_percent=20,
    hold_s=0,
    hand_min=10,
    rated_w=40,
)
CHANNELS = {5: Channel.of("zone.way.people")}


def site(folder: Path, lamp: Lamp | None = LAMP) -> Any:  # noqa: ANN401 -- as much of a Site as is asked for
    settings = SimpleNamespace(lamp=lamp, storage=SimpleNamespace(directory=folder))
    return SimpleNamespace(settings=settings)


def people(count: int, channel: int = 5) -> Observation:
    return Observation(seq=0, t_ms=0, channel=channel, kind=Kind.OCCUPANCY, value=count)


def health(value: Health) -> Observation:
    return Observation(seq=0, t_ms=0, channel=0, kind=Kind.HEALTH, value=value)


@dataclass
class FakeBoard:
    lamp: FakeDimmer = field(default_factory=lambda: FakeDimmer(time.monotonic))
    light: Any = None
    motion: Any = None
    button: Any = field(default_factory=lambda: SimpleNamespace(presses=7))
    pause: Any = field(default_factory=lambda: SimpleNamespace(presses=2))
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class Bench:
    folder: Path
    board: FakeBoard = field(default_factory=FakeBoard)
    said: list[str] = field(default_factory=list)

    def lighter(
        self, lamp: Lamp = LAMP, open_board: Callable[[], Any] | None = None
    ) -> Lamplighter:
        return Lamplighter(
            lamp,
            self.folder,
            open_board=open_board or (lambda: self.board),
            say=lambda level, text: self.said.append(f"{level}: {text}"),
        )

    def write(self, word: bytes) -> int:
        pipe = os.open(self.folder / NAME, os.O_WRONLY | os.O_NONBLOCK)
        os.write(pipe, word)
        return pipe


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def turned(lighter: Lamplighter, seconds: float = 0.0) -> float:
    """Let it look and decide, through a fade where there is one; return the light."""
    end = time.monotonic() + seconds
    lighter.turn()
    while time.monotonic() < end:
        time.sleep(0.01)
        lighter.turn()
    return lighter.state.level


def test_the_pipe_tells_one_bit(tmp_path: Path) -> None:
    writer = PresenceWriter(site(tmp_path), CHANNELS)
    writer.tell(seeing=True)  # nobody reads yet
    reader = PresenceReader(tmp_path)
    assert reader.read() is Said.GONE

    writer.tell(seeing=True)
    assert (reader.read(), reader.read()) == (Said.UNKNOWN, Said.QUIET)
    writer.see([people(3), people(0, channel=6)])
    writer.tell(seeing=True)
    assert reader.read() is Said.SOMEBODY
    writer.see([people(0)])
    writer.tell(seeing=True)
    assert reader.read() is Said.NOBODY
    writer.see([people(1)])
    writer.tell(seeing=True)
    writer.see([people(0)])
    writer.tell(seeing=True)
    assert reader.read() is Said.SOMEBODY  # in between
    writer.see([health(Health.COVERED)])
    writer.tell(seeing=True)
    assert reader.read() is Said.UNKNOWN
    writer.see([health(Health.GOOD)])
    writer.tell(seeing=False)
    writer.tell(seeing=True)
    assert reader.read() is Said.UNKNOWN  # a new eye has to say something first
    writer.tell(seeing=False, paused=True)
    assert reader.read() is Said.PAUSED
    writer.close()
    writer.close()
    assert reader.read() is Said.GONE
    reader.close()
    writer.tell(seeing=True)


def test_no_lamp_no_pipe(tmp_path: Path) -> None:
    for lamp in (None, replace(LAMP, zone=None)):
        writer = PresenceWriter(site(tmp_path, lamp), CHANNELS)
        writer.see([people(1)])
        writer.tell(seeing=True)
    assert not list(tmp_path.iterdir())


def test_what_nobody_authorised_moves_no_lamp(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not authorised, so the lamp"):
        PresenceWriter(site(tmp_path), {})


def test_a_file_in_place_of_the_pipe_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"")
    writer = PresenceWriter(site(tmp_path), CHANNELS)
    writer.tell(seeing=True)
    assert (tmp_path / NAME).read_bytes() == b""


def test_a_reader_that_hangs_stops_no_clerk(tmp_path: Path) -> None:
    reader = PresenceReader(tmp_path)
    writer = PresenceWriter(site(tmp_path), CHANNELS)
    for _ in range(70_000):
        writer.tell(seeing=True)
    assert reader.read() is Said.UNKNOWN
    reader.close()
    writer.close()


def test_no_pipe_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="no pipe"):
        PresenceReader(tmp_path / "file")


def test_full_standby_full(bench: Bench) -> None:
    lighter = bench.lighter()
    assert (turned(lighter), bench.board.lamp.applied) == (1.0, 1.0)  # there is no clerk
    pipe = bench.write(b"0")
    assert turned(lighter, 0.2) < 1.0
    assert lighter.state.mode is Mode.STANDBY
    bench.write(b"10")
    assert (turned(lighter), bench.board.lamp.applied) == (1.0, 1.0)
    bench.write(b"0?")
    turned(lighter)
    assert lighter.state.mode is Mode.FAIL_SAFE
    bench.write(b"0")
    turned(lighter)
    assert lighter.state.mode is Mode.STANDBY
    os.close(pipe)
    lighter.close()
    lighter.close()
    assert bench.board.closed
    assert bench.board.lamp.applied == 1.0
    assert not any("there" in word for word in bench.said), "who comes and goes is in no log"


def test_a_clerk_that_hangs_is_not_believed_for_long(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lighter = bench.lighter()
    pipe = bench.write(b"0")
    turned(lighter)
    assert lighter.state.mode is Mode.STANDBY
    late_ms = lamplighter.clock.steady_ms() + FRESH_MS + 1
    monkeypatch.setattr("edgekit.node.lamp.lamplighter.clock.steady_ms", lambda: late_ms)
    assert turned(lighter) == 1.0
    assert lighter.state.mode is Mode.FAIL_SAFE
    os.close(pipe)


@pytest.mark.parametrize(
    ("word", "moves", "mode"),
    [
        (b"0", False, Mode.STANDBY),
        (b"0", True, Mode.PRESENCE),
        (b"1", False, Mode.PRESENCE),
        (b"0", None, Mode.FAIL_SAFE),
        (b"?", False, Mode.FAIL_SAFE),
        (b"?", True, Mode.PRESENCE),
    ],
)
def test_two_sensors_one_lamp(bench: Bench, word: bytes, moves: bool | None, mode: Mode) -> None:
    bench.board.motion = SimpleNamespace(value=moves)
    lighter = bench.lighter()
    pipe = bench.write(word)
    turned(lighter)
    assert lighter.state.mode is mode
    os.close(pipe)


def test_a_press_is_full_light_and_one_more_gives_back(bench: Bench) -> None:
    lighter = bench.lighter()
    pipe = bench.write(b"0")
    turned(lighter, 0.1)
    bench.board.button.presses += 1
    assert turned(lighter) == 1.0
    assert lighter.state.mode is Mode.HAND
    bench.board.button.presses += 1
    bench.write(b"0")
    turned(lighter)
    assert lighter.state.mode is Mode.STANDBY
    os.close(pipe)


def test_a_board_that_comes_and_goes_is_told_once(bench: Bench) -> None:
    tries = []

    def opened() -> FakeBoard:
        tries.append(1)
        if len(tries) < 3:
            raise BridgeError("no board")
        return bench.board

    lighter = bench.lighter(open_board=opened)
    for _ in range(4):
        turned(lighter)
    bench.board.lamp.broken = True
    for _ in range(3):
        lighter._sent_ms = 0
        turned(lighter)
    assert lighter.state.level == 1.0  # where the lamp is now
    bench.board.lamp.broken = False
    turned(lighter)
    about = [word for word in bench.said if "board" in word]
    assert [word.partition(":")[0] for word in about] == ["warning", "info", "warning", "info"]


def test_energy_survives_a_restart_and_damage_is_said(bench: Bench) -> None:
    lighter = bench.lighter()
    while not lighter.state.ledger.used_uj:
        turned(lighter, 0.01)
    lighter.close()
    again = bench.lighter()
    assert again.state.ledger == lighter.state.ledger
    assert again.state.ledger.used_uj > 0
    assert (bench.folder / STATE).stat().st_mode & 0o077 == 0
    again.close()
    (bench.folder / STATE).write_text("{}")
    assert bench.lighter().state.ledger.used_uj == 0
    assert "begins anew" in bench.said[-1]
