"""A BPF machine in a few lines, written from the kernel's description, not the assembler."""

import struct
from collections.abc import Sequence


def run(program: bytes, *, audit: int, number: int, arguments: Sequence[int] = (0,) * 6) -> int:
    """Run a seccomp program over one call; returns its verdict, fails on anything undefined."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *arguments)
    code = list(struct.iter_unpack("=HBBI", program))
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
            outcome = {
                0x15: accumulator == value,
                0x35: accumulator >= value,
                0x45: bool(accumulator & value),
            }[operation]
            at += if_true if outcome else if_false
    raise AssertionError("the program has no end")
