"""Crowds from positions: who passes counts once, and a jam is told from a busy passage."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.crowd import FRUIN_M2, begin, density, level_of_service, step
from edgekit.systems.crowd_state import Point, Scene, Settings, State, Window
from edgekit.systems.decision import Decision, Severity

PLACE = Settings(window_ms=10_000)


def run(scenes: list[Scene], place: Settings = PLACE) -> tuple[State, list[Decision]]:
    state, told = begin(place), list[Decision]()
    for scene in scenes:
        state, more = step(state, scene)
        told += more
    return state, told


def column(*speeds_m_s: float, gap_m: float = 0.7) -> list[Scene]:
    """People in three lanes, one behind the other, towards -y: 20 s at each speed."""
    scenes, gone = [], 0.0
    for tick in range(100 * len(speeds_m_s)):
        places = ((lane, row, row * gap_m - 2 - gone) for lane in range(3) for row in range(150))
        people = {150 * lane + row: (0.3 + 0.6 * lane, y) for lane, row, y in places if -2 < y < 3}
        scenes.append(Scene(t_ms=tick * 200, people=people))
        gone += speeds_m_s[tick // 100] / 5
    return scenes


def test_a_window_holds_density_speed_and_a_flow_that_fits() -> None:
    _, told = run(column(1.2, gap_m=1.0))

    window = next(one for one in told if isinstance(one, Window))
    assert window.speed_m_s == pytest.approx(1.2)
    assert window.density_m2 == pytest.approx(1 / 0.6, rel=0.1)
    assert window.flow_s_m == pytest.approx(1.2 / 0.6, rel=0.1)
    assert not [one for one in told if one.what.startswith("fault")]


def test_a_wrong_width_is_noticed() -> None:
    _, told = run(column(1.2, gap_m=1.0), Settings(window_ms=10_000, width_m=3.6))

    assert "fault.drifting" in {one.what for one in told}


def test_dense_and_slower_is_a_warning_dense_alone_is_none() -> None:
    busy, jam = column(0.9, 0.9, 0.9), column(0.9, 0.1, 0.1)

    assert not [one for one in run(busy)[1] if one.severity is Severity.ALARM]
    alarms = [one for one in run(jam)[1] if one.severity is Severity.ALARM]
    assert alarms
    assert "let no more in" in alarms[0].reason


def walk(*ys: float, x: float = 0.9) -> list[Scene]:
    return [Scene(t_ms=500 * n, people={1: (x, y)}) for n, y in enumerate(ys)]


@pytest.mark.parametrize(
    ("scenes", "net", "said"),
    [
        (walk(0.5, -0.5), 1, set()),
        (walk(-0.5, 0.5), -1, set()),
        (walk(0.5, -0.5, 0.5, -0.5), 1, set()),  # a step back
        (walk(0.5, 0.0, -0.5), 1, set()),  # on the line for a while
        (walk(0.5, 0.0, 0.5), 0, set()),
        (walk(0.5, -0.5, x=5.0), 0, set()),  # past the end of the line
        (walk(0.5, -8.0), 0, {"fault.jumped"}),  # ids swapped
        ([*walk(0.5), *walk(0.5, -0.5)], 1, {"fault.repeated"}),
        ([*walk(0.5, 0.2), *walk(-0.5)], 0, {"fault.clock_back"}),
        ([Scene(t_ms=9000, people={}), *walk(0.5, -0.5)], 1, {"fault.clock_back"}),
        ([*walk(0.5), Scene(t_ms=9000, people={1: (0.9, -0.5)})], 0, {"fault.missing"}),
        ([*walk(math.nan, 0.5), Scene(t_ms=900, people={1: (0.9, -0.5)})], 1, set()),
    ],
    ids=[str(number) for number in range(12)],
)
def test_table_of_bad_input(scenes: list[Scene], net: int, said: set[str]) -> None:
    state, told = run(scenes)

    assert state.net == net
    assert {one.what for one in told} == said


def test_nobody_is_remembered_for_ten_seconds() -> None:
    scenes = [*walk(0.5), *(Scene(t_ms=n * 2000, people={}) for n in range(1, 6))]

    assert run(scenes)[0].walkers == {}


def test_levels_of_service_begin_where_fruin_puts_them() -> None:
    assert [level_of_service(limit) for limit in FRUIN_M2] == [*"ABCDE"]
    assert [level_of_service(limit + 0.001) for limit in FRUIN_M2] == [*"BCDEF"]


def test_a_point_on_the_border_is_outside() -> None:
    people = {1: (0.0, 0.0), 2: (0.9, -1.0), 3: (0.9, 0.5)}

    assert density(PLACE, people) == pytest.approx(1 / 3.6)


@pytest.mark.parametrize(
    "bad",
    [{"width_m": 0.0}, {"window_ms": 10}, {"area": (1, 1, 0, 2)}, {"line": ((0, 0), (0, 0))}],
    ids=str,
)
def test_places_that_cannot_be(bad: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="expected an area"):
        Settings(**bad)  # type: ignore[arg-type] -- a table of any fields


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-2000, 9000),
            st.dictionaries(
                st.integers(0, 4), st.tuples(st.floats(-3, 3), st.floats(allow_nan=True))
            ),
        ),
        max_size=25,
    )
)
def test_whatever_comes_nobody_is_kept_longer(scenes: list[tuple[int, dict[int, Point]]]) -> None:
    state, t_ms = begin(PLACE), 0
    for later, people in scenes:
        t_ms += later
        state, _ = step(state, Scene(t_ms=t_ms, people=people))
        assert state.density_m2 >= 0
        assert all((state.t_ms or 0) - one.t_ms < 10_000 for one in state.walkers.values())
