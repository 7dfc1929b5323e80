"""A battery in real homes: cost and carbon between the rule of self-consumption and the optimum.

    python benchmarks/systems/home_energy.py --data DIR [--quick]

Under DIR it looks for folders with CSVs of homes by the hour (non_shiftable_load, kWh, and, where
there is a roof, solar_generation, W per kW of panel), of one price (electricity_pricing) and one
carbon_intensity, and a schema.json with each home's ``pv`` nominal_power. The battery is theirs:
6.4 kWh, 5 kW, round trip 0.9, export unpaid; price and carbon of 48 h are known, load and roof only
now. Anchor: charge from what is over, give what is lacking. Oracle: perfect foresight by HiGHS
(scipy). Its own heating file (degreeday, hour) is held against the savings proof. Every hour
is planned anew; an hour that is not known is as the one before.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from home_energy_optimum import Home, foreseen
from report import Claim, Peer, arguments, finish
from sheets import Sheet, documents, number, sheets

from edgekit.systems.home_energy import PLANNED_HOURS
from edgekit.systems.home_energy_carbon import Balance, Spent, carbon_weight, counted
from edgekit.systems.home_energy_plan import (
    Now,
    Past,
    choose,
    cost_after,
    evened_kw,
    joint_weights,
    likeness,
    persistence,
)
from edgekit.systems.home_energy_savings import MOST_CV, baseline_of
from edgekit.systems.home_energy_state import Settings
from edgekit.systems.tariff_prices import Floats

RULES = Settings()
BATTERY = RULES.battery
AHEAD, DAY, LEAST_DAYS = 48, 24, 14
CARBON = "carbon_intensity"
UNLIKE_KW = 9.0


def homes(folder: Path) -> Iterator[Home]:
    for schema, told in documents(folder):
        if not isinstance(told, dict) or not isinstance(told.get("buildings"), dict):
            continue
        tables = [one for one in sheets(schema.parent) if one.path.parent == schema.parent]
        price, carbon = (_first(tables, name) for name in ("electricity_pricing", CARBON))
        for table in tables:
            if price is None or carbon is None or not table.has("non_shiftable_load"):
                continue
            name = table.path.stem
            net = _whole(table.column("non_shiftable_load"))
            if table.has("solar_generation"):
                roof = np.nan_to_num(table.column("solar_generation"))
                net = net - _nominal_kw(told["buildings"].get(name)) / 1000 * roof
            count = min(len(net), len(price), len(carbon)) // DAY * DAY
            if count < LEAST_DAYS * DAY:
                words = f"{count // DAY} whole days: expected {LEAST_DAYS} or more"
                print(f"{table.path}: left out: {words}", file=sys.stderr)
                continue
            yield Home(name=name, net_kw=net[:count], price=price[:count], carbon=carbon[:count])


def _first(tables: list[Sheet], name: str) -> Floats | None:
    return next((_whole(one.column(name)) for one in tables if one.has(name)), None)


def _nominal_kw(building: object) -> float:
    """Return what the roof has, 0 where there is none."""
    pv = building.get("pv") if isinstance(building, dict) else None
    return float(pv.get("attributes", {}).get("nominal_power", 0)) if isinstance(pv, dict) else 0.0


def _whole(column: Floats) -> Floats:
    """Return a column in which an hour that is not known is as the hour before."""
    known = ~np.isnan(column)
    if not known.any():
        return np.zeros(0)
    last = np.maximum.accumulate(np.where(known, np.arange(len(column)), 0))
    return np.nan_to_num(column[last])


def evened(home: Home) -> Floats:
    held, out = 0.0, np.zeros(len(home.net_kw))
    for hour, net in enumerate(home.net_kw):
        out[hour] = evened_kw(BATTERY, held, float(net))
        held += float(BATTERY.change_kwh(out[hour : hour + 1], 1.0)[0])
    return out


def planned(home: Home, took: list[float]) -> Floats:
    """Return what the battery draws each hour, planned anew from the days before it."""
    net, held, balance = home.net_kw, 0.0, Balance()
    out = np.zeros(len(net))
    for hour in range(len(net)):
        if hour // DAY < RULES.least_days:
            out[hour] = evened_kw(BATTERY, held, float(net[hour]))
        else:
            begun = time.process_time()
            out[hour] = _planned_kw(home, hour, held, balance)
            took.append(time.process_time() - begun)
        span = Spent(
            net_kw=float(net[hour]),
            drawn_kw=float(out[hour]),
            hours=1.0,
            price_kwh=float(home.price[hour]),
            carbon_kg_kwh=float(home.carbon[hour]),
        )
        balance = counted(balance, BATTERY, span)
        held += float(BATTERY.change_kwh(out[hour : hour + 1], 1.0)[0])
        held = min(max(held, 0.0), BATTERY.capacity_kwh)
    return out


def _planned_kw(home: Home, hour: int, held: float, balance: Balance) -> float:
    """Plan as the module's `planned_kw` does."""
    known, net_kw = slice(hour, hour + AHEAD), float(home.net_kw[hour])
    price, carbon = home.price[known], home.carbon[known]
    means = balance.means(price, carbon)
    at = carbon_weight(balance, BATTERY, held_kwh=held, means=means, at=RULES.carbon_weight)
    weights = joint_weights(price, carbon, at, means=means)[: PLANNED_HOURS + 1]
    day = hour // DAY
    count = min(RULES.days, day)
    days = home.net_kw[DAY * (day - count) : DAY * day].reshape(count, DAY)
    ahead = (hour + np.arange(len(weights))) % DAY
    past = Past(
        kw=days[:, ahead],
        likely=likeness(*_like(home.net_kw, hour, count), spread_kw=RULES.like_kw),
        persistence=persistence(days)[ahead],
    )
    after = cost_after(BATTERY, weights, past, net_kw=net_kw)
    return choose(BATTERY, Now(held_kwh=held, net_kw=net_kw, weight=float(weights[0])), after)


