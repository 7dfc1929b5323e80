"""Draws the curves of crowd.py with matplotlib: one small panel for each axis, one line an eye."""

from pathlib import Path

from curves import CROSSING_PERCENT, Curve
from sweep import EYES

COLOURS = dict(zip(EYES, ("#0072b2", "#d55e00", "#009e73"), strict=True))  # Okabe and Ito 2008
MARKS = dict(zip(EYES, ("o", "s", "^"), strict=True))
COLUMNS, TOP_PERCENT, TOP_PEOPLE = 4, 100.0, 100.0


def draw(curves: list[Curve], path: Path, *, what: str) -> None:
    """Draw ``what``, crossings or people, of every axis into one file.

    The same curves give the same bytes: no date, and ids that do not depend on chance.
    """
    import matplotlib as mpl

    mpl.use("svg" if path.suffix == ".svg" else "agg")
    from matplotlib import pyplot as plt

    mpl.rcParams.update(
        {"svg.hashsalt": "crowd", "svg.fonttype": "none", "font.size": 8, "font.family": "sans-serif"}
    )
    rows = -(-len(curves) // COLUMNS)
    figure, grid = plt.subplots(rows, COLUMNS, figsize=(11, 2.15 * rows), layout="constrained")
    for curve, panel in zip(curves, grid.flat, strict=False):
        _panel(panel, curve, what)
    for panel in grid.flat[len(curves) :]:
        panel.axis("off")
    handles, labels = grid.flat[0].get_legend_handles_labels()
    place = grid.flat[-1] if len(curves) < grid.size else figure
    place.legend(handles, labels, loc="center", frameon=False)
    about = {"crossings": "error of crossings, %", "people": "error of people in view, %"}[what]
    figure.supylabel(about)
    metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    figure.savefig(path, metadata=metadata, dpi=110)
    plt.close(figure)


def _panel(panel, curve: Curve, what: str) -> None:  # noqa: ANN001 -- matplotlib is optional
    for eye in EYES:
        points = curve.points[eye]
        if what == "crossings":
            errors = [p.crossing_percent for p in points]
            spread = [p.crossing_interval for p in points]
        else:
            errors = [100 * p.mae / max(p.people, 1) for p in points]
            spread = [100 * p.people_interval / max(p.people, 1) for p in points]
        low = [max(0, e - s) for e, s in zip(errors, spread, strict=True)]
        high = [e + s for e, s in zip(errors, spread, strict=True)]
        panel.plot(curve.values, errors, MARKS[eye] + "-", ms=3, lw=1, color=COLOURS[eye], label=eye)
        panel.fill_between(curve.values, low, high, color=COLOURS[eye], alpha=0.15, lw=0)
    panel.axhline(CROSSING_PERCENT if what == "crossings" else 20, color="0.4", lw=0.7, ls=":")
    panel.axvline(curve.axis.base, color="0.7", lw=0.7, ls="--")
    panel.set_ylim(0, TOP_PERCENT)
    if curve.axis.log:
        panel.set_xscale("log")
        panel.set_xticks(curve.values, [f"{x:g}" for x in curve.values])
        panel.minorticks_off()
    panel.set_title(f"{curve.axis.name}, {curve.axis.unit}", fontsize=8)
    panel.spines[["top", "right"]].set_visible(False)
