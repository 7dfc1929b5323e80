import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.geometry import Ground
from edgekit.geometry.viewpoint import PERSON_M, Viewpoint, stature_of
from edgekit.testing.pinhole import CENTRE_PX, EYE_PX, HORIZON_PX, project

SIZE = (640, 480)
PLAZA = Ground(
    ((160, 440), (480, 440), (425, 215), (215, 215)), ((0, 0), (400, 0), (500, 900), (-100, 900))
)


class Camera:
    """A pinhole over level ground, turned every way; points in metres, x right, y away, z up."""

    def __init__(
        self, *, focal: float, height: float, pitch: float, pan: float, roll: float
    ) -> None:
        self.focal, self.height = focal, height
        cp, sp, cr, sr = math.cos(pitch), math.sin(pitch), math.cos(roll), math.sin(roll)
        down = np.array([[1, 0, 0], [0, -sp, -cp], [0, cp, -sp]])
        around = np.array(
            [[math.cos(pan), math.sin(pan), 0], [-math.sin(pan), math.cos(pan), 0], [0, 0, 1]]
        )
        self.turn = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]]) @ down @ around
        self.start = np.array([-math.sin(pan), math.cos(pan), 0.0]) * height / math.tan(pitch)

    def see(self, x: float, y: float, z: float = 0.0) -> tuple[float, float]:
        """Pixel of a place whose origin is where the lens's axis meets the ground."""
        right, down, away = self.turn @ (np.array([x, y, z - self.height]) + self.start)
        assert away > 0
        return 320 + self.focal * right / away, 240 + self.focal * down / away


@st.composite
def cameras(draw: st.DrawFn) -> Camera:
    return Camera(
        focal=draw(st.floats(300, 1200)),
        height=draw(st.floats(2.5, 12)),
        pitch=math.radians(draw(st.floats(15, 70))),
        pan=math.radians(draw(st.floats(-180, 180))),
        roll=math.radians(draw(st.floats(-6, 6))),
    )


def ground_of(camera: Camera, reach_m: float) -> Ground:
    """Its ground by a square, in a picture so large that whole pixels are hardly rounded."""
    corners = [(-reach_m, -reach_m), (reach_m, -reach_m), (reach_m, reach_m), (-reach_m, reach_m)]
    a, b, c, d = ((round(40 * u), round(40 * v)) for u, v in (camera.see(*p) for p in corners))
    assume(min(*a, *b, *c, *d) > -65_000)
    assume(max(*a, *b, *c, *d) < 65_000)
    cm = [(round(100 * x), round(100 * y)) for x, y in corners]
    return Ground((a, b, c, d), (cm[0], cm[1], cm[2], cm[3]))


@given(cameras())
def test_the_camera_comes_out_of_any_picture_of_its_ground(camera: Camera) -> None:
    reach = round(0.25 * camera.height / math.sin(math.atan2(1, 1.5)), 2)
    ground = ground_of(camera, reach)
    view = Viewpoint.of(ground, size=(640 * 40, 480 * 40))
    assert view.focal_px == pytest.approx(40 * camera.focal, rel=0.02)
    assert view.height_m == pytest.approx(camera.height, rel=0.02)
    assert view.wrong < 0.01
    foot, head = camera.see(0.1, -0.2), camera.see(0.1, -0.2, 1.7)
    found = view.head((40 * foot[0], 40 * foot[1]))
    assert math.dist(found, (40 * head[0], 40 * head[1])) < 0.02 * 40 * math.dist(foot, head) + 40


def test_the_plaza_s_camera_looks_level_through_a_shifted_lens() -> None:
    view = Viewpoint.of(PLAZA, size=SIZE, centre=(CENTRE_PX, HORIZON_PX))
    assert view.focal_px == pytest.approx(EYE_PX, rel=0.02)
    assert view.height_m == pytest.approx(5.0, rel=0.01)
    for right, far in ((0, 8), (-2, 12), (3, 16)):
        head = project(right, far, PERSON_M)
        assert math.dist(view.head(project(right, far)), head) < 1.5


def test_a_shifted_lens_that_nobody_told_of_costs_a_tenth_at_most_here() -> None:
    view = Viewpoint.of(PLAZA, size=SIZE)
    for far in (9, 12, 16):
        true = project(0, far)[1] - project(0, far, PERSON_M)[1]
        assert view.person_px(project(0, far)) == pytest.approx(true, rel=0.1)


