"""How open eyes are by their points, and that nothing is said of a face that is turned away."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.drowsiness_eyes import look_at
from edgekit.testing.driver import NOSE_MM, Pose, points_mm, seen

SIZE = (640, 480)


def face(
    ear: float = 0.3, *, yaw_deg: float = 0, pitch_deg: float = 0, roll_deg: float = 0
) -> np.ndarray:
    mm = points_mm(ear)
    for degrees, one, other in ((pitch_deg, 1, 2), (roll_deg, 0, 1)):
        turn = np.deg2rad(degrees)
        a, b = mm[:, one].copy(), mm[:, other].copy()
        mm[:, one], mm[:, other] = (
            a * np.cos(turn) + b * np.sin(turn),
            b * np.cos(turn) - a * np.sin(turn),
        )
    return seen(mm, Pose(ear=ear, yaw_deg=yaw_deg), SIZE)


@pytest.mark.parametrize("ear", [0.0, 0.1, 0.25, 0.4])
def test_a_face_that_looks_ahead_gives_the_ratio_it_was_drawn_with(ear: float) -> None:
    assert look_at(face(ear)).ear == pytest.approx(ear)


@given(st.floats(0.05, 0.4), st.floats(-25, 25), st.floats(-15, 15), st.floats(-25, 25))
def test_turned_a_little_the_ratio_stays_near(
    ear: float, yaw_deg: float, pitch_deg: float, roll_deg: float
) -> None:
    look = look_at(face(ear, yaw_deg=yaw_deg, pitch_deg=pitch_deg, roll_deg=roll_deg))

    assert look.ear == pytest.approx(ear, rel=0.15)


@pytest.mark.parametrize("yaw_deg", [-80, -60, -45, 45, 60, 80])
def test_turned_too_far_nothing_is_said(yaw_deg: float) -> None:
    look = look_at(face(yaw_deg=yaw_deg))

    assert look.ear is None
    assert look.why


@pytest.mark.parametrize(
    ("turned", "why"),
    [
        ({"yaw_deg": 40}, "turned too far"),
        ({"pitch_deg": -45}, "raised"),
        ({"roll_deg": 50}, "tilted"),
        ({"roll_deg": 170}, "tilted"),
    ],
)
def test_each_way_to_look_away_is_named(turned: dict[str, float], why: str) -> None:
    assert why in look_at(face(**turned)).why


def test_eyes_of_few_pixels_and_points_that_are_none() -> None:
    small = seen(points_mm(0.3), Pose(height=0.1), SIZE)
    gone = face()
    gone[3, 0] = np.nan

    assert "too small" in look_at(small).why
    assert look_at(gone).why == "no points"
    assert "too small" in look_at(np.zeros((13, 2))).why


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"expected \(13, 2\)"):
        look_at(np.zeros((12, 2)))


def test_the_face_stands_as_its_source_says() -> None:
    """The nose out by three tenths of the eyes' breadth, so that the limits are what is written."""
    breadth = float(np.ptp(points_mm(0.3)[:12, 0]))
    assert NOSE_MM[2] / breadth == pytest.approx(0.3, abs=0.01)
    assert NOSE_MM[1] / breadth == pytest.approx(0.39, abs=0.01)
