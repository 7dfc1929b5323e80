"""An event moves several probes at once; a broken probe is told as broken and as nothing else."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.water_quality import SIGNALS, Sampled, Settings, State, begin, step

STEP = 20 * 60_000
START = 1_780_272_000_000
CALM = (0.9, 7.4, 0.3, 2.1, 250.0)
RIPPLE = (0.01, 0.02, 0.02, 0.03, 1.2)
CHLORINE, PH, TURBIDITY, TOC, CONDUCTIVITY = range(5)
DAYS, EVENT = 5, 300
Values = list[float | None]


def water(number: int) -> Values:
    """Calm water with a ripple that never repeats."""
    return [
        level + ripple * math.sin(number * (1.3 + 0.37 * k) + math.sin(number * 0.11))
        for k, (level, ripple) in enumerate(zip(CALM, RIPPLE, strict=True))
    ]


def run(change: Callable[[int, Values], Values]) -> tuple[State, list[Decision]]:
    state, told = begin(Settings()), []
    for number in range(DAYS * 72):
        values = tuple(change(number, water(number)))
        state, more = step(state, Sampled(t_ms=START + number * STEP, values=values))
        told += more
    return state, told


def whats(told: list[Decision]) -> list[str]:
    return [one.what for one in told]


def moved(*by: float) -> Callable[[int, Values], Values]:
    """Move probes for six hours."""

    def change(number: int, values: Values) -> Values:
        on = EVENT <= number < EVENT + 18
        return [None if v is None else v + d * on for v, d in zip(values, by, strict=True)]

    return change


def test_contamination_is_an_event_that_names_its_probes() -> None:
    _, told = run(moved(-0.15, 0, 0, 0.3, 9))

    assert whats(told) == ["unknown", "watching", "event", "event.over"]
    event = told[2]
    assert event.severity is Severity.ALARM
    assert START + EVENT * STEP <= event.t_ms <= START + (EVENT + 4) * STEP
    assert "chlorine -0." in event.reason
    assert "conductivity +" in event.reason


@pytest.mark.parametrize(
    "by",
    [
        (0, 0, 0, 0, 40),  # one probe
        (0.15, 0, 0, -0.3, -9),  # cleaner water
        (0, 0.8, 0, 0, 0),  # another source
    ],
    ids=str,
)
def test_what_is_no_event(by: tuple[float, ...]) -> None:
    _, told = run(moved(*by))

    during = [one for one in told if one.t_ms < START + (EVENT + 18) * STEP]
    assert "event" not in whats(during)


def put(probe: int, value: float | None, *, since: int = EVENT) -> Callable[[int, Values], Values]:
    def change(number: int, values: Values) -> Values:
        return [value if k == probe and number >= since else v for k, v in enumerate(values)]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put(CHLORINE, 0.0), "fault.dead"),
        (put(TOC, 10.3), "fault.stuck"),
        (put(TOC, None), "fault.missing"),
        (put(TURBIDITY, math.nan), "fault.missing"),
        (put(PH, -1.0), "fault.out_of_range"),
        (put(CONDUCTIVITY, 0.25), "fault.unit_flipped"),
        (put(CONDUCTIVITY, math.inf), "fault.out_of_range"),
    ],
    ids=["dead", "stuck", "missing", "nan", "range", "unit", "infinite"],
)
def test_table_of_faults_none_of_which_is_contamination(
    change: Callable[[int, Values], Values], said: str
) -> None:
    _, told = run(change)

    assert said in whats(told)
    assert "event" not in whats(told)


def test_a_probe_that_moves_again_is_not_used_for_half_a_day() -> None:
    def change(number: int, values: Values) -> Values:
        stuck = 200 <= number < EVENT
        return [10.3 if k == TOC and stuck else v for k, v in enumerate(values)]

    state, told = run(change)
    assert {"fault.stuck", "cleared.stuck"} <= set(whats(told))
    assert "event" not in whats(told)
    assert state.probes[TOC].z is not None


def test_with_one_sound_probe_it_does_not_know() -> None:
    def change(number: int, values: Values) -> Values:
        return [v if k == TOC or number < EVENT else None for k, v in enumerate(values)]

    state, told = run(change)

    assert state.blind
    assert whats(told)[-1] == "unknown"


def test_an_empty_station_row_breaks_nothing() -> None:
    _, told = run(lambda n, values: [None] * 5 if n in (250, 251, 252) else values)

    assert "event" not in whats(told)


@pytest.mark.parametrize("bad", [{"signals": SIGNALS[:1]}, {"step_min": 0}], ids=["one", "step"])
def test_stations_that_cannot_be(bad: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="a station"):
        Settings(**bad)


def test_a_reading_of_other_probes_is_refused() -> None:
    with pytest.raises(ConfigError, match="2 probes: expected 5"):
        step(begin(Settings()), Sampled(t_ms=START, values=(1.0, 2.0)))


value = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 12)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-50, 50), st.tuples(*[value] * 5)), max_size=40))
def test_while_it_learns_nothing_is_contamination(
    readings: list[tuple[int, tuple[float | None, ...]]],
) -> None:
    state = begin(Settings())
    for number, values in readings:
        state, told = step(state, Sampled(t_ms=START + number * STEP, values=values))
        assert "event" not in whats(list(told))
        assert state.blind
