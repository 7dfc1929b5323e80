"""The indices give their own printed tables back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.systems.air_index import (
    AQI,
    AQI_STEPS,
    AQI_TOPS,
    AQI_WORDS,
    CAQI,
    CAQI_TOPS,
    aqi_words,
    caqi,
    caqi_words,
    nowcast,
    us_aqi,
)


@pytest.mark.parametrize("pollutant", AQI)
def test_every_printed_breakpoint_of_the_us_aqi(pollutant: str) -> None:
    table = AQI[pollutant]
    for low, high, least, most in zip(table.lows, table.highs, AQI_STEPS, AQI_TOPS, strict=False):
        assert us_aqi(pollutant, low) == least
        assert us_aqi(pollutant, high) == most


@pytest.mark.parametrize("pollutant", CAQI)
def test_every_printed_point_of_the_caqi(pollutant: str) -> None:
    assert tuple(caqi(pollutant, one) for one in CAQI[pollutant]) == CAQI_TOPS


@pytest.mark.parametrize(
    ("pollutant", "concentration", "index"),
    [
        ("pm2_5", 35.9, 102),  # the example of EPA-454/B-24-002
        ("pm2_5", 9.09, 50),  # truncated, not rounded
        ("pm2_5", 400.0, 500),
        ("pm10", 54.9, 50),
        ("o3_8h", 0.085, 150),
        ("o3_8h", 0.3, None),
        ("co_8h", 8.4, 90),
        ("pm10", -1.0, None),
    ],
)
def test_us_aqi(pollutant: str, concentration: float, index: int | None) -> None:
    assert us_aqi(pollutant, concentration) == index


def test_words() -> None:
    assert [aqi_words(one) for one in (0, 50, 51, 150, 151, 300, 301, 500)] == [
        *(AQI_WORDS[0], AQI_WORDS[0], AQI_WORDS[1], AQI_WORDS[2]),
        *(AQI_WORDS[3], AQI_WORDS[4], AQI_WORDS[5], AQI_WORDS[5]),
    ]
    assert [caqi_words(one) for one in (0, 25, 26, 75, 100, 101)] == [
        *("very low", "very low", "low", "medium", "high", "very high"),
    ]
    assert caqi("pm10", -1) is None
    assert caqi("pm10", 270) == 125


@given(st.floats(0, 900), st.floats(0, 900))
def test_more_dust_never_gives_a_lower_index(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for pollutant in ("pm2_5", "pm10"):
        below, above = us_aqi(pollutant, low), us_aqi(pollutant, high)
        assert below is not None
        assert above is not None
        assert 0 <= below <= above <= 500
        assert (caqi(pollutant, low) or 0) <= (caqi(pollutant, high) or 0)


def test_nowcast() -> None:
    assert nowcast([10.0] * 12) == pytest.approx(10)
    assert nowcast([20.0, 10.0]) == pytest.approx((10 + 0.5 * 20) / 1.5)
    assert nowcast([20.0, None, 16.0]) == pytest.approx((16 + 0.8**2 * 20) / 1.64)
    assert nowcast([5.0, 5.0, None, None]) is None
    assert nowcast([]) is None
    assert nowcast([0.0, 0.0]) == 0.0


@given(st.lists(st.none() | st.floats(0, 500), max_size=15))
def test_nowcast_lies_within_what_was_measured(hours: list[float | None]) -> None:
    mean = nowcast(hours)
    known = [one for one in hours[-12:] if one is not None]
    assert mean is None or min(known) - 1e-9 <= mean <= max(known) + 1e-9
