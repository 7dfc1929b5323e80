"""Track ids that mean nothing to anyone else."""

import secrets
from collections.abc import Iterator


def random_ids() -> Iterator[int]:
    """Yield random 63-bit ids without end: nothing links one to a person, a place or another."""
    while True:
        yield secrets.randbits(63)
