"""A lamp that follows the road's volume, or leaves to daylight what it can do: with fakes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from edgekit.config.lamp import Daylight, Lamp, Motion
from edgekit.node.lamp.lamplighter import Lamplighter
from edgekit.node.lamp.traffic import EVERY_MS, LATE_S, MOST_WITHHELD, ReleasedTraffic
from edgekit.node.status import CLERK
from edgekit.systems.street_light_state import Mode
from edgekit.testing.channels import FakeDimmer

START_MS = 1_795_392_000_000
ROAD = Lamp(
    port="serial:/dev/none",
    zone=None,
    motion=Motion.NONE,
    daylight=Daylight.NONE,
    latitude_deg=None,
    longitude_deg=None,
    standby_percent=20,
    hold_s=0,
    hand_min=0,
    rated_w=40,
    line="road",
    peak_per_h=400,
)
HALL = replace(ROAD, daylight=Daylight.BH1750, line=None, peak_per_h=None, setpoint_lux=300)


@dataclass
class Time:
    """A clock that the test moves."""

    ms: int = START_MS


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    for module in ("lamplighter", "traffic"):
        for name in ("now_ms", "steady_ms"):
            monkeypatch.setattr(f"edgekit.node.lamp.{module}.clock.{name}", lambda: time.ms)
    return time


Release = Callable[..., None]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Write the node's state as the clerk does, with counts of the window that has just ended."""

    def run(now_ms: int, window_s: int = 900, **windows: Any) -> None:  # noqa: ANN401 -- counts, or fields
        start_s = now_ms // 1000 // window_s * window_s - window_s
        last = {
            metric.replace("_", "."): {"window_start_s": start_s, "status": "released"}
            | (counted if isinstance(counted, dict) else {"count": counted})
            for metric, counted in windows.items()
        }
        state = {"last_window": last, "live": {"line.road.in": 1000}}
        (tmp_path / CLERK).write_text(json.dumps(state))

    return run


def traffic(folder: Path, window_s: int = 900) -> ReleasedTraffic:
    return ReleasedTraffic(folder, line="road", window_s=window_s)


def test_each_window_counts_once_and_the_live_numbers_never(
    tmp_path: Path, time: Time, release: Release
) -> None:
    road = traffic(tmp_path)
    assert road.read() is None
    time.ms += EVERY_MS
    release(time.ms, line_road_in=30, line_road_out=45, line_path_in=500, light_illuminance=7)
    assert road.read() == 75
    assert road.read() == 0
    time.ms += EVERY_MS
    assert road.read() == 0
    time.ms += 900_000
    release(time.ms, line_road_in=-3, line_road_out=10)
    assert road.read() == 10


def test_a_total_counts_nobody_twice(tmp_path: Path, time: Time, release: Release) -> None:
    release(time.ms, line_road_in=5, line_road_total=9, line_road_car_in=2, line_road_car_out=3)
    assert traffic(tmp_path).read() == 14


def test_what_is_withheld_counts_as_the_most_that_it_can_be(
    tmp_path: Path, time: Time, release: Release
) -> None:
    withheld = {"status": "suppressed", "count": None}
    release(time.ms, line_road_in=withheld, line_road_out=20)
    assert traffic(tmp_path).read() == 20 + MOST_WITHHELD == 29


def test_a_gap_or_a_silence_is_no_zero(tmp_path: Path, time: Time, release: Release) -> None:
    road = traffic(tmp_path)
    release(time.ms, line_road_in={"status": "gap", "count": None}, line_road_out=20)
    assert road.read() is None
    time.ms += 900_000
    release(time.ms, line_road_in=5, line_road_out=20)
    assert road.read() == 25
    time.ms += 900_000 + 1000 * (LATE_S - 1)
    assert road.read() == 0
    time.ms += 1000
    assert road.read() is None
    (tmp_path / CLERK).write_text("{")
    time.ms += EVERY_MS
    assert road.read() is None


@dataclass
class Place:
    """A lamp, and a light sensor that it lights."""

    time: Time
    folder: Path
    lamp: Lamp
    sky_lux: float = 0.0
    own_lux: float = 320.0

    def __post_init__(self) -> None:
        self.dimmer = FakeDimmer(lambda: self.time.ms / 1000)
        light = SimpleNamespace(value=0.0)
        board = SimpleNamespace(
            lamp=self.dimmer, light=light, motion=None, button=None, pause=None, close=lambda: None
        )
        self.light = light
        self.lighter = Lamplighter(
            self.lamp, self.folder, open_board=lambda: board, say=lambda *_: None
        )

    @property
    def measured_lux(self) -> float:
        return self.sky_lux + self.own_lux * self.dimmer.applied

    def run(self, seconds: int) -> float:
        """Let time pass, a second a turn; return the light."""
        for _ in range(seconds):
            self.light.value = self.measured_lux
            self.time.ms += 1000
            self.lighter.turn()
        return self.dimmer.applied


def quarters(place: Place, release: Release, *counts: int | None) -> None:
    for count in counts:
        if count is not None:
            release(place.time.ms, line_road_in=count)
        place.run(10)
        place.time.ms += 880_000
        place.run(10)


def test_the_class_follows_what_was_released(tmp_path: Path, time: Time, release: Release) -> None:
    road = Place(time, tmp_path, ROAD)
    quarters(road, release, 8, 8, 8)
    assert road.run(5) == 1.0  # not a whole hour yet
    quarters(road, release, 8, 8, 8)
    assert road.lighter.state.mode is Mode.CLASS
    assert road.run(30) == pytest.approx(0.5, abs=0.01)  # 32 an hour of 400
    quarters(road, release, 60)
    assert road.run(5) == 1.0  # busy at once


def test_without_counts_the_road_has_its_full_class(
    tmp_path: Path, time: Time, release: Release
) -> None:
    road = Place(time, tmp_path, ROAD)
    quarters(road, release, *[8] * 6)
    assert road.run(30) < 0.6
    quarters(road, release, None, None)
    assert road.run(60) == 1.0


@pytest.mark.parametrize(("planned", "expected"), [(False, 1.0), (True, 0.5)])
def test_people_have_full_light_unless_the_planner_says_otherwise(
    planned: bool, expected: float, tmp_path: Path, time: Time, release: Release
) -> None:
    lamp = replace(ROAD, motion=Motion.PIR, class_for_people=planned)
    road = Place(time, tmp_path, lamp)
    road.lighter._opened().motion = SimpleNamespace(value=True)
    quarters(road, release, *[8] * 6)
    assert road.run(30) == pytest.approx(expected, abs=0.01)


def test_a_hall_takes_from_the_lamp_what_daylight_gives(tmp_path: Path, time: Time) -> None:
    hall = Place(time, tmp_path, HALL)
    assert hall.run(90) == pytest.approx(300 / 320, abs=0.06)
    hall.sky_lux = 150.0
    hall.run(120)
    assert hall.measured_lux == pytest.approx(300, rel=0.06)
    hall.sky_lux = 1000.0
    assert hall.run(300) < 0.01
    hall.sky_lux = 0.0
    hall.run(300)
    assert hall.measured_lux == pytest.approx(300, rel=0.06)
    assert time.ms > START_MS


def test_a_hall_whose_sensor_is_silent_has_full_light(tmp_path: Path, time: Time) -> None:
    hall = Place(time, tmp_path, HALL)
    hall.sky_lux = 290.0
    assert hall.run(200) < 0.2
    hall.lighter._opened().light = SimpleNamespace(value=None)
    assert hall.run(90) == 1.0
    assert hall.lighter.state.mode is Mode.FAIL_SAFE
