"""Readings of a station become days: what was read enough of is known, the rest is not."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.systems.day import DAY_MS, HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision
from edgekit.systems.irrigation import Settings, State, begin, step
from edgekit.systems.irrigation_day import Gathered, Sensed, gather
from edgekit.systems.irrigation_weather import Weather
from edgekit.systems.persistence import from_json, to_json

START = 1_780_272_000_000
TEN = 10 * MINUTE_MS
BERLIN = ZoneInfo("Europe/Berlin")


def read(t_ms: int, **change: float | None) -> Sensed:
    """A warm day: coldest at midnight, warmest at noon; none like the minute before."""
    hour = t_ms / HOUR_MS % 24
    noon = 1 - abs(hour - 12) / 12
    usual: dict[str, float | None] = {
        "temperature_c": 10 + 20 * noon,
        "humidity": 90 - 50 * noon,
        "wind_m_s": 2 + noon,
        "radiation_w_m2": max(0.0, 1000 * (noon - 0.5)),
        "rain_mm": 0.2 if 3 <= hour < 4 else 0.0,
    }
    return Sensed(t_ms=t_ms, heard_ms=t_ms, **(usual | change))


def live(
    readings: Sequence[Sensed], gathered: Gathered | None = None, zone: tzinfo = UTC
) -> tuple[Gathered, list[Weather], list[Decision]]:
    state, days, told = gathered or Gathered(), list[Weather](), list[Decision]()
    for one in readings:
        state, ended, more = gather(state, one, zone)
        days, told = [*days, *ended], [*told, *more]
    return state, days, told


def day(number: int = 0, **change: float | None) -> list[Sensed]:
    return [read(START + number * DAY_MS + at, **change) for at in range(0, DAY_MS, TEN)]


def test_a_whole_day_is_known_by_all_that_was_read() -> None:
    _, (weather,), told = live([*day(), read(START + DAY_MS)])

    assert weather.t_ms == START + DAY_MS
    assert (weather.low_c, weather.high_c) == (10, 30)
    assert (weather.rh_min, weather.rh_max) == (40, 90)
    assert weather.wind_m_s == pytest.approx(2.5, abs=0.01)
    assert weather.rain_mm == pytest.approx(1.2)
    # Half of the day is bright, 250 W/m² on average: 250 x 43200 s.
    assert weather.radiation_mj == pytest.approx(10.8, abs=0.1)
    assert told == []


def test_what_a_station_does_not_have_is_not_known() -> None:
    bare = dict.fromkeys(("humidity", "wind_m_s", "radiation_w_m2", "rain_mm"), None)
    _, (weather,), told = live([*day(**bare), read(START + DAY_MS, **bare)])

    assert weather == Weather(t_ms=START + DAY_MS, low_c=10, high_c=30, rain_mm=None)
    assert told == []


def test_too_little_of_a_day_tells_nothing_of_it_but_rain() -> None:
    first = [one for one in day() if one.t_ms < START + 6 * HOUR_MS]
    _, (weather,), _ = live([*first, read(START + DAY_MS)])
    assert (weather.low_c, weather.wind_m_s, weather.radiation_mj) == (None, None, None)
    assert weather.rain_mm == pytest.approx(1.2)

    gap = [one for one in day() if not 10 * HOUR_MS <= one.t_ms - START < 12 * HOUR_MS]
    _, (weather,), _ = live([*gap, read(START + DAY_MS)])
    assert weather.high_c == pytest.approx(30)
    assert weather.radiation_mj is None  # two hours of sun are missing


def test_each_day_of_a_silence_is_a_day_without_weather() -> None:
    _, days, _ = live([*day(), read(START + 4 * DAY_MS + TEN)])
    assert [one.t_ms for one in days] == [START + n * DAY_MS for n in (1, 2, 3, 4)]
    assert [one.low_c for one in days] == [10, None, None, None]


@pytest.mark.parametrize(
    ("date_ms", "hours", "said"),
    [(1_774_738_800_000, 23, "had 23 hours"), (1_792_879_200_000, 25, "had 25 hours")],
)
def test_days_of_23_and_25_hours_end_at_local_midnight(date_ms: int, hours: int, said: str) -> None:
    readings = [read(date_ms + at) for at in range(0, (hours + 1) * HOUR_MS, TEN)]
    _, (weather,), told = live(readings, zone=BERLIN)
    assert weather.t_ms == date_ms + hours * HOUR_MS
    assert [one.what for one in told] == ["fault.clock_change"]
    assert said in told[0].reason


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"temperature_c": 93.0}, "unit_flipped"),
        ({"temperature_c": 300.0}, "unit_flipped"),
        ({"temperature_c": 85.0}, "dead"),
        ({"temperature_c": -50.0}, "out_of_range"),  # a TMP36 without its wire
        ({"temperature_c": None}, "missing"),
        ({"humidity": 0.45}, "unit_flipped"),
        ({"humidity": 140.0}, "out_of_range"),
        ({"wind_m_s": float("nan")}, "missing"),
        ({"wind_m_s": 60.0}, "unit_flipped"),
        ({"radiation_w_m2": 2500.0}, "out_of_range"),
        ({"rain_mm": -0.2}, "out_of_range"),
    ],
    ids=str,
)
def test_a_reading_that_cannot_be_is_named_and_not_used(
    change: dict[str, float | None], fault: str
) -> None:
    good = [one for one in day() if one.t_ms < START + 5 * HOUR_MS]
    odd = read(START + 5 * HOUR_MS, **change)
    state, _, told = live([*good, odd])
    before, _, _ = live(good)
    (name,) = change
    assert [one.what for one in told] == [f"fault.{fault}"]
    if name == "rain_mm":
        assert state.rain_mm == before.rain_mm
    else:
        assert state.spans[name] == before.spans[name]


def test_a_stuck_thermometer_is_named() -> None:
    readings = [read(START + at, temperature_c=21.5) for at in range(0, DAY_MS + HOUR_MS, TEN)]
    _, _, told = live(readings)
    assert "fault.stuck" in [one.what for one in told]


def test_a_clock_that_runs_ahead_is_not_believed_and_one_set_back_tells_no_day_twice() -> None:
    state, _, _ = live(day())
    ahead = Sensed(t_ms=START + 5 * DAY_MS, temperature_c=20.0, heard_ms=START + DAY_MS)
    after, days, told = live([ahead], state)
    assert (days, after.day) == ([], state.day)
    assert {one.what for one in told} >= {"fault.clock_forward"}

    state, days, _ = live([read(START + DAY_MS)], state)
    assert len(days) == 1
    again = [one for one in day() if one.t_ms >= START + 23 * HOUR_MS]
    _, days, told = live([*again, read(START + DAY_MS + 1)], state)
    assert days == []
    assert "fault.clock_back" in [one.what for one in told]


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(-2 * HOUR_MS, 30 * HOUR_MS), st.floats(allow_nan=True)), max_size=12
    )
)
def test_whatever_comes_a_state_is_kept_and_days_go_forward(
    steps: list[tuple[int, float]],
) -> None:
    state, t_ms, ends = begin(Settings()), START, [0]
    for by_ms, value in steps:
        t_ms += by_ms
        state, told = step(state, Sensed(t_ms=t_ms, temperature_c=value, rain_mm=value))
        assert all(one.reason for one in told)
        assert state.gathered.told_ms >= ends[-1]
        ends.append(state.gathered.told_ms)
        assert from_json(State, to_json(state), settings=Settings()) == state


def test_a_zone_lives_on_a_bare_thermometer_and_says_what_it_took() -> None:
    state, told = begin(Settings()), list[Decision]()
    for number in range(4):
        for one in day(number):
            state, more = step(state, Sensed(t_ms=one.t_ms, temperature_c=one.temperature_c))
            told += more
    plans = [one for one in told if one.what == "plan"]
    assert len(plans) == 3
    for words in ("(eq. 48)", "(eq. 50)", "wind as 2 m/s", "rain as none"):
        assert words in plans[-1].reason
    assert state.blind_days == 0
    assert from_json(State, to_json(state), settings=Settings()) == state
