"""When loads run and how a battery is charged, at the least cost over known or foretold prices.

    plan = plan_day(market, jobs, battery, now_ms=now_ms)

Loads in one piece: the largest energy first, each at its cheapest start given the others, then
each one again, and each two together, until nothing gets cheaper. The battery: dynamic programme
over its charge (Bertsekas, "Dynamic Programming and Optimal Control", ch. 1). Both in turns, while
it gets cheaper. A load in pieces takes the cheapest slots, which is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS
from edgekit.systems.tariff_prices import Floats, Job, Market, cheapest_start

ROUNDS = 6
LEVELS = 81


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """A battery: what it holds, how fast, what it loses, and where it starts and may end.

    Raises ConfigError where these contradict each other.
    """

    capacity_kwh: float
    power_kw: float
    charge_efficiency: float = 0.95
    discharge_efficiency: float = 0.95
    start_kwh: float = 0.0
    end_kwh: float = 0.0

    def __post_init__(self) -> None:
        efficient = 0 < self.charge_efficiency <= 1 and 0 < self.discharge_efficiency <= 1
        within = 0 <= self.start_kwh <= self.capacity_kwh and 0 <= self.end_kwh <= self.capacity_kwh
        if not (efficient and within and self.capacity_kwh > 0 and self.power_kw > 0):
            raise ConfigError(
                f"{self}: expected a size and a power above 0, efficiencies up to 1 and charges "
                "within its size"
            )

    def drawn_kw(self, change_kwh: Floats, hours: float) -> Floats:
        """Return what it draws from the house (negative: gives) for a change of charge."""
        up, down = 1 / self.charge_efficiency, self.discharge_efficiency
        return np.asarray(np.where(change_kwh > 0, up, down) * change_kwh / hours)

    def change_kwh(self, drawn_kw: Floats, hours: float) -> Floats:
        """Return the change of charge for what it draws."""
        up, down = self.charge_efficiency, 1 / self.discharge_efficiency
        return np.asarray(np.where(drawn_kw > 0, up, down) * drawn_kw * hours)


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
    best = Plan(starts_ms=starts, battery_kw=drawn, cost=_cost(market, jobs, starts, drawn))
    for _ in range(ROUNDS if battery is not None else 0):
        drawn = charge(loaded(market, jobs, starts), battery or Battery(capacity_kwh=1, power_kw=1))
        cost = _cost(market, jobs, starts, drawn)
        if cost > best.cost - 1e-6:
            break
        best = Plan(starts_ms=starts, battery_kw=drawn, cost=cost)
        beside = replace(market, net_kw=market.net_kw + drawn)
        starts = plan_jobs(beside, jobs, now_ms=now_ms, begun=starts)
    return best


def plan_jobs(
    market: Market,
    jobs: Sequence[Job],
    *,
    now_ms: int,
    begun: Sequence[int | None] | None = None,
) -> tuple[int | None, ...]:
    """Return when each job starts, None where no window of known prices fits it."""
    starts: list[int | None] = [None] * len(jobs) if begun is None else list(begun)
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


def loaded(market: Market, jobs: Sequence[Job], starts: Sequence[int | None]) -> Market:
    """Return the market with jobs in the house's net power."""
    net, edges = market.net_kw.copy(), market.edges_ms
    for job, start in zip(jobs, starts, strict=True):
        if start is not None:
            end = start + job.run_ms
            shared = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
            net += job.kw * np.maximum(0.0, shared) / np.diff(edges)
    return replace(market, net_kw=net)


def _cost(
    market: Market, jobs: Sequence[Job], starts: Sequence[int | None], drawn: Floats
) -> float:
    return float(market.cost(loaded(market, jobs, starts).net_kw + drawn).sum())


def charge(market: Market, battery: Battery) -> Floats:
    """Return what the battery draws in each slot (kW, negative: gives) at the least cost.

    Exact but for the value between two of 81 levels of charge, which is taken as linear: beside
    the levels, every step may stay, go as far as it can, or cancel what the house draws.
    """
    count = len(market.buy_kwh)
    levels = np.linspace(0.0, battery.capacity_kwh, LEVELS)
    values = np.empty((count + 1, LEVELS))
    values[count] = np.where(
        levels >= battery.end_kwh - 1e-9, 0.0, 1e6 * (battery.end_kwh - levels)
    )
    for slot in range(count - 1, -1, -1):
        _, values[slot] = _best(market, battery, slot, levels, levels, values[slot + 1])
    drawn = np.zeros(count)
    held = np.array([battery.start_kwh])
    for slot in range(count):
        target, _ = _best(market, battery, slot, held, levels, values[slot + 1])
        drawn[slot] = battery.drawn_kw(target - held, market.hours[slot])[0]
        held = target
    return drawn


def _best(
    market: Market, battery: Battery, slot: int, held: Floats, levels: Floats, after: Floats
) -> tuple[Floats, Floats]:
    """Return the best next charge from each held one, and its cost until the end."""
    hours = float(market.edges_ms[slot + 1] - market.edges_ms[slot]) / HOUR_MS
    net = float(market.net_kw[slot])
    reach = np.array([-battery.power_kw, min(max(-net, -battery.power_kw), battery.power_kw)])
    moves = battery.change_kwh(np.append(reach, [battery.power_kw, 0.0]), hours)
    low, high = held[:, None] + moves[0], held[:, None] + moves[2]
    ahead = np.broadcast_to(levels, (len(held), len(levels)))
    targets = np.concatenate([ahead, held[:, None] + moves], axis=1)
    targets = np.clip(np.clip(targets, low, high), 0.0, battery.capacity_kwh)
    drawn = net + battery.drawn_kw(targets - held[:, None], hours)
    price = np.where(drawn > 0, market.buy_kwh[slot], market.sell_kwh)
    costs = price * drawn * hours + np.interp(targets, levels, after)
    best = np.argmin(costs, axis=1)
    rows = np.arange(len(held))
    return targets[rows, best], costs[rows, best]


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
