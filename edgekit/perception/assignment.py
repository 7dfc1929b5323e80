"""Pair rows with columns at the least total cost, exactly. Nothing here has passed the gate.

Shortest augmenting paths (Jonker and Volgenant 1987, in the form of Crouse, "On implementing 2D
rectangular assignment algorithms", IEEE TAES 52(4), 2016), on a sparse graph: only pairs within
their gate are edges, so that a path never leaves the few rows that contest the same columns.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

UNPAIRED = 1.0
"""What a row costs that gets no column; a pair that costs as much is never made."""

Edge = tuple[int, int, float]
"""row >= 0, column >= 0, cost."""

Offers = Mapping[int, list[tuple[int, float]]]


def assign(edges: Iterable[Edge]) -> dict[int, int]:
    """Return the column of each row that gets one, so that costs and ``UNPAIRED`` sum to the least.

    Each pair of row and column may occur once. Rows and columns are paired at most once each.
    """
    offers: dict[int, list[tuple[int, float]]] = {}
    asked: Counter[int] = Counter()
    for row, column, cost in edges:
        if cost < UNPAIRED:
            offers.setdefault(row, []).append((column, cost))
            asked[column] += 1
    pairs = {}
    contested = {}
    for row, options in offers.items():
        column = options[0][0]
        if len(options) == 1 and asked[column] == 1:
            pairs[row] = column
        else:
            contested[row] = options
    if contested:
        pairs |= _Matching(contested).pairs()
    return pairs


class _Matching:
    """Grows by one row at a time and is optimal for the rows that it has.

    Row r has a column ~r of its own, which costs ``UNPAIRED``: taking it is staying alone.
    """

    def __init__(self, offers: Offers) -> None:
        self._offers = offers
        self._worth: dict[int, float] = dict.fromkeys(offers, 0.0)
        self._price: dict[int, float] = {}
        self._row_of: dict[int, int] = {}
        self._column_of: dict[int, int] = {}

    def pairs(self) -> dict[int, int]:
        for row in self._offers:
            self._add(row)
        return {row: column for row, column in self._column_of.items() if column >= 0}

    def _add(self, start: int) -> None:
        near: dict[int, tuple[float, int]] = {}  # column: distance, and the row before it
        settled: dict[int, tuple[float, int]] = {}
        row, distance = start, 0.0
        while True:
            self._look(row, distance, near, settled)
            column = min(near, key=near.__getitem__)
            settled[column] = near.pop(column)
            distance = settled[column][0]
            if column not in self._row_of:
                break
            row = self._row_of[column]
        self._reprice(start, distance, settled)
        self._turn(start, column, settled)

    def _look(
        self,
        row: int,
        distance: float,
        near: dict[int, tuple[float, int]],
        settled: Mapping[int, tuple[float, int]],
    ) -> None:
        """Reach the columns of this row, where that is shorter than what reached them before."""
        base = distance - self._worth[row]
        for column, cost in (*self._offers[row], (~row, UNPAIRED)):
            if column not in settled:
                reach = base + cost - self._price.get(column, 0.0)
                if column not in near or reach < near[column][0]:
                    near[column] = reach, row

    def _reprice(
        self, start: int, distance: float, settled: Mapping[int, tuple[float, int]]
    ) -> None:
        self._worth[start] += distance
        for column, (reach, _) in settled.items():
            self._price[column] = self._price.get(column, 0.0) - (distance - reach)
            if column in self._row_of:
                self._worth[self._row_of[column]] += distance - reach

    def _turn(self, start: int, column: int, settled: Mapping[int, tuple[float, int]]) -> None:
        """Give the last column to the row before it, that row's old one to the next, and so on."""
        row = -1
        while row != start:
            row = settled[column][1]
            before = self._column_of.get(row, column)
            self._column_of[row], self._row_of[column] = column, row
            column = before
