"""Prices of electricity by slots of any length, and what a load costs in them.

    market = market_of(slots, Retail(factor=1.19, fees_kwh=0.18, feed_in_kwh=0.06))
    start_ms = cheapest_start(market, job, now_ms=now_ms)

A slot that is not known is a gap: nothing is planned into it. Prices may be negative; nothing is
ever divided by one.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A price from ``start_ms`` to before ``end_ms``, per MWh in the market's currency."""

    start_ms: int
    end_ms: int
    price_mwh: float
    surplus_kw: float | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.surplus_kw or 0.0):
            raise ConfigError(f"a surplus of {self.surplus_kw} kW: expected a number")
        if not self.start_ms < self.end_ms or not math.isfinite(self.price_mwh):
            raise ConfigError(
                f"a price of {self.price_mwh} from {self.start_ms} to {self.end_ms} ms: expected "
                "a number and a start before the end"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retail:
    """What a household pays: ``factor`` x market price + ``fees_kwh``; per kWh, and its feed-in."""

    factor: float = 1.0
    fees_kwh: float = 0.0
    feed_in_kwh: float = 0.0

    def __post_init__(self) -> None:
        if not self.factor > 0:
            raise ConfigError(f"a factor of {self.factor} on prices: expected more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Prices of consecutive slots.

    Attributes:
        edges_ms: (n + 1), where slots begin and the last one ends.
        buy_kwh: (n), what a kWh from the grid costs; NaN where it is not known.
        sell_kwh: what a kWh to the grid brings.
        net_kw: (n), what the house draws without what is planned, less what its roof gives.
    """

    edges_ms: Floats
    buy_kwh: Floats
    sell_kwh: float
    net_kw: Floats

    @property
    def hours(self) -> Floats:
        """How long each slot is."""
        return np.diff(self.edges_ms) / HOUR_MS

    def cost(self, net_kw: Floats) -> Floats:
        """Return what each slot costs at so many kW (the last axis is the slots)."""
        price = np.where(net_kw > 0, self.buy_kwh, self.sell_kwh)
        return np.asarray(price * net_kw * self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A load of ``kw`` that runs ``run_ms`` in one piece between two moments."""

    name: str
    kw: float
    run_ms: int
    earliest_ms: int
    deadline_ms: int

    def __post_init__(self) -> None:
        if not 0 < self.kw < math.inf or self.run_ms <= 0:
            raise ConfigError(f"{self.name}: {self.kw} kW for {self.run_ms} ms: expected above 0")


def market_of(slots: Iterable[Slot], retail: Retail) -> Market:
    """Return the market of slots in any order; gaps between them stay gaps, the first one holds."""
    edges: list[int] = []
    buy: list[float] = []
    net: list[float] = []
    for slot in sorted(slots, key=lambda one: one.start_ms):
        if edges and slot.start_ms < edges[-1]:
            continue
        if edges and slot.start_ms > edges[-1]:
            buy.append(math.nan)
            net.append(0.0)
        if not edges or slot.start_ms > edges[-1]:
            edges.append(slot.start_ms)
        edges.append(slot.end_ms)
        buy.append(retail.factor * slot.price_mwh / 1000 + retail.fees_kwh)
        net.append(-(slot.surplus_kw or 0.0))
    return Market(
        edges_ms=np.array(edges, dtype=np.float64),
        buy_kwh=np.array(buy),
        sell_kwh=retail.feed_in_kwh,
        net_kw=np.array(net),
    )


def possible_starts(market: Market, job: Job, *, now_ms: int) -> Floats:
    """Return where a window may begin (ms, in order): at an edge, ending at one, first or last."""
    first, last = max(now_ms, job.earliest_ms), job.deadline_ms - job.run_ms
    edges = market.edges_ms
    starts = np.unique(np.concatenate([edges, edges - job.run_ms, [first, last]]))
    return np.asarray(starts[(starts >= first) & (starts <= last)])


def cheapest_start(market: Market, job: Job, *, now_ms: int) -> tuple[int, float] | None:
    """Return when a job starts at the least cost, and that cost; None where no window is known.

    The cost of a window is piecewise linear in its start, so the least one begins or ends at the
    edge of a slot or of what is allowed: exact. Of equal ones the earliest.
    """
    starts = possible_starts(market, job, now_ms=now_ms)
    if not len(starts) or len(market.buy_kwh) == 0:
        return None
    known = ~np.isnan(market.buy_kwh)
    extra = np.where(known, market.cost(market.net_kw + job.kw) - market.cost(market.net_kw), 0.0)
    seen = within(market, known * np.diff(market.edges_ms), starts, job.run_ms)
    costs = within(market, extra, starts, job.run_ms)
    costs[seen < job.run_ms - 0.5] = math.inf
    best = int(np.argmin(np.round(costs, 9)))
    return None if math.isinf(costs[best]) else (round(starts[best]), float(costs[best]))


def within(market: Market, amounts: Floats, starts: Floats, run_ms: int) -> Floats:
    """Return how much of amounts spread evenly over their slots falls into each window."""
    total = np.concatenate([[0.0], np.cumsum(amounts)])
    return np.asarray(
        np.interp(starts + run_ms, market.edges_ms, total)
        - np.interp(starts, market.edges_ms, total)
    )


def loaded(market: Market, jobs: Sequence[Job], starts: Sequence[int | None]) -> Market:
    """Return the market with jobs in the house's net power."""
    net, edges = market.net_kw.copy(), market.edges_ms
    for job, start in zip(jobs, starts, strict=True):
        if start is not None:
            end = start + job.run_ms
            shared = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
            net += job.kw * np.maximum(0.0, shared) / np.diff(edges)
    return replace(market, net_kw=net)
