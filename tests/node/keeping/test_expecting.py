"""The next hour is foretold from released counts: never from one that was withheld."""

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from edgekit.cli.status import rows
from edgekit.consent.authorisation import draft
from edgekit.consent.view import View
from edgekit.geometry import Line
from edgekit.node.keeping.expecting import FILE, Expecting
from edgekit.node.site import Site
from edgekit.records import Profile, Reason, Status
from tests.sample import WINDOW

MONDAY_S = 1_780_272_000
QUARTER_S, HOUR_S, WEEK_S = 900, 3_600, 604_800
IN, OUT = "line.door.in", "line.door.out"


@dataclass
class Door:
    """A door whose released windows are played."""

    folder: Path
    profile: Profile = Profile.HOME
    window_s: int = QUARTER_S
    zone: Any = None

    def __post_init__(self) -> None:
        view = View(width=640, height=480, lines=(Line("door", (320, 460), (320, 100)),))
        allowed = draft(
            "door", profile=Profile.HOME, view=view, window_s=self.window_s, valid_from_s=0
        )
        systems = ()
        if self.zone is not None:
            systems = (SimpleNamespace(name="traffic", settings=SimpleNamespace(zone=self.zone)),)
        self.site: Any = Site(
            settings=SimpleNamespace(  # type: ignore[arg-type] -- as much of them as it reads
                systems=systems, storage=SimpleNamespace(directory=self.folder)
            ),
            authorisation=SimpleNamespace(  # type: ignore[arg-type] -- likewise
                outputs=allowed.outputs, window_s=self.window_s, profile=self.profile
            ),
            organisation="o",
            authority="self",
        )
        self.begin()

    def begin(self) -> None:
        self.expecting = Expecting(self.site)

    def quarter(self, start_s: int, value: int | None) -> dict[str, Any]:
        window = replace(
            WINDOW,
            metric=IN,
            window_start_s=start_s,
            window_s=self.window_s,
            value=value,
            status=Status.SUPPRESSED if value is None else Status.RELEASED,
            reason=Reason.BELOW_THRESHOLD if value is None else None,
        )
        return dict(self.expecting.take([window]))

    def hour(self, start_s: int, *values: int | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, value in enumerate(values):
            found = self.quarter(start_s + number * self.window_s, value)
        return found


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def weeks(door: Door, number: int, *, third: int | None = 30) -> dict[str, Any]:
    """Let weeks pass with four quarters of 30 at Monday 9 h, and nothing else."""
    for week in range(number):
        start_s = MONDAY_S + week * WEEK_S
        door.hour(start_s + 8 * HOUR_S, 10, 10, 10, 10)
        door.hour(start_s + 9 * HOUR_S, 30, 30, third, 30)
    return door.hour(MONDAY_S + number * WEEK_S + 8 * HOUR_S, 10, 10, 10, 10)


def test_an_hour_that_was_released_whole_is_expected_a_week_later(door: Door) -> None:
    found = weeks(door, 3)[IN]
    assert found["hour_start_s"] == MONDAY_S + 3 * WEEK_S + 9 * HOUR_S
    assert found["low"] <= found["count"] <= found["high"]
    assert abs(found["count"] - 120) <= 12
    assert OUT not in weeks(door, 1)


def test_an_hour_with_a_suppressed_quarter_is_not_learnt_from(door: Door) -> None:
    assert weeks(door, 3, third=None) == {}


def test_it_goes_on_after_a_restart_and_learns_anew_from_a_damaged_file(
    door: Door, tmp_path: Path
) -> None:
    weeks(door, 2)
    before = (tmp_path / FILE).read_bytes()
    door.begin()
    start_s = MONDAY_S + 3 * WEEK_S + 8 * HOUR_S
    assert IN in door.hour(start_s, 10, 10, 10, 10)
    (tmp_path / FILE).write_bytes(before[:-9])
    door.begin()
    assert door.hour(start_s + WEEK_S, 10, 10, 10, 10) == {}


def test_the_hour_in_which_it_begins_is_not_known(door: Door) -> None:
    for week in range(2):
        found = door.hour(MONDAY_S + week * WEEK_S + 9 * HOUR_S + QUARTER_S, 30, 30, 30)
    assert found == {}


def test_hours_are_those_of_the_place(tmp_path: Path) -> None:
    door = Door(tmp_path, zone=ZoneInfo("Europe/Berlin"))
    winter_s = 1_792_454_400  # Tuesday 2026-10-20 00:00 UTC; the clock goes back on the 25th
    door.hour(winter_s + 8 * HOUR_S, 5, 5, 5, 5)
    door.hour(winter_s + 9 * HOUR_S, 30, 30, 30, 30)
    next_s = winter_s + WEEK_S
    # 8 h UTC was 10 on the wall, and is 9 now: an hour later it is 10 h there again.
    assert door.hour(next_s + 8 * HOUR_S, 5, 5, 5, 5)[IN]["count"] == 20
    assert door.hour(next_s + 9 * HOUR_S, 5, 5, 5, 5)[IN]["count"] == 120


@pytest.mark.parametrize(
    ("profile", "window_s"), [(Profile.BANDS, QUARTER_S), (Profile.HOME, 7_200)]
)
def test_bands_and_windows_beyond_an_hour_foretell_nothing(
    tmp_path: Path, profile: Profile, window_s: int
) -> None:
    door = Door(tmp_path, profile=profile, window_s=window_s)
    assert weeks(door, 2) == {}
    assert not (tmp_path / FILE).exists()


def test_a_disk_that_takes_nothing_costs_only_what_was_learnt(tmp_path: Path) -> None:
    door = Door(tmp_path / "nowhere")
    assert IN in weeks(door, 2)


def test_status_says_it() -> None:
    window = {
        "status": "released",
        "count": 30,
        "window_start_s": MONDAY_S,
        "uptime_percent": 100,
        "expected": {"hour_start_s": MONDAY_S + HOUR_S, "count": 120, "low": 95, "high": 150},
    }
    state = {
        "processes": {},
        "running": False,
        "site": "door",
        "profile": "home",
        "records": 1,
        "delivered": 1,
        "last_window": {IN: window},
    }
    text = rows(state, MONDAY_S)[-1][1]
    assert text.endswith("; expected from 01:00 UTC on: 120 (95 to 150)")
