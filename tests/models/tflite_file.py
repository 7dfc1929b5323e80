"""TensorFlow Lite files written by hand, for the tests of what reads them."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

FORMS = {"b": 1, "i": 4, "I": 4}
Field = tuple[str, Any]
"""How a field is written: a struct format, or table, tables, ints, bytes or text; and its value."""


def table(**fields: Field) -> Mapping[int, Field]:
    """A table by field numbers: ``f0=("i", 3)``."""
    return {int(name[1:]): value for name, value in fields.items()}


def file_of(root: Mapping[int, Field]) -> bytes:
    """Return the file: a table after its vtable, what it points at behind it."""
    out = bytearray(struct.pack("<I", 0) + b"TFL3")
    struct.pack_into("<I", out, 0, _table(out, root))
    return bytes(out)


def _table(out: bytearray, fields: Mapping[int, Field]) -> int:
    count = max(fields, default=-1) + 1
    listed = len(out)
    sizes = {at: FORMS.get(form, 4) for at, (form, _) in fields.items()}
    offsets, here = {}, 4
    for at in sorted(fields):
        offsets[at], here = here, here + sizes[at]
    out += struct.pack("<HH", 4 + 2 * count, here)
    out += b"".join(struct.pack("<H", offsets.get(at, 0)) for at in range(count))
    start = len(out)
    out += struct.pack("<i", start - listed) + bytes(here - 4)
    for at, (form, value) in fields.items():
        where = start + offsets[at]
        if form in FORMS:
            struct.pack_into(f"<{form}", out, where, value)
        else:
            struct.pack_into("<I", out, where, _behind(out, form, value) - where)
    return start


def _behind(out: bytearray, form: str, value: Any) -> int:  # noqa: ANN401 -- of any form
    if form == "table":
        return _table(out, value)
    start = len(out)
    if form == "tables":
        out += struct.pack("<I", len(value)) + bytes(4 * len(value))
        for at, one in enumerate(value):
            where = start + 4 + 4 * at
            struct.pack_into("<I", out, where, _table(out, one) - where)
        return start
    data = value.encode() if form == "text" else value
    raw = struct.pack(f"<{len(value)}i", *value) if form == "ints" else bytes(data)
    out += struct.pack("<I", len(value)) + raw
    return start


class Net:
    """A net as it is written: tensors, their numbers, operators."""

    def __init__(self) -> None:
        self.tensors: list[Mapping[int, Field]] = []
        self.buffers: list[Mapping[int, Field]] = [table()]
        self.operators: list[Mapping[int, Field]] = []
        self.codes: list[int] = []

    def value(self, name: str, shape: Sequence[int]) -> int:
        """Add a value that is computed."""
        self.tensors.append(table(f0=("ints", shape), f1=("b", 0), f2=("I", 0), f3=("text", name)))
        return len(self.tensors) - 1

    def fixed(self, name: str, numbers: np.ndarray, kind: int | None = None) -> int:
        """Add numbers that are fixed."""
        kind = (
            {"float32": 0, "float16": 1, "int32": 2}[str(numbers.dtype)] if kind is None else kind
        )
        self.buffers.append(table(f0=("bytes", numbers.tobytes())))
        place = len(self.buffers) - 1
        shape = ("ints", numbers.shape)
        self.tensors.append(table(f0=shape, f1=("b", kind), f2=("I", place), f3=("text", name)))
        return len(self.tensors) - 1

    def operator(
        self,
        code: int,
        inputs: Sequence[int],
        output: int,
        options: Mapping[int, Field] | None = None,
    ) -> int:
        """Add an operator; return what it gives."""
        self.codes.append(code)
        fields = {0: ("I", len(self.codes) - 1), 1: ("ints", inputs), 2: ("ints", [output])}
        if options is not None:
            fields |= {3: ("b", 1), 4: ("table", options)}
        self.operators.append(fields)
        return output

    def to_bytes(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """Return the file."""
        graph = table(
            f0=("tables", self.tensors),
            f1=("ints", inputs),
            f2=("ints", outputs),
            f3=("tables", self.operators),
        )
        codes = [table(f0=("b", min(code, 127)), f3=("i", code)) for code in self.codes]
        return file_of(
            table(
                f0=("i", 3),
                f1=("tables", codes),
                f2=("tables", [graph]),
                f4=("tables", self.buffers),
            )
        )
