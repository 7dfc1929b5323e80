"""A model of landmarks that is no model: it finds dots by their colours, in a drawn picture.

    data = marks(colours, side=160)     # an ONNX file: picture -> points, presence

It stands in for a model of landmarks where the rest of the way is tried out, from pixels to the
buzzer (`edgekit.testing.driver`), and says nothing of how good a model of faces is.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgekit.models.onnx_file import Node, model

if TYPE_CHECKING:
    from collections.abc import Mapping

EYE = 6


def marks(colours: NDArray[np.int64], *, side: int) -> bytes:
    """Return the ONNX model that finds dots: the middle of what has each one's colour.

    Args:
        colours: shape (13, 3), BGR, 0..255: of the right eye, the left eye, and the nose.
        side: of its input, in pixels.

    A pixel weighs 1 - d / 0.35 of a colour at distance d (the sum of the three differences), or
    nothing; the right eye is looked for in the left half, and the left eye in the right one.
    """
    wanted = (colours / 255).astype(np.float32).reshape(len(colours), 3, 1, 1)
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float64)
    grid = np.stack([columns.ravel(), rows.ravel(), np.ones(side * side)], axis=1)
    half = np.ones((len(colours), side * side), np.float32)
    half[:EYE, columns.ravel() > side / 2] = 0
    half[EYE : 2 * EYE, columns.ravel() < side / 2] = 0
    weights: Mapping[str, NDArray[np.generic]] = {
        "colours": wanted,
        "reach": np.array([0.35], np.float32),
        "one": np.array([1.0], np.float32),
        "half": half,
        "grid": grid.astype(np.float32),
        "flat": np.array([len(colours), side * side], np.int64),
        "least": np.array([1e-6], np.float32),
        "few": np.array([0.5], np.float32),
        "from": np.array([0], np.int64),
        "two": np.array([2], np.int64),
        "three": np.array([3], np.int64),
        "across": np.array([1], np.int64),
    }
    nodes = [
        Node(op="Sub", inputs=("picture", "colours"), output="off"),
        Node(op="Abs", inputs=("off",), output="away"),
        Node(op="ReduceSum", inputs=("away", "across"), output="distance"),
        Node(op="Div", inputs=("distance", "reach"), output="share"),
        Node(op="Sub", inputs=("one", "share"), output="near"),
        Node(op="Relu", inputs=("near",), output="weight"),
        Node(op="Reshape", inputs=("weight", "flat"), output="all"),
        Node(op="Mul", inputs=("all", "half"), output="table"),
        Node(op="MatMul", inputs=("table", "grid"), output="sums"),
        Node(op="Slice", inputs=("sums", "from", "two", "across"), output="moments"),
        Node(op="Slice", inputs=("sums", "two", "three", "across"), output="mass"),
        Node(op="Max", inputs=("mass", "least"), output="some"),
        Node(op="Div", inputs=("moments", "some"), output="points"),
        Node(op="ReduceMin", inputs=("mass",), output="rarest", ints={"axes": (0, 1)}),
        Node(op="Div", inputs=("rarest", "few"), output="enough"),
        Node(op="Min", inputs=("enough", "one"), output="presence"),
    ]
    return model(
        nodes,
        weights,
        inputs={"picture": (1, 3, side, side)},
        outputs={"points": (len(colours), 2), "presence": (1, 1)},
    )
