"""The hours ahead of a home, where prices hold for an hour or for less."""

from dataclasses import replace

import pytest

from edgekit.systems.day import HOUR_MS
from edgekit.systems.home_energy import begin
from edgekit.systems.home_energy_day import ahead
from edgekit.systems.home_energy_state import Price, Settings, State

START = 1_780_272_000_000  # 2026-06-01, 0:00 UTC
QUARTER_MS = HOUR_MS // 4


def known(*prices: Price) -> State:
    return replace(begin(Settings()), prices=prices)


def quarter(number: int, kwh: float, carbon: float | None = 0.2) -> Price:
    start = START + number * QUARTER_MS
    return Price(start_ms=start, end_ms=start + QUARTER_MS, price_kwh=kwh, carbon_kg_kwh=carbon)


def test_an_hour_of_quarters_costs_their_mean_and_this_one_what_it_costs_now() -> None:
    state = known(*(quarter(n, kwh) for n, kwh in enumerate((1, 2, 3, 4, 8, 0, 4, 4))))
    now, then = ahead(state, START + 2 * QUARTER_MS)
    assert (now[0], now[1].price_kwh) == (0, 3)
    assert (then[0], then[1].price_kwh) == (1, 4)
    assert then[1].carbon_kg_kwh == pytest.approx(0.2)
    assert (then[1].start_ms, then[1].end_ms) == (START + HOUR_MS, START + 2 * HOUR_MS)


def test_a_price_of_an_hour_is_taken_as_it_is() -> None:
    one = Price(start_ms=START, end_ms=START + HOUR_MS, price_kwh=0.3)
    assert ahead(known(one), START + 7) == [(0, one)]


def test_what_is_known_of_an_hour_counts_and_nothing_after_a_hole() -> None:
    state = known(quarter(0, 1), quarter(1, 1), quarter(2, 1), quarter(3, 1), quarter(4, 6))
    assert [price.price_kwh for _, price in ahead(state, START)] == [1, 6]
    assert ahead(known(quarter(4, 6)), START) == []


def test_carbon_that_is_not_known_of_all_is_not_known() -> None:
    prices = [quarter(n, 1) for n in range(4)] + [
        quarter(n, 1, None if n % 2 else 0.1) for n in range(4, 8)
    ]
    assert [price.carbon_kg_kwh for _, price in ahead(known(*prices), START)] == [0.2, None]
