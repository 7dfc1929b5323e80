import math

import cv2
import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from edgekit.geometry.homography import Four, Homography
from edgekit.geometry.plane import turn

SQUARE: Four = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@st.composite
def quads(draw: st.DrawFn) -> Four:
    """Four corners in order around, well apart: a square with each corner moved about."""
    moved = [
        (100 * x + draw(st.floats(-30, 30)), 100 * y + draw(st.floats(-30, 30))) for x, y in SQUARE
    ]
    turns = [turn(moved[i], moved[(i + 1) % 4], moved[(i + 2) % 4]) for i in range(4)]
    assume(min(turns) > 500)
    return moved[0], moved[1], moved[2], moved[3]


def inside(four: Four, u: float, v: float) -> tuple[float, float]:
    """A point between four corners."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = four
    top = ax + u * (bx - ax), ay + u * (by - ay)
    low = dx + u * (cx - dx), dy + u * (cy - dy)
    return top[0] + v * (low[0] - top[0]), top[1] + v * (low[1] - top[1])


shares = st.floats(0, 1)


@given(quads(), quads())
def test_each_point_meets_its_own_and_all_weights_have_one_sign(these: Four, those: Four) -> None:
    plane = Homography.between(these, those)
    for this, that in zip(these, those, strict=True):
        assert math.dist(plane.apply(this), that) < 1e-7
        assert plane.weight(this) > 0
    middle = sum(x for x, _ in these) / 4, sum(y for _, y in these) / 4
    assert math.isclose(plane.weight(middle), 1.0)


@given(quads(), quads(), shares, shares)
def test_there_and_back_again(these: Four, those: Four, u: float, v: float) -> None:
    plane = Homography.between(these, those)
    point = inside(these, u, v)
    there = plane.apply(point)
    assert math.dist(plane.inverse().apply(there), point) < 1e-6
    assert plane.inverse().weight(there) > 0


@given(quads(), quads(), shares, shares)
def test_straight_lines_stay_straight(these: Four, those: Four, u: float, v: float) -> None:
    plane = Homography.between(these, those)
    a, b = inside(these, u, 0), inside(these, v, 1)
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    p, q, r = (plane.apply(point) for point in (a, middle, b))
    assert abs(turn(p, q, r)) < 1e-6 * max(1.0, math.dist(p, r) ** 2)


@given(quads(), quads(), shares, shares)
def test_opencv_solves_the_same_equations(these: Four, those: Four, u: float, v: float) -> None:
    matrix = cv2.getPerspectiveTransform(np.array(these, np.float32), np.array(those, np.float32))
    point = inside(these, u, v)
    x, y, w = matrix @ np.array([*point, 1.0])
    ours = Homography.between(these, those).apply(point)
    assert math.dist(ours, (x / w, y / w)) < 0.01


@given(quads(), quads())
def test_the_direct_linear_transform_gives_the_same_matrix(these: Four, those: Four) -> None:
    """Hartley and Zisserman, algorithm 4.1: the null vector of eight equations in nine unknowns."""
    rows = []
    for (x, y), (u, v) in zip(these, those, strict=True):
        rows.append([0, 0, 0, -x, -y, -1, v * x, v * y, v])
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, -u])
    *_, null = np.linalg.svd(np.array(rows))[2]
    ours = np.array(Homography.between(these, those).matrix).ravel()
    ours /= np.linalg.norm(ours)
    assert min(np.abs(ours - null).max(), np.abs(ours + null).max()) < 1e-6


@given(quads(), quads(), shares, shares)
def test_a_small_step_is_stretched_within_the_two_lengths(
    these: Four, those: Four, u: float, v: float
) -> None:
    plane, point = Homography.between(these, those), inside(these, u, v)
    least, most = plane.stretch(point)
    x, y = point
    columns = [
        np.subtract(plane.apply((x + dx, y + dy)), plane.apply((x - dx, y - dy))) / 2e-4
        for dx, dy in ((1e-4, 0), (0, 1e-4))
    ]
    longest, shortest = np.linalg.svd(np.stack(columns, axis=1), compute_uv=False)
    assert math.isclose(shortest, least, rel_tol=0.01, abs_tol=1e-3)
    assert math.isclose(longest, most, rel_tol=0.01)


def test_the_horizon_is_a_line_and_what_lies_beyond_has_no_weight() -> None:
    # Ground seen from 5 m up: depth 2800 / (row - 40), so that the horizon is row 40.
    rows = (440.0, 440.0, 140.0, 140.0)
    columns = (160.0, 480.0, 400.0, 240.0)
    ground = [
        ((x - 320) * 5 / (y - 40), 2800 / (y - 40)) for x, y in zip(columns, rows, strict=True)
    ]
    picture = tuple(zip(columns, rows, strict=True))
    plane = Homography.between(
        (picture[0], picture[1], picture[2], picture[3]),
        (ground[0], ground[1], ground[2], ground[3]),
    )
    for x in (0.0, 320.0, 900.0):
        assert math.isclose(plane.to_horizon((x, 100.0)), 60.0)
        assert math.isclose(plane.to_horizon((x, 30.0)), -10.0)


def test_a_plane_seen_from_right_above_has_no_horizon() -> None:
    plane = Homography.between(SQUARE, ((0, 0), (2, 0), (2, 2), (0, 2)))
    assert plane.to_horizon((1e9, -1e9)) == math.inf
    assert plane.stretch((5, 7)) == (2.0, 2.0)
