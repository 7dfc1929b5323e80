"""What a home has saved beside the rule of self-consumption, and how much carbon weighs for it.

    balance = counted(balance, battery, Spent(net_kw=0.8, drawn_kw=-0.8, hours=1, ...))
    weight = carbon_weight(balance, battery, held_kwh=2.0, means=means, at=2.5)

The rule's battery is reckoned beside the real one from the same readings, so what it would have
emitted is known at every moment. The weight of carbon is the price of the constraint "no more
carbon than by the rule" and follows its balance: it rises while carbon was lost and falls where
there is some to spare (dual ascent in its multiplicative form: Kivinen and Warmuth,
"Exponentiated Gradient versus Gradient Descent", Information and Computation 132, 1997).
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from edgekit.systems.home_energy_plan import evened_kw
from edgekit.systems.tariff_battery import Battery
from edgekit.systems.tariff_prices import Floats

MOST_POWER = 3.0
"""Carbon weighs at most e^3 times, and at least e^-3 times, what it weighs with nothing saved."""
FORGOTTEN_H = 28 * 24
YEAR_H = 365 * 24
LEAST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the rule's battery would hold, and what was saved beside it (below 0: lost).

    ``hours`` are those that were counted, ``cost`` and ``kg`` the sums of what a kWh cost (its
    size) and emitted in them.
    """

    rule_kwh: float = 0.0
    saved_kg: float = 0.0
    saved_cost: float = 0.0
    hours: float = 0.0
    cost: float = 0.0
    kg: float = 0.0

    def means(self, price: Floats, carbon: Floats | None) -> tuple[float, float]:
        """Return the means of price (its size) and carbon, of what was and what is known ahead."""
        hours = self.hours + len(price)
        cost = (self.cost + float(np.abs(price).sum())) / hours
        kg = 0.0 if carbon is None else (self.kg + float(carbon.sum())) / hours
        return max(cost, LEAST), max(kg, LEAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A span: net power without a battery, what the battery drew, what a kWh cost and emitted.

    Where one of these two is not known (None), only the rule's battery goes on.
    """

    net_kw: float
    drawn_kw: float
    hours: float
    price_kwh: float | None = None
    carbon_kg_kwh: float | None = None


def counted(balance: Balance, battery: Battery, span: Spent) -> Balance:
    """Return the balance after a span of at most some hours.

    Carbon that was saved is forgotten over four weeks, that a good month may not pay for a bad one;
    what was lost is not. Means go back a year at most.
    """
    rule_kw = evened_kw(battery, balance.rule_kwh, span.net_kw, span.hours)
    held = balance.rule_kwh + float(battery.change_kwh(np.array(rule_kw), span.hours))
    balance = replace(balance, rule_kwh=min(max(held, 0.0), battery.capacity_kwh))
    cost, kg = span.price_kwh, span.carbon_kg_kwh
    if cost is None or kg is None:
        return balance
    kwh = max(0.0, span.net_kw + rule_kw) - max(0.0, span.net_kw + span.drawn_kw)
    kwh *= span.hours
    kept = math.exp(-span.hours / FORGOTTEN_H) if balance.saved_kg > 0 else 1.0
    year = min(1.0, YEAR_H / (balance.hours + span.hours))
    return replace(
        balance,
        saved_kg=kept * balance.saved_kg + kwh * kg,
        saved_cost=balance.saved_cost + kwh * cost,
        hours=year * (balance.hours + span.hours),
        cost=year * (balance.cost + abs(cost) * span.hours),
        kg=year * (balance.kg + kg * span.hours),
    )


def carbon_weight(
    balance: Balance, battery: Battery, *, held_kwh: float, means: tuple[float, float], at: float
) -> float:
    """Return how much carbon weighs now; ``at`` is its weight where nothing was saved or lost.

    It falls by e with each charge of the battery's carbon that was saved, at the ``means`` of price
    and carbon; what is held above the rule's battery counts as saved. Where money was lost beside
    the rule, carbon weighs less.
    """
    cost, kg = means
    more_kwh = (held_kwh - balance.rule_kwh) * battery.discharge_efficiency
    saved = (balance.saved_kg / kg + more_kwh) / battery.capacity_kwh
    lost = min(0.0, (balance.saved_cost / cost + more_kwh) / battery.capacity_kwh)
    return at * math.exp(min(max(lost - saved, -MOST_POWER), MOST_POWER))
