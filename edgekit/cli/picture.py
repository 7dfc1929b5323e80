"""What a system read and decided, as a picture, with matplotlib (``pip install '.[plot]'``)."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from edgekit.cli.series import Adapter, Curve, Played
from edgekit.errors import ConfigError, MissingExtraError
from edgekit.evaluation.timestamp import VIDEO_MS
from edgekit.systems.decision import Decision, Severity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS: Mapping[Severity, str] = {
    Severity.INFO: "#8a8f98",
    Severity.ACTION: "#2a6fb0",
    Severity.FAULT: "#d98a00",
    Severity.UNKNOWN: "#8e5bb5",
    Severity.ALARM: "#c22f2f",
}
LINES = ("#148296", "#3c3228", "#b5651d", "#5b8c2a", "#7a4fa3", "#c2567a")
WIDTH_IN, PANEL_IN, LANE_IN = 11.0, 2.1, 0.24
DPI = 110
MOST_LANES = 14


def draw(adapter: Adapter, played: Played) -> bytes:
    """Return a PNG: a panel for each unit, below them what was decided and what was commanded.

    Raises:
        MissingExtraError: matplotlib is not installed.
        ConfigError: there is nothing to draw.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise MissingExtraError(
            "drawing needs matplotlib, which is not installed", extra="plot"
        ) from error
    panels = [name for name in _panels(adapter.curves) if _filled(adapter, played, name)]
    lanes = _lanes(played.decisions)
    if not panels and not lanes:
        raise ConfigError("there is nothing to draw: no readings and no decisions")
    heights = [PANEL_IN] * len(panels) + [0.5 + LANE_IN * max(1, len(lanes))]
    figure = Figure(figsize=(WIDTH_IN, 0.7 + sum(heights)), dpi=DPI, layout="constrained")
    rows = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)
    dated = _dated(played)
    for (axes,), panel in zip(rows, panels, strict=False):
        _draw_panel(axes, panel, adapter, played, dated=dated)
    _draw_lanes(rows[-1][0], lanes, dated=dated)
    figure.suptitle(f"{adapter.card.name}: {adapter.card.title}", fontsize=11)
    data = io.BytesIO()
    figure.savefig(data, format="png")
    return data.getvalue()


def _panels(curves: Sequence[Curve]) -> Iterator[str]:
    yield from dict.fromkeys(curve.panel for curve in curves)


def _filled(adapter: Adapter, played: Played, panel: str) -> bool:
    return any(played.curves[c.name][0] for c in adapter.curves if c.panel == panel)


def _draw_panel(axes: "Axes", panel: str, adapter: Adapter, played: Played, *, dated: bool) -> None:
    curves = [curve for curve in adapter.curves if curve.panel == panel]
    for colour, curve in zip(LINES * 3, curves, strict=False):
        times, values = played.curves[curve.name]
        if times:
            style: dict[str, Any] = {"drawstyle": "steps-post"} if curve.steps else {}
            shown = [_time(t_ms, dated=dated) for t_ms in times]
            axes.plot(shown, values, color=colour, linewidth=1.1, label=curve.name, **style)
    for decision in played.decisions:
        if decision.severity is Severity.ALARM:
            axes.axvline(
                _time(decision.t_ms, dated=dated),
                color=COLOURS[Severity.ALARM],
                linewidth=0.8,
                alpha=0.6,
            )
    axes.set_ylabel(panel, fontsize=8)
    axes.tick_params(labelsize=8)
    axes.grid(visible=True, alpha=0.25)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)


def _lanes(decisions: Sequence[Decision]) -> "dict[str, list[Decision]]":
    """Return decisions by what they are, the gravest kinds first."""
    ranks = list(reversed(Severity))
    ordered = sorted(decisions, key=lambda one: ranks.index(one.severity))
    lanes: dict[str, list[Decision]] = {}
    for decision in ordered:
        lanes.setdefault(decision.what, []).append(decision)
    return dict(list(lanes.items())[:MOST_LANES])


def _draw_lanes(axes: "Axes", lanes: "dict[str, list[Decision]]", *, dated: bool) -> None:
    for height, decisions in enumerate(lanes.values()):
        for decision in decisions:
            at = _time(decision.t_ms, dated=dated)
            colour = COLOURS[decision.severity]
            command = decision.command
            if command is not None and command.expires_ms:
                until = _time(decision.t_ms + command.expires_ms, dated=dated)
                axes.plot([at, until], [-height] * 2, color=colour, linewidth=4, alpha=0.35)
            axes.plot([at], [-height], marker="|", markersize=9, markeredgewidth=1.6, color=colour)
    axes.set_yticks([-height for height in range(len(lanes))], list(lanes), fontsize=8)
    axes.set_ylim(-max(1, len(lanes)) + 0.4, 0.6)
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(visible=True, axis="x", alpha=0.25)
    axes.set_xlabel("UTC" if dated else "seconds", fontsize=8)
    if not lanes:
        axes.text(0.5, 0.5, "nothing was decided", transform=axes.transAxes, ha="center")


def _dated(played: Played) -> bool:
    times = [times[0] for times, _ in played.curves.values() if times]
    times += [decision.t_ms for decision in played.decisions]
    return bool(times) and min(times) >= VIDEO_MS


def _time(t_ms: int, *, dated: bool) -> Any:  # noqa: ANN401 -- what matplotlib takes as an x
    return datetime.fromtimestamp(t_ms / 1000, UTC) if dated else t_ms / 1000
