import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.perception.hysteresis import Hysteresis


def counted(places_px: list[float], *, step_ms: float = 100) -> list[int]:
    """What each sighting completes, along a straight way through a long line."""
    side = Hysteresis(10)
    result = []
    for before, (index, place) in zip(
        [places_px[0], *places_px], enumerate(places_px), strict=False
    ):
        passed = (place >= 0) - (before >= 0)
        result.append(side.update(place, passed, index * step_ms))
    return result


@pytest.mark.parametrize(
    ("why", "places_px", "net"),
    [
        ("two sightings beyond", [-30, -20, -5, 15, 25], 1),
        ("one sighting beyond", [-30, -20, -5, 15], 0),
        ("back again", [-30, -20, 15, 25, -15, -25], 0),
        ("within the band", [-30, -20, 9, 9, 9, 9], 0),
        ("beyond, and back to the line in between", [-30, -20, 12, 4, 12], 0),
        ("beyond, and a little back in between", [-30, -20, 12, 8, 12], 1),
        ("from within the band", [-5, 15, 25], 0),
        ("a first box that does not fit", [-80, 12, 12, 13, 13], 0),
        ("a first box that fits", [-40, 30, 100], 1),
        ("a first box no farther off than it trembles", [-12, 6, 11, 12], 1),
        ("a first box, then the line, then on", [-45, 5, 55, 105], 1),
        ("a first box, then standing on the line, then on", [-45, 5, 5, 5, 5, 5, 12, 20], 0),
    ],
)
def test_a_side_changes_with_patience(why: str, places_px: list[float], net: int) -> None:
    assert sum(counted(places_px)) == net, why


@pytest.mark.parametrize(("step_ms", "sightings"), [(500, 2), (100, 2), (40, 3), (16, 5), (10, 7)])
def test_who_stays_beyond_is_believed_after_sixty_milliseconds(
    step_ms: int, sightings: int
) -> None:
    result = counted([-30.0, -30.0, *[30.0] * 10], step_ms=step_ms)
    assert result.index(1) == 1 + sightings


def test_who_goes_on_as_fast_is_believed_at_once() -> None:
    assert counted([-50, -30, -10, 12, 32, 52], step_ms=16).index(1) == 4


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60), st.sampled_from((16, 100, 500)))
def test_in_and_out_take_turns_and_mirror(places_px: list[float], step_ms: int) -> None:
    turns = [way for way in counted(places_px, step_ms=step_ms) if way]
    assert all(one == -other for one, other in itertools.pairwise(turns))
    if 0 not in places_px:
        mirrored = counted([-place for place in places_px], step_ms=step_ms)
        assert [way for way in mirrored if way] == [-way for way in turns]


def test_round_the_end_is_no_passage_and_spoils_none() -> None:
    side = Hysteresis(10)
    for index, place in enumerate((-30, -30, 30, 30)):
        assert side.update(place, 0, index * 100) == 0
    assert [side.update(-30, -1, 400), side.update(-30, 0, 500)] == [0, -1]
