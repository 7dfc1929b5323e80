"""Indices against their printed tables; broken CO2 sensors made of a real one.

    python benchmarks/systems/air.py --data DIR [--quick]

Under DIR it looks for text tables with columns date, Temperature, Humidity and CO2 (rows may begin
with a number without a column). The record is played as it is, then with a sensor that stands, one
that is dead and one that is too high. The peer for the index is the table before May 2024, which
much software still has.
"""

import math
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import number, sheets

from edgekit.systems.air import Air, Settings, begin, step
from edgekit.systems.air_index import CAQI, CAQI_TOPS, caqi, us_aqi

# 40 CFR 58, appendix G, table 2 (2024): band by band, as printed.
PRINTED = {
    "pm2_5": "0.0-9.0 9.1-35.4 35.5-55.4 55.5-125.4 125.5-225.4 225.5-325.4",
    "pm10": "0-54 55-154 155-254 255-354 355-424 425-604",
    "no2_1h": "0-53 54-100 101-360 361-649 650-1249 1250-2049",
    "co_8h": "0.0-4.4 4.5-9.4 9.5-12.4 12.5-15.4 15.5-30.4 30.5-50.4",
    "o3_8h": "0.000-0.054 0.055-0.070 0.071-0.085 0.086-0.105 0.106-0.200",
}
INDEX = "0-50 51-100 101-150 151-200 201-300 301-500"
BEFORE_2024 = ((12.0, 50), (35.4, 100), (55.4, 150), (150.4, 200), (250.4, 300), (500.4, 500))
Row = tuple[int, float | None, float | None, float | None]
LONG_H = 168
"""A sensor that is too high is known by a week of lows: in less of a record it cannot be."""


def printed() -> Iterator[Claim]:
    wrong = count = 0
    for pollutant, bands in PRINTED.items():
        for band, index in zip(bands.split(), INDEX.split(), strict=False):
            for concentration, value in zip(band.split("-"), index.split("-"), strict=True):
                wrong += us_aqi(pollutant, float(concentration)) != int(value)
                count += 1
    old = sum(us_aqi("pm2_5", high) != index for high, index in BEFORE_2024)
    yield Claim(
        claim=f"US AQI: of {count} printed limits, those not given back",
        value=wrong,
        unit="limits",
        target="<= 0",
        peer=Peer(name="the PM2.5 table before 2024, of 6", value=old),
    )
    points = [caqi(p, one) for p, grid in CAQI.items() for one in grid]
    missed = sum(a != b for a, b in zip(points, CAQI_TOPS * len(CAQI), strict=True))
    words = f"CAQI: of {len(points)} printed points, those not given back"
    yield Claim(claim=words, value=missed, unit="points", target="<= 0")


def rows(folder: Path) -> list[Row]:
    """Return time (ms), temperature, humidity and CO2 of all tables, in order."""
    found: list[Row] = []
    for sheet in sheets(folder, "*.txt", "*.csv"):
        if not sheet.has("date", "CO2"):
            continue
        try:
            for cells in sheet.cells():
                moment = datetime.fromisoformat(cells["date"]).replace(tzinfo=UTC)
                heat, damp, ppm = (
                    None if math.isnan(value) else value
                    for value in (number(cells.get(n)) for n in ("Temperature", "Humidity", "CO2"))
                )
                found.append((round(moment.timestamp() * 1000), heat, damp, ppm))
        except ValueError as error:
            print(f"{sheet.path}: left out: {error}", file=sys.stderr)
    return sorted(found, key=lambda row: row[0])


Spoil = Callable[[int, float | None], float | None]


def faults(found: list[Row], spoil: Spoil, since: int = 0) -> dict[str, float]:
    """Return the faults that are told of CO2 from a row on, with the hour of the first."""
    state, told = begin(Settings()), dict[str, float]()
    for row, (t_ms, temperature, humidity, ppm) in enumerate(found):
        reading = Air(
            t_ms=t_ms, temperature_c=temperature, humidity=humidity, co2_ppm=spoil(row, ppm)
        )
        state, decisions = step(state, reading)
        for one in decisions:
            if one.what.startswith("fault") and one.reason.startswith("CO2") and row >= since:
                told.setdefault(one.what, (t_ms - found[0][0]) / 3.6e6)
    return told


def sensors(found: list[Row]) -> Iterator[Claim]:
    half = len(found) // 2
    held = next((row[3] for row in found[half:] if row[3] is not None), 600.0)
    as_it_is = faults(found, lambda _, ppm: ppm)
    quiet = {what for what in as_it_is if what != "fault.missing"}
    hours = (found[-1][0] - found[0][0]) / 3.6e6
    yield Claim(
        claim=f"CO2 of {hours / 24:.1f} days as it is: faults told but silence",
        value=len(quiet),
        unit="faults",
        target="<= 0",
    )
    cases: tuple[tuple[str, str, int, Spoil], ...] = (
        ("stands from the middle on", "fault.stuck", half, lambda n, p: p if n < half else held),
        ("dead from the middle on", "fault.dead", half, lambda n, p: p if n < half else 0.0),
        ("300 ppm too high", "fault.drifting", 0, lambda _, p: None if p is None else p + 300),
    )
    for name, what, since, spoil in cases:
        if not since and hours < LONG_H:
            continue
        after = faults(found, spoil, since).get(what, math.nan)
        start = (found[since][0] - found[0][0]) / 3.6e6
        yield Claim(
            claim=f"the same, {name}: named after",
            value=1e9 if math.isnan(after) else after - start,
            unit="h",
            target="<= 168",
        )


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    claims = list(printed())
    found = rows(args.data)
    if found:
        claims += sensors(found)
    absent = [] if found else [f"no table with date and CO2 in {args.data}: sensors"]
    if found and found[-1][0] - found[0][0] < LONG_H * 3_600_000:
        absent.append("a sensor that is too high: the record is shorter than a week")
    finish("systems/air", claims, absent=absent)


if __name__ == "__main__":
    main()
