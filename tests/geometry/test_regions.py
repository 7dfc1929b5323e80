"""The parts of a picture between lines."""

import pytest

from edgekit.geometry import Line, Zone
from edgekit.geometry.regions import Regions, reach_px

WIDTH, HEIGHT = 640, 480
LEFT = Line("left", (200, 470), (200, 10))
RIGHT = Line("right", (440, 10), (440, 470))
MIDDLE = Zone("middle", ((240, 100), (400, 100), (400, 380), (240, 380)))


def regions(*lines: Line) -> Regions:
    return Regions(WIDTH, HEIGHT, lines)


def test_without_a_line_all_is_one_part() -> None:
    assert (regions().number, regions().closed, regions().of(MIDDLE)) == (1, set(), {0})


def test_a_line_from_edge_to_edge_makes_two() -> None:
    two = regions(LEFT)

    ((on_left, on_right),) = two.sides(LEFT)
    assert (two.number, two.closed) == (2, {0, 1})
    assert on_left != on_right
    assert two.of(MIDDLE) == {on_right}
    # Drawn the other way round, left and right change places.
    turned = Line("turned", LEFT.end, LEFT.start)
    assert regions(turned).sides(turned) == ((on_right, on_left),)


def test_a_line_that_can_be_walked_round_divides_nothing() -> None:
    short = Line("short", (200, 400), (200, 100))

    assert regions(short).number == 1
    assert regions(short).sides(short) == ((0, 0),)


@pytest.mark.parametrize(("gap", "parts"), [(0, 2), (45, 2), (60, 1)])
def test_a_gap_is_closed_where_nobody_can_pass(gap: int, parts: int) -> None:
    assert reach_px(WIDTH, HEIGHT) == 50
    line = Line("line", (200, HEIGHT), (200, gap))

    assert regions(line).number == parts


def test_lines_alone_can_close_a_part() -> None:
    triangle = [
        Line("a", (100, 100), (250, 105)),
        Line("b", (255, 110), (180, 220)),
        Line("c", (170, 220), (100, 110)),
    ]
    closed = regions(*triangle)

    assert (closed.number, closed.closed) == (2, {1})
    assert all(closed.sides(line) == ((0, 1),) for line in triangle)


def test_a_zone_may_lie_in_two_parts() -> None:
    cut = Line("cut", (320, 480), (320, 0))

    assert regions(LEFT, cut, RIGHT).number == 4
    assert len(regions(LEFT, cut, RIGHT).of(MIDDLE)) == 2
    assert len(regions(LEFT, RIGHT).of(MIDDLE)) == 1


def test_each_stretch_of_a_line_has_its_sides() -> None:
    crossing = Line("crossing", (0, 240), (640, 240))
    both = regions(LEFT, crossing)

    assert both.number == 4
    assert len(both.sides(LEFT)) == 2
    assert len(both.sides(crossing)) == 2


@pytest.mark.parametrize(("x", "parts", "closed"), [(320, 2, 2), (610, 2, 1), (30, 2, 1)])
def test_a_part_is_closed_where_lines_are_a_quarter_of_its_border(
    x: int, parts: int, closed: int
) -> None:
    found = regions(Line("line", (x, 480), (x, 0)))

    assert (found.number, len(found.closed)) == (parts, closed)
