import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.frames import Track
from edgekit.geometry import Line, Point
from edgekit.perception.line import Crossing, LineCounter, band_for
from edgekit.perception.naming import MAX_WALKS

ACROSS = Line("door", (100, 240), (540, 240))  # looking right: left is above, so down is in


def seen(foot: Point, *, tracker_id: int = 1, is_seen: bool = True, class_id: int = 0) -> Track:
    x, y = foot
    return Track(
        tracker_id=tracker_id,
        xyxy=(x - 20, y - 90, x + 20, y),
        class_id=class_id,
        seen=is_seen,
        age_frames=5,
    )


def walk(counter: LineCounter, feet: Iterable[Point | None], *, step_ms: int = 100) -> LineCounter:
    for index, foot in enumerate(feet):
        counter.update([] if foot is None else [seen(foot)], index * step_ms)
    return counter


def down(start: int, stop: int, step: int = 6, x: int = 300) -> list[Point]:
    return [(x, y) for y in range(start, stop, step)]


def counted(counter: LineCounter) -> tuple[int, int]:
    return counter.in_count, counter.out_count


def test_walking_down_through_a_line_drawn_to_the_right_is_in() -> None:
    assert counted(walk(LineCounter(ACROSS), down(150, 330))) == (1, 0)


def test_walking_up_through_it_is_out() -> None:
    assert counted(walk(LineCounter(ACROSS), down(150, 330)[::-1])) == (0, 1)


def test_turning_the_line_round_swaps_in_and_out() -> None:
    counter = LineCounter(Line("door", ACROSS.end, ACROSS.start))
    assert counted(walk(counter, down(150, 330))) == (0, 1)


def test_the_crossing_is_returned_with_its_time() -> None:
    counter = LineCounter(ACROSS)
    crossings = [
        crossing
        for index, foot in enumerate(down(150, 330))
        for crossing in counter.update([seen(foot)], index * 100)
    ]
    assert [crossing.direction for crossing in crossings] == ["in"]
    assert crossings[0].t_ms > 1500


@pytest.mark.parametrize(
    ("why", "feet"),
    [
        ("one frame beyond", [*[(300, 205)] * 6, (300, 290), *[(300, 205)] * 6]),
        ("jitter on the line", [(300, 200), *[(300, 236), (300, 245)] * 30, (300, 200)]),
        ("u-turn in the band", [*down(150, 248, 3), *down(150, 248, 3)[::-1]]),
        ("beside the line for long", [(x, 215) for x in range(120, 520)]),
        (
            "round the end",
            [
                *[(300 + 10 * i, 200) for i in range(30)],
                *down(200, 300, 10, 600),
                *[(600 - 10 * i, 300) for i in range(30)],
            ],
        ),
        ("first seen on the line", [(300, 238), *down(244, 330)]),
        ("never seen twice beyond", [*down(150, 240, 30), (300, 300)]),
    ],
)
def test_what_is_no_passage_counts_nothing(why: str, feet: list[Point]) -> None:
    assert counted(walk(LineCounter(ACROSS), feet)) == (0, 0), why


@pytest.mark.parametrize(
    ("why", "feet"),
    [
        ("fast", down(60, 460, 90)),
        ("unseen while crossing", [*down(150, 225), *[None] * 5, *down(262, 330)]),
        ("jitter, then on", [*down(150, 240), *[(300, 236), (300, 245)] * 20, *down(246, 330)]),
        ("close to the end of the segment", down(150, 330, 6, 104)),
        ("once more after standing beyond", [*down(150, 262), *[(300, 262)] * 50]),
    ],
)
def test_one_passage_counts_once(why: str, feet: list[Point | None]) -> None:
    assert counted(walk(LineCounter(ACROSS), feet)) == (1, 0), why


def test_coming_back_counts_each_way_once() -> None:
    there = down(150, 330)
    assert counted(walk(LineCounter(ACROSS), [*there, *there[::-1]])) == (1, 1)


def test_going_round_the_end_does_not_spoil_the_next_passage() -> None:
    detour = [(590 + 10 * i, 200) for i in range(3)]
    back = [(590 - 10 * i, 300) for i in range(30)]
    feet = [*detour, *down(200, 300, 10, 610), *back, *down(200, 306, 6)[::-1]]
    assert counted(walk(LineCounter(ACROSS), feet)) == (0, 1)


def test_a_track_renamed_on_the_line_counts_once() -> None:
    counter = LineCounter(ACROSS)
    for index, foot in enumerate(down(150, 330)):
        counter.update([seen(foot, tracker_id=1 if foot[1] < 240 else 2)], index * 100)
    assert counted(counter) == (1, 0)


def test_a_flicker_with_an_id_of_its_own_takes_nothing_from_the_real_track() -> None:
    counter = LineCounter(ACROSS)
    for index, foot in enumerate(down(150, 330)):
        tracks = [seen(foot)]
        if index == 14:
            tracks = [seen((300, 300), tracker_id=9)]
        counter.update(tracks, index * 100)
    assert counted(counter) == (1, 0)


def test_a_newcomer_far_from_who_was_lost_continues_nobody() -> None:
    counter = LineCounter(ACROSS)
    walk(counter, down(150, 235))
    for index in range(5):
        counter.update([seen((500, 300), tracker_id=2)], 1600 + index * 100)
    assert counted(counter) == (0, 0)


