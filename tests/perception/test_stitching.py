import pytest

from edgekit.frames import Track
from edgekit.geometry import Point
from edgekit.perception.hysteresis import Hysteresis
from edgekit.perception.naming import FORGET_MS, MAX_NAMES, MAX_WALKS
from edgekit.perception.stitching import MAX_SINGLES, Piece, Stitching
from edgekit.perception.walk import Sighting, Walk


class Roll:
    """Feeds a stitching and tells which walk each name ended with."""

    def __init__(self) -> None:
        self.stitching = Stitching(self._begin)
        self.t_ms = 0.0

    @staticmethod
    def _begin(piece: Piece) -> Walk:
        walk = Walk(piece[0], Hysteresis(10))
        for sighting in piece[1:]:
            walk.move(sighting)
        return walk

    def frame(self, *, step_ms: float = 100, **feet: Point) -> dict[str, Walk]:
        self.t_ms += step_ms
        seen = {name: seen_at(foot, self.t_ms) for name, foot in feet.items()}
        found = {}
        for walk, piece in self.stitching.match(seen, self.t_ms).items():
            for sighting in piece:
                walk.move(sighting)
            name = next(name for name in feet if seen[name] is piece[-1])
            found[name] = walk
        return found


def seen_at(foot: Point, t_ms: float, *, body_px: float = 90) -> Sighting:
    return Sighting(foot, body_px, 0, t_ms)


def walked(roll: Roll, count: int, **ways: tuple[Point, Point]) -> dict[str, Walk]:
    """Let each name start somewhere and go on by a step a frame."""
    found = {}
    for index in range(count):
        feet = {
            name: (start[0] + index * step[0], start[1] + index * step[1])
            for name, (start, step) in ways.items()
        }
        found = roll.frame(**feet)
    return found


def test_a_name_is_a_walk_from_its_second_sighting_on() -> None:
    roll = Roll()
    assert roll.frame(a=(0, 0)) == {}
    first = roll.frame(a=(6, 0))["a"]
    assert roll.frame(a=(12, 0)) == {"a": first}
    assert first.last.foot == (12, 0)


def test_a_new_name_goes_on_with_the_walk_that_was_lost_there() -> None:
    roll = Roll()
    old = walked(roll, 8, a=((0, 0), (6, 0)))["a"]
    assert roll.frame(b=(49, 1)) == {}
    assert roll.frame(b=(55, 0)) == {"b": old}
    assert roll.frame(a=(60, 0)) == {"a": old}


@pytest.mark.parametrize(
    ("why", "foot", "body_px"),
    [("too far", (150, 0), 90), ("behind", (-40, 0), 90), ("another size", (49, 0), 190)],
)
def test_a_new_name_elsewhere_is_somebody_else(why: str, foot: Point, body_px: float) -> None:
    roll = Roll()
    old = walked(roll, 8, a=((0, 0), (6, 0)))["a"]
    for index in range(3):
        roll.t_ms += 100
        seen = {"b": seen_at((foot[0] + 6 * index, foot[1]), roll.t_ms, body_px=body_px)}
        walks = roll.stitching.match(seen, roll.t_ms)
    assert list(walks) != [old], why


def test_who_was_only_hidden_gets_his_walk_back_and_so_does_the_other() -> None:
    roll = Roll()
    old = walked(roll, 8, a=((0, 0), (6, 0)))["a"]
    roll.frame(b=(49, 4))
    assert roll.frame(b=(55, 4)) == {"b": old}
    both = roll.frame(a=(60, 0), b=(61, 4))
    assert both["a"] is old
    assert both["b"] is not old
    assert roll.frame(a=(66, 0), b=(67, 4)) == both


def test_two_names_of_one_body_at_once_become_one_when_the_old_one_ends() -> None:
    roll = Roll()
    old = walked(roll, 8, a=((0, 0), (6, 0)))["a"]
    for x in (48, 54, 60):
        roll.frame(a=(x, 0), b=(x + 2, 1))
    assert roll.frame(b=(68, 1))["b"] is not old
    assert roll.frame(b=(74, 1)) == {"b": old}


def test_twins_that_part_stay_two() -> None:
    roll = Roll()
    old = walked(roll, 8, a=((0, 0), (6, 0)))["a"]
    for index in range(9):
        both = roll.frame(a=(48 + 6 * index, 0), b=(50, 2 + 9 * index))
    assert both["a"] is old
    roll.frame(b=(50, 90))
    assert roll.frame(b=(50, 99))["b"] is not old


def test_a_twin_that_blinks_is_not_lost() -> None:
    roll = Roll()
    old = walked(roll, 8, a=((0, 0), (6, 0)))["a"]
    for index in range(6):
        x = 48 + 6 * index
        names = {"b": (x + 8.0, 1.0)} | ({} if index % 2 else {"a": (float(x), 0.0)})
        roll.frame(**names)
    both = roll.frame(a=(84, 0), b=(92, 1))
    assert both["a"] is old
    assert both["b"] is not old


def test_names_that_two_have_exchanged_are_put_back() -> None:
    roll = Roll()
    before = walked(roll, 10, a=((0, 0), (6, 0)), b=((120, 10), (-6, 0)))
    after = roll.frame(a=(60, 10), b=(60, 0))
    assert after == {"a": before["b"], "b": before["a"]}
    assert roll.frame(a=(54, 10), b=(66, 0)) == after


def test_who_turns_round_alone_keeps_his_walk() -> None:
    roll = Roll()
    old = walked(roll, 10, a=((0, 0), (20, 0)))["a"]
    assert roll.frame(a=(160, 0)) == {"a": old}


