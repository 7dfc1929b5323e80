"""The declared form of a model of landmarks: read strictly, and written as it is read."""

import tomllib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ModelError
from edgekit.models.form import ORDERS, form_lines, read_form
from edgekit.systems.drowsiness_eyes import look_at

FORM: dict[str, Any] = {
    "order": "wflw-98",
    "width": 112,
    "height": 112,
    "colour": "rgb",
    "mean": [0, 0, 0],
    "deviation": [255, 255, 255],
    "layout": "nchw",
    "margin": 0.1,
    "unit": "crop",
}


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_says_which_points_are_eyes(order: str) -> None:
    form = read_form(FORM | {"order": order})

    assert form.points == int(order.rpartition("-")[2])
    assert len(set(form.used)) == 13
    assert max(form.used) < form.points


IBUG = {36: (-15, 0), 37: (-5, -4), 38: (5, -4), 39: (15, 0), 40: (5, 4), 41: (-5, 4)}
WFLW = {60: (-15, 0), 61: (-5, -4), 63: (5, -4), 64: (15, 0), 65: (5, 4), 67: (-5, 4)}
MESH = {33: (-15, 0), 160: (-5, -4), 158: (5, -4), 133: (15, 0), 153: (5, 4), 144: (-5, 4)}


@pytest.mark.parametrize(
    ("order", "eye", "nose", "first"),
    [("ibug-68", IBUG, 30, 42), ("wflw-98", WFLW, 54, 68), ("mediapipe-468", MESH, 1, 362)],
)
def test_the_eyes_of_an_order_are_measured(
    order: str, eye: dict[int, tuple[float, float]], nose: int, first: int
) -> None:
    """The right eye by the numbers that the order's authors print, the left one beside it."""
    form = read_form(FORM | {"order": order})
    points = np.zeros((form.points, 2), np.float32)
    for number, place in eye.items():
        points[number] = np.add(place, (70, 100))
    assert form.left_eye[0] == first
    for number, place in zip(form.left_eye, list(eye.values()), strict=True):
        points[number] = np.add(place, (130, 100))
    points[nose] = (100, 136)

    assert look_at(points[list(form.used)]).ear == pytest.approx(8 / 30)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"order": "other"}, "expected one of ibug-68"),
        ({"order": ["ibug-68"]}, "expected one of ibug-68"),
        ({"mean": [10**400, 0, 0]}, "far too large"),
        ({"width": 16**20_000}, "far too large"),
        ({"colour": 16**20_000}, "far too large"),
        ({"output": "o" * 201}, "up to 200 letters"),
        ({"nose": 3}, "nose beside order"),
        ({"colour": "grey"}, "^form: colour 'grey': expected bgr or rgb"),
        ({"layout": "hwc"}, "layout"),
        ({"unit": "mm"}, "unit"),
        ({"width": 0}, "expected 1 to 1024 pixels"),
        ({"height": 2000}, "expected 1 to 1024 pixels"),
        ({"margin": 1.5}, "margin"),
        ({"deviation": [0, 1, 1]}, "above 0"),
        ({"mean": [0, 1, float("nan")]}, "above 0"),
        ({"mean": [0, 1]}, "expected 3 numbers"),
        ({"mean": "black"}, "expected 3 numbers"),
        ({"width": 112.5}, "whole number"),
        ({"width": True}, "whole number"),
        ({"margin": "wide"}, "expected a number"),
        ({"output": 3}, "plain text"),
        ({"output": "it's"}, "plain text"),
        ({"presence_logit": 1}, "true or false"),
        ({"speed": 1}, r"missing or unknown keys \['speed'\]"),
        ({"layout": None}, "plain text"),
    ],
)
def test_what_is_no_form_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read_form(FORM | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nose": 98}, "not all among 98"),
        ({"points": 2000}, "not all among 2000"),
        ({"nose": 60}, "thirteen points that differ"),
        ({"left_eye": [1, 2, 3]}, "expected 6 numbers"),
    ],
)
def test_points_of_ones_own_are_read_as_strictly(changes: dict[str, Any], message: str) -> None:
    own = {key: value for key, value in FORM.items() if key != "order"} | dict(ORDERS["wflw-98"])

    assert read_form(own).nose == 54
    with pytest.raises(ModelError, match=message):
        read_form(own | changes)


def test_a_key_that_is_missing_is_named() -> None:
    with pytest.raises(ModelError, match="margin"):
        read_form({key: value for key, value in FORM.items() if key != "margin"})


@given(
    st.sampled_from(sorted(ORDERS)),
    st.integers(1, 1024),
    st.floats(0, 1),
    st.lists(st.floats(0.001, 1000), min_size=3, max_size=3),
    st.text(st.characters(codec="ascii", categories=["L", "N", "P"], exclude_characters="'")),
    st.booleans(),
)
def test_what_is_written_reads_as_it_was(
    order: str, side: int, margin: float, deviation: list[float], name: str, logit: bool
) -> None:
    form = read_form(
        FORM
        | {"order": order, "width": side, "margin": margin, "deviation": deviation}
        | {"output": name, "presence_logit": logit}
    )

    assert read_form(tomllib.loads("\n".join(form_lines(form)))) == form
