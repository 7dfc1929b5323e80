"""Other stations, crops and soils as others print them; part of `irrigation.py`.

A daily CSV of AgriMet (MN, MX, YM in °F, SR in langley, UA in mph, ETOS in inches) with a printout
of Ref-ET (.out) beside it that says where it stands; and printouts of pyfao56 (.out, soil method D)
with their .irr of the same name and a .par and .wth beside them. pyfao56's method D takes the soil
that roots reach to be full, so ours begins full below the first roots. Nothing is fitted.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
from report import Claim
from sheets import number, sheets

from edgekit.systems.irrigation_et import Day, Site, daily_et_mm
from edgekit.systems.irrigation_soil import Crop, Forcing, Layer, Soil, advance, start

INCH_MM, LANGLEY_MJ, MPH_M_S = 25.4, 0.041868, 0.44704
PLACE = {
    "latitude_deg": r"latitude is\s*:\s*([\d.-]+)",
    "elevation_m": r"elevation is\s*:\s*([\d.]+)",
    "wind_height_m": r"anemometer height is\s*:\s*([\d.]+)",
}
Row = Mapping[str, str]


def agrimet(folder: Path) -> Iterator[Claim]:
    """Against ETos of AgriMet, a year of another station."""
    for sheet in sheets(folder):
        site = _site(sheet.path.with_suffix(".out"))
        if site is None or not sheet.has("YEAR", "MN", "MX", "YM", "SR", "UA", "ETOS"):
            continue
        pairs = []
        for row in sheet.cells():
            seen = {name: number(value) for name, value in row.items()}
            if not all(map(math.isfinite, seen.values())):
                continue
            day = date(int(seen["YEAR"]), int(seen["MONTH"]), int(seen["DAY"]))
            weather = Day(
                day_of_year=day.timetuple().tm_yday,
                low_c=_celsius(seen["MN"]),
                high_c=_celsius(seen["MX"]),
                dew_c=_celsius(seen["YM"]),
                radiation_mj=seen["SR"] * LANGLEY_MJ,
                wind_m_s=seen["UA"] * MPH_M_S,
            )
            pairs.append((daily_et_mm(site, weather), seen["ETOS"] * INCH_MM))
        off = np.subtract(*np.array(pairs).T)
        yield Claim(
            claim=f"ETo of {len(off)} days against AgriMet's, steps of 0.25 mm: RMSE",
            value=float(np.sqrt(np.mean(off**2))),
            unit="mm/day",
        )


def balances(folder: Path) -> Iterator[Claim]:
    """Against what pyfao56 prints of whole seasons, day by day."""
    for path in sorted(folder.rglob("*.out")):
        text = path.read_text(encoding="utf-8", errors="replace")
        watered, given = path.with_suffix(".irr"), sorted(path.parent.glob("*.par"))
        weather = sorted(path.parent.glob("*.wth"))
        if "Soil method: D" in text and watered.is_file() and given and weather:
            off_mm, days = _balance(path, watered, given[0], weather[0])
            yield Claim(
                claim=f"{path.stem}: depletion of {days} days off from pyfao56's, at most",
                value=off_mm,
                unit="mm",
                target="<= 0.05",
            )


def _balance(path: Path, watered: Path, given: Path, weather: Path) -> tuple[float, int]:
    par = _named(given)
    crop = Crop(
        stages_d=(int(par["Lini"]), int(par["Ldev"]), int(par["Lmid"]), int(par["Lend"])),
        kcb=(par["Kcbini"], par["Kcbmid"], par["Kcbend"]),
        height_m=(par["hini"], par["hmax"]),
        roots_m=(par["Zrini"], par["Zrmax"]),
        p=par["pbase"],
    )
    full, dry = par["thetaFC"], par["thetaWP"]
    bottoms = (crop.roots_m[0], crop.roots_m[1] + 1)
    soil = Soil(
        layers=tuple(Layer(bottom_m=one, capacity=full, wilting=dry) for one in bottoms),
        evaporating_m=par["Ze"],
        readily_evaporable_mm=par["REW"],
    )
    height = re.search(r"([\d.]+) Wind speed measurement height", weather.read_text())
    site = Site(latitude_deg=0, elevation_m=0, wind_height_m=float(height[1]) if height else 2.0)
    skies = {row["Year-DOY"]: row for row in _rows(weather)}
    given_mm = {row["Year-DOY"]: row for row in _rows(watered)}
    water, off = start(soil, crop, [par["theta0"], full]), []
    for row in _rows(path):
        sky, drawn = skies[row["Year-DOY"]], given_mm.get(row["Year-DOY"], {})
        forcing = Forcing(
            et_mm=float(row["ETref"]),
            u2_m_s=site.u2_m_s(float(sky["Wndsp"])),
            rh_min=float(sky["RHmin"]),
            rain_mm=float(sky["Rain"]),
            water_mm=float(drawn.get("Depth", 0)),
            wetted=float(drawn.get("fw", 1)),
        )
        water = advance(soil, crop, water, forcing)
        off.append(abs(water.depletion_mm - float(row["Dr"])))
    return max(off), len(off)


def _rows(path: Path) -> Iterator[Row]:
    """Yield the days of a file of pyfao56; a name that comes twice keeps its first value."""
    names: list[str] = []
    for line in path.read_text().splitlines():
        words = line.split()
        if words[:1] == ["Year-DOY"]:
            names = words
        elif names and words and words[0][4:5] == "-":
            yield dict(reversed(list(zip(names, words, strict=False))))


def _named(path: Path) -> Mapping[str, float]:
    found = re.findall(r"^\s*([\d.]+) (\w+),", path.read_text(), re.MULTILINE)
    return {name: float(value) for value, name in found}


def _site(path: Path) -> Site | None:
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = {name: re.search(pattern, text) for name, pattern in PLACE.items()}
    if not all(found.values()):
        return None
    return Site(**{name: float(one[1]) for name, one in found.items() if one})


def _celsius(fahrenheit: float) -> float:
    return (fahrenheit - 32) / 1.8
