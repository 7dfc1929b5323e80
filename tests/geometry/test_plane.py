"""Segments and polygons: what crosses, what overlaps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.geometry import Zone
from edgekit.geometry.cover import inside, shared
from edgekit.geometry.plane import cross, distance, self_crossing

COORDINATES = st.integers(0, 40)
POINTS = st.tuples(COORDINATES, COORDINATES)
SQUARE = Zone("a", ((0, 0), (100, 0), (100, 100), (0, 100)))


@given(POINTS, POINTS, POINTS, POINTS)
def test_two_segments_cross_where_a_common_point_is_inside_both(
    a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], d: tuple[int, int]
) -> None:
    # a + p (b - a) = c + q (d - c), solved by Cramer's rule in whole numbers
    (rx, ry), (sx, sy) = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    under = rx * sy - ry * sx
    over = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx, (c[0] - a[0]) * ry - (c[1] - a[1]) * rx)
    meets = under != 0 and all(0 < part / under < 1 for part in over)

    assert cross((a, b), (c, d)) == meets == cross((d, c), (b, a))


@given(st.lists(st.tuples(st.floats(0, 2 * math.pi), st.integers(30, 90)), min_size=3, max_size=9))
def test_corners_in_order_around_a_point_never_cross(corners: list[tuple[float, int]]) -> None:
    corners = sorted({round(angle, 1): far for angle, far in corners}.items())
    polygon = [(100 + far * math.cos(a), 100 + far * math.sin(a)) for a, far in corners]
    gaps = [
        (b - a) % (2 * math.pi)
        for (a, _), (b, _) in zip(corners, corners[1:] + corners[:1], strict=True)
    ]

    assert max(gaps) >= math.pi or self_crossing(polygon) is None


@pytest.mark.parametrize(
    "polygon",
    [
        ((0, 0), (100, 100), (100, 0), (0, 100)),
        ((0, 0), (90, 0), (90, 60), (30, 60), (30, -30)),
    ],
)
def test_a_zone_that_crosses_itself_is_refused(polygon: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ConfigError, match="'a' crosses itself") as error:
        Zone("a", polygon)
    assert "in order" in str(error.value.hint)


def test_a_corner_given_twice_crosses_nothing() -> None:
    Zone("a", ((0, 0), (100, 0), (100, 0), (100, 100), (0, 0)))


@pytest.mark.parametrize(
    ("point", "far"), [((50, 7), 7), ((-3, 4), 5), ((104, 3), 5), ((20, 0), 0)]
)
def test_distance_from_a_segment(point: tuple[float, float], far: float) -> None:
    assert distance(point, ((0, 0), (100, 0))) == pytest.approx(far)
    assert distance(point, ((3, 4), (3, 4))) == pytest.approx(math.dist(point, (3, 4)))


@pytest.mark.parametrize(
    ("corners", "share"),
    [
        (((50, 0), (150, 0), (150, 100), (50, 100)), 0.5),
        (((100, 0), (200, 0), (200, 100), (100, 100)), 0.0),
        (((300, 0), (400, 0), (400, 100)), 0.0),
        (((40, 40), (60, 40), (60, 60), (40, 60)), 1.0),
        (((0, 0), (200, 0), (0, 200)), 1.0),  # its long side passes through a corner
        (((0, 50), (100, 50), (50, 150)), 0.75),
    ],
)
def test_shared_ground(corners: tuple[tuple[float, float], ...], share: float) -> None:
    other = Zone("b", corners)

    assert shared(SQUARE, other) == pytest.approx(share, abs=0.03)
    assert shared(other, SQUARE) == shared(SQUARE, other)


def test_points_inside_a_thin_zone_are_found_too() -> None:
    thin = Zone("t", ((0, 0), (900, 900), (901, 900), (1, 0)))

    assert inside(SQUARE)[0] == (1.5625, 1.5625)
    assert inside(thin)
