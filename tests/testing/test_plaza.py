"""The rendered plaza: the same pixels every time, and a truth that agrees with what is drawn."""

from itertools import pairwise
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.testing.cast import Schedule
from edgekit.testing.fakes import START_MS, FakeClock
from edgekit.testing.pinhole import project
from edgekit.testing.plaza import DEFAULT_LINE, DEFAULT_ZONE, Plaza, PlazaSource, lux_at
from edgekit.testing.truth import truth_of

if TYPE_CHECKING:
    from edgekit.seams.eye import FrameSource


@pytest.fixture(scope="module")
def plaza() -> Plaza:
    return Plaza(seed=7, seconds=60)


def _source(**changes: float) -> PlazaSource:
    clock = FakeClock()
    settings: dict[str, Any] = {"seconds": 2, "clock_ms": clock.ms, "sleep": clock.sleep}
    return PlazaSource(**{**settings, **changes})


def _schedule(seed: int, seconds: float) -> Schedule:
    return Schedule(np.random.default_rng(seed), seconds=seconds, start_empty_s=4)


def test_the_same_time_gives_the_same_picture_in_any_order(plaza: Plaza) -> None:
    first = plaza.render(14.0)
    plaza.render(30.0)
    assert np.array_equal(first, plaza.render(14.0))
    assert np.array_equal(first, Plaza(seed=7, seconds=60).render(14.0))
    assert not np.array_equal(first, Plaza(seed=8, seconds=60).render(14.0))


def test_a_picture_is_bgr_and_the_callers_own(plaza: Plaza) -> None:
    picture = plaza.render(10.0)
    assert picture.shape == (480, 640, 3)
    assert picture.dtype == np.uint8
    picture[:] = 0
    assert plaza.render(10.0).any()


def test_line_and_zone_lie_in_the_picture() -> None:
    DEFAULT_LINE.require_inside(640, 480)
    DEFAULT_ZONE.require_inside(640, 480)


def test_nobody_is_in_view_before_the_start(plaza: Plaza) -> None:
    truth = plaza.truth()
    assert not any(truth.people[: 4 * 15])
    assert all(crossing.t_s > 4 for crossing in truth.crossings)
    assert max(truth.people) >= 6


def test_people_pass_both_ways_in_order_of_time(plaza: Plaza) -> None:
    truth = plaza.truth()
    assert truth.in_count >= 5
    assert truth.out_count >= 5
    assert all(a.t_s <= b.t_s for a, b in pairwise(truth.crossings))


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_each_true_passage_is_a_change_of_side_of_the_line(seed: int) -> None:
    """Counted from the feet in steps of 10 ms, independently of how the truth finds passages."""
    schedule = _schedule(seed, 60)
    counts = {True: 0, False: 0}
    for walker in schedule.walkers:
        times = np.arange(walker.start_s, min(walker.end_s, 60.0), 0.01)
        feet = [project(p.right_m, p.far_m) for p in map(walker.at, times)]
        sides = [DEFAULT_LINE.side(foot) > 0 for foot in feet]
        for before, after in pairwise(sides):
            if before != after:
                counts[after] += 1
    truth = truth_of(schedule, seconds=60, fps=1)
    assert (truth.in_count, truth.out_count) == (counts[True], counts[False])


def test_every_passage_is_within_the_segment() -> None:
    low, high = sorted((DEFAULT_LINE.start[1], DEFAULT_LINE.end[1]))
    for walker in _schedule(3, 300).walkers:
        for t_s, _ in walker.passages():
            pose = walker.at(t_s)
            assert low < project(pose.right_m, pose.far_m)[1] < high


def test_some_turn_round_before_the_line_and_some_stop() -> None:
    walkers = _schedule(7, 120).walkers
    assert any(not walker.passages() and len(walker.way) > 3 for walker in walkers)
    assert any(walker.passages() and len(walker.way) == 4 for walker in walkers)


def test_a_look_is_never_in_view_twice() -> None:
    schedule = _schedule(5, 300)
    for t_s in range(300):
        seen = [walker.look for walker, _ in schedule.present(t_s)]
        assert len(seen) == len(set(seen))


def test_the_picture_follows_the_lux(plaza: Plaza) -> None:
    """Far paving without people, linearised; the lamp lights the places near it more."""
    ratios = []
    for t_s in (0.0, 2.0, 24.0, 40.0):
        patch = plaza.render(t_s)[168:186, 300:420].astype(float)
        ratios.append(float(((patch / 255) ** 2.2).mean()) / lux_at(t_s))
    assert max(ratios) / min(ratios) < 1.35
    lux = plaza.truth().lux
    assert max(lux) > 2 * min(lux)
    assert max(abs(a - b) for a, b in pairwise(lux)) <= 3


def test_a_figure_stands_where_the_truth_says(plaza: Plaza) -> None:
    """Its own pixels differ from the empty plaza under the same light."""
    empty = Plaza(seed=7, seconds=60, start_empty_s=59)
    for walker, pose in plaza._schedule.present(14.0):
        x, y = project(pose.right_m, pose.far_m, 0.6 * plaza._looks[walker.look].height_m)
        if 8 < x < 632:
            box = slice(round(y) - 4, round(y) + 4), slice(round(x) - 4, round(x) + 4)
            apart = plaza.render(14.0)[box].astype(int) - empty.render(14.0)[box].astype(int)
            assert np.abs(apart).mean() > 6


def test_rendering_is_cheap(plaza: Plaza) -> None:
    times = []
    for index in range(60):
        start = process_time()
        plaza.render(20 + index / 15)
        times.append(process_time() - start)
    assert sorted(times)[30] < 0.02


def test_the_source_replays_the_same_frames_whatever_the_pacing() -> None:
    paced, quick = _source(realtime=True), _source(realtime=False)
    assert (paced.live, quick.live) == (True, False)
    for index in range(30):
        a, b = paced.read(), quick.read()
        assert a is not None
        assert b is not None
        assert (
            (a.t_ms, a.index) == (b.t_ms, b.index) == (START_MS + round(index * 1000 / 15), index)
        )
        assert np.array_equal(a.pixels, b.pixels)
    assert paced.read() is None
    assert quick.read() is None


def test_real_time_waits_until_each_frame_is_due() -> None:
    clock = FakeClock()
    source: FrameSource = PlazaSource(seconds=1, fps=10, clock_ms=clock.ms, sleep=clock.sleep)
    for index in range(10):
        source.read()
        assert clock.ms() == START_MS + index * 100
    assert (source.size, source.fps) == ((640, 480), 10)


def test_a_closed_source_raises() -> None:
    source = _source()
    source.close()
    source.close()
    with pytest.raises(SensorError, match="closed"):
        source.read()


def test_the_source_knows_its_truth() -> None:
    assert len(_source(fps=10, seconds=12).truth().people) == 120


@pytest.mark.parametrize("changes", [{"fps": 0}, {"seconds": 0}, {"start_empty_s": -1}])
def test_a_plaza_that_makes_no_scene_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="expected > 0"):
        _source(**changes)
