"""The street lamp: who wins, what a failed sensor does, and what no sequence of readings can do."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from edgekit.control.override import Override
from edgekit.errors import ConfigError
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.street_light import EXPIRES_MS, LAMP, begin, step
from edgekit.systems.street_light_state import Mode, Reading, Settings, State
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

SEATTLE: dict[str, Any] = {"latitude_deg": 47.648, "longitude_deg": -122.35}
RULES = Settings(**SEATTLE)
MIDNIGHT_MS = 1_764_144_000_000  # 2025-11-26 08:00 UTC: midnight in Seattle
NOON_MS = MIDNIGHT_MS + 12 * 3_600_000
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def replay(state: State, readings: Iterable[Reading]) -> tuple[State, list[Decision], list[float]]:
    told: list[Decision] = []
    levels = []
    for reading in readings:
        state, more = step(state, reading)
        told += more
        levels.append(state.level)
    return state, told, levels


def seconds(
    begin_ms: int,
    count: int,
    *,
    lux: float | None = 2.0,
    present: bool | None = False,
    **more: bool,
) -> list[Reading]:
    return [
        Reading(t_ms=begin_ms + i * SECOND, lux=lux, present=present, **more) for i in range(count)
    ]


def night(state: State | None = None, begin_ms: int = MIDNIGHT_MS, count: int = 60) -> State:
    return replay(state or begin(RULES), seconds(begin_ms, count))[0]


def test_nothing_known_is_full_light() -> None:
    assert (begin(RULES).level, begin(RULES).mode) == (1.0, Mode.FAIL_SAFE)
    assert begin(Settings(lux_fitted=False, presence_fitted=False)).level == 1.0


def test_somebody_gets_full_light_at_once_a_hold_and_a_fade() -> None:
    state = night()
    assert (state.mode, state.level) == (Mode.STANDBY, 0.2)
    state, _, levels = replay(state, seconds(MIDNIGHT_MS + 60_000, 5, present=True))
    assert levels == [1.0] * 5
    state, _, levels = replay(state, seconds(MIDNIGHT_MS + 65_000, 60))
    assert levels[:30] == [1.0] * 30
    fade = levels[30:42]
    assert fade == sorted(fade, reverse=True)
    assert 0.8 < fade[0] < 1.0
    assert levels[42:] == [pytest.approx(0.2)] * 18
    passing = Reading(t_ms=MIDNIGHT_MS + 125_000, present=False, passed=1)
    assert step(state, passing)[0].mode is Mode.PRESENCE  # a counter is a presence sensor too


def test_day_is_day() -> None:
    state, told, levels = replay(begin(RULES), seconds(NOON_MS, 10, lux=9000.0, present=True))

    assert (state.mode, levels) == (Mode.DAY, [0.0] * 10)
    assert [one.command.value for one in told if one.command] == [0]


FAILED = [
    ("presence silent", {"present": None}, Mode.FAIL_SAFE),
    ("lux silent", {"lux": None}, Mode.FAIL_SAFE),
    ("lux of a cut wire", {"lux": 65_535.0}, Mode.STANDBY),
    ("lux not a number", {"lux": math.nan}, Mode.STANDBY),
    ("lux infinite", {"lux": math.inf}, Mode.STANDBY),
    ("lux below nothing", {"lux": -1.0}, Mode.STANDBY),
    ("lux above the sun", {"lux": 1e6}, Mode.STANDBY),
    ("lux stuck at nothing", {"lux": 0.0}, Mode.STANDBY),
    ("no clock", {"clock_good": False}, Mode.STANDBY),
    ("no clock, bright", {"clock_good": False, "lux": 9000.0}, Mode.DAY),
    ("no clock, no lux", {"clock_good": False, "lux": None}, Mode.FAIL_SAFE),
    ("no clock, bad lux", {"clock_good": False, "lux": math.nan}, Mode.FAIL_SAFE),
]


@pytest.mark.parametrize(("what", "reading", "mode"), FAILED, ids=[row[0] for row in FAILED])
def test_what_a_bad_input_does_by_night(what: str, reading: dict[str, Any], mode: Mode) -> None:
    state, told, _ = replay(night(), seconds(MIDNIGHT_MS + MINUTE, 700, **reading))

    assert state.mode is mode, what
    assert state.level == {Mode.FAIL_SAFE: 1.0, Mode.DAY: 0.0}.get(mode, pytest.approx(0.2))
    faulty = any(one.severity is Severity.FAULT for one in told)
    assert faulty is (what not in {"no clock", "no clock, bright", "lux stuck at nothing"})


def test_a_presence_sensor_that_is_known_to_be_gone_is_not_waited_for() -> None:
    state, told = step(night(), Reading(t_ms=MIDNIGHT_MS + MINUTE, unseen=True))
    assert (state.mode, state.level) == (Mode.FAIL_SAFE, 1.0)
    assert told[0].what == "fault.stale"
    state, _ = step(state, Reading(t_ms=MIDNIGHT_MS + 61_000, present=False))
    assert state.mode is Mode.STANDBY


def test_where_no_daylight_comes_it_is_always_night() -> None:
    tunnel = Settings(indoors=True, lux_fitted=False)
    state, _, levels = replay(begin(tunnel), seconds(NOON_MS, 30, lux=None))
    assert state.mode is Mode.STANDBY
    assert levels[-1] == pytest.approx(0.2)


@pytest.mark.parametrize("lux", [0.0, 65_535.0, math.nan])
def test_a_dead_light_sensor_leaves_the_sun_to_decide(lux: float) -> None:
    state = night(begin_ms=NOON_MS)
    _, told, levels = replay(state, seconds(NOON_MS + MINUTE, 1000, lux=lux))

    assert set(levels) == {0.0}
    assert any(one.what.startswith("fault.") for one in told)


def test_a_stuck_light_sensor_is_found_by_day() -> None:
    readings = [
        Reading(t_ms=NOON_MS + i * 5000, lux=4321.0, present=False) for i in range(2 * 720 + 2)
    ]
    state, told, _ = replay(begin(RULES), readings)

    assert "fault.stuck" in [one.what for one in told]
    assert state.mode is Mode.DAY


def test_a_presence_sensor_that_never_changes_for_a_week_is_not_believed() -> None:
    rules = replace(RULES, presence_max_age_s=1000, lux_fitted=False)
    times = range(MIDNIGHT_MS, MIDNIGHT_MS + 7 * 24 * HOUR + HOUR, 10 * MINUTE)
    state, told, _ = replay(begin(rules), [Reading(t_ms=t_ms, present=False) for t_ms in times])

    assert (state.mode, told[-1].what) == (Mode.FAIL_SAFE, "fail_safe")


def test_a_hand_wins_over_all_and_ends() -> None:
    off = Override(level=0.0, for_ms=10 * SECOND)
    for before in (night(), night(begin_ms=NOON_MS), begin(RULES)):
        t_ms = (before.t_ms or MIDNIGHT_MS) + SECOND
        half = Reading(t_ms=t_ms, hand=replace(off, level=0.5))
        assert step(before, half)[0].level == 0.5
    state, _ = step(night(), Reading(t_ms=MIDNIGHT_MS + MINUTE, present=True, hand=off))
    state, told, levels = replay(state, seconds(MIDNIGHT_MS + 61_000, 12, present=True))
    assert levels == [0.0] * 9 + [1.0] * 3
    assert told[0].what == "presence"
    state, _ = step(state, Reading(t_ms=MIDNIGHT_MS + 80_000, present=True, hand=off))
    back = Reading(t_ms=MIDNIGHT_MS + 81_000, present=True, hand=replace(off, for_ms=0))
    assert step(state, back)[0].mode is Mode.PRESENCE


@pytest.mark.parametrize("jump_ms", [-HOUR, 25 * HOUR])
def test_a_clock_that_jumps_is_told_and_costs_no_energy(jump_ms: int) -> None:
    before = night()
    t_ms = (before.t_ms or 0) + jump_ms
    state, told = step(before, Reading(t_ms=t_ms, lux=2.0, present=True))

    assert told[0].what == ("fault.clock_back" if jump_ms < 0 else "fault.missing")
    assert state.level == 1.0
    assert state.ledger == replace(before.ledger, gap_ms=max(0, jump_ms))


def test_a_lamp_in_its_own_light_makes_no_day() -> None:
    """80 lx of its own at the sensor, no clock: without compensation it would blink."""
    rules = replace(RULES, lux_hold_ms=5000)
    state, switched = begin(rules), 0
    for i in range(1200):
        lux = 5.0 + 80.0 * state.level
        reading = Reading(
            t_ms=MIDNIGHT_MS + i * SECOND, lux=lux, present=i % 90 < 3, clock_good=False
        )
        before = state.twilight.night
        state, _ = step(state, reading)
        switched += before is not None and state.twilight.night is not before
        if i > 300:
            assert state.level > 0
    assert state.senses.own.full_lux == pytest.approx(80)
    assert switched <= 4  # until it was learned


def test_daylight_does_what_it_can() -> None:
    rules = replace(RULES, setpoint_lux=50.0, presence_fitted=False, lamp_lux=60.0)
    state = night(begin(rules))
    for i in range(600):
        lux = 20 + 60 * state.level
        state, _ = step(state, Reading(t_ms=MIDNIGHT_MS + MINUTE + i * SECOND, lux=lux))

    assert (state.mode, 20 + 60 * state.level) == (Mode.CLASS, pytest.approx(50, rel=0.06))
    silent = Reading(t_ms=MIDNIGHT_MS + 14 * MINUTE)
    assert step(state, silent)[0].level == 1.0


def test_class_by_volume() -> None:
    rules = replace(RULES, presence_fitted=False, lux_fitted=False, peak_per_h=100.0)
    readings = [Reading(t_ms=MIDNIGHT_MS + i * MINUTE, passed=i % 4 == 0) for i in range(120)]
    state, told, _ = replay(begin(rules), readings)

    assert (state.mode, state.level) == (Mode.CLASS, pytest.approx(0.75))
    assert "16 passages an hour" in told[-1].reason
    people = replace(rules, presence_fitted=True, class_for_people=True, presence_max_age_s=600)
    there = [replace(reading, present=True) for reading in readings]
    assert replay(begin(people), there)[0].level == pytest.approx(0.75)
    assert replay(begin(replace(people, class_for_people=False)), there)[0].level == 1.0


def test_the_lamp_is_safe_when_nobody_steps_any_more() -> None:
    clock = FakeClock(MIDNIGHT_MS)
    lamp = FakeActuator(LAMP, clock)
    state = begin(RULES)
    for reading in seconds(MIDNIGHT_MS, 1200):
        clock.t_ms = reading.t_ms
        state, told = step(state, reading)
        for one in told:
            lamp.give(one.command)
        assert lamp.value == round(1000 * state.level)  # renewed long before it expires
    assert lamp.value == 200
    clock.t_ms += EXPIRES_MS
    assert lamp.value == 1000


BAD_SETTINGS = [
    {"latitude_deg": 91.0},
    {"off_lux": 10.0},
    {"night_deg": 0.0},
    {"standby": 0.0},
    {"peak_per_h": 0.0},
    {"setpoint_lux": -1.0},
    {"fade_levels_per_s": 0.0},
    {"lamp_lux": -1.0},
    {"rated_w": 0.0},
    {"lux_max_age_s": 0},
]


def test_half_a_place_begins_no_lamp() -> None:
    with pytest.raises(ConfigError, match="expected both or none"):
        begin(Settings(latitude_deg=1.0))


@pytest.mark.parametrize("bad", BAD_SETTINGS, ids=str)
def test_settings_that_cannot_be(bad: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        replace(RULES, **bad)
