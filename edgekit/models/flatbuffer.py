"""Reading FlatBuffers: tables, vectors and texts by their field numbers, nothing else.

    root_of(data).tables(2)[0].numbers(1)

Every offset is within the data, or it raises struct.error or IndexError. Vectors may overlap, so
that a small file could stand for a large one: each has a bound of its own, but one of bytes.
Source: flatbuffers.dev, "FlatBuffers internals".
"""

import struct
from dataclasses import dataclass

MOST_TABLES, MOST_NUMBERS, MOST_TEXT = 10_000, 64, 1_024
"""No vector of tables, of numbers, or of a text has more entries."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the data that it is in, and where."""

    data: bytes
    at: int

    def number(self, field: int, form: str, default: int) -> int:
        """Return a whole number, by its struct format."""
        where = self._where(field)
        return default if where is None else int(_unpack(form, self.data, where))

    def table(self, field: int) -> "Table | None":
        """Return a table that it points at, if any."""
        where = self._where(field)
        return None if where is None else Table(self.data, _follow(self.data, where))

    def tables(self, field: int) -> "list[Table]":
        """Return the tables of a vector."""
        start, count = self._vector(field, most=MOST_TABLES)
        return [Table(self.data, _follow(self.data, start + 4 * at)) for at in range(count)]

    def numbers(self, field: int) -> list[int]:
        """Return a vector of whole numbers of 32 bits."""
        start, count = self._vector(field, most=MOST_NUMBERS)
        return list(struct.unpack_from(f"<{count}i", self.data, start))

    def bytes(self, field: int, *, most: int | None = None) -> bytes:
        """Return a vector of bytes."""
        start, count = self._vector(field, most=len(self.data) if most is None else most)
        if start + count > len(self.data):
            raise IndexError(f"{count} bytes at {start}: beyond the end")
        return self.data[start : start + count]

    def text(self, field: int) -> str:
        """Return a text; empty where there is none."""
        return self.bytes(field, most=MOST_TEXT).decode("utf-8")

    def _vector(self, field: int, *, most: int) -> tuple[int, int]:
        where = self._where(field)
        if where is None:
            return 0, 0
        start = _follow(self.data, where)
        count = int(_unpack("<I", self.data, start))
        if count > most:
            raise IndexError(f"a vector of {count}: expected up to {most}")
        return start + 4, count

    def _where(self, field: int) -> int | None:
        listed = self.at - int(_unpack("<i", self.data, self.at))
        entry = 4 + 2 * field
        if entry >= int(_unpack("<H", self.data, listed)):
            return None
        offset = int(_unpack("<H", self.data, listed + entry))
        return self.at + offset if offset else None


def root_of(data: bytes) -> Table:
    """Return the table that the data begin with."""
    return Table(data, _follow(data, 0))


def _follow(data: bytes, at: int) -> int:
    return at + int(_unpack("<I", data, at))


def _unpack(form: str, data: bytes, at: int) -> int | float:
    if at < 0:
        raise IndexError(f"an offset of {at}: before the beginning")
    (value,) = struct.unpack_from(form, data, at)
    return value  # type: ignore[no-any-return]  # -- one number, by its format
