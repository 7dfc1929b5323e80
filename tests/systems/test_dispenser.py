"""Everybody gets one, nobody takes all, nobody is known."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.decision import Decision
from edgekit.systems.dispenser import (
    MOTOR,
    Asked,
    Reading,
    Refilled,
    Seen,
    Settings,
    State,
    begin,
    step,
)
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

START = 1_780_272_000_000
PLENTY = Settings(portions=500, usual_visits=100, low=50)


def run(readings: list[Reading], settings_: Settings = PLENTY) -> tuple[State, list[Decision]]:
    state, told = begin(settings_), []
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def visit(start_s: float, asks: int, every_s: float = 1.0) -> list[Reading]:
    """Come, ask, and go."""
    readings: list[Reading] = [Seen(t_ms=START + round(1000 * start_s), present=True)]
    for number in range(asks):
        at = START + round(1000 * (start_s + 0.5 + number * every_s))
        readings += [Asked(t_ms=at), Seen(t_ms=at + 100, present=True)]
    return [*readings, Seen(t_ms=at + 200, present=False)]


def portions(told: list[Decision]) -> int:
    return sum(one.command is not None for one in told)


def whats(told: list[Decision]) -> list[str]:
    return [one.what for one in told]


def test_a_visit_gets_its_share_at_once_and_then_waits() -> None:
    _, told = run(visit(0, 6))

    assert whats(told) == ["portion"] * 3 + ["wait"] * 3
    assert "the next one in 18 s" in told[4].reason


def test_one_that_stays_gets_one_after_each_wait() -> None:
    assert portions(run(visit(0, 100))[1]) == 3 + 97 // 20


def test_where_there_is_but_one_for_each_to_come_waiting_gives_no_more() -> None:
    scarce = Settings(portions=100, usual_visits=100, low=10)

    _, told = run(visit(0, 50), scarce)

    assert portions(told) == 1
    assert "one for each who is still to come" in told[-1].reason


def test_who_comes_at_once_after_a_full_visit_gets_one_then_waits() -> None:
    _, told = run([*visit(0, 3), *visit(10, 3)])

    assert portions(told) == 3 + 1
    _, told = run([*visit(0, 3), *visit(60, 3)])
    assert portions(told) == 6


def test_less_stock_is_a_smaller_share_but_never_none() -> None:
    few = Settings(portions=500, usual_visits=400, low=10)

    assert portions(run(visit(0, 5), few)[1]) == 1
    _, told = run([Refilled(t_ms=START, portions=20), *visit(1, 5)], few)
    assert portions(told) == 1


def test_visits_between_refills_are_learnt() -> None:
    many = [one for number in range(50) for one in visit(number * 60, 1)]

    state, _ = run([*many, Refilled(t_ms=START + 10**8, portions=500)])

    assert state.usual_visits == round(0.7 * 100 + 0.3 * 50)
    assert (state.visits, state.stock) == (0, 500)


def test_low_and_empty_are_told_once() -> None:
    small = Settings(portions=5, usual_visits=5, low=2)
    asks = [one for number in range(8) for one in visit(number * 60, 1)]

    _, told = run(asks, small)

    assert portions(told) == 5
    assert whats(told).count("refill") == 1
    assert whats(told).count("empty") == 1


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        ([Seen(t_ms=START, present=None)], "fault.missing"),
        (
            [Seen(t_ms=START, present=True), Seen(t_ms=START + 1_800_000, present=True)],
            "fault.stuck",
        ),
        ([Refilled(t_ms=START, portions=501)], "fault.out_of_range"),
        ([Refilled(t_ms=START, portions=-1)], "fault.out_of_range"),
        ([Asked(t_ms=START), Asked(t_ms=START - 5000)], "fault.clock_back"),
    ],
    ids=["missing", "stuck", "too many", "negative", "clock"],
)
def test_table_of_faults(readings: list[Reading], said: str) -> None:
    state, told = run(readings)

    assert said in whats(told)
    assert state.stock >= 498


def test_a_hand_that_trembles_asks_once() -> None:
    asks: list[Reading] = [Asked(t_ms=START + 50 * number) for number in range(8)]

    assert portions(run(asks)[1]) == 1


@pytest.mark.parametrize("stands", [True, False], ids=["sensor stands", "no sensor"])
def test_without_presence_time_alone_rations(stands: bool) -> None:
    readings: list[Reading] = []
    if stands:
        readings += [Seen(t_ms=START - 2_000_000, present=True), Seen(t_ms=START - 1, present=True)]
    readings += [Asked(t_ms=START + 6000 * number) for number in range(100)]  # 10 min

    assert portions(run(readings)[1]) <= 3 + 600 // 20


def test_nothing_of_anybody_is_kept() -> None:
    kinds = {one.name: one.type for one in fields(State)}
    del kinds["settings"]

    assert set(kinds.values()) <= {"int", "bool", "int | None", int, bool, int | None}


def test_the_motor_stops_by_itself() -> None:
    clock = FakeClock(START)
    motor = FakeActuator(MOTOR, clock)
    for one in run(visit(0, 1))[1]:
        motor.give(one.command)

    assert motor.value == 1
    clock.sleep(0.9)
    assert motor.value == 0


@pytest.mark.parametrize("bad", [{"portions": 0}, {"low": 500}, {"wait_ms": 0}], ids=str)
def test_dispensers_that_cannot_be(bad: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="a dispenser"):
        Settings(**bad)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(-20, 40), st.sampled_from("sgar")), max_size=120))
def test_whatever_happens_what_is_given_was_there(steps: list[tuple[int, str]]) -> None:
    state, t_ms, stock = begin(Settings(portions=30, low=3)), START, 30
    for seconds, what in steps:
        t_ms += seconds * 1000
        reading: Reading = Asked(t_ms=t_ms)
        if what in "sg":
            reading = Seen(t_ms=t_ms, present=what == "s")
        elif what == "r":
            reading, stock = Refilled(t_ms=t_ms, portions=20), 20
        before = state
        state, told = step(state, reading)
        stock -= portions(list(told))
        assert state.stock == stock >= 0
        # A visit that begins with stock in it never goes without.
        fresh = state.visits > before.visits and what == "a" and before.stock > 0
        assert not fresh or portions(list(told)) == 1
