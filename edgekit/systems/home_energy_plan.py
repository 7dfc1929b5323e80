"""A battery against what a home may do next, as its past days say it.

    past = Past(kw=days_kw, likely=likely, persistence=kept)         # (D, T), (D), (T)
    after = cost_after(battery, weights, past, net_kw=0.8)          # (L)
    drawn_kw = choose(battery, Now(held_kwh=2.0, net_kw=0.8, weight=1.1), after)

Net power goes on as on one of the past days, each as likely as it was like the last hours (analogue
ensemble: Delle Monache et al., Monthly Weather Review 141, 2013), and what it is above that day now
it keeps in part from hour to hour (an autoregressive departure: Box and Jenkins, "Time Series
Analysis", ch. 3). Over that chain, on levels of net power and of charge, the least expected cost is
found backwards by stochastic dynamic programming (Bertsekas, "Dynamic Programming and Optimal
Control", ch. 1): an hour that comes is known only when it is there. What is not drawn from the grid
costs nothing.
"""

from dataclasses import dataclass

import numpy as np

from edgekit.systems.tariff_battery import Battery
from edgekit.systems.tariff_prices import Floats

LEVELS = 21
NET_LEVELS = 13
LEAST_LIKENESS = 1e-6
KEPT = 0.9
LEAST_SPAN_KW = 1e-9
NEVER = 1e12
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
class Past:
    """How a home may go on.

    Attributes:
        kw: (D, T), net power of each past day in this slot (the first) and those to come.
        likely: (D) of sum 1, how likely each is.
        persistence: (T), of a departure from that day, which share is still there a slot later.
    """

    kw: Floats
    likely: Floats
    persistence: Floats


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


def cost_after(
    battery: Battery, weights: Floats, past: Past, *, net_kw: float, grid: Grid | None = None
) -> Floats:
    """Return what is still to be paid on average after this slot, from each charge on.

    Args:
        battery: what it holds and how fast.
        weights: (T), what a kWh from the grid weighs in each slot; the first is this one.
        past: how the home may go on.
        net_kw: of this slot.
        grid: how it is laid out; None = by the hour, nothing sold.

    Returns:
        (L) for L levels of charge, after the last slot zero.
    """
    grid = grid or Grid()
    ways, slots = past.kw, past.kw[:, 1:].T
    value = np.zeros((1 if len(ways) == 1 else NET_LEVELS, grid.levels))
    if not len(slots):
        return np.asarray(value[0])
    nets = slots if len(ways) == 1 else _net_levels(slots, net_kw)
    chances = _chances(past, nets, net_kw)
    move, far, even, low, part = _moves(battery, nets, grid)
    for slot in range(len(slots) - 1, -1, -1):
        then = value if slot == len(slots) - 1 else chances[slot + 1] @ value
        weight = float(weights[slot + 1])
        cost = _cost(move[slot], weight, grid.sold) * grid.hours + then[:, None, :] + far
        rows = np.arange(len(then))[:, None]
        left, right = then[rows, low[slot]], then[rows, low[slot] + 1]
        evened = _cost(even[slot], weight, grid.sold) * grid.hours
        evened += left + (right - left) * part[slot]
        value = np.minimum(cost.min(axis=2), evened)
    return np.asarray(chances[0][0] @ value)


def _net_levels(slots: Floats, net_kw: float) -> Floats:
    """Return (T - 1, N): as wide in every slot, so that no departure is cut off."""
    low, high = min(float(slots.min()), net_kw), max(float(slots.max()), net_kw)
    return np.tile(np.linspace(low, high, NET_LEVELS), (len(slots), 1))


def _chances(past: Past, nets: Floats, net_kw: float) -> Floats:
    """Return (T - 1, N, N): from each net power of a slot, how likely each of the next one's is.

    All rows of the first are from what it is now.
    """
    before = np.vstack([np.full(nets.shape[1], net_kw), nets[:-1]])
    away = before[:, :, None] - past.kw[:, :-1].T[:, None, :]
    then = past.kw[:, 1:].T[:, None, :] + past.persistence[:-1, None, None] * away
    last = nets.shape[1] - 1
    span = np.maximum(nets[:, -1:] - nets[:, :1], LEAST_SPAN_KW)[:, :, None] / max(last, 1)
    where = np.clip((then - nets[:, :1, None]) / span, 0.0, last)
    near = np.maximum(0.0, 1.0 - np.abs(where[..., None] - np.arange(last + 1)))
    return np.asarray(np.einsum("tndm,d->tnm", near, past.likely))


def _moves(
    battery: Battery, nets: Floats, grid: Grid
) -> tuple[Floats, Floats, Floats, np.ndarray[tuple[int, ...], np.dtype[np.intp]], Floats]:
    """Return what the grid gives when going to each level (and what is too far for it to be done).

    And what it gives when evening out, and where that leads to: a level, and the share beyond it.
    """
    levels, hours = np.linspace(0.0, battery.capacity_kwh, grid.levels), grid.hours
    moves = battery.drawn_kw(levels[None, :] - levels[:, None], hours)
    far = np.where(np.abs(moves) <= battery.power_kw + NEAR_KW, 0.0, NEVER)
    even = _evened(battery, levels, nets[..., None], hours)
    reached = levels + battery.change_kwh(even, hours)
    where = np.clip(reached / levels[1], 0, grid.levels - 1)
    low = np.minimum(where.astype(np.intp), grid.levels - 2)
    return nets[..., None, None] + moves, far, nets[..., None] + even, low, where - low


def persistence(days_kw: Floats) -> Floats:
    """Return (24), which share of a departure from an hour's mean is there an hour later.

    Least squares over ``days_kw`` (D, 24; days in order), each hour drawn half way to all of them
    and a little to none, as so few days overrate it.
    """
    away = (days_kw - days_kw.mean(axis=0)).ravel()
    both, square = np.zeros(away.size), np.zeros(away.size)
    both[:-1], square[:-1] = away[:-1] * away[1:], away[:-1] ** 2
    both, square = (one.reshape(days_kw.shape).mean(axis=0) for one in (both, square))
    least = max(float(square.mean()), LEAST_SPAN_KW)
    return np.asarray(KEPT * np.clip((both + both.mean()) / (square + least), 0.0, 1.0))


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


def joint_weights(
    price: Floats,
    carbon: Floats | None,
    carbon_weight: float,
    *,
    means: tuple[float, float] | None = None,
) -> Floats:
    """Return what a kWh from the grid weighs: price over its mean, and carbon over its mean.

    The mean of prices is taken of their sizes, so that negative ones cannot turn it over; ``means``
    are those of price and carbon, None = of these.
    """
    kg = 0.0 if carbon is None else float(carbon.mean())
    cost, kg = means or (float(np.abs(price).mean()), kg)
    weights = price / max(cost, 1e-9)
    if carbon is None or not carbon_weight:
        return np.asarray(weights)
    return np.asarray(weights + carbon_weight * carbon / max(kg, 1e-9))


def _evened(battery: Battery, held: Floats, net: Floats, hours: float) -> Floats:
    least = np.maximum(-battery.power_kw, battery.drawn_kw(-held, hours))
    most = np.minimum(battery.power_kw, battery.drawn_kw(battery.capacity_kwh - held, hours))
    return np.clip(-net, least, most)


def _cost(drawn: Floats, weight: float, sold: float) -> Floats:
    if not sold and weight >= 0:
        return np.maximum(drawn, 0.0) * weight
    return np.asarray(np.where(drawn > 0, weight, sold) * drawn)
