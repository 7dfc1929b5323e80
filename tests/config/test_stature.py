"""How high people stand, by two of them or by four points of the ground."""

from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.config.stature import expected_stature
from edgekit.geometry import Ground
from edgekit.testing.pinhole import EYE_PX, project

SIZE = (640, 480)


def plaza_ground() -> Ground:
    """Four points of the drawn plaza, as an installer reads them: to the pixel."""
    corners = ((-2.5, 8.0), (2.5, 8.0), (2.5, 20.0), (-2.5, 20.0))
    a, b, c, d = ((round(x), round(y)) for x, y in (project(*corner) for corner in corners))
    return Ground.rectangle((a, b, c, d), width_cm=500, depth_cm=1200)


def test_the_ground_of_the_plaza_tells_it_roughly() -> None:
    # Its lens looks level and its picture is cut low, so that the axis is not in the middle.
    found = expected_stature(None, plaza_ground(), SIZE)

    assert found is not None
    for far_m in (9.0, 14.0, 19.0):
        row = project(0, far_m)[1]
        assert found.height(row) == pytest.approx(1.7 * EYE_PX / far_m, rel=0.15)


def test_two_people_come_first() -> None:
    found = expected_stature(((440, 136), (204, 56)), plaza_ground(), SIZE)

    assert found is not None
    assert found.height(322) == pytest.approx(96, abs=0.5)


@pytest.mark.parametrize(("sees", "known"), [("people", True), ("vehicles", False)])
def test_vehicles_are_not_as_high_as_people(sees: str, known: bool) -> None:
    text = (
        'version = 1\n[site]\nname = "a"\n[camera]\nsource = "0"\n'
        f'stature = [[440, 136], [204, 56]]\nsees = "{sees}"\n'
    )

    assert bool(Settings.from_text(text, path=Path("site.toml")).expected_stature) is known


def test_nothing_measured_is_nothing_known() -> None:
    assert expected_stature(None, None, SIZE) is None


def test_a_ground_seen_from_right_above_tells_no_height() -> None:
    flat = Ground(
        ((100, 100), (500, 100), (500, 400), (100, 400)), ((0, 0), (400, 0), (400, 300), (0, 300))
    )

    assert expected_stature(None, flat, SIZE) is None
