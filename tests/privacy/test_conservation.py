"""Flows and numbers of people, against plain linear algebra over a street with two lines."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pytest

from edgekit.consent.room import Door, Room, Way
from edgekit.geometry import Line, Zone
from edgekit.privacy.conservation import Numbers, consequences

SIZE = (640, 480)
WEST = Line("west", (200, 470), (200, 10))
EAST = Line("east", (440, 470), (440, 10))
BETWEEN = Zone("between", ((240, 100), (400, 100), (400, 380), (240, 380)))
ROOM = Room(
    name="hall", doors=(Door(line="west", inward=Way.IN), Door(line="east", inward=Way.OUT))
)
# West in, west out, east in, east out; in is from left to right. The part between them is closed.
ROWS: Mapping[str, tuple[int, ...]] = {
    "west.in": (1, 0, 0, 0),
    "west.out": (0, 1, 0, 0),
    "west.total": (1, 1, 0, 0),
    "east.in": (0, 0, 1, 0),
    "east.out": (0, 0, 0, 1),
    "east.total": (0, 0, 1, 1),
    "zone": (1, -1, -1, 1),
    "room": (1, -1, -1, 1),
}
WAYS = ("west.in", "west.out", "east.in", "east.out")


def numbers(names: Sequence[str]) -> Numbers:
    lines = {"west": WEST, "east": EAST}
    ways = {}
    for name in names:
        line, _, way = name.partition(".")
        if way:
            ways[name] = (lines[line], ("in", "out") if way == "total" else (way,))
    return Numbers(
        size=SIZE,
        lines=(WEST, EAST),
        ways=ways,
        zones={"zone": BETWEEN} if "zone" in names else {},
        rooms={"room": ROOM} if "room" in names else {},
    )


def rank(rows: Sequence[Sequence[int]]) -> int:
    return int(np.linalg.matrix_rank(np.array(rows))) if rows else 0


def gives_away(names: Sequence[str]) -> bool:
    """Whether one of these follows from the others, or a way follows that is not among them."""
    # Where nobody counts who is between the lines, that is next to nothing.
    laws = [] if {"zone", "room"} & set(names) else [ROWS["zone"]]
    rows = [*laws, *(ROWS[name] for name in names)]
    if rank(rows) < len(rows):
        return True
    return any(
        rank([*rows, ROWS[way]]) == rank(rows) and rank([*laws, ROWS[way]]) > len(laws)
        for way in WAYS
        if way not in names
    )


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_what_follows_is_what_follows_by_plain_linear_algebra(size: int) -> None:
    for names in combinations(ROWS, size):
        if not any("." in name for name in names) and len(names) < 2:
            continue
        found = list(consequences(numbers(names)))
        assert bool(found) == gives_away(names), names
        for used in found:
            assert set(used) <= set(names)
            # What is named is enough: without the rest it still follows.
            assert gives_away([name for name in names if name in used]), (names, used)


def test_a_room_that_is_alone_says_nothing_of_its_doors() -> None:
    assert list(consequences(numbers(["room"]))) == []
