"""Every row of a hand count is on the disk before the next key is read."""

import errno
import os
from pathlib import Path

import pytest

from edgekit.errors import ConfigError, OutletError
from edgekit.evaluation.tallying import HEADER, parse_keys
from edgekit.node.handcount.file import TallyFile
from edgekit.node.handcount.session import TallySession

KEYS = parse_keys("a=door.in,l=door.out,e=square.enter")
ROW = ("1.000", "count", "door", "", "in", "person")


class Clock:
    def __init__(self, t_ms: int) -> None:
        self.t_ms = t_ms

    def __call__(self) -> int:
        return self.t_ms


def session(file: TallyFile, t_ms: int = 0) -> tuple[TallySession, Clock]:
    clock = Clock(t_ms)
    return TallySession(file, KEYS, clock_ms=clock, every_s=10), clock


def test_a_row_is_there_at_once_and_the_table_agrees(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with TallyFile(path) as file:
        counting, clock = session(file)
        counting.start()
        clock.t_ms = 12_000
        assert counting.press("a")
        assert path.read_text().splitlines()[-1] == "12.000,count,door,,in,person"
        clock.t_ms = 14_000
        assert counting.press("a")
        assert not counting.press("z")
        assert counting.undo()
        assert path.read_text().splitlines()[-1] == "14.000,undo,door,,in,person"
        table = counting.table()
    assert table[0] == "14 s  counting"
    assert table[2].split() == ["a", "door", "in", "1", "1", "0"]
    assert table[-1] == "taken back: door in"


def test_a_count_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for start_ms in (0, 60_000):
        with TallyFile(path) as file:
            counting, clock = session(file, start_ms)
            counting.start()
            clock.t_ms += 1_000
            for sign in "aae":
                counting.press(sign)
            counting.undo()
            counting.press("e")
            table = counting.table()
            counting.end()

    assert [row.split()[-3] for row in table[2:5]] == ["4", "0", "2"]
    assert path.read_text().count("begin") == 6


def test_a_second_count_of_the_same_time_is_refused(tmp_path: Path) -> None:
    with TallyFile(tmp_path / "t.csv") as file:
        counting, clock = session(file)
        counting.start()
        clock.t_ms = 9_000
        counting.end()
    with TallyFile(tmp_path / "t.csv") as file, pytest.raises(ConfigError, match="counted twice"):
        session(file, 5_000)


@pytest.mark.parametrize("keep", range(1, 80, 7))
def test_a_torn_row_is_cut_off(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "t.csv"
    with TallyFile(path) as file:
        file.write([ROW, ROW])
    whole = path.read_bytes()
    path.write_bytes(whole[:keep])
    with TallyFile(path) as file:
        file.write([ROW])

    lines = path.read_bytes().splitlines(keepends=True)
    assert lines[0].decode() == ",".join(HEADER) + "\n"
    assert all(line == whole.splitlines(keepends=True)[1] for line in lines[1:])
    assert len(lines) == 1 + whole[:keep].count(b"\n", 40) + 1


@pytest.mark.parametrize(
    "text", ["start,end,line,direction,count\n0,9,d,in,1\n", "time\n", "x", "\n"]
)
def test_a_file_that_is_no_tally_is_not_touched(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(ConfigError, match="is no tally"):
        TallyFile(path)
    assert path.read_text() == text


def test_a_tally_that_was_edited_wrongly_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    text = ",".join(HEADER) + "\nyesterday,count,door,,in,person\n"
    path.write_text(text)
    with pytest.raises(ConfigError, match="line 2"):
        TallyFile(path)
    assert path.read_text() == text


def test_two_tallies_do_not_share_a_file(tmp_path: Path) -> None:
    with TallyFile(tmp_path / "t.csv"), pytest.raises(ConfigError, match="another tally"):
        TallyFile(tmp_path / "t.csv")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        TallyFile(tmp_path)


@pytest.mark.parametrize("how", ["error", "short"])
def test_a_full_disk_loses_the_row_and_nothing_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    path = tmp_path / "t.csv"
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if how == "short":
            return write(descriptor, data[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    with TallyFile(path) as file:
        counting, _ = session(file)
        counting.start()
        counting.press("a")
        before = path.read_bytes()
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(OutletError):
            counting.press("a")
        monkeypatch.undo()

        assert path.read_bytes() == before
        assert counting.tally.count("a") == 1
