"""One place of the log: a record's envelope, its salt, and the commitment that the tree holds.

The tree holds SHA-256(salt ‖ envelope) alone. Once salt and envelope are erased, the commitment
that stays cannot be guessed back, small as the numbers in a record are, and the tree verifies.
"""

import hashlib
from typing import NamedTuple

from edgekit.errors import VerificationError

SALT_BYTES = 32


def commitment(salt: bytes, envelope: bytes) -> bytes:
    """Return SHA-256(salt ‖ envelope), the leaf's data; VerificationError for an odd salt."""
    if len(salt) != SALT_BYTES:
        raise VerificationError(f"salt of {len(salt)} bytes: expected {SALT_BYTES}")
    return hashlib.sha256(salt + envelope).digest()


class Entry(NamedTuple):
    """What a ledger holds at one sequence; ``salt`` and ``envelope`` are None once erased."""

    sequence: int
    commitment: bytes
    salt: bytes | None
    envelope: bytes | None

    def open(self) -> bytes | None:
        """Return the envelope that the commitment is about; None where it was erased.

        Raises VerificationError naming the record where they do not belong together.
        """
        if self.salt is None and self.envelope is None:
            return None
        if self.salt is None or self.envelope is None:
            raise VerificationError(
                f"record {self.sequence} is erased by halves", sequence=self.sequence
            )
        if commitment(self.salt, self.envelope) != self.commitment:
            raise VerificationError(
                f"record {self.sequence} was altered: it is not what its leaf commits to",
                sequence=self.sequence,
            )
        return self.envelope
