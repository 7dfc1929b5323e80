"""Each condition is called within ten seconds and taken back; people are never a condition."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.frames import Frame, Pixels, Track
from edgekit.perception.quality import MOTION, NETWORK, Cause, Limits, QualityJudge
from edgekit.records import Health, Quality

RNG = np.random.default_rng(2)
WALL = np.asarray(
    cv2.resize(RNG.integers(60, 200, (30, 40, 3)).astype(np.uint8), (320, 240)), np.uint8
)
NOISE = [RNG.normal(0, 1, WALL.shape) for _ in range(5)]
FPS = 8
Change = Callable[[Pixels, int], Pixels]


def noisy(pixels: Pixels, index: int, sigma: float = 2.0) -> Pixels:
    return np.clip(pixels + sigma * NOISE[index % 5], 0, 255).astype(np.uint8)


class Watch:
    """A judge that is shown one second after another."""

    def __init__(self, limits: Limits = MOTION) -> None:
        self.judge = QualityJudge(limits)
        self.t_ms = self.index = 0
        self.said: list[Quality] = []

    def see(
        self,
        seconds: float,
        change: Change = noisy,
        *,
        fps: float = FPS,
        tracks: tuple[Track, ...] = (),
        learning: bool = False,
        health: Health = Health.GOOD,
    ) -> Quality:
        for _ in range(round(seconds * fps)):
            pixels = change(WALL, self.index)
            small = cv2.resize(pixels, (96, 72), interpolation=cv2.INTER_AREA)
            due = self.index == 0 or self.t_ms // 500 != self.last_ms // 500
            said = self.judge.update(
                Frame(pixels, self.t_ms, self.index),
                look=cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32) if due else None,
                health=health,
                tracks=tracks,
                learning=learning,
            )
            self.said.append(said)
            self.last_ms, self.index = self.t_ms, self.index + 1
            self.t_ms += round(1000 / fps)
        return said


def person(number: int, xyxy: tuple[float, float, float, float], age: int = 9) -> Track:
    return Track(tracker_id=number, xyxy=xyxy, class_id=0, seen=True, age_frames=age)


def crowd(people: int) -> tuple[Track, ...]:
    """People who stand as near to each other as can be."""
    return tuple(person(n, (9.0 * n, 100, 9.0 * n + 30, 180)) for n in range(people))


def dark(pixels: Pixels, index: int) -> Pixels:
    return noisy((pixels * 0.15).astype(np.uint8), index)


def grainy(pixels: Pixels, index: int) -> Pixels:
    return noisy(pixels, index, 22.0)


def shaken(pixels: Pixels, index: int) -> Pixels:
    return noisy(np.roll(pixels, 3 * (index % 5) - 6, axis=1), index)


def rain(pixels: Pixels, index: int) -> Pixels:
    wet = pixels.copy()
    for x, y in np.random.default_rng(index).integers(0, (319, 228), (250, 2)):
        wet[y : y + 12, x] = 255
    return noisy(wet, index)


def flashing(pixels: Pixels, index: int) -> Pixels:
    return noisy(
        np.asarray(cv2.convertScaleAbs(pixels, alpha=0.6 + 0.5 * (index // 30 % 2))), index
    )


SEEN = [(dark, Cause.DARK), (grainy, Cause.NOISE), (shaken, Cause.SWAY)]
SEEN += [(rain, Cause.SPECKS), (flashing, Cause.LIGHT)]
TOLD = [
    ({"fps": 1.7}, Cause.RARE),
    ({"learning": True}, Cause.LEARNING),
    ({"tracks": crowd(12)}, Cause.CROWD),
]


@pytest.mark.parametrize(("change", "cause"), SEEN, ids=[c.name for _, c in SEEN])
def test_what_the_picture_shows_is_called_within_ten_seconds_and_taken_back(
    change: Change, cause: Cause
) -> None:
    watch = Watch()
    assert watch.see(6) is Quality.GOOD
    assert watch.see(10, change) is Quality.DEGRADED
    assert cause in watch.judge.causes
    assert watch.see(20) is Quality.GOOD
    assert watch.said.count(Quality.GOOD) + watch.said.count(Quality.DEGRADED) == len(watch.said)


@pytest.mark.parametrize(("told", "cause"), TOLD, ids=[c.name for _, c in TOLD])
def test_what_the_judge_is_told_is_called_within_ten_seconds_and_taken_back(
    told: dict[str, object], cause: Cause
) -> None:
    watch = Watch()
    assert watch.see(6) is Quality.GOOD
    assert watch.see(10, **told) is Quality.DEGRADED  # type: ignore[arg-type] -- a table of words
    assert cause in watch.judge.causes
    assert watch.see(16) is Quality.GOOD


def test_what_passes_soon_is_not_called() -> None:
    watch = Watch()
    for _ in range(5):
        watch.see(5)
        watch.see(1.5, tracks=crowd(20), learning=True)
    assert set(watch.said) == {Quality.GOOD}


def test_the_word_does_not_flap() -> None:
    watch = Watch()
    for _ in range(12):
        watch.see(2, learning=True)
        watch.see(2)
    changes = sum(a is not b for a, b in zip(watch.said, watch.said[1:], strict=False))
    assert changes <= 2


def test_a_view_that_is_not_good_is_blind_at_once() -> None:
    watch = Watch()
    watch.see(3)
    assert watch.see(0.2, health=Health.COVERED) is Quality.BLIND
    assert watch.see(0.2) is Quality.GOOD


boxes = st.tuples(st.floats(0, 300), st.floats(0, 200), st.floats(1, 200), st.floats(1, 200))


@settings(max_examples=25, deadline=None)
@given(st.lists(boxes, max_size=9), st.integers(1, 99))
def test_fewer_than_ten_people_are_never_a_reason(
    where: list[tuple[float, float, float, float]], age: int
) -> None:
    tracks = tuple(person(n, (x, y, x + w, y + h), age) for n, (x, y, w, h) in enumerate(where))
    watch = Watch()
    watch.see(6, tracks=tracks, fps=4)
    assert set(watch.said) == {Quality.GOOD}


def test_ten_people_far_apart_are_no_crowd() -> None:
    corners = [(60.0 * (n % 5), 100.0 * (n // 5)) for n in range(10)]
    apart = tuple(person(n, (x, y, x + 20, y + 50)) for n, (x, y) in enumerate(corners))
    assert Watch().see(12, tracks=apart) is Quality.GOOD


def test_a_network_is_not_disturbed_by_rain_or_a_shaking_pole() -> None:
    assert Watch(NETWORK).see(12, rain) is Quality.GOOD
    assert Watch(NETWORK).see(12, shaken) is Quality.GOOD
    assert Watch(NETWORK).see(12, fps=1.7) is Quality.DEGRADED


def test_a_clock_that_is_set_back_begins_anew() -> None:
    watch = Watch()
    watch.see(10, learning=True)
    watch.t_ms = watch.last_ms = 0
    watch.see(2)
    assert watch.see(10) is Quality.GOOD
