import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.frames import Detections, Track
from edgekit.perception.tracking import MAX_TRACKS, Tracker


def found(*boxes: tuple[float, float, float, float], confidence: float = 1.0) -> Detections:
    return Detections.of(
        np.array(boxes, np.float32).reshape(-1, 4), np.full(len(boxes), confidence, np.float32)
    )


def person(x: float, y: float = 200) -> tuple[float, float, float, float]:
    return x - 20, y - 90, x + 20, y


def tracker(fps: float = 10) -> Tracker:
    return Tracker(fps=fps, ids=itertools.count(100))


def ids(tracks: tuple[Track, ...]) -> list[int]:
    return [track.tracker_id for track in tracks]


def test_a_walker_keeps_one_id_and_its_detected_box() -> None:
    own = tracker()
    for index in range(20):
        tracks = own.update(found(person(100 + 7 * index)), index * 100)
    assert ids(tracks) == [100]
    assert tracks[0].seen
    assert tracks[0].age_frames == 20
    assert tracks[0].xyxy == person(100 + 7 * 19)


def test_a_runner_whose_boxes_never_overlap_keeps_one_id() -> None:
    own = tracker()
    for index in range(8):
        tracks = own.update(found(person(40 + 70 * index)), index * 100)
    assert ids(tracks) == [100]


def test_two_who_pass_each_other_keep_their_ids() -> None:
    own = tracker()
    for index in range(40):
        tracks = own.update(
            found(person(100 + 10 * index, 200), person(500 - 10 * index, 206)), index * 100
        )
    where = {track.tracker_id: track.foot[0] for track in tracks}
    assert where == {100: 490, 101: 110}


def test_who_is_unseen_for_a_while_comes_back_as_the_same() -> None:
    own = tracker()
    for index in range(30):
        boxes = [] if 10 <= index < 16 else [person(100 + 6 * index)]
        tracks = own.update(found(*boxes), index * 100)
        if index == 15:
            assert not tracks[0].seen
            assert tracks[0].foot[0] == pytest.approx(190, abs=20)
    assert ids(tracks) == [100]


def test_dropped_frames_are_bridged_by_the_real_interval() -> None:
    own = tracker()
    for t in (0, 100, 200, 300, 900, 1000):
        tracks = own.update(found(person(100 + 0.12 * t)), t)
    assert ids(tracks) == [100]


def test_a_track_ends_a_second_after_it_was_last_seen() -> None:
    own = tracker()
    for index in range(15):
        own.update(found(person(100)), index * 100)
    assert own.update(found(), 2300)
    assert not own.update(found(), 2500)


def test_a_single_false_box_is_forgotten_at_once() -> None:
    own = tracker()
    assert len(own.update(found(person(100)), 0)) == 1
    assert own.update(found(), 100) == ()


def test_unsure_boxes_continue_a_track_but_begin_none() -> None:
    own = tracker()
    assert own.update(found(person(100), confidence=0.3), 0) == ()
    for index in range(1, 5):
        own.update(found(person(100)), index * 100)
    tracks = own.update(found(person(102), confidence=0.3), 500)
    assert ids(tracks) == [100]
    assert tracks[0].seen
    assert not own.update(found(person(103), confidence=0.05), 600)[0].seen


def test_a_false_box_that_is_mostly_unsure_is_soon_nobody() -> None:
    own = tracker()
    shown = []
    for index in range(40):
        sure = 0.6 if index in (0, 1, 20, 21) else 0.25
        shown.append(len(own.update(found(person(100), confidence=sure), index * 100)))
    assert sum(shown) <= 6


def test_who_is_hidden_in_part_and_unsure_for_a_while_stays() -> None:
    own = tracker()
    for index in range(40):
        unsure = 20 <= index < 30
        tracks = own.update(
            found(person(100 + 3 * index), confidence=0.3 if unsure else 0.9), index * 100
        )
        assert ids(tracks) == [100]


def test_someone_far_away_is_someone_else() -> None:
    own = tracker()
    for index in range(5):
        own.update(found(person(100)), index * 100)
    assert ids(own.update(found(person(400)), 500)) == [100, 101]


def test_the_class_is_what_it_was_most_often_weighed_by_confidence() -> None:
    own = tracker()
    found_as = [(0, 0.6), (1, 0.95), (0, 0.6), (1, 0.7), (0, 0.6), (1, 0.5)]
    classes = []
    for index, (class_id, confidence) in enumerate(found_as):
        tracks = own.update(
            Detections.of(
                np.array([person(100)], np.float32),
                np.array([confidence], np.float32),
                np.array([class_id], np.int64),
            ),
            100 * index,
        )
        classes.append(tracks[0].class_id)
    assert ids(tracks) == [100]
    assert classes == [0, 1, 0, 1, 0, 1]


def test_a_person_on_a_bicycle_and_the_bicycle_keep_their_ids() -> None:
    own = tracker()
    for index in range(20):
        boxes = np.array([person(100 + 12 * index), person(101 + 12 * index, 208)], np.float32)
        order = [0, 1] if index % 2 else [1, 0]
        classes = np.array(order, np.int64)
        tracks = own.update(Detections.of(boxes[order], class_id=classes), 100 * index)
    assert sorted(ids(tracks)) == [100, 101]
    assert sorted(track.class_id for track in tracks) == [0, 1]


