"""A battery in real homes: cost and carbon between the rule of self-consumption and the optimum.

    python benchmarks/systems/home_energy.py --data DIR [--quick]

Under DIR it looks for folders with CSVs of homes by the hour (non_shiftable_load, kWh, and
solar_generation, W per kW of panel), of one price (electricity_pricing) and one carbon_intensity,
and a schema.json with each home's ``pv`` nominal_power. The battery is the data's: 6.4 kWh, 5 kW,
round trip 0.9, export unpaid; price and carbon of 48 h are known, load and roof only now. Anchor:
charge from what is over, give what is lacking. Oracle: perfect foresight by HiGHS (scipy). Its own
heating file (degreeday, hour) is held against the savings proof. Days are planned once each.
"""

import csv
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish

from edgekit.systems.home_energy_plan import (
    Now,
    choose,
    costs_ahead,
    evened_kw,
    joint_weights,
    likeness,
)
from edgekit.systems.home_energy_savings import MOST_CV, baseline_of
from edgekit.systems.home_energy_state import Settings
from edgekit.systems.tariff_prices import Floats

RULES = Settings()
BATTERY = RULES.battery
AHEAD, DAY = 48, 24
UNLIKE_KW = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One home: net power, price and carbon of each hour of a year."""

    name: str
    net_kw: Floats
    price: Floats
    carbon: Floats

    def told(self, drawn_kw: Floats) -> Floats:
        """Return cost and carbon with a battery that draws so much."""
        grid = np.maximum(self.net_kw + drawn_kw, 0.0)
        return np.array([grid @ self.price, grid @ self.carbon])


def homes(folder: Path) -> Iterator[Home]:
    for schema in sorted(folder.rglob("*.json")):
        told = json.loads(schema.read_text(encoding="utf-8"))
        if not isinstance(told, dict) or "buildings" not in told:
            continue
        tables = {path.stem: _columns(path) for path in sorted(schema.parent.glob("*.csv"))}
        price = next(
            (t["electricity_pricing"] for t in tables.values() if "electricity_pricing" in t), None
        )
        carbon = next(
            (t["carbon_intensity"] for t in tables.values() if "carbon_intensity" in t), None
        )
        for name, table in tables.items():
            if price is None or carbon is None or "non_shiftable_load" not in table:
                continue
            building = told["buildings"].get(name, {})
            nominal = float(
                (building.get("pv") or {}).get("attributes", {}).get("nominal_power", 0)
            )
            net = table["non_shiftable_load"] - nominal / 1000 * table["solar_generation"]
            count = min(len(net), len(price), len(carbon))
            yield Home(name=name, net_kw=net[:count], price=price[:count], carbon=carbon[:count])


def _columns(path: Path) -> dict[str, Floats]:
    wanted = {"non_shiftable_load", "solar_generation", "electricity_pricing", "carbon_intensity"}
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        rows = csv.DictReader(file)
        keep = [name for name in rows.fieldnames or () if name in wanted]
        found = [[float(row[name] or 0) for name in keep] for row in rows] if keep else []
    return {
        name: np.array(column) for name, column in zip(keep, zip(*found, strict=True), strict=True)
    }


def evened(home: Home) -> Floats:
    held, out = 0.0, np.zeros(len(home.net_kw))
    for hour, net in enumerate(home.net_kw):
        out[hour] = evened_kw(BATTERY, held, float(net))
        held += float(BATTERY.change_kwh(out[hour : hour + 1], 1.0)[0])
    return out


def planned(home: Home, took: list[float]) -> Floats:
    """Return what the battery draws each hour when each day is planned from those before it."""
    net, held = home.net_kw, 0.0
    out = np.zeros(len(net))
    for start in range(0, len(net), DAY):
        count = min(RULES.days, start // DAY)
        begun = time.process_time()
        if count >= RULES.least_days:
            weights, ahead = _ahead(home, start, count)
            after = costs_ahead(BATTERY, weights, ahead)
            took.append(time.process_time() - begun)
        for hour in range(start, min(start + DAY, len(net))):
            if count < RULES.least_days:
                out[hour] = evened_kw(BATTERY, held, float(net[hour]))
            else:
                likely = likeness(*_like(net, hour, count), spread_kw=RULES.like_kw)
                now = Now(
                    held_kwh=held, net_kw=float(net[hour]), weight=float(weights[hour - start])
                )
                out[hour] = choose(BATTERY, now, likely @ after[hour - start + 1])
            held += float(BATTERY.change_kwh(out[hour : hour + 1], 1.0)[0])
            held = min(max(held, 0.0), BATTERY.capacity_kwh)
    return out


def _ahead(home: Home, start: int, count: int) -> tuple[Floats, Floats]:
    known = slice(start, start + AHEAD)
    weights = joint_weights(home.price[known], home.carbon[known], RULES.carbon_weight)
    days = home.net_kw[start - DAY * count : start].reshape(count, DAY)
    return weights, np.tile(days, 2)[:, : len(weights)]


def _like(net: Floats, hour: int, count: int) -> tuple[Floats, Floats]:
    lately = net[max(0, hour + 1 - RULES.like_hours) : hour + 1]
    rows = []
    for back in range(count, 0, -1):
        end = hour + 1 - DAY * back
        row = net[max(0, end - len(lately)) : end]
        rows.append(row if len(row) == len(lately) else lately + UNLIKE_KW)
    return np.array(rows), lately


def foreseen(home: Home) -> Floats | None:
    """Return cost and carbon of the joint optimum over the year; None without scipy."""
    try:
        from scipy.optimize import linprog  # noqa: PLC0415 -- an oracle, not a dependency
        from scipy.sparse import csr_array, eye_array, hstack, vstack  # noqa: PLC0415 -- likewise
    except ImportError:
        return None
    count, up = len(home.net_kw), BATTERY.charge_efficiency
    one = eye_array(count, format="csr")
    before = csr_array(
        (np.ones(count - 1), (np.arange(1, count), np.arange(count - 1))), (count, count)
    )
    none = csr_array((count, count))
    # Columns: charge, give, grid, held. held = before + up x charge - give / down; grid >= net.
    balance = hstack([-up * one, one / BATTERY.discharge_efficiency, none, one - before])
    grid = hstack([one, -one, -one, none])
    weight = joint_weights(home.price, home.carbon, 1.0)
    bounds = [(0, BATTERY.power_kw)] * (2 * count) + [(0, None)] * count
    bounds += [(0, BATTERY.capacity_kwh)] * count
    cost = np.concatenate([np.full(2 * count, 1e-9), weight, np.zeros(count)])
    found = linprog(
        cost, A_ub=vstack([grid]), b_ub=-home.net_kw, A_eq=balance, b_eq=np.zeros(count),
        bounds=bounds, method="highs",
    )  # fmt: skip
    bought = found.x[2 * count : 3 * count]
    return np.array([bought @ home.price, bought @ home.carbon])


def closed(home: tuple[Floats, ...]) -> Floats:
    """Return how much of the gap between rule and optimum is closed, percent: cost, carbon."""
    _, rule, ours, best = home
    return np.asarray(100 * (rule - ours) / (rule - best))


def held_out(home: Home, drawn_kw: Floats) -> tuple[Floats, ...]:
    """Return cost and carbon of the second half: without a battery, by rule, plan and optimum.

    The weight of carbon and the width of likeness were chosen on the first.
    """
    part = slice(len(home.net_kw) // (2 * DAY) * DAY, None)
    half = replace(home, net_kw=home.net_kw[part], price=home.price[part], carbon=home.carbon[part])
    best = foreseen(half)
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
        ours, best = home.told(drawn), foreseen(home)
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
            claim=f"{words} {name} gap closed in the second half, on which nothing was chosen",
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
        claim="CPU of a plan of 48 h over 28 days, median",
        value=1000 * float(np.median(took)),
        unit="ms",
        target="<= 50",
    )


def proof(folder: Path) -> Iterator[Claim]:
    """Hold heating days against what ASHRAE Guideline 14 asks of a baseline."""
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            reader = csv.DictReader(file)
            rows = list(reader) if "degreeday" in (reader.fieldnames or ()) else []
        if rows:
            # Its degrees are below 18 °C.
            days = [(18 - float(row["degreeday"]), float(row["hour"])) for row in rows]
            cv = 100 * baseline_of(days).cv_rmse
            said = "told as not proved" if cv > 100 * MOST_CV else "may prove a saving"
            yield Claim(claim=f"{path.stem}: CV(RMSE) of the baseline ({said})", value=cv, unit="%")


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    found = list(homes(args.data))
    claims = list(judged(found, quick=args.quick)) if found else []
    finish("systems/home_energy", [*claims, *proof(args.data)])


if __name__ == "__main__":
    main()
