"""A weather station's files, dropped into a folder."""

import json
import os
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edgekit.node.steward.station import MOST_BYTES, Station, rows_of
from edgekit.systems.day import HOUR_MS
from edgekit.systems.irrigation_day import Sensed

NOON_MS = 1_780_315_200_000
HEAD = "time,temperature_c,humidity,wind_m_s,radiation_w_m2,rain_mm\n"


def sensed(minutes: int, **values: float) -> Sensed:
    return Sensed(t_ms=NOON_MS + minutes * 60_000, heard_ms=NOON_MS + 60_000, **values)


def station(folder: Path, log: list[str] | None = None) -> Station:
    said = [] if log is None else log
    return Station(folder, UTC, lambda level, text: said.append(f"{level}: {text}"))


def test_what_is_new_is_read_once_and_in_order(tmp_path: Path) -> None:
    file, heard = tmp_path / "a.csv", station(tmp_path)
    file.write_text(
        HEAD + "2026-06-01T12:01:00Z,21.5,,2.5,,0.2\n2026-06-01T12:00:00Z,21.0,48,,640,\n",
        encoding="utf-8",
    )
    first = list(heard.read(NOON_MS + 60_000))
    assert first == [
        sensed(0, temperature_c=21.0, humidity=48.0, radiation_w_m2=640.0),
        sensed(1, temperature_c=21.5, wind_m_s=2.5, rain_mm=0.2),
    ]
    assert list(heard.read(NOON_MS + 90_000)) == []  # it looks once a minute
    with file.open("a", encoding="utf-8") as more:
        more.write("2026-06-01T14:02:00+02:00,22,,,,\n")
    os.utime(file, ns=(1, 1))
    (later,) = heard.read(NOON_MS + 120_000)
    assert (later.t_ms, later.temperature_c) == (NOON_MS + 120_000, 22.0)


