"""The demo's picture: the covered view with its line and zone, and the counts over time.

Drawn from the covered preview and released numbers only.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edgekit.errors import LedgerError
from edgekit.frames import Pixels
from edgekit.geometry import Line, Zone
from edgekit.node.pictures.canvas import FAINT, INK, PAPER, write
from edgekit.node.pictures.canvas import LINE as OUT
from edgekit.node.pictures.drawing import IN, draw_line, draw_zone, enlarged

WIDTH, MARGIN, GUTTER, CHART_HEIGHT = 1280, 40, 40, 230


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One window: seconds from the start, passages in and out (None where it is a gap)."""

    start_s: int
    came: int | None
    went: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that the picture shows."""

    title: str
    notes: tuple[str, ...]
    lines: tuple[Line, ...]
    zones: tuple[Zone, ...]
    bars: tuple[Bar, ...]
    window_s: int


def draw_poster(sheet: Sheet, preview: Path | None, path: Path) -> None:
    """Draw the sheet and write it as PNG; LedgerError where it can't be written."""
    picture = None if preview is None else cv2.imread(str(preview))
    view = _view(sheet, None if picture is None else np.asarray(picture, np.uint8))
    height = MARGIN * 3 + 60 + view.shape[0] + CHART_HEIGHT
    page = np.full((height, WIDTH, 3), PAPER, np.uint8)
    write(page, sheet.title, (MARGIN, MARGIN + 22), scale=0.9, thickness=2)
    top = MARGIN + 50
    page[top : top + view.shape[0], MARGIN : MARGIN + view.shape[1]] = view
    _notes(page, sheet, (MARGIN + view.shape[1] + GUTTER, top + 18))
    _chart(page, sheet, top + view.shape[0] + GUTTER)
    done, data = cv2.imencode(".png", page)
    draft = path.with_suffix(".new")
    try:
        draft.write_bytes(data.tobytes())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise LedgerError(f"the picture cannot be written to {path}: {error.strerror}") from error
    if not done:
        raise LedgerError(f"the picture cannot be encoded for {path}")


def _view(sheet: Sheet, picture: Pixels | None) -> Pixels:
    if picture is None:
        picture = np.full((480, 640, 3), FAINT, np.uint8)
        write(picture, "no covered picture", (220, 240), scale=0.6)
    view = enlarged(picture, 720)
    height, width = view.shape[:2]
    scale = width / picture.shape[1]
    for zone in sheet.zones:
        draw_zone(view, zone.name, zone.polygon, scale=scale)
    for line in sheet.lines:
        draw_line(view, line.name, (line.start, line.end), scale=scale)
    cv2.rectangle(view, (0, 0), (width - 1, height - 1), FAINT, 1)
    return view


def _chart(page: Pixels, sheet: Sheet, top: int) -> None:
    left, right = MARGIN + 30, WIDTH - MARGIN
    middle = top + CHART_HEIGHT // 2
    write(page, f"passages per {sheet.window_s} s", (MARGIN, top), scale=0.5)
    write(page, "in", (right - 120, top), scale=0.5, colour=IN, thickness=2)
    write(page, "out", (right - 60, top), scale=0.5, colour=OUT, thickness=2)
    cv2.line(page, (left, middle), (right, middle), INK, 1)
    if not sheet.bars:
        return
    highest = max([1, *(n for bar in sheet.bars for n in (bar.came, bar.went) if n)])
    unit = (CHART_HEIGHT // 2 - 34) / highest
    step = min(110.0, (right - left) / len(sheet.bars))
    for index, bar in enumerate(sheet.bars):
        x1 = round(left + index * step + step * 0.15)
        x2 = round(left + (index + 1) * step - step * 0.15)
        _bar(page, bar, (x1, x2), middle, unit)


def _bar(page: Pixels, bar: Bar, xs: tuple[int, int], middle: int, unit: float) -> None:
    x1, x2 = xs
    if bar.came is None or bar.went is None:
        cv2.rectangle(page, (x1, middle - 12), (x2, middle + 12), FAINT, cv2.FILLED)
        write(page, "gap", (x1, middle + 28), scale=0.4)
        return
    for number, colour, up in ((bar.came, IN, -1), (bar.went, OUT, 1)):
        tip = middle + up * round(number * unit)
        cv2.rectangle(page, (x1, middle), (x2, tip), colour, cv2.FILLED)
        write(page, str(number), ((x1 + x2) // 2 - 5, tip + (18 if up > 0 else -6)), scale=0.45)


def _notes(page: Pixels, sheet: Sheet, at: tuple[int, int]) -> None:
    x, y = at
    for note in sheet.notes:
        write(page, note, (x, y), scale=0.52, thickness=1)
        y += 30
