"""Evapotranspiration, soil water and watering, beside what others print for the same records.

    python benchmarks/systems/irrigation.py --data DIR [--quick]

Under DIR it looks for a daily CSV with Year, DOY, Srad, Tmax, Tmin, Tdew, Wndsp, Rain, ETref,
beside it one without a header (station's ETo, pyfao56's ETo); for soil water of plots: a .geojson
with SWLD, beside it CSVs with DUL020 and RMSE, with SLLL040, with a column a plot, and a .wth; and
what `irrigation_print.py` says.
Nothing was fitted to them but the reserve for windy days (on even years): layers and roots are
pyfao56's own fit, as its table has them. The timer is the best of all, chosen in hindsight for each
year.
"""

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from irrigation_print import agrimet, balances
from irrigation_season import COTTON, MARICOPA, et_of, having, record, watering
from report import Claim, Peer, arguments, finish
from sheets import documents

from edgekit.systems.irrigation_et import Day, Hour, Site, daily_et_mm, hourly_et_mm, soil_heat_mj
from edgekit.systems.irrigation_soil import (
    Crop,
    Forcing,
    Layer,
    Soil,
    advance,
    measured,
    start,
)

DEPTHS_CM = range(20, 201, 20)
Row = Mapping[str, str]


def printed() -> Iterator[Claim]:
    """FAO-56, examples 17, 18 and 19."""
    april = Day(
        day_of_year=105,
        low_c=25.6,
        high_c=34.8,
        vapour_kpa=2.85,
        sun_h=8.5,
        wind_m_s=2,
        soil_heat_mj=soil_heat_mj(30.2, 29.2),
    )
    july = Day(
        day_of_year=187,
        low_c=12.3,
        high_c=21.5,
        rh_max=84,
        rh_min=63,
        sun_h=9.25,
        wind_m_s=10 / 3.6,
    )
    bangkok = Site(latitude_deg=13 + 44 / 60, elevation_m=2)
    uccle = Site(latitude_deg=50.8, elevation_m=100, wind_height_m=10)
    ndiaye = Site(latitude_deg=16.22, elevation_m=8, longitude_deg=-16.25, zone_longitude_deg=-15.0)
    night = Hour(day_of_year=274, hour=2.5, temperature_c=28, rh=90, wind_m_s=1.9, radiation_mj=0)
    noon = replace(night, hour=14.5, temperature_c=38, rh=52, wind_m_s=3.3, radiation_mj=2.45)
    got = (
        daily_et_mm(bangkok, april),
        daily_et_mm(uccle, july),
        hourly_et_mm(ndiaye, noon),
        hourly_et_mm(ndiaye, night),
    )
    wrong = sum(f"{a:.2f}" != b for a, b in zip(got, ("5.72", "3.88", "0.63", "0.00"), strict=True))
    words = "FAO-56 examples 17, 18, 19: figures that differ in their last printed digit"
    yield Claim(claim=words, value=wrong, unit="of 4", target="<= 0")


def against_station(folder: Path) -> Iterator[Claim]:
    """Against the station's ETo, beside pyfao56's on the same days."""
    found = record(folder)
    if found is None:
        return
    path, days = found
    ours = np.array([et_of(day) for day in days])
    for other in sorted(path.parent.glob("*.csv")):
        try:
            pair = np.loadtxt(other, delimiter=",", max_rows=len(days))
        except ValueError:
            continue
        if pair.shape == (len(days), 2):
            good = ~np.isnan(ours)
            rmse = float(np.sqrt(np.mean((ours - pair[:, 0])[good] ** 2)))
            theirs = float(np.sqrt(np.mean((pair[:, 1] - pair[:, 0])[good] ** 2)))
            yield Claim(
                claim=f"ETo of {int(good.sum())} days against the station's: RMSE",
                value=rmse,
                unit="mm/day",
                peer=Peer(name="pyfao56", value=round(theirs, 4)),
            )


def plots(folder: Path) -> Iterator[tuple[float, float, float]]:
    """Yield RMSE of the root zone a plot: by balance alone, with the probe, and pyfao56's."""
    fit, limits = having(folder, "DUL020", "RMSE", "Plot"), having(folder, "PlotID", "SLLL040")
    probes = next(
        (
            found["features"]
            for _, found in documents(folder, "*.geojson")
            if isinstance(found, dict) and found.get("features")
        ),
        None,
    )
    if fit is None or limits is None or probes is None:
        return
    dry = {row["PlotID"]: row for row in limits[1]}
    seen = {f["properties"]["tb_label"]: f["properties"]["SWLD"] for f in probes}
    names = [row["Plot"] for row in fit[1]]
    water = having(folder, "Year", "DOY", *names[:1])
    weather = weather_of(fit[0].parent)
    for row in fit[1]:
        name = row["Plot"]
        given = {int(day["DOY"]): float(day[name]) for day in (water[1] if water else [])}
        theta = {int(day[4:]) - 1: profile(v) for day, v in seen[name[1:]].items()}
        soil = Soil(
            layers=tuple(layer(row, dry[name], cm) for cm in DEPTHS_CM),
            evaporating_m=0.05,
            readily_evaporable_mm=4.0,
        )
        crop = in_climate(replace(COTTON, roots_m=(0.18, float(row["Zrmax"]))), weather)
        alone, probed = (rmse(soil, crop, weather, given, theta, probed=p) for p in (False, True))
        yield alone, probed, float(row["RMSE"])


