"""Draws the curves of crowd.py with matplotlib: one small panel for each axis, one line an eye."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curves import CROSSING_PERCENT, Curve, Point
from sweep import EYES

COLOURS = dict(zip(EYES, ("#0072b2", "#d55e00", "#009e73"), strict=True))  # Okabe and Ito 2008
MARKS = dict(zip(EYES, ("o", "s", "^"), strict=True))
COLUMNS, TOP_PERCENT = 4, 100.0
PICTURES = {"crossings": "error of crossings, %", "people": "mean error of people in view, %"}
STYLE = {
    "svg.hashsalt": "crowd",  # ids that do not depend on chance
    "svg.fonttype": "none",
    "font.size": 8,
    "font.family": "DejaVu Sans",
}


def draw(curves: Sequence[Curve], path: Path, *, what: str) -> None:
    """Draw ``what``, crossings or people, of every axis into one file; the same bytes each time."""
    import matplotlib as mpl  # noqa: PLC0415 -- optional: only where something is drawn

    mpl.use("svg" if path.suffix == ".svg" else "agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 -- after the backend is chosen

    rows = -(-(len(curves) + 1) // COLUMNS)
    with mpl.rc_context(STYLE):
        figure, grid = plt.subplots(
            rows, COLUMNS, figsize=(11, 2.1 * rows), layout="constrained", sharey=True
        )
        for curve, panel in zip(curves, grid.flat, strict=False):
            _panel(panel, curve, what)
        for panel in grid.flat[len(curves) :]:
            panel.axis("off")
        handles, labels = grid.flat[0].get_legend_handles_labels()
        grid.flat[-1].legend(handles, labels, loc="center", frameon=False)
        figure.supylabel(PICTURES[what])
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"Date": None, "Creator": None} if path.suffix == ".svg" else {"Software": None}
        figure.savefig(path, metadata=metadata, dpi=110)
        plt.close(figure)
    if path.suffix == ".svg":
        _shorten(path)


def _panel(panel: Any, curve: Curve, what: str) -> None:  # noqa: ANN401 -- matplotlib is optional
    places = range(len(curve.values))
    stated = [low <= x <= high for x in curve.values for low, high in [curve.axis.motion]]
    for place in places:
        if not stated[place]:
            panel.axvspan(place - 0.5, place + 0.5, color="0.94", lw=0)
    for eye in EYES:
        errors, spread = _errors(curve.points[eye], what)
        low = [max(0.0, e - s) for e, s in zip(errors, spread, strict=True)]
        high = [min(2 * TOP_PERCENT, e + s) for e, s in zip(errors, spread, strict=True)]
        panel.fill_between(places, low, high, color=COLOURS[eye], alpha=0.15, lw=0)
        panel.plot(places, errors, MARKS[eye] + "-", ms=3, lw=1, color=COLOURS[eye], label=eye)
    allowed = [CROSSING_PERCENT] * len(places)
    if what == "people":
        allowed = [100 * p.mae_allowed / p.people for p in curve.points[EYES[0]]]
    panel.plot(places, allowed, ":", color="0.3", lw=0.8, label="trustworthy below")
    panel.fill_between([], [], [], color="0.94", label="not stated for motion")
    panel.set_xlim(-0.5, len(places) - 0.5)
    panel.set_ylim(0, TOP_PERCENT)
    panel.set_xticks(places, [f"{x:g}" for x in curve.values])
    panel.set_title(f"{curve.axis.name}, {curve.axis.unit}", fontsize=8)
    panel.spines[["top", "right"]].set_visible(False)


def _errors(points: Sequence[Point], what: str) -> tuple[list[float], list[float]]:
    if what == "crossings":
        return [p.crossing_percent for p in points], [_known(p.crossing_interval) for p in points]
    return (
        [100 * p.mae / p.people for p in points],
        [_known(100 * p.people_interval / p.people) for p in points],
    )


def _known(spread: float) -> float:
    return 0.0 if spread != spread else spread  # noqa: PLR0124 -- nan: one seed has no interval


def _shorten(path: Path) -> None:
    """A tenth of a pixel is fine enough for a page; what says nothing is left out."""
    text = re.sub(r"(\d+\.\d)\d{3,}", r"\1", path.read_text(encoding="utf-8"))
    for idle in (
        r' transform="rotate\(-0 [^"]*"',
        r"; stroke-linejoin: miter",
        r' id="(line2d|text)_\d+"',
    ):
        text = re.sub(idle, "", text)
    text = text.replace("font-family: 'DejaVu Sans'; ", "")
    text = text.replace("<svg ", '<svg font-family="DejaVu Sans, sans-serif" ', 1)
    # A mark's path has this style already.
    text = re.sub(r'(<use [^>]*) style="stroke: #000000; stroke-width: 0.8"', r"\1", text)
    path.write_text(re.sub(r"\s*\n\s*", "\n", text), encoding="utf-8")
