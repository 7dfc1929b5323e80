"""``edgekit bridge`` against the emulated board."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.testing.emulator import EmulatedBoard

Run = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.emulator


@pytest.fixture
def board(firmware: Path, tmp_path: Path) -> Iterator[EmulatedBoard]:
    with EmulatedBoard.start(tmp_path, firmware) as board:
        yield board


@pytest.fixture
def avrdude(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An avrdude that notes what it is asked."""
    folder = tmp_path / "programs"
    folder.mkdir()
    program = folder / "avrdude"
    program.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/asked\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "asked"


def test_list(edgekit: Run) -> None:
    code, out, err = edgekit("bridge", "list", "--json")

    assert code == 0
    assert all("port" in json.loads(line) for line in out.splitlines())
    assert out or "is the board plugged in?" in err


def test_ping(edgekit: Run, board: EmulatedBoard) -> None:
    code, out, _ = edgekit("bridge", "ping", board.port, "--count", 3, "--json")
    told = json.loads(out)

    assert code == 0
    assert told["firmware"] == "0.1.0"
    assert told["channels"][9:12] == ["dimmer", "relay", "valve"]
    assert len(told["round_trip_ms"]) == 3

    code, out, _ = edgekit("bridge", "ping", board.port)
    assert code == 0
    assert "round_trip_ms" in out


def test_monitor(edgekit: Run, board: EmulatedBoard) -> None:
    board.analog(0, 2500)
    code, out, _ = edgekit(
        "bridge", "monitor", board.port, "--count", 2, "--period", 0.05, "--json"
    )
    lines = [json.loads(line) for line in out.splitlines()]

    assert code == 0
    assert [line["0:analog_light"] for line in lines] == [511, 511]
    assert lines[0]["s"] < lines[1]["s"]

    code, out, _ = edgekit("bridge", "monitor", board.port, "--count", 1, "--period", 0.05)
    assert code == 0
    assert out.split()[0] == "s"


def test_flash_gives_an_identity_and_a_key_once(
    edgekit: Run, board: EmulatedBoard, avrdude: Path, tmp_path: Path
) -> None:
    firmware, key = tmp_path / "bridge.hex", tmp_path / "board.key"
    firmware.write_text(":00000001FF\n")
    words = ("bridge", "flash", board.port, "--hex", firmware, "--json")

    code, out, err = edgekit(*words, "--new-key", key)
    assert code == 0, err
    uid = json.loads(out)["uid"]
    assert f"-P {board.port} -b 115200 -D -U flash:w:{firmware}:i" in avrdude.read_text()
    assert key.stat().st_mode & 0o777 == 0o600

    assert json.loads(edgekit(*words)[1])["uid"] == uid
    code, out, _ = edgekit("bridge", "ping", board.port, "--key", key, "--json")
    assert (code, json.loads(out)["uid"]) == (0, uid)
    code, _, err = edgekit(*words, "--new-key", tmp_path / "another.key")
    assert code == 1
    assert "identity already" in err


def test_what_goes_wrong_is_one_error(edgekit: Run, tmp_path: Path) -> None:
    bad_key = tmp_path / "key"
    bad_key.write_text("0123")
    (tmp_path / "taken").touch()
    firmware = tmp_path / "bridge.hex"
    firmware.touch()
    cases = [
        (("ping", "/dev/ttyNONE0"), 1, "can't be opened"),
        (("ping", "ttyACM0"), 2, "expected serial:by-id"),
        (("ping", ""), 2, "no serial port given"),
        (("ping", "/dev/ttyNONE0", "--count", 0), 2, "expected at least 1"),
        (("ping", "/dev/ttyNONE0", "--key", bad_key), 2, "expected 32 hex digits"),
        (("ping", "/dev/ttyNONE0", "--key", tmp_path / "none"), 2, "can't be read"),
        (("flash", "/dev/ttyNONE0", "--hex", tmp_path / "none"), 2, "no firmware"),
        (
            ("flash", "/dev/ttyNONE0", "--hex", firmware, "--new-key", tmp_path / "taken"),
            2,
            "can't be written",
        ),
    ]
    for words, expected, said in cases:
        code, _, err = edgekit("bridge", *words)
        assert (code, err.count("edgekit: error: ")) == (expected, 1), words
        assert said in err


def test_an_avrdude_that_fails_is_told(
    edgekit: Run, tmp_path: Path, avrdude: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firmware = tmp_path / "bridge.hex"
    firmware.touch()
    program = avrdude.parent / "programs" / "avrdude"
    program.write_text("#!/bin/sh\necho 'not in sync' >&2\nexit 1\n")
    code, _, err = edgekit("bridge", "flash", "/dev/ttyNONE0", "--hex", firmware)
    assert (code, "avrdude failed: not in sync" in err) == (1, True)

    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = edgekit("bridge", "flash", "/dev/ttyNONE0", "--hex", firmware)
    assert (code, "avrdude is not installed" in err) == (1, True)
