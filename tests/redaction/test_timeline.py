"""A film's timeline: covered before the first sight, after the last, and between two looks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.redaction import hold
from edgekit.redaction.box import Box
from edgekit.redaction.hold import HoldRules
from edgekit.redaction.timeline import END_MS, Timeline

SIZE = (640, 480)
RULES = HoldRules()


def box_at(x: float, y: float = 100, side: float = 40) -> Box:
    return (x, y, x + side, y + side)


def covered(box: Box, regions: tuple[Box, ...] | None) -> bool:
    return regions is None or any(
        a <= box[0] and b <= box[1] and c >= box[2] and d >= box[3] for a, b, c, d in regions
    )


def test_a_face_is_covered_before_its_first_sight_and_after_its_last() -> None:
    """It walks for six seconds and is seen from 1.5 s to 2 s and from 4 s to 5 s only."""
    seen = {*range(1500, 2001, 100), *range(4000, 5001, 100)}
    looks = [(t, [(box_at(60 + t / 20), True)] if t in seen else []) for t in range(0, 6001, 100)]
    film = Timeline(looks, SIZE)
    for t in range(1500 - END_MS, 5000 + END_MS, 20):
        assert covered(box_at(60 + t / 20), film.regions(t)), t
    assert film.regions(0) == film.regions(300) == ()
    assert film.regions(6001) is None
    assert film.regions(-1) is None


def test_a_frame_between_two_looks_is_covered_from_both() -> None:
    film = Timeline([(0, []), (160, [(box_at(300), True)]), (320, [])], SIZE)
    for t in range(0, 321, 20):
        assert covered(box_at(300), film.regions(t))


def test_who_moves_by_more_than_a_face_between_two_looks_is_covered_on_the_way() -> None:
    looks = [(i * 160, [(box_at(100 + 36 * i), True)]) for i in range(6)]
    looks[3] = (480, [])
    film = Timeline(looks, SIZE)
    for t in range(0, 801, 20):
        assert covered(box_at(100 + 36 * t / 160), film.regions(t)), t


def test_what_is_rather_no_face_is_covered_as_far_as_half_the_way_to_the_next_look() -> None:
    film = Timeline([(0, []), (100, [(box_at(300), False)]), (200, [])], SIZE)
    assert [t for t in range(0, 201, 10) if film.regions(t)] == list(range(50, 151, 10))


def test_what_depends_on_a_failed_look_is_covered_whole_and_the_rest_is_not() -> None:
    film = Timeline([(0, []), (100, []), (200, None), (300, []), (400, [])], SIZE)
    whole = [t for t in range(0, 401, 20) if film.regions(t) is None]
    assert whole == list(range(120, 300, 20))


def test_more_faces_than_can_be_followed_cover_whole() -> None:
    many = [(box_at(i, side=2), True) for i in range(hold.MAX_FACES + 1)]
    film = Timeline([(0, []), (4000, many), (8000, [])], SIZE)
    assert film.regions(4000) is None
    assert film.regions(0) == ()


@pytest.mark.parametrize("looks", [[], [(5, []), (4, [])]])
def test_looks_out_of_order_or_none_are_refused(looks: list[hold.Sighting]) -> None:
    with pytest.raises(ConfigError):
        Timeline(looks, SIZE)


faces = st.lists(
    st.builds(box_at, st.floats(0, 600), st.floats(0, 440), st.floats(4, 90)), max_size=3
)


@given(script=st.lists(faces, min_size=1, max_size=8), step_ms=st.integers(1, 900))
def test_every_sight_is_covered_in_its_frame(script: list[list[Box]], step_ms: int) -> None:
    looks = [(i * step_ms, [(box, True) for box in found]) for i, found in enumerate(script)]
    film = Timeline(looks, SIZE)
    for t_ms, found in looks:
        assert all(covered(box, film.regions(t_ms)) for box, _ in found)


def test_a_face_in_a_place_that_goes_by_is_covered_between_looks_and_after() -> None:
    """The camera turns by 300 pixels a second; the face stands, and is seen in two looks."""
    looks = [
        (t, [(box_at(400 - 0.3 * t), 0.9)] if t in (160, 320) else []) for t in range(0, 801, 160)
    ]
    film = Timeline(looks, SIZE, pans=[(-0.3 * t, 0.0) for t, _ in looks])
    for t in range(0, 801, 20):
        assert covered(box_at(400 - 0.3 * t), film.regions(t)), t
    widest = max(box[2] - box[0] for box in film.regions(800) or ())
    assert widest < 40 * 2
