"""Readings are judged before use: every fault has its name, and none passes as a value."""

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.decision import Severity
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.vitals import (
    FAHRENHEIT,
    Fault,
    Judged,
    Limits,
    Sample,
    Vital,
    changes,
    judge,
    overdue,
)

MIN = 60_000
AIR = Limits(
    name="air",
    unit="°C",
    low=-40,
    high=60,
    max_age_ms=5 * MIN,
    max_step=5,
    stuck_ms=60 * MIN,
    stuck_free=(0.0,),
    dead=(-127.0, 85.0),
    conversions=(FAHRENHEIT,),
)


def run(values: list[float | None], *, step_ms: int = MIN) -> tuple[Vital, list[Judged]]:
    vital, judged = Vital(), []
    for number, value in enumerate(values):
        vital, one = judge(AIR, vital, Sample(t_ms=number * step_ms, value=value))
        judged.append(one)
    return vital, judged


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ([20.0, None], Fault.MISSING),
        ([20.0, math.nan], Fault.MISSING),
        ([20.0, 85.0], Fault.DEAD),
        ([20.0, -127.0], Fault.DEAD),
        ([20.0, 900.0], Fault.OUT_OF_RANGE),
        ([20.0, math.inf], Fault.OUT_OF_RANGE),
        ([20.0, 68.0], Fault.UNIT_FLIPPED),
        ([10.0, 50.0], Fault.UNIT_FLIPPED),
        ([20.0, 30.0], Fault.JUMPED),
        ([20.0] * 61, Fault.STUCK),
    ],
)
def test_a_bad_value_is_named_and_not_used(values: list[float | None], fault: Fault) -> None:
    _, judged = run(values)

    assert judged[-1] == Judged(value=None, faults=(fault,))
    assert [one.faults for one in judged[:-1]] == [()] * (len(values) - 1)


@pytest.mark.parametrize("values", [[20.0, 20.5, 21.0], [0.0] * 90])
def test_good_values_pass(values: list[float | None]) -> None:
    assert all(not one.faults and one.value is not None for one in run(values)[1])


def test_a_jump_that_stays_is_believed_at_the_third_reading() -> None:
    _, judged = run([20.0, 30.0, 30.1, 30.2, 30.3])

    assert [one.value for one in judged] == [20.0, None, None, 30.2, 30.3]


@pytest.mark.parametrize(
    ("t_ms", "heard_ms", "fault", "used"),
    [
        (MIN, None, None, True),
        (6 * MIN, None, Fault.MISSING, True),
        (0, None, Fault.REPEATED, False),
        (-60 * MIN, None, Fault.CLOCK_BACK, False),
        (600 * MIN, MIN, Fault.CLOCK_FORWARD, False),
    ],
)
def test_clocks(t_ms: int, heard_ms: int | None, fault: Fault | None, used: bool) -> None:
    vital, _ = judge(AIR, Vital(), Sample(t_ms=0, value=20.0))

    _, judged = judge(AIR, vital, Sample(t_ms=t_ms, value=20.5, heard_ms=heard_ms))

    assert judged.faults == (() if fault is None else (fault,))
    assert (judged.value is not None) is used


def test_after_a_clock_that_went_back_readings_count_again() -> None:
    vital, _ = judge(AIR, Vital(), Sample(t_ms=100 * MIN, value=20.0))
    vital, _ = judge(AIR, vital, Sample(t_ms=40 * MIN, value=20.1))

    _, judged = judge(AIR, vital, Sample(t_ms=41 * MIN, value=20.2))

    assert judged == Judged(value=20.2, faults=())


def test_silence_is_stale_until_a_good_reading() -> None:
    vital, _ = judge(AIR, Vital(), Sample(t_ms=0, value=20.0))

    assert overdue(AIR, vital, 5 * MIN).faults == ()
    stale = overdue(AIR, vital, 5 * MIN + 1)
    assert stale.faults == (Fault.STALE,)
    assert overdue(AIR, stale, 6 * MIN).faults == (Fault.STALE,)
    assert overdue(AIR, Vital(), 0).faults == (Fault.STALE,)


def test_a_fault_is_told_when_it_begins_and_when_it_ends() -> None:
    vital, told = Vital(), []
    for number, value in enumerate([20.0, 69.0, 69.0, 20.1]):
        before = vital
        vital, _ = judge(AIR, vital, Sample(t_ms=number * MIN, value=value))
        told += list(changes(AIR, before, vital, number * MIN))

    assert [(one.what, one.severity) for one in told] == [
        ("fault.unit_flipped", Severity.FAULT),
        ("cleared.unit_flipped", Severity.INFO),
    ]
    assert "69 °C is right in °F" in told[0].reason


def test_every_fault_has_words() -> None:
    for fault in Fault:
        (told,) = changes(AIR, Vital(), Vital(faults=(fault,)), 0)
        assert fault.replace("_", " ") in told.reason


@pytest.mark.parametrize("change", [{"low": 60.0}, {"max_age_ms": 0}])
def test_limits_that_cannot_be(change: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="expected low < high"):
        replace(AIR, **change)


@given(
    st.lists(
        st.tuples(
            st.integers(-(10**7), 10**7),
            st.none() | st.floats(allow_nan=True, allow_infinity=True),
        )
    )
)
def test_whatever_comes_a_value_that_passes_is_in_range(
    readings: list[tuple[int, float | None]],
) -> None:
    vital = Vital()
    for t_ms, value in readings:
        vital, judged = judge(AIR, vital, Sample(t_ms=t_ms, value=value))
        assert judged.value is None or (AIR.holds(judged.value) and judged.value == value)
        assert judged.value is not None or judged.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    settings: None
    vital: Vital


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_sensor_that_gave_no_number_can_be_kept(value: float) -> None:
    vital, _ = judge(AIR, Vital(), Sample(t_ms=0, value=21.0))
    vital, _ = judge(AIR, vital, Sample(t_ms=MIN, value=value))

    kept = Kept(settings=None, vital=vital)

    assert from_json(Kept, to_json(kept), settings=None) == kept


def test_a_clock_that_runs_ahead_is_named_and_its_end_too() -> None:
    before, _ = judge(AIR, Vital(), Sample(t_ms=0, value=21.0, heard_ms=0))
    ahead, _ = judge(AIR, before, Sample(t_ms=10 * AIR.max_age_ms, value=22.0, heard_ms=MIN))
    after, _ = judge(AIR, ahead, Sample(t_ms=2 * MIN, value=21.5, heard_ms=2 * MIN))

    assert [one.what for one in changes(AIR, before, ahead, MIN)] == ["fault.clock_forward"]
    assert (ahead.t_ms, ahead.value) == (0, 21.0)
    assert [one.what for one in changes(AIR, ahead, after, 2 * MIN)] == ["cleared.clock_forward"]
