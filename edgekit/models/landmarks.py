"""Landmarks: where the points of one face lie, by a model of declared form. They stay in the eye.

    points = LandmarkModel(OnnxModel(data, name=name), form).find(frame, box)

Nothing here has passed the gate. Points say how a face is held, never whose it is: they are used in
the frame that they are of, and kept nowhere.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import Frame, Pixels
from edgekit.models.form import LandmarkForm
from edgekit.models.onnx import OnnxModel

Points = NDArray[np.float32]
"""float32, shape (n, 2): x, y in pixels of the frame."""

FLAT, DEEP = 2, 3
"""Numbers that a model gives of each point: with its depth, which is left out, or without."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmarks:
    """The points of one face, and how surely there is one, 0..1 (1 where the model doesn't say)."""

    points: Points
    presence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """What is cut out of a picture: its upper left corner and side, in whole pixels."""

    x: int
    y: int
    side: int


class LandmarkModel:
    """Finds the points of one face in a box.

    Args:
        model: the loaded model.
        form: what it was declared to be.

    Raises:
        ModelError: it takes or gives other things than declared.
    """

    def __init__(self, model: OnnxModel, form: LandmarkForm) -> None:
        size = (
            (3, form.height, form.width) if form.layout == "nchw" else (form.height, form.width, 3)
        )
        shape = model.input_shape
        free = all(
            not isinstance(got, int) or got == want
            for got, want in zip(shape[1:], size, strict=False)
        )
        if len(shape) != 1 + len(size) or not free:
            raise ModelError(f"input of shape {list(shape)}: expected {[1, *size]} as declared")
        for name in filter(None, (form.output, form.presence)):
            if name not in model.outputs:
                raise ModelError(f"outputs {list(model.outputs)}: expected {name!r} as declared")
        self._model = model
        self._form = form

    def find(self, frame: Frame, box: NDArray[np.float32]) -> Landmarks:
        """Return the points of the face in a box (x1, y1, x2, y2, in pixels of the frame).

        Raises:
            ModelError: the box has no extent, or the model gives other numbers than declared.
        """
        square = around(box, self._form.margin)
        outputs = self._model.run(self._blob(cut_out(frame.pixels, square)))
        flat = self._flat(dict(outputs))
        form = self._form
        inside = flat.reshape(form.points, -1)[:, :FLAT].astype(np.float32)
        if not np.isfinite(inside).all():
            raise ModelError("points that are no numbers: expected finite ones")
        scale = (1.0, 1.0) if form.unit == "crop" else (1 / form.width, 1 / form.height)
        points = inside * np.float32(square.side) * np.asarray(scale, np.float32)
        points += np.asarray([square.x, square.y], np.float32)
        return Landmarks(points=points, presence=self._presence(dict(outputs)))

    def _blob(self, picture: Pixels) -> NDArray[np.float32]:
        form = self._form
        size = (form.width, form.height)
        smaller = picture.shape[0] > max(size)
        way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        shown: NDArray[np.float32] = np.asarray(
            cv2.resize(picture, size, interpolation=way), np.float32
        )
        shown = shown[..., ::-1] if form.colour == "rgb" else shown
        shown -= np.array(form.mean, np.float32)
        shown /= np.array(form.deviation, np.float32)
        blob = shown if form.layout == "nhwc" else shown.transpose(2, 0, 1)
        return np.ascontiguousarray(blob[None], np.float32)

    def _flat(self, outputs: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        form = self._form
        sizes = {form.points * FLAT, form.points * DEEP}
        names = [form.output] if form.output else [n for n, v in outputs.items() if v.size in sizes]
        if len(names) != 1 or outputs[names[0]].size not in sizes:
            shapes = {name: list(value.shape) for name, value in outputs.items()}
            raise ModelError(
                f"outputs of shapes {shapes}: expected one of {form.points} points, 2 or 3 "
                "numbers each",
                hint="name it in the form: output = …",
            )
        return outputs[names[0]].ravel()

    def _presence(self, outputs: dict[str, NDArray[np.float32]]) -> float:
        name = self._form.presence
        if not name:
            return 1.0
        if outputs[name].size != 1:
            raise ModelError(f"{name} of shape {list(outputs[name].shape)}: expected one number")
        said = float(outputs[name].ravel()[0])
        if not self._form.presence_logit:
            return said
        return 1 / (1 + math.exp(-min(50.0, max(-50.0, said))))


def around(box: NDArray[np.float32], margin: float) -> Square:
    """Return the square around a box, wider by that share of its longer side on each side.

    Raises ModelError where the box has no extent.
    """
    x1, y1, x2, y2 = map(float, box)
    longer = max(x2 - x1, y2 - y1)
    if not (math.isfinite(longer + x1 + y1) and min(x2 - x1, y2 - y1) > 0):
        raise ModelError(
            f"a face box of {x1:.1f}, {y1:.1f}, {x2:.1f}, {y2:.1f}: expected an extent"
        )
    side = max(1, round(longer * (1 + 2 * margin)))
    return Square(x=round((x1 + x2 - side) / 2), y=round((y1 + y2 - side) / 2), side=side)


def cut_out(picture: Pixels, square: Square) -> Pixels:
    """Return the square of a picture, black where it reaches beyond."""
    height, width = picture.shape[:2]
    out = np.zeros((square.side, square.side, 3), np.uint8)
    x1, y1 = max(0, square.x), max(0, square.y)
    x2, y2 = min(width, square.x + square.side), min(height, square.y + square.side)
    if x2 > x1 and y2 > y1:
        out[y1 - square.y : y2 - square.y, x1 - square.x : x2 - square.x] = picture[y1:y2, x1:x2]
    return out
