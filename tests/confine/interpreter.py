"""A BPF machine in a few lines, written from the kernel's description, not the assembler."""

import struct
from collections.abc import Sequence
from functools import cache

TESTS = {
    0x15: lambda accumulator, value: accumulator == value,
    0x35: lambda accumulator, value: accumulator >= value,
    0x45: lambda accumulator, value: bool(accumulator & value),
}


@cache
def _decoded(program: bytes) -> list[tuple[int, int, int, int]]:
    return [(a, b, c, d) for a, b, c, d in struct.iter_unpack("=HBBI", program)]


def run(program: bytes, *, audit: int, number: int, arguments: Sequence[int] = (0,) * 6) -> int:
    """Run a seccomp program over one call; returns its verdict, fails on anything undefined."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *arguments)
    code = _decoded(program)
    accumulator, at = 0, 0
    for _ in range(len(code)):
        operation, if_true, if_false, value = code[at]
        at += 1
        if operation == 0x20:
            assert value % 4 == 0
            assert value + 4 <= len(data)
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif operation == 0x06:
            return value
        else:
            at += if_true if TESTS[operation](accumulator, value) else if_false
    raise AssertionError("the program has no end")
