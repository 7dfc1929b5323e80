"""What is saved beside the rule of self-consumption, and how carbon's weight follows it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.systems.home_energy_carbon import Balance, Spent, carbon_weight, counted
from edgekit.systems.home_energy_plan import evened_kw
from edgekit.systems.tariff_battery import Battery

BATTERY = Battery(capacity_kwh=4, power_kw=2, charge_efficiency=0.9, discharge_efficiency=0.9)
MEANS = (0.3, 0.2)


def span(net_kw: float, drawn_kw: float, carbon: float | None = 0.2) -> Spent:
    return Spent(net_kw=net_kw, drawn_kw=drawn_kw, hours=1.0, price_kwh=0.3, carbon_kg_kwh=carbon)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-4, 4), max_size=30))
def test_who_does_as_the_rule_does_has_neither_saved_nor_lost(nets: list[float]) -> None:
    balance, held = Balance(), 0.0
    for net in nets:
        drawn = evened_kw(BATTERY, held, net)
        held += float(BATTERY.change_kwh(np.array(drawn), 1.0))
        balance = counted(balance, BATTERY, span(net, drawn))

    assert balance.saved_kg == pytest.approx(0, abs=1e-9)
    assert balance.saved_cost == pytest.approx(0, abs=1e-9)
    assert balance.rule_kwh == pytest.approx(held, abs=1e-9)


def test_what_is_bought_beside_the_rule_is_lost_and_what_is_not_is_saved() -> None:
    bought = counted(Balance(), BATTERY, span(1.0, 1.0))
    given_ = counted(bought, BATTERY, span(1.0, -1.0))

    assert (bought.saved_kg, bought.saved_cost) == pytest.approx((-0.2, -0.3))
    assert (given_.saved_kg, given_.saved_cost) == pytest.approx((0, 0), abs=1e-12)
    assert given_.means(np.array([0.6]), np.array([0.5])) == pytest.approx((0.4, 0.3))


def test_what_was_saved_is_forgotten_over_weeks_and_what_was_lost_is_not() -> None:
    saved, lost = Balance(saved_kg=1.0), Balance(saved_kg=-1.0)
    for _ in range(28 * 24):
        saved, lost = (counted(one, BATTERY, span(0.0, 0.0)) for one in (saved, lost))

    assert saved.saved_kg == pytest.approx(np.exp(-1))
    assert lost.saved_kg == -1


def test_where_carbon_is_not_known_only_the_rules_battery_goes_on() -> None:
    balance = counted(Balance(), BATTERY, span(-1.0, 0.0, carbon=None))

    assert balance == Balance(rule_kwh=pytest.approx(0.9))


def test_means_go_back_a_year_at_most() -> None:
    balance = counted(Balance(hours=8760, cost=876.0, kg=876.0), BATTERY, span(0.0, 0.0))

    assert balance.hours == pytest.approx(8760)
    assert balance.kg == pytest.approx((876.2) * 8760 / 8761)


@pytest.mark.parametrize(
    ("balance", "held_kwh", "weight"),
    [
        (Balance(), 0.0, 2.5),
        (Balance(saved_kg=0.8, saved_cost=9), 0.0, 2.5 / np.e),  # one charge at 0.2 kg/kWh
        (Balance(saved_kg=-0.8), 0.0, 2.5 * np.e),
        (Balance(saved_kg=-0.4, saved_cost=-0.6), 0.0, 2.5),  # as much money was lost
        (Balance(saved_kg=-0.72), 4.0, 2.5),  # it is held
        (Balance(saved_kg=-50.0), 0.0, 2.5 * np.exp(3)),
        (Balance(saved_kg=50.0), 0.0, 2.5 * np.exp(-3)),
    ],
    ids=["begin", "saved", "lost", "money", "held", "most", "least"],
)
def test_carbon_weighs_more_the_more_of_it_was_lost(
    balance: Balance, held_kwh: float, weight: float
) -> None:
    found = carbon_weight(balance, BATTERY, held_kwh=held_kwh, means=MEANS, at=2.5)

    assert found == pytest.approx(weight)
