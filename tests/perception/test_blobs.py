import numpy as np
import pytest

from edgekit.errors import ConfigError
from edgekit.frames import Mask
from edgekit.geometry.stature import Stature
from edgekit.perception.blobs import Components
from edgekit.perception.foreground import clean
from edgekit.perception.stature import StatureLearner

FLAT = Stature(offset_px=60, slope=0)  # 60 px high, 25 px wide everywhere


def mask(*boxes: tuple[int, int, int, int]) -> Mask:
    result = np.zeros((240, 320), np.uint8)
    for x1, y1, x2, y2 in boxes:
        result[y1:y2, x1:x2] = 255
    return result


def people(drawn: Mask, stature: Stature | None = FLAT) -> list[tuple[float, ...]]:
    components = Components.of(drawn, min_area_px=30)
    return sorted(tuple(box) for box in components.people(stature).tolist())


def test_specks_go_and_gaps_close() -> None:
    drawn = mask((100, 50, 120, 110), (10, 10, 12, 12))
    drawn[80:83, 100:120] = 0
    cleaned = clean(drawn)
    assert cleaned[81, 110] == 255
    assert cleaned[11, 11] == 0


def test_one_person_is_one_box() -> None:
    assert people(mask((100, 50, 122, 110))) == [(100, 50, 122, 110)]


def test_parts_of_one_person_are_joined() -> None:
    parts = mask((100, 50, 120, 75), (98, 85, 122, 110))
    assert people(parts) == [(98, 50, 122, 110)]


def test_parts_are_joined_to_what_is_upright_while_no_size_is_known() -> None:
    parts = mask((100, 50, 120, 75), (98, 85, 122, 110))
    assert people(parts, None) == [(98, 50, 122, 110)]
    one_behind_the_other = mask((100, 20, 122, 80), (100, 90, 122, 150))
    assert len(people(one_behind_the_other, None)) == 2


def test_two_heads_are_two_people() -> None:
    pair = mask((100, 60, 120, 110), (120, 85, 126, 110), (126, 52, 146, 110))
    boxes = people(pair)
    assert len(boxes) == 2
    assert boxes[0][2] <= boxes[1][0] + 1
    assert boxes[1][1] == 52


def test_a_row_without_visible_heads_is_cut_by_width() -> None:
    assert len(people(mask((100, 50, 195, 110)))) == 3


def test_somebody_behind_is_seen_over_the_one_in_front() -> None:
    near_far = Stature(offset_px=0, slope=0.4)
    boxes = people(mask((100, 50, 130, 200)), near_far)
    assert len(boxes) == 2
    assert {box[3] for box in boxes} == {83, 200}


def test_what_is_far_too_small_for_a_person_is_dropped() -> None:
    cat = mask((100, 100, 120, 112))
    assert people(cat) == []
    assert len(people(cat, None)) == 1


def test_where_the_size_is_unknown_only_upright_parts_are_people() -> None:
    far_only = Stature(offset_px=60, slope=0, known_to=80)
    upright_and_square = mask((100, 100, 130, 160), (200, 100, 240, 140))
    assert people(upright_and_square, far_only) == [(100, 100, 130, 160)]
    assert len(people(upright_and_square, None)) == 2


def test_parts_at_the_edge_of_the_picture_teach_nothing() -> None:
    components = Components.of(mask((0, 50, 10, 110), (100, 50, 120, 110)), min_area_px=30)
    assert components.whole().tolist() == [[100, 50, 120, 110]]


def test_the_size_of_people_is_learned_by_row() -> None:
    learner = StatureLearner(480)
    rng = np.random.default_rng(0)
    assert learner.stature() is None
    for _ in range(80):
        foot = rng.uniform(200, 460)
        for x in np.arange(rng.uniform(50, 400), 500, 9):
            height = (10 + 0.3 * foot) * rng.normal(1, 0.05)
            boxes = [[x, foot - height, x + 0.4 * height, foot], [x, foot - height, x + 200, foot]]
            learner.learn(np.array(boxes, np.float32))
    stature = learner.stature()
    assert stature is not None
    for foot in (220, 330, 440):
        assert stature.height(foot) == pytest.approx(10 + 0.3 * foot, rel=0.06)
    assert stature.knows(300)
    assert not stature.knows(50)


def test_drops_of_rain_teach_nothing() -> None:
    learner = StatureLearner(480)
    rng = np.random.default_rng(0)
    for x in range(50, 500, 9):
        drops = rng.uniform((0, 0), (640, 460), (40, 2))
        rain = np.column_stack((drops, drops + np.array((3, 10))))
        walkers = [[x, 190, x + 24, 250], [x, 330, x + 40, 430]]
        learner.learn(np.concatenate((rain, walkers)).astype(np.float32))
    stature = learner.stature()
    assert stature is not None
    assert stature.height(250) == pytest.approx(60)
    assert stature.height(430) == pytest.approx(100)


def test_people_never_shrink_towards_the_camera() -> None:
    learner = StatureLearner(480)
    for foot, height in ((200, 100), (400, 60)):
        for _ in range(30):
            learner.learn(np.array([[50, foot - height, 75, foot]], np.float32))
    stature = learner.stature()
    assert stature is not None
    assert stature.slope == 0


def test_calibration_with_two_people() -> None:
    stature = Stature.through((400, 120), (200, 60))
    assert stature.height(300) == pytest.approx(90)
    assert stature.scaled(0.5).height(150) == pytest.approx(45)
    assert stature.width(300) < stature.height(300)
    assert stature.knows(10**6)


@pytest.mark.parametrize(("near", "far"), [((400, 120), (400, 60)), ((400, 0), (200, 60))])
def test_a_calibration_that_says_nothing_is_refused(
    near: tuple[float, float], far: tuple[float, float]
) -> None:
    with pytest.raises(ConfigError, match="expected two rows"):
        Stature.through(near, far)
