"""A battery, and how it is charged at the least cost over known or foretold prices.

    drawn_kw = charge(market, battery)                      # (T), below 0: it gives

Dynamic programme over its charge (Bertsekas, "Dynamic Programming and Optimal Control", ch. 1).
"""

from dataclasses import dataclass

import numpy as np

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS
from edgekit.systems.tariff_prices import Floats, Market

LEVELS = 61


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


def charge(market: Market, battery: Battery) -> Floats:
    """Return what the battery draws in each slot (kW, negative: gives) at the least cost.

    Exact but for the value between two of 61 levels of charge, which is taken as linear: beside
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
