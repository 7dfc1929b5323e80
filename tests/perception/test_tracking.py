import itertools

import numpy as np
import pytest

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
    for index in range(5):
        own.update(found(person(100)), index * 100)
    assert own.update(found(), 1300)
    assert not own.update(found(), 1500)


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


def test_someone_far_away_is_someone_else() -> None:
    own = tracker()
    for index in range(5):
        own.update(found(person(100)), index * 100)
    assert ids(own.update(found(person(400)), 500)) == [100, 101]


def test_the_class_follows_the_detection() -> None:
    own = tracker()
    for class_id in (0, 0, 1):
        boxes = np.array([person(100)], np.float32)
        tracks = own.update(
            Detections.of(boxes, class_id=np.array([class_id], np.int64)), 100 * class_id
        )
    assert ids(tracks) == [100]
    assert tracks[0].class_id == 1


def test_memory_is_bounded_in_a_storm_of_boxes() -> None:
    own = tracker()
    rng = np.random.default_rng(0)
    for index in range(4):
        corners = rng.uniform(0, 5000, (400, 2)).astype(np.float32)
        boxes = np.hstack((corners, corners + np.float32(30)))
        tracks = own.update(Detections.of(boxes), index * 100)
        assert len(tracks) <= MAX_TRACKS


def test_boxes_without_extent_do_not_break_it() -> None:
    own = tracker()
    for index in range(4):
        tracks = own.update(found((50, 50, 50, 50)), index * 100)
    assert ids(tracks) == [100]


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan")])
def test_a_senseless_rate_is_refused(fps: float) -> None:
    with pytest.raises(ConfigError, match="frames per second"):
        tracker(fps)
