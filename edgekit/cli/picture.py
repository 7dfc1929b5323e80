"""What a system read and decided, as a picture, with matplotlib (``pip install '.[plot]'``).

Above a panel for each unit, below them a lane for each kind of decision, and at the foot, numbered
as in the lanes, why: the first decision of each of the gravest kinds.
"""

import io
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from typing import TYPE_CHECKING, Any

from edgekit.cli.series import Adapter, Curve, Played
from edgekit.errors import ConfigError, MissingExtraError
from edgekit.evaluation.timestamp import VIDEO_MS
from edgekit.systems.decision import Decision, Severity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS: Mapping[Severity, str] = {
    Severity.INFO: "#6b7280",
    Severity.ACTION: "#2a6fb0",
    Severity.FAULT: "#b96a00",
    Severity.UNKNOWN: "#8e5bb5",
    Severity.ALARM: "#c22f2f",
}
LINES = ("#148296", "#3c3228", "#b5651d", "#5b8c2a", "#7a4fa3", "#c2567a")
WIDTH_IN, PANEL_IN, LANE_IN, REASON_IN = 11.0, 1.9, 0.24, 0.19
DPI = 110
MOST_LANES, MOST_REASONS, MOST_DOTS, LINE_LETTERS = 14, 8, 120, 150
MARGIN = 0.015
"""Of the time shown, to the left and right of it."""


def draw(adapter: Adapter, played: Played, zone: tzinfo = UTC) -> bytes:
    """Return a PNG whose times are those of clocks in ``zone``.

    Raises:
        MissingExtraError: matplotlib is not installed.
        ConfigError: there is nothing to draw.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 -- an extra
        from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415 -- likewise
    except ImportError as error:
        raise MissingExtraError(
            "drawing needs matplotlib, which is not installed", extra="plot"
        ) from error
    panels = [name for name in _panels(adapter.curves) if _filled(adapter, played, name)]
    lanes = _lanes(played.decisions)
    if not panels and not lanes:
        raise ConfigError("there is nothing to draw: no readings and no decisions")
    chosen = _chosen(lanes)
    clock = zone if _dated(played) else None
    reasons = list(_reasons(chosen, clock))
    heights = [PANEL_IN] * len(panels) + [0.5 + LANE_IN * max(1, len(lanes))]
    heights.append(0.1 + REASON_IN * sum(len(lines) for _, lines in reasons))
    layout = ConstrainedLayoutEngine(h_pad=0.06)
    figure = Figure(figsize=(WIDTH_IN, 0.9 + sum(heights)), dpi=DPI, layout=layout)
    rows = [
        row for (row,) in figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)
    ]
    *above, foot = rows
    for axes, panel in zip(above, panels, strict=False):
        _draw_panel(axes, panel, adapter, played, clock)
        axes.tick_params(labelbottom=False)
    _draw_lanes(above[-1], lanes, chosen, clock)
    _set_times(above, played, clock)
    _write_reasons(foot, reasons)
    figure.suptitle(f"{adapter.card.name}: {adapter.card.title}", fontsize=11, x=0.01, ha="left")
    data = io.BytesIO()
    figure.savefig(data, format="png")
    return data.getvalue()


def _panels(curves: Sequence[Curve]) -> Iterator[str]:
    yield from dict.fromkeys(curve.panel for curve in curves)


def _filled(adapter: Adapter, played: Played, panel: str) -> bool:
    return any(played.curves[c.name][0] for c in adapter.curves if c.panel == panel)


def _draw_panel(
    axes: "Axes", panel: str, adapter: Adapter, played: Played, clock: tzinfo | None
) -> None:
    curves = [curve for curve in adapter.curves if curve.panel == panel]
    for colour, curve in zip(LINES * 3, curves, strict=False):
        times, values = played.curves[curve.name]
        if times:
            style: dict[str, Any] = {"drawstyle": "steps-post"} if curve.steps else {}
            if len(times) <= MOST_DOTS:  # what was read, among what the line only joins
                style |= {"marker": ".", "markersize": 4}
            shown = [_time(t_ms, clock) for t_ms in times]
            axes.plot(shown, values, color=colour, linewidth=1.1, label=curve.name, **style)
    for decision in played.decisions:
        if decision.severity is Severity.ALARM:
            axes.axvline(
                _time(decision.t_ms, clock),
                color=COLOURS[Severity.ALARM],
                linewidth=0.8,
                alpha=0.6,
            )
    axes.set_ylabel(panel, fontsize=8)
    axes.tick_params(labelsize=8)
    axes.margins(y=0.08)
    axes.grid(visible=True, alpha=0.25)
    _key(axes)


def _key(axes: "Axes", **more: Any) -> None:  # noqa: ANN401 -- what matplotlib's legend takes
    """Name the colours above the axes, where nothing is hidden by it."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=6, fontsize=8, frameon=False,
        borderaxespad=0.1, **more,
    )  # fmt: skip


def _lanes(decisions: Sequence[Decision]) -> "dict[str, list[Decision]]":
    """Return decisions by what they are, the gravest kinds first."""
    ranks = list(reversed(Severity))
    ordered = sorted(decisions, key=lambda one: ranks.index(one.severity))
    lanes: dict[str, list[Decision]] = {}
    for decision in ordered:
        lanes.setdefault(decision.what, []).append(decision)
    return dict(list(lanes.items())[:MOST_LANES])


