"""Lifts that give back, a roof and a store in one building, against the optimum of HiGHS.

    python benchmarks/systems/energy_recycling.py --data DIR [--quick]

Under DIR it looks for a CSV with day, hour, load_kw and pv_kw, and in the same folder for tables of
a market: time, its price (EUR/MWh); days that are not known whole are left out. A building is ten
such homes; the trips of its four lifts are made (up-peak, lunch, down-peak; seed 11), their energy
is the module's. Each day is dispatched hour by hour as home_energy does, on its levels, the day
being known; the oracle is a programme on the same bounds (scipy, HiGHS), mixed-integer on days with
prices below what a sale brings. Peers: charge from what is over and give what is lacking; and the
lifts' brakes burnt.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import Sheet, number, sheets

from edgekit.systems.energy_recycling import Settings
from edgekit.systems.energy_recycling_trip import Lift, trip_j
from edgekit.systems.home_energy_plan import Grid, Now, Past, choose, cost_after, evened_kw
from edgekit.systems.tariff_battery import Battery
from edgekit.systems.tariff_prices import Floats

HOMES, LIFTS, HOURS = 10, 4, 24
LIFT = Lift()
STORE = Battery(capacity_kwh=40, power_kw=20, start_kwh=8, end_kwh=8)
SOLD = 0.06
SHORT = 1e3
KWH_J = 3.6e6
# Trips a lift and hour, and which share of them goes up loaded.
TRIPS = (1, 0, 0, 0, 1, 3, 12, 30, 40, 22, 18, 20, 34, 30, 18, 18, 24, 38, 30, 16, 10, 8, 4, 2)
UP = (
    (0.5,) * 6
    + (0.8, 0.9, 0.9)
    + (0.5,) * 3
    + (0.2, 0.8)
    + (0.5,) * 2
    + (0.2, 0.1, 0.2)
    + (0.5,) * 5
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day by the hour: what a kWh costs, the building's power, what lifts draw and give."""

    buy: Floats
    net_kw: Floats
    lift_kw: Floats
    given_kw: Floats


def lifts(random: np.random.Generator) -> tuple[Floats, Floats]:
    """Return what the lifts draw and give in each hour of a made day, kW."""
    drawn, given = np.zeros(HOURS), np.zeros(HOURS)
    for hour, (trips, up) in enumerate(zip(TRIPS, UP, strict=True)):
        for _ in range(random.poisson(trips * LIFTS)):
            loaded = float(random.choice([75, 150, 225, 450], p=[0.4, 0.3, 0.2, 0.1]))
            rise = float(random.integers(1, 12)) * 3.2
            goes_up = random.random() < up
            energy = trip_j(LIFT, load_kg=loaded, rise_m=rise if goes_up else -rise)
            back = trip_j(LIFT, load_kg=0.0, rise_m=-rise if goes_up else rise)
            for one in (energy, back):
                (drawn if one > 0 else given)[hour] += abs(one) / KWH_J
    return drawn, given


def markets(folder: Path) -> Iterator[tuple[str, list[Day]]]:
    found = list(sheets(folder))
    for house in found:
        if not house.has("day", "hour", "load_kw", "pv_kw"):
            continue
        nets = _nets(house)
        for other in found:
            beside = other.path.parent == house.path.parent and len(other.heads) > 1
            if not beside or "price" not in other.heads[1].lower() or other.heads[0] == "day":
                continue
            spots = _spots(other)
            random = np.random.default_rng(11)
            if spots and nets:
                days = [_day(net, spots[7 * k % len(spots)], random) for k, net in enumerate(nets)]
                yield other.path.stem, days


def _nets(house: Sheet) -> list[Floats]:
    """Return the homes' net power of each day that is known whole."""
    loads: dict[float, dict[float, float]] = {}
    for row in house.cells():
        net = number(row["load_kw"]) - float(np.nan_to_num(number(row["pv_kw"])))
        loads.setdefault(number(row["day"]), {})[number(row["hour"])] = net
    days = (np.array([kw for _, kw in sorted(loads[day].items())]) for day in sorted(loads))
    return [net for net in days if net.shape == (HOURS,) and np.isfinite(net).all()]


def _spots(market: Sheet) -> list[Floats]:
    """Return the prices of each day that is known whole."""
    dates: dict[str, list[float]] = {}
    for row in market.cells():
        dates.setdefault(row[market.heads[0]][:10], []).append(number(row[market.heads[1]]))
    return [
        np.array(prices)
        for prices in dates.values()
        if len(prices) == HOURS and np.isfinite(prices).all()
    ]


def _day(net: Floats, spot: Floats, random: np.random.Generator) -> Day:
    drawn, given = lifts(random)
    buy = 1.19 * spot / 1000 + 0.18
    return Day(buy=buy, net_kw=HOMES * net, lift_kw=drawn, given_kw=given)


def paid(day: Day, net: Floats, drawn: Floats) -> float:
    grid = net + drawn
    return float(np.where(grid > 0, day.buy * grid, SOLD * grid).sum())


