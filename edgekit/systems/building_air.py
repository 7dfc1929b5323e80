"""Fresh air that people need, and what people add to the air of a room.

    breathing_zone_l_s(Use.OFFICE, people=3, area_m2=40)

Rates are those of ANSI/ASHRAE 62.1-2016, table 6.2.2.1: ``V_bz = R_p P_z + R_a A_z`` (equation
6.2.2.1), and the zone gets ``V_oz = V_bz / E_z`` (6.2.2.3). A person gives 0.31 l of CO2 a minute
at 1.2 met (the same, appendix D; ASTM D6245) and about 60 g of water an hour (ASHRAE Handbook,
Fundamentals, chapter 18: latent heat of seated work).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.vitals import FAHRENHEIT, KELVIN, Conversion, Limits

CO2_M3_H = 0.31 * 60 / 1000
WATER_G_H = 60.0
AIR_KG_M3 = 1.2
PRESSURE_HPA = 1013.25
CO2 = Limits(
    name="CO2",
    unit="ppm",
    low=250,
    high=9999,
    max_age_ms=15 * MINUTE_MS,
    max_step=500,
    stuck_ms=6 * HOUR_MS,
    dead=(0.0, 5000.0, 10_000.0),
    conversions=(Conversion(unit="%", scale=10_000.0),),
)
TEMPERATURE = Limits(
    name="temperature",
    unit="°C",
    low=-20,
    high=60,
    max_age_ms=15 * MINUTE_MS,
    stuck_ms=24 * HOUR_MS,
    dead=(-127.0, 85.0),
    conversions=(FAHRENHEIT, KELVIN),
)
HUMIDITY = Limits(
    name="humidity",
    unit="%",
    low=1,
    high=100,
    max_age_ms=15 * MINUTE_MS,
    stuck_ms=24 * HOUR_MS,
    conversions=(Conversion(unit="share", scale=100.0),),
)


TREMBLES = 8
"""What is left of the sensor's noise is to be this many times below the proof."""

STILL_H, STILL_PPM = 3, 15.0
NOISE_READINGS, MOST_NOISE = 60, 3.0
SECOND_DIFFERENCE = math.sqrt(6) * math.sqrt(2 / math.pi)
"""Mean size of the second difference of a series with a normal noise of 1."""


class Use(StrEnum):
    """What a room is for."""

    OFFICE = "office"
    RECEPTION = "reception"
    CONFERENCE = "conference"
    CLASSROOM = "classroom"  # age 9 and above
    LECTURE = "lecture"
    COMPUTER_LAB = "computer_lab"
    DINING = "dining"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Outdoor air for each person and each m², l/s; ``standby``: none is needed while empty."""

    people_l_s: float
    area_l_s_m2: float
    standby: bool


RATES: Mapping[Use, Rates] = {
    Use.OFFICE: Rates(people_l_s=2.5, area_l_s_m2=0.3, standby=True),
    Use.RECEPTION: Rates(people_l_s=2.5, area_l_s_m2=0.3, standby=True),
    Use.CONFERENCE: Rates(people_l_s=2.5, area_l_s_m2=0.3, standby=True),
    Use.CLASSROOM: Rates(people_l_s=5.0, area_l_s_m2=0.6, standby=False),
    Use.LECTURE: Rates(people_l_s=3.8, area_l_s_m2=0.3, standby=True),
    Use.COMPUTER_LAB: Rates(people_l_s=5.0, area_l_s_m2=0.6, standby=False),
    Use.DINING: Rates(people_l_s=3.8, area_l_s_m2=0.9, standby=False),
}
"""Standby is note H of the table."""


def breathing_zone_l_s(use: Use, *, people: float, area_m2: float) -> float:
    """Return the outdoor air that a zone needs, l/s, while somebody is in it."""
    rates = RATES[use]
    return rates.people_l_s * people + rates.area_l_s_m2 * area_m2


def standby_l_s(use: Use, *, area_m2: float) -> float:
    """Return what it needs while it is empty and its building is in use."""
    return 0.0 if RATES[use].standby else RATES[use].area_l_s_m2 * area_m2


def person_ppm_h(volume_m3: float) -> float:
    """Return by how much one person raises the CO2 of a closed room in an hour."""
    return CO2_M3_H / volume_m3 * 1e6


def person_g_kg_h(volume_m3: float) -> float:
    """Return by how much one person raises the water in each kg of a closed room's air."""
    return WATER_G_H / (AIR_KG_M3 * volume_m3)


def water_g_kg(temperature_c: float, humidity: float) -> float:
    """Return the humidity ratio, g of water in a kg of dry air, at sea level.

    Vapour pressure by Magnus (WMO-No. 8, annex 4.B): ``6.112 exp(17.62 t / (243.12 + t))`` hPa.
    """
    full_hpa = 6.112 * math.exp(17.62 * temperature_c / (243.12 + temperature_c))
    vapour_hpa = humidity / 100 * full_hpa
    return 621.98 * vapour_hpa / (PRESSURE_HPA - vapour_hpa)


def trembling(before: float | None, series: Sequence[tuple[int, float]]) -> float | None:
    """Return what a sensor trembles by (sd), given its last readings and what was known before.

    By the size of second differences, which no steady rise moves (Gasser, Sroka and Jennen-
    Steinmetz, Biometrika 73, 1986), in an exponential mean of an hour of minutes; a jump counts at
    most as three times what is usual.
    """
    if len(series) < 3:  # noqa: PLR2004 -- a second difference
        return before
    (_, first), (_, middle), (_, last) = series[-3:]
    size = abs(first - 2 * middle + last) / SECOND_DIFFERENCE
    if before is None:
        return size
    return before + (min(size, MOST_NOISE * max(before, 1.0)) - before) / NOISE_READINGS


def remainder(hours: float, noise: float | None, person_ppm_h: float, least: float) -> float:
    """Return how much of the noise (sd) is best left, when proof is `TREMBLES` times that.

    Averaging until ``l`` is left takes ``noise² hours / (2 l²)``, and a person adds the proof in
    ``8 l / person_ppm_h``: their sum is least at the cube root.
    """
    return max(least, math.cbrt((noise or 0.0) ** 2 * hours * person_ppm_h / TREMBLES))


def smoothing(hours: float, noise: float | None, *, left: float) -> float:
    """Return what share of a reading an exponential mean is to take: a half-life of a minute.

    Less where that would leave more than ``left`` of the noise (sd): a share ``a`` of each reading
    leaves ``sqrt(a / (2 - a))`` of it.
    """
    usual = 1 - float(0.5 ** (hours * HOUR_MS / MINUTE_MS))
    if not noise:
        return usual
    kept = (left / noise) ** 2
    return min(usual, 2 * kept / (1 + kept))


def stood_still(lows: Sequence[tuple[int, float]]) -> bool:
    """Whether the air stood still for hours, as none does in which people come and go.

    Args:
        lows: hours and the lowest CO2 (ppm) in each; the last one is not over.
    """
    spans = (lows[end - STILL_H : end] for end in range(STILL_H, len(lows)))
    return any(
        span[-1][0] - span[0][0] < STILL_H
        and max(ppm for _, ppm in span) - min(ppm for _, ppm in span) <= STILL_PPM
        for span in spans
    )
