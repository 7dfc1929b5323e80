"""Printed figures of FAO-56, examples 2 to 14 and 17 to 19, to their last digit."""

from dataclasses import replace

import pytest

from edgekit.errors import ConfigError
from edgekit.systems.irrigation_et import (
    ANGSTROM_A,
    ANGSTROM_B,
    Day,
    Hour,
    Site,
    actual_kpa,
    assumed,
    clear_sky_mj,
    daily_et_mm,
    extraterrestrial_mj,
    hourly_et_mm,
    least_humidity,
    radiation_mj,
    slope_kpa,
    soil_heat_mj,
    vapour_kpa,
)

BANGKOK = Site(latitude_deg=13 + 44 / 60, elevation_m=2)
UCCLE = Site(latitude_deg=50.80, elevation_m=100, wind_height_m=10)
LYON = Site(latitude_deg=45 + 43 / 60, elevation_m=200)
NDIAYE = Site(latitude_deg=16.22, elevation_m=8, longitude_deg=-16.25, zone_longitude_deg=-15.0)


def test_example_17_bangkok_in_april() -> None:
    heat = soil_heat_mj(30.2, 29.2)
    april = Day(
        day_of_year=105,
        low_c=25.6,
        high_c=34.8,
        vapour_kpa=2.85,
        sun_h=8.5,
        wind_m_s=2,
        soil_heat_mj=heat,
    )

    above, daylight = extraterrestrial_mj(BANGKOK, 105)

    assert f"{heat:.2f}" == "0.14"
    assert f"{slope_kpa(30.2):.3f}" == "0.246"
    assert f"{BANGKOK.gamma_kpa:.3f}" == "0.067"
    assert f"{above:.2f}" == "38.06"
    assert f"{daylight:.2f}" == "12.31"
    assert f"{(0.25 + 0.5 * 8.5 / daylight) * above:.2f}" == "22.65"
    assert f"{clear_sky_mj(BANGKOK, 105):.2f}" == "28.54"
    assert f"{daily_et_mm(BANGKOK, april):.2f}" == "5.72"


def test_example_18_uccle_on_6_july() -> None:
    day = Day(
        day_of_year=187,
        low_c=12.3,
        high_c=21.5,
        rh_max=84,
        rh_min=63,
        sun_h=9.25,
        wind_m_s=10 / 3.6,
    )

    above, daylight = extraterrestrial_mj(UCCLE, 187)

    assert f"{UCCLE.u2_m_s(10 / 3.6):.3f}" == "2.078"
    assert f"{slope_kpa(16.9):.3f}" == "0.122"
    assert f"{UCCLE.gamma_kpa:.3f}" == "0.067"
    assert f"{actual_kpa(day):.3f}" == "1.409"
    assert f"{above:.2f}" == "41.09"
    assert f"{daylight:.1f}" == "16.1"
    assert f"{daily_et_mm(UCCLE, day):.2f}" == "3.88"
    assert least_humidity(day) == 63


@pytest.mark.parametrize(
    ("hour", "temperature_c", "rh", "wind_m_s", "radiation_mj", "printed"),
    [(2.5, 28, 90, 1.9, 0, "0.00"), (14.5, 38, 52, 3.3, 2.450, "0.63")],
)
def test_example_19_ndiaye_on_1_october(
    hour: float, temperature_c: float, rh: float, wind_m_s: float, radiation_mj: float, printed: str
) -> None:
    seen = Hour(
        day_of_year=274,
        hour=hour,
        temperature_c=temperature_c,
        rh=rh,
        wind_m_s=wind_m_s,
        radiation_mj=radiation_mj,
    )

    assert f"{hourly_et_mm(NDIAYE, seen):.2f}" == printed


RIO = Site(latitude_deg=-(22 + 54 / 60), elevation_m=0)


def test_examples_2_to_6_air_and_vapour() -> None:
    warm = Day(day_of_year=1, low_c=18, high_c=25, rh_max=82, rh_min=54)

    assert f"{Site(latitude_deg=0, elevation_m=1800).gamma_kpa:.3f}" == "0.054"
    assert [f"{vapour_kpa(one):.3f}" for one in (24.5, 15, 25, 18)] == [
        "3.075",
        "1.705",
        "3.168",
        "2.064",
    ]
    assert f"{actual_kpa(warm):.2f}" == "1.70"
    assert f"{(vapour_kpa(18) + vapour_kpa(25)) / 2 - actual_kpa(warm):.2f}" == "0.91"


