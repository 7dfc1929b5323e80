"""Air quality indices, as their tables print them.

US AQI: 40 CFR part 58, appendix G, table 2, in force since 6 May 2024 (89 FR 16202); truncation and
NowCast by the Technical Assistance Document, EPA-454/B-24-002. Common Air Quality Index: van den
Elshout, Léger, Heich 2014, Science of the Total Environment 488-489:461-468, background, hourly.
"""

import bisect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

AQI_STEPS = (0, 51, 101, 151, 201, 301)
AQI_TOPS = (50, 100, 150, 200, 300, 500)
AQI_WORDS = (
    "good",
    "moderate",
    "unhealthy for sensitive groups",
    "unhealthy",
    "very unhealthy",
    "hazardous",
)
CAQI_TOPS = (0, 25, 50, 75, 100)
CAQI_WORDS = ("very low", "low", "medium", "high", "very high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakpoints:
    """One pollutant of the US AQI: unit, digits that are kept, lowest and highest of each band."""

    unit: str
    digits: int
    lows: tuple[float, ...]
    highs: tuple[float, ...]


AQI: Mapping[str, Breakpoints] = {
    "pm2_5": Breakpoints(
        unit="µg/m³",
        digits=1,
        lows=(0.0, 9.1, 35.5, 55.5, 125.5, 225.5),
        highs=(9.0, 35.4, 55.4, 125.4, 225.4, 325.4),
    ),
    "pm10": Breakpoints(
        unit="µg/m³",
        digits=0,
        lows=(0, 55, 155, 255, 355, 425),
        highs=(54, 154, 254, 354, 424, 604),
    ),
    "o3_8h": Breakpoints(
        unit="ppm",
        digits=3,
        lows=(0.0, 0.055, 0.071, 0.086, 0.106),
        highs=(0.054, 0.070, 0.085, 0.105, 0.200),
    ),
    "co_8h": Breakpoints(
        unit="ppm",
        digits=1,
        lows=(0.0, 4.5, 9.5, 12.5, 15.5, 30.5),
        highs=(4.4, 9.4, 12.4, 15.4, 30.4, 50.4),
    ),
    "no2_1h": Breakpoints(
        unit="ppb",
        digits=0,
        lows=(0, 54, 101, 361, 650, 1250),
        highs=(53, 100, 360, 649, 1249, 2049),
    ),
}
CAQI: Mapping[str, tuple[float, ...]] = {
    "pm2_5": (0, 15, 30, 55, 110),
    "pm10": (0, 25, 50, 90, 180),
    "no2": (0, 50, 100, 200, 400),
    "o3": (0, 60, 120, 180, 240),
}
"""Hourly, µg/m³, at 0, 25, 50, 75 and 100."""


def us_aqi(pollutant: str, concentration: float) -> int | None:
    """Return the US AQI of a mean concentration; 500 above the table, None where it has no band."""
    table = AQI[pollutant]
    scale = math.pow(10, table.digits)
    # Decimal fractions are not exact in binary: 0.085 x 1000 is 85, not 84.99….
    kept = math.floor(round(concentration * scale, 6)) / scale
    band = bisect.bisect_right(table.lows, kept) - 1
    if band < 0:
        return None
    low, high = table.lows[band], table.highs[band]
    if kept > high:
        return AQI_TOPS[-1] if len(table.lows) == len(AQI_STEPS) else None
    least, most = AQI_STEPS[band], AQI_TOPS[band]
    return math.floor((most - least) / (high - low) * (kept - low) + least + 0.5)


def caqi(pollutant: str, concentration: float) -> int | None:
    """Return the CAQI of an hour's mean, µg/m³; more than 100 is given by the last slope."""
    if not concentration >= 0:
        return None
    grid = CAQI[pollutant]
    band = min(bisect.bisect_right(grid, concentration), len(grid) - 1)
    low, high = grid[band - 1], grid[band]
    span = CAQI_TOPS[band] - CAQI_TOPS[band - 1]
    return math.floor(CAQI_TOPS[band - 1] + span * (concentration - low) / (high - low) + 0.5)


def aqi_words(aqi: int) -> str:
    """Return the category of a US AQI."""
    return AQI_WORDS[bisect.bisect_right(AQI_STEPS, aqi) - 1]


def caqi_words(index: int) -> str:
    """Return the class of a CAQI."""
    return CAQI_WORDS[min(bisect.bisect_left(CAQI_TOPS[1:], index), len(CAQI_WORDS) - 1)]


def nowcast(hours: Sequence[float | None]) -> float | None:
    """Return the weighted mean of up to 12 hours, the newest last.

    None where fewer than two of the last three hours are known.
    """
    newest = [*reversed(hours)][:12]
    known = [one for one in newest if one is not None]
    if sum(one is not None for one in newest[:3]) < 2:  # noqa: PLR2004 -- as defined
        return None
    weight = max(0.5, min(known) / max(known)) if max(known) > 0 else 1.0
    pairs = [(weight**age, one) for age, one in enumerate(newest) if one is not None]
    return sum(w * one for w, one in pairs) / sum(w for w, _ in pairs)
