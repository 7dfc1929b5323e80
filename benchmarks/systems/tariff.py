"""Loads and a battery on real prices against the optimum that HiGHS found.

    python benchmarks/systems/tariff.py --data DIR [--quick]

Under DIR it looks for folders with a CSV with columns day, price_date, highs_jobs_eur and
highs_jobs_battery_eur, one with day, hour, load_kw and pv_kw, and tables of a market: time, its
price and, where there are, forecasts (EUR/MWh). Days of which not all 24 hours are known are left
out; so are optima that are none (no plan can be cheaper). The four loads and the battery are those
of that optimum. Nothing is fitted. Peers: the cheapest window of prices alone, and as soon as
possible.
"""

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import Sheet, number, sheets

from edgekit.systems.day import HOUR_MS
from edgekit.systems.tariff_battery import Battery
from edgekit.systems.tariff_plan import Plan, plan_day
from edgekit.systems.tariff_prices import Floats, Job, Market, cheapest_start, loaded

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
HOURS = 24
UNTRUE_EUR = 0.005
"""A plan may be below the printed optimum by its rounding and by the gap of its solver."""

Day = tuple[Floats, Floats, Floats, list[float]]


def market(spot: Floats, net: Floats) -> Market:
    edges = np.arange(len(spot) + 1) * float(HOUR_MS)
    return Market(edges_ms=edges, buy_kwh=1.19 * spot / 1000 + 0.18, sell_kwh=0.06, net_kw=net)


def sets(folder: Path) -> Iterator[tuple[str, list[Day]]]:
    """Yield each market with its days: prices, forecasts (F, 24), net kW, the two optima."""
    found = list(sheets(folder))
    for days in found:
        if not days.has("price_date", *OPTIMA):
            continue
        near = [one for one in found if one.path.parent == days.path.parent]
        houses = [one for one in near if one.has("day", "hour", "load_kw", "pv_kw")]
        for market_ in near:
            if houses and market_.heads[0] != "day" and _of_a_market(market_):
                yield market_.path.stem, list(_days(days, market_, houses[0]))


def _of_a_market(sheet: Sheet) -> bool:
    return len(sheet.heads) > 1 and bool(sheet.rows) and "price" in sheet.heads[1].lower()


def _days(days: Sheet, market_: Sheet, house: Sheet) -> Iterator[Day]:
    """Yield the days of which every hour is known, and say how many are not."""
    prices: dict[str, list[list[float]]] = {}
    for row in market_.cells():
        values = [number(row[name]) for name in market_.heads[1:]]
        prices.setdefault(row[market_.heads[0]][:10], []).append(values)
    loads: dict[str, dict[float, float]] = {}
    for row in house.cells():
        # No roof is as one that gives nothing.
        roof = np.nan_to_num(number(row["pv_kw"]))
        loads.setdefault(row["day"], {})[number(row["hour"])] = number(row["load_kw"]) - float(roof)
    left = 0
    for row in days.cells():
        known = np.array(prices.get(row["price_date"], []))
        net = np.array([kw for _, kw in sorted(loads.get(row["day"], {}).items())])
        optima = [number(row[name]) for name in OPTIMA]
        whole = known.shape[:1] == net.shape == (HOURS,)
        if whole and np.isfinite([*known[:, 0], *net, *optima]).all():
            told = known[:, 1:].T
            yield known[:, 0], told, net, optima
        else:
            left += 1
    if left:
        words = f"{left} days are left out: not 24 hours of price, load and optimum"
        print(f"{market_.path}: {words}", file=sys.stderr)


def paid(here: Market, plan: Plan) -> float:
    return float(here.cost(loaded(here, JOBS, plan.starts_ms).net_kw + plan.battery_kw).sum())


def blind(here: Market) -> float:
    """Return the cost of the cheapest windows where the roof is not looked at."""
    bare = replace(here, net_kw=np.full(len(here.net_kw), 1e3))
    found = [cheapest_start(bare, job, now_ms=0) for job in JOBS]
    starts = [one[0] if one else None for one in found]
    return float(here.cost(loaded(here, JOBS, starts).net_kw).sum())


def measure(name: str, days: list[Day]) -> Iterator[Claim]:
    rows, took = [], []
    for spot, forecasts, net, optima in days:
        here = market(spot, net)
        soon = float(here.cost(loaded(here, JOBS, [j.earliest_ms for j in JOBS]).net_kw).sum())
        jobs = plan_day(here, JOBS, now_ms=0)
        begun = time.process_time()
        both = plan_day(here, JOBS, BATTERY, now_ms=0)
        took.append(time.process_time() - begun)
        told = [
            paid(here, plan_day(market(f, net), JOBS, BATTERY, now_ms=0))
            if np.isfinite(f).all()
            else math.nan
            for f in forecasts
        ]
        rows.append([soon, blind(here), jobs.cost, both.cost, *optima, *told])
    table = np.array(rows)
    untrue = float((table[:, 3] < table[:, 5] - UNTRUE_EUR).mean())
    if untrue:
        words = f"{untrue:.0%} of its optima are dearer than a plan: none of this market and house"
        print(f"{name}: {words}", file=sys.stderr)
        return
    mean = [float(one) for one in table[:, :6].mean(axis=0)]
    soon, window, jobs_eur, both_eur, best_jobs, best = mean[:6]
    words = f"{name}, {len(days)} days:"
    yield Claim(
        claim=f"{words} loads and battery above the optimum of HiGHS",
        value=100 * (both_eur - best) / abs(best),
        unit="%",
        target="<= 0.5",
        peer=Peer(
            name="cheapest window, blind to the roof", value=100 * (window - best) / abs(best)
        ),
    )
    gap = 100 * (jobs_eur - best_jobs) / abs(best_jobs)
    yield Claim(claim=f"{words} loads alone, above theirs", value=gap, unit="%", target="<= 0.5")
    worst = float(max(row[3] - row[5] for row in rows))
    yield Claim(claim=f"{words} worst day above the optimum", value=worst, unit="EUR")
    share = 100 * (soon - both_eur) / (soon - best)
    yield Claim(claim=f"{words} share of the optimum's saving", value=share, unit="%")
    for nth, costs in enumerate(table[:, 6:].T, 1):
        seen = np.isfinite(costs)
        soon, cost, best = (
            float(np.mean(c[seen])) if seen.any() else math.nan
            for c in (table[:, 0], costs, table[:, 5])
        )
        yield Claim(
            claim=f"{words} share of it, planned on forecast {nth}",
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
        claims += measure(name, days[::6] if args.quick else days) if days else ()
    absent = [] if claims else [f"no days with optimum, prices and load in {args.data}"]
    finish("systems/tariff", claims, absent=absent)


if __name__ == "__main__":
    main()
