"""Fire is warned of by any sign, a broken sensor is never "all is well"."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Safe
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.fire import QUIET_MS, SOUNDER, FireAlarm, Sensed, Settings, State, begin, step
from edgekit.systems.fire_signs import Loop, loop_of
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

START = 1_780_272_000_000
STEP = 2_000
FIRE = 60
Change = Callable[[int], dict[str, object]]


def ripple(number: int) -> float:
    return 0.05 * math.sin(number * 1.7)


def run(change: Change, count: int = 200, every_ms: int = STEP) -> tuple[State, list[Decision]]:
    state, told = begin(Settings(place="store")), []
    for number in range(count):
        values: dict[str, object] = {
            "temperature_c": 21 + ripple(number),
            "smoke_per_m": 0.002 + ripple(number) / 50,
        }
        reading = Sensed(t_ms=START + number * every_ms, **(values | change(number)))
        state, more = step(state, reading)
        told += more
    return state, told


def whats(told: list[Decision]) -> list[str]:
    return [one.what for one in told if one.what != "watching"]


@pytest.mark.parametrize(
    ("change", "within_s"),
    [
        (lambda n: {"temperature_c": 21 + max(0, n - FIRE) * 0.4}, 30),  # 12 K/min
        (lambda n: {"temperature_c": 21 + max(0, n - FIRE) * 0.2}, 90),  # 6 K/min
        (lambda n: {"smoke_per_m": 0.002 + max(0, n - FIRE) * 0.004}, 40),
        (
            lambda n: {
                "temperature_c": 21 + max(0, n - FIRE) * 0.13,
                "smoke_per_m": 0.002 + min(0.04, max(0, n - FIRE) * 0.002),
            },
            70,
        ),
        (lambda n: {"temperature_c": 20 + n * 0.065 + 26}, 250),  # 2 K/min, to 57 °C
        (lambda n: {"loop": Loop.ALARM if n >= FIRE else Loop.NORMAL}, 1),
    ],
    ids=["fast", "slow", "smoke", "both", "hot", "loop"],
)
def test_every_sign_is_an_alarm(change: Change, within_s: int) -> None:
    state, told = run(change)

    alarm = next(one for one in told if one.what == "fire")
    assert isinstance(alarm, FireAlarm)
    assert START + FIRE * STEP <= alarm.t_ms <= START + FIRE * STEP + within_s * 1000
    assert alarm.severity is Severity.ALARM
    assert alarm.command is not None
    assert alarm.command.value == 1
    assert "<areaDesc>store</areaDesc>" in alarm.cap
    assert state.alarm_ms == alarm.t_ms


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: {}, set()),
        (lambda n: {"temperature_c": 21 + n * 0.09}, set()),  # 2.7 K/min, no smoke
        (lambda n: {"temperature_c": 200.0 if n == FIRE else 21 + ripple(n)}, set()),
        (lambda n: {"smoke_per_m": 0.02 + ripple(n) / 50}, set()),
        (lambda n: {"temperature_c": None if n > FIRE else 21.0}, {"fault.missing", "fault.stale"}),
        (lambda n: {"temperature_c": -127.0 if n > FIRE else 21.0}, {"fault.dead", "fault.stale"}),
        (lambda n: {"temperature_c": 700.0 if n == FIRE else 21.0}, {"fault.unit_flipped"}),
        (lambda n: {"smoke_per_m": math.nan if n == FIRE else 0.0}, {"fault.missing"}),
        (lambda n: {"loop": Loop.OPEN if n > FIRE else Loop.NORMAL}, {"fault.dead"}),
        (lambda n: {"loop": Loop.SHORT if n > FIRE else Loop.NORMAL}, {"fault.dead"}),
    ],
    ids=[str(number) for number in range(10)],
)
def test_table_of_faults_none_of_which_is_a_fire(change: Change, said: set[str]) -> None:
    _, told = run(change)

    assert {one for one in whats(told) if not one.startswith("cleared")} == said


@pytest.mark.parametrize(
    ("unit", "scale", "offset"), [("°F", 1.8, 32.0), ("K", 1.0, 273.15)], ids=["F", "K"]
)
@pytest.mark.parametrize("since", [0, FIRE])
def test_another_unit_is_named_and_read(unit: str, scale: float, offset: float, since: int) -> None:
    def feed(burns: bool) -> Change:
        def change(number: int) -> dict[str, object]:
            celsius = 21 + ripple(number) + (max(0, number - 100) * 0.4 if burns else 0.0)
            flipped = since <= number < 150 or burns
            return {"temperature_c": celsius * scale + offset if flipped else celsius}

        return change

    _, calm = run(feed(burns=False))
    _, fire = run(feed(burns=True))

    said = [one for one in whats(calm) if one != "cleared.stale"]
    if (unit, since) == ("°F", FIRE):  # a fire reads so, too: in doubt it sounds
        assert said == ["fault.unit_flipped", "fire", "fire.over"]
    else:
        assert said == ["fault.unit_flipped", "cleared.unit_flipped"]
    assert unit in next(one.reason for one in calm if one.what == "fault.unit_flipped")
    assert next(one.t_ms for one in fire if one.what == "fire") <= START + 115 * STEP


def test_a_fire_that_passes_another_units_reading_still_alarms() -> None:
    heats = {FIRE + 1: 69.8, FIRE + 2: 120.0}
    _, told = run(
        lambda n: {"temperature_c": heats.get(n, 300.0 if n > FIRE else 21.0)}, every_ms=60_000
    )

    assert next(one.t_ms for one in told if one.what == "fire") <= START + (FIRE + 4) * 60_000


def test_one_reading_at_the_low_limit_and_one_above_are_two() -> None:
    smokes = {FIRE: 0.035, FIRE + 1: 0.2}
    _, told = run(lambda n: {"smoke_per_m": smokes.get(n, 0.0)}, every_ms=10_000)

    assert next(one.t_ms for one in told if one.what == "fire") == START + (FIRE + 1) * 10_000


def test_a_constant_zero_is_a_dead_sensor() -> None:
    _, told = run(
        lambda _: {"smoke_per_m": 0.0, "temperature_c": 20.0}, count=1500, every_ms=60_000
    )

    assert whats(told)[:2] == ["fault.stuck", "fault.stuck"]


def test_minute_readings_see_a_fire_too() -> None:
    _, told = run(lambda n: {"temperature_c": 21 + max(0, n - FIRE) * 9.0}, every_ms=60_000)

    assert whats(told)[0] == "fire"


def test_a_dirty_chamber_is_told_and_does_not_alarm() -> None:
    _, told = run(lambda n: {"smoke_per_m": 0.12 + ripple(n) / 50})

    assert whats(told) == ["fault.drifting"]


def test_the_end_is_told_with_a_message_that_cancels() -> None:
    _, told = run(lambda n: {"smoke_per_m": 0.3 if 60 < n < 80 else 0.002 + ripple(n) / 50})

    first, last = (one for one in told if isinstance(one, FireAlarm))
    assert (first.what, last.what) == ("fire", "fire.over")
    assert "<msgType>Cancel</msgType>" in last.cap
    assert last.t_ms - first.t_ms >= 180_000


def test_the_sounder_is_quiet_while_watched_and_sounds_when_nobody_watches() -> None:
    clock = FakeClock(START)
    sounder = FakeActuator(SOUNDER, clock, 0)
    state = begin(Settings())
    seen = []
    for number in range(400):
        clock.t_ms = START + number * STEP
        blind = number > 100
        reading = Sensed(t_ms=clock.t_ms, temperature_c=None if blind else 21 + ripple(number))
        state, told = step(state, reading)
        for one in told:
            sounder.give(one.command)
        seen.append(sounder.value)

    assert SOUNDER.safe is Safe.SOUND
    assert set(seen[1:100]) == {0}
    assert seen[-1] == 1
    assert seen.index(1, 2) * STEP <= 101 * STEP + QUIET_MS


@pytest.mark.parametrize(
    ("ohm", "loop"),
    [
        (10_000, Loop.NORMAL),
        (1_000, Loop.ALARM),
        (900, Loop.ALARM),
        (10, Loop.SHORT),
        (1e9, Loop.OPEN),
        (math.nan, Loop.OPEN),
        (5_000, Loop.ALARM),
    ],
)
def test_a_loop_by_its_resistance(ohm: float, loop: Loop) -> None:
    assert loop_of(ohm) is loop


@pytest.mark.parametrize("bad", [{"place": " "}, {"rise_k_min": 0.0}], ids=str)
def test_warnings_that_cannot_be(bad: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="a fire warning"):
        Settings(**bad)


value = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(-5, 30)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(-9, 90), value, value, st.sampled_from([None, *Loop]))))
def test_whatever_comes_nothing_is_quiet_that_is_not_watched(
    readings: list[tuple[int, float | None, float | None, Loop | None]],
) -> None:
    state, t_ms = begin(Settings()), START
    for seconds, heat, smoke, loop in readings:
        t_ms += seconds * 1000
        state, told = step(
            state, Sensed(t_ms=t_ms, temperature_c=heat, smoke_per_m=smoke, loop=loop)
        )
        quiet = any(one.command and one.command.value == 0 for one in told)
        known = [one is not None and math.isfinite(one) for one in (heat, smoke)]
        assert not quiet or any(known) or loop is Loop.NORMAL
        assert not quiet or state.alarm_ms is None
