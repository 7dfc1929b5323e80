"""The last windows of one metric as a small drawing: bars, what is not told, and gaps."""

from collections.abc import Mapping, Sequence

from edgekit.records import Status
from edgekit.web.board import WINDOWS
from edgekit.web.markup import Markup, tag
from edgekit.web.reading import Reading

_STEP, _WIDTH, _HEIGHT, _FOOT = 4, 3, 40, 2
_FEW_HEIGHT = 4
"""What is not told is drawn alike, whatever it is."""

_CLASS: Mapping[Status, str] = {
    Status.RELEASED: "bar",
    Status.SUPPRESSED: "few",
    Status.GAP: "gap",
}


def draw(readings: Sequence[Reading], words: str) -> Markup:
    """Return the windows as SVG, the latest at the right end.

    Args:
        readings: oldest first; those of one metric.
        words: what it shows, for who does not see it.
    """
    told = [one.value for one in readings if one.value is not None]
    most = max([1, *told])
    last_s, step_s = readings[-1].start_s, readings[-1].window_s
    bars = []
    for one in readings:
        place = WINDOWS - 1 - (last_s - one.start_s) // step_s
        if place >= 0:
            bars.append(_bar(one, place * _STEP, most))
    ground = _rect(0, _HEIGHT, WINDOWS * _STEP, _FOOT / 2, "ground")
    box = f"0 0 {WINDOWS * _STEP} {_HEIGHT + _FOOT}"
    drawing = {"viewBox": box, "role": "img", "aria_label": words, "class_": "chart"}
    return tag("svg", *bars, ground, **drawing, preserveAspectRatio="none")


def _bar(one: Reading, x: int, most: int) -> Markup:
    height = {Status.GAP: float(_HEIGHT), Status.SUPPRESSED: float(_FEW_HEIGHT)}.get(one.status)
    if height is None:
        height = max(1.0, _HEIGHT * max(0, one.value or 0) / most)
    return _rect(x, _HEIGHT - height, _WIDTH, height, _CLASS[one.status])


def _rect(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    sizes = {"x": x, "y": y, "width": width, "height": height}
    return tag("rect", class_=kind, **{key: f"{size:g}" for key, size in sizes.items()})
