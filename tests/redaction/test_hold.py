"""Held faces: once seen, covered while they can still be there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.redaction.hold import Box, Held, HoldRules, Sighting, regions, step

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
