"""Foreground mode: what may enter the picture, and that nothing of the frame does."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.frames import Frame, RedactedImage
from edgekit.redaction.background import _MEDIAN_OF_9, UNKNOWN_BGR, LearningRules, _median
from edgekit.redaction.cover import COVER_BGR
from edgekit.redaction.redactor import Redactor

SIZE = (96, 72)
RULES = LearningRules(learn_ms=900, relearn_ms=3000, upset_ms=500)
RNG = np.random.default_rng(5)
SCENE = RNG.integers(60, 200, (18, 24, 3)).repeat(4, axis=0).repeat(4, axis=1).astype(np.uint8)

Box = tuple[int, int, int, int]


def scene(person: Box | None = None, *, level: int | None = 20, fainter: int = 0) -> np.ndarray:
    """The empty place, or with somebody: of one level, or darker than the place by a bit."""
    pixels = SCENE.copy()
    if person is not None:
        x1, y1, x2, y2 = person
        body = pixels[y1:y2, x1:x2]
        body[:] = body - fainter if fainter else level
    return pixels


class Player:
    """Feeds pictures at 20 frames a second."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        self.redactor = redactor or Redactor(SIZE, learning=RULES)
        self.t_ms = 1000

    def show(self, pixels: np.ndarray, frames: int = 1) -> RedactedImage:
        for _ in range(frames):
            image = self.redactor.redact(Frame(pixels.copy(), self.t_ms, 0))
            self.t_ms += 50
        return image


WALK = [(x, 10, x + 16, 60) for x in range(0, 80, 4)]


def test_nothing_is_shown_until_it_is_learned_and_then_the_place_is() -> None:
    player = Player()
    first = player.show(scene())
    assert first.whole
    assert (first.pixels == COVER_BGR).all()
    last = player.show(scene(), 40)
    assert not last.whole
    assert player.redactor.known_share == 1
    assert (last.pixels == SCENE).all()


def test_a_walker_is_a_flat_silhouette_and_the_rest_is_the_learned_place() -> None:
    player = Player()
    player.show(scene(), 40)
    for x1, y1, x2, y2 in WALK:
        image = player.show(scene((x1, y1, x2, y2)))
        covered = (image.pixels == COVER_BGR).all(axis=2)
        assert covered[y1:y2, x1:x2].all()
        assert (image.pixels[~covered] == SCENE[~covered]).all()
    assert (player.show(scene()).pixels == SCENE).all()


@pytest.mark.parametrize("fainter", [1, 4, 9, 12, 16])
def test_a_faint_coat_cannot_be_brought_out_by_stretching(fainter: int) -> None:
    """Fifty times the difference between the outputs with and without somebody stays nothing."""
    without, with_ = Player(), Player()
    without.show(scene(), 40)
    with_.show(scene(), 40)
    for box in WALK * 4:
        empty = without.show(scene()).pixels.astype(int)
        there = with_.show(scene(box, fainter=fainter)).pixels.astype(int)
        stretched = np.clip(50 * np.abs(there - empty), 0, 255)
        assert stretched.max() == 0


def test_a_faint_walker_while_learning_leaves_no_trace_either() -> None:
    player = Player()
    for box in WALK * 4:
        player.show(scene(box, fainter=6))
    image = player.show(scene())
    known = (image.pixels != UNKNOWN_BGR).any(axis=2)
    assert known.mean() > 0.5
    assert (image.pixels[known] == SCENE[known]).all()


def test_a_walker_while_learning_is_not_learned() -> None:
    player = Player()
    for box in WALK * 6:
        image = player.show(scene(box))
        shown = ~(image.pixels == COVER_BGR).all(axis=2) & (image.pixels != UNKNOWN_BGR).any(axis=2)
        assert (image.pixels[shown] == SCENE[shown]).all()
    assert player.redactor.known_share > 0.9


def test_who_stands_for_less_than_the_learning_time_stays_out() -> None:
    player = Player()
    for box in [(8, 10, 24, 60), (60, 10, 76, 60)] * 3:
        player.show(scene(box), 16)  # 800 ms of 900
        image = player.show(scene(), 20)
        shown = (image.pixels != COVER_BGR).any(axis=2) & (image.pixels != UNKNOWN_BGR).any(axis=2)
        assert (image.pixels[shown] == SCENE[shown]).all()


