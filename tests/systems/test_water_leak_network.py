"""Leaks of a network: a season is none, missing nights are no zero, a repair is seen."""

import math
from collections.abc import Callable

import pytest

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS
from edgekit.systems.decision import Decision
from edgekit.systems.water_leak import Settings, State, begin, step
from edgekit.systems.water_leak_network import Flow, NetworkLeak
from edgekit.systems.water_leak_state import Network

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


def test_minutes_are_averaged_and_old_ones_passed_over() -> None:
    state = begin(Settings(network=NETWORK))
    for minute in (0, 20, 40, 60, 30, 80):
        state, _ = step(state, Flow(t_ms=START + minute * 60_000, flow_m3h=float(minute)))

    (slot,) = state.network.weeks
    assert slot.flow_m3h == 20.0


@pytest.mark.parametrize("bad", [{"slot_min": 7}, {"learn_days": 20}, {"learn_days": 0}], ids=str)
def test_networks_that_cannot_be(bad: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="whole weeks"):
        Network(**bad)