def test_a_name_that_jumps_to_one_who_is_hidden_leaves_its_walk_to_a_new_name() -> None:
    roll = Roll()
    before = walked(roll, 10, a=((0, 0), (6, 0)), b=((120, 30), (-6, 0)))
    assert roll.frame(a=(60, 30)) == {"a": before["b"]}
    roll.frame(a=(54, 30), c=(66, 0))
    assert roll.frame(a=(48, 30), c=(72, 0)) == {"a": before["b"], "c": before["a"]}


def test_names_that_come_back_exchanged_one_after_the_other_are_put_back() -> None:
    roll = Roll()
    before = walked(roll, 10, a=((0, 0), (6, 0)), b=((120, 30), (-6, 0)))
    assert roll.frame(a=(60, 30)) == {"a": before["b"]}
    assert roll.frame(a=(54, 30), b=(66, 0)) == {"a": before["b"]}
    assert roll.frame(a=(48, 30), b=(72, 0)) == {"a": before["b"], "b": before["a"]}


def test_a_sighting_between_goes_with_the_walk_though_its_name_was_seen_once() -> None:
    roll = Roll()
    old = walked(roll, 8, a=((0, 0), (6, 0)))["a"]
    roll.frame(b=(48, 0))
    assert roll.frame(c=(54, 0)) == {"c": old}


def test_a_new_name_in_each_frame_is_still_one_walk() -> None:
    roll = Roll()
    walks = [
        walk
        for index in range(9)
        for walk in roll.frame(**{f"name{index}": (6.0 * index, 0.0)}).values()
    ]
    assert len(walks) == 4
    assert len(set(walks)) == 1


def test_two_sightings_that_go_on_from_a_third_are_one_runner() -> None:
    roll = Roll()
    roll.frame(a=(0, 0))
    roll.frame(b=(200, 0))
    (runner,) = roll.frame(b=(400, 0)).values()
    roll.frame(b=(600, 0))
    assert runner.miss_px(seen_at((800, 0), roll.t_ms + 100)) < 1
    assert sum(runner._votes.values()) == 4


def test_single_sightings_elsewhere_are_no_part_of_a_runner() -> None:
    roll = Roll()
    roll.frame(a=(0, 0), c=(120, 0), d=(0, 90), e=(600, 0))
    roll.frame(b=(200, 0))
    (walk,) = roll.frame(b=(206, 0)).values()
    assert sum(walk._votes.values()) == 2


def test_a_runner_is_seen_in_one_frame_after_the_other() -> None:
    roll = Roll()
    roll.frame(a=(0, 0))
    roll.frame(b=(200, 0))
    roll.frame()
    (walk,) = roll.frame(b=(600, 0)).values()
    assert sum(walk._votes.values()) == 2


def test_where_all_names_are_new_none_is_the_new_name_of_another() -> None:
    roll = Roll()
    for index in range(3):
        crowd = {f"n{index}x{x}": (20.0 * x, 0.0) for x in range(40)}
        assert roll.frame(**crowd) == {}
    assert len(roll.stitching) <= MAX_SINGLES


def test_names_and_walks_are_bounded() -> None:
    roll = Roll()
    for index in range(3 * MAX_WALKS):
        roll.frame(**{f"name{index // 3}": (7.0 * index, 0.0)})
    assert len(roll.stitching._naming._walks) <= MAX_WALKS
    for index in range(40):
        roll.frame(**{f"more{index // 2}": (6.0 * index, 900.0)})
    assert max(len(walk.names) for walk in roll.stitching._naming._walks) <= MAX_NAMES
    roll.frame(step_ms=FORGET_MS + 1)
    assert len(roll.stitching) == 0


def test_a_walk_that_has_passed_the_line_takes_over_from_nobody() -> None:
    roll = Roll()
    walked(roll, 8, a=((0, 0), (6, 0)))
    for x in (48, 54, 60):
        walk = roll.frame(a=(x, 0), b=(x + 2, 1)).get("b")
    assert walk is not None
    walk.passed = True
    roll.frame(b=(68, 1))
    assert roll.frame(b=(74, 1)) == {"b": walk}


def test_of_two_new_names_of_one_body_the_nearer_keeps_the_walk() -> None:
    roll = Roll()
    old = walked(roll, 8, a=((0, 0), (6, 0)))["a"]
    for name, start in (("b", 48.0), ("c", 60.0)):
        roll.frame(**{name: (start, 0.0)})
        assert roll.frame(**{name: (start + 6, 0.0)}) == {name: old}
    both = roll.frame(b=(72, 1), c=(72, 30))
    assert both["b"] is old
    assert both["c"] is not old
    old_again = roll.frame(a=(78, 0), b=(120, 1), c=(78, 36))
    assert old_again["a"] is old
    assert len(set(old_again.values())) == 3


def test_the_class_is_the_most_frequent_and_the_earlier_of_two() -> None:
    walk = Walk(Sighting((0, 0), 90, 2, 0), Hysteresis(10))
    walk.move(Sighting((0, 0), 90, 7, 100))
    assert walk.class_id == 2
    walk.move(Sighting((0, 0), 90, 7, 200))
    assert walk.class_id == 7


def test_a_sighting_is_the_foot_and_the_longer_side() -> None:
    track = Track(tracker_id=1, xyxy=(0, 0, 40, 90), class_id=3, seen=True, age_frames=2)
    assert Sighting.of(track, 5.0) == Sighting((20, 90), 90, 3, 5.0)
