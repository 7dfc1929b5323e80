"""Bodies over a learned floor: where they are, how many, and what is none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.perception.warm_bodies import WarmBodies

SIZE = (640, 480)
POINTS = (24, 32)
STEP_MS = 125


def floor(index: int) -> NDArray[np.float64]:
    return 21.0 + np.random.default_rng(index).normal(0, 0.2, POINTS)


def body(row: float, column: float, kelvin: float = 6.0) -> NDArray[np.float64]:
    y, x = np.mgrid[0:24, 0:32] + 0.5
    return kelvin * np.exp(-((y - row) ** 2 + (x - column) ** 2) / 4.0)


def learned(size: tuple[int, int] = SIZE) -> tuple[WarmBodies, int]:
    bodies = WarmBodies(size)
    for index in range(20):
        assert not len(bodies.detect(floor(index), index * STEP_MS))
    return bodies, 20


def test_a_body_stands_where_the_middle_of_its_warmth_is() -> None:
    bodies, index = learned()
    (found,) = bodies.detect(floor(index) + body(12, 16), index * STEP_MS).xyxy.tolist()

    assert ((found[0] + found[2]) / 2, found[3]) == pytest.approx((320, 240), abs=8)
    assert 40 < found[2] - found[0] < 160


def test_two_with_a_valley_between_them_are_two_and_noise_is_nobody() -> None:
    bodies, index = learned()
    apart = bodies.detect(floor(index) + body(8, 16) + body(14, 16), index * STEP_MS)
    close = bodies.detect(floor(21) + body(12, 16) + body(12, 17), 21 * STEP_MS)

    assert (len(apart), len(close)) == (2, 1)
    assert sum(len(bodies.detect(floor(n), n * STEP_MS)) for n in range(22, 200)) == 0
    assert bodies.noise_k == pytest.approx(0.2, abs=0.03)


def test_who_stands_for_a_minute_is_still_there_and_a_radiator_is_not_after_half_an_hour() -> None:
    bodies, index = learned()
    seen = [
        len(bodies.detect(floor(n) + body(12, 16), n * 1_000 + STEP_MS))
        for n in range(index, index + 1_800)
    ]

    assert set(seen[:60]) == {1}
    assert set(seen[-60:]) == {0}


def test_a_floor_that_warms_slowly_is_no_crowd() -> None:
    bodies, index = learned()
    found = [
        len(bodies.detect(floor(n) + (n - index) * 0.002, n * STEP_MS))
        for n in range(index, index + 4_000)
    ]

    assert sum(found) == 0


def test_who_stood_there_when_it_was_turned_on_leaves_no_ghost() -> None:
    bodies = WarmBodies(SIZE)
    for index in range(20):
        bodies.detect(floor(index) + body(12, 16), index * STEP_MS)
    for index in range(20, 80):
        bodies.detect(floor(index), index * STEP_MS)

    assert len(bodies.detect(floor(80) + body(12, 16), 80 * STEP_MS)) == 1


def test_another_array_is_learned_anew_and_time_that_goes_back_is_none() -> None:
    bodies, _ = learned()
    small = np.full((8, 8), 21.0)

    assert not len(bodies.detect(small, 99_000))
    assert bodies.background is not None
    for t_ms in (100_000, 101_000, 50_000, 51_000, 52_000, 53_000):
        bodies.detect(small + t_ms % 7 * 0.01, t_ms)
    assert bodies.background.shape == (8, 8)
    assert len(bodies.detect(small + np.pad([[5.0]], ((3, 4), (3, 4))), 53_100)) == 1
