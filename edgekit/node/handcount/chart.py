"""A hand count and ours drawn over time, with matplotlib (``pip install '.[plot]'``)."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekit.errors import ConfigError, MissingExtraError
from edgekit.evaluation.pairing import Cell, Pairs
from edgekit.evaluation.timestamp import VIDEO_MS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HAND, OURS, RANGE = "#3c3228", "#148296", "#148296"
WIDTH_IN, ROW_IN = 10.0, 2.6
DPI = 110


def draw_chart(pairs: Sequence[Pairs], path: Path) -> None:
    """Write one row a metric as PNG: steps by hand, ours over them, its range where it has one.

    Intervals that were left out stay empty.

    Raises:
        MissingExtraError: matplotlib is not installed.
        ConfigError: the file can't be written.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise MissingExtraError(
            "drawing needs matplotlib, which is not installed", extra="plot"
        ) from error
    shown = [one for one in pairs if one.cells]
    figure = Figure(figsize=(WIDTH_IN, 0.6 + ROW_IN * len(shown)), dpi=DPI, layout="constrained")
    rows = figure.subplots(len(shown), 1, squeeze=False, sharex=True)
    for (axes,), one in zip(rows, shown, strict=True):
        _draw(axes, one)
    data = io.BytesIO()
    figure.savefig(data, format="png")
    _write(path, data.getvalue())


def _draw(axes: "Axes", pairs: Pairs) -> None:
    dated = pairs.cells[0].start_ms >= VIDEO_MS
    for index, cell in enumerate(pairs.cells):
        span = [_time(cell.start_ms, dated=dated), _time(cell.end_ms, dated=dated)]
        first: dict[str, Any] = {"label": "by hand"} if not index else {}
        axes.plot(span, [cell.hand] * 2, color=HAND, linewidth=2.5, **first)
        _draw_ours(axes, cell, span, label="ours" if not index else "")
    axes.set_title(pairs.metric, loc="left", fontsize=10)
    axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
    axes.set_xlabel("UTC" if dated else "seconds of the video", fontsize=8)
    left_out = ", ".join(f"{n} {reason}" for reason, n in pairs.left_out.items())
    if left_out:
        axes.set_title(f"left out: {left_out}", loc="right", fontsize=8)


def _draw_ours(axes: "Axes", cell: Cell, span: list[Any], *, label: str) -> None:
    more: dict[str, Any] = {"label": label} if label else {}
    if cell.low < cell.high:
        axes.fill_between(span, [cell.low] * 2, [cell.high] * 2, color=RANGE, alpha=0.25, **more)
        more = {}
    if cell.value is not None:
        axes.plot(span, [cell.value] * 2, color=OURS, linewidth=1.5, **more)


def _time(t_ms: int, *, dated: bool) -> Any:  # noqa: ANN401 -- what matplotlib takes as an x
    return datetime.fromtimestamp(t_ms / 1000, UTC) if dated else t_ms / 1000


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ConfigError(
            f"the chart cannot be written to {path}: {error.strerror}", hint="name another file"
        ) from error
