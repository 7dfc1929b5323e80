"""Air hour by hour: what is not known is told as that, stuck and drifting sensors by name."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.air import QUANTITIES, Air, Index, Settings, State, begin, step
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision, Severity

START = 1_780_272_000_000


def air(number: int, **change: float | None) -> Air:
    """A reading every ten minutes; the room is aired at night."""
    by = math.sin(number * 0.7) + math.sin(number * 0.13)
    busy = max(0.0, math.sin(number / 144 * 2 * math.pi))
    reading = Air(
        t_ms=START + number * 10 * MINUTE_MS,
        pm2_5=8 + by,
        pm2_5_b=8.2 + by,
        pm10=15 + by,
        co2_ppm=430 + 400 * busy + by,
        temperature_c=21 + by / 4,
        humidity=45 + by,
    )
    return replace(reading, **change)


def run(
    count: int, change: Callable[[int], dict[str, float | None]] = lambda _: {}
) -> tuple[State, list[Decision]]:
    state, told = begin(Settings()), []
    for number in range(count):
        state, more = step(state, air(number, **change(number)))
        told += more
    return state, told


def faults(told: list[Decision]) -> set[str]:
    return {one.what for one in told if one.what.startswith("fault")}


def test_an_hour_gives_its_indices() -> None:
    _, told = run(20)

    first, second, third = (one for one in told if isinstance(one, Index))
    mean = sum(air(number).pm10 or 0 for number in range(6)) / 6
    assert (first.us_aqi, first.caqi) == (None, round(mean))  # 25 µg/m³ of PM10 are CAQI 25
    assert third.us_aqi in range(42, 52)  # some 8.5 µg/m³ of PM2.5, of 9.0 that are 50
    assert second.co2_ppm is not None
    assert "US AQI" in third.reason
    assert faults(told) == set()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda n: {"pm2_5": None} if n == 30 else {}, "fault.missing"),
        (lambda n: {"co2_ppm": math.nan} if n == 30 else {}, "fault.missing"),
        (lambda n: {"co2_ppm": 0.0} if n > 30 else {}, "fault.dead"),
        (lambda n: {"co2_ppm": 5000.0} if n > 30 else {}, "fault.dead"),
        (lambda n: {"co2_ppm": 612.0} if n > 30 else {}, "fault.stuck"),
        (lambda n: {"co2_ppm": 0.07} if n > 30 else {}, "fault.unit_flipped"),
        (lambda n: {"temperature_c": 70.0} if n > 30 else {}, "fault.unit_flipped"),
        (lambda n: {"temperature_c": -127.0} if n > 30 else {}, "fault.dead"),
        (lambda n: {"humidity": 140.0} if n > 30 else {}, "fault.out_of_range"),
        (lambda n: {"pm10": -3.0} if n > 30 else {}, "fault.out_of_range"),
        (lambda n: {"pm2_5_b": 40.0 + n % 3} if n > 30 else {}, "fault.drifting"),
    ],
    ids=[str(number) for number in range(11)],
)
def test_table_of_faults(change: Callable[[int], dict[str, float | None]], said: str) -> None:
    _, told = run(100, change)

    assert faults(told) == {said}


def test_a_co2_sensor_that_drifts_is_named_after_a_week_and_when_it_is_right_again() -> None:
    def drifting(number: int) -> dict[str, float | None]:
        shift = 300.0 if 1300 < number < 2400 else 0.0
        return {"co2_ppm": (air(number).co2_ppm or 0) + shift}

    _, told = run(144 * 18, drifting)

    drift = [one for one in told if "drifting" in one.what]
    assert [one.what for one in drift] == ["fault.drifting", "cleared.drifting"]
    assert 1300 + 144 * 6 < (drift[0].t_ms - START) / 600_000 < 1300 + 144 * 8
    assert "outside it is 420" in drift[0].reason


def test_fog_and_disagreement_are_no_dust() -> None:
    _, foggy = run(30, lambda _: {"humidity": 97.0 + _ % 2})
    _, apart = run(30, lambda n: {"pm2_5_b": 80.0 + n % 3})

    for told in (foggy, apart):
        indices = [one for one in told if isinstance(one, Index)]
        assert [one.us_aqi for one in indices] == [None] * 4
        assert "particles are not known" in indices[-1].reason


def test_smoke_is_an_alarm() -> None:
    _, told = run(30, lambda n: {"pm2_5": 160.0 + n % 3, "pm2_5_b": 161.0 + n % 3})

    worst = [one for one in told if isinstance(one, Index)][-1]
    assert worst.severity is Severity.ALARM
    assert worst.us_aqi is not None
    assert worst.us_aqi > 200


def test_hours_of_silence_are_unknown() -> None:
    state, _ = run(30)
    state, told = step(state, air(30 + 6 * 5))

    assert state.hours["pm2_5"][-4:] == (None,) * 4
    assert "fault.missing" in faults(list(told))


def test_a_station_may_have_one_sensor() -> None:
    state = begin(Settings())
    for number in range(20):
        reading = Air(t_ms=START + number * 600_000, co2_ppm=600.0 + number)
        state, told = step(state, reading)
    assert set(state.vitals) == {"co2_ppm"}
    assert told == ()


@pytest.mark.parametrize("bad", [{"outdoor_ppm": 0}, {"drift_ppm": -1}], ids=str)
def test_stations_that_cannot_be(bad: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="a station of air"):
        Settings(**bad)


value = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 500)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-2, 4), st.tuples(*[value] * 6)), max_size=30))
def test_whatever_comes_an_index_is_one(
    readings: list[tuple[int, tuple[float | None, ...]]],
) -> None:
    state, t_ms = begin(Settings()), START
    for hours, values in readings:
        t_ms += hours * HOUR_MS // 2
        reading = Air(t_ms=t_ms, **dict(zip(QUANTITIES, values, strict=True)))
        state, told = step(state, reading)
        for one in told:
            assert not isinstance(one, Index) or one.us_aqi is None or 0 <= one.us_aqi <= 500
