"""Alarms, units and exits: the best for all together, and nothing known is never "all is well"."""

import itertools
import math
import random
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Safe
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.emergency import SIGNS, begin, step
from edgekit.systems.emergency_assign import assign
from edgekit.systems.emergency_egress import BOUNDARY_M, Exit, Way, egress_s, specific_flow
from edgekit.systems.emergency_state import Alarm, People, Raised, Sent, Settings, State, Unit
from edgekit.systems.persistence import from_json, to_json
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

Reading = Alarm | Unit | People
START = 1_780_272_000_000
MINUTE = 60_000


def run(readings: list[Reading], rules: Settings | None = None) -> tuple[State, list[Decision]]:
    state, told = begin(rules or Settings()), list[Decision]()
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def alarm(t_s: int, name: str = "hall", x_m: float = 0.0, *, over: bool = False) -> Alarm:
    return Alarm(t_ms=START + t_s * 1000, name=name, place=name, x_m=x_m, y_m=0.0, over=over)


def unit(t_s: int, name: str = "medic", x_m: float = 9.0, speed: float = 1.5) -> Unit:
    return Unit(t_ms=START + t_s * 1000, name=name, x_m=x_m, y_m=0.0, speed_m_s=speed)


def people(t_s: int, count: float | None = 100.0, heard_s: int | None = None) -> People:
    heard_ms = None if heard_s is None else START + heard_s * 1000
    return People(t_ms=START + t_s * 1000, people=count, heard_ms=heard_ms)


def test_a_thousand_assignments_cost_what_the_optimum_costs() -> None:
    chance = random.Random(9)
    for _ in range(1000):
        rows, columns = chance.randint(1, 7), chance.randint(1, 7)
        costs = [[round(chance.uniform(0, 900), 1) for _ in range(columns)] for _ in range(rows)]
        found = assign(costs)
        taken = [column for column in found if column is not None]
        best = linear_sum_assignment(np.array(costs))
        total = sum(costs[row][column] for row, column in enumerate(found) if column is not None)

        assert len(taken) == len(set(taken)) == min(rows, columns)
        assert total == pytest.approx(float(np.array(costs)[best].sum()))


def test_where_there_is_no_way_as_many_as_can_be_are_served() -> None:
    assert assign(((5.0, None), (1.0, None))) == (None, 0)
    assert assign(((1.0, 9.0), (2.0, None))) == (1, 0)  # both served, though 1 s alone is less
    assert assign(((None, None),)) == (None,)
    assert assign(((), ())) == (None, None)
    assert assign(()) == ()


def test_capacities_are_those_of_the_handbook() -> None:
    most = {way: max(specific_flow(way, d / 100) for d in range(380)) for way in Way}

    printed = {
        Way.DOOR: 1.32,
        Way.CORRIDOR: 1.32,
        Way.RAMP: 1.32,
        Way.STAIRS_75_10: 0.94,
        Way.STAIRS_7_11: 1.01,
        Way.STAIRS_65_12: 1.09,
        Way.STAIRS_65_13: 1.16,
    }
    assert most == pytest.approx(printed, abs=0.006)
    for way, flow in most.items():
        one = Exit(name="a", way=way, width_m=1 + 2 * BOUNDARY_M[way])
        assert one.capacity_s == pytest.approx(flow, abs=0.001)
    assert specific_flow(Way.DOOR, 9.0) == 0


def test_how_long_all_need_to_leave() -> None:
    exits = (Exit(name="a", way=Way.DOOR, width_m=1.3), Exit(name="b", way=Way.DOOR, width_m=1.3))

    assert egress_s(exits, 263) == pytest.approx(100, abs=1)
    assert egress_s((), 1) is None


def test_the_nearest_for_all_together_is_not_the_nearest_for_each() -> None:
    _, told = run([unit(0, "a", 0), unit(0, "b", 60), alarm(1, "hall", 40), alarm(2, "gate", 90)])

    sent = [one for one in told if isinstance(one, Sent)]
    assert [dict(one.pairs) for one in sent] == [{"hall": "b"}, {"hall": "a", "gate": "b"}]
    assert "47 s in all" in sent[-1].reason


