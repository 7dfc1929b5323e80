"""When loads run and how a battery is charged, at the least cost over known or foretold prices.

    plan = plan_day(market, jobs, battery, now_ms=now_ms)

Loads in one piece: the largest energy first, each at its cheapest start given the others, then
each one again, until nothing gets cheaper (`tariff_prices`); beside a battery, each at its cheapest
start given the others and the battery's best answer (`tariff_place`), whose charge is planned last
(`tariff_battery`). A load in pieces takes the cheapest slots, which is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edgekit.systems.tariff_battery import Battery, charge
from edgekit.systems.tariff_place import placed
from edgekit.systems.tariff_prices import Floats, Job, Market, cheapest_start, loaded

ROUNDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Starts by job (None: no window known), kW of the battery by slot, and the cost of it all."""

    starts_ms: tuple[int | None, ...]
    battery_kw: Floats
    cost: float


def plan_day(
    market: Market, jobs: Sequence[Job], battery: Battery | None = None, *, now_ms: int
) -> Plan:
    """Plan jobs and battery together; every slot of the market must be known."""
    starts = plan_jobs(market, jobs, now_ms=now_ms)
    drawn = np.zeros(len(market.buy_kwh))
    if battery is not None:
        starts = placed(market, jobs, battery, starts, now_ms=now_ms)
        drawn = charge(loaded(market, jobs, starts), battery)
    cost = float(market.cost(loaded(market, jobs, starts).net_kw + drawn).sum())
    return Plan(starts_ms=starts, battery_kw=drawn, cost=cost)


def plan_jobs(
    market: Market,
    jobs: Sequence[Job],
    *,
    now_ms: int,
) -> tuple[int | None, ...]:
    """Return when each job starts, None where no window of known prices fits it."""
    starts: list[int | None] = [None] * len(jobs)
    order = sorted(range(len(jobs)), key=lambda k: -jobs[k].kw * jobs[k].run_ms)
    for _ in range(ROUNDS):
        before = list(starts)
        for k in order:
            others = [None if n == k else start for n, start in enumerate(starts)]
            found = cheapest_start(loaded(market, jobs, others), jobs[k], now_ms=now_ms)
            starts[k] = None if found is None else found[0]
        if starts == before:
            break
    return tuple(starts)


def cheapest_pieces(
    market: Market, job: Job, *, now_ms: int, last_ms: int = 0
) -> tuple[tuple[int, int], ...]:
    """Return the cheapest pieces (start, end) of a load that may be interrupted.

    The last ``last_ms`` of it run right before the deadline, as to warm a car. Of equal slots the
    later one; a slot that is needed in part is used towards its end. Already late: at once, in one
    piece. A load that fits after the last known price waits for more: no pieces.
    """
    first, deadline = max(now_ms, job.earliest_ms), job.deadline_ms
    known_ms = int(market.edges_ms[-1]) if len(market.buy_kwh) else 0
    if deadline - first <= job.run_ms:
        return ((first, first + job.run_ms),)
    if known_ms < deadline and deadline - max(known_ms, first) >= job.run_ms:
        return ()
    last_ms = min(last_ms, job.run_ms)
    pieces, left = [(deadline - last_ms, deadline)] if last_ms else [], job.run_ms - last_ms
    slots = np.argsort(market.buy_kwh[::-1], kind="stable")
    for k in len(market.buy_kwh) - 1 - slots:
        start = max(first, int(market.edges_ms[k]))
        end = min(deadline - last_ms, int(market.edges_ms[k + 1]))
        use = min(left, end - start)
        if use > 0 and not np.isnan(market.buy_kwh[k]):
            pieces.append((end - use, end))
            left -= use
    return tuple(sorted(pieces)) if left == 0 else ((first, first + job.run_ms),)
