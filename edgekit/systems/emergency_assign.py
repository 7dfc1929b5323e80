"""Which unit goes where, so that all of them together need the least time: exactly.

    assign(((320.0, None), (95.0, 410.0)))   # seconds, a row an alarm, a column a unit

Shortest augmenting paths (Jonker and Volgenant 1987; Crouse, IEEE TAES 52(4), 2016) on the square
matrix. None is no way. As many alarms as can be get a unit, and among those the least total time.
"""

import math
from collections.abc import Sequence

Costs = Sequence[Sequence[float | None]]


def assign(costs: Costs) -> tuple[int | None, ...]:
    """Return the column of each row, None for one that gets none.

    Rows have one length. Costs are 0 or more; what is None is never paired.
    """
    rows = len(costs)
    columns = len(costs[0]) if rows else 0
    size = max(rows, columns)
    if not size:
        return (None,) * rows
    known = [cost for row in costs for cost in row if cost is not None]
    barred = 1.0 + sum(known)  # dearer than every pair together: never taken while another can be
    square = [
        [
            barred if r >= rows or c >= columns or (cost := costs[r][c]) is None else cost
            for c in range(size)
        ]
        for r in range(size)
    ]
    row_of = _matched(square)
    found: list[int | None] = [None] * rows
    for column, row in enumerate(row_of):
        if row < rows and column < columns and costs[row][column] is not None:
            found[row] = column
    return tuple(found)


def _matched(square: list[list[float]]) -> list[int]:
    """Return the row of each column: rows are added one by one along a shortest path."""
    size = len(square)
    worth, price = [0.0] * size, [0.0] * size
    row_of = [-1] * size
    for start in range(size):
        reach, before = [math.inf] * size, [-1] * size
        done: list[int] = []
        row, column, distance = start, -1, 0.0
        while True:
            for c in (c for c in range(size) if c not in done):
                way = distance + square[row][c] - worth[row] - price[c]
                if way < reach[c]:
                    reach[c], before[c] = way, column
            column = min((c for c in range(size) if c not in done), key=reach.__getitem__)
            distance = reach[column]
            if row_of[column] < 0:
                break
            done.append(column)
            row = row_of[column]
        worth[start] += distance
        for c in done:
            worth[row_of[c]] += distance - reach[c]
            price[c] -= distance - reach[c]
        _turned(row_of, before, column, start)
    return row_of


def _turned(row_of: list[int], before: list[int], column: int, start: int) -> None:
    """Give each column on the path the row before it, the first one the new row."""
    while before[column] >= 0:
        row_of[column] = row_of[before[column]]
        column = before[column]
    row_of[column] = start
