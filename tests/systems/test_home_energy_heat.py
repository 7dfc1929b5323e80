"""Heat of a home: how it cools is learnt, comfort is kept, and no saving is told unproved."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision
from edgekit.systems.home_energy import begin, step
from edgekit.systems.home_energy_heat import Thermal, fitted
from edgekit.systems.home_energy_savings import Day, baseline_of, saved
from edgekit.systems.home_energy_state import (
    Climate,
    Heating,
    Offer,
    Price,
    Settings,
    State,
)
from edgekit.systems.persistence import from_json, to_json

START = 1_767_225_600_000  # 2026-01-01, 0:00 UTC
HOUSE = Thermal(tau_h=40.0, rise_k_h=1.5)


def after(thermal: Thermal, indoor: float, *, outdoor: float, heated: bool, hours: float) -> float:
    end = outdoor + thermal.rise_k_h * thermal.tau_h * heated
    return end + (indoor - end) * math.exp(-hours / thermal.tau_h)


def lived(hours: int, *, since: int = 0) -> list[Climate]:
    """A house that is heated by day, half hour by half hour."""
    indoor, out = 19.0, []
    for half in range(2 * hours):
        outdoor = 2.0 + 3 * math.sin(half / 7)
        heated = indoor < 20 and (half // 2 + since) % 24 in range(5, 22)
        t_ms = START + (half * 30 + since * 60) * MINUTE_MS
        out.append(Climate(t_ms=t_ms, indoor_c=indoor, outdoor_c=outdoor, heated=heated))
        indoor = after(HOUSE, indoor, outdoor=outdoor, heated=heated, hours=0.5)
    return out


def run(readings: list[Climate | Offer], heating: Heating) -> tuple[State, list[Decision]]:
    state, told = begin(Settings(heating=heating)), list[Decision]()
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def test_a_house_is_learnt_from_its_readings() -> None:
    rows = [(c.t_ms, c.indoor_c or 0, c.outdoor_c or 0, c.heated) for c in lived(72)]

    thermal = fitted(rows)

    assert thermal is not None
    assert thermal.tau_h == pytest.approx(40, rel=0.05)
    assert thermal.rise_k_h == pytest.approx(1.5, rel=0.05)


@pytest.mark.parametrize(
    "rows",
    [[], [(START + k * HOUR_MS, 20.0, 5.0, False) for k in range(60)]],
    ids=["none", "never heated"],
)
def test_what_readings_do_not_tell_is_unknown(rows: list[tuple[int, float, float, bool]]) -> None:
    assert fitted(rows) is None


@given(st.floats(10, 20), st.floats(-20, 15))
def test_heating_so_long_reaches_comfort_and_no_sooner(indoor: float, outdoor: float) -> None:
    minutes = HOUSE.minutes_to(20.5, indoor_c=indoor, outdoor_c=outdoor)

    assert minutes is not None
    reached = after(HOUSE, indoor, outdoor=outdoor, heated=True, hours=minutes / 60)
    assert reached == pytest.approx(20.5)


def test_a_house_that_never_gets_there() -> None:
    assert HOUSE.minutes_to(20.5, indoor_c=17, outdoor_c=-50) is None


def test_it_is_set_back_by_night_and_warm_again_in_time() -> None:
    state, told = run([*lived(96)], Heating())

    last = [one for one in told if one.t_ms >= START + 72 * HOUR_MS]
    backs = [one for one in last if one.what == "setback"]
    begun = next(one for one in last if one.what == "heat")
    assert backs
    assert all(one.command and one.command.expires_ms == 30 * MINUTE_MS for one in backs)
    assert "time constant 40 h" in backs[0].reason
    assert 3 <= (begun.t_ms - START) / HOUR_MS - 72 < 6
    assert from_json(State, to_json(state), settings=state.settings) == state


def test_a_house_that_is_not_known_is_given_an_hour() -> None:
    _, told = run([*lived(8)], Heating())

    assert "an hour is taken" in told[0].reason
    assert [one.t_ms - START for one in told if one.what == "heat"] == [5 * HOUR_MS]


@pytest.mark.parametrize(("kwh", "what"), [(0.60, "by_gas"), (0.20, "by_pump")])
def test_the_cheaper_heat_is_taken(kwh: float, what: str) -> None:
    price = Price(start_ms=START, end_ms=START + 9 * HOUR_MS, price_kwh=kwh)
    _, told = run([Offer(t_ms=START, price=price), *lived(2)], Heating(gas_kwh=0.1))

    source = [one for one in told if one.what.startswith("by_")]
    assert {one.what for one in source} == {what}
    assert len(source) == (4 if what == "by_gas" else 1)  # a command in force is renewed


@pytest.mark.parametrize(
    ("indoor_c", "said"),
    [(None, "missing"), (85.0, "dead"), (68.0, "unit_flipped"), (99.0, "out_of_range")],
)
def test_without_a_good_temperature_nothing_is_commanded(indoor_c: float | None, said: str) -> None:
    bad = Climate(t_ms=START + 3 * HOUR_MS, indoor_c=indoor_c, outdoor_c=2.0, heated=False)
    _, told = run([*lived(2), bad], Heating())

    late = [one for one in told if one.t_ms == bad.t_ms]
    assert f"fault.{said}" in {one.what for one in late}
    assert not any(one.command for one in late)


def used(days: int, *, noise: float, share: float = 1.0, since: int = 0) -> list[Day]:
    random = np.random.default_rng(4)
    out = []
    for day in range(since, since + days):
        outdoor = 9 - 8 * math.cos(day / 58) + 2 * math.sin(day)
        kwh = (4 + 1.8 * max(0.0, 15 - outdoor)) * share
        out.append((outdoor, kwh * (1 + noise * random.standard_normal())))
    return out


def test_a_saving_of_a_fifth_is_proved() -> None:
    baseline = baseline_of(used(180, noise=0.08))
    saving = saved(baseline, used(180, noise=0.08, share=0.8, since=180))

    assert baseline.balance_c == pytest.approx(15, abs=1)
    assert baseline.slope_kwh_k == pytest.approx(1.8, rel=0.1)
    assert saving.proved
    truth = 0.25 * sum(kwh for _, kwh in used(180, noise=0, share=0.8, since=180))
    assert abs(saving.kwh - truth) < 3 * saving.give_or_take_kwh


@pytest.mark.parametrize(
    ("noise", "share", "said"),
    [
        (0.6, 0.8, "the baseline is off by"),
        (0.2, 0.9, "give or take"),
        (0.05, 1.2, "nothing was saved"),
    ],
)
def test_what_is_not_proved_is_said(noise: float, share: float, said: str) -> None:
    saving = saved(baseline_of(used(60, noise=noise)), used(20, noise=0, share=share, since=60))

    assert not saving.proved
    assert said in saving.why


@pytest.mark.parametrize(
    "bad",
    [
        lambda: baseline_of(used(29, noise=0)),
        lambda: baseline_of([(5.0, 0.0)] * 40),
        lambda: baseline_of([(math.nan, 1.0)] * 40),
        lambda: saved(baseline_of(used(60, noise=0.1)), []),
        lambda: Heating(setback_c=25),
    ],
    ids=["few", "nothing used", "no number", "no days", "set-back above comfort"],
)
def test_what_cannot_be_is_refused(bad: Callable[[], object]) -> None:
    with pytest.raises(ConfigError):
        bad()
