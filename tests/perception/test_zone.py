import pytest

from edgekit.errors import ConfigError
from edgekit.frames import Track
from edgekit.geometry import Ground, Zone
from edgekit.perception.zone import MAX_VISITORS, UNWATCHED_MS, PolygonZone, ZoneStep

SQUARE = Zone("square", ((100, 100), (300, 100), (300, 300), (100, 300)))
BESIDE = Zone("beside", ((300, 100), (500, 100), (500, 300), (300, 300)))
WITHIN = Zone("within", ((150, 150), (250, 150), (250, 250), (150, 250)))


def at(x: float, *, tracker_id: int = 1, is_seen: bool = True, age: int = 9) -> Track:
    return Track(
        tracker_id=tracker_id,
        xyxy=(x - 20, 110, x + 20, 200),
        class_id=0,
        seen=is_seen,
        age_frames=age,
    )


def people(zone: PolygonZone, xs: list[float], *, every_ms: int = 100) -> list[int]:
    return [zone.update([at(x)], index * every_ms).people for index, x in enumerate(xs)]


def test_somebody_is_in_after_the_inertia_and_out_after_it() -> None:
    inside = people(PolygonZone(SQUARE), [50] * 3 + [200] * 8 + [50] * 8)
    assert inside == [0] * 6 + [1] * 8 + [0] * 5


def test_a_foot_on_the_edge_does_not_flip() -> None:
    assert set(people(PolygonZone(SQUARE), [200] * 5 + [296, 304] * 40)[5:]) == {1}
    assert set(people(PolygonZone(SQUARE), [320] * 5 + [296, 304] * 40)) == {0}


def test_a_coasting_track_stays_where_it_was_counted_until_it_is_given_up() -> None:
    zone = PolygonZone(SQUARE)
    for index in range(5):
        zone.update([at(200)], index * 100)
    assert zone.update([at(900, is_seen=False)], 500).people == 1
    assert zone.update([], 600).people == 0


def test_newborn_tracks_do_not_count() -> None:
    zone = PolygonZone(SQUARE, inertia_ms=0)
    assert zone.update([at(200, age=2)], 0).people == 0
    assert zone.update([at(200, age=3)], 100).people == 1


def test_everybody_counts_once() -> None:
    zone = PolygonZone(SQUARE, inertia_ms=0)
    tracks = [at(120 + 20 * number, tracker_id=number) for number in range(8)]
    assert zone.update(tracks, 0).people == 8


def test_what_is_no_person_is_not_in_a_zone() -> None:
    zone = PolygonZone(SQUARE, inertia_ms=0)
    car = Track(tracker_id=1, xyxy=(180, 110, 220, 200), class_id=2, seen=True, age_frames=9)
    assert zone.update([car], 0) == ZoneStep(people=0)


def test_who_steps_from_zone_to_zone_is_always_in_one_of_them() -> None:
    """Both edges have the same inertia: nobody is counted twice, nobody is lost between."""
    zones = PolygonZone(SQUARE), PolygonZone(BESIDE)
    xs = [*range(110, 490, 7), *range(490, 110, -5)]
    seen = [
        tuple(zone.update([at(x)], index * 100).people for zone in zones)
        for index, x in enumerate(xs)
    ]
    assert set(seen[3:]) == {(1, 0), (0, 1)}


def test_a_zone_in_a_zone_counts_what_stands_in_both() -> None:
    outer, inner = PolygonZone(SQUARE), PolygonZone(WITHIN)
    for index in range(5):
        tracks = [at(200, tracker_id=1), at(120, tracker_id=2), at(240, tracker_id=3)]
        steps = [zone.update(tracks, index * 100) for zone in (outer, inner)]
    assert [step.people for step in steps] == [3, 2]


def test_each_visit_touches_a_cell_once() -> None:
    zone = PolygonZone(SQUARE)
    told = []
    for index, x in enumerate([*range(105, 295, 5), *range(295, 105, -5)]):
        told += zone.update([at(x)], index * 100).visited
    assert told == [4, 5, 6, 7]  # the second row: feet in row 200 of 100 to 300


def test_whoever_comes_back_later_visits_again() -> None:
    zone = PolygonZone(SQUARE)
    xs = [120] * 8 + [50] * 40 + [120] * 8
    told = [
        cell for index, x in enumerate(xs) for cell in zone.update([at(x)], index * 100).visited
    ]
    assert told == [4, 4]


def test_cells_seen_in_a_flicker_over_the_edge_are_no_visit() -> None:
    zone = PolygonZone(SQUARE)
    xs = [290, 320, 320, 320] * 10
    told = [zone.update([at(x)], index * 100).visited for index, x in enumerate(xs)]
    assert not any(told)


@pytest.mark.parametrize("back_ms", [0, 1, 60_000])
def test_a_clock_that_stands_still_or_runs_backwards_breaks_nothing(back_ms: int) -> None:
    zone = PolygonZone(SQUARE)
    for index in range(10):
        zone.update([at(200)], 100_000 + index * 100)
    for _ in range(10):
        assert zone.update([at(200)], 100_900 - back_ms).people == 1
    stays = []
    for index in range(30):
        stays += zone.update([at(50)], 100_900 - back_ms + index * 100).stays
    assert [stay.dwell_ms for stay in stays] == [900]


def test_nobody_is_followed_over_time_that_nobody_watched() -> None:
    zone = PolygonZone(SQUARE)
    for index in range(11):
        zone.update([at(200)], index * 100)
    step = zone.update([at(200)], 1_000 + UNWATCHED_MS + 1)
    assert [stay.dwell_ms for stay in step.stays] == [1_000]
    assert step.people == 0


def test_memory_is_bounded_by_whoever_is_there() -> None:
    zone = PolygonZone(SQUARE)
    stays = 0
    for number in range(3 * MAX_VISITORS):
        for part in range(3):
            tracks = [at(120 + number % 160, tracker_id=number)]
            stays += len(zone.update(tracks, number * 400 + part * 200).stays)
        assert len(zone._visitors) <= 60_000 / 400 + 1
    crowd = [at(120 + k % 160, tracker_id=10**6 + k) for k in range(2 * MAX_VISITORS)]
    for index in range(5):
        assert zone.update(crowd, 10**6 + index * 200).people <= MAX_VISITORS
        assert len(zone._visitors) <= MAX_VISITORS


def test_a_zone_over_the_horizon_is_refused_by_its_name() -> None:
    ground = Ground(
        ((160, 440), (480, 440), (425, 215), (215, 215)),
        ((0, 0), (400, 0), (500, 900), (-100, 900)),
    )
    zone = PolygonZone(SQUARE, ground=ground)
    assert zone.area_m2 == pytest.approx(ground.area_m2(SQUARE.polygon))
    assert PolygonZone(SQUARE).area_m2 is None
    with pytest.raises(ConfigError, match="zone 'sky': point"):
        PolygonZone(Zone("sky", ((0, 10), (90, 10), (90, 90))), ground=ground)


def test_negative_inertia_is_refused() -> None:
    with pytest.raises(ConfigError, match="inertia"):
        PolygonZone(SQUARE, inertia_ms=-1)