def test_messages_follow_each_other_and_name_places_alone() -> None:
    _, told = run([alarm(0), alarm(5, x_m=4.0), alarm(9, over=True)])

    caps = [ET.fromstring(one.cap) for one in told if isinstance(one, Raised)]
    ns = "{urn:oasis:names:tc:emergency:cap:1.2}"
    assert [one.findtext(f"{ns}msgType") for one in caps] == ["Alert", "Update", "Cancel"]
    for before, after in itertools.pairwise(caps):
        assert before.findtext(f"{ns}identifier", "") in after.findtext(f"{ns}references", "")


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        ([people(0), people(60)], set()),
        ([people(0), people(60, None)], {"missing"}),
        ([people(0), people(60, math.nan)], {"missing"}),
        ([people(0), people(60, -5)], {"out_of_range"}),
        ([people(0), people(60, 1e9)], {"out_of_range"}),
        ([people(0), people(0)], {"repeated"}),
        ([people(60), people(0)], {"clock_back"}),
        ([people(0), people(4000, 90.0, 0)], {"clock_forward", "stale"}),
        ([people(0), people(900)], {"missing"}),
        ([people(0), unit(900)], {"stale"}),
        ([people(m * 60) for m in range(0, 780, 4)], {"stuck", "stale"}),
        ([unit(0), alarm(301)], {"stale"}),
        ([unit(0, speed=90.0)], {"unit_flipped"}),
        ([unit(0, speed=-1.0)], {"out_of_range"}),
        ([unit(0, x_m=math.nan)], {"out_of_range"}),
        ([alarm(0, x_m=math.inf)], {"out_of_range"}),
        ([alarm(0), alarm(9)], {"repeated"}),
        ([alarm(0, over=True)], {"repeated"}),
    ],
    ids=[str(number) for number in range(18)],
)
def test_table_of_bad_input(readings: list[Reading], said: set[str]) -> None:
    state, told = run(readings)

    assert {one.what[6:] for one in told if one.what.startswith("fault.")} == said
    if state.people.good_ms != state.people.t_ms:  # the last count was not to be believed
        assert state.told == "egress.unknown"


def test_too_many_for_the_exits_is_an_alarm_and_a_closed_exit_too() -> None:
    _, told = run([people(0), people(60, 900)])
    assert [one.severity for one in told if one.what == "egress.long"] == [Severity.ALARM]

    shut = People(t_ms=START, people=1.0, closed=frozenset({"main"}))
    assert "no exit is left" in run([shut])[1][0].reason


def test_nobody_free_is_said() -> None:
    _, told = run([alarm(0)])

    assert "no unit is free; nobody for hall" in [one.reason for one in told]


def test_signs_are_dark_while_people_are_counted_and_lit_when_nobody_counts() -> None:
    clock = FakeClock(START)
    signs = FakeActuator(SIGNS, clock, 1)
    state = begin(Settings())
    seen = []
    for minute in range(20):
        clock.t_ms = START + minute * MINUTE
        heard: Reading = people(minute * 60, 50.0 + minute) if minute < 8 else unit(minute * 60)
        state, told = step(state, heard)
        for one in told:
            signs.give(one.command)
        seen.append(signs.value)

    assert SIGNS.safe is Safe.ON
    assert set(seen[:8]) == {0}
    assert set(seen[14:]) == {1}
    clock.t_ms += 60 * MINUTE
    assert signs.value == 1


def test_places_and_exits_that_cannot_be() -> None:
    with pytest.raises(ConfigError, match=r"expected above 0\.3 m"):
        Exit(name="slit", way=Way.DOOR, width_m=0.3)
    with pytest.raises(ConfigError, match="a target"):
        Settings(target_s=0)


number = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 50)
reading = st.one_of(
    st.builds(alarm, st.integers(-9, 900), st.sampled_from("abc"), number, over=st.booleans()),
    st.builds(unit, st.integers(-9, 900), st.sampled_from("xyz"), number, number),
    st.builds(people, st.integers(-9, 900), st.none() | number),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(reading, max_size=20))
def test_whatever_comes_no_unit_is_sent_twice_and_signs_are_dark_in_calm_alone(
    readings: list[Reading],
) -> None:
    state = begin(Settings())
    for one in readings:
        state, told = step(state, one)
        assert len(set(state.pairs.values())) == len(state.pairs)
        assert state.pairs.keys() <= state.alarms.keys()
        dark = [d for d in told if d.command is not None and d.command.value == 0]
        assert not dark or (not state.alarms and state.told == "egress")
        assert all(d.reason for d in told)
    assert from_json(State, to_json(state), settings=state.settings) == state
