import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.frames import Track
from edgekit.geometry import Ground, Zone
from edgekit.perception.queue import STAND_MS, Standing, moved_m
from edgekit.perception.zone import PolygonZone
from edgekit.testing.pinhole import project

BODY_M = 1.7
AREA = ((0, 6.5), (8, 6.5), (8, 20), (0, 20))
ZONE = Zone("queue", tuple(project(x - 4, z) for x, z in AREA))
GROUND = Ground(
    ((160, 440), (480, 440), (425, 215), (215, 215)), ((0, 0), (400, 0), (500, 900), (-100, 900))
)
GROUNDS = pytest.mark.parametrize("ground", [GROUND, None], ids=["metres", "bodies"])

Way = list[tuple[float, float]]
"""Metres to the right and away from the camera, one place a tenth of a second."""


def track(place: tuple[float, float], tracker_id: int = 1) -> Track:
    x, y = project(*place)
    body = y - project(*place, BODY_M)[1]
    return Track(
        tracker_id=tracker_id,
        xyxy=(x - 0.2 * body, y - body, x + 0.2 * body, y),
        class_id=0,
        seen=True,
        age_frames=9,
    )


def walk(start: tuple[float, float], end: tuple[float, float], m_s: float = 1.3) -> Way:
    frames = max(1, round(10 * math.dist(start, end) / m_s))
    return [
        (
            start[0] + (end[0] - start[0]) * part / frames,
            start[1] + (end[1] - start[1]) * part / frames,
        )
        for part in range(1, frames + 1)
    ]


def stand(place: tuple[float, float], seconds: float) -> Way:
    return [place] * round(10 * seconds)


def play(way: Way, *, ground: Ground | None, every_ms: int = 100) -> tuple[list[int], list[int]]:
    """Waits in ms, and the length of the queue frame by frame."""
    zone = PolygonZone(ZONE, ground=ground)
    waits, queue = [], []
    for index, place in enumerate(way):
        step = zone.update([track(place)], index * every_ms)
        waits += step.waits
        queue.append(step.queue)
    return waits, queue


OUT, DOOR, COUNTER = (-5.5, 9.0), (-3.8, 9.0), (1.0, 9.0)


@GROUNDS
def test_whoever_stands_is_in_the_queue_and_the_wait_is_as_long_as_that(
    ground: Ground | None,
) -> None:
    way = walk(OUT, COUNTER) + stand(COUNTER, 30) + walk(COUNTER, OUT) + stand(OUT, 3)
    waits, queue = play(way, ground=ground)
    assert max(queue) == 1
    assert queue[-1] == 0
    assert waits == [pytest.approx(30_000, abs=1_000)]


@GROUNDS
@pytest.mark.parametrize("m_s", [0.9, 1.3, 2.5])
def test_whoever_walks_through_does_not_queue(ground: Ground | None, m_s: float) -> None:
    across = walk(OUT, (3.9, 9), m_s) + walk((3.9, 9), (5.5, 9), m_s) + stand((5.5, 9), 3)
    waits, queue = play(across, ground=ground)
    assert (waits, max(queue)) == ([], 0)


def test_with_the_ground_known_nobody_who_walks_away_from_the_camera_queues() -> None:
    """Far away a walk in depth is a few pixels a second: only metres tell that it is one."""
    way = walk((-5.5, 12), (0, 12)) + walk((0, 12), (0, 19.9)) + walk((0, 19.9), (0, 12))
    assert play(way, ground=GROUND) == ([], [0] * len(way))


@GROUNDS
def test_shuffling_on_with_the_queue_is_still_waiting(ground: Ground | None) -> None:
    way = walk(OUT, DOOR)
    place = DOOR
    for _ in range(6):
        ahead = (place[0] + 0.8, place[1])
        way += stand(place, 8) + walk(place, ahead, 0.9)
        place = ahead
    way += stand(place, 8) + walk(place, (5.5, 9)) + stand((5.5, 9), 3)
    waits, queue = play(way, ground=ground)
    assert waits == [pytest.approx(7 * 8_000 + 6 * 900, abs=1_500)]
    joined = queue.index(1)
    assert queue[joined : joined + 550] == [1] * 550


@GROUNDS
def test_a_queue_that_creeps_on_without_stopping_is_waiting_too(ground: Ground | None) -> None:
    way = walk(OUT, DOOR) + walk(DOOR, (2, 9), 0.25) + walk((2, 9), (5.5, 9)) + stand((5.5, 9), 3)
    waits, _ = play(way, ground=ground)
    assert waits == [pytest.approx(1000 * 5.8 / 0.25, abs=2_000)]