def test_examples_8_to_10_and_14_sun_and_wind() -> None:
    south = extraterrestrial_mj(Site(latitude_deg=-20, elevation_m=0), 246)
    above, daylight = extraterrestrial_mj(RIO, 135)
    mast = Site(latitude_deg=0, elevation_m=0, wind_height_m=10)

    assert [f"{one:.1f}" for one in south] == ["32.2", "11.7"]
    assert [f"{one:.1f}" for one in (above, daylight)] == ["25.1", "10.9"]
    assert f"{(ANGSTROM_A + ANGSTROM_B * 7.1 / daylight) * above:.1f}" == "14.5"
    assert f"{clear_sky_mj(RIO, 135):.1f}" == "18.8"
    assert f"{mast.u2_m_s(3.2):.1f}" == "2.4"


def test_example_20_lyon_in_july_from_temperatures_alone() -> None:
    july = Day(day_of_year=196, low_c=14.8, high_c=26.6)

    above, _ = extraterrestrial_mj(LYON, 196)

    assert f"{above:.1f}" == "40.6"
    assert f"{radiation_mj(LYON, july):.1f}" == "22.3"
    assert actual_kpa(july) == vapour_kpa(14.8)
    told = replace(july, radiation_mj=radiation_mj(LYON, july), dew_c=14.8, wind_m_s=2)
    assert daily_et_mm(LYON, july) == pytest.approx(daily_et_mm(LYON, told))
    assert daily_et_mm(LYON, july) == pytest.approx(4.56, abs=0.01)


def test_by_the_sea_temperatures_tell_more_sun_and_never_more_than_a_clear_day() -> None:
    day = Day(day_of_year=196, low_c=14.8, high_c=26.6)
    coast = replace(LYON, coastal=True)
    assert radiation_mj(coast, day) / radiation_mj(LYON, day) == pytest.approx(0.19 / 0.16)
    desert = Day(day_of_year=196, low_c=0, high_c=45)
    assert radiation_mj(LYON, desert) == clear_sky_mj(LYON, 196)


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ({}, ("(eq. 48)", "(eq. 50)", "wind as 2 m/s")),
        ({"dew_c": 4}, ("(eq. 50)", "wind as 2 m/s")),
        ({"rh_max": 90, "sun_h": 7}, ("wind as 2 m/s",)),
        ({"radiation_mj": 20, "wind_m_s": 3}, ("(eq. 48)",)),
        ({"vapour_kpa": 1, "radiation_mj": 20, "wind_m_s": 3}, ()),
    ],
)
def test_what_was_not_measured_is_said(measured: dict[str, float], words: tuple[str, ...]) -> None:
    said = assumed(Day(day_of_year=1, low_c=5, high_c=15, **measured))
    assert [one.endswith(word) for one, word in zip(said, words, strict=True)] == [True] * len(
        words
    )


def test_the_highest_humidity_alone_is_enough() -> None:
    day = Day(day_of_year=1, low_c=5, high_c=15, rh_max=90)
    assert actual_kpa(day) == pytest.approx(0.9 * vapour_kpa(5))


def test_dew_point_before_humidity() -> None:
    day = Day(day_of_year=1, low_c=5, high_c=15, dew_c=4, rh_max=90, rh_min=40)

    assert actual_kpa(day) == vapour_kpa(4)
    without = Day(day_of_year=1, low_c=5, high_c=15, dew_c=4)
    assert least_humidity(without) == pytest.approx(47.7, abs=0.1)


@pytest.mark.parametrize("bad", [{"latitude_deg": 91}, {"wind_height_m": 0}], ids=str)
def test_sites_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="a site"):
        Site(**({"latitude_deg": 50, "elevation_m": 0} | bad))


def test_in_the_night_of_the_pole_nothing_evaporates_below_zero() -> None:
    pole = Site(latitude_deg=80, elevation_m=0)
    day = Day(day_of_year=1, low_c=-40, high_c=-30, radiation_mj=0, wind_m_s=0)

    assert daily_et_mm(pole, day) >= 0
