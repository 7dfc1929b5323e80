"""Reference evapotranspiration of grass by the Penman-Monteith equation of FAO-56.

    et_mm = daily_et_mm(site, Day(...))        # eq. 6
    et_mm = hourly_et_mm(site, Hour(...))      # eq. 53

Allen, Pereira, Raes, Smith 1998, "Crop evapotranspiration", FAO Irrigation and Drainage Paper 56;
numbers of equations are that paper's. What is missing is taken as chapter 3 says: the dew point
as the lowest temperature (eq. 48), radiation from the temperatures (Hargreaves, eq. 50), wind as
2 m/s; `assumed` says which.
"""

import math
from dataclasses import dataclass

from edgekit.errors import ConfigError

SOLAR = 0.0820  # MJ/m²/min
ALBEDO = 0.23
STEFAN_DAY, STEFAN_HOUR = 4.903e-9, 2.043e-10  # MJ/K⁴/m² in a day, in an hour
ANGSTROM_A, ANGSTROM_B = 0.25, 0.50
USUAL_WIND_M_S = 2.0
INLAND, COASTAL = 0.16, 0.19  # k_Rs of eq. 50
LEAST_CLEAR, LEAST_WIND_M_S = 0.3, 0.5
"""Rs/Rso and wind are not taken lower (chapter 3, on eq. 39 and on wind)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where it is measured: degrees (north and east positive), m above the sea, wind's height.

    ``coastal``: whether large water is near, where radiation has to be told from temperatures.
    """

    latitude_deg: float
    elevation_m: float
    wind_height_m: float = 2.0
    longitude_deg: float = 0.0
    zone_longitude_deg: float = 0.0
    coastal: bool = False

    def __post_init__(self) -> None:
        if not -90 <= self.latitude_deg <= 90 or self.wind_height_m < 0.1:  # noqa: PLR2004 -- poles
            raise ConfigError("a site: expected a latitude of -90 to 90 and wind above the ground")

    @property
    def gamma_kpa(self) -> float:
        """Psychrometric constant, kPa/°C (eq. 7, 8)."""
        share = (293 - 0.0065 * self.elevation_m) / 293
        return 0.665e-3 * 101.3 * math.pow(share, 5.26)

    def u2_m_s(self, wind_m_s: float) -> float:
        """Wind at 2 m (eq. 47), at least 0.5 m/s."""
        high = self.wind_height_m
        scale = 1.0 if high == 2.0 else 4.87 / math.log(67.8 * high - 5.42)  # noqa: PLR2004 -- 2 m
        return max(LEAST_WIND_M_S, wind_m_s * scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day's weather; None where it is not known, temperatures must be.

    ``vapour_kpa``, else ``dew_c``, else the two humidities, else the lowest temperature gives the
    vapour pressure; ``radiation_mj`` (MJ/m²/day), else ``sun_h`` (hours) the radiation.
    """

    day_of_year: int
    low_c: float
    high_c: float
    vapour_kpa: float | None = None
    dew_c: float | None = None
    rh_max: float | None = None
    rh_min: float | None = None
    radiation_mj: float | None = None
    sun_h: float | None = None
    wind_m_s: float | None = None
    soil_heat_mj: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """An hour's weather; ``hour`` is its middle by the clock of the zone, such as 14.5.

    ``clear`` is Rs/Rso to be used at night (that of two hours before sunset); None by day.
    """

    day_of_year: int
    hour: float
    temperature_c: float
    rh: float
    wind_m_s: float
    radiation_mj: float
    clear: float = 0.8


def vapour_kpa(temperature_c: float) -> float:
    """Return the saturation vapour pressure (eq. 11)."""
    return 0.6108 * math.exp(17.27 * temperature_c / (temperature_c + 237.3))


def slope_kpa(temperature_c: float) -> float:
    """Return its slope, kPa/°C (eq. 13)."""
    return 4098 * vapour_kpa(temperature_c) / (temperature_c + 237.3) ** 2


def actual_kpa(day: Day) -> float:
    """Return the actual vapour pressure of a day (eq. 14, 17, 18, 48)."""
    low, high = vapour_kpa(day.low_c), vapour_kpa(day.high_c)
    if day.vapour_kpa is not None:
        return day.vapour_kpa
    if day.dew_c is not None:
        return vapour_kpa(day.dew_c)
    if day.rh_max is not None and day.rh_min is not None:
        return (low * day.rh_max + high * day.rh_min) / 200
    return low if day.rh_max is None else low * day.rh_max / 100


def least_humidity(day: Day) -> float:
    """Return the lowest relative humidity of a day, %."""
    return 100 * actual_kpa(day) / vapour_kpa(day.high_c) if day.rh_min is None else day.rh_min


def extraterrestrial_mj(site: Site, day_of_year: int) -> tuple[float, float]:
    """Return radiation above the air, MJ/m²/day, and daylight in hours (eq. 21, 34)."""
    latitude = math.radians(site.latitude_deg)
    nearness, declination = _sun(day_of_year)
    sunset = math.acos(min(1.0, max(-1.0, -math.tan(latitude) * math.tan(declination))))
    high = sunset * math.sin(latitude) * math.sin(declination)
    high += math.cos(latitude) * math.cos(declination) * math.sin(sunset)
    return 24 * 60 / math.pi * SOLAR * nearness * high, 24 / math.pi * sunset


def clear_sky_mj(site: Site, day_of_year: int) -> float:
    """Return the radiation of a day without clouds (eq. 37)."""
    return (0.75 + 2e-5 * site.elevation_m) * extraterrestrial_mj(site, day_of_year)[0]


def radiation_mj(site: Site, day: Day) -> float:
    """Return the radiation of a day, MJ/m²: as measured, else by eq. 35, else by eq. 50."""
    above_mj, daylight_h = extraterrestrial_mj(site, day.day_of_year)
    if day.radiation_mj is not None:
        return day.radiation_mj
    if day.sun_h is not None:
        return (ANGSTROM_A + ANGSTROM_B * day.sun_h / daylight_h) * above_mj
    factor = COASTAL if site.coastal else INLAND
    told_mj = factor * math.sqrt(max(0.0, day.high_c - day.low_c)) * above_mj
    return min(told_mj, clear_sky_mj(site, day.day_of_year))


def assumed(day: Day) -> tuple[str, ...]:
    """Say in words what was not measured and how it was taken."""
    vapour = (day.vapour_kpa, day.dew_c, day.rh_max)
    taken = (
        (all(one is None for one in vapour), "dew point as the lowest temperature (eq. 48)"),
        (
            day.radiation_mj is None and day.sun_h is None,
            "radiation from the temperatures (eq. 50)",
        ),
        (day.wind_m_s is None, f"wind as {USUAL_WIND_M_S:g} m/s"),
    )
    return tuple(words for missing, words in taken if missing)


def daily_et_mm(site: Site, day: Day) -> float:
    """Return reference evapotranspiration, mm/day; never below 0."""
    mean_c, sun_mj = (day.low_c + day.high_c) / 2, radiation_mj(site, day)
    vapour = actual_kpa(day)
    clear = _clear(sun_mj, clear_sky_mj(site, day.day_of_year))
    long_mj = _long_wave(STEFAN_DAY * _fourth(day.low_c, day.high_c), vapour, clear)
    net_mj = (1 - ALBEDO) * sun_mj - long_mj - day.soil_heat_mj
    deficit_kpa = (vapour_kpa(day.low_c) + vapour_kpa(day.high_c)) / 2 - vapour
    u2 = USUAL_WIND_M_S if day.wind_m_s is None else site.u2_m_s(day.wind_m_s)
    return _penman(site, mean_c, net_mj, deficit_kpa, 900 * u2, u2)


def hourly_et_mm(site: Site, hour: Hour) -> float:
    """Return reference evapotranspiration, mm/h; never below 0."""
    above_mj = _hourly_above_mj(site, hour)
    by_day = above_mj > 0 and hour.radiation_mj > 0
    clear = hour.clear
    if by_day:
        clear = _clear(hour.radiation_mj, (0.75 + 2e-5 * site.elevation_m) * above_mj)
    saturated = vapour_kpa(hour.temperature_c)
    vapour = saturated * hour.rh / 100
    black = STEFAN_HOUR * (hour.temperature_c + 273.16) ** 4
    net_mj = (1 - ALBEDO) * hour.radiation_mj - _long_wave(black, vapour, clear)
    net_mj *= 0.9 if by_day else 0.5  # less soil heat (eq. 45, 46)
    u2 = site.u2_m_s(hour.wind_m_s)
    return _penman(site, hour.temperature_c, net_mj, saturated - vapour, 37 * u2, u2)


def soil_heat_mj(month_c: float, before_c: float) -> float:
    """Return the soil heat of a month by its mean temperature and the one before (eq. 44)."""
    return 0.14 * (month_c - before_c)


def _penman(
    site: Site, mean_c: float, net_mj: float, deficit_kpa: float, aero: float, u2: float
) -> float:
    slope, gamma = slope_kpa(mean_c), site.gamma_kpa
    top = 0.408 * slope * net_mj + gamma * aero / (mean_c + 273) * deficit_kpa
    return max(0.0, top / (slope + gamma * (1 + 0.34 * u2)))


def _sun(day_of_year: int) -> tuple[float, float]:
    """Return the inverse relative distance and the declination (eq. 23, 24)."""
    turn = 2 * math.pi * day_of_year / 365
    return 1 + 0.033 * math.cos(turn), 0.409 * math.sin(turn - 1.39)


def _clear(radiation_mj: float, clear_mj: float) -> float:
    share = radiation_mj / clear_mj if clear_mj > 0 else LEAST_CLEAR
    return min(1.0, max(LEAST_CLEAR, share))


def _fourth(low_c: float, high_c: float) -> float:
    return ((low_c + 273.16) ** 4 + (high_c + 273.16) ** 4) / 2


def _long_wave(black_mj: float, vapour: float, clear: float) -> float:
    """Return what the ground loses (eq. 39)."""
    return black_mj * (0.34 - 0.14 * math.sqrt(vapour)) * (1.35 * clear - 0.35)


def _hourly_above_mj(site: Site, hour: Hour) -> float:
    """Return radiation above the air in an hour (eq. 28 to 33), 0 at night."""
    latitude = math.radians(site.latitude_deg)
    nearness, declination = _sun(hour.day_of_year)
    season = 2 * math.pi * (hour.day_of_year - 81) / 364
    late_h = 0.1645 * math.sin(2 * season) - 0.1255 * math.cos(season) - 0.025 * math.sin(season)
    # The paper counts longitudes west of Greenwich.
    shift_h = 0.06667 * (site.longitude_deg - site.zone_longitude_deg)
    middle = math.pi / 12 * (hour.hour + shift_h + late_h - 12)
    sunset = math.acos(min(1.0, max(-1.0, -math.tan(latitude) * math.tan(declination))))
    start, end = (min(sunset, max(-sunset, middle + by * math.pi / 24)) for by in (-1, 1))
    high = (end - start) * math.sin(latitude) * math.sin(declination)
    high += math.cos(latitude) * math.cos(declination) * (math.sin(end) - math.sin(start))
    return max(0.0, 12 * 60 / math.pi * SOLAR * nearness * high)
