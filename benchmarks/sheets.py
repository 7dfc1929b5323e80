"""What lies in a folder of data, found by its form: tables, arrays and JSON.

    for sheet in sheets(folder): sheet.heads, sheet.cells()

A file that cannot be read as what its name says is told on stderr and left out: folders hold other
things too.
"""

import csv
import json
import math
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
UNREADABLE = (OSError, ValueError, EOFError, TypeError, csv.Error, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: its first row, without blanks around the names, and the others."""

    path: Path
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def has(self, *names: str) -> bool:
        """Whether it has these columns and at least one row."""
        return bool(self.rows) and set(names) <= set(self.heads)

    def cells(self) -> Iterator[Mapping[str, str]]:
        """Yield rows by name; cells before the first name (a row's number) are left out.

        Cells that are missing at the end are empty.
        """
        count = len(self.heads)
        for row in self.rows:
            kept = row[len(row) - count :] if len(row) > count else row
            yield dict(zip(self.heads, (*kept, *("",) * (count - len(kept))), strict=True))

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one column; NaN where a cell holds no number."""
        return np.array([number(row[name]) for row in self.cells()], dtype=float)


def number(cell: str | None) -> float:
    """Return the number in a cell, NaN where there is none."""
    try:
        value = float(cell or "nan")
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def sheets(folder: Path, *kinds: str) -> Iterator[Sheet]:
    """Yield the tables of a folder (``*.csv`` unless told otherwise), by path.

    Commas, semicolons or tabs between cells, whichever the first row has most of.
    """
    for path in sorted({path for kind in kinds or ("*.csv",) for path in folder.rglob(kind)}):
        try:
            text = path.read_text(encoding="utf-8-sig", errors="replace")
            first = text.partition("\n")[0]
            mark = max(",;\t", key=first.count)
            rows = [
                tuple(cell.strip() for cell in row)
                for row in csv.reader(text.splitlines(), delimiter=mark)
                if row
            ]
        except UNREADABLE as error:
            _told(path, error)
            continue
        if rows:
            yield Sheet(path=path, heads=rows[0], rows=tuple(rows[1:]))


def bundles(folder: Path) -> Iterator[tuple[Path, Mapping[str, Array]]]:
    """Yield the arrays of each ``.npz``, by name."""
    for path in sorted(folder.rglob("*.npz")):
        try:
            with path.open("rb") as file, np.load(file) as arrays:
                found = {name: arrays[name] for name in arrays}
        except UNREADABLE as error:
            _told(path, error)
            continue
        yield path, found


def arrays(folder: Path) -> Iterator[tuple[Path, Array]]:
    """Yield the array of each ``.npy``."""
    for path in sorted(folder.rglob("*.npy")):
        try:
            found = np.load(path)
        except UNREADABLE as error:
            _told(path, error)
            continue
        yield path, found


def documents(folder: Path, kind: str = "*.json") -> Iterator[tuple[Path, Any]]:
    """Yield what each JSON file holds."""
    for path in sorted(folder.rglob(kind)):
        try:
            found = json.loads(path.read_text(encoding="utf-8-sig"))
        except UNREADABLE as error:
            _told(path, error)
            continue
        yield path, found


def _told(path: Path, error: Exception) -> None:
    print(f"{path}: left out: {type(error).__name__}: {error}", file=sys.stderr)
