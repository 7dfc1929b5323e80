import pytest

from edgekit.errors import ConfigError
from edgekit.geometry import Ground, Zone
from edgekit.node.pictures.calibration import PATCH, Calibration
from edgekit.testing.truth import DEFAULT_ZONE

SIZE = (640, 480)
GROUND = Ground(
    ((160, 440), (480, 440), (425, 215), (215, 215)), ((0, 0), (400, 0), (500, 900), (-100, 900))
)


def test_it_says_how_large_each_zone_is_and_how_sure_that_is() -> None:
    found = Calibration.of(GROUND, size=SIZE, zones=[DEFAULT_ZONE])
    (square,) = found.patches
    assert square.area_m2 == pytest.approx(GROUND.area_m2(DEFAULT_ZONE.polygon))
    first, second = found.words()
    assert first.startswith("square: 72.")
    assert "by 1 px each would move that by 2." in first
    assert "by 2 px by" in first
    assert "cm wide and" in first
    assert "stature = [[462, " in second


def test_without_a_zone_the_patch_between_the_points_is_told() -> None:
    (patch,) = Calibration.of(GROUND, size=SIZE).patches
    assert (patch.name, patch.area_m2) == (PATCH, pytest.approx(45.0))


def test_points_close_together_are_told_to_be_unsure() -> None:
    close = Ground.rectangle(
        ((300, 440), (380, 440), (374, 400), (306, 400)), width_cm=100, depth_cm=70
    )
    far = Zone("far", ((100, 300), (500, 300), (480, 260), (120, 260)))
    said = next(iter(Calibration.of(close, size=SIZE, zones=[far]).words()))
    assert "take points that lie further apart" in said


def test_a_zone_that_a_pixel_sends_to_the_horizon_is_told_so() -> None:
    close = Ground.rectangle(
        ((300, 440), (380, 440), (370, 400), (310, 400)), width_cm=100, depth_cm=70
    )
    far = Zone("far", ((100, 320), (500, 320), (480, 288), (120, 288)))
    said = next(iter(Calibration.of(close, size=SIZE, zones=[far]).words()))
    assert "nearly anything would be" in said


def test_where_the_height_of_people_does_not_follow_it_says_how_to_give_it() -> None:
    down = Ground.rectangle(
        ((100, 400), (500, 400), (500, 100), (100, 100)), width_cm=400, depth_cm=300
    )
    found = Calibration.of(down, size=SIZE)
    assert (found.view, found.stature) == (None, None)
    *_, last = found.words()
    assert last.startswith("no height of people: ")
    assert "measure two people" in last


def test_what_lies_outside_the_picture_is_refused() -> None:
    with pytest.raises(ConfigError, match="ground point"):
        Calibration.of(GROUND, size=(320, 240))
    with pytest.raises(ConfigError, match="zone 'out'"):
        Calibration.of(GROUND, size=SIZE, zones=[Zone("out", ((0, 300), (900, 300), (0, 400)))])
    with pytest.raises(ConfigError, match=r"zone 'sky'.*horizon"):
        Calibration.of(GROUND, size=SIZE, zones=[Zone("sky", ((0, 20), (300, 20), (0, 400)))])
