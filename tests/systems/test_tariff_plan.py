"""Plans against the optimum: HiGHS for loads and battery, evcc's cases for loads in pieces."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.tariff_battery import Battery, charge
from edgekit.systems.tariff_plan import cheapest_pieces, plan_day, plan_jobs
from edgekit.systems.tariff_prices import Job, Market, Retail, Slot, cheapest_start, market_of


def market(prices: list[float], net: list[float] | None = None, *, minutes: int = 60) -> Market:
    count = len(prices)
    return Market(
        edges_ms=np.arange(count + 1) * float(minutes * MINUTE_MS),
        buy_kwh=np.array(prices),
        sell_kwh=0.06,
        net_kw=np.zeros(count) if net is None else np.array(net),
    )


def job(run_min: float, until_h: float, kw: float = 1.0, earliest_h: float = 0) -> Job:
    return Job(
        name="load",
        kw=kw,
        run_ms=round(run_min * MINUTE_MS),
        earliest_ms=round(earliest_h * HOUR_MS),
        deadline_ms=round(until_h * HOUR_MS),
    )


def optimum(here: Market, battery: Battery) -> float:
    """Return the least cost by linear programme: charge, discharge, import, export by slot."""
    n, hours = len(here.buy_kwh), here.hours
    up, down = battery.charge_efficiency, battery.discharge_efficiency
    cost = np.concatenate([np.zeros(2 * n), here.buy_kwh * hours, -here.sell_kwh * hours])
    eye, zero, sums = np.eye(n), np.zeros((n, n)), np.tril(np.ones((n, n)))
    balance = np.hstack([eye, -eye, -eye, eye])
    held = np.hstack([sums * hours * up, -sums * hours / down, zero, zero])
    most = np.full(n, battery.capacity_kwh - battery.start_kwh)
    least = np.full(n, battery.start_kwh)
    least[-1] -= battery.end_kwh
    bounds = [(0, battery.power_kw)] * (2 * n) + [(0, None)] * (2 * n)
    found = linprog(
        cost,
        A_ub=np.vstack([held, -held]),
        b_ub=np.concatenate([most, least]),
        A_eq=balance,
        b_eq=-here.net_kw,
        bounds=bounds,
    )
    assert found.success
    return float(found.fun)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([15, 60]))
@example(227, 15)
def test_a_battery_is_charged_as_the_linear_programme_does(seed: int, minutes: int) -> None:
    random = np.random.default_rng(seed)
    here = market(
        list(random.uniform(0.07, 0.5, 24)), list(random.normal(0.5, 1.5, 24)), minutes=minutes
    )
    battery = Battery(capacity_kwh=5, power_kw=2.5, start_kwh=1, end_kwh=1)

    drawn = charge(here, battery)

    cost, least = here.cost(here.net_kw + drawn).sum(), optimum(here, battery)
    idle = here.cost(here.net_kw).sum()
    assert least - 1e-6 <= cost <= least + max(0.01, 0.02 * (idle - least))
    changes = [battery.change_kwh(one, h) for one, h in zip(drawn, here.hours, strict=True)]
    held = 1 + np.cumsum(changes)
    assert held.min() >= -1e-9
    assert held.max() <= 5 + 1e-9
    assert held[-1] >= 1 - 1e-6
    assert np.abs(drawn).max() <= 2.5 + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_one_load_is_where_trying_every_minute_puts_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    here = market(list(random.uniform(-0.2, 0.5, 6)), list(random.normal(0, 1, 6)))
    load = job(int(random.integers(10, 200)), 6, earliest_h=float(random.integers(0, 2)))

    found = cheapest_start(here, load, now_ms=5 * MINUTE_MS)

    assert found is not None
    tried = [
        cheapest_start(
            here, job(load.run_ms / MINUTE_MS, (at + load.run_ms) / HOUR_MS, 1, at / HOUR_MS),
            now_ms=0,
        )
        for at in range(max(300_000, load.earliest_ms), 6 * HOUR_MS - load.run_ms + 1, 60_000)
    ]  # fmt: skip
    assert found[1] <= min(one[1] for one in tried if one is not None) + 1e-9


def test_loads_and_battery_together_are_near_the_best_of_all_starts() -> None:
    random = np.random.default_rng(5)
    here = market(list(random.uniform(0.1, 0.5, 8)), list(random.normal(0, 1.5, 8)))
    jobs = (job(120, 8, 2.0), job(60, 6, 1.0))
    battery = Battery(capacity_kwh=3, power_kw=1.5)

    plan = plan_day(here, jobs, battery, now_ms=0)

    every = []
    for a, b in itertools.product(range(7), range(6)):
        net = here.net_kw.copy()
        net[a : a + 2] += 2
        net[b] += 1
        every.append(optimum(market(list(here.buy_kwh), list(net)), battery))
    assert min(every) - 1e-6 <= plan.cost <= min(every) + 0.03


HOURS = [20.0, 60, 10, 80, 40, 90]


@pytest.mark.parametrize(
    ("prices", "minutes", "run_min", "now_h", "start_h", "cost"),
    [
        (HOURS, 60, 60, 0, 2, 10),
        (HOURS, 60, 120, 0, 0, 30),
        (HOURS, 60, 90, 0, 0.5, 20),
        (HOURS, 60, 60, 0.5, 2, 10),
        (HOURS, 60, 90, 0.5, 0.5, 20),
        # evcc of 2026 pays 70 here, for one piece; 40 is the least.
        (HOURS, 60, 120, 0.5, 0.5, 40),
        ([10.0, 10, 10, 50, 50, 50], 60, 180, 0, 0, 30),
        ([15.0, 50, 15, 50, 15, 50], 60, 120, 0, 2, 30),
        ([20.0, 20, 20, 20, 10, 100], 60, 240, 0, 1, 70),
        ([10.0, 80, 80, 10, 80, 80], 60, 120, 0, 0, 20),
        ([10.0, 50, 50, 50], 120, 90, 0, 0.5, 15),
        ([20.0, 20, 20, 20], 60, 120, 0, 2, 40),
        ([10.0, 100, 10, 100, 10, 100], 15, 30, 0, 0.5, 5),
        ([10.0, 10, 50, 15, 15, 50], 60, 240, 0, 0, 50),
    ],
)
def test_cases_of_evcc(
    prices: list[float], minutes: int, run_min: int, now_h: float, start_h: float, cost: float
) -> None:
    here = market(prices, minutes=minutes)
    until_h = len(prices) * minutes / 60
    pieces = cheapest_pieces(here, job(run_min, until_h), now_ms=round(now_h * HOUR_MS))

    assert pieces[0][0] == start_h * HOUR_MS
    assert sum(end - start for start, end in pieces) == run_min * MINUTE_MS
    paid = sum(
        price
        * max(0, min(end, (n + 1) * minutes * MINUTE_MS) - max(start, n * minutes * MINUTE_MS))
        for n, price in enumerate(prices)
        for start, end in pieces
    )
    assert paid / HOUR_MS == pytest.approx(cost)


@pytest.mark.parametrize(
    ("prices", "load", "last_min", "pieces_h"),
    [
        ([], job(60, 0.5), 0, [(0, 1)]),  # no tariff
        ([0.0], job(60, -0.5), 0, [(0, 1)]),  # the target is past
        ([0.0], job(40, 2), 0, []),  # it fits after the known prices
        ([0.0], job(120, 2), 0, [(0, 2)]),  # it does not
        ([0.0, 1, 2, 3], job(60, 4), 60, [(3, 4)]),
        ([0.0, 1, 2, 3], job(120, 4), 60, [(0, 1), (3, 4)]),
        ([0.0, 1, 2, 3], job(60, 4), 30, [(0.5, 1), (3.5, 4)]),
        ([10.0, 20, 80, 15], job(120, 4), 60, [(0, 1), (3, 4)]),
    ],
)
def test_more_cases_of_evcc(
    prices: list[float], load: Job, last_min: int, pieces_h: list[tuple[float, float]]
) -> None:
    pieces = cheapest_pieces(market(prices), load, now_ms=0, last_ms=last_min * MINUTE_MS)

    assert [(start / HOUR_MS, end / HOUR_MS) for start, end in pieces] == pieces_h


def test_a_day_of_23_or_25_hours_is_a_market_like_any_other() -> None:
    for hours in (23, 25):
        slots = [
            Slot(start_ms=n * HOUR_MS, end_ms=(n + 1) * HOUR_MS, price_mwh=100 - n)
            for n in range(hours)
        ]
        here = market_of(reversed(slots), Retail())
        assert plan_jobs(here, [job(120, hours)], now_ms=0) == ((hours - 2) * HOUR_MS,)


@pytest.mark.parametrize(
    "bad",
    [{"capacity_kwh": 0}, {"power_kw": -1}, {"charge_efficiency": 1.2}, {"start_kwh": 9.0}],
    ids=str,
)
def test_batteries_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="expected a size"):
        Battery(**{"capacity_kwh": 5.0, "power_kw": 2.0} | bad)


def test_a_market_that_cannot_be() -> None:
    with pytest.raises(ConfigError, match="more than 0"):
        Retail(factor=0)
