"""How near, and how far into each other, shapes lie."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.geometry import Line, Point, Zone
from edgekit.geometry.nearness import (
    comes_near,
    distance_px,
    edges,
    overlap_px2,
    points_along,
    run_together,
)

SQUARE = Zone("square", ((100, 100), (200, 100), (200, 200), (100, 200)))


def moved(zone: Zone, dx: float, dy: float) -> Zone:
    return Zone(zone.name, tuple((x + dx, y + dy) for x, y in zone.polygon))


@pytest.mark.parametrize(
    ("point", "expected"),
    [((0, 5), 5), ((10, 5), 5), ((-3, -4), 5), ((13, 4), 5), ((4, 0), 0)],
)
def test_the_distance_from_a_segment_ends_at_its_ends(point: Point, expected: float) -> None:
    assert distance_px(point, ((0, 0), (10, 0))) == pytest.approx(expected)


def test_a_segment_may_be_a_point() -> None:
    assert distance_px((3, 4), ((0, 0), (0, 0))) == 5


def test_points_lie_evenly_along_a_line() -> None:
    assert list(points_along(Line("a", (0, 0), (40, 0)), 4)) == [(5, 0), (15, 0), (25, 0), (35, 0)]


@pytest.mark.parametrize(
    ("dx", "dy", "area"),
    [
        (0, 0, 100 * 100),
        (50, 0, 50 * 100),
        (60, 70, 40 * 30),
        (100, 0, 0),
        (100, 100, 0),
        (0, 300, 0),
    ],
)
def test_squares_share_what_they_share(dx: float, dy: float, area: float) -> None:
    assert overlap_px2(SQUARE, moved(SQUARE, dx, dy)) == pytest.approx(area)


def test_a_zone_inside_another_shares_all_of_itself() -> None:
    inner = Zone("inner", ((120, 120), (180, 130), (150, 190)))

    assert overlap_px2(SQUARE, inner) == pytest.approx(inner.area_px2)


def test_crossing_triangles_share_a_hexagon() -> None:
    up = Zone("up", ((0, 300), (300, 300), (150, 0)))
    down = Zone("down", ((0, 100), (300, 100), (150, 400)))

    # As wide as the narrower one: from 100 to 200 wide as it comes down to the middle, and back.
    assert overlap_px2(up, down) == pytest.approx(2 * 150 * 100)


POINTS = st.tuples(st.integers(0, 300), st.integers(0, 300))


def triangle(a: Point, b: Point, c: Point) -> Zone | None:
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return Zone("t", (a, b, c)) if abs(turn) >= 2 * 16**2 else None


@given(st.lists(POINTS, min_size=6, max_size=6))
def test_overlap_is_symmetric_and_at_most_the_smaller(points: list[Point]) -> None:
    one, other = triangle(*points[:3]), triangle(*points[3:])
    if one is None or other is None:
        return
    shared = overlap_px2(one, other)
    assert shared == pytest.approx(overlap_px2(other, one), abs=1e-6)
    assert -1e-6 <= shared <= min(one.area_px2, other.area_px2) + 1e-6
    grid = [(x + 0.5, y + 0.5) for x in range(0, 300, 10) for y in range(0, 300, 10)]
    counted = 100 * sum(one.contains(point) and other.contains(point) for point in grid)
    around = sum(math.dist(*edge) for zone in (one, other) for edge in edges(zone))
    assert abs(counted - shared) <= 10 * around + 100


LINE = Line("line", (300, 400), (300, 100))


@pytest.mark.parametrize(
    ("other", "together"),
    [
        (Line("same", (300, 400), (300, 100)), True),
        (Line("turned", (300, 100), (300, 400)), True),
        (Line("beside", (340, 400), (340, 100)), True),
        (Line("part", (320, 200), (320, 150)), True),
        (Line("apart", (360, 400), (360, 100)), False),
        (Line("on", (300, 90), (300, 20)), False),
        (Line("across", (280, 250), (320, 250)), False),
        (Line("half", (310, 240), (310, 20)), True),
        (Line("less", (310, 180), (310, 10)), False),
    ],
    ids=lambda value: value.name if isinstance(value, Line) else "",
)
def test_lines_run_together_along_most_of_one(other: Line, together: bool) -> None:
    assert run_together(LINE, other, 50) is together
    assert run_together(other, LINE, 50) is together


@pytest.mark.parametrize(
    ("line", "near"),
    [
        (Line("through", (150, 0), (150, 300)), True),
        (Line("within", (120, 120), (180, 180)), True),
        (Line("into", (150, 150), (400, 150)), True),
        (Line("past", (240, 0), (240, 300)), True),
        (Line("corner", (230, 230), (400, 400)), True),
        (Line("far", (260, 0), (260, 300)), False),
    ],
    ids=lambda value: value.name if isinstance(value, Line) else "",
)
def test_a_line_comes_near_a_zone(line: Line, near: bool) -> None:
    assert comes_near(line, SQUARE, 50) is near
