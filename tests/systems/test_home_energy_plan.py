"""How a home may go on from what it draws now, and what a plan makes of it."""

import numpy as np
import pytest

from edgekit.systems.home_energy_plan import Past, cost_after, persistence
from edgekit.systems.tariff_battery import Battery

BATTERY = Battery(capacity_kwh=4, power_kw=2, charge_efficiency=0.9, discharge_efficiency=0.9)


def test_a_price_below_nothing_is_no_reason_to_go_where_the_battery_cannot() -> None:
    known = Past(kw=np.zeros((1, 2)), likely=np.ones(1), persistence=np.zeros(2))

    after = cost_after(BATTERY, np.array([1.0, -2.0]), known, net_kw=0.0)

    assert after == pytest.approx(np.maximum(-4.0, -2 * (4 - np.linspace(0, 4, len(after))) / 0.9))


def test_what_is_above_the_day_goes_on_in_part() -> None:
    """One home whose evening follows its afternoon, one whose hours know nothing of each other."""
    days = np.random.default_rng(2).normal(1, 0.5, (28, 24))
    steady = days[:, :1] + days / 50
    assert persistence(days).max() < 0.5
    assert persistence(steady)[:-1] == pytest.approx(np.full(23, 0.9), abs=0.05)
    assert list(persistence(np.ones((3, 24)))) == [0.0] * 24

    kw = np.array([[0.5, 0.5], [1.0, 1.0]])
    chain = [Past(kw=kw, likely=np.full(2, 0.5), persistence=np.full(2, k)) for k in (0.0, 1.0)]
    apart, kept = (cost_after(BATTERY, np.ones(2), one, net_kw=3.0)[0] for one in chain)
    assert (apart, kept) == pytest.approx((0.75, 3.0))
