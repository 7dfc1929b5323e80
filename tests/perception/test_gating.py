"""A network that is asked only where something moves, on pictures that a small network can read."""

import itertools
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Detections, Frame
from edgekit.perception.gating import GatedDetector

SIZE = (320, 240)
WALL = cv2.GaussianBlur(
    np.random.default_rng(5).integers(70, 160, (240, 320, 3)).astype(np.uint8), (0, 0), 2
)
NOISE = np.random.default_rng(6).normal(0, 1.5, (7, 240, 320, 3)).astype(np.float32)
RED = np.array((20, 20, 230))

Place = tuple[int, int]
"""x and foot y of somebody of 20x60 px."""


class RedNetwork:
    """Finds what is red; can be struck blind."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []
        self.blind = False

    def detect(self, frame: Frame) -> Detections:
        self.sizes.append(frame.size)
        red = (np.abs(frame.pixels.astype(int) - RED).max(axis=2) < 40).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(red)
        boxes = [(x, y, x + w, y + h) for x, y, w, h, area in stats[1:] if area > 100]
        return Detections.of(np.array([] if self.blind else boxes, np.float32))


def picture(index: int, people: list[Place], *, gain: float = 1.0) -> Frame:
    pixels = WALL.astype(np.float32)
    for x, y in people:
        pixels[y - 60 : y, x - 10 : x + 10] = RED
    lit = np.clip(pixels * np.float32(gain) + NOISE[index % 7], 0, 255).astype(np.uint8)
    return Frame(lit, index * 100, index)


def play(
    places: Callable[[int], list[Place]], frames: int, detector: GatedDetector, start: int = 0
) -> list[Detections]:
    return [detector.detect(picture(i, places(i))) for i in range(start, start + frames)]


def walker(start: int, stop: int | None = None) -> Callable[[int], list[Place]]:
    """Walk to the right from frame ``start`` on, until frame ``stop``."""

    def places(index: int) -> list[Place]:
        steps = min(index, stop if stop is not None else index) - start
        return [(20 + 3 * steps, 180)] if 0 <= steps < 95 else []

    return places


@pytest.fixture
def network() -> RedNetwork:
    return RedNetwork()


@pytest.fixture
def gated(network: RedNetwork) -> GatedDetector:
    return GatedDetector(network, SIZE, fps=10)


def test_an_empty_street_is_looked_at_now_and_then(
    network: RedNetwork, gated: GatedDetector
) -> None:
    found = play(lambda _: [], 120, gated)

    assert not any(len(one) for one in found)
    assert len(network.sizes) == gated.looks == 3  # at 0, 4 and 8 s
    assert set(network.sizes) == {SIZE}


def test_who_walks_is_followed_closely_in_a_part_of_the_picture(
    network: RedNetwork, gated: GatedDetector
) -> None:
    found = play(walker(20), 110, gated)

    for index in range(23, 110):
        x = 20 + 3 * (index - 20)
        assert found[index].xyxy[0] == pytest.approx((x - 10, 120, x + 10, 180), abs=6)
    parts = [size for size in network.sizes if size != SIZE]
    assert len(parts) > 60
    assert max(width * height for width, height in parts) < 0.5 * 320 * 240


def test_who_stands_still_stays_and_costs_little(network: RedNetwork, gated: GatedDetector) -> None:
    play(walker(20, stop=70), 80, gated)
    network.sizes.clear()

    found = play(walker(20, stop=70), 600, gated, start=80)

    assert all(len(one) == 1 for one in found)
    assert len(network.sizes) <= 35


def test_who_stands_still_outlasts_a_network_that_blinks_but_not_one_that_is_sure(
    network: RedNetwork, gated: GatedDetector
) -> None:
    play(walker(20, stop=70), 140, gated)
    network.blind = True

    assert all(len(one) == 1 for one in play(walker(20, stop=70), 50, gated, start=140))
    assert len(play(walker(20, stop=70), 100, gated, start=190)[-1]) == 0


def test_who_leaves_is_gone_at_once(gated: GatedDetector) -> None:
    play(walker(20, stop=70), 140, gated)

    assert not any(len(one) for one in play(lambda _: [], 5, gated, start=140))


def test_scenery_is_nobody_even_when_somebody_has_passed_it(gated: GatedDetector) -> None:
    statue = (160, 180)

    found = play(lambda index: [statue, *walker(60)(index)], 250, gated)

    assert not any(len(one) for one in found[:60])
    assert not any(len(one) for one in found[175:])


def test_who_was_there_from_the_start_shows_by_swaying(gated: GatedDetector) -> None:
    sway = itertools.cycle((0, 0, 1, 2, 3, 3, 2, 1))
    places = [[(100 + next(sway), 180)] for _ in range(120)]

    found = play(lambda index: places[index], 120, gated)

    assert sum(len(one) for one in found[30:]) >= 80


def test_a_lamp_that_goes_on_is_nobody(gated: GatedDetector) -> None:
    play(lambda _: [], 30, gated)

    found = [gated.detect(picture(i, [], gain=1.5)) for i in range(30, 60)]

    assert not any(len(one) for one in found)


def test_two_far_apart_are_both_seen(gated: GatedDetector) -> None:
    def places(index: int) -> list[Place]:
        return [(20 + 2 * (index % 60), 90), (300 - 2 * (index % 60), 230)]

    found = play(places, 60, gated)

    assert all(len(one) == 2 for one in found[10:])


def test_a_clock_that_goes_back_stops_nothing(gated: GatedDetector) -> None:
    play(walker(20), 60, gated)
    looked = gated.looks

    found = play(walker(0), 30, gated, start=10)

    assert gated.looks > looked
    assert len(found[-1]) == 1


def test_wrong_sizes_and_times_are_refused(network: RedNetwork, gated: GatedDetector) -> None:
    with pytest.raises(SensorError, match="expected"):
        gated.detect(Frame(np.zeros((10, 10, 3), np.uint8), 0, 0))
    for options in ({"fps": 0.0}, {"fps": 10, "keep_alive_ms": 0}):
        with pytest.raises(ConfigError, match="expected"):
            GatedDetector(network, SIZE, **options)