def _like(net: Floats, hour: int, count: int) -> tuple[Floats, Floats]:
    lately = net[max(0, hour + 1 - RULES.like_hours) : hour + 1]
    rows = []
    for back in range(count, 0, -1):
        end = hour + 1 - DAY * back
        row = net[max(0, end - len(lately)) : end]
        rows.append(row if len(row) == len(lately) else lately + UNLIKE_KW)
    return np.array(rows), lately


def closed(home: tuple[Floats, ...]) -> Floats:
    """Return how much of the gap between rule and optimum is closed, percent: cost, carbon."""
    _, rule, ours, best = home
    return np.asarray(100 * (rule - ours) / (rule - best))


def held_out(home: Home, drawn_kw: Floats) -> tuple[Floats, ...]:
    """Return cost and carbon of the second half: without a battery, by rule, plan and optimum."""
    part = slice(len(home.net_kw) // (2 * DAY) * DAY, None)
    half = replace(home, net_kw=home.net_kw[part], price=home.price[part], carbon=home.carbon[part])
    best = foreseen(BATTERY, half)
    return (
        half.told(np.zeros(len(half.net_kw))),
        half.told(evened(home)[part]),
        half.told(drawn_kw[part]),
        np.full(2, np.nan) if best is None else best,
    )


def judged(found: list[Home], *, quick: bool) -> Iterator[Claim]:
    rows, took, later = [], list[float](), []
    for whole in found:
        home = whole
        if quick:
            part = slice(0, 60 * DAY)
            home = replace(
                whole, net_kw=whole.net_kw[part], price=whole.price[part], carbon=whole.carbon[part]
            )
        none, rule = home.told(np.zeros(len(home.net_kw))), home.told(evened(home))
        drawn = planned(home, took)
        ours, best = home.told(drawn), foreseen(BATTERY, home)
        later.append(held_out(home, drawn))
        if best is None:
            print("perfect foresight: peer absent (scipy)")
            best = np.full(2, np.nan)
        rows.append((none, rule, ours, best))
        cost, carbon = closed(rows[-1])
        words = f"{home.name}: gap to the optimum closed, cost (carbon: {carbon:.0f} %)"
        yield Claim(claim=words, value=float(cost), unit="%")
    none, rule, ours, best = (np.sum(part, axis=0) for part in zip(*rows, strict=True))
    cost, carbon = closed((none, rule, ours, best))
    words = f"{len(rows)} homes together:"
    yield Claim(
        claim=f"{words} cost gap between rule and optimum closed",
        value=float(cost),
        unit="%",
        target=">= 60",
        peer=Peer(name="the rule", value=0.0),
    )
    yield Claim(claim=f"{words} carbon gap closed", value=float(carbon), unit="%")
    cost, carbon = closed(tuple(np.sum(part, axis=0) for part in zip(*later, strict=True)))
    for name, value, target in (("cost", cost, ">= 60"), ("carbon", carbon, ">= 0")):
        yield Claim(
            claim=f"{words} {name} gap closed in the second half alone",
            value=float(value),
            unit="%",
            target=target,
        )
    for name, k in (("cost", 0), ("emission", 1)):
        yield Claim(
            claim=f"{words} {name} against no battery",
            value=float(ours[k] / none[k]),
            unit="ratio",
            target=f"<= {rule[k] / none[k]:.4f}",
            peer=Peer(name="perfect foresight", value=round(float(best[k] / none[k]), 4)),
        )
    yield Claim(
        claim="CPU of a plan of 24 h over 28 days, median",
        value=1000 * float(np.median(took)) if took else float("nan"),
        unit="ms",
        target="<= 50",
    )


def proof(folder: Path) -> Iterator[Claim]:
    """Hold heating days against what ASHRAE Guideline 14 asks of a baseline."""
    for sheet in sheets(folder):
        if not sheet.has("degreeday", "hour"):
            continue
        rows = [(number(row["degreeday"]), number(row["hour"])) for row in sheet.cells()]
        # Its degrees are below 18 °C.
        days = [(18 - below, hours) for below, hours in rows if np.isfinite([below, hours]).all()]
        if len(days) >= LEAST_DAYS:
            cv = 100 * baseline_of(days).cv_rmse
            said = "told as not proved" if cv > 100 * MOST_CV else "may prove a saving"
            yield Claim(
                claim=f"{sheet.path.stem}: CV(RMSE) of the baseline ({said})", value=cv, unit="%"
            )


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    found = list(homes(args.data))
    claims = list(judged(found, quick=args.quick)) if found else []
    absent = [] if found else [f"no homes with price and carbon beside a schema in {args.data}"]
    finish("systems/home_energy", [*claims, *proof(args.data)], absent=absent)


if __name__ == "__main__":
    main()