@GROUNDS
def test_whoever_walks_on_inside_the_zone_has_left_the_queue(ground: Ground | None) -> None:
    way = walk(OUT, DOOR) + stand(DOOR, 20) + walk(DOOR, (3.9, 12))
    waits, queue = play(way, ground=ground)
    assert waits == [pytest.approx(20_000, abs=1_000)]
    assert queue[-1] == 0


def test_a_moment_s_stop_is_no_queue() -> None:
    way = walk(OUT, COUNTER) + stand(COUNTER, 1.5) + walk(COUNTER, OUT) + stand(OUT, 3)
    assert play(way, ground=None) == ([], [0] * len(way))


@GROUNDS
@pytest.mark.parametrize("fps", [2, 5, 30])
def test_the_frame_rate_does_not_matter(ground: Ground | None, fps: int) -> None:
    way = walk(OUT, COUNTER) + stand(COUNTER, 30) + walk(COUNTER, OUT) + stand(OUT, 5)
    ticks = [round(index * 1000 / fps) for index in range(len(way) * fps // 10)]
    zone = PolygonZone(ZONE, ground=ground)
    waits: list[int] = []
    for t_ms in ticks:
        waits += zone.update([track(way[min(t_ms // 100, len(way) - 1)])], t_ms).waits
    assert waits == [pytest.approx(30_000, abs=1_600)]


@GROUNDS
def test_a_foot_that_jitters_does_not_walk(ground: Ground | None) -> None:
    rng = np.random.default_rng(3)
    for far in (8.0, 12.0, 17.0):
        x, y = project(0, far)
        body = y - project(0, far, BODY_M)[1]
        standing = Standing.at((x, y), 0)
        for t_ms in range(0, 60_000, 100):
            foot = x + 0.04 * body * rng.normal(), y + 0.03 * body * rng.normal()
            assert standing.sight(foot, t_ms, body_px=body, ground=ground) is None
        assert standing.waits(60_000)
        assert standing.stands_ms is not None
        assert standing.stands_ms <= 2_000


@GROUNDS
def test_ten_people_in_a_row_are_a_queue_of_ten(ground: Ground | None) -> None:
    zone = PolygonZone(ZONE, ground=ground)
    row = [(-3.5 + 0.7 * number, 9.0) for number in range(10)]
    for index in range(60):
        step = zone.update([track(p, number) for number, p in enumerate(row)], index * 100)
    assert (step.people, step.queue) == (10, 10)


def test_a_wait_goes_on_over_a_lost_track_and_ends_with_the_last_sight() -> None:
    zone = PolygonZone(ZONE, ground=GROUND)
    waits: list[int] = []
    for index in range(800):
        here = [track(COUNTER, 1)] if index < 100 else []
        if 200 <= index < 300:
            here = [track((1.1, 9.0), 2)]
        waits += zone.update(here, index * 100).waits
    assert waits == []
    for index in range(800, 1000):
        waits += zone.update([], index * 100).waits
    assert waits == [pytest.approx(29_900, abs=200)]


@given(
    st.lists(
        st.tuples(st.floats(0, 640), st.floats(190, 470), st.integers(0, 4_000)),
        min_size=1,
        max_size=60,
    ),
    st.booleans(),
)
@settings(max_examples=60)
def test_no_wait_is_longer_than_somebody_was_there(
    sightings: list[tuple[float, float, int]], metres: bool
) -> None:
    x, y, _ = sightings[0]
    standing, now_ms, waited = Standing.at((x, y), 0), 0, 0
    for x, y, passed_ms in sightings:
        now_ms += passed_ms
        ended = standing.sight((x, y), now_ms, body_px=80, ground=GROUND if metres else None)
        if ended is not None:
            assert ended >= STAND_MS
            waited += ended
    waited += standing.leave(now_ms) or 0
    assert waited <= now_ms


def test_without_a_ground_a_body_is_the_measure() -> None:
    assert moved_m((0, 0), (30, 40), body_px=85, ground=None) == pytest.approx(1.0)
    assert moved_m((100, 300), (101, 301), body_px=85, ground=GROUND) == 0.0
    right = moved_m(project(0, 9), project(1, 9), body_px=100, ground=GROUND)
    assert right == pytest.approx(1.0, rel=0.02)