@pytest.mark.parametrize("kind", [1, 2, 3, 5, 7])
def test_each_class_counts_by_itself(kind: int) -> None:
    counter = LineCounter(ACROSS)
    for index, foot in enumerate(down(150, 330)):
        there = seen((620 - foot[0], 480 - foot[1]), tracker_id=2, class_id=kind)
        counter.update([seen(foot), there], index * 100)
    assert counted(counter) == (1, 0)
    assert dict(counter.counts) == {0: (1, 0), kind: (0, 1)}


def test_a_class_that_flips_on_the_line_counts_as_what_it_mostly_was() -> None:
    counter = LineCounter(ACROSS)
    crossings: list[Crossing] = []
    for index, foot in enumerate(down(150, 330)):
        on_it = abs(foot[1] - 240) < 30
        crossings += counter.update([seen(foot, class_id=1 if on_it else 2)], index * 100)
    assert [crossing.class_id for crossing in crossings] == [2]
    assert counted(counter) == (0, 0)


def test_a_class_that_flips_every_frame_counts_once() -> None:
    counter = LineCounter(ACROSS)
    for index, foot in enumerate(down(150, 330)):
        counter.update([seen(foot, class_id=index % 2)], index * 100)
    assert sum(came for came, _ in counter.counts.values()) == 1


def test_counts_can_be_read_only() -> None:
    counts = LineCounter(ACROSS).counts
    with pytest.raises(TypeError):
        counts[0] = (9, 9)  # type: ignore[index] -- that is the point


def test_a_guess_of_the_tracker_is_no_evidence() -> None:
    counter = LineCounter(ACROSS)
    walk(counter, down(150, 230))
    for index, foot in enumerate(down(230, 330)):
        counter.update([seen(foot, is_seen=False)], 1400 + index * 100)
    assert counted(counter) == (0, 0)


def test_two_people_at_once_count_each() -> None:
    counter = LineCounter(ACROSS)
    there, back = down(150, 330), down(150, 330, 6, 310)[::-1]
    for index, (one, other) in enumerate(zip(there, back, strict=True)):
        counter.update([seen(one), seen(other, tracker_id=2)], index * 100)
    assert counted(counter) == (1, 1)


def test_high_frame_rates_need_more_than_two_sightings() -> None:
    counter = LineCounter(ACROSS)
    feet = [*[(300, 205)] * 6, (300, 290), (300, 290), *[(300, 205)] * 6]
    assert counted(walk(counter, feet, step_ms=16)) == (0, 0)


def test_a_clock_that_is_set_back_loses_no_passage() -> None:
    counter = LineCounter(ACROSS)
    for index, foot in enumerate(down(150, 330)):
        counter.update([seen(foot)], index * 100 - (3_600_000 if index > 17 else 0))
    assert counted(counter) == (1, 0)


def test_memory_is_bounded() -> None:
    counter = LineCounter(ACROSS)
    for index in range(20_000):
        counter.update([seen((300, 100), tracker_id=index // 3)], index * 10)
    assert len(counter._stitching) <= 9 * MAX_WALKS
    counter.update([], 10**7)
    assert len(counter._stitching) == 0


def test_memory_is_bounded_where_nobody_is_seen_twice() -> None:
    counter = LineCounter(ACROSS)
    for index in range(200):
        crowd = [seen((x, 100), tracker_id=1000 * index + x) for x in range(100)]
        counter.update(crowd, index)
    assert len(counter._stitching) <= 2 * MAX_WALKS


def test_a_pause_of_minutes_forgets_everybody() -> None:
    counter = walk(LineCounter(ACROSS), down(150, 236))
    for index, foot in enumerate(down(236, 330)):
        counter.update([seen(foot, tracker_id=7)], 600_000 + index * 100)
    assert counted(counter) == (0, 0)


def test_the_band_fits_the_picture_and_the_room_beside_the_line() -> None:
    assert band_for(ACROSS, (640, 480)) == 10
    assert band_for(ACROSS, (3840, 2160)) == 32
    assert band_for(Line("low", (20, 120), (300, 120)), (320, 240)) == 8
    assert band_for(Line("edge", (0, 14), (640, 14)), (640, 480)) == 7


@pytest.mark.parametrize("band", [0.0, 1.0, 65.0, float("nan")])
def test_a_senseless_band_is_refused(band: float) -> None:
    with pytest.raises(ConfigError, match="band"):
        LineCounter(ACROSS, band_px=band)


@given(st.lists(st.floats(0, 480), min_size=1, max_size=60))
def test_in_and_out_never_differ_by_more_than_one_for_one_track(rows: list[float]) -> None:
    counter = LineCounter(ACROSS)
    for foot, t_ms in zip(rows, itertools.count(0, 100), strict=False):
        counter.update([seen((300, foot))], t_ms)
        assert counter.in_count - counter.out_count in (-1, 0, 1)


@given(st.lists(st.floats(0, 480), max_size=40), st.booleans(), st.booleans())
def test_net_count_is_the_net_change_of_side(rows: list[float], above: bool, below: bool) -> None:
    start, end = (100.0 if above else 400.0), (400.0 if below else 100.0)
    feet = [(300.0, row) for row in (start, start, *rows, end, end, end)]
    counter = walk(LineCounter(ACROSS), feet)
    assert counter.in_count - counter.out_count == (end > 240) - (start > 240)
