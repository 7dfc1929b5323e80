"""Puts measured tables into a page, between two marks; for crowd.py and quality.py."""

from collections.abc import Sequence
from pathlib import Path

from curves import Curve, Point
from sweep import EYES


def renew(page: Path, name: str, lines: Sequence[str]) -> None:
    """Replace what stands between the marks of that name; ValueError where they are not there."""
    begin, end = f"<!-- {name}: written by `make curves` -->", f"<!-- end of {name} -->"
    text = page.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{page}: expected the lines {begin} and {end}")
    body = "\n".join((begin, "", *lines, "", end))
    page.write_text(before + body + after, encoding="utf-8")


def limits(curves: Sequence[Curve]) -> list[str]:
    """Return a table: from where to where each eye holds on each axis, and how it fails beyond."""
    head = ["axis", "swept", *EYES, "how motion with the size given fails beyond", "noticed live"]
    rows = [head, ["---"] * len(head)]
    for curve in curves:
        axis = curve.axis
        rows.append(
            [
                f"{axis.name}, {axis.unit}",
                _span((curve.values[0], curve.values[-1])),
                *(_span(curve.trusted_range(eye)) for eye in EYES),
                _failure(curve, EYES[0]),
                "yes" if axis.judged else "no",
            ]
        )
    return ["| " + " | ".join(row) + " |" for row in rows]


def _span(span: tuple[float, float] | None) -> str:
    if span is None:
        return "nowhere"
    low, high = span
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _failure(curve: Curve, eye: str) -> str:
    span = curve.trusted_range(eye)
    beyond = [(x, p) for x, p in curve.pairs(eye) if span is None or not span[0] <= x <= span[1]]
    if not beyond:
        return "does not, as far as swept"
    # The first value beyond, on the side away from the base that was reached first.
    x, p = min(
        beyond,
        key=lambda pair: abs(curve.values.index(pair[0]) - curve.values.index(curve.axis.base)),
    )
    return f"at {x:g}: {_words(p)}"


def _words(p: Point) -> str:
    words = [f"crossings {p.crossing_bias_percent:+.0f} % net, {p.crossing_percent:.0f} % wrong"]
    words.append(f"people {p.bias_percent:+.0f} %")
    return ", ".join(words)
