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

Colour = tuple[int, int, int]

PAPER: Colour = (250, 248, 245)
INK: Colour = (60, 50, 40)
FAINT: Colour = (205, 200, 195)
IN: Colour = (150, 130, 20)
OUT: Colour = (50, 120, 235)
AREA: Colour = (60, 190, 240)

WIDTH, MARGIN, GUTTER, CHART_HEIGHT = 1280, 40, 40, 230
_FONT = cv2.FONT_HERSHEY_SIMPLEX


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
    _text(page, sheet.title, (MARGIN, MARGIN + 22), scale=0.9, thickness=2)
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
        _text(picture, "no covered picture", (220, 240), scale=0.6)
    wanted = 720
    scale = wanted / picture.shape[1]
    size = (wanted, round(picture.shape[0] * scale))
    view = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    for zone in sheet.zones:
        corners = np.array([[x * scale, y * scale] for x, y in zone.polygon], np.int32)
        tint = view.copy()
        cv2.fillPoly(tint, [corners], AREA)
        cv2.addWeighted(tint, 0.25, view, 0.75, 0, dst=view)
        cv2.polylines(view, [corners], isClosed=True, color=AREA, thickness=2, lineType=cv2.LINE_AA)
        left, top = corners.min(axis=0)
        _label(view, zone.name, (left + 8, top + 22))
    for line in sheet.lines:
        start, end = (_at(point, scale) for point in (line.start, line.end))
        cv2.line(view, start, end, OUT, 3, cv2.LINE_AA)
        _arrow_in(view, line, scale)
        _label(view, line.name, (min(start[0], end[0]) + 10, max(start[1], end[1]) - 14))
    cv2.rectangle(view, (0, 0), (size[0] - 1, size[1] - 1), FAINT, 1)
    return view


def _arrow_in(view: Pixels, line: Line, scale: float) -> None:
    (ax, ay), (bx, by) = line.start, line.end
    middle = ((ax + bx) / 2, (ay + by) / 2)
    # *In* is from left to right of start -> end: along the normal on whose side `side` is positive.
    normal = ((ay - by) / line.length_px, (bx - ax) / line.length_px)
    tip = (middle[0] + 34 * normal[0], middle[1] + 34 * normal[1])
    cv2.arrowedLine(view, _at(middle, scale), _at(tip, scale), IN, 3, cv2.LINE_AA, tipLength=0.35)
    _label(view, "in", (_at(tip, scale)[0] + 6, _at(tip, scale)[1] - 6))


def _chart(page: Pixels, sheet: Sheet, top: int) -> None:
    left, right = MARGIN + 30, WIDTH - MARGIN
    middle = top + CHART_HEIGHT // 2
    _text(page, f"passages per {sheet.window_s} s", (MARGIN, top), scale=0.5)
    _text(page, "in", (right - 120, top), scale=0.5, colour=IN, thickness=2)
    _text(page, "out", (right - 60, top), scale=0.5, colour=OUT, thickness=2)
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
        _text(page, "gap", (x1, middle + 28), scale=0.4)
        return
    for number, colour, up in ((bar.came, IN, -1), (bar.went, OUT, 1)):
        tip = middle + up * round(number * unit)
        cv2.rectangle(page, (x1, middle), (x2, tip), colour, cv2.FILLED)
        _text(page, str(number), ((x1 + x2) // 2 - 5, tip + (18 if up > 0 else -6)), scale=0.45)


def _notes(page: Pixels, sheet: Sheet, at: tuple[int, int]) -> None:
    x, y = at
    for note in sheet.notes:
        _text(page, note, (x, y), scale=0.52, thickness=1)
        y += 30


def _at(point: tuple[float, float], scale: float) -> tuple[int, int]:
    return round(point[0] * scale), round(point[1] * scale)


def _label(image: Pixels, text: str, at: tuple[int, int]) -> None:
    x, y = int(at[0]), int(at[1])
    (width, height), _ = cv2.getTextSize(text, _FONT, 0.55, 1)
    cv2.rectangle(image, (x - 4, y - height - 4), (x + width + 4, y + 6), PAPER, cv2.FILLED)
    _text(image, text, (x, y), scale=0.55)


def _text(
    image: Pixels,
    text: str,
    at: tuple[int, int],
    *,
    scale: float,
    colour: Colour = INK,
    thickness: int = 1,
) -> None:
    cv2.putText(image, text, at, _FONT, scale, colour, thickness, cv2.LINE_AA)
