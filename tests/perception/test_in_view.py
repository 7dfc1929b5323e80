import pytest

from edgekit.frames import PERSON, Track
from edgekit.perception.in_view import InView, InViewCounter

WIDTH = 480


def person(x: float = 200.0, *, seen: bool = True, tracker_id: int = 7) -> Track:
    return Track(
        tracker_id=tracker_id,
        xyxy=(x, 50.0, x + 20, 100.0),
        class_id=PERSON,
        seen=seen,
        age_frames=3,
    )


def test_who_is_followed_for_half_a_second_is_in_view() -> None:
    counter = InViewCounter(WIDTH)

    people = [counter.update((person(),), t_ms) for t_ms in (0, 250, 499, 500)]

    assert people == [0, 0, 0, 1]


def test_who_is_hidden_for_a_moment_is_still_there() -> None:
    counter = InViewCounter(WIDTH)
    for t_ms in (0, 500):
        counter.update((person(),), t_ms)

    people = [counter.update((person(seen=False),), t_ms) for t_ms in (1000, 1300, 1301)]

    assert people == [1, 1, 0]


@pytest.mark.parametrize(
    ("x", "seen", "there"),
    [(1.9, True, 0), (2.0, True, 1), (458.2, True, 0), (9.0, False, 0), (10.0, False, 1)],
)
def test_who_is_cut_by_the_edge_or_left_over_it_is_not(x: float, seen: bool, there: int) -> None:
    counter = InViewCounter(WIDTH)
    for t_ms in (0, 500):
        counter.update((person(),), t_ms)

    assert counter.update((person(x, seen=seen),), 600) == there


def test_who_was_forgotten_begins_anew() -> None:
    counter = InViewCounter(WIDTH, InView(followed_ms=100))
    for t_ms in (0, 100):
        counter.update((person(),), t_ms)
    counter.update((), 200)

    assert [counter.update((person(),), t_ms) for t_ms in (300, 400)] == [0, 1]
