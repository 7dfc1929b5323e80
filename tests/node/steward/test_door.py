"""Consents in a folder, and the reader beside a door."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.bridge.port import Port
from edgekit.errors import BridgeError, ConfigError, LinkLostError
from edgekit.node.steward.door import GUESSABLE, Consents, Reader, grant, withdraw
from edgekit.systems.building_entry import digest_of

TOKEN = "5f2c9a1be07d4463"
NOON_S = 1_780_315_200


def test_a_consent_is_a_file_that_names_nobody_and_goes_at_once(tmp_path: Path) -> None:
    folder, log = tmp_path / "tokens", list[str]()
    consents = Consents(folder, lambda level, text: log.append(f"{level}: {text}"))
    assert consents.look(0) == {}

    digest = grant(folder, TOKEN, until_s=NOON_S)
    assert digest == digest_of(TOKEN)
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert TOKEN not in path.name + path.read_text(encoding="ascii")
    assert consents.look(1_000) is None  # it looks every two seconds
    assert consents.look(2_000) == {digest: NOON_S * 1000}
    assert consents.look(4_000) is None  # nothing new

    assert withdraw(folder, TOKEN)
    assert not withdraw(folder, TOKEN)
    assert consents.look(6_000) == {}
    assert log == []


def test_a_file_that_is_no_consent_opens_nothing_and_is_said_once(tmp_path: Path) -> None:
    log = list[str]()
    consents = Consents(tmp_path, lambda level, text: log.append(f"{level}: {text}"))
    (tmp_path / "notes.txt").write_text("the key is under the mat", encoding="utf-8")
    odd = tmp_path / ("c" * 64)
    odd.write_text("for ever", encoding="ascii")
    assert consents.look(0) == {}
    assert consents.look(2_000) is None
    odd.write_text("2026-06-01T12:00:00", encoding="ascii")  # by which clock?
    assert consents.look(4_000) is None
    odd.unlink()
    assert consents.look(6_000) is None
    assert [line.split(":")[0] for line in log] == ["warning", "info"]


def test_a_consent_without_an_end_opens_nothing_and_holds_nobody_up(tmp_path: Path) -> None:
    log = list[str]()
    consents = Consents(tmp_path, lambda level, text: log.append(f"{level}: {text}"))
    os.mkfifo(tmp_path / ("a" * 64))
    (tmp_path / ("b" * 64)).symlink_to("/dev/zero")
    (tmp_path / ("c" * 64)).mkdir()
    (tmp_path / ("d" * 64)).write_text("2026-06-01T12:00:00Z" + " " * 2_000, encoding="ascii")
    good = grant(tmp_path, TOKEN, until_s=NOON_S)
    assert consents.look(0) == {good: NOON_S * 1000}
    assert len(log) == 1


def test_without_a_folder_nothing_opens_not_even_what_was_kept() -> None:
    consents = Consents(None, lambda *_: None)
    assert consents.look(0) == {}
    assert consents.look(2_000) is None


@pytest.mark.parametrize("do", [lambda f, t: grant(f, t, until_s=NOON_S), withdraw])
def test_a_token_that_could_be_guessed_is_refused(
    tmp_path: Path, do: Callable[[Path, str], object]
) -> None:
    with pytest.raises(ConfigError, match="expected 16 or more"):
        do(tmp_path, "anna")
    assert list(tmp_path.iterdir()) == []


class Line:
    """A serial line whose other end is the test's."""

    def __init__(self) -> None:
        self.there, self.opened = True, 0
        self.other, end = os.openpty()
        self.name = os.ttyname(end)
        self._end = end

    def open(self) -> Port:
        self.opened += 1
        if not self.there:
            raise LinkLostError("nobody is there")
        return Port(self.name, 9600)


def test_each_line_of_a_reader_is_a_token_as_its_digest() -> None:
    line, now, log = Line(), [0], list[str]()
    reader = Reader(line.open, lambda *said: log.append(said[1]), lambda: now[0])
    assert reader.read() == ()
    os.write(line.other, b"\x02" + TOKEN.encode() + b"\x03anna\r\n5f2c9a1b")
    assert read_all(reader, 2) == (digest_of(TOKEN), GUESSABLE)
    os.write(line.other, b"e07d4463\n\n")
    assert read_all(reader, 1) == (digest_of(TOKEN),)
    assert (line.opened, log) == (1, [])
    reader.close()


def test_a_line_without_an_end_is_no_token_and_neither_is_its_end() -> None:
    line = Line()
    reader = Reader(line.open, lambda *_: None, lambda: 0)
    assert reader.read() == ()
    for _ in range(40):
        os.write(line.other, b"\xff" * 100)
        reader.read()
    os.write(line.other, TOKEN.encode() + b"\n" + TOKEN.encode() + b"\n")
    assert read_all(reader, 1) == (digest_of(TOKEN),)
    assert len(reader._rest) == 0
    reader.close()


def test_a_reader_that_does_not_even_close_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: Port) -> None:
        raise BridgeError("it does not close")

    line, log = Line(), list[str]()
    reader = Reader(line.open, lambda *said: log.append(said[1]), lambda: 0)
    assert reader.read() == ()
    port = reader._port
    os.close(line.other)
    with monkeypatch.context() as patch:
        patch.setattr(Port, "close", refuse)
        while reader._port is not None:
            assert reader.read() == ()
    assert len(log) == 1
    assert port is not None
    port.close()


def test_a_reader_that_goes_is_opened_again_after_a_while() -> None:
    line, now, log = Line(), [0], list[str]()
    line.there = False
    reader = Reader(line.open, lambda *said: log.append(said[0]), lambda: now[0])
    for now[0] in (0, 1_000, 4_999, 5_000):
        assert reader.read() == ()
    assert line.opened == 2
    line.there = True
    now[0] = 10_000
    assert reader.read() == ()
    assert log == ["warning", "info"]
    os.close(line.other)
    while line.opened == 3 and len(log) < 3:
        reader.read()
    assert log[2] == "warning"
    reader.close()


def read_all(reader: Reader, count: int) -> tuple[str, ...]:
    """Read until so many have come: the kernel hands bytes over when it likes."""
    found: tuple[str, ...] = ()
    while len(found) < count:
        found += reader.read()
    return found
