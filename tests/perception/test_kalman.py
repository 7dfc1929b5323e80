import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.perception.kalman import MEASURED, UNKNOWN, WANDER, Kalman

STEPS = st.lists(
    st.tuples(st.floats(0.01, 2), st.one_of(st.none(), st.floats(-500, 500))),
    min_size=1,
    max_size=20,
)


@given(STEPS)
def test_it_is_the_filter_of_the_textbook(steps: list[tuple[float, float | None]]) -> None:
    own = Kalman(3.0, -3.0)
    state = np.array([3.0, 0.0])
    spread = np.diag([MEASURED**2, UNKNOWN**2])
    for elapsed_s, place in steps:
        move = np.array([[1, elapsed_s], [0, 1]])
        noise = [[elapsed_s**3 / 3, elapsed_s**2 / 2], [elapsed_s**2 / 2, elapsed_s]]
        state, spread = move @ state, move @ spread @ move.T + WANDER**2 * np.array(noise)
        own.predict(elapsed_s)
        if place is not None:
            gain = spread[:, 0] / (spread[0, 0] + MEASURED**2)
            state = state + gain * (place - state[0])
            spread = spread - np.outer(gain, spread[0])
            own.correct(place, -place)

    assert [own.x, own.vx] == pytest.approx(state, rel=1e-3, abs=1e-3)
    assert [own.y, own.vy] == pytest.approx(-state, rel=1e-3, abs=1e-3)
    assert own.spread == pytest.approx(np.sqrt(spread[0, 0] + MEASURED**2), rel=1e-3)


def test_two_places_make_a_velocity() -> None:
    own = Kalman(0, 0)
    own.predict(0.5)
    own.correct(30, -10)

    assert (own.vx, own.vy) == pytest.approx((60, -20), rel=1e-3)


@given(st.floats(0.1, 2), st.integers(2, 20))
def test_one_long_step_is_many_short_ones(elapsed_s: float, parts: int) -> None:
    once, often = Kalman(0, 0), Kalman(0, 0)
    for own in (once, often):
        own.predict(0.1)
        own.correct(5, 2)
    once.predict(elapsed_s)
    for _ in range(parts):
        often.predict(elapsed_s / parts)

    assert (often.x, often.y) == pytest.approx((once.x, once.y))
    assert often.spread == pytest.approx(once.spread)


def test_what_fades_slows_down() -> None:
    own = Kalman(0, 0)
    own.predict(1)
    own.correct(10, 0)
    own.predict(1, kept=0.5)

    assert own.x == pytest.approx(15, rel=1e-3)
