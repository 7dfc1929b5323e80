import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.geometry import HEAT_COLUMNS, HEAT_ROWS, HeatGrid, Zone, cell_name

SQUARE = Zone("square", ((100, 100), (300, 100), (300, 250), (100, 250)))


def test_a_rectangle_has_all_twelve_cells_row_by_row() -> None:
    grid = HeatGrid(SQUARE)
    assert grid.cells == tuple(range(12))
    assert [grid.cell_at((x, 110)) for x in (101, 151, 201, 299)] == [0, 1, 2, 3]
    assert [grid.cell_at((110, y)) for y in (101, 151, 201)] == [0, 4, 8]
    assert grid.box(6) == (200, 150, 250, 200)


def test_cells_are_named_by_column_and_row_from_one() -> None:
    names = [cell_name(cell) for cell in range(HEAT_COLUMNS * HEAT_ROWS)]
    assert names[0] == "c1r1"
    assert names[3] == "c4r1"
    assert names[-1] == "c4r3"
    assert len(set(names)) == 12


def test_a_triangle_has_no_cell_that_it_does_not_touch() -> None:
    grid = HeatGrid(Zone("wedge", ((0, 0), (400, 0), (0, 300))))
    # The slope runs from corner to corner: cells beyond it do not exist.
    assert grid.cells == (0, 1, 2, 3, 4, 5, 6, 8, 9)
    assert grid.cell_at((399, 299)) is None


def test_an_edge_along_a_cell_does_not_touch_it() -> None:
    corner = Zone("corner", ((0, 0), (400, 0), (400, 100), (100, 100), (100, 300), (0, 300)))
    assert HeatGrid(corner).cells == (0, 1, 2, 3, 4, 8)


def test_outside_the_box_there_is_no_cell() -> None:
    grid = HeatGrid(SQUARE)
    for point in ((99, 200), (301, 200), (200, 99), (200, 251)):
        assert grid.cell_at(point) is None
    assert grid.cell_at((300, 250)) == 11


corners = st.tuples(st.integers(0, 640), st.integers(0, 480))


@given(st.lists(corners, min_size=3, max_size=7), st.floats(0, 640), st.floats(0, 480))
def test_wherever_somebody_stands_in_a_zone_there_is_a_cell(
    polygon: list[tuple[int, int]], x: float, y: float
) -> None:
    try:
        grid = HeatGrid(Zone("any", tuple(polygon)))
    except ConfigError:
        assume(False)
    cell = grid.cell_at((x, y))
    if grid.zone.contains((x, y)):
        assert cell is not None
    if cell is not None:
        x1, y1, x2, y2 = grid.box(cell)
        assert x1 - 1e-9 <= x <= x2 + 1e-9
        assert y1 - 1e-9 <= y <= y2 + 1e-9


@given(st.lists(corners, min_size=3, max_size=7))
def test_a_cell_that_does_not_exist_holds_no_point_of_the_zone(
    polygon: list[tuple[int, int]],
) -> None:
    try:
        grid = HeatGrid(Zone("any", tuple(polygon)))
    except ConfigError:
        assume(False)
    for cell in set(range(HEAT_COLUMNS * HEAT_ROWS)) - set(grid.cells):
        x1, y1, x2, y2 = grid.box(cell)
        for part in range(1, 8):
            for other in range(1, 8):
                point = x1 + (x2 - x1) * part / 8, y1 + (y2 - y1) * other / 8
                assert not grid.zone.contains(point)


def test_two_grids_of_one_zone_are_equal() -> None:
    assert HeatGrid(SQUARE) == HeatGrid(Zone("square", SQUARE.polygon))
    with pytest.raises(AttributeError):
        HeatGrid(SQUARE).cells = ()