def layer(row: Row, dry: Row, cm: int) -> Layer:
    capacity = float(row[f"DUL{cm:03}"])
    wilting = float(dry[f"SLLL{(cm + 39) // 40 * 40:03}"])
    return Layer(bottom_m=cm / 100, capacity=capacity, wilting=min(wilting, capacity - 0.001))


def profile(depths: Mapping[str, float]) -> list[float]:
    """Return water contents a layer; one that was not measured is as the next below."""
    return [depths.get(str(cm - 10), depths.get(str(cm + 10), math.nan)) for cm in DEPTHS_CM]


def weather_of(folder: Path) -> dict[int, dict[str, float]]:
    """Return the days of a .wth beside the plots."""
    days: dict[int, dict[str, float]] = {}
    for path in sorted(folder.glob("*.wth"))[:1]:
        names: list[str] = []
        for line in path.read_text().splitlines():
            words = line.split()
            if words[:1] == ["Year-DOY"]:
                names = words
            elif names and words and words[0][4:5] == "-":
                row = dict(zip(names[1:-1], map(float, words[1:-1]), strict=True))
                days[int(words[0][5:])] = row | {"u2": MARICOPA.u2_m_s(row["Wndsp"])}
    return days


def in_climate(crop: Crop, weather: Mapping[int, Mapping[str, float]]) -> Crop:
    """Adjust Kcb of mid and end to the climate of their stages (eq. 70)."""
    days = list(weather.values())
    first, growth, middle, late = crop.stages_d
    mid = days[first + growth :][:middle]
    end = days[first + growth + middle :][:late]
    kcb = [
        crop.adjusted(np.mean([d["u2"] for d in s]), np.mean([d["RHmin"] for d in s])).kcb
        for s in (mid, end)
    ]
    return replace(crop, kcb=(crop.kcb[0], round(float(kcb[0][1]), 3), round(float(kcb[1][2]), 3)))


def rmse(
    soil: Soil,
    crop: Crop,
    weather: Mapping[int, Mapping[str, float]],
    given: Mapping[int, float],
    theta: Mapping[int, Sequence[float]],
    *,
    probed: bool,
) -> float:
    """Return the error of depletion at each measurement, before that one is used."""
    water, off = start(soil, crop, theta[min(theta)]), []
    for number, day in weather.items():
        forcing = Forcing(
            et_mm=day["ETref"],
            u2_m_s=day["u2"],
            rh_min=day["RHmin"],
            rain_mm=day["Rain"],
            water_mm=given.get(number, 0.0),
        )
        water = advance(soil, crop, water, forcing)
        if number in theta:
            off.append(water.depletion_mm - soil.lacking_mm(water.roots_m, theta[number]))
            water = measured(soil, crop, water, theta[number]) if probed else water
    return float(np.sqrt(np.mean(np.square(off))))


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    claims = [*printed(), *against_station(args.data), *agrimet(args.data), *balances(args.data)]
    rows = list(plots(args.data))
    if rows:
        alone, probed, theirs = (float(np.mean(column)) for column in zip(*rows, strict=True))
        peer = Peer(name="pyfao56, its own table", value=round(theirs, 3))
        name = f"root zone of {len(rows)} plots, mean RMSE"
        claims.append(
            Claim(
                claim=f"{name}, each measurement foretold from those before",
                value=probed,
                unit="mm",
                target=f"<= {theirs:.3f}",
                peer=peer,
            )
        )
        claims.append(Claim(claim=f"{name}, without a probe", value=alone, unit="mm", peer=peer))
        worse = sum(p > t for _, p, t in rows)
        claims.append(Claim(claim="plots where pyfao56 is nearer", value=worse, unit="plots"))
    seasons = list(watering(args.data, quick=args.quick))
    absent = [] if rows else [f"no plots with soil water in {args.data}"]
    absent += [] if seasons else [f"seasons: no whole ones of daily weather in {args.data}"]
    finish("systems/irrigation", [*claims, *seasons], absent=absent)


if __name__ == "__main__":
    main()
