"""Leaks of a home, and the dispatch of readings."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.water_leak import Settings, State, begin, step
from edgekit.systems.water_leak_home import CLOSED, MAIN, OPEN, Draw, Home, Release
from edgekit.systems.water_leak_network import Flow
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

START = 1_780_272_000_000
TEN = 10 * MINUTE_MS
BURST_L = 300  # in ten minutes


def run(
    readings: list[Flow | Draw | Release], home: Home | None = None
) -> tuple[State, list[Decision]]:
    state, told = begin(Settings(home=home or Home())), []
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def draws(litres: list[float | None], *, every_ms: int = TEN, start_ms: int = START) -> list[Draw]:
    return [Draw(t_ms=start_ms + k * every_ms, litres=one) for k, one in enumerate(litres)]


def whats(told: list[Decision]) -> list[str]:
    return [one.what for one in told]


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        (draws([0, 5, None, 5]), ["fault.missing"]),
        (draws([0, 5, float("nan"), 5]), ["fault.missing"]),
        (draws([0, 5, -3, 5]), ["fault.back_flow"]),
        (draws([0, 5], every_ms=3 * HOUR_MS), ["fault.missing"]),
        ([*draws([0, 5]), Draw(t_ms=START, litres=9)], ["fault.clock_back"]),
        (draws([0, *[BURST_L] * 2, None, *[BURST_L] * 2]), ["fault.missing"]),
        (draws([0, 0, 2 * BURST_L, 0]), []),  # a bath
    ],
)
def test_table_of_faults(readings: list[Flow | Draw | Release], said: list[str]) -> None:
    _, told = run(readings)

    assert whats(told) == said
    assert not any(one.command for one in told)


def test_a_drip_through_a_day_is_a_leak_until_an_hour_is_dry() -> None:
    readings = draws([3, 0, 0, 0, 0, 0] * 26 + [0] * 12)

    _, told = run([*readings])

    assert whats(told) == ["leak", "leak.over"]
    assert told[0].t_ms == START + 25 * HOUR_MS  # the first hour began before the first reading
    assert "at least 3 l/h" in told[0].reason


def test_a_coarse_meter_sees_a_drip_by_hours_that_have_a_pulse() -> None:
    coarse = Home(pulse_l=10)  # 5 l/h are a pulse in two hours
    readings = draws(([10.0] + [0.0] * 11) * 50 + [0.0] * 30)

    assert (coarse.dry_h, coarse.leak_h) == (3, 72)
    _, told = run([*readings], coarse)

    assert whats(told) == ["leak", "leak.over"]
    assert "no 3 h of 72 was without water: at least 3.3 l/h" in told[0].reason
    assert "leak" not in whats(run([*readings])[1])  # by a meter of 1 l this is no leak


def test_what_runs_on_purpose_is_no_leak_and_what_runs_besides_is() -> None:
    humid = Home(wanted_l_per_h=1)

    assert run([*draws([1, 0, 0, 0, 0, 0] * 30)], humid)[1] == []
    (told,) = run([*draws([2, 0, 0, 2, 0, 0] * 30)], humid)[1]
    assert "at least 1 l/h" in told.reason


@pytest.mark.parametrize("pulse_l", [0.1, 1, 10])
@pytest.mark.parametrize("every_s", [10, 60, 600])
def test_a_burst_is_seen_however_fine_or_coarse_it_is_metered(pulse_l: float, every_s: int) -> None:
    home = Home(pulse_l=pulse_l)
    counts = [k * every_s * 2000 / 3600 // pulse_l * pulse_l for k in range(2700 // every_s + 1)]
    litres = [b - a for a, b in pairwise(counts)]

    _, told = run([*draws([0.0, *litres], every_ms=every_s * 1000)], home)

    assert whats(told) == ["burst"]
    assert START + 30 * MINUTE_MS <= told[0].t_ms <= START + 35 * MINUTE_MS


def test_a_garden_is_watered_in_its_minutes_only() -> None:
    home = Home(watering_l_per_h=1000, watering_start_min=60, watering_end_min=300)
    hours = {at: draws([BURST_L] * 6, start_ms=START + at * HOUR_MS) for at in (2, 8)}

    for at, readings in hours.items():
        _, told = run([*draws([0], start_ms=readings[0].t_ms - TEN), *readings], home)
        assert whats(told) == ([] if at == 2 else ["burst"])


def test_a_home_where_people_sleep_has_no_leak() -> None:
    day = [12.0] * 17 * 6 + [0.0] * 7 * 6

    assert run([*draws(day * 5)])[1] == []


def test_a_burst_closes_the_main_by_a_pulse_until_it_is_released() -> None:
    readings = [*draws([0, 5, *[BURST_L] * 4, 0]), Release(t_ms=START + HOUR_MS + TEN)]
    clock = FakeClock(START)
    valve = FakeActuator(MAIN, clock, OPEN)
    state, seen = begin(Settings()), []
    for reading in readings:
        clock.sleep((reading.t_ms - clock.ms()) / 1000)
        state, told = step(state, reading)
        for one in told:
            valve.give(one.command)
        seen.append(valve.value)

    assert seen == [OPEN] * 4 + [CLOSED] * 3 + [OPEN]
    clock.sleep(24 * 3600)
    assert valve.value == OPEN


def test_after_a_release_the_main_stays_open_for_a_while() -> None:
    readings = [
        *draws([0, *[BURST_L] * 4]),
        Release(t_ms=START + 41 * MINUTE_MS),
        *draws([BURST_L] * 12, start_ms=START + 5 * TEN),
    ]

    _, told = run(readings)

    assert [one.command.value for one in told if one.command] == [CLOSED, OPEN]
    assert "released by hand, so the main stays open" in told[-1].reason


def test_the_main_is_closed_twice_a_day_at_most() -> None:
    burst: list[Flow | Draw | Release] = []
    for number in range(4):
        start_ms = START + number * 4 * HOUR_MS
        burst += draws([0, *[BURST_L] * 4, 0], start_ms=start_ms)
        burst += [Release(t_ms=start_ms + HOUR_MS)]

    _, told = run(burst)

    closed = [one for one in told if one.command and one.command.value == CLOSED]
    alarms = [one for one in told if one.severity is Severity.ALARM]
    assert (len(closed), len(alarms)) == (2, 4)
    assert "closed 2 times in a day already" in alarms[-1].reason


def test_a_main_that_does_not_hold_is_told() -> None:
    _, told = run([*draws([0, *[BURST_L] * 4, 0, *[BURST_L] * 4])])

    alarms = [one for one in told if one.severity is Severity.ALARM]
    assert len(alarms) == 2
    assert "does not hold" in alarms[1].reason
    assert alarms[1].command is None


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"pulse_l": 100.0}, "one pulse within 24 h"),
        ({"pulse_l": 0.0}, "both above 0"),
        ({"least_l_per_h": 0.0}, "both above 0"),
        ({"wanted_l_per_h": -1.0}, "on purpose"),
        ({"watering_l_per_h": -1}, "on purpose"),
    ],
)
def test_meters_and_wants_that_cannot_be(bad: dict[str, float], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        replace(Home(), **bad)


@pytest.mark.parametrize("name", ["continuous_h", "burst_l_per_h", "max_gap_ms"])
def test_homes_that_cannot_be(name: str) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        replace(Home(), **{name: 0})


@given(
    st.lists(
        st.one_of(
            st.tuples(st.integers(-60, 200), st.none() | st.floats(-10, 2000)),
            st.just("release"),
        ),
        max_size=80,
    )
)
def test_the_main_closes_on_a_confirmed_burst_only(steps: list[tuple[int, float | None]]) -> None:
    state, t_ms, closings = begin(Settings()), START, []
    run_min, run_l = 0, 0.0  # since water was last not known, or the main released
    for one in steps:
        if one == "release":
            state, _ = step(state, Release(t_ms=t_ms))
            run_min, run_l = 0, 0.0
            continue
        minutes, litres = one
        t_ms += minutes * MINUTE_MS
        state, told = step(state, Draw(t_ms=t_ms, litres=litres))
        if minutes > 0:
            known = litres is not None and litres >= 0 and minutes <= 120
            run_min, run_l = (run_min + minutes, run_l + litres) if known else (0, 0.0)
        for decision in told:
            if decision.command is not None:
                assert run_min >= 30
                assert run_l >= 1500 / 60 * 30 * 0.999
                closings.append(t_ms)
    assert all(b - a >= 24 * HOUR_MS for a, b in zip(closings, closings[2:], strict=False))
