"""Files that somebody else drops into a folder of the steward's: plain ones, up to a size.

A pipe, a device or a file without an end would hold up every system that the steward tends.
"""

import os
import stat
from pathlib import Path


def read_dropped(path: Path, most_bytes: int) -> bytes:
    """Return a file; waits for nothing, also where it is a pipe.

    Raises OSError where it cannot be read, ValueError where it is no plain file, or too large.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError("expected a plain file")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"expected at most {most_bytes} bytes")
    return data
