"""A camera that was turned is told from what passes before it."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from edgekit.frames import Pixels
from edgekit.geometry import TURN_TOLERANCE
from edgekit.perception.turned import LOOK_MS, LOST_MS, MOVED_MS, TURNED_MS, Turned
from edgekit.records import Health

SIZE = (320, 240)
LIMIT_PX = 400 * TURN_TOLERANCE
LEARN_S = 15
NOISE = np.random.default_rng(1).integers(-3, 4, (250, 340, 3)).astype(np.int16)
Seen = Callable[[int], Pixels]


def place(seed: int) -> Pixels:
    """Return a place, wider than the camera sees it."""
    chance = np.random.default_rng(seed)
    pixels = np.full((480, 640, 3), 140, np.uint8)
    for _ in range(260):
        x, y, w, h = (int(one) for one in chance.integers((0, 0, 8, 8), (620, 460, 60, 50)))
        colour = tuple(int(value) for value in chance.integers(30, 230, 3))
        cv2.rectangle(pixels, (x, y), (x + w, y + h), colour, -1)
    return pixels


PLACE, ANOTHER = place(5), place(6)


def looking(
    wide: Pixels = PLACE, *, right: float = 0, down: float = 0, roll: float = 0, zoom: float = 1
) -> Pixels:
    """Return what a camera that was turned so sees."""
    matrix = cv2.getRotationMatrix2D((320, 240), roll, zoom)
    matrix[:, 2] += (160 - 320 - right, 120 - 240 - down)
    return np.asarray(cv2.warpAffine(wide, matrix, SIZE), np.uint8)


class Camera:
    """A camera that has learned its place; time goes by in seconds."""

    def __init__(self, wide: Pixels = PLACE) -> None:
        self.turned = Turned(TURN_TOLERANCE)
        self.second = 0
        self.run(LEARN_S, lambda _: looking(wide))

    def run(self, seconds: int, seen: Seen, view: Health = Health.GOOD) -> Health:
        for since in range(seconds):
            noise = NOISE[self.second % 7 :][:240, self.second % 11 :][:, :320]
            pixels = np.asarray(cv2.add(seen(since), noise, dtype=cv2.CV_8U), np.uint8)
            self.turned.update(pixels, self.second * LOOK_MS, view)
            self.second += 1
        return self.turned.health


TURNS: list[dict[str, float]] = [
    {"right": 1.2 * LIMIT_PX},
    {"right": -1.2 * LIMIT_PX},
    {"down": 1.2 * LIMIT_PX},
    {"roll": 5},
    {"zoom": 1.1},
    {"right": 20, "down": -10, "roll": 3},
]


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_a_turn_is_told_once_it_has_stayed_so(turn: dict[str, float]) -> None:
    camera = Camera()
    assert camera.run(TURNED_MS // 1000, lambda _: looking(**turn)) is not Health.TURNED
    assert camera.run(20, lambda _: looking(**turn)) is Health.TURNED
    assert camera.run(20, lambda _: looking()) is Health.TURNED, "only the clerk mends it"


@pytest.mark.parametrize("turn", [{"right": 0.6 * LIMIT_PX}, {"roll": 2}, {"zoom": 1.03}], ids=str)
def test_what_the_geometry_allows_is_no_turn(turn: dict[str, float]) -> None:
    assert Camera().run(60, lambda _: looking(**turn)) is Health.GOOD


def test_a_camera_that_sinks_slowly_is_found_out() -> None:
    camera = Camera()
    assert camera.run(60, lambda since: looking(down=LIMIT_PX * since / 80)) is Health.GOOD
    assert camera.run(60, lambda since: looking(down=LIMIT_PX * (60 + since) / 80)) is Health.TURNED


def test_one_that_is_turned_back_in_time_was_only_moved() -> None:
    camera = Camera()
    assert camera.run(MOVED_MS // 1000 + 12, lambda _: looking(right=30)) is Health.MOVED
    assert camera.run(20, lambda _: looking()) is Health.GOOD


def test_another_place_is_told_after_minutes() -> None:
    camera = Camera()
    told = camera.run(LOST_MS // 1000, lambda _: looking(ANOTHER), Health.MOVED)
    assert told is Health.MOVED
    assert camera.run(20, lambda _: looking(ANOTHER), Health.MOVED) is Health.TURNED


def test_a_zoom_that_leaves_the_middle_where_it_was_is_told_as_well() -> None:
    camera = Camera()
    told = camera.run(LOST_MS // 1000 + 20, lambda _: looking(zoom=1.3), Health.MOVED)
    assert told is Health.TURNED


def wall(_: int) -> Pixels:
    return np.full((240, 320, 3), 150, np.uint8)


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (Health.MOVED, Health.TURNED),
        (Health.GOOD, Health.GOOD),
        (Health.COVERED, Health.GOOD),
        (Health.BLIND, Health.GOOD),
    ],
)
def test_a_plain_wall_is_another_place_and_fog_is_none(view: Health, told: Health) -> None:
    assert Camera().run(LOST_MS // 1000 + 20, wall, view) is told


def lorry(since: int) -> Pixels:
    pixels = looking()
    left = min(40 * since - 300, 40) if since < 80 else 40 * (since - 80)
    pixels[20:, max(0, left) : max(0, left + 240)] = looking(ANOTHER)[20:, : max(0, 320 - left)][
        :, : max(0, left + 240) - max(0, left)
    ]
    return pixels


def cloud(since: int) -> Pixels:
    return (looking() * (1 - 0.5 * abs(np.sin(since / 20)))).astype(np.uint8)


def gain(since: int) -> Pixels:
    return np.clip(looking() * (0.6, 1.0, 1.5)[since // 20 % 3], 0, 255).astype(np.uint8)


def lamp(since: int) -> Pixels:
    across = np.linspace(1.3, 0.3, 320)[None, :, None]
    light = across if since // 30 % 2 else np.full((1, 1, 1), 0.35)
    return np.clip(looking() * light, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("seen", [lorry, cloud, gain, lamp])
def test_what_passes_and_what_shines_is_no_turn(seen: Seen) -> None:
    assert Camera().run(100, seen) is Health.GOOD


def test_what_changes_on_the_spot_is_learned_and_a_turn_is_measured_from_the_first() -> None:
    camera = Camera()
    changed = PLACE.copy()
    changed[:, :370] = ANOTHER[:, :370]
    assert camera.run(90, lambda _: looking(changed)) is Health.GOOD
    rest = changed.copy()
    rest[:, 300:] = ANOTHER[:, 300:]
    assert camera.run(90, lambda _: looking(rest)) is Health.GOOD
    assert camera.run(50, lambda _: looking(rest, right=1.3 * LIMIT_PX)) is Health.TURNED


def test_a_place_that_shows_nothing_cannot_be_watched() -> None:
    camera = Camera(np.full((480, 640, 3), 150, np.uint8))
    assert camera.run(60, lambda _: looking(ANOTHER)) is Health.GOOD


def test_what_is_kept_of_the_place_is_overwritten_in_the_end() -> None:
    camera = Camera()
    kept = [*camera.turned._looks, *(one.edges for one in camera.turned._learned)]
    assert len(kept) > 5
    assert all(picture.any() for picture in kept)
    camera.turned.wipe()
    assert not any(picture.any() for picture in kept)


def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    camera = Camera()
    camera.run(15, lambda _: looking(right=30))
    camera.second -= 10
    assert camera.run(15, lambda _: looking(right=30)) is not Health.TURNED
    assert camera.run(20, lambda _: looking(right=30)) is Health.TURNED
