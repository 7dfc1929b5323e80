"""A room by its air: somebody or nobody, and what is not known is never taken for nobody."""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.building import FAN, LIGHT, Day, Settings, State, begin, step
from edgekit.systems.building_air import (
    Use,
    breathing_zone_l_s,
    person_ppm_h,
    remainder,
    smoothing,
    standby_l_s,
    stood_still,
    trembling,
    water_g_kg,
)
from edgekit.systems.building_occupancy import Air, Presence, Rules, outdoor_ppm
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision
from edgekit.systems.persistence import from_json, to_json
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

START = 1_780_272_000_000  # 2026-06-01 00:00 UTC
Change = Callable[[int], dict[str, object]]


def room(people: Callable[[int], float], minutes: int, *, offset: float = 0.0) -> list[Air]:
    """The air of a room of 75 m³ whose air changes 0.6 times an hour."""
    ppm, readings = 430.0, []
    for minute in range(minutes):
        ppm += (person_ppm_h(75) * people(minute) - 0.6 * (ppm - 430)) / 60
        tremble = 3 * math.sin(minute * 2.3)
        readings.append(
            Air(
                t_ms=START + minute * MINUTE_MS,
                co2_ppm=ppm + offset + tremble,
                temperature_c=21 + tremble / 30,
                humidity=40 + tremble / 10,
            )
        )
    return readings


def run(readings: list[Air], rules: Settings | None = None) -> tuple[State, list[Decision]]:
    state, told = begin(rules or Settings()), list[Decision]()
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def at_work(minute: int) -> float:
    return 2.0 if 480 <= minute % 1440 < 1020 else 0.0


