"""Loads and a battery on real prices against the optimum that HiGHS found.

    python benchmarks/systems/tariff.py --data DIR [--quick]

Under DIR it looks for folders with a CSV with columns day, price_date, highs_jobs_eur and
highs_jobs_battery_eur, one with day, hour, load_kw and pv_kw, and tables of a market: time, its
price and one or more forecasts (EUR/MWh). The four loads and the battery are those of that
optimum. Nothing is fitted. Peers: the cheapest window of prices alone, and as soon as possible.
"""

import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish

from edgekit.systems.day import HOUR_MS
from edgekit.systems.tariff_plan import Battery, Plan, loaded, plan_day
from edgekit.systems.tariff_prices import Floats, Job, Market, cheapest_start

WANTED = ((2.0, 2, 8, 22), (1.0, 3, 0, 24), (3.7, 4, 0, 7), (2.4, 2, 12, 20))
JOBS = tuple(
    Job(
        name=f"{kw} kW",
        kw=kw,
        run_ms=hours * HOUR_MS,
        earliest_ms=earliest * HOUR_MS,
        deadline_ms=deadline * HOUR_MS,
    )
    for kw, hours, earliest, deadline in WANTED
)
BATTERY = Battery(capacity_kwh=5, power_kw=2.5, start_kwh=1, end_kwh=1)
OPTIMA = ("highs_jobs_eur", "highs_jobs_battery_eur")
Rows = list[dict[str, str]]


def market(spot: Floats, net: Floats) -> Market:
    edges = np.arange(len(spot) + 1) * float(HOUR_MS)
    return Market(edges_ms=edges, buy_kwh=1.19 * spot / 1000 + 0.18, sell_kwh=0.06, net_kw=net)


def tables(folder: Path) -> Iterator[tuple[Path, list[str], Rows]]:
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", errors="replace") as file:
            reader = csv.DictReader(file)
            heads = list(reader.fieldnames or ())
            if heads[:1] == ["day"] or any("price" in head.lower() for head in heads[1:2]):
                yield path, heads, list(reader)


def sets(folder: Path) -> Iterator[tuple[str, list[tuple[Floats, Floats, Floats, list[float]]]]]:
    """Yield each market with its days: prices, forecasts (F, 24), net kW, the two optima."""
    found = list(tables(folder))
    for path, heads, days in found:
        if not {"price_date", *OPTIMA} <= set(heads):
            continue
        near = [one for one in found if one[0].parent == path.parent]
        houses = [rows for _, names, rows in near if {"load_kw", "pv_kw"} <= set(names)]
        for other, names, rows in near:
            if not houses or not names or "day" in names or len(names) < 3:
                continue
            prices: dict[str, list[list[float]]] = {}
            for row in rows:
                values = [float(row[name]) for name in names[1:]]
                prices.setdefault(row[names[0]][:10], []).append(values)
            yield other.stem, [_day(row, prices, houses[0]) for row in days]


def _day(
    row: dict[str, str], prices: dict[str, list[list[float]]], house: Rows
) -> tuple[Floats, Floats, Floats, list[float]]:
    known = np.array(prices[row["price_date"]])
    hours = sorted((int(h["hour"]), h) for h in house if h["day"] == row["day"])
    net = np.array([float(h["load_kw"]) - float(h["pv_kw"] or 0) for _, h in hours])
    return known[:, 0], known[:, 1:].T, net, [float(row[name]) for name in OPTIMA]


def paid(here: Market, plan: Plan) -> float:
    return float(here.cost(loaded(here, JOBS, plan.starts_ms).net_kw + plan.battery_kw).sum())


def blind(here: Market) -> float:
    """Return the cost of the cheapest windows where the roof is not looked at."""
    bare = replace(here, net_kw=np.full(len(here.net_kw), 1e3))
    found = [cheapest_start(bare, job, now_ms=0) for job in JOBS]
    starts = [one[0] if one else None for one in found]
    return float(here.cost(loaded(here, JOBS, starts).net_kw).sum())


def measure(name: str, days: list[tuple[Floats, Floats, Floats, list[float]]]) -> Iterator[Claim]:
    rows, took = [], []
    for spot, forecasts, net, optima in days:
        here = market(spot, net)
        soon = float(here.cost(loaded(here, JOBS, [j.earliest_ms for j in JOBS]).net_kw).sum())
        jobs = plan_day(here, JOBS, now_ms=0)
        begun = time.process_time()
        both = plan_day(here, JOBS, BATTERY, now_ms=0)
        took.append(time.process_time() - begun)
        told = [paid(here, plan_day(market(f, net), JOBS, BATTERY, now_ms=0)) for f in forecasts]
        rows.append([soon, blind(here), jobs.cost, both.cost, *optima, *told])
    mean = [float(one) for one in np.mean(rows, axis=0)]
    soon, window, jobs_eur, both_eur, best_jobs, best = mean[:6]
    words = f"{name}, {len(days)} days:"
    yield Claim(
        claim=f"{words} loads and battery above the optimum of HiGHS",
        value=100 * (both_eur / best - 1),
        unit="%",
        target="<= 0.5",
        peer=Peer(name="cheapest window, blind to the roof", value=100 * (window / best - 1)),
    )
    gap = 100 * (jobs_eur / best_jobs - 1)
    yield Claim(claim=f"{words} loads alone, above theirs", value=gap, unit="%", target="<= 0.5")
    worst = float(max(row[3] - row[5] for row in rows))
    yield Claim(claim=f"{words} worst day above the optimum", value=worst, unit="EUR")
    share = 100 * (soon - both_eur) / (soon - best)
    yield Claim(claim=f"{words} share of the optimum's saving", value=share, unit="%")
    for number, cost in enumerate(mean[6:], 1):
        yield Claim(
            claim=f"{words} share of it, planned on forecast {number}",
            value=100 * (soon - cost) / (soon - best),
            unit="%",
            target=">= 93",
        )
    yield Claim(
        claim=f"{words} CPU a plan, median (HiGHS: 51)",
        value=1000 * float(np.median(took)),
        unit="ms",
        target="<= 10",
    )


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    claims: list[Claim] = []
    for name, days in sets(args.data):
        claims += measure(name, days[::6] if args.quick else days)
    finish("systems/tariff", claims)


if __name__ == "__main__":
    main()
