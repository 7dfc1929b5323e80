"""What holds for any path: the counter is symmetric, additive and indifferent to names."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from crossings import WAYS, Scene, make, run
from crossings.alone import ALONE
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edgekit.frames import Track
from edgekit.geometry import Line, Point
from edgekit.perception.line import LineCounter

LINE = Line("door", (100, 240), (540, 240))
BAND_PX = 10
SCENES = st.builds(make, st.sampled_from(sorted(WAYS)), st.integers(0, 200))
STEADY = st.builds(
    make,
    st.sampled_from([way.__name__ for way in ALONE if "flicker" not in way.__name__]),
    st.integers(0, 200),
)
FEW = settings(max_examples=40, deadline=None)
PLACES = st.tuples(st.floats(0, 640), st.floats(0, 480))
PATHS = st.lists(PLACES, min_size=1, max_size=40)


def track(foot: Point, name: int = 1) -> Track:
    x, y = foot
    return Track(
        tracker_id=name, xyxy=(x - 20, y - 90, x + 20, y), class_id=0, seen=True, age_frames=3
    )


def count(feet: list[Point], line: Line = LINE) -> tuple[int, int]:
    counter = LineCounter(line, band_px=BAND_PX)
    for foot, t_ms in zip(feet, itertools.count(0, 100), strict=False):
        counter.update([track(foot)], t_ms)
    return counter.in_count, counter.out_count


def paused(path: list[Point]) -> list[Point]:
    """Each place twice, so that none is a flicker."""
    return [foot for foot in path for _ in range(2)]


def clear(path: list[Point]) -> bool:
    """Whether no place is so near to the line, or path to its ends, that rounding decides."""
    near = any(abs(abs(LINE.side(foot)) - side) < 1e-6 for foot in path for side in (0, 5, 10))
    return not near and all(abs(along - end) > 1e-6 for along in hits(path) for end in (100, 540))


def hits(path: list[Point]) -> list[float]:
    """Where along the endless line the path passes it, with sign."""
    return [
        a[0] + (b[0] - a[0]) * (240 - a[1]) / (b[1] - a[1])
        for a, b in itertools.pairwise(path)
        if (a[1] < 240) != (b[1] < 240)
    ]


def net(path: list[Point]) -> int:
    """Passages in minus passages out of the segment, of the path as it is."""
    inward = [b[1] > a[1] for a, b in itertools.pairwise(path) if (a[1] < 240) != (b[1] < 240)]
    through = [100 <= x <= 540 for x in hits(path)]
    return sum((1 if way else -1) for way, hit in zip(inward, through, strict=True) if hit)


@given(PATHS.map(lambda path: [(min(max(x, 110), 530), y) for x, y in path]))
def test_in_minus_out_is_the_net_displacement(path: list[Point]) -> None:
    sides = [np.sign(LINE.side(foot)) for foot in path if abs(LINE.side(foot)) > BAND_PX]
    came, went = count(paused(path))

    expected = (sides[-1] - sides[0]) / 2 if sides else 0
    assert came - went == expected
    assert came + went <= len(path)


@given(PATHS)
def test_where_each_place_is_clear_every_passage_of_the_segment_counts(path: list[Point]) -> None:
    far = [(x, y + math.copysign(BAND_PX + 1, y - 240)) for x, y in path]
    came, went = count(paused(far))

    if clear(far):
        assert came - went == net(far)


@given(PATHS)
def test_a_mirrored_path_gives_mirrored_counts(path: list[Point]) -> None:
    mirrored = [(x, 480 - y) for x, y in path]

    if clear(path):
        assert count(mirrored) == count(path)[::-1]


@given(PATHS)
def test_turning_the_line_round_swaps_in_and_out(path: list[Point]) -> None:
    turned = Line("door", LINE.end, LINE.start)

    if clear(path):
        assert count(path, turned) == count(path)[::-1]


@given(PATHS, st.floats(0, 2 * math.pi), PLACES)
def test_turning_and_moving_the_whole_scene_changes_nothing(
    path: list[Point], angle: float, by: Point
) -> None:
    cos, sin = math.cos(angle), math.sin(angle)

    def moved(place: Point) -> Point:
        x, y = place[0] - 320, place[1] - 240
        return x * cos - y * sin + by[0], x * sin + y * cos + by[1]

    if clear(path):
        line = Line("door", moved(LINE.start), moved(LINE.end))
        assert count([moved(foot) for foot in path], line) == count(path)


@given(SCENES, st.sampled_from((8, 12, 16)))
@FEW
def test_a_scene_turned_round_is_counted_so(scene: Scene, band_px: float) -> None:
    straight = run(scene, band_px=band_px, follow=False)

    assert run(scene.turned_round(), band_px=band_px, follow=False) == straight[::-1]


@given(SCENES, st.integers(1, 1000))
@FEW
def test_what_names_are_called_changes_nothing(scene: Scene, factor: int) -> None:
    frames = tuple(
        tuple((-name * factor - 7, box) for name, box in frame) for frame in scene.frames
    )
    renamed = replace(scene, frames=frames)

    assert run(renamed, band_px=10, follow=False) == run(scene, band_px=10, follow=False)


@given(STEADY)
@FEW
def test_doubling_the_frame_rate_changes_nothing(scene: Scene) -> None:
    frames = list(scene.frames)
    for index, (now, following) in enumerate(itertools.pairwise(scene.frames)):
        middle = [
            (name, tuple(np.add(box, after).tolist()))
            for (name, box), (_, after) in zip(now, following, strict=False)
        ]
        halved = tuple((name, tuple(part / 2 for part in box)) for name, box in middle)
        frames.insert(2 * index + 1, halved)
    doubled = replace(scene, fps=2 * scene.fps, frames=tuple(frames))

    assert run(doubled, band_px=10, follow=False) == scene.expected


@given(st.integers(0, 300), st.data())
@FEW
def test_five_lost_frames_anywhere_change_nothing(seed: int, data: st.DataObject) -> None:
    scene = make("walks_through", seed)
    assume(scene.step_px <= scene.width_px)
    start = data.draw(st.integers(0, len(scene.frames)))
    frames = [scene.frames[0]] * 7 + list(scene.frames) + [scene.frames[-1]] * 7
    frames[start + 2 : start + 7] = [()] * 5
    lost = replace(scene, frames=tuple(frames))

    assert run(lost, band_px=10, follow=False) == scene.expected
    if scene.fps >= 10:  # where five frames are no longer than half a second, a tracker bears it
        assert run(lost, band_px=10, follow=True) == scene.expected


@given(st.integers(0, 300), st.data())
@FEW
def test_a_name_for_each_block_of_frames_changes_nothing(seed: int, data: st.DataObject) -> None:
    scene = make("walks_through", seed)
    assume(scene.step_px <= scene.width_px)
    cuts = data.draw(st.sets(st.integers(1, len(scene.frames) - 3)))
    names = itertools.accumulate(index in cuts for index in range(len(scene.frames)))
    frames = [((name, frame[0][1]),) for name, frame in zip(names, scene.frames, strict=True)]

    assert run(replace(scene, frames=tuple(frames)), band_px=10, follow=False) == scene.expected


@pytest.mark.parametrize("still_ms", [0, -1000, 3_600_000])
@given(seed=st.integers(0, 100), data=st.data())
@FEW
def test_a_clock_that_stands_still_or_is_set_changes_nothing(
    still_ms: int, seed: int, data: st.DataObject
) -> None:
    scene = make("walks_through", seed)
    start = data.draw(st.integers(1, len(scene.frames)))
    counter = LineCounter(scene.line, band_px=10)
    for index, frame in enumerate(scene.frames):
        t_ms = round(1000 * index / scene.fps) + (still_ms if index >= start else 0)
        if still_ms == 0:
            t_ms = round(1000 * min(index, start) / scene.fps)
        tracks = [
            Track(tracker_id=name, xyxy=box, class_id=0, seen=True, age_frames=3)
            for name, box in frame
        ]
        counter.update(tracks, t_ms)

    assert (counter.in_count, counter.out_count) == scene.expected