def dispatched(day: Day, net: Floats) -> Floats:
    """Return what the store draws: the last value makes it end as it began."""
    ending = np.append(day.buy, SHORT)
    # One more hour in which the store's own start is drawn at a price that nothing beats.
    wanted = np.append(net, STORE.end_kwh * STORE.discharge_efficiency)
    grid = Grid(levels=Settings().levels, sold=SOLD)
    held, out = STORE.start_kwh, np.zeros(HOURS)
    for hour in range(HOURS):
        known = Past(
            kw=wanted[None, hour:], likely=np.ones(1), persistence=np.zeros(HOURS + 1 - hour)
        )
        now = Now(held_kwh=held, net_kw=float(net[hour]), weight=float(day.buy[hour]), sold=SOLD)
        after = cost_after(STORE, ending[hour:], known, net_kw=now.net_kw, grid=grid)
        out[hour] = choose(STORE, now, after)
        held += float(STORE.change_kwh(np.array(out[hour]), 1.0))
    return out


def evened(net: Floats) -> tuple[Floats, float]:
    held, out = STORE.start_kwh, np.zeros(HOURS)
    for hour in range(HOURS):
        out[hour] = evened_kw(STORE, held, float(net[hour]))
        held += float(STORE.change_kwh(np.array(out[hour]), 1.0))
    return out, held


def optimum(day: Day, net: Floats) -> float | None:
    """Return the least cost; None without scipy.

    Where a kWh is dearer to sell than to buy, or brings money when it is bought, buying and selling
    at once, or charging and giving, would pay: a binary in each such hour forbids it.
    """
    try:
        from scipy.optimize import (  # noqa: PLC0415 -- an oracle, not a dependency
            Bounds,
            LinearConstraint,
            milp,
        )
    except ImportError:
        return None
    one, none, lower = np.eye(HOURS), np.zeros((HOURS, HOURS)), np.tril(np.ones((HOURS, HOURS)))
    up, down = STORE.charge_efficiency * lower, -lower / STORE.discharge_efficiency
    room = np.full(HOURS, STORE.capacity_kwh - STORE.start_kwh)
    least = np.full(HOURS, -STORE.start_kwh)
    least[-1] = STORE.end_kwh - STORE.start_kwh
    most = float(np.abs(net).max()) + STORE.power_kw
    # Columns: charge, give, bought, sold, whether it charges, whether it buys.
    rules = [
        LinearConstraint(np.hstack([up, down, none, none, none, none]), least, room),
        LinearConstraint(np.hstack([one, -one, -one, one, none, none]), -net, -net),
        LinearConstraint(np.hstack([one, none, none, none, -STORE.power_kw * one, none]), ub=0),
        LinearConstraint(
            np.hstack([none, one, none, none, STORE.power_kw * one, none]), ub=STORE.power_kw
        ),
        LinearConstraint(np.hstack([none, none, one, none, none, -most * one]), ub=0),
        LinearConstraint(np.hstack([none, none, none, one, none, most * one]), ub=most),
    ]
    odd = day.buy < SOLD
    rules = rules if odd.any() else rules[:2]
    highs = np.repeat([STORE.power_kw, STORE.power_kw, most, most, 1, 1], HOURS)
    found = milp(
        np.concatenate([np.zeros(2 * HOURS), day.buy, np.full(HOURS, -SOLD), np.zeros(2 * HOURS)]),
        constraints=rules,
        bounds=Bounds(np.zeros(6 * HOURS), highs),
        integrality=np.concatenate([np.zeros(4 * HOURS), odd, odd]),
        options={"mip_rel_gap": 1e-6},
    )
    return None if found.fun is None else float(found.fun)


def judged(name: str, days: list[Day]) -> Iterator[Claim]:
    rows = []
    for day in days:
        net = day.net_kw + day.lift_kw - day.given_kw
        best = optimum(day, net)
        ours = dispatched(day, net)
        held = STORE.start_kwh + float(STORE.change_kwh(ours, 1.0).sum())
        if held < STORE.end_kwh - 1e-6:
            raise ValueError(f"the store ends with {held} kWh: expected {STORE.end_kwh} or more")
        rule, left = evened(net)
        # What the rule leaves in the store less than at the start it has bought at the day's mean.
        owed = (STORE.end_kwh - left) / STORE.charge_efficiency * float(day.buy.mean())
        burnt = day.net_kw + day.lift_kw
        rows.append(
            [
                np.nan if best is None else best,
                paid(day, net, ours),
                paid(day, net, rule) + owed,
                paid(day, burnt, dispatched(day, burnt)),
                float(day.given_kw.sum()),
                float(day.lift_kw.sum()),
            ]
        )
    best, ours, rule, burnt, given, drawn = (float(one) for one in np.mean(rows, axis=0))
    words = f"{name}, {len(days)} days:"
    yield Claim(
        claim=f"{words} above the optimum of HiGHS",
        value=100 * (ours - best) / abs(best),
        unit="%",
        target="<= 0.5",
        peer=Peer(name="the rule", value=round(100 * (rule - best) / abs(best), 2)),
    )
    worst = max(row[1] - row[0] for row in rows)
    yield Claim(claim=f"{words} worst day above it", value=worst, unit="EUR")
    share = 100 * given / drawn
    yield Claim(claim=f"{words} given back of what the lifts draw", value=share, unit="%")
    yield Claim(
        claim=f"{words} cost a day",
        value=ours,
        unit="EUR",
        target=f"<= {burnt:.4f}",
        peer=Peer(name="brakes burnt", value=round(burnt, 3)),
    )


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    claims: list[Claim] = []
    for name, days in markets(args.data):
        claims += judged(name, days[::6] if args.quick else days)
    absent = [] if claims else [f"no whole days of load beside prices in {args.data}"]
    finish("systems/energy_recycling", claims, absent=absent)


if __name__ == "__main__":
    main()
