"""A table as spreadsheets save it: CSV with commas, semicolons or tabs, with or without a BOM."""

import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from edgekit.errors import ConfigError

DELIMITERS = (";", "\t", ",")
MAX_BYTES = 64 * 1024 * 1024
MAX_DIGITS = 9
"""Nobody counts a thousand million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its line in the file, and the cells that are not empty, by column."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell, or an empty text."""
        return self.cells.get(column, "")

    def whole(self, column: str, default: int | None = None) -> int:
        """Return a whole number of 0 or more; ConfigError for anything else."""
        if (text := self.get(column)) or default is None:
            if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
                raise self.wrong(f"{column} {text!r:.40}: expected a whole number of 0 or more")
            return int(text)
        return default

    def number(self, column: str) -> float:
        """Return a number of 0 or more, with a point or a decimal comma; ConfigError otherwise."""
        text = self.get(column)
        plain = text.replace(",", ".", 1)
        whole = plain.partition(".")[0]
        digits = plain.replace(".", "", 1)
        if not (plain.isascii() and digits.isdecimal() and len(whole) <= MAX_DIGITS):
            raise self.wrong(
                f"{column} {text!r:.40}: expected a number of 0 or more",
                hint="no spaces, no thousands separators",
            )
        return float(plain)

    def wrong(self, message: str, hint: str | None = None) -> ConfigError:
        """Return an error about this row."""
        return ConfigError(f"line {self.line}: {message}", hint=hint)


def read_sheet(data: bytes, columns: Sequence[str]) -> tuple[frozenset[str], tuple[Row, ...]]:
    """Return which columns a CSV has, and its rows.

    Args:
        data: the file.
        columns: what columns there may be; letters large or small.

    Raises:
        ConfigError: no text, no header, an unknown or doubled column, or a row of another length.
    """
    text = _decoded(data)
    delimiter = _delimiter(text)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        header = next(filter(_filled, lines), None)
        if header is None:
            raise ConfigError("the file is empty", hint=f"columns: {', '.join(columns)}")
        names = [_column(cell, columns) for cell in header]
        rows = tuple(_rows(lines, names))
    except csv.Error as error:
        raise ConfigError(f"line {lines.line_num} is no CSV: {error}") from error
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"column {name!r} is there twice", hint="remove one of them")
    return frozenset(names), rows


def _rows(lines: Iterator[list[str]], names: Sequence[str]) -> Iterator[Row]:
    for cells in lines:
        number = getattr(lines, "line_num", 0)
        if not _filled(cells) or cells[0].startswith("#"):
            continue
        if len(cells) != len(names):
            raise ConfigError(
                f"line {number} has {len(cells)} cells: the header has {len(names)}",
                hint="quote cells that hold the separator",
            )
        filled = {n: cell.strip() for n, cell in zip(names, cells, strict=True) if cell.strip()}
        yield Row(line=number, cells=filled)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ConfigError(f"the file has {len(data)} bytes: expected at most {MAX_BYTES}")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigError(
            "the file is no text in UTF-8", hint='in a spreadsheet: save as "CSV UTF-8"'
        ) from error


def _delimiter(text: str) -> str:
    """Return what separates the cells of the header: names hold none of the candidates."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=header.count)


def _column(cell: str, columns: Sequence[str]) -> str:
    name = cell.strip().lower()
    if name not in columns:
        near = difflib.get_close_matches(name, columns, n=1)
        raise ConfigError(
            f"column {cell.strip()!r:.40}: expected some of {', '.join(columns)}",
            hint=f"did you mean {near[0]!r}?" if near else "rename or remove it",
        )
    return name


def _filled(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)
