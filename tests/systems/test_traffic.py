"""Traffic from totals: nothing lost or invented, and the next hour with bounds that hold."""

import math
import random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.traffic import begin, slot_of, step
from edgekit.systems.traffic_conflict import Kind, Mover, Moving, Watch, collision_s, watch
from edgekit.systems.traffic_forecast import HOURS, Learned, forecast, learn
from edgekit.systems.traffic_state import Hour, Settings, State, Totals

START = 1_780_272_000_000  # Monday 2026-06-01 00:00 UTC
TEN = 10 * MINUTE_MS
LINE = "cyclist.in"


def run(readings: list[Totals], rules: Settings | None = None) -> tuple[State, list[Decision]]:
    state, told = begin(rules or Settings()), list[Decision]()
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def at(number: int, total: int | None, **more: object) -> Totals:
    return Totals(t_ms=START + number * TEN, passed={LINE: total}, **more)  # type: ignore[arg-type] -- any fields


def hours(told: list[Decision]) -> list[Hour]:
    return [one for one in told if isinstance(one, Hour)]


def test_hours_hold_what_passed_on_red_and_near_misses() -> None:
    readings = [at(n, 5 * n, red=n % 6 == 3, near=n // 6) for n in range(13)]

    first, second = hours(run(readings)[1])
    assert (first.counts[LINE], second.counts[LINE]) == (0, 30)
    assert (second.on_red, second.near, second.complete) == (5, 1, True)
    assert first.severity is Severity.UNKNOWN  # it did not see how that hour began


@pytest.mark.parametrize(
    ("readings", "counted", "said"),
    [
        ([at(0, 0), at(1, 7)], 7, set()),
        ([at(0, 2**32 - 3), at(1, 4)], 7, {"rolled_over"}),
        ([at(0, 50), at(1, 3, boot="b")], 3, {"meter_reset"}),
        ([at(0, 50), at(1, 900_000)], 0, {"meter_swapped"}),
        ([at(0, 50), at(1, 40)], 0, {"meter_swapped"}),
        ([at(0, 50), at(1, -4)], 0, {"out_of_range"}),
        ([at(0, 50), at(1, None), at(2, 57)], 7, {"missing"}),
        ([at(0, 50), at(0, 50), at(1, 57)], 7, {"repeated"}),
        ([at(2, 50), at(1, 50), at(3, 57)], 7, {"clock_back", "missing"}),
        (
            [at(0, 50), at(1, 51, heard_ms=START - HOUR_MS), at(2, 57)],
            7,
            {"clock_forward", "missing"},
        ),
        ([at(0, 50), at(3, 57)], 7, {"missing"}),
    ],
    ids=[str(number) for number in range(11)],
)
def test_table_of_bad_input(readings: list[Totals], counted: int, said: set[str]) -> None:
    state, told = run(readings)

    assert state.counts.get(LINE, 0) == counted
    assert {one.what[6:] for one in told if one.what.startswith("fault.")} == said


def test_a_counter_that_stands_is_told_and_not_learnt() -> None:
    rules, total, readings = Settings(max_gap_ms=HOUR_MS), 0, []
    for hour in range(24 * 30):
        readings.append(Totals(t_ms=START + hour * HOUR_MS, passed={LINE: total}))
        total += 100 + hour % 7 if hour < 24 * 28 else 0
    state, told = run(readings, rules)

    assert "fault.stuck" in {one.what for one in told}
    root = state.learned["cyclist"].roots[slot_of(START + 20 * HOUR_MS, rules.zone)]
    assert root == pytest.approx(10, abs=2)


@pytest.mark.parametrize(("start", "length"), [(1_774_738_800_000, 23), (1_792_879_200_000, 25)])
def test_days_when_clocks_change_are_told(start: int, length: int) -> None:
    rules = Settings(zone=ZoneInfo("Europe/Berlin"), max_gap_ms=HOUR_MS)
    readings = [Totals(t_ms=start + h * HOUR_MS, passed={LINE: h}) for h in range(28)]

    told = [one for one in run(readings, rules)[1] if one.what == "fault.clock_change"]

    assert len(told) == 1
    assert f"had {length} hours" in told[0].reason


def test_bounds_hold_nine_of_ten_and_the_forecast_beats_the_week_before() -> None:
    chance, learned, counts = random.Random(3), Learned(), list[int]()
    held = mine = week = known = 0
    for hour in range(HOURS * 20):
        mean = 60 + 50 * math.sin(hour % 24 / 24 * 2 * math.pi) + hour / 100
        count = max(0, round(chance.gauss(mean, math.sqrt(mean))))
        told = forecast(learned, hour % HOURS)
        if hour >= HOURS * 4 and told is not None:
            held, known = held + told.holds(count), known + 1
            mine, week = mine + abs(told.count - count), week + abs(counts[-HOURS] - count)
        learned = learn(learned, hour % HOURS, count)
        counts.append(count)

    assert held / known == pytest.approx(0.9, abs=0.02)
    assert mine < week


def test_nothing_is_foretold_of_an_hour_that_was_never_counted() -> None:
    assert forecast(Learned(), 5) is None
    assert forecast(learn(Learned(), 5, None), 5) is None


def crossing(gap_s: float, kinds: tuple[Kind, Kind] = (Kind.VEHICLE, Kind.CYCLIST)) -> int:
    """Two that cross at a right angle, the second so much later."""
    state, found = Watch(), 0
    for tick in range(60):
        t_s = tick / 10
        one = Mover(kind=kinds[0], at=(-24 + 8 * t_s, 0.0))
        other = Mover(kind=kinds[1], at=(0.0, -12 + 4 * (t_s - gap_s)))
        state, near = watch(state, Moving(t_ms=tick * 100, movers={1: one, 2: other}))
        found += near
    return found


def test_who_nearly_meets_counts_once_and_who_does_not_does_not() -> None:
    assert crossing(0.0) == 1
    assert crossing(0.2) == 1
    assert crossing(2.0) == 0
    assert crossing(0.0, (Kind.WALKER, Kind.WALKER)) == 0
    assert collision_s((0, 0), (0, 0), (10, 0), (-5, 0)) == pytest.approx(1.7)
    assert collision_s((0, 0), (0, 0), (10, 0), (5, 0)) is None


def test_ids_that_jump_are_no_near_miss() -> None:
    state = Watch()
    for tick, x in enumerate((0.0, 90.0)):
        movers = {1: Mover(kind=Kind.VEHICLE, at=(x, 0)), 2: Mover(kind=Kind.CYCLIST, at=(95, 0))}
        state, near = watch(state, Moving(t_ms=tick * 100, movers=movers))
        assert near == 0


def test_places_and_lines_that_cannot_be() -> None:
    with pytest.raises(ConfigError, match="gap of up to an hour"):
        Settings(max_gap_ms=0)
    with pytest.raises(ConfigError, match="more than 1"):
        Settings(modulus=1)
    with pytest.raises(ConfigError, match="tank"):
        Totals(t_ms=0, passed={"tank.in": 1})


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-9, 90),
            st.none() | st.integers(-2, 90) | st.integers(0, 2**33),
            st.none() | st.booleans(),
        ),
        max_size=12,
    )
)
def test_whatever_comes_counts_are_not_negative_and_the_state_survives(
    readings: list[tuple[int, int | None, bool | None]],
) -> None:
    state, t_ms = begin(Settings()), START
    for minutes, total, red in readings:
        t_ms += minutes * MINUTE_MS
        state, told = step(state, Totals(t_ms=t_ms, passed={LINE: total}, red=red, near=total))
        assert min((0, state.on_red, state.near, *state.counts.values())) == 0
        assert state.on_red <= sum(state.counts.values())
        assert all(one.reason for one in told)
    assert from_json(State, to_json(state), settings=state.settings) == state
