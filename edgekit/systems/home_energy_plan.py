"""A battery against what a home may do next: each past day is one way in which today may go on.

    after = costs_ahead(battery, weights, days_kw)          # (T + 1, D, L)
    likely = likeness(days_before_kw, lately_kw, spread_kw=0.5)
    drawn_kw = choose(battery, Now(held_kwh=2.0, net_kw=0.8, weight=1.1), likely @ after[1])

For each past day the cheapest way on from every charge is found backwards by dynamic programming
(Bertsekas, "Dynamic Programming and Optimal Control", ch. 1); what is done now is best on
average over those days (averaged hindsight: Chang, Givan and Chong, "On-line Scheduling via
Sampling", AIPS 2000), each weighed by how like the last hours were (analogue ensemble: Delle
Monache et al., Monthly Weather Review 141, 2013). What is not drawn from the grid costs nothing.
"""

from dataclasses import dataclass

import numpy as np

from edgekit.systems.tariff_plan import Battery
from edgekit.systems.tariff_prices import Floats

LEVELS = 25
LEAST_LIKENESS = 1e-6
NEVER = 1e9
NEAR_KW = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """How a plan is laid out: hours of a slot, levels of charge, and what a kWh sold brings.

    ``sold`` is in the same weight as the grid's.
    """

    hours: float = 1.0
    levels: int = LEVELS
    sold: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What is known when it is to act: charge, net power, what a kWh weighs, and for how long.

    ``sold`` is what a kWh to the grid brings, in the same weight.
    """

    held_kwh: float
    net_kw: float
    weight: float
    hours: float = 1.0
    sold: float = 0.0


def costs_ahead(
    battery: Battery, weights: Floats, days_kw: Floats, grid: Grid | None = None
) -> Floats:
    """Return what each day would still cost from each charge on, at the start of each slot.

    Args:
        battery: what it holds and how fast.
        weights: (T), what a kWh from the grid weighs in each slot.
        days_kw: (D, T), net power of each past day in the slots' times of day.
        grid: how it is laid out; None = by the hour, nothing sold.

    Returns:
        (T + 1, D, L) for L levels of charge; the last row is zero.
    """
    grid = grid or Grid()
    hours, sold, count = grid.hours, grid.sold, grid.levels
    levels = np.linspace(0.0, battery.capacity_kwh, count)
    moves = battery.drawn_kw(levels[None, :] - levels[:, None], hours)
    moves = np.where(np.abs(moves) <= battery.power_kw + NEAR_KW, moves, NEVER)
    rows = np.arange(len(days_kw))[:, None]
    after = np.zeros((len(weights) + 1, len(days_kw), count))
    for slot in range(len(weights) - 1, -1, -1):
        net, then = days_kw[:, slot], after[slot + 1]
        drawn = net[:, None, None] + moves[None]
        cost = _cost(drawn, weights[slot], sold) * hours + then[:, None, :]
        even = _evened(battery, levels[None, :], net[:, None], hours)
        reached = levels[None, :] + battery.change_kwh(even, hours)
        where = np.clip(reached / levels[1], 0, count - 1)
        low = np.minimum(where.astype(np.intp), count - 2)
        share = where - low
        value = then[rows, low] * (1 - share) + then[rows, low + 1] * share
        evened = _cost(net[:, None] + even, weights[slot], sold) * hours + value
        after[slot] = np.minimum(cost.min(axis=2), evened)
    return after


def choose(battery: Battery, now: Now, after: Floats) -> float:
    """Return what the battery is to draw now (kW, negative: gives); ``after``: (L)."""
    levels = np.linspace(0.0, battery.capacity_kwh, len(after))
    held = np.array(now.held_kwh)
    # Of equal ones the rule of self-consumption: what is over now may not be over later.
    first = [float(_evened(battery, held, np.array(now.net_kw), now.hours)), 0.0]
    drawn = np.concatenate([first, battery.drawn_kw(levels - held, now.hours)])
    drawn = drawn[np.abs(drawn) <= battery.power_kw + NEAR_KW]
    reached = np.clip(held + battery.change_kwh(drawn, now.hours), 0.0, battery.capacity_kwh)
    cost = _cost(now.net_kw + drawn, now.weight, now.sold) * now.hours
    return float(drawn[np.argmin(np.round(cost + np.interp(reached, levels, after), 9))])


def likeness(before_kw: Floats, lately_kw: Floats, *, spread_kw: float) -> Floats:
    """Return how much each past day counts: (D), of sum 1.

    ``before_kw`` (D, k) are the same hours of each past day, ``lately_kw`` (k) the last ones.
    """
    if not lately_kw.size:
        return np.full(len(before_kw), 1 / len(before_kw))
    away = np.square(before_kw - lately_kw).mean(axis=1)
    likely = np.exp(-away / (2 * spread_kw**2)) + LEAST_LIKENESS
    return np.asarray(likely / likely.sum())


def evened_kw(battery: Battery, held_kwh: float, net_kw: float, hours: float = 1.0) -> float:
    """Return the self-consumption rule: charge from what is over, give what is lacking."""
    return float(_evened(battery, np.array(held_kwh), np.array(net_kw), hours))


def joint_weights(price: Floats, carbon: Floats | None, carbon_weight: float) -> Floats:
    """Return what a kWh from the grid weighs: price over its mean, and carbon over its mean.

    The mean of prices is taken of their sizes, so that negative ones cannot turn it over.
    """
    weights = price / max(float(np.abs(price).mean()), 1e-9)
    if carbon is None or not carbon_weight:
        return np.asarray(weights)
    return np.asarray(weights + carbon_weight * carbon / max(float(carbon.mean()), 1e-9))


def _evened(battery: Battery, held: Floats, net: Floats, hours: float) -> Floats:
    least = np.maximum(-battery.power_kw, battery.drawn_kw(-held, hours))
    most = np.minimum(battery.power_kw, battery.drawn_kw(battery.capacity_kwh - held, hours))
    return np.clip(-net, least, most)


def _cost(drawn: Floats, weight: float, sold: float) -> Floats:
    if not sold and weight >= 0:
        return np.maximum(drawn, 0.0) * weight
    return np.asarray(np.where(drawn > 0, weight, sold) * drawn)
