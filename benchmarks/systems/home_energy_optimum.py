"""The least that a home's battery could have cost, all being known; part of `home_energy.py`."""

from dataclasses import dataclass

import numpy as np

from edgekit.systems.home_energy_plan import joint_weights
from edgekit.systems.tariff_battery import Battery
from edgekit.systems.tariff_prices import Floats


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


def foreseen(battery: Battery, home: Home) -> Floats | None:
    """Return cost and carbon of the joint optimum over the year; None without scipy.

    Where a kWh bought weighs less than nothing, buying for nobody and charging while giving would
    pay: a binary in each such hour forbids both.
    """
    try:
        from scipy.optimize import (  # noqa: PLC0415 -- an oracle, not a dependency
            Bounds,
            LinearConstraint,
            milp,
        )
        from scipy.sparse import csr_array, diags_array, eye_array, hstack  # noqa: PLC0415 -- likewise
    except ImportError:
        return None
    count, up = len(home.net_kw), battery.charge_efficiency
    one = eye_array(count, format="csr")
    before = csr_array(
        (np.ones(count - 1), (np.arange(1, count), np.arange(count - 1))), (count, count)
    )
    none = csr_array((count, count))
    weight = joint_weights(home.price, home.carbon, 1.0)
    odd = (weight < 0).astype(float)
    most = float(np.abs(home.net_kw).max()) + battery.power_kw
    power = battery.power_kw
    mark = diags_array(odd, format="csr")
    # Columns: charge, give, bought, over, held, whether it charges, whether it buys.
    # held = before + up x charge - give / down; bought - over = net + charge - give.
    balance = [-up * one, one / battery.discharge_efficiency, none, none, one - before, none, none]
    rules = [
        LinearConstraint(hstack(balance), 0, 0),
        LinearConstraint(
            hstack([one, -one, -one, one, none, none, none]), -home.net_kw, -home.net_kw
        ),
    ]
    if odd.any():
        for row, bound in (
            ([mark, none, none, none, none, -power * mark, none], 0.0),
            ([none, mark, none, none, none, power * mark, none], power),
            ([none, none, mark, none, none, none, -most * mark], 0.0),
            ([none, none, none, mark, none, none, most * mark], most),
        ):
            rules.append(LinearConstraint(hstack(row), ub=bound * odd))
    highs = np.repeat([power, power, most, most, battery.capacity_kwh, 1, 1], count)
    cost = np.concatenate([np.full(2 * count, 1e-9), weight, np.zeros(4 * count)])
    whole = np.concatenate([np.zeros(5 * count), odd, odd])
    found = milp(
        cost, constraints=rules, bounds=Bounds(np.zeros(7 * count), highs), integrality=whole,
        options={"mip_rel_gap": 1e-5},
    )  # fmt: skip
    if found.x is None:
        return None
    bought = found.x[2 * count : 3 * count]
    return np.array([bought @ home.price, bought @ home.carbon])
