import pytest

from edgekit.errors import ConfigError
from edgekit.frames import Track
from edgekit.geometry import Zone
from edgekit.perception.zone import PolygonZone

SQUARE = Zone("square", ((100, 100), (300, 100), (300, 300), (100, 300)))


def at(x: float, *, tracker_id: int = 1, is_seen: bool = True, age: int = 9) -> Track:
    return Track(
        tracker_id=tracker_id,
        xyxy=(x - 20, 110, x + 20, 200),
        class_id=0,
        seen=is_seen,
        age_frames=age,
    )


def test_somebody_is_in_after_the_inertia_and_out_after_it() -> None:
    zone = PolygonZone(SQUARE)
    xs = [50] * 3 + [200] * 8 + [50] * 8
    inside = [zone.update([at(x)], index * 100) for index, x in enumerate(xs)]
    assert inside == [0] * 6 + [1] * 8 + [0] * 5


def test_a_foot_on_the_edge_does_not_flip() -> None:
    zone = PolygonZone(SQUARE)
    for index in range(5):
        zone.update([at(200)], index * 100)
    xs = [296, 304] * 20
    assert {zone.update([at(x)], 500 + index * 100) for index, x in enumerate(xs)} == {1}


def test_a_coasting_track_stays_where_it_was_counted_until_it_is_given_up() -> None:
    zone = PolygonZone(SQUARE)
    for index in range(5):
        zone.update([at(200)], index * 100)
    assert zone.update([at(900, is_seen=False)], 500) == 1
    assert zone.update([], 600) == 0


def test_newborn_tracks_do_not_count() -> None:
    zone = PolygonZone(SQUARE, inertia_ms=0)
    assert zone.update([at(200, age=2)], 0) == 0
    assert zone.update([at(200, age=3)], 100) == 1


def test_everybody_counts_once() -> None:
    zone = PolygonZone(SQUARE, inertia_ms=0)
    tracks = [at(120 + 20 * number, tracker_id=number) for number in range(8)]
    assert zone.update(tracks, 0) == 8


def test_negative_inertia_is_refused() -> None:
    with pytest.raises(ConfigError, match="inertia"):
        PolygonZone(SQUARE, inertia_ms=-1)
