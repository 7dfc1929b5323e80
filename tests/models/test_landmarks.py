"""Landmarks by a model of declared form: one that is made here, of thirteen coloured dots."""

import tomllib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from edgekit.errors import ModelError
from edgekit.frames import Frame
from edgekit.models.form import LandmarkForm, read_form
from edgekit.models.landmarks import LandmarkModel, Square, around, cut_out
from edgekit.models.marks import marks
from edgekit.models.onnx import OnnxModel
from edgekit.models.onnx_file import Node, model
from edgekit.testing.driver import FORM, POINTS, SIDE, Pose, colours, draw, points_mm, seen

SIZE = (320, 240)
BOX = np.array([96, 40, 224, 200], np.float32)
DICE = np.random.default_rng(5)


def form(**changes: Any) -> LandmarkForm:  # noqa: ANN401 -- fields of the form
    return replace(read_form(tomllib.loads(FORM)), **changes)


@pytest.fixture(scope="module")
def finder() -> LandmarkModel:
    return LandmarkModel(OnnxModel(marks(colours(), side=SIDE), name="dots"), form())


@pytest.mark.parametrize(
    "pose",
    [
        Pose(),
        Pose(ear=0.12),
        Pose(yaw_deg=25),
        Pose(centre=(0.35, 0.55), height=0.7),
        Pose(centre=(0.9, 0.5), height=0.7),
    ],
    ids=["open", "nearly shut", "turned", "aside", "at the edge"],
)
def test_points_come_in_pixels_of_the_picture(finder: LandmarkModel, pose: Pose) -> None:
    frame = Frame(draw(pose, size=SIZE, dice=DICE, noise=4), 0, 0)
    shift = np.array([(pose.centre[0] - 0.5) * 320, (pose.centre[1] - 0.5) * 240] * 2)

    found = finder.find(frame, (BOX + shift).astype(np.float32))

    assert (str(found.points.dtype), found.points.shape) == ("float32", (POINTS, 2))
    there = seen(points_mm(pose.ear), pose, SIZE)
    inside = there[:, 0] < SIZE[0] - 3
    assert np.abs(found.points - there)[inside].max() < 1.5
    if inside.all():
        assert found.presence > 0.5


def test_eyes_behind_dark_glasses_are_not_there(finder: LandmarkModel) -> None:
    found = finder.find(Frame(draw(Pose(glasses=True), dice=DICE), 0, 0), BOX)

    assert found.presence < 0.1


def made(shape: tuple[int, ...], *, inputs: tuple[int, ...] = (1, 3, 160, 160)) -> OnnxModel:
    """A model that says the same numbers of every picture: 0, 1, 2 …"""
    count = int(np.prod(shape))
    sums = Node(op="ReduceMean", inputs=("picture",), output="mean", ints={"axes": (1, 2, 3)})
    zero = Node(op="Mul", inputs=("mean", "zero"), output="none")
    said = Node(op="Add", inputs=("none", "numbers"), output="flat")
    shaped = Node(op="Reshape", inputs=("flat", "shape"), output="points")
    data = model(
        [sums, zero, said, shaped],
        {
            "zero": np.zeros(1, np.float32),
            "numbers": np.arange(count, dtype=np.float32).reshape((1,) * 3 + (count,)),
            "shape": np.array(shape, np.int64),
        },
        inputs={"picture": inputs},
        outputs={"points": shape},
    )
    return OnnxModel(data, name="made")


def test_shares_of_the_square_and_a_third_number_are_read() -> None:
    flat = form(output="", presence="", unit="crop")
    deep = LandmarkModel(made((1, 39)), flat)

    found = deep.find(Frame(draw(Pose(), dice=DICE), 0, 0), np.array([0, 0, 10, 10], np.float32))

    assert found.presence == 1.0
    assert found.points[1].tolist() == [-1 + 3 * 12, -1 + 4 * 12]  # a side of 12, from -1 on


@pytest.mark.parametrize("shape", [(1, 25), (12, 2), (1, 98, 2)])
def test_other_numbers_than_declared_are_refused(shape: tuple[int, ...]) -> None:
    finder = LandmarkModel(made(shape), form(presence="", output=""))

    with pytest.raises(ModelError, match=r"expected one of 13 points, 2 or 3 numbers each"):
        finder.find(Frame(draw(Pose(), dice=DICE), 0, 0), BOX)


def test_a_presence_of_many_numbers_is_refused() -> None:
    finder = LandmarkModel(made((13, 2)), form(presence="points", output="points"))

    with pytest.raises(ModelError, match="expected one number"):
        finder.find(Frame(draw(Pose(), dice=DICE), 0, 0), BOX)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": 112}, r"expected \[1, 3, 160, 112\] as declared"),
        ({"layout": "nhwc"}, r"expected \[1, 160, 160, 3\] as declared"),
        ({"output": "lids"}, "expected 'lids' as declared"),
        ({"presence": "face"}, "expected 'face' as declared"),
    ],
)
def test_a_model_of_another_form_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        LandmarkModel(OnnxModel(marks(colours(), side=SIDE), name="dots"), form(**changes))


def test_a_picture_last_in_colours_and_a_logit_are_read() -> None:
    other = made((1, 26), inputs=(1, 160, 160, 3))
    finder = LandmarkModel(other, form(layout="nhwc", presence="", colour="rgb"))
    found = finder.find(Frame(draw(Pose(), dice=DICE), 0, 0), BOX)
    sure = LandmarkModel(
        OnnxModel(marks(colours(), side=SIDE), name="dots"), form(presence_logit=True)
    )

    assert found.points.shape == (13, 2)
    assert 0.5 < sure.find(Frame(draw(Pose(), dice=DICE), 0, 0), BOX).presence < 0.74


@pytest.mark.parametrize("box", [(0, 0, 0, 5), (5, 5, 3, 9), (0, 0, float("nan"), 9)])
def test_a_box_without_extent_is_refused(box: tuple[float, ...]) -> None:
    with pytest.raises(ModelError, match="expected an extent"):
        around(np.array(box, np.float32), 0.2)


def test_what_is_cut_out_beyond_the_picture_is_black() -> None:
    picture = np.full((4, 4, 3), 9, np.uint8)

    out = cut_out(picture, Square(x=-2, y=2, side=4))

    assert out[:, :, 0].tolist() == [[0, 0, 9, 9], [0, 0, 9, 9], [0] * 4, [0] * 4]
    assert not cut_out(picture, Square(x=9, y=9, side=2)).any()
