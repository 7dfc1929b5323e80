"""The plan of a site: its lines and zones over the empty place, and what is wrong with them.

    png = draw_plan(sketch, findings, backdrop)

Each finding stands as a short label beside its shape, and in full below the picture. Figures show
how high a person is expected to be at the ends of the lines.
"""

import math
import textwrap
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from edgekit.config.sketch import Outline, Sketch
from edgekit.errors import EdgekitError
from edgekit.frames import Pixels
from edgekit.geometry import Point
from edgekit.geometry.lint import Finding, Severity
from edgekit.geometry.sighting import OFF_GROUND_PX
from edgekit.geometry.stature import Stature
from edgekit.node.pictures.backdrop import Backdrop
from edgekit.node.pictures.canvas import FAINT, INK, LINE, PAPER, ZONE, Colour, text_size, write
from edgekit.node.pictures.drawing import (
    LABEL,
    Box,
    draw_label,
    draw_line,
    draw_person,
    draw_zone,
    enlarged,
)

WIDTH, MARGIN = 1280, 60
"""Of the page in pixels; the margin shows what was drawn outside the picture."""

ROW, LEGEND_CHARACTERS = 24, 150
BLANK: Colour = (232, 230, 226)
LIGHT: Colour = (255, 255, 255)

COLOURS: Mapping[Severity, Colour] = {
    Severity.REFUSED: (40, 40, 200),
    Severity.WARNING: (20, 130, 220),
    Severity.REMARK: (140, 110, 60),
}

_KEY = (
    "dot: where a line starts; arrow: the way that counts as in. Figures: how high a person is "
    "expected to be, by camera.stature."
)


def draw_plan(sketch: Sketch, findings: Sequence[Finding], backdrop: Backdrop | None) -> bytes:
    """Return the plan as PNG.

    Args:
        sketch: what is drawn, right or wrong.
        findings: what is wrong with it.
        backdrop: the empty place, or None for a blank ground.
    """
    page = _Page(sketch, backdrop)
    if sketch.stature is not None:
        page.draw_people(sketch.outlines, sketch.stature)
    worst = _worst(findings)
    for outline in sorted(sketch.outlines, key=lambda one: one.kind, reverse=True):
        page.draw(outline, worst.get((outline.kind, outline.name)))
    for number, finding in enumerate(findings, 1):
        page.label(f"{number} {finding.label}", finding.place, COLOURS[finding.severity])
    legend = _legend(findings, known=sketch.stature is not None)
    done, data = cv2.imencode(".png", np.vstack([page.image, legend]))
    if not done:
        raise EdgekitError("the plan cannot be encoded as PNG")
    return data.tobytes()


class _Page:
    """The picture with a margin around it, and where labels already stand."""

    def __init__(self, sketch: Sketch, backdrop: Backdrop | None) -> None:
        width, height = sketch.size
        self._scale = (WIDTH - 2 * MARGIN) / width
        pixels = np.full((height, width, 3), BLANK, np.uint8)
        if backdrop is not None:
            pixels = backdrop.pixels
        view = enlarged(pixels, WIDTH - 2 * MARGIN)
        self.image: Pixels = np.full((view.shape[0] + 2 * MARGIN, WIDTH, 3), PAPER, np.uint8)
        self.image[MARGIN:-MARGIN, MARGIN:-MARGIN] = view
        cv2.rectangle(
            self.image,
            (MARGIN, MARGIN),
            (WIDTH - MARGIN, MARGIN + view.shape[0]),
            FAINT,
            1,
        )
        self._taken: list[Box] = []
        if sketch.stature is not None:
            self._horizon(sketch.stature.offset_px, sketch.stature.slope, height)

    def draw(self, outline: Outline, severity: Severity | None) -> None:
        """Draw one shape, in the colour of the worst that is known of it."""
        points = [self._at(point) for point in outline.points]
        colour = None if severity is None else COLOURS[severity]
        if outline.kind == "line":
            ends = (points[0], points[1])
            self._taken += draw_line(self.image, outline.name, ends, scale=1, colour=colour or LINE)
        elif points:
            self._taken += draw_zone(
                self.image, outline.name, points, scale=1, colour=colour or ZONE
            )

    def draw_people(self, outlines: Sequence[Outline], stature: Stature) -> None:
        """Outline a person at each end of each line that lies on the ground."""
        ends = [point for one in outlines if one.kind == "line" for point in one.points]
        for point in ends:
            if stature.offset_px + stature.slope * point[1] >= OFF_GROUND_PX:
                size = (stature.width(point[1]), stature.height(point[1]))
                scaled = (size[0] * self._scale, size[1] * self._scale)
                draw_person(self.image, self._at(point), scaled, scale=1)

    def label(self, text: str, place: Point, colour: Colour) -> None:
        """Write a label at a place, or as near below or above it as is free."""
        width, height = text_size(text, LABEL)
        x, y = (round(part) for part in self._at(place))
        x = max(8, min(x + 14, WIDTH - width - 8))
        low, high = height + 8, self.image.shape[0] - 10
        y = max(low, min(y, high))
        shifts = sorted(range(low - y, high - y + 1, height + 12), key=abs)
        for shift in (0, *shifts):
            box = (x - 4, y + shift - height - 4, x + width + 4, y + shift + 6)
            if not any(_meet(box, other) for other in self._taken):
                break
        self._taken.append(box)
        draw_label(self.image, text, (x, box[3] - 6), paper=colour, ink=LIGHT)

    def _at(self, point: Point) -> Point:
        return MARGIN + point[0] * self._scale, MARGIN + point[1] * self._scale

    def _horizon(self, offset_px: float, slope: float, height: int) -> None:
        row = (OFF_GROUND_PX - offset_px) / slope if slope > 0 else -math.inf
        if 0 < row < height:
            y = round(self._at((0, row))[1])
            cv2.line(self.image, (MARGIN, y), (WIDTH - MARGIN, y), FAINT, 2, cv2.LINE_AA)
            draw_label(self.image, "nobody stands above this row", (MARGIN + 8, y - 8))


def _worst(findings: Sequence[Finding]) -> dict[tuple[str, str], Severity]:
    """Return the worst severity of each shape; findings come the worst first."""
    found: dict[tuple[str, str], Severity] = {}
    for finding in findings:
        found.setdefault((finding.kind, finding.name), finding.severity)
    return found


def _legend(findings: Sequence[Finding], *, known: bool) -> Pixels:
    rows: list[tuple[str, Colour]] = []
    for number, finding in enumerate(findings, 1):
        said = f"{number}  {finding.severity}: {finding.text}. To do: {finding.hint}."
        folded = textwrap.wrap(said, LEGEND_CHARACTERS, subsequent_indent="   ")
        rows += [(row, COLOURS[finding.severity]) for row in folded]
    if not findings:
        rows.append(("Nothing is wrong with what is drawn.", INK))
    rows.append((_KEY if known else _KEY.partition(". ")[0] + ".", INK))
    page = np.full((ROW * (len(rows) + 1), WIDTH, 3), PAPER, np.uint8)
    for index, (row, colour) in enumerate(rows):
        write(page, row, (MARGIN, ROW * (index + 1) - 6), scale=0.55, colour=colour)
    return page


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
