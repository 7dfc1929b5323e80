"""The declared form of a model of landmarks: what it is shown, and which of its points are eyes.

    order = "wflw-98"         # or points, right_eye, left_eye and nose
    width = 112               # of its input, in pixels
    height = 112
    colour = "rgb"            # or "bgr"
    mean = [0, 0, 0]          # it is shown (x - mean) / deviation, x from 0 to 255
    deviation = [255, 255, 255]
    layout = "nchw"           # or "nhwc"
    margin = 0.1              # of the face box's longer side, on each side of the square cut out
    unit = "crop"             # its points are shares of that square; "input": pixels of its input
    output = "landmarks"      # "" = the only one of that size
    presence = ""             # the output that says whether there is a face; "" = none
    presence_logit = false

A file says what a model is, never what it does: no part of it is run.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from edgekit.errors import ModelError

MOST_PX, MOST_POINTS = 1024, 1000
MOST_LETTERS = 200
EYE_POINTS = 6
COLOURS, LAYOUTS, UNITS = ("bgr", "rgb"), ("nchw", "nhwc"), ("crop", "input")
Six = tuple[int, int, int, int, int, int]

ORDERS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        # Sagonas et al., "300 Faces in-the-Wild Challenge" (ICCV workshops 2013), fig. 2, from 0.
        "ibug-68": {
            "points": 68,
            "right_eye": (36, 37, 38, 39, 40, 41),
            "left_eye": (42, 43, 44, 45, 46, 47),
            "nose": 30,
        },
        # Wu et al., "Look at Boundary" (CVPR 2018): eight points an eye, the middle two not used.
        "wflw-98": {
            "points": 98,
            "right_eye": (60, 61, 63, 64, 65, 67),
            "left_eye": (68, 69, 71, 72, 73, 75),
            "nose": 54,
        },
        # The canonical face of MediaPipe (canonical_face_model_uv_visualization.png).
        "mediapipe-468": {
            "points": 468,
            "right_eye": (33, 160, 158, 133, 153, 144),
            "left_eye": (362, 385, 387, 263, 373, 380),
            "nose": 1,
        },
        # The same, with ten points of the irises behind it.
        "mediapipe-478": {
            "points": 478,
            "right_eye": (33, 160, 158, 133, 153, 144),
            "left_eye": (362, 385, 387, 263, 373, 380),
            "nose": 1,
        },
    }
)
"""By the usual orders of points: how many there are, and which are eyes and nose.

Of an eye: a corner, two of the upper lid, the other corner, two of the lower lid back to the first
(Soukupova and Cech 2016, fig. 1). Right and left are the person's own. ``nose`` is its tip.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandmarkForm:
    """One model's form, as the text above says it; every field is checked here (ModelError)."""

    points: int
    right_eye: Six
    left_eye: Six
    nose: int
    width: int
    height: int
    colour: str
    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]
    layout: str
    margin: float
    unit: str
    output: str = ""
    presence: str = ""
    presence_logit: bool = False

    @property
    def used(self) -> tuple[int, ...]:
        """The thirteen points that are read: right eye, left eye, nose."""
        return (*self.right_eye, *self.left_eye, self.nose)

    def __post_init__(self) -> None:
        for what, value, allowed in (
            ("colour", self.colour, COLOURS),
            ("layout", self.layout, LAYOUTS),
            ("unit", self.unit, UNITS),
        ):
            if value not in allowed:
                raise ModelError(f"form: {what} {value!r}: expected {' or '.join(allowed)}")
        if not (1 <= self.width <= MOST_PX and 1 <= self.height <= MOST_PX):
            raise ModelError(f"form: {self.width}x{self.height}: expected 1 to {MOST_PX} pixels")
        if not 0 <= self.margin <= 1:
            raise ModelError(f"form: margin {self.margin}: expected 0 to 1")
        if not all(map(math.isfinite, (*self.mean, *self.deviation))) or min(self.deviation) <= 0:
            raise ModelError(f"form: deviation {self.deviation}: expected numbers above 0")
        self._require_points()

    def _require_points(self) -> None:
        used = self.used
        if not (1 <= self.points <= MOST_POINTS and 0 <= min(used) <= max(used) < self.points):
            raise ModelError(f"form: the points {used} are not all among {self.points}")
        if len(set(used)) != len(used):
            raise ModelError(f"form: {used}: expected thirteen points that differ")


def read_form(table: Mapping[str, Any]) -> LandmarkForm:
    """Read the table of a form; ``order`` stands for its points. Raises ModelError."""
    try:
        return _form(dict(table))
    except ModelError:
        raise
    except (ValueError, OverflowError) as error:  # not even to be written in an error of ours
        raise ModelError(f"form: a number far too large: {error}") from error


def _form(values: dict[str, Any]) -> LandmarkForm:
    order = values.pop("order", None)
    if order is not None:
        if not isinstance(order, str) or order not in ORDERS:
            raise ModelError(f"form: order {order!r}: expected one of {', '.join(ORDERS)}")
        if twice := sorted(set(values) & set(ORDERS[order])):
            raise ModelError(f"form: {', '.join(twice)} beside order: expected one of the two")
        values |= ORDERS[order]
    names = {field.name for field in fields(LandmarkForm)}
    if wrong := sorted((set(values) - names) | (names - _OPTIONAL - set(values))):
        raise ModelError(f"form: missing or unknown keys {wrong}")
    return LandmarkForm(**{name: _KINDS[name](name, value) for name, value in values.items()})


def form_lines(form: LandmarkForm) -> tuple[str, ...]:
    """Return the form as lines of TOML, as `read_form` reads it."""
    return tuple(f"{field.name} = {_toml(getattr(form, field.name))}" for field in fields(form))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}'"  # a name of an output: no quote is in it, see `_text`
    return str(list(value)) if isinstance(value, tuple) else str(value)


def _whole(name: str, value: object) -> int:
    if type(value) is not int:
        raise ModelError(f"form: {name} {value!r}: expected a whole number")
    return value


def _number(name: str, value: object) -> float:
    if type(value) not in (int, float):
        raise ModelError(f"form: {name} {value!r}: expected a number")
    return float(value)  # type: ignore[arg-type]  # -- its type was just looked at


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or "'" in value:
        raise ModelError(f"form: {name} {value!r}: expected a plain text")
    if len(value) > MOST_LETTERS:
        raise ModelError(f"form: {name}: expected up to {MOST_LETTERS} letters")
    return value


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ModelError(f"form: {name} {value!r}: expected true or false")
    return value


def _list(name: str, value: object, length: int) -> list[object]:
    if not isinstance(value, list | tuple) or len(value) != length:
        raise ModelError(f"form: {name} {value!r}: expected {length} numbers")
    return list(value)


def _six(name: str, value: object) -> tuple[int, ...]:
    return tuple(_whole(name, one) for one in _list(name, value, EYE_POINTS))


def _three(name: str, value: object) -> tuple[float, ...]:
    return tuple(_number(name, one) for one in _list(name, value, 3))


_OPTIONAL = frozenset({"output", "presence", "presence_logit"})
_KINDS: Mapping[str, Any] = {
    **dict.fromkeys(("points", "nose", "width", "height"), _whole),
    **dict.fromkeys(("colour", "layout", "unit", "output", "presence"), _text),
    **dict.fromkeys(("right_eye", "left_eye"), _six),
    **dict.fromkeys(("mean", "deviation"), _three),
    "margin": _number,
    "presence_logit": _flag,
}