@pytest.mark.parametrize("part", [(0.0, 0.4), (0.55, 1.0)])
def test_who_is_seen_in_part_only_is_one_and_the_whole_of_him(part: tuple[float, float]) -> None:
    own = tracker()
    for index in range(30):
        left, top, right, foot = person(100 + 4 * index)
        if index > 10 and index % 2:
            top, foot = (top + share * 90 for share in part)
        tracks = own.update(found((left, top, right, foot)), index * 100)
        assert ids(tracks) == [100]
        assert tracks[0].xyxy == pytest.approx(person(100 + 4 * index), abs=2)


def test_what_is_only_half_inside_somebody_is_somebody_else() -> None:
    own = tracker()
    for index in range(10):
        own.update(found(person(100)), index * 100)
    tracks = own.update(found((110, 150, 150, 190)), 1000)
    assert [(track.tracker_id, track.seen) for track in tracks] == [(100, False), (101, True)]


def test_nobody_is_believed_in_unseen_for_longer_than_he_was_seen() -> None:
    own = tracker()
    for index in range(3):
        own.update(found(person(100)), index * 100)
    unseen = [own.update(found(), 300 + index * 100) for index in range(4)]
    assert [len(tracks) for tracks in unseen] == [1, 1, 0, 0]


def test_who_comes_back_within_three_seconds_is_the_same() -> None:
    for gap_ms, same in ((2500, True), (3500, False)):
        own = tracker()
        for index in range(12):
            own.update(found(person(100)), index * 100)
        for t_ms in range(1200, 1100 + gap_ms, 100):
            own.update(found(), t_ms)
        assert (ids(own.update(found(person(104)), 1100 + gap_ms)) == [100]) == same


def test_who_passes_behind_another_keeps_his_id() -> None:
    own = tracker()
    for index in range(60):
        x = 100 + 6 * index
        hidden = abs(x - 280) < 18
        boxes = [person(280, 204), *([] if hidden else [person(x, 196)])]
        tracks = own.update(found(*boxes), index * 100)
    where = {track.tracker_id: track.foot[0] for track in tracks}
    assert where == {100: 454, 101: 280}


def test_a_runner_of_three_bodies_a_frame_keeps_his_id_from_the_second_sight_on() -> None:
    own = tracker()
    seen = [own.update(found(person(40 + 270 * index)), index * 100) for index in range(5)]
    assert [[t.tracker_id for t in tracks if t.seen] for tracks in seen] == [
        *([100], [101], [101], [101], [101])
    ]


def test_many_flickers_are_no_runner() -> None:
    own = tracker()
    for index in range(3):
        boxes = [person(200 * place + 130 * index, 300 * place) for place in range(10)]
        tracks = own.update(found(*boxes), index * 100)
    assert min(ids(tracks)) >= 120


def test_a_pause_of_a_minute_forgets_everybody() -> None:
    own = tracker()
    for index in range(5):
        own.update(found(person(100)), index * 100)
    assert ids(own.update(found(person(100)), 61_000)) == [101]


def test_time_that_stands_still_or_goes_back_is_a_frame() -> None:
    own = tracker()
    for index, t_ms in enumerate((0, 100, 200, 200, 200, -5000, -4900, -4800)):
        tracks = own.update(found(person(100 + 8 * index)), t_ms)
    assert ids(tracks) == [100]


@given(st.integers(0, 10_000), st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_the_order_of_detections_does_not_matter(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = tracker(), tracker()
    feet = rng.uniform(0, 400, (count, 2))
    speeds = rng.normal(0, 8, (count, 2))
    for index in range(12):
        feet = feet + speeds
        there = [person(*foot) for foot in feet.tolist() if rng.random() < 0.9]
        shuffled = [there[place] for place in rng.permutation(len(there))]
        first = one.update(found(*there), index * 100)
        second = other.update(found(*shuffled), index * 100)
        assert {(t.tracker_id, t.xyxy) for t in first} == {(t.tracker_id, t.xyxy) for t in second}


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_every_sure_box_is_a_track_with_an_id_of_its_own(seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = tracker()
    t_ms = 0
    for _ in range(15):
        t_ms += int(rng.integers(-50, 400))
        boxes = [person(x, y) for x, y in rng.integers(0, 300, (rng.integers(0, 9), 2)).tolist()]
        tracks = own.update(found(*boxes), t_ms)
        assert len(set(ids(tracks))) == len(tracks)
        assert sorted(track.xyxy for track in tracks if track.seen) == sorted(boxes)


def test_memory_is_bounded_in_a_storm_of_boxes() -> None:
    own = tracker()
    rng = np.random.default_rng(0)
    for index in range(4):
        corners = rng.uniform(0, 5000, (400, 2)).astype(np.float32)
        boxes = np.hstack((corners, corners + np.float32(30)))
        tracks = own.update(Detections.of(boxes), index * 100)
        assert len(tracks) <= MAX_TRACKS


def test_a_crowd_in_one_place_stays_affordable() -> None:
    own = tracker()
    rng = np.random.default_rng(0)
    for index in range(3):
        corners = rng.uniform(0, 40, (300, 2)).astype(np.float32)
        tracks = own.update(Detections.of(np.hstack((corners, corners + 30))), index * 100)
    assert len(tracks) == MAX_TRACKS
    assert all(track.seen for track in tracks)


def test_boxes_without_extent_do_not_break_it() -> None:
    own = tracker()
    for index in range(4):
        tracks = own.update(found((50, 50, 50, 50)), index * 100)
    assert ids(tracks) == [100]


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan")])
def test_a_senseless_rate_is_refused(fps: float) -> None:
    with pytest.raises(ConfigError, match="frames per second"):
        tracker(fps)
