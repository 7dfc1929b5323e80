"""Seasons of watering by a weather record, beside the best fixed timer; part of `irrigation.py`."""

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer
from sheets import number, sheets

from edgekit.systems.irrigation import Settings, Tick, begin, step
from edgekit.systems.irrigation_et import Day, Site, daily_et_mm
from edgekit.systems.irrigation_soil import Crop, Forcing, Soil, advance
from edgekit.systems.irrigation_weather import Weather

MARICOPA = Site(latitude_deg=33.069, elevation_m=361, wind_height_m=3)
COTTON = Crop(
    stages_d=(32, 47, 37, 35),
    kcb=(0.15, 1.13, 0.52),
    height_m=(0.05, 1.2),
    roots_m=(0.18, 1.0),
    p=0.65,
)
DAY_MS, TEN_MIN_MS = 86_400_000, 600_000
SOWN = 108


def having(folder: Path, *columns: str) -> tuple[Path, list[Mapping[str, str]]] | None:
    """Return the first CSV with these columns."""
    found = (one for one in sheets(folder) if one.has(*columns))
    return next(((one.path, list(one.cells())) for one in found), None)


def et_of(row: Mapping[str, float]) -> float:
    day = Day(
        day_of_year=int(row["DOY"]),
        low_c=row["Tmin"],
        high_c=row["Tmax"],
        dew_c=row["Tdew"],
        radiation_mj=row["Srad"],
        wind_m_s=row["Wndsp"],
    )
    return daily_et_mm(MARICOPA, day)


def record(folder: Path) -> tuple[Path, list[dict[str, float]]] | None:
    """Return a daily weather record."""
    found = having(folder, "Year", "DOY", "Srad", "Tmax", "Tmin", "Tdew", "Wndsp", "ETref")
    if found is None:
        return None
    return found[0], [{k: number(v) for k, v in row.items()} for row in found[1]]


def season(days: Sequence[Mapping[str, float]]) -> tuple[float, list[bool]]:
    """Return the water of a season as the system gives it, mm, and of each day: is Dr above RAW?"""
    settings = Settings(site=MARICOPA, crop=COTTON, soil=Soil(), rate_mm_per_h=8.0)
    state, total_mm, over = begin(settings), 0.0, list[bool]()
    for day in days:
        t_ms = int(day["DOY"]) * DAY_MS  # the end of that day of the year: the sun of its season
        for tick in range(144):
            state, _ = step(state, Tick(t_ms=t_ms - DAY_MS + tick * TEN_MIN_MS))
        total_mm += state.given_mm
        weather = Weather(
            t_ms=t_ms,
            low_c=day["Tmin"],
            high_c=day["Tmax"],
            dew_c=day["Tdew"],
            radiation_mj=day["Srad"],
            wind_m_s=day["Wndsp"],
            rain_mm=day["Rain"],
        )
        state, _ = step(state, weather)
        over.append(state.water.depletion_mm > state.water.readily_mm + 1e-9)
    return total_mm, over


def timer(days: Sequence[Mapping[str, float]]) -> float:
    """Return the least water of a fixed timer with no day above RAW, in hindsight, mm."""
    forced = [Forcing(et_mm=et_of(d), u2_m_s=MARICOPA.u2_m_s(d["Wndsp"])) for d in days]
    best = math.inf
    for every in range(1, 15):
        for depth in range(2, 90):
            total = depth * len(range(0, len(days), every))
            if total < best and holds(days, forced, every, depth):
                best = total
    return best


def holds(
    days: Sequence[Mapping[str, float]], forced: Sequence[Forcing], every: int, depth: float
) -> bool:
    water = begin(Settings(crop=COTTON)).water
    for nth, (day, forcing) in enumerate(zip(days, forced, strict=True)):
        given = depth * 0.9 * (nth % every == 0)
        water = advance(
            Soil(), COTTON, water, replace(forcing, rain_mm=day["Rain"], water_mm=given)
        )
        if water.depletion_mm > water.readily_mm:
            return False
    return True


def watering(folder: Path, *, quick: bool) -> Iterator[Claim]:
    """Seasons of cotton: water and days above RAW, beside the best fixed timer."""
    found = record(folder)
    if found is None:
        return
    years = sorted({int(day["Year"]) for day in found[1]})[:: 9 if quick else 1]
    seasons = {
        y: [d for d in found[1] if d["Year"] == y and 0 <= d["DOY"] - SOWN < 151] for y in years
    }
    whole = {y: days for y, days in seasons.items() if len(days) == 151 and _full(days)}
    shares, over, late, first = [], 0, 0, 0
    for year, days in whole.items():
        total, above = season(days)
        shares.append(total / timer(days))
        over += sum(above[1:])
        late += sum(above[1:]) * (year % 2)
        first += above[0]
    if shares:
        where = f"{len(shares)} seasons of cotton"
        yield Claim(
            claim=f"{where}: days with depletion above RAW, but for first days",
            value=over,
            unit="days",
            target="<= 0",
        )
        yield Claim(
            claim=f"{where}: of these days, in odd years (the reserve was chosen on even ones)",
            value=late,
            unit="days",
            target="<= 0",
        )
        yield Claim(
            claim=f"{where}: first days above RAW, before which no weather is known",
            value=first,
            unit="days",
        )
        yield Claim(
            claim=f"{where}: water over that of the best fixed timer, worst season",
            value=max(shares),
            unit="ratio",
            target="<= 1",
            peer=Peer(name="fixed timer, chosen in hindsight", value=1.0),
        )
        yield Claim(
            claim=f"{where}: mean of that ratio", value=float(np.mean(shares)), unit="ratio"
        )


def _full(days: Sequence[Mapping[str, float]]) -> bool:
    return not any(math.isnan(day[name]) for day in days for name in ("Tmin", "Tmax", "Srad"))