def test_who_sits_down_later_is_covered_for_the_relearning_time() -> None:
    player = Player()
    player.show(scene(), 40)
    box = (30, 10, 46, 60)
    for _ in range(3000 // 50):
        image = player.show(scene(box))
        assert (image.pixels[10:60, 30:46] == COVER_BGR).all()


def test_the_known_limit_who_never_moves_becomes_background() -> None:
    player = Player()
    image = player.show(scene((30, 10, 46, 60)), 60)
    assert (image.pixels[20:50, 34:42] == 20).all()


def test_a_moved_camera_forgets_everything() -> None:
    player = Player()
    player.show(scene(), 40)
    moved = np.roll(SCENE, 40, axis=1)
    assert not player.show(moved, 5).whole
    assert player.show(moved, 8).whole
    assert (player.show(moved, 40).pixels == moved).all()


def test_one_strange_frame_forgets_nothing() -> None:
    player = Player()
    player.show(scene(), 40)
    assert (player.show(np.zeros_like(SCENE)).pixels == COVER_BGR).all()
    assert (player.show(scene()).pixels == SCENE).all()


def test_time_that_nobody_watched_does_not_count() -> None:
    player = Player()
    player.show(scene())
    for step_ms in (5000, -4100, 60_000):
        player.t_ms += step_ms
        assert player.show(scene()).whole
    assert player.show(scene(), 10).whole


def test_a_frozen_background_learns_no_more() -> None:
    player = Player()
    for box in [None] * 40:
        player.redactor.learn(Frame(scene(box), player.t_ms, 0))
        player.t_ms += 50
    player.redactor.freeze()
    box = (30, 10, 46, 60)
    image = player.show(scene(box), 100)
    assert (image.pixels[10:60, 30:46] == COVER_BGR).all()
    assert not player.show(np.roll(SCENE, 40, axis=1), 40).whole


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**16),
    script=st.lists(
        st.tuples(st.integers(0, 5), st.integers(1, 12), st.sampled_from([50, 500, 2000, -100])),
        max_size=12,
    ),
)
def test_every_pixel_shown_was_seen_for_long_or_is_flat(
    seed: int, script: list[tuple[int, int, int]]
) -> None:
    """Whatever plays: only looks that were shown for the learning time ever come out."""
    rng = np.random.default_rng(seed)
    # Each in a band of its own: blocks with the same mean look the same, and may be mixed.
    looks = [rng.integers(40 * i, 40 * i + 20, (72, 96, 3)).astype(np.uint8) for i in range(6)]
    player = Player()
    shown_ms = [0] * 6
    last_ms = player.t_ms
    for look, frames, step_ms in script:
        for _ in range(frames):
            passed_ms, last_ms = player.t_ms - last_ms, player.t_ms
            shown_ms[look] += passed_ms if 0 <= passed_ms <= RULES.gap_ms else 0
            image = player.show(looks[look])
        player.t_ms += step_ms
        flat = (image.pixels == COVER_BGR).all(axis=2) | (image.pixels == UNKNOWN_BGR).all(axis=2)
        learned = [i for i in range(6) if shown_ms[i] >= RULES.learn_ms]
        known = [(image.pixels == looks[i]).all(axis=2) for i in learned]
        assert (flat | np.any(known, axis=0)).all() if known else flat.all()


def test_the_exchanges_give_the_median() -> None:
    assert len(_MEDIAN_OF_9) == 19
    pictures = [RNG.integers(0, 256, (8, 8, 3)).astype(np.uint8) for _ in range(9)]
    assert (_median(list(pictures)) == np.median(pictures, axis=0)).all()


def test_rules_that_anything_would_fulfil_are_refused() -> None:
    for options in ({"learn_ms": 0}, {"learn_ms": 10, "relearn_ms": 9}, {"quiet_levels": 0}):
        with pytest.raises(ConfigError):
            LearningRules(**options)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (97, 73), (640, 481)])
def test_any_size_of_picture_is_learned_up_to_its_last_row_and_column(
    size: tuple[int, int],
) -> None:
    player = Player(Redactor(size, learning=RULES))
    pixels = np.full((size[1], size[0], 3), 77, np.uint8)
    image = player.show(pixels, 40)
    assert image.pixels.shape == pixels.shape
    assert (image.pixels == 77).all()


@pytest.mark.shared
def test_of_a_real_plaza_only_the_empty_plaza_is_shown(shared_data: Path) -> None:
    """People walk there all the time; the median over the whole clip is the empty place."""
    capture = cv2.VideoCapture(
        str(shared_data / "vision" / "pets" / "vtest_480x360.avi"), cv2.CAP_FFMPEG
    )
    pictures = []
    while (got := capture.read())[0]:
        pictures.append(got[1])
    empty = np.median(pictures[::10], axis=0)
    redactor = Redactor((480, 360))
    for index, pixels in enumerate(pictures):
        image = redactor.redact(Frame(pixels, 100 * index, index))
        if index in (400, 600, 794):
            flat = (image.pixels == COVER_BGR) | (image.pixels == UNKNOWN_BGR)
            apart = np.abs(image.pixels - empty).max(axis=2) * ~flat.all(axis=2)
            assert np.mean(apart > 16) < 0.001
            # Nine pixels square hold a head: no such spot may look other than the empty place.
            assert cv2.blur(apart, (9, 9)).max() < 8
    assert redactor.known_share > 0.6