def test_json_and_local_times_do_as_well(tmp_path: Path) -> None:
    (tmp_path / "now.json").write_text(
        json.dumps([{"time": NOON_MS / 1000, "temperature_c": 20, "station": "roof"}])
    )
    assert list(station(tmp_path).read(NOON_MS + 60_000)) == [sensed(0, temperature_c=20.0)]
    local = tmp_path / "local.csv"
    local.write_text(HEAD + "2026-06-01T14:00:00,20,,,,\n", encoding="utf-8")
    zone = ZoneInfo("Europe/Berlin")
    (row,) = rows_of(local.read_bytes(), ".csv", zone, heard_ms=NOON_MS + 60_000)
    assert row == sensed(0, temperature_c=20.0)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "date,temp\n2026-06-01,20\n", "expected time and any of"),
        ("a.csv", HEAD + "yesterday,20,,,,\n", "Invalid isoformat string"),
        ("a.csv", HEAD + ",20,,,,\n", "Invalid isoformat string"),
        ("a.csv", HEAD + "2026-06-01T12:00:00Z,warm,,,,\n", "could not convert"),
        ("a.json", "[1, 2]", "expected an object"),
        ("a.json", "{", "Expecting"),
        ("a.json", '{"time": true, "humidity": 4}', "without a time"),
        ("a.json", '{"time": 1780315200, "humidity": [4]}', "is no number"),
        ("a.csv", "\xff\xfe", "codec"),
        ("a.csv", HEAD + "2026-06-01T12:00:00Z,,,,," + "9" * 200_000 + "\n", "field larger"),
        ("a.csv", HEAD + "0001-01-01T00:00:00+14:00,20,,,,\n", "date value out of range"),
        ("a.json", "[" * 100_000, "recursion"),
        ("a.json", '{"time": 1780315200, "humidity": 1' + "0" * 400 + "}", "too large"),
        ("a.json", '{"time": Infinity, "humidity": 4}', "infinity"),
        ("a.json", '{"time": 1e300, "humidity": 4}', "from 1970 to 2100"),
    ],
)
def test_a_file_that_is_no_stations_is_said_once_and_nothing_of_it_is_used(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    log = list[str]()
    heard = station(tmp_path, log)
    (tmp_path / name).write_text(text, encoding="latin-1")
    assert list(heard.read(NOON_MS)) == []
    assert list(heard.read(NOON_MS + 60_000)) == []
    assert len(log) == 1
    assert said in log[0]
    (tmp_path / name).unlink()
    assert list(heard.read(NOON_MS + 120_000)) == []
    assert log[1] == "info: weather station: it can be read"


def test_a_station_that_is_silent_for_a_day_is_said_to_tell_nothing(tmp_path: Path) -> None:
    heard = station(tmp_path)
    assert list(heard.read(NOON_MS)) == []
    assert list(heard.read(NOON_MS + 25 * HOUR_MS)) == []
    late = NOON_MS + 27 * HOUR_MS
    assert list(heard.read(late)) == [Sensed(t_ms=late)]
    assert list(heard.read(late + HOUR_MS)) == []


def test_a_row_from_the_future_does_not_hide_what_comes_after(tmp_path: Path) -> None:
    file, heard = tmp_path / "a.csv", station(tmp_path)
    file.write_text(HEAD + "2027-06-01T12:00:00Z,20,,,,\n", encoding="utf-8")
    assert [one.t_ms > NOON_MS for one in heard.read(NOON_MS)] == [True]
    (tmp_path / "b.csv").write_text(HEAD + "2026-06-01T12:05:00Z,20,,,,\n", encoding="utf-8")
    (row,) = heard.read(NOON_MS + 300_000)
    assert row.t_ms == NOON_MS + 300_000


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    log = list[str]()
    assert list(station(tmp_path / "nowhere", log).read(NOON_MS)) == []
    assert "cannot be read" in log[0]


def test_a_file_without_an_end_is_not_read_and_holds_nobody_up(tmp_path: Path) -> None:
    log = list[str]()
    heard = station(tmp_path, log)
    good = HEAD + "2026-06-01T12:00:00Z,20,,,,\n"
    for name, make, said in (
        ("a.csv", lambda path: path.write_bytes(b" " * (MOST_BYTES + 1)), "at most"),
        ("b.csv", os.mkfifo, "a plain file"),
        ("c.json", lambda path: path.symlink_to("/dev/zero"), "a plain file"),
        ("d.csv", lambda path: path.mkdir(), "a plain file"),
        ("e.csv", lambda path: path.symlink_to("nowhere"), "No such file"),
    ):
        make(tmp_path / name)
        assert list(heard.read(NOON_MS + 60_000 * len(log))) == []
        assert said in log[-1]
    (tmp_path / "f.csv").write_text(good, encoding="utf-8")
    assert len(list(heard.read(NOON_MS + HOUR_MS))) == 1


def test_a_line_that_is_still_written_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    file, heard = tmp_path / "a.csv", station(tmp_path)
    file.write_text(HEAD + "2026-06-01T12:00:00Z,20,,,,\n2026-06-01T12:01:00Z,2", encoding="utf-8")
    assert [one.temperature_c for one in heard.read(NOON_MS)] == [20.0]
    with file.open("a", encoding="utf-8") as more:
        more.write("1.5,,,,\n2026-06-01T12:02:00Z,22.5,,,,")
    assert [one.temperature_c for one in heard.read(NOON_MS + 120_000)] == [21.5]
    # It stays so: there is a station that ends its last line with nothing.
    assert [one.temperature_c for one in heard.read(NOON_MS + 180_000)] == [22.5]
    assert list(heard.read(NOON_MS + 240_000)) == []


def test_more_than_one_look_can_read_is_read_in_the_next(tmp_path: Path) -> None:
    heard = station(tmp_path)
    rest = "\n" * (MOST_BYTES // 2)
    for minute in range(3):
        row = f"2026-06-01T12:0{minute}:00Z,2{minute},,,,{rest}"
        (tmp_path / f"{minute}.csv").write_text(HEAD + row, encoding="utf-8")
    found = [len(list(heard.read(NOON_MS + 60_000 * look))) for look in range(4)]
    assert found == [1, 1, 1, 0]
