"""Leaks of a network: a season is none, missing nights are no zero, a repair is seen."""

import math
from collections.abc import Callable

import pytest

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.water_leak import Settings, State, begin, step
from edgekit.systems.water_leak_network import Flow, NetworkLeak
from edgekit.systems.water_leak_state import Network
from edgekit.systems.water_leak_sum import least_leak_m3h

START = 1_780_272_000_000 - 3 * 86_400_000
NETWORK = Network(slot_min=60)
DAYS = 45


def week(hour: int) -> float:
    """People draw by day, more on weekends; a ripple that no fit explains."""
    day = 100 + 60 * math.sin((hour % 24 - 8) / 24 * 2 * math.pi)
    return day * (1.1 if hour // 24 % 7 > 4 else 1.0) + 2 * math.sin(hour * 1.7 + hour // 24)


def run(change: Callable[[int, float], float | None]) -> tuple[State, list[Decision]]:
    state, told = begin(Settings(network=NETWORK)), []
    for hour in range(DAYS * 24):
        flow = Flow(t_ms=START + hour * HOUR_MS, flow_m3h=change(hour, week(hour)))
        state, more = step(state, flow)
        told += more
    return state, told


def whats(told: list[Decision]) -> list[str]:
    return [one.what for one in told]


def test_a_leak_is_found_sized_and_over() -> None:
    _, told = run(lambda hour, flow: flow + 10 * (35 <= hour / 24 < 40))

    assert whats(told[:4]) == ["learning", "learnt", "leak", "leak.over"]
    leak = told[2]
    assert isinstance(leak, NetworkLeak)
    assert START + 35 * 24 * HOUR_MS < leak.t_ms < START + 38 * 24 * HOUR_MS
    assert leak.leak_l_per_h == pytest.approx(10_000, abs=3_000)
    # While half of the last day has the leak and half has not, its end may be told twice.
    assert whats(told)[-1] == "leak.over"
    assert told[-1].t_ms < START + 43 * 24 * HOUR_MS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _, flow: flow, []),
        (lambda hour, flow: flow * (1 + 0.4 * max(0, hour / 24 - 28) / 17), []),  # summer
        (lambda hour, flow: 40 + flow * (1 - 0.4 * max(0, hour / 24 - 28) / 17), []),  # autumn
        (lambda hour, flow: None if 1 <= hour % 24 <= 4 else flow, ["fault.missing"]),
        (lambda hour, flow: math.nan if hour == 900 else flow, ["fault.missing"]),
        (lambda hour, flow: -5.0 if hour == 900 else flow, ["fault.out_of_range"]),
        (lambda hour, flow: 140.0 if hour > 900 else flow, ["fault.stuck"]),
        (lambda hour, flow: flow / 3.6 if hour > 900 else flow, ["fault.unit_flipped"]),
        (lambda hour, flow: flow - 30 if hour > 900 else flow, []),  # a meter swap, a step down
    ],
    ids=["plain", "season", "autumn", "nights", "nan", "negative", "stuck", "unit", "swap"],
)
def test_table_of_faults_none_of_which_is_a_leak(
    change: Callable[[int, float], float | None], said: list[str]
) -> None:
    _, told = run(change)

    assert "leak" not in whats(told)
    assert sorted({one for one in whats(told) if one.startswith("fault")}) == said


def test_nothing_is_said_of_a_leak_while_it_learns() -> None:
    state, told = run(lambda hour, flow: flow if hour < 20 * 24 else None)

    assert whats(told)[0] == "learning"
    assert state.network.learnt is None
    assert not state.network.leaking


def test_a_leak_that_began_while_it_learnt_is_told_and_its_end_takes_the_level_anew() -> None:
    state, told = run(lambda hour, flow: flow + 30 * (10 <= hour / 24 < 32))

    assert whats(told) == ["learning", "learnt", "leak", "leak.over", "levelled"]
    leak = told[2]
    assert isinstance(leak, NetworkLeak)
    assert leak.t_ms == told[1].t_ms == START + 28 * 24 * HOUR_MS
    assert leak.leak_l_per_h == pytest.approx(30_000, abs=3_000)
    assert told[3].t_ms < START + 34 * 24 * HOUR_MS
    assert state.network.excess_m3h == pytest.approx(0, abs=3)


def test_who_came_and_went_while_it_learnt_may_come_again_but_not_with_a_leak() -> None:
    def user(hour: int, flow: float) -> float:
        day = hour // 24
        return flow + 20 * (day in {4, 5, 12, 13, 14, 31, 32, 36, 37})

    state, told = run(user)
    assert "leak" not in whats(told)
    assert (least_leak_m3h(NETWORK, state.network) or 0) > 20

    _, told = run(lambda hour, flow: user(hour, flow) + 40 * (hour / 24 > 40))
    assert whats(told)[-1] == "leak"


def test_what_ran_since_before_it_learnt_and_ended_takes_the_level_down() -> None:
    state, told = run(lambda hour, flow: flow + 25 * (hour / 24 < 33))

    assert whats(told) == ["learning", "learnt", "levelled"]
    assert state.network.excess_m3h == pytest.approx(0, abs=3)


def test_days_that_look_otherwise_hide_leaks_in_the_end_and_that_is_said() -> None:
    def sprinkled(hour: int, flow: float) -> float:
        return flow + 4 * max(0, hour // 24 - 29) * (hour % 24 in {1, 2, 3})

    state, told = run(sprinkled)

    assert not state.network.leaking
    sights = [one for one in told if one.what == "sight"]
    assert sights[-1].severity is Severity.UNKNOWN
    assert "l/s) is told within a week" in sights[-1].reason


def test_another_network_is_learnt_anew_after_a_week() -> None:
    _, told = run(lambda hour, flow: flow if hour < 30 * 24 else flow * 4)

    assert whats(told) == ["learning", "learnt", "fault.unit_flipped", "learning"]
    assert told[-1].t_ms - told[-2].t_ms == 6 * 24 * HOUR_MS


def test_a_leak_is_no_longer_told_where_it_cannot_be_told() -> None:
    _, told = run(lambda hour, flow: (flow + 30 * (hour / 24 > 30)) * (0.2 if hour > 800 else 1))

    assert whats(told)[2:5] == ["leak", "fault.unit_flipped", "leak.over"]
    assert told[4].severity is Severity.UNKNOWN


def test_a_restart_changes_nothing() -> None:
    state, _ = run(lambda hour, flow: flow + 30 * (hour / 24 > 35))

    assert state.network.leaking
    assert from_json(State, to_json(state), settings=state.settings) == state


def test_minutes_are_averaged_and_old_ones_passed_over() -> None:
    state = begin(Settings(network=NETWORK))
    for minute in (0, 20, 40, 60, 30, 80):
        state, _ = step(state, Flow(t_ms=START + minute * 60_000, flow_m3h=float(minute)))

    (slot,) = state.network.weeks
    assert slot.flow_m3h == 20.0


@pytest.mark.parametrize(
    "bad",
    [{"slot_min": 7}, {"slot_min": 1}, {"learn_days": 20}, {"learn_days": 0}, {"learn_days": 7}],
    ids=str,
)
def test_networks_that_cannot_be(bad: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="whole weeks"):
        Network(**bad)


@pytest.mark.parametrize("bad", [{"k": 0.0}, {"h": -1.0}], ids=str)
def test_sums_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="k and h above 0"):
        Network(**bad)
