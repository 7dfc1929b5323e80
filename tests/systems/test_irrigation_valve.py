"""What a valve is told, what it gave, and what is wrong with it."""

from dataclasses import replace

import pytest

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision
from edgekit.systems.irrigation import Settings, State, Tick, begin, step

NIGHT = 1_780_272_000_000


def thirsty(settings: Settings | None = None) -> State:
    return replace(begin(settings or Settings()), planned_mm=100.0)


def live(
    state: State, minutes: int, *, opened: bool | None = None, drawn_l: float | None = None
) -> tuple[State, list[Decision], list[int]]:
    """Let minutes pass; the valve as the board says it, and the litres in each."""
    told, opens = list[Decision](), list[int]()
    for minute in range(minutes):
        now = Tick(t_ms=NIGHT + minute * MINUTE_MS, opened=opened, drawn_l=drawn_l)
        state, more = step(state, now)
        told += more
        if state.open_since_ms is not None:
            opens.append(minute)
    return state, told, opens


def test_it_is_open_in_runs_with_pauses_in_which_the_water_goes_in() -> None:
    state, told, opens = live(thirsty(Settings(run_min=25, soak_min=5)), 60)
    assert opens == [*range(25), *range(30, 55)]
    closed = [one.reason for one in told if one.command and one.command.value == 0]
    assert closed == ["closed: the water goes in"] * 2
    assert state.given_mm == pytest.approx(50 / 60 * 10)
    for one in told:
        if one.command and one.command.value:
            run = (one.t_ms - NIGHT) // MINUTE_MS % 30
            assert one.command.expires_ms <= (25 - run) * MINUTE_MS


def test_a_valve_that_the_board_holds_shut_has_given_nothing() -> None:
    state, told, _ = live(thirsty(), 10, opened=False)
    assert state.given_mm == 0
    faults = [one for one in told if one.what == "valve.fault"]
    assert ["shut: nothing was given" in one.reason for one in faults] == [True]
    _, told, _ = live(state, 3, opened=True)
    assert "valve.well" in [one.what for one in told]


def test_the_zones_own_meter_says_what_was_given() -> None:
    state, told, _ = live(thirsty(Settings(area_m2=50.0)), 11, opened=True, drawn_l=5.0)
    assert state.given_mm == pytest.approx(10 * 5.0 / 50)
    assert not [one for one in told if one.what == "valve.fault"]


def test_water_by_a_shut_valve_and_none_by_an_open_one_are_told_once() -> None:
    idle = begin(Settings(area_m2=50.0))
    _, told, _ = live(idle, 5, opened=False, drawn_l=9.0)
    assert ["9.0 l went by while the valve was shut" in one.reason for one in told] == [True]
    state, told, _ = live(thirsty(Settings(area_m2=50.0)), 5, opened=True, drawn_l=0.0)
    assert [one.what for one in told if one.what == "valve.fault"] == ["valve.fault"]
    assert state.given_mm == 0


def test_a_long_silence_gives_no_more_than_the_command_lasted() -> None:
    state, _ = step(thirsty(), Tick(t_ms=NIGHT))
    state, _ = step(state, Tick(t_ms=NIGHT + 5 * HOUR_MS))
    assert state.given_mm == pytest.approx(10 / 6)


@pytest.mark.parametrize(
    "wrong",
    [{"run_min": 30}, {"run_min": 0}, {"soak_min": 0}, {"area_m2": 0.0}, {"rain_mm_per_tip": -1.0}],
    ids=str,
)
def test_zones_that_cannot_be(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Settings(**wrong)  # type: ignore[arg-type] -- of several fields
