"""Watering: before the roots suffer, by night, within the budget, and never by guess."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Safe
from edgekit.systems.day import DAY_MS, HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.irrigation import (
    VALVE,
    Probe,
    Settings,
    State,
    Tick,
    begin,
    step,
)
from edgekit.systems.irrigation_soil import Crop, Soil
from edgekit.systems.irrigation_valve import RENEWED_MS
from edgekit.systems.irrigation_weather import Weather
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

START = 1_780_272_000_000
TEN = 10 * MINUTE_MS
HOT = Weather(t_ms=START, low_c=17, high_c=34, dew_c=8, radiation_mj=27, wind_m_s=3, rain_mm=0)


def hot(day: int, **change: float | None) -> Weather:
    """A hot day, none quite like the other."""
    by = 0.1 * (day % 7)
    weather = replace(HOT, t_ms=START + day * DAY_MS, low_c=17 + by, high_c=34 + by, dew_c=8 + by)
    weather = replace(weather, radiation_mj=26 + by, wind_m_s=3 + by)
    return replace(weather, **change)


def run(state: State, days: int, **change: float | None) -> tuple[State, list[Decision]]:
    """Live some days, each followed by a night of moments."""
    told: list[Decision] = []
    for day in range(days):
        state, more = step(state, hot(day, **change))
        told += more
        for moment in range(144):
            t_ms = START + day * DAY_MS + moment * TEN
            state, more = step(state, Tick(t_ms=t_ms))
            told += more
    return state, told


def commands(told: list[Decision]) -> list[Decision]:
    return [one for one in told if one.command is not None]


def test_the_roots_never_lack_more_than_is_readily_there() -> None:
    state, given = begin(Settings()), 0.0
    for day in range(120):
        state, _ = step(state, hot(day))
        assert state.water.depletion_mm <= state.water.readily_mm
        for moment in range(144):
            state, _ = step(state, Tick(t_ms=START + day * DAY_MS + moment * TEN))
        given += state.given_mm
    assert given > 400


def test_young_roots_last_a_day_of_hot_wind_that_a_full_root_zone_would_not() -> None:
    settings = Settings(crop=Crop(roots_m=(0.18, 1.0)), rate_mm_per_h=20.0)
    state, beyond = begin(settings), 0
    for day in range(35):
        wind = 8.0 + 0.1 * (day % 3) if day > 15 and day % 5 == 0 else 3.0 + 0.1 * (day % 7)
        state, told = step(state, hot(day, wind_m_s=wind))
        water = state.water
        assert water.depletion_mm <= water.readily_mm
        more = [one.reason for one in told if "full roots would not last" in one.reason]
        assert bool(more) is (state.planned_mm * settings.efficiency > water.depletion_mm + 1e-9)
        # On such a day a root zone that was only full in the morning ends above RAW.
        beyond += water.et_mm > water.readily_mm
        for moment in range(144):
            state, _ = step(state, Tick(t_ms=START + day * DAY_MS + moment * TEN))
    assert beyond


def test_a_dry_surface_evaporates_little_and_water_waits_for_the_roots() -> None:
    state, _ = step(begin(Settings()), hot(0))
    wet = replace(state, water=replace(state.water, depletion_mm=15.0))
    dry = replace(wet, water=replace(wet.water, surface_mm=Soil().evaporable_mm))

    wet, _ = step(wet, hot(1))
    dry, _ = step(dry, hot(1))

    assert wet.planned_mm > 0.0
    assert dry.planned_mm == 0.0


def test_water_comes_by_night_only_and_the_valve_closes_by_itself() -> None:
    clock = FakeClock(START)
    valve = FakeActuator(VALVE, clock)
    state, opened = begin(Settings()), set()
    for day in range(20):
        state, _ = step(state, hot(day))
        for moment in range(144):
            clock.t_ms = START + day * DAY_MS + moment * TEN
            state, told = step(state, Tick(t_ms=clock.ms()))
            for one in told:
                valve.give(one.command)
            if valve.value:
                opened.add(moment * 10 // 60)
    assert opened
    assert not opened & set(range(8, 20))
    clock.t_ms += RENEWED_MS
    assert valve.value == 0
    assert VALVE.safe is Safe.CLOSED


def test_rain_stops_it_and_what_fell_is_not_given_again() -> None:
    deep = Settings(crop=Crop(roots_m=(0.6, 1.0)))
    state, _ = step(begin(deep), Probe(t_ms=START, theta=(0.15,)))
    state = replace(state, planned_mm=10.0)
    state, (opened,) = step(state, Tick(t_ms=START))
    state, (closed,) = step(state, Tick(t_ms=START + TEN, raining=True))
    wet, _ = step(state, hot(1, rain_mm=60.0))
    dry, _ = step(state, hot(1))

    assert [one.command.value for one in (opened, closed) if one.command] == [1, 0]
    assert state.given_mm == pytest.approx(10 / 6)
    assert wet.planned_mm == 0.0
    assert wet.water.deepest_mm < dry.water.deepest_mm


def test_the_week_has_a_budget() -> None:
    settings = Settings(budget_mm_week=20.0)
    state, told = begin(settings), []
    given: list[float] = []
    for day in range(60):
        state, more = step(state, hot(day))
        told += more
        for moment in range(144):
            state, _ = step(state, Tick(t_ms=START + day * DAY_MS + moment * TEN))
        given.append(state.given_mm)

    assert max(sum(given[n : n + 7]) for n in range(54)) <= 20.01
    assert any("the week's budget leaves" in one.reason for one in told)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"high_c": 93.0}, ["fault.unit_flipped", "unknown"]),
        ({"high_c": None}, ["fault.missing", "unknown"]),
        ({"low_c": 36.0}, ["fault.out_of_range", "unknown"]),
        ({"radiation_mj": 640.0}, ["fault.unit_flipped"]),
        ({"radiation_mj": 44.0}, ["fault.out_of_range"]),
        ({"wind_m_s": 90.0}, ["fault.unit_flipped"]),
        ({"rain_mm": -1.0}, ["fault.out_of_range"]),
        ({"dew_c": 60.0}, ["fault.unit_flipped"]),
    ],
    ids=lambda one: str(sorted(one)) if isinstance(one, set) else str(one),
)
def test_table_of_faults(change: dict[str, float | None], said: list[str]) -> None:
    state, _ = step(begin(Settings()), hot(0))

    state, told = step(state, hot(1, **change))

    assert sorted({one.what for one in told} - {"plan"}) == said
    assert 0 < state.et_mm[-1] < 12


def test_a_sensor_that_stands_is_named() -> None:
    state, told = begin(Settings()), []
    for day in range(8):
        state, more = step(state, hot(day, wind_m_s=3.0))
        told += more

    assert [one.what for one in told if one.severity is Severity.FAULT] == ["fault.stuck"]


def test_after_three_days_without_weather_nothing_is_given() -> None:
    state, _ = run(begin(Settings()), 12)
    told: list[Decision] = []
    for day in range(12, 40):
        state, more = step(state, replace(hot(day), low_c=None, high_c=None))
        told += more
        for moment in range(144):
            t_ms = START + day * DAY_MS + moment * TEN
            state, more = step(state, Tick(t_ms=t_ms))
            told += more

    late = [one for one in told if one.t_ms > START + 15 * DAY_MS]
    assert not commands(late)
    assert "no water by guess" in late[-1].reason


@pytest.mark.parametrize(
    ("theta", "said"),
    [
        ((0.15,), "probe"),
        ((None,), None),
        ((19.0,), "fault.unit_flipped"),
        ((-1.0,), "fault.out_of_range"),
        ((float("nan"),), "fault.missing"),
    ],
    ids=str,
)
def test_a_probe(theta: tuple[float | None, ...], said: str | None) -> None:
    state, told = step(begin(Settings()), Probe(t_ms=START, theta=theta))

    assert [one.what for one in told] == ([] if said is None else [said])
    assert (state.water.depletion_mm > 0) is (said == "probe")


def test_a_probe_of_other_layers_is_refused() -> None:
    with pytest.raises(ConfigError, match="2 layers: the soil has 1"):
        step(begin(Settings()), Probe(t_ms=START, theta=(0.2, 0.2)))


@pytest.mark.parametrize("bad", [{"rate_mm_per_h": 0}, {"efficiency": 1.1}, {"wetted": 0}], ids=str)
def test_zones_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="a zone"):
        Settings(**bad)


@given(st.lists(st.tuples(st.integers(-30, 300), st.booleans()), max_size=60))
def test_no_more_is_given_than_planned(moments: list[tuple[int, bool]]) -> None:
    state, t_ms = replace(begin(Settings()), planned_mm=12.0), START
    for minutes, raining in moments:
        t_ms += minutes * MINUTE_MS
        state, told = step(state, Tick(t_ms=t_ms, raining=raining))
        for one in told:
            if one.command is not None and one.command.value:
                assert not raining
                assert one.command.expires_ms <= RENEWED_MS
                assert (t_ms - START) // HOUR_MS % 24 not in range(8, 20)
        assert state.given_mm <= 12.0 + 1e-3
