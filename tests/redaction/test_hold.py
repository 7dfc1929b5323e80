"""Held faces: once seen, covered while they can still be there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.redaction.box import Box
from edgekit.redaction.hold import Held, HoldRules, Sighting, regions, step

SIZE = (640, 480)
RULES = HoldRules()


def box_at(x: float, y: float = 100, side: float = 40) -> Box:
    return (x, y, x + side, y + side)


def sure(*found: Box) -> list[Sighting]:
    return [(box, True) for box in found]


def inside(inner: Box, outer: Box) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[2] >= inner[2]
        and outer[3] >= inner[3]
    )


def test_a_face_lost_for_some_frames_stays_covered_on_its_way() -> None:
    held: tuple[Held, ...] = ()
    for i in range(10):
        held = step(held, sure(box_at(100 + 8 * i)), 100 * i, RULES)
    for i in range(10, 20):
        held = step(held, [], 100 * i, RULES)
        covered = regions(held, SIZE, 100 * i, RULES)
        assert any(inside(box_at(100 + 8 * i), box) for box in covered)
        assert any(inside(box_at(172), box) for box in covered)  # it may as well have stopped


def test_an_unseen_face_grows_and_then_has_left() -> None:
    held = step((), sure(box_at(300)), 0, RULES)
    sizes = []
    for t_ms in range(0, RULES.hold_ms + 1, 500):
        held = step(held, [], t_ms, RULES)
        ((x1, _, x2, _),) = regions(held, SIZE, t_ms, RULES)
        sizes.append(x2 - x1)
    assert sizes == sorted(sizes)
    assert sizes[-1] == 40 + 2 * 40 * 0.5 * 3
    assert step(held, [], RULES.hold_ms + 1, RULES) == ()


def test_what_was_never_rather_a_face_is_held_for_a_moment_only() -> None:
    held = step((), [(box_at(100), False)], 0, RULES)
    assert len(step(held, [], RULES.doubt_ms, RULES)) == 1
    assert step(held, [], RULES.doubt_ms + 1, RULES) == ()
    # Once it was seen well it stays a face, however doubtful it looks later.
    held = step(held, sure(box_at(100)), 100, RULES)
    held = step(held, [(box_at(100), False)], 200, RULES)
    assert len(step(held, [], 200 + RULES.hold_ms, RULES)) == 1


def test_a_face_that_walked_out_of_the_picture_is_not_drawn() -> None:
    assert regions((Held(xyxy=box_at(700), seen_ms=0),), SIZE, 0, RULES) == ()
    assert len(regions((Held(xyxy=box_at(639.5), seen_ms=0),), SIZE, 0, RULES)) == 1


def test_two_faces_do_not_swap_and_a_seen_one_is_one() -> None:
    held = step((), sure(box_at(100), box_at(300)), 0, RULES)
    held = step(held, sure(box_at(304), box_at(104)), 100, RULES)
    assert len(held) == 2
    assert {tuple(round(v, 6) for v in face.velocity) for face in held} == {(0.04, 0.0)}


def test_two_looks_at_one_time_are_one_face() -> None:
    held = step((), sure(box_at(100)), 50, RULES)
    assert step(held, sure(box_at(104)), 50, RULES)[0].velocity == (0, 0)
    assert len(step(held, sure(box_at(104)), 20, RULES)) == 1


@pytest.mark.parametrize(
    "options", [{"hold_ms": 0}, {"doubt_ms": 0}, {"growth_per_s": -1}, {"near": 0}, {"memory": 1}]
)
def test_rules_that_hold_nothing_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        HoldRules(**options)


side = st.floats(4, 200)
boxes = st.lists(st.builds(box_at, st.floats(-50, 600), st.floats(-50, 440), side), max_size=4)


@given(script=st.lists(st.tuples(boxes, st.integers(0, 1500)), max_size=12))
def test_what_was_seen_is_covered_for_the_whole_hold(
    script: list[tuple[list[Box], int]],
) -> None:
    """Every box of a frame is covered in it; every face lost after it stays so where it was."""
    held: tuple[Held, ...] = ()
    t_ms = 0
    for found, passed_ms in script:
        t_ms += passed_ms
        before = held
        held = step(held, sure(*found), t_ms, RULES)
        drawn = [face.at(t_ms, RULES.growth_per_s) for face in held]
        assert all(any(inside(box, area) for area in drawn) for box in found)
        assert all(t_ms - face.seen_ms <= RULES.hold_ms for face in held)
        assert len(held) <= len(before) + len(found)
        lost = [face for face in before if face in held]
        assert all(inside(f.xyxy, f.at(t_ms, RULES.growth_per_s)) for f in lost)
        if not found:
            assert len(lost) == sum(t_ms - f.seen_ms <= RULES.hold_ms for f in before)


def test_a_face_that_stands_in_a_place_that_goes_by_is_held_where_the_place_went() -> None:
    held = step((), sure(box_at(300)), 0, RULES)
    held = step(held, [], 400, RULES)
    (area,) = regions(held, SIZE, 400, RULES, (-100.0, 20.0))
    assert inside(box_at(200, 120), area)
    assert not inside(box_at(300), area)
    assert regions(held, SIZE, 400, RULES, (-500.0, 0.0)) == ()


@pytest.mark.parametrize(
    ("confidence", "seen_ms", "held_ms"),
    [(0.9, 0, 3000), (0.6, 0, 400), (0.6, 400, 1000), (0.6, 4000, 3000), (0.3, 4000, 400)],
)
def test_what_is_less_certain_is_covered_for_longer_the_longer_it_was_seen(
    confidence: float, seen_ms: int, held_ms: int
) -> None:
    held: tuple[Held, ...] = ()
    for t_ms in range(0, seen_ms + 1, 100):
        held = step(held, [(box_at(100), confidence)], t_ms, RULES)
    for later_ms in range(50, 3200, 50):
        held = step(held, [], seen_ms + later_ms, RULES)
        assert bool(regions(held, SIZE, seen_ms + later_ms, RULES)) == (later_ms <= held_ms)


def test_a_cover_does_not_shrink_or_jump_with_a_doubtful_box() -> None:
    held: tuple[Held, ...] = ()
    for i in range(6):
        held = step(held, [(box_at(100), 0.3)], 40 * i, RULES)
    held = step(held, [(box_at(112, 112, 24), 0.3)], 240, RULES)
    (area,) = regions(held, SIZE, 240, RULES)
    assert inside(box_at(102, 102, 36), area)
    # Doubted for long, it has more room than at its first sight.
    assert inside((98, 98, 142, 142), area)


def test_a_surely_seen_face_takes_in_what_was_lost_there_and_a_doubtful_one_does_not() -> None:
    lost = step((), [(box_at(100), 0.9)], 0, RULES)
    lost = (*lost, *step((), [(box_at(108), 0.7)], 0, RULES))
    again = step(lost, [(box_at(102), 0.8)], 40, RULES)
    assert len(again) == 1
    assert again[0].confidence == 0.9
    doubts = tuple(replace(face, confidence=0.3) for face in lost)
    assert len(step(doubts, [(box_at(102), 0.3)], 40, RULES)) == 2


def test_a_second_box_on_a_face_does_not_take_the_cover_of_the_one_beside_it() -> None:
    held = step((), sure(box_at(100), box_at(130)), 0, RULES)
    held = step(held, [(box_at(100), 0.4), (box_at(104), 0.3)], 40, RULES)
    assert any(inside(box_at(130), box) for box in regions(held, SIZE, 40, RULES))
