"""What comes back from lifts and brakes is never lost from the books, and never taken in doubt."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.energy_recycling import Settings, State, Stop, Trip, begin, step
from edgekit.systems.energy_recycling_trip import Lift, stop_j, trip_j
from edgekit.systems.home_energy_state import Offer, Power, Price
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.tariff_battery import Battery

START = 1_780_272_000_000  # 2026-06-01, 0:00 UTC
FULL = Battery(capacity_kwh=1, power_kw=20, start_kwh=1)
Reading = Offer | Power | Trip | Stop


def at(hours: float) -> int:
    return START + round(hours * HOUR_MS)


def power(hour: float, load_kw: float | None = 5.0, roof_kw: float | None = 0.0) -> Power:
    return Power(t_ms=at(hour), load_kw=load_kw, roof_kw=roof_kw)


def trip(
    hour: float, load_kg: float | None = 0.0, rise_m: float = 30.0, lasted_s: float = 20.0
) -> Trip:
    return Trip(t_ms=at(hour), load_kg=load_kg, rise_m=rise_m, lasted_s=lasted_s)


def run(readings: Sequence[Reading], rules: Settings | None = None) -> tuple[State, list[Decision]]:
    state, told = begin(rules or Settings()), list[Decision]()
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def whats(told: Sequence[Decision]) -> set[str]:
    return {one.what for one in told}


@pytest.mark.parametrize(
    ("load_kg", "rise_m", "kj"),
    [
        (1000, 20, 500 * 9.80665 * 20 / 0.75 / 1000),  # full, up
        (1000, -20, -500 * 9.80665 * 20 * 0.65 / 1000),
        (0, 20, -500 * 9.80665 * 20 * 0.65 / 1000),  # empty, up: the counterweight falls
        (0, -20, 500 * 9.80665 * 20 / 0.75 / 1000),
        (500, 20, 0),  # in balance
    ],
)
def test_a_trip_of_a_lift(load_kg: float, rise_m: float, kj: float) -> None:
    assert trip_j(Lift(), load_kg=load_kg, rise_m=rise_m) / 1000 == pytest.approx(kj)


def test_a_stop_gives_back_kinetic_energy() -> None:
    assert stop_j(mass_kg=1000, from_m_s=10, to_m_s=0, back=0.6) == pytest.approx(-30_000)
    assert stop_j(mass_kg=1000, from_m_s=5, to_m_s=10, back=0.6) == 0


def test_it_goes_to_the_building_then_the_store_then_the_grid_and_the_rest_is_burnt() -> None:
    """95.6 kJ in 5 s are 19.1 kW: 5 to the building; 1 kWh of store is full or not."""
    quick = trip(0.1, lasted_s=5.0)
    full = Settings(battery=FULL)

    _, empty = run([power(0), quick])
    state, burnt = run([power(0), quick], full)
    _, fed = run([power(0), quick], replace(full, most_fed_kw=3.0))

    assert "5.0 kW to the building, 14.1 kW to the store" in empty[-1].reason
    assert "14.1 kW burnt" in burnt[-1].reason
    assert "3.0 kW to the grid, 11.1 kW burnt" in fed[-1].reason
    assert state.back_wh + state.burnt_wh == pytest.approx(95_614.8375 / 3600)
    command = empty[-1].command
    assert command is not None
    assert (command.channel, command.value, command.safe) == ("recover", 1, "off")


def test_where_nothing_takes_it_the_brake_burns_it() -> None:
    state, told = run([trip(0.1)], Settings(battery=FULL))

    assert told[-1].what == "burn"
    assert told[-1].command is not None
    assert (told[-1].command.value, told[-1].command.expires_ms) == (0, 0)
    assert state.back_wh == 0


def test_trips_join_the_building_s_power_and_the_day_is_told() -> None:
    many = [trip(10 + n / 100, load_kg=1000.0) for n in range(40)]  # each draws 196 kJ
    state, _ = run([power(9), power(10), *many, power(11)])
    assert state.net_kw == pytest.approx(5 + 40 * 196_133 / 3.6e6, abs=0.01)

    back = [trip(12 + n / 100) for n in range(40)]
    _, told = run([power(11), power(12), *back, power(13), power(23.9), power(25)])
    said = next(one for one in told if one.what == "recycled")
    assert f"{40 * 95_614.8 / 3.6e6:.2f} kWh came back, 0.00 burnt" in said.reason


TABLE: list[tuple[str, list[Reading], str]] = [
    ("not weighed", [trip(0, None)], "fault.missing"),
    ("overload", [trip(0, 1300.0)], "fault.out_of_range"),
    ("negative", [trip(0, -5.0)], "fault.out_of_range"),
    ("tonnes", [trip(0, 0.3)], "fault.unit_flipped"),
    ("stuck", [trip(n, 150.0) for n in range(9)], "fault.stuck"),
    ("beyond its travel", [trip(0, 75.0, 300.0)], "fault.out_of_range"),
    ("no time", [trip(0, 75.0, 3.0, 0.0)], "fault.out_of_range"),
    ("doubled", [trip(1), trip(1)], "fault.repeated"),
    ("clock back", [trip(2), trip(1)], "fault.clock_back"),
    ("clock forward", [replace(trip(50), heard_ms=at(0))], "fault.clock_forward"),
    ("faster after", [Stop(t_ms=START, mass_kg=9, from_m_s=1, to_m_s=3, lasted_s=2)],
     "fault.out_of_range"),
    ("power in W", [power(0), power(1, 5200.0)], "fault.unit_flipped"),
    ("power stale", [power(0), power(3, None)], "fault.stale"),
]  # fmt: skip


@pytest.mark.parametrize(("readings", "said"), [r[1:] for r in TABLE], ids=[r[0] for r in TABLE])
def test_table_of_bad_input(readings: list[Reading], said: str) -> None:
    _, told = run(readings)

    assert said in whats(told)
    last = [one for one in told if one.t_ms == readings[-1].t_ms]
    assert not any(one.what == "recover" for one in last) or said == "fault.repeated"


def test_trips_that_are_not_known_make_the_day_unknown() -> None:
    _, told = run([power(1), trip(2, None), trip(3, 75.0, 900.0), power(23.5), power(24.5)])

    said = next(one for one in told if one.what == "recycled")
    assert said.severity is Severity.UNKNOWN
    assert "of 2 trips it is not known" in said.reason


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Settings(back=1.5),
        lambda: Settings(most_fed_kw=-1),
        lambda: Settings(like_kw=0),
        lambda: Lift(drive=0),
        lambda: Lift(rated_kg=0),
    ],
    ids=["back", "fed", "like", "drive", "rated"],
)
def test_what_cannot_be_is_refused(bad: Callable[[], object]) -> None:
    with pytest.raises(ConfigError):
        bad()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["trip", "stop", "power", "price"]),
            st.floats(-0.5, 3),
            st.none() | st.floats(-10, 1400),
            st.floats(-50, 50),
        ),
        max_size=25,
    )
)
def test_whatever_comes_nothing_is_invented_and_a_restart_changes_nothing(
    events: list[tuple[str, float, float | None, float]],
) -> None:
    rules = Settings()
    state, hour, given = begin(rules), 0.0, 0.0
    for kind, gap, load, rise in events:
        hour += gap
        reading: Reading = trip(hour, load, rise)
        if kind == "stop":
            speed = abs(rise)
            reading = Stop(t_ms=at(hour), mass_kg=900, from_m_s=speed, to_m_s=0, lasted_s=9)
        elif kind == "power":
            reading = power(hour, None if load is None else load / 50)
        elif kind == "price":
            one = Price(start_ms=at(hour), end_ms=at(hour + 1), price_kwh=rise / 50)
            reading = Offer(t_ms=at(hour), price=one)
        before = state.back_wh + state.burnt_wh
        state, told = step(state, reading)
        given = max(0.0, state.back_wh + state.burnt_wh - before)
        assert given == 0 or whats(told) & {"recover", "burn"}
        assert state.given_j <= state.back_wh * 3600 + 1e-6 or kind == "power"
        assert from_json(State, to_json(state), settings=rules) == state
