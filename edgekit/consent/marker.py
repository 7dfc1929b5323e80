"""The marker that anybody may hold to the camera to pause it: four squares in one frame.

Its squares are four of the dictionary ARUCO_MIP_36h12 (Garrido-Jurado et al., "Generation of
fiducial marker dictionaries using mixed integer linear programming", Pattern Recognition 51, 2016),
any two of which differ in 12 of 36 cells at least, however they are turned. Only all four in this
order are the marker: one of them on a poster or a shirt is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

SQUARES: Mapping[int, int] = {
    17: 0x4C1669406,
    42: 0x22E56D408,
    103: 0x239551D34,
    201: 0x3668A9673,
}
"""Number in the dictionary, and its 36 cells row by row, 1 = white; from the top left to the bottom
right."""

CELLS = 6
SQUARE = CELLS + 2
"""A square's width in cells: its own and a black border around them."""

GAP, MARGIN = 2, 2
LINE, _LETTER, _LETTER_WIDTH = 1.4, 0.85, 0.55
"""Height of a line below it and of its letters, in cells, and how wide letters are for that."""
WIDTH = 2 * SQUARE + GAP
"""Width of the four together in cells, without the white margin around them."""


def places() -> dict[int, tuple[int, int]]:
    """Return where the top left corner of each square lies, in cells: (x, y)."""
    step = SQUARE + GAP
    return {one: (step * (n % 2), step * (n // 2)) for n, one in enumerate(SQUARES)}


def black_cells() -> Iterator[tuple[int, int]]:
    """Yield the (x, y) of every black cell."""
    for one, (left, top) in places().items():
        for row in range(SQUARE):
            for column in range(SQUARE):
                if not _white(SQUARES[one], row - 1, column - 1):
                    yield left + column, top + row


def _white(cells: int, row: int, column: int) -> bool:
    inside = 0 <= row < CELLS and 0 <= column < CELLS
    return inside and bool(cells >> (CELLS * CELLS - 1 - (CELLS * row + column)) & 1)


def marker_svg(width_mm: int = 120, said: Sequence[str] = ()) -> str:
    """Return the marker to print, as SVG, with what it is for below it, a line a language."""
    side = WIDTH + 2 * MARGIN
    height = side + LINE * len(said)
    letters = min([_LETTER, *(WIDTH / (_LETTER_WIDTH * len(text)) for text in said)])
    lines = "".join(_line(n, text, letters) for n, text in enumerate(said))
    squares = "".join(f"M{x} {y}h1v1h-1z" for x, y in black_cells())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" '
        f'height="{width_mm * height / side:g}mm" '
        f'viewBox="{-MARGIN} {-MARGIN} {side} {height:g}" shape-rendering="crispEdges">'
        f'<path d="M{-MARGIN} {-MARGIN}h{side}v{height:g}h-{side}z" fill="#fff"/>'
        f'<path d="{squares}" fill="#000"/>{lines}</svg>\n'
    )


def _line(number: int, text: str, size: float) -> str:
    y = WIDTH + MARGIN + LINE * (number + 0.6)
    how = f'y="{y:.2f}" font-size="{size:.3f}" font-family="sans-serif"'
    return f'<text x="0" {how}>{escape(text)}</text>'