def _chosen(lanes: Mapping[str, Sequence[Decision]]) -> list[Decision]:
    """Return the first decision of each of the gravest kinds, in the order of time."""
    firsts = [min(decisions, key=lambda one: one.t_ms) for decisions in lanes.values()]
    return sorted(firsts[:MOST_REASONS], key=lambda one: one.t_ms)


def _draw_lane(
    axes: "Axes", height: int, decisions: Sequence[Decision], clock: tzinfo | None
) -> None:
    """Draw decisions of one kind and severity at once: there may be thousands."""
    if not decisions:
        return
    colour = COLOURS[decisions[0].severity]
    times = [_time(one.t_ms, clock) for one in decisions]
    style: dict[str, Any] = {"marker": "|", "markersize": 9, "markeredgewidth": 1.6}
    axes.plot(times, [height] * len(times), linestyle="", color=colour, **style)
    held = [(one.t_ms, c.expires_ms) for one in decisions if (c := one.command) and c.expires_ms]
    if held:
        starts = [_time(t_ms, clock) for t_ms, _ in held]
        ends = [_time(t_ms + expires_ms, clock) for t_ms, expires_ms in held]
        axes.hlines([height] * len(held), starts, ends, colors=colour, linewidth=4, alpha=0.35)


def _draw_lanes(
    axes: "Axes",
    lanes: Mapping[str, Sequence[Decision]],
    chosen: Sequence[Decision],
    clock: tzinfo | None,
) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 -- an extra

    for height, decisions in enumerate(lanes.values()):
        for severity in Severity:
            _draw_lane(axes, -height, [one for one in decisions if one.severity is severity], clock)
    heights = {what: -height for height, what in enumerate(lanes)}
    for number, one in enumerate(chosen, 1):
        axes.annotate(
            str(number), (_time(one.t_ms, clock), heights[one.what]), (3, 1),
            textcoords="offset points", fontsize=7, color=COLOURS[one.severity], zorder=5,
            bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8},
        )  # fmt: skip
    axes.set_yticks([-height for height in range(len(lanes))], list(lanes), fontsize=8)
    axes.set_ylim(-max(1, len(lanes)) + 0.4, 0.6)
    axes.grid(visible=True, axis="x", alpha=0.25)
    if not lanes:
        axes.text(0.5, 0.5, "nothing was decided", transform=axes.transAxes, ha="center")
        return
    told = [one for decisions in lanes.values() for one in decisions]
    seen = [
        severity for severity in reversed(Severity) if any(o.severity is severity for o in told)
    ]
    marks = [
        Line2D([], [], color=COLOURS[one], marker="|", markersize=9, markeredgewidth=1.6, ls="")
        for one in seen
    ]
    words = [str(one) for one in seen]
    if any(one.command is not None and one.command.expires_ms for one in told):
        marks.append(Line2D([], [], color=COLOURS[Severity.ACTION], linewidth=4, alpha=0.35))
        words.append("a command, until it expires")
    _key(axes, handles=marks, labels=words)


def _set_times(rows: Sequence["Axes"], played: Played, clock: tzinfo | None) -> None:
    """Show the time of the readings and decisions, in all rows the same."""
    dates: Any = import_module("matplotlib.dates")  # an extra, and without types
    times = [t_ms for times, _ in played.curves.values() for t_ms in times]
    times += [decision.t_ms for decision in played.decisions]
    first, last = min(times), max(times)
    room = max(1, int(MARGIN * (last - first)))
    for axes in rows:
        if clock is not None:
            found = dates.AutoDateLocator(tz=clock)
            axes.xaxis.set_major_locator(found)
            words = dates.ConciseDateFormatter(found, tz=clock, show_offset=False)
            axes.xaxis.set_major_formatter(words)
        axes.set_xlim(_time(first - room, clock), _time(last + room, clock))
    rows[-1].tick_params(axis="x", labelsize=8)
    label = "seconds"
    if clock is not None:
        days = dict.fromkeys(f"{_time(t_ms, clock):%Y-%m-%d}" for t_ms in (first, last))
        label = f"{' to '.join(days)}, clocks of {clock}"
    rows[-1].set_xlabel(label, fontsize=8)


def _reasons(
    chosen: Sequence[Decision], clock: tzinfo | None
) -> Iterator[tuple[Severity, list[str]]]:
    """Yield lines that say when and why, each chosen decision by its number."""
    for number, one in enumerate(chosen, 1):
        at = _time(one.t_ms, clock)
        when = f"{at:g} s" if clock is None else f"{at:%d %b %H:%M:%S}"
        text = f"{number}  {when}  {one.what}: {' '.join(one.reason.split())}"
        yield one.severity, textwrap.wrap(text, LINE_LETTERS, subsequent_indent=" " * 6)


def _write_reasons(axes: "Axes", reasons: Sequence[tuple[Severity, list[str]]]) -> None:
    axes.set_axis_off()
    lines = [(severity, line) for severity, lines in reasons for line in lines]
    for at, (severity, line) in enumerate(lines):
        axes.text(
            0.0, 1.0 - (at + 0.5) / len(lines), line, transform=axes.transAxes,
            fontsize=8, va="center", color=COLOURS[severity], parse_math=False,
        )  # fmt: skip


def _dated(played: Played) -> bool:
    times = [times[0] for times, _ in played.curves.values() if times]
    times += [decision.t_ms for decision in played.decisions]
    return bool(times) and min(times) >= VIDEO_MS


def _time(t_ms: int, clock: tzinfo | None) -> Any:  # noqa: ANN401 -- what matplotlib takes as an x
    return t_ms / 1000 if clock is None else datetime.fromtimestamp(t_ms / 1000, clock)