@pytest.mark.parametrize("offset", [-100.0, 150.0])
def test_who_comes_and_goes_is_noticed_however_the_sensor_has_drifted(offset: float) -> None:
    state, told = run(room(at_work, 1440 + 600, offset=offset)[::2])

    came = [(one.t_ms - START) // MINUTE_MS for one in told if one.what == "occupied"]
    assert 480 < came[-1] - 1440 < 500
    assert "empty" in {one.what for one in told}
    assert outdoor_ppm(Rules(), state.sensing) == pytest.approx(430 + offset, abs=15)


def test_nobody_comes_where_only_the_sensor_trembles() -> None:
    chance = random.Random(3)
    readings = [
        replace(one, co2_ppm=one.co2_ppm + chance.gauss(0, 15))
        for one in room(at_work, 1440 + 600)
        if one.co2_ppm is not None
    ]

    state, told = run(readings)

    came = [(one.t_ms - START) // MINUTE_MS for one in told if one.what == "occupied"]
    assert state.sensing.noise_ppm == pytest.approx(15, rel=0.3)
    assert all(480 <= minute % 1440 < 1020 for minute in came)
    assert len(came) == 2


def test_smoothing_leaves_so_much_of_the_noise_and_is_a_minute_without_any() -> None:
    assert smoothing(1 / 60, None, left=2.5) == pytest.approx(0.5)
    assert smoothing(1 / 60, 1.0, left=2.5) == pytest.approx(0.5)
    share = smoothing(1 / 60, 10.0, left=2.5)
    assert 10 * math.sqrt(share / (2 - share)) == pytest.approx(2.5)


def test_what_is_left_of_noise_is_what_proves_soonest() -> None:
    def took_h(left: float) -> float:
        """Averaging 30 ppm at a reading a minute, and a person of 248 ppm/h adding the proof."""
        return 30**2 / 60 / (2 * left**2) + 8 * left / 248

    best = remainder(1 / 60, 30.0, 248.0, 2.5)

    assert remainder(1 / 60, 2.0, 248.0, 2.5) == remainder(1 / 60, None, 248.0, 2.5) == 2.5
    assert took_h(best) < min(took_h(best - 0.5), took_h(best + 0.5))


def test_a_sensor_far_too_high_is_known_once_the_air_stood_still() -> None:
    state, _ = run(room(lambda _: 0.0, 300, offset=250.0))

    assert state.sensing.presence is Presence.EMPTY
    assert outdoor_ppm(Rules(), state.sensing) == pytest.approx(680, abs=10)
    assert not stood_still([(1, 500.0), (2, 500.0), (5, 500.0), (6, 500.0)])


@pytest.mark.parametrize(("gap_min", "known"), [(100, True), (140, False)])
def test_what_was_known_is_carried_over_a_short_gap(gap_min: int, known: bool) -> None:
    readings = room(at_work, 900)
    state, _ = run([one for n, one in enumerate(readings) if not 700 <= n < 700 + gap_min][:702])

    assert (state.sensing.presence is Presence.OCCUPIED) is known


def test_a_steady_rise_is_no_trembling() -> None:
    rise = [(minute, 400.0 + 12 * minute) for minute in range(9)]

    assert trembling(None, rise[:2]) is None
    assert trembling(None, rise) == pytest.approx(0.0)
    assert trembling(2.0, [*rise[:2], (2, 900.0)]) == pytest.approx(2.0 + (6.0 - 2.0) / 60)


def changed(change: Change, minutes: int = 240) -> list[Air]:
    readings = room(lambda _: 0.0, minutes)
    fields = ("co2_ppm", "temperature_c", "humidity", "lux", "heard_ms", "t_ms")
    return [
        Air(**({name: getattr(one, name) for name in fields} | change(number)))
        for number, one in enumerate(readings)
    ]


def late(values: dict[str, object], start: int = 120, end: int = 240) -> Change:
    return lambda number: values if start <= number < end else {}


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        (changed(lambda _: {}), set()),
        (changed(late({"co2_ppm": None})), {"missing", "stale"}),
        (changed(late({"co2_ppm": math.nan})), {"missing", "stale"}),
        (changed(late({"co2_ppm": 0.0})), {"dead", "stale"}),
        (changed(late({"co2_ppm": 5000.0})), {"dead", "stale"}),
        (changed(late({"co2_ppm": 99_999.0})), {"out_of_range", "stale"}),
        (changed(late({"co2_ppm": 0.0432})), {"unit_flipped", "stale"}),
        (changed(late({"co2_ppm": 1800.0}, 120, 121)), {"jumped"}),
        (changed(late({"co2_ppm": 431.0}, 60, 430), 430), {"stuck"}),
        (changed(late({"temperature_c": 69.8}, 120, 121)), {"unit_flipped"}),
        (changed(late({"humidity": 0.4}, 120, 121)), {"unit_flipped"}),
        (changed(late({"lux": 65_535.0}, 120, 121)), {"dead", "stale", "missing"}),
        (changed(late({"heard_ms": START}, 120, 121)), {"clock_forward"}),
        (changed(late({"t_ms": START - HOUR_MS}, 120, 121)), {"clock_back", "missing"}),
        (changed(late({"t_ms": START + 119 * MINUTE_MS}, 120, 121)), {"repeated"}),
        (changed(lambda n: {"t_ms": START + n * MINUTE_MS + n // 120 * HOUR_MS}), {"missing"}),
    ],
    ids=[str(number) for number in range(16)],
)
def test_table_of_bad_input(readings: list[Air], said: set[str]) -> None:
    _, told = run(readings)

    assert {one.what[6:] for one in told if one.what.startswith("fault.")} == said
    assert not [one for one in told if one.what == "occupied"]


def test_without_co2_it_does_not_know_and_there_is_air_and_light_for_all() -> None:
    state, told = run(changed(late({"co2_ppm": 0.0})))

    assert state.sensing.presence is Presence.UNKNOWN
    assert "no CO2 to be believed" in state.sensing.why
    assert state.flow_l_s == math.ceil(2.5 * 4 + 0.3 * 25)
    assert state.light == 1000
    assert [one.severity for one in told if one.what == "unknown"] == ["unknown"]


def test_water_in_the_air_tells_where_co2_is_dead() -> None:
    def damp(number: int) -> dict[str, object]:
        return {"co2_ppm": 0.0, "humidity": 40 + number * 0.08} if number > 60 else {}

    assert run(changed(damp, 120))[0].sensing.presence is Presence.OCCUPIED


def test_air_and_light_go_on_by_themselves_when_the_program_dies() -> None:
    clock = FakeClock(START)
    fan, light = FakeActuator(FAN, clock), FakeActuator(LIGHT, clock)
    for one in run(room(lambda _: 0.0, 120))[1]:
        clock.t_ms = one.t_ms
        for actuator in (fan, light):
            if one.command is not None and one.command.channel == actuator.channel.name:
                actuator.give(one.command)

    assert (fan.value, light.value) == (0, 0)
    clock.t_ms += HOUR_MS
    assert (fan.value, light.value) == (FAN.high, LIGHT.high)


@pytest.mark.parametrize(("month", "hours"), [(3, 23), (10, 25)])
def test_days_when_clocks_change_are_told(month: int, hours: int) -> None:
    sunday = {3: 1_774_738_800_000, 10: 1_792_879_200_000}[month]  # midnight in Berlin
    rules = Settings(zone=ZoneInfo("Europe/Berlin"))
    readings = [Air(t_ms=sunday + n * 10 * MINUTE_MS, co2_ppm=430 + n % 3) for n in range(160)]

    told = [one for one in run(readings, rules)[1] if one.what in {"day", "fault.clock_change"}]

    assert f"had {hours} hours" in told[0].reason
    assert isinstance(told[1], Day)
    assert (told[1].occupied_min, told[1].t_ms - sunday) == (0, hours * HOUR_MS)


def test_daylight_leaves_less_to_the_lamp() -> None:
    readings = changed(lambda _: {"lux": 900.0}, 20)
    state, _ = run([Air(t_ms=START + n * 1000, lux=900.0) for n in range(120)] + readings[10:])

    assert state.light is not None
    assert state.light < 100


def test_fresh_air_is_that_of_the_table() -> None:
    # 62.1's own default for an office: 5 people on 100 m² get 8.5 l/s each.
    assert breathing_zone_l_s(Use.OFFICE, people=5, area_m2=100) / 5 == pytest.approx(8.5)
    assert breathing_zone_l_s(Use.CLASSROOM, people=35, area_m2=100) / 35 == pytest.approx(
        6.7, abs=0.02
    )
    assert standby_l_s(Use.OFFICE, area_m2=100) == 0
    assert standby_l_s(Use.CLASSROOM, area_m2=100) == pytest.approx(60)


def test_water_is_that_of_the_data_of_an_office() -> None:
    assert water_g_kg(23.18, 27.272) == pytest.approx(4.793, rel=0.005)


@pytest.mark.parametrize("bad", [{"area_m2": 0.0}, {"seats": 0}, {"lamp_lux": -1.0}], ids=str)
def test_rooms_that_cannot_be(bad: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="expected an area"):
        Settings(**bad)  # type: ignore[arg-type] -- a table of any fields


@pytest.mark.parametrize(
    "bad", [{"volume_m3": 0.0}, {"outdoor_ppm": 0.0}, {"proof_ppm": 0.0}], ids=str
)
def test_rules_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="expected settings above 0"):
        Rules(**bad)


value = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(300, 2000)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 40), value, value, value, value), max_size=12))
def test_whatever_comes_air_and_light_stay_in_range_and_the_state_survives(
    readings: list[tuple[int, float | None, float | None, float | None, float | None]],
) -> None:
    state, t_ms = begin(Settings()), START
    for minutes, ppm, heat, damp, lux in readings:
        t_ms += minutes * MINUTE_MS
        air = Air(t_ms=t_ms, co2_ppm=ppm, temperature_c=heat, humidity=damp, lux=lux)
        state, told = step(state, air)
        if state.sensing.presence is Presence.UNKNOWN:
            assert state.flow_l_s == 18
            assert state.light
        assert all(one.reason for one in told)
    assert from_json(State, to_json(state), settings=state.settings) == state