def test_the_height_of_people_fits_what_a_site_takes() -> None:
    view = Viewpoint.of(PLAZA, size=SIZE, centre=(CENTRE_PX, HORIZON_PX))
    near, far = stature_of(PLAZA, view, column=320, rows=(440, 220))
    assert (near[0], far[0]) == (440, 220)
    for row, height in (near, far):
        assert height == pytest.approx((row - 40) / 5 * PERSON_M, abs=1.5)
    child, _ = stature_of(PLAZA, view, column=320, rows=(440, 220), person_m=1.2)
    assert child[1] == pytest.approx(400 / 5 * 1.2, abs=1.5)


def test_axes_that_run_the_other_way_round_change_nothing() -> None:
    mirrored = Ground(PLAZA.points, ((0, 0), (-400, 0), (-500, 900), (100, 900)))
    ours, theirs = (Viewpoint.of(ground, size=SIZE) for ground in (PLAZA, mirrored))
    assert theirs.height_m == pytest.approx(ours.height_m)
    assert theirs.head((300, 400)) == pytest.approx(ours.head((300, 400)))


def test_a_real_camera_s_height_and_people_come_out() -> None:
    """View 1 of PETS 2009 at 480x360: by its published calibration 7.07 m up, people as below."""
    ground = Ground(
        ((207, 132), (441, 157), (314, 257), (30, 200)),
        ((-400, -200), (-400, -1200), (-1400, -1200), (-1400, -200)),
    )
    view = Viewpoint.of(ground, size=(480, 360))
    assert view.height_m == pytest.approx(7.07, rel=0.02)
    for foot, height in (
        ((250.9, 214.0), 58.0),
        ((314.1, 176.9), 51.0),
        ((168.6, 157.1), 45.1),
        ((362.3, 148.5), 45.4),
        ((273.2, 289.1), 72.9),
    ):
        assert view.person_px(foot) == pytest.approx(height, rel=0.04)


def test_a_camera_that_looks_straight_down_tells_nothing() -> None:
    down = Ground(
        ((100, 100), (500, 100), (500, 400), (100, 400)), ((0, 0), (400, 0), (400, 300), (0, 300))
    )
    with pytest.raises(ConfigError, match="straight down") as caught:
        Viewpoint.of(down, size=SIZE)
    assert "stature" in str(caught.value.hint)


@pytest.mark.parametrize("third", [(-1600, -1200), (-1400, -1500), (-1100, -1000), (-1900, -1200)])
def test_wrong_distances_are_noticed(third: tuple[int, int]) -> None:
    wrong = Ground(
        ((207, 132), (441, 157), (314, 257), (30, 200)),
        ((-400, -200), (-400, -1200), third, (-1400, -200)),
    )
    with pytest.raises(ConfigError, match="distance is") as caught:
        Viewpoint.of(wrong, size=(480, 360))
    assert "stature" in str(caught.value.hint)


def test_points_close_together_do_not_tell_how_high_people_are() -> None:
    close = Ground.rectangle(
        ((300, 300), (340, 300), (337, 284), (303, 284)), width_cm=77, depth_cm=74
    )
    view = Viewpoint.of(close, size=SIZE)
    with pytest.raises(ConfigError, match="only to") as caught:
        stature_of(close, view, column=320, rows=(440, 220))
    assert "stature" in str(caught.value.hint)


def test_nobody_reaches_up_behind_the_lens() -> None:
    """A camera over a crossing: who stands right below it and is taller than it hangs."""
    camera = Camera(focal=300, height=3.0, pitch=math.radians(70), pan=0, roll=0)
    corners = [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)]
    a, b, c, d = ((round(40 * u), round(40 * v)) for u, v in (camera.see(*p) for p in corners))
    ground = Ground.rectangle((a, b, c, d), width_cm=160, depth_cm=160)
    view = Viewpoint.of(ground, size=(640 * 40, 480 * 40))
    foot = camera.see(0, -1.1)
    with pytest.raises(ConfigError, match="behind the lens"):
        view.head((40 * foot[0], 40 * foot[1]), person_m=6)
