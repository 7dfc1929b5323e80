"""Loads beside a battery: the best of all starts, at whatever slots."""

import itertools

import numpy as np
import pytest

from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.tariff_battery import Battery, charge
from edgekit.systems.tariff_place import placed
from edgekit.systems.tariff_plan import plan_day
from edgekit.systems.tariff_prices import Job, Market, loaded, possible_starts

BATTERY = Battery(capacity_kwh=3, power_kw=1.5, start_kwh=1, end_kwh=1)


def market(random: np.random.Generator, count: int, minutes: int, low: float = 0.1) -> Market:
    return Market(
        edges_ms=np.arange(count + 1) * float(minutes * MINUTE_MS),
        buy_kwh=random.uniform(low, 0.5, count),
        sell_kwh=0.06,
        net_kw=random.normal(0, 1.5, count),
    )


def job(run_min: int, until_h: float, kw: float) -> Job:
    deadline_ms = round(until_h * HOUR_MS)
    return Job(
        name="load", kw=kw, run_ms=run_min * MINUTE_MS, earliest_ms=0, deadline_ms=deadline_ms
    )


def cost(here: Market, jobs: tuple[Job, ...], starts: tuple[int | None, ...]) -> float:
    full = loaded(here, jobs, starts)
    return float(here.cost(full.net_kw + charge(full, BATTERY)).sum())


@pytest.mark.parametrize(
    ("seed", "minutes", "run_min", "low"),
    [(5, 60, 120, 0.1), (6, 60, 90, 0.1), (7, 15, 40, 0.1), (8, 60, 120, -0.5)],
    ids=["hours", "part of an hour", "quarters", "negative"],
)
def test_two_loads_beside_a_battery_are_near_the_best_of_all_starts(
    seed: int, minutes: int, run_min: int, low: float
) -> None:
    here = market(np.random.default_rng(seed), 8, minutes, low)
    until_h = 8 * minutes / 60
    jobs = (job(run_min, until_h, 2.0), job(minutes, until_h, 1.0))

    plan = plan_day(here, jobs, BATTERY, now_ms=0)

    tried = [[round(s) for s in possible_starts(here, one, now_ms=0)] for one in jobs]
    least = min(cost(here, jobs, starts) for starts in itertools.product(*tried))
    assert least - 1e-9 <= plan.cost <= least + 0.02


def test_a_load_without_a_start_stays_without_and_one_past_the_prices_where_it_is() -> None:
    here = market(np.random.default_rng(3), 6, 60)
    jobs = (job(60, 6, 1.0), job(60, 1, 1.0))

    assert placed(here, jobs, BATTERY, (None, 0), now_ms=0) == (None, 0)
