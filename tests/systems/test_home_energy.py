"""A home's battery: by what past days say, resting in doubt, and every fault by its name."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isnan
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped] -- no types of its own

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.home_energy import begin, step
from edgekit.systems.home_energy_plan import (
    Now,
    Past,
    choose,
    cost_after,
    joint_weights,
    likeness,
)
from edgekit.systems.home_energy_state import Offer, Power, Price, Settings, State
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.register import Meter
from edgekit.systems.tariff_battery import Battery

START = 1_780_272_000_000  # 2026-06-01, 0:00 UTC
SPRING, AUTUMN = 1_774_738_800_000, 1_792_879_200_000  # 2026-03-29 and 2026-10-25, 0:00 in Berlin
Reading = Offer | Power


def at(hours: float) -> int:
    return START + round(hours * HOUR_MS)


def price(hour: float, kwh: float, *, hours: float = 1, carbon: float | None = 0.2) -> Offer:
    one = Price(start_ms=at(hour), end_ms=at(hour + hours), price_kwh=kwh, carbon_kg_kwh=carbon)
    return Offer(t_ms=at(0), price=one)


def power(hour: float, load_kw: float | None = None, roof_kw: float | None = 0.0) -> Power:
    load = 0.5 + (1.5 if 17 <= hour % 24 < 21 else 0) + hour % 7 / 100
    return Power(t_ms=at(hour), load_kw=load if load_kw is None else load_kw, roof_kw=roof_kw)


def days(count: int, *, since: int = 0) -> list[Reading]:
    return [power(since + hour) for hour in range(24 * count)]


def run(
    readings: Sequence[Reading], rules: Settings | None = None, state: State | None = None
) -> tuple[State, list[Decision]]:
    state, told = state or begin(rules or Settings()), list[Decision]()
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def whats(told: Sequence[Decision]) -> set[str]:
    return {one.what for one in told}


CHEAP_THEN_DEAR = [price(96 + hour, 0.5 if 17 <= hour < 21 else 0.2) for hour in range(24)]


def test_it_charges_while_cheap_for_the_evening_that_past_days_had() -> None:
    state, _ = run([*days(4), *CHEAP_THEN_DEAR])
    state, told = run(days(1, since=96), state=state)

    acts = [(one.t_ms - at(96)) // HOUR_MS for one in told if one.what == "charge"]
    gives = [(one.t_ms - at(96)) // HOUR_MS for one in told if one.what == "give"]
    assert acts
    assert max(acts) < 17
    assert set(gives) >= {17, 18, 19}
    assert "best on average over 4 past days" in told[1].reason


def test_with_few_days_or_no_prices_it_evens_out() -> None:
    _, told = run([power(10, 0.5, 2.0), power(11, 1.0, 0.0)])

    first, second = (one for one in told if one.command is not None)
    assert "no price is known" in first.reason
    assert (first.what, second.what) == ("charge", "give")
    assert first.command is not None
    assert (first.command.channel, first.command.value) == ("battery-charge", 1500)
    _, told = run([price(0, 0.2), power(0)])
    assert "only 0 days are known" in told[-1].reason


def test_its_commands_expire_soon_after_the_next_reading_is_due() -> None:
    _, told = run([power(0), power(0.25)])

    commands = [one.command for one in told if one.command]
    assert [one.expires_ms for one in commands] == [5 * 60_000, 30 * 60_000]
    assert {one.safe for one in commands} == {"off"}


def flipped(hour: float) -> Power:
    return power(hour, -0.8)


CLOCKS = {"fault.repeated", "fault.clock_back", "fault.clock_forward"}
TABLE: list[tuple[str, list[Reading], str]] = [
    ("load missing", [power(0), Power(t_ms=at(1), load_kw=None, roof_kw=0.0)], "fault.missing"),
    ("stale", [power(0), Power(t_ms=at(3), load_kw=None, roof_kw=0.0)], "fault.stale"),
    ("dead", [power(0), power(1, 0.0)], "fault.dead"),
    ("W for kW", [power(0), power(1, 650.0)], "fault.unit_flipped"),
    ("sign turned", [power(0), flipped(1)], "fault.unit_flipped"),
    ("roof's sign turned", [power(0), power(1, 0.5, -2.0)], "fault.unit_flipped"),
    ("stuck", [power(hour, 0.613) for hour in range(15)], "fault.stuck"),
    ("sun by night", [power(0, 0.5, 1.5)], "fault.out_of_range"),
    ("out of range", [power(0), power(1, 45_000.0)], "fault.out_of_range"),
    ("clock back", [power(5), power(2)], "fault.clock_back"),
    ("clock forward", [replace(power(9), heard_ms=at(0))], "fault.clock_forward"),
    ("doubled", [power(5), power(5)], "fault.repeated"),
    ("price doubled", [price(0, 0.2), price(0, 0.2)], "fault.repeated"),
    ("price per MWh", [price(0, 210.0)], "fault.unit_flipped"),
    ("carbon in g", [price(0, 0.2, carbon=210.0)], "fault.unit_flipped"),
]


@pytest.mark.parametrize(("readings", "said"), [r[1:] for r in TABLE], ids=[r[0] for r in TABLE])
def test_table_of_bad_input(readings: list[Reading], said: str) -> None:
    state, told = run(readings)

    assert said in whats(told)
    if isinstance(readings[-1], Power) and said not in CLOCKS:
        assert state.set_kw == 0
        assert "rests" in whats(told)


def test_in_doubt_it_rests_and_says_so_once() -> None:
    _, told = run([power(0), *[power(hour, 0.0) for hour in (1, 2, 3)]])

    rests = [one for one in told if one.what == "rests"]
    assert [one.severity for one in rests] == [Severity.UNKNOWN]


def metered(*totals: int) -> list[Power]:
    return [
        replace(power(hour), drawn_wh=total)
        for hour, total in zip((0, 6, 12, 18, 24), totals, strict=True)
    ]


@pytest.mark.parametrize(
    ("totals", "said", "kwh"),
    [
        ((1000, 2000, 3000, 4000, 5000), None, "4.00 kWh"),
        ((9_999_000, 9_999_900, 800, 1800, 2000), "fault.rolled_over", "3.00 kWh"),
        (
            (9_000_000, 9_001_000, 50, 1050, 2050),
            "fault.meter_swapped",
            "3.00 kWh from the grid or",
        ),
    ],
    ids=["steady", "rolled over", "swapped"],
)
def test_the_grids_meter(totals: tuple[int, ...], said: str | None, kwh: str) -> None:
    rules = Settings(meter=Meter(most_per_hour=2500, modulus=10**7))

    _, told = run(metered(*totals), rules)

    assert kwh in next(one.reason for one in told if one.what == "day")
    assert (said in whats(told)) is (said is not None)


@pytest.mark.parametrize(("start", "hours"), [(SPRING, 23), (AUTUMN, 25)], ids=["spring", "autumn"])
def test_days_of_23_and_25_hours(start: int, hours: int) -> None:
    rules = Settings(zone=ZoneInfo("Europe/Berlin"))
    readings = [
        Power(t_ms=start + k * HOUR_MS, load_kw=0.5 + k % 5 / 10, roof_kw=0.0)
        for k in range(hours + 1)
    ]

    state, told = run(readings, rules)

    assert f"had {hours} hours" in " ".join(one.reason for one in told)
    assert len(state.days) == 1
    assert len(state.days[0]) == 24


def test_a_day_of_which_little_is_known_is_not_learnt_from() -> None:
    state, _ = run([power(hour) for hour in (0, 1, 2, 3, 30)])

    assert state.days == ()


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Settings(least_days=0),
        lambda: Settings(like_kw=0),
        lambda: Settings(carbon_weight=-1),
        lambda: Settings(like_hours=25),
        lambda: price(0, 0.2, hours=0),
    ],
    ids=["days", "width", "carbon", "hours", "span"],
)
def test_what_cannot_be_is_refused(bad: Callable[[], object]) -> None:
    with pytest.raises(ConfigError):
        bad()


BATTERY = Battery(capacity_kwh=4, power_kw=2, charge_efficiency=0.9, discharge_efficiency=0.9)


def test_the_programme_is_as_cheap_as_a_linear_programme_s_optimum() -> None:
    """Charge, give and grid of six hours in HiGHS; nothing is sold."""
    weights = np.array([1.0, 3.0, 0.5, 4.0, 2.0, 3.5])
    net = np.array([1.0, -2.0, 0.5, 3.0, -0.5, 1.5])
    known = Past(kw=np.append(0.0, net)[None], likely=np.ones(1), persistence=np.zeros(7))
    ours = cost_after(BATTERY, np.append(0.0, weights), known, net_kw=0.0)[0]

    one, lower = np.eye(6), np.tril(np.ones((6, 6)))
    held = np.hstack([0.9 * lower, -lower / 0.9, np.zeros((6, 6))])
    best = linprog(
        np.concatenate([np.zeros(12), weights]),
        A_ub=np.vstack([np.hstack([one, -one, -one]), held, -held]),
        b_ub=np.concatenate([-net, np.full(6, 4.0), np.zeros(6)]),
        bounds=[(0, 2)] * 12 + [(0, None)] * 6,
    ).fun

    assert best - 1e-9 <= ours <= best * 1.02


def test_likeness_and_weights() -> None:
    likely = likeness(np.array([[1.0, 1.0], [3.0, 3.0]]), np.array([1.1, 0.9]), spread_kw=0.5)
    assert likely[0] > 0.99
    assert likely.sum() == pytest.approx(1)
    assert list(likeness(np.zeros((4, 0)), np.zeros(0), spread_kw=1)) == [0.25] * 4
    price_kwh, carbon = np.array([0.1, 0.3]), np.array([1.0, 3.0])
    assert list(joint_weights(price_kwh, None, 5)) == pytest.approx([0.5, 1.5])
    assert list(joint_weights(price_kwh, carbon, 1)) == pytest.approx([1, 3])


@given(st.floats(0, 4), st.floats(-5, 5), st.floats(-2, 5), st.floats(0.05, 1))
def test_what_is_chosen_is_within_the_battery(
    held: float, net: float, weight: float, hours: float
) -> None:
    past = Past(
        kw=np.array([[0.5, -1.0], [1.5, 2.0]]), likely=np.full(2, 0.5), persistence=np.full(2, 0.5)
    )
    after = cost_after(BATTERY, np.array([1.0, 2.0]), past, net_kw=net)

    now = Now(held_kwh=held, net_kw=net, weight=weight, hours=hours)
    kw = choose(BATTERY, now, after)

    assert abs(kw) <= 2 + 1e-6
    assert -1e-6 <= held + float(BATTERY.change_kwh(np.array(kw), hours)) <= 4 + 1e-6


NUMBER = st.none() | st.just(float("nan")) | st.floats(-3, 40)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["power", "price"]), st.floats(-2, 9), NUMBER, NUMBER),
        max_size=25,
    )
)
def test_whatever_comes_the_battery_is_commanded_within_bounds_and_survives_a_restart(
    events: list[tuple[str, float, float | None, float | None]],
) -> None:
    rules = Settings(least_days=1)
    state, hour = begin(rules), 0.0
    for kind, gap, load, roof in events:
        hour += gap
        reading: Reading = Power(t_ms=at(hour), load_kw=load, roof_kw=roof, held_kwh=roof)
        if kind == "price":
            reading = price(hour, 0.2 if load is None or isnan(load) else load)
        state, told = step(state, reading)
        assert all(one.command is None or one.command.value <= 5000 for one in told)
        assert 0 <= state.held_kwh <= rules.battery.capacity_kwh
        assert from_json(State, to_json(state), settings=rules) == state
