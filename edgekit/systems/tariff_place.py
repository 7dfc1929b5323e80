"""Where loads run beside a battery: each at its cheapest start, the battery's best answer counted.

    starts = placed(market, jobs, battery, starts, now_ms=now_ms)

What a load costs beside a battery is not what its window costs: the battery gives there, and
charges elsewhere. For each load in turn, the others standing, the least cost to reach each charge
is found forwards and the least cost from it on backwards (dynamic programming: Bertsekas, "Dynamic
Programming and Optimal Control", ch. 1); each start then takes only the steps of its own window
between the two. This chooses starts; the battery itself is planned on finer levels of charge.
"""

from collections.abc import Sequence

import numpy as np

from edgekit.systems.tariff_battery import Battery
from edgekit.systems.tariff_prices import Floats, Job, Market, loaded, possible_starts

ROUNDS = 3
LEVELS = 26
NEVER = 1e9
ALIKE = 1e-6


def placed(
    market: Market,
    jobs: Sequence[Job],
    battery: Battery,
    starts: Sequence[int | None],
    *,
    now_ms: int,
) -> tuple[int | None, ...]:
    """Return better starts, beginning from these; a load without a start stays without."""
    found = list(starts)
    first, end = market.edges_ms[0], market.edges_ms[-1]
    order = sorted(range(len(jobs)), key=lambda k: -jobs[k].kw * jobs[k].run_ms)
    for _ in range(ROUNDS):
        before = list(found)
        for k in order:
            start = found[k]
            if start is None:
                continue
            others = [None if n == k else one for n, one in enumerate(found)]
            beside = loaded(market, jobs, others)
            tried = np.append(possible_starts(market, jobs[k], now_ms=now_ms), start)
            tried = np.unique(tried[(tried >= first) & (tried <= end - jobs[k].run_ms)])
            costs = _costs(beside, jobs[k], battery, tried)
            best = int(np.argmin(np.round(costs, 6)))
            if costs[best] < costs[np.searchsorted(tried, start)] - ALIKE:
                found[k] = round(tried[best])
        if found == before:
            break
    return tuple(found)


def _costs(market: Market, job: Job, battery: Battery, starts: Floats) -> Floats:
    """Return what all slots cost with the load at each start and the battery at its best."""
    levels, hours = np.linspace(0.0, battery.capacity_kwh, LEVELS), market.hours
    moves = battery.drawn_kw(levels[None, :] - levels[:, None], 1.0) / hours[:, None, None]
    far = np.abs(moves) > battery.power_kw + 1e-9
    slots = np.arange(len(hours))
    steps = _steps(market, market.net_kw, slots, moves, far)
    reached = np.full((len(hours) + 1, LEVELS), NEVER)
    reached[0, round(battery.start_kwh / levels[1])] = 0.0
    left = np.empty((len(hours) + 1, LEVELS))
    left[-1] = np.where(levels >= battery.end_kwh - 1e-9, 0.0, 1e6 * (battery.end_kwh - levels))
    for slot in slots:
        reached[slot + 1] = (reached[slot][:, None] + steps[slot]).min(axis=0)
    for slot in slots[::-1]:
        left[slot] = (steps[slot] + left[slot + 1]).min(axis=1)
    edges = market.edges_ms
    at = np.searchsorted(edges, starts, side="right") - 1
    last = np.searchsorted(edges, starts + job.run_ms, side="left")
    costs = reached[at]
    for step in range(int((last - at).max())):
        on = at + step < last
        here = at[on] + step
        shared = np.minimum(edges[here + 1], starts[on] + job.run_ms)
        shared = (shared - np.maximum(edges[here], starts[on])) / np.diff(edges)[here]
        net = market.net_kw[here] + job.kw * shared
        costs[on] = (costs[on][:, :, None] + _steps(market, net, here, moves, far)).min(axis=1)
    return np.asarray((costs + left[last]).min(axis=1))


def _steps(
    market: Market,
    net_kw: Floats,
    slots: np.ndarray[tuple[int, ...], np.dtype[np.int_]],
    moves: Floats,
    far: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> Floats:
    """Return (n, L, L): what each of these slots costs from each charge to each."""
    grid = net_kw[:, None, None] + moves[slots]
    price = np.where(grid > 0, market.buy_kwh[slots][:, None, None], market.sell_kwh)
    cost = price * grid * market.hours[slots][:, None, None]
    return np.asarray(np.where(far[slots], NEVER, cost))
