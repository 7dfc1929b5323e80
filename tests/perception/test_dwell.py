import pytest

from edgekit.frames import Track
from edgekit.geometry import Zone
from edgekit.perception.visitor import LOST_STANDING_MS, LOST_WALKING_MS
from edgekit.perception.zone import PolygonZone

SQUARE = Zone("square", ((100, 100), (500, 100), (500, 300), (100, 300)))
STEP_MS = 100
BODY_PX = 90


def at(x: float, tracker_id: int = 1, *, age: int = 9, is_seen: bool = True) -> Track:
    return Track(
        tracker_id=tracker_id,
        xyxy=(x - 20, 200 - BODY_PX, x + 20, 200),
        class_id=0,
        seen=is_seen,
        age_frames=age,
    )


class Film:
    """Shows a zone one frame after the other and keeps what it told."""

    def __init__(self, inertia_ms: int = 300) -> None:
        self.zone = PolygonZone(SQUARE, inertia_ms=inertia_ms)
        self.t_ms = 0
        self.stays: list[int] = []
        self.people: list[int] = []

    def show(self, *tracks: Track, frames: int = 1) -> "Film":
        for _ in range(frames):
            step = self.zone.update(tracks, self.t_ms)
            self.stays += [stay.dwell_ms for stay in step.stays]
            self.people.append(step.people)
            self.t_ms += STEP_MS
        return self

    def born(self, x: float, tracker_id: int) -> "Film":
        """A track's first sightings, before it counts."""
        return self.show(at(x, tracker_id, age=1)).show(at(x, tracker_id, age=2))


def test_a_stay_runs_from_the_first_frame_inside_to_the_first_one_outside() -> None:
    film = Film().show(at(50), frames=4).show(at(200), frames=50).show(at(50), frames=30)
    assert film.stays == [50 * STEP_MS]


def test_a_step_over_the_edge_does_not_make_two_stays() -> None:
    film = Film().show(at(120), frames=20).show(at(90), frames=15).show(at(120), frames=20)
    assert film.stays == []
    film.show(at(50), frames=30)
    assert film.stays == [55 * STEP_MS]


def test_a_foot_that_flickers_on_the_edge_all_the_time_makes_one_stay() -> None:
    film = Film().show(at(120), frames=10)
    for _ in range(40):
        film.show(at(96)).show(at(104))
    film.show(at(50), frames=30)
    assert len(film.stays) == 1
    assert film.stays[0] == pytest.approx(90 * STEP_MS, abs=STEP_MS)


def test_a_coasting_track_stays_and_goes_on() -> None:
    film = Film().show(at(200), frames=20).show(at(900, is_seen=False), frames=9)
    film.show(at(200), frames=20).show(at(50), frames=30)
    assert film.stays == [49 * STEP_MS]
    assert set(film.people[3:49]) == {1}


def test_a_track_that_is_lost_for_good_ends_its_stay_at_its_last_sight() -> None:
    film = Film().show(at(200), frames=20).show(frames=LOST_WALKING_MS // STEP_MS)
    assert film.stays == []
    film.show(frames=2)
    assert film.stays == [19 * STEP_MS]


def test_whoever_stood_is_waited_for_a_minute() -> None:
    film = Film().show(at(200), frames=60).show(frames=LOST_STANDING_MS // STEP_MS)
    assert film.stays == []
    film.show(frames=2)
    assert film.stays == [59 * STEP_MS]


def test_another_id_at_the_same_place_continues_the_stay() -> None:
    film = Film().show(at(200), frames=20).show(frames=10).born(205, 2)
    film.show(at(205, 2), frames=20).show(at(50, 2), frames=30)
    assert film.stays == [52 * STEP_MS]


def test_another_id_while_the_old_one_still_coasts_is_the_same_person() -> None:
    """Nobody is counted twice while a tracker coasts a track that it has just renamed."""
    film = Film().show(at(200), frames=20)
    coasting = at(204, is_seen=False)
    film.show(coasting).show(coasting, at(203, 2, age=1)).show(coasting, at(203, 2, age=2))
    film.show(coasting, at(203, 2), frames=7).show(at(203, 2), frames=20)
    assert set(film.people[3:]) == {1}
    film.show(at(50, 2), frames=30)
    assert film.stays == [50 * STEP_MS]


def test_a_coasting_track_that_is_seen_again_was_another_person_after_all() -> None:
    film = Film().show(at(200), frames=20)
    hidden = at(200, is_seen=False)
    film.show(hidden, at(220, 2, age=1)).show(hidden, at(220, 2, age=2))
    film.show(hidden, at(220, 2), frames=3).show(at(200), at(220, 2), frames=10)
    assert film.people[-1] == 2
    film.show(at(50), at(40, 2), frames=30)
    assert len(film.stays) == 2


def test_a_walker_is_looked_for_where_they_were_going() -> None:
    film = Film()
    for x in range(120, 240, 8):  # 80 px/s
        film.show(at(x))
    film.show(frames=20).born(395, 2)
    for x in range(400, 500, 8):
        film.show(at(x, 2))
    film.show(at(520, 2), frames=30)
    assert len(film.stays) == 1


@pytest.mark.parametrize(
    ("place", "gap_ms"), [(330, 1_000), (205, LOST_WALKING_MS + 500), (480, 3_000)]
)
def test_somebody_elsewhere_or_much_later_is_somebody_else(place: int, gap_ms: int) -> None:
    film = Film().show(at(200), frames=20).show(frames=gap_ms // STEP_MS).born(place, 2)
    film.show(at(place, 2), frames=20).show(at(50, 2), frames=30)
    film.show(frames=LOST_STANDING_MS // STEP_MS)
    assert len(film.stays) == 2
    assert sum(film.stays) < 20 * STEP_MS + 22 * STEP_MS


def test_who_walks_up_to_where_somebody_vanished_does_not_continue_them() -> None:
    """Only who appears out of nothing does: this one was seen coming."""
    film = Film().show(at(200), frames=60).born(60, 2)
    for x in range(60, 200, 10):
        film.show(at(x, 2))
    film.show(at(200, 2), frames=20).show(at(50, 2), frames=30)
    film.show(frames=LOST_STANDING_MS // STEP_MS)
    assert len(film.stays) == 2
    assert min(film.stays) < 35 * STEP_MS


def test_each_of_a_crowd_stays_once() -> None:
    film = Film()
    xs = [120 + 8 * number for number in range(45)]
    film.show(*(at(x, number) for number, x in enumerate(xs)), frames=40)
    assert film.people[-1] == 45
    film.show(*(at(50, number) for number in range(45)), frames=30)
    assert film.stays == [40 * STEP_MS] * 45


def test_loops_in_and_out_are_as_many_stays_as_there_were() -> None:
    film = Film()
    for _ in range(5):
        film.show(at(200), frames=30).show(at(50), frames=40)
    assert film.stays == [30 * STEP_MS] * 5


def test_no_stay_ends_while_somebody_still_counts_as_inside() -> None:
    film = Film(inertia_ms=5_000).show(at(200), frames=80).show(at(50), frames=50)
    assert (film.people[-1], film.stays) == (1, [])
    film.show(at(50), frames=2)
    assert (film.people[-1], film.stays) == (0, [80 * STEP_MS])
