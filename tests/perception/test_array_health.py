"""What a thermal array shows is named for what it is: dead, stuck, covered, hot, or good."""

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.perception.array_health import ArrayHealth
from edgekit.records import Health, Quality

PATTERN = 21.0 + 2.0 * np.sin(np.arange(768).reshape(24, 32) / 40.0)
NOISE_K = 0.2


class Watch:
    """An array that is looked at once a second."""

    def __init__(self, background: NDArray[np.float64] | None = PATTERN) -> None:
        self.health = ArrayHealth()
        self.background = background
        self.now_s = 0

    def show(
        self,
        celsius: NDArray[np.float64],
        *,
        seconds: int = 10,
        step_ms: int = 250,
        noise: float = 0.2,
    ) -> tuple[Health, Quality]:
        found = Health.GOOD, Quality.GOOD
        for _ in range(seconds * 1000 // step_ms):
            self.now_s += step_ms
            seen = celsius + np.random.default_rng(self.now_s).normal(0, noise, celsius.shape)
            whole, dead = self.health.whole(seen, self.now_s)
            assert np.isfinite(whole).all()
            found = self.health.update(
                whole,
                dead_share=dead,
                background=self.background,
                noise_k=NOISE_K,
                t_ms=self.now_s,
            )
        return found


def dead(share: float) -> NDArray[np.float64]:
    celsius = PATTERN.copy()
    celsius.flat[: round(share * celsius.size)] = np.nan
    return celsius


BODY = PATTERN + np.where(np.arange(768).reshape(24, 32) % 32 < 12, 6.0, 0.0)


@pytest.mark.parametrize(
    ("celsius", "expected"),
    [
        (PATTERN, (Health.GOOD, Quality.GOOD)),
        (BODY, (Health.GOOD, Quality.GOOD)),
        (dead(0.05), (Health.GOOD, Quality.GOOD)),
        (dead(0.2), (Health.BLIND, Quality.BLIND)),
        (dead(1.0), (Health.STALLED, Quality.BLIND)),
        (PATTERN + 200.0, (Health.BLIND, Quality.BLIND)),
        (PATTERN + 8.0, (Health.COVERED, Quality.BLIND)),
        (np.full((24, 32), 21.0), (Health.COVERED, Quality.BLIND)),
    ],
    ids=["good", "a body", "some dead", "many dead", "all dead", "broken", "a hand", "a lid"],
)
def test_a_state_is_named(celsius: NDArray[np.float64], expected: tuple[Health, Quality]) -> None:
    watch = Watch()
    watch.show(PATTERN)

    assert watch.show(celsius) == expected
    assert watch.show(PATTERN) == (Health.GOOD, Quality.GOOD)


def test_what_is_dead_is_filled_from_around_it() -> None:
    celsius = PATTERN.copy()
    celsius[10, 10] = np.nan
    celsius[20, 20] = 300.0
    whole, share = ArrayHealth().whole(celsius, 0)

    assert whole == pytest.approx(PATTERN, abs=0.5)
    assert share == pytest.approx(2 / 768)


def test_an_array_that_repeats_itself_is_stalled_at_once_and_one_that_moves_again_is_good() -> None:
    watch = Watch()
    watch.show(PATTERN)

    assert watch.show(PATTERN, seconds=6, noise=0.0)[0] is Health.STALLED
    assert watch.show(PATTERN, seconds=3)[0] is Health.GOOD


def test_points_that_stand_still_for_a_minute_are_dead() -> None:
    health = ArrayHealth()
    shares = []
    for t_ms in range(0, 70_000, 500):
        seen = PATTERN + np.random.default_rng(t_ms).normal(0, 0.2, PATTERN.shape)
        seen[:6] = 22.0
        shares.append(health.whole(seen, t_ms)[1])

    assert shares[0] == 0
    assert shares[-1] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("floor_c", "expected"),
    [
        (26.0, (Health.GOOD, Quality.GOOD)),
        (30.0, (Health.GOOD, Quality.DEGRADED)),
        (34.0, (Health.BLIND, Quality.BLIND)),
    ],
)
def test_a_place_as_warm_as_people_hides_them(
    floor_c: float, expected: tuple[Health, Quality]
) -> None:
    warm = PATTERN - 21.0 + floor_c
    assert Watch(warm).show(warm) == expected


def test_readings_that_are_rare_are_worth_less() -> None:
    assert Watch().show(PATTERN, seconds=60, step_ms=1_000)[1] is Quality.DEGRADED


def test_while_nothing_is_learned_nothing_is_covered() -> None:
    assert Watch(None).show(np.full((24, 32), 21.0))[0] is Health.GOOD
