import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.geometry import Ground, Zone
from edgekit.geometry.homography import Four
from edgekit.testing.pinhole import project
from edgekit.testing.truth import DEFAULT_ZONE

METRES = ((-2, 7), (2, 7), (3, 16), (-3, 16))
POINTS = ((160, 440), (480, 440), (425, 215), (215, 215))
CM: Four = ((0, 0), (400, 0), (500, 900), (-100, 900))
PLAZA = Ground(POINTS, CM)


def seen(*metres: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Where points of the rendered plaza lie in its picture."""
    return tuple(project(*point) for point in metres)


def test_metres_of_the_plaza_come_out_of_its_picture() -> None:
    for right, far in ((0, 8), (-2.5, 11), (4, 14), (1.5, 20)):
        x, y = PLAZA.to_ground(project(right, far))
        assert math.dist((x - 2, y + 7), (right, far)) < 0.006 * far
        back = PLAZA.to_picture((right + 2, far - 7))
        assert math.dist(back, project(right, far)) < 1.0


def test_areas_of_the_plaza_come_out_of_its_picture() -> None:
    patch = seen((-1, 8), (3, 8), (3, 13), (-1, 13))
    assert PLAZA.area_m2(patch) == pytest.approx(20, rel=0.01)
    far = [2800 / (y - 40) for _, y in DEFAULT_ZONE.polygon]
    right = [(x - 320) * z / 560 for (x, _), z in zip(DEFAULT_ZONE.polygon, far, strict=True)]
    true = Zone("z", tuple((100 * x, 100 * z) for x, z in zip(right, far, strict=True))).area_px2
    assert PLAZA.area_m2(DEFAULT_ZONE.polygon) == pytest.approx(true / 1e4, rel=0.01)


TSAI = (
    ((-1600, -1200), (273.2, 289.1)),
    ((-1600, -900), (165.6, 263.7)),
    ((-1600, -600), (76.6, 242.3)),
    ((-1200, -1200), (348.0, 230.8)),
    ((-1200, -900), (250.9, 214.0)),
    ((-1200, -600), (167.4, 199.3)),
    ((-1200, -300), (95.6, 186.6)),
    ((-1200, 0), (33.7, 175.6)),
    ((-800, -1200), (401.4, 188.8)),
    ((-800, -900), (314.1, 176.9)),
    ((-800, -600), (236.8, 166.4)),
    ((-800, -300), (168.6, 157.1)),
    ((-800, 0), (108.5, 149.0)),
    ((-400, -1200), (441.1, 157.3)),
    ((-400, -900), (362.3, 148.5)),
    ((-400, -600), (291.1, 140.6)),
    ((-400, -300), (227.0, 133.7)),
    ((0, -900), (400.1, 126.1)),
    ((0, -300), (274.6, 114.6)),
)
"""Places of the ground in cm and their pixels at 480x360, of a real camera 7.07 m up with some
distortion of its lens: view 1 of PETS 2009, by its published calibration after Tsai (1987)."""


def real(*places: tuple[int, int]) -> Ground:
    """The ground of that camera by four of these places, read to the pixel."""
    table = dict(TSAI)
    a, b, c, d = ((round(table[place][0]), round(table[place][1])) for place in places)
    return Ground((a, b, c, d), (places[0], places[1], places[2], places[3]))


@pytest.mark.parametrize(
    ("places", "within_m"),
    [
        (((-400, -300), (-400, -1200), (-1200, -1200), (-1200, -300)), 0.2),
        (((0, -300), (0, -900), (-1600, -1200), (-1600, -600)), 0.2),
        (((-800, -300), (-800, -900), (-1200, -900), (-1200, -600)), 0.4),
    ],
)
def test_a_real_camera_agrees_with_its_own_calibration(
    places: tuple[tuple[int, int], ...], within_m: float
) -> None:
    ground = real(*places)
    off = [math.dist(ground.to_ground(pixel), (x / 100, y / 100)) for (x, y), pixel in TSAI]
    assert max(off) < within_m
    assert float(np.median(off)) < within_m / 3
    patch = [
        dict(TSAI)[place] for place in ((-400, -300), (-400, -1200), (-1200, -1200), (-1200, -300))
    ]
    assert ground.area_m2(patch) == pytest.approx(72, rel=0.01)


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """Somebody's four points: a patch that looks narrower and shorter further away."""
    low, high = draw(st.integers(300, 470)), draw(st.integers(60, 200))
    left, right = draw(st.integers(0, 200)), draw(st.integers(350, 640))
    far_left, far_right = draw(st.integers(180, 280)), draw(st.integers(310, 450))
    width, depth = draw(st.integers(100, 2000)), draw(st.integers(100, 4000))
    points = ((left, low), (right, low), (far_right, high), (far_left, high))
    return Ground.rectangle(points, width_cm=width, depth_cm=depth)


PATCH = ((250.0, 280.0), (390.0, 280.0), (360.0, 220.0), (280.0, 220.0))


@given(grounds())
def test_the_patch_itself_has_the_size_that_was_measured(ground: Ground) -> None:
    (_, _), (width, _), (_, depth), _ = ground.cm
    assert ground.area_m2(ground.points) == pytest.approx(width * depth / 1e4)
    for point, (x, y) in zip(ground.points, ground.cm, strict=True):
        assert math.dist(ground.to_ground(point), (x / 100, y / 100)) < 1e-6


@given(grounds(), st.integers(-500, 500), st.integers(-500, 500), st.integers(0, 3), st.booleans())
def test_no_length_depends_on_how_the_ground_was_measured(
    ground: Ground, dx: int, dy: int, first: int, mirrored: bool
) -> None:
    """Another origin, axes turned by a right angle or seen in a mirror, another first corner."""
    cm = [(-y + dx, x + dy) for x, y in ground.cm]
    cm = [(-x, y) for x, y in cm] if mirrored else cm
    points = list(ground.points)
    points, cm = points[first:] + points[:first], cm[first:] + cm[:first]
    other = Ground((points[0], points[1], points[2], points[3]), (cm[0], cm[1], cm[2], cm[3]))
    assert other.area_m2(PATCH) == pytest.approx(ground.area_m2(PATCH))
    assert other.metres_per_pixel(PATCH[0]) == pytest.approx(ground.metres_per_pixel(PATCH[0]))
    assert other.area_spread_m2(PATCH) == pytest.approx(ground.area_spread_m2(PATCH), rel=1e-4)


@given(grounds(), st.floats(0.1, 0.9))
def test_the_parts_of_an_area_add_up_to_it(ground: Ground, share: float) -> None:
    a, b, c, d = PATCH
    upper = a[0] + share * (d[0] - a[0]), a[1] + share * (d[1] - a[1])
    lower = b[0] + share * (c[0] - b[0]), b[1] + share * (c[1] - b[1])
    parts = ground.area_m2((a, b, lower, upper)) + ground.area_m2((upper, lower, c, d))
    assert parts == pytest.approx(ground.area_m2(PATCH))


@given(grounds(), st.integers(2, 9))
def test_metres_grow_with_the_measured_ones(ground: Ground, times: int) -> None:
    cm = [(times * x, times * y) for x, y in ground.cm]
    larger = Ground(ground.points, (cm[0], cm[1], cm[2], cm[3]))
    assert larger.area_m2(PATCH) == pytest.approx(times**2 * ground.area_m2(PATCH))


def test_the_spread_is_what_wrong_points_really_do() -> None:
    rng = np.random.default_rng(5)
    areas = []
    for _ in range(600):
        off = rng.normal(0, 4, (4, 2)).round().astype(int)  # whole pixels, hence large ones
        points = tuple((x + int(u), y + int(v)) for (x, y), (u, v) in zip(POINTS, off, strict=True))
        ground = Ground((points[0], points[1], points[2], points[3]), CM)
        areas.append(ground.area_m2(DEFAULT_ZONE.polygon))
    assert PLAZA.area_spread_m2(DEFAULT_ZONE.polygon, error_px=4) == pytest.approx(
        float(np.std(areas)), rel=0.15
    )


def test_points_far_apart_tell_more_than_points_close_together() -> None:
    near = seen((-0.5, 7), (0.5, 7), (0.5, 8), (-0.5, 8))
    a, b, c, d = ((round(x), round(y)) for x, y in near)
    close = Ground.rectangle((a, b, c, d), width_cm=100, depth_cm=100)
    zone = seen((-1, 8), (3, 8), (3, 13), (-1, 13))
    assert close.area_spread_m2(zone) > 4 * PLAZA.area_spread_m2(zone)


def test_an_area_that_a_pixel_may_send_to_the_horizon_is_boundless() -> None:
    touching = ((300, 43.0), (340, 43.0), (340, 200), (300, 200))
    assert PLAZA.area_spread_m2(touching, error_px=2.0) == math.inf


def test_a_pixel_far_away_is_deeper_than_wide() -> None:
    wide, deep = PLAZA.metres_per_pixel(project(0, 14))
    assert wide == pytest.approx(14 / 560, rel=0.02)
    assert deep == pytest.approx(14**2 / (560 * 5), rel=0.02)


def test_whatever_reaches_over_the_horizon_is_refused() -> None:
    for row in (41.0, 40.0, 12.0):
        with pytest.raises(ConfigError, match="horizon") as caught:
            PLAZA.to_ground((320, row))
        assert caught.value.hint
    with pytest.raises(ConfigError, match="horizon"):
        PLAZA.area_m2(((100, 300), (300, 300), (300, 20)))
    with pytest.raises(ConfigError, match="horizon"):
        PLAZA.metres_per_pixel((0, 0))
    with pytest.raises(ConfigError, match="behind the camera"):
        PLAZA.to_picture((2, -30))


@pytest.mark.parametrize(
    ("points", "cm", "said"),
    [
        (POINTS[:3], CM, "four points"),
        (POINTS, (*CM, (0, 0)), "four points"),
        (((160.5, 440), *POINTS[1:]), CM, "160.5 is no whole number"),
        (POINTS, ((0, 0), (True, 0), *CM[2:]), "True is no whole number"),
        (((70_000, 440), *POINTS[1:]), CM, "no whole number from"),
        (((160, 440), (320, 440), (480, 440), (300, 200)), CM, "1, 2 and 3 .* in the picture"),
        (POINTS, ((0, 0), (400, 0), (800, 0), (0, 900)), "1, 2 and 3 .* on the ground"),
        (((160, 440), (160, 440), (425, 215), (215, 215)), CM, "nearly on one line"),
        (((160, 440), (480, 440), (425, 435), (215, 434)), CM, "at least 8 px off"),
        (POINTS, ((0, 0), (400, 0), (400, 15), (0, 19)), "at least 20 cm off"),
        ((POINTS[0], POINTS[1], POINTS[3], POINTS[2]), CM, "not in order around in the picture"),
        (POINTS, (CM[0], CM[2], CM[1], CM[3]), "not in order around on the ground"),
        (((160, 440), (480, 440), (320, 400), (320, 100)), CM, "not in order"),
    ],
)
def test_points_that_tell_nothing_are_refused(points: Four, cm: Four, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        Ground(points, cm)
    assert caught.value.hint


def test_points_outside_the_picture_are_refused() -> None:
    PLAZA.require_inside(640, 480)
    with pytest.raises(ConfigError, match=r"\(480, 440\) lies outside the picture"):
        PLAZA.require_inside(479, 480)


def test_a_rectangle_is_measured_from_corner_to_corner() -> None:
    ground = Ground.rectangle(POINTS, width_cm=400, depth_cm=900)
    assert ground.cm == ((0, 0), (400, 0), (400, 900), (0, 900))
    assert ground == Ground(POINTS, ground.cm)
    assert "picture_to_m" not in repr(ground)
