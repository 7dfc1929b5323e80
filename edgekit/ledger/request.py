"""What a witness is asked: the size it knows, a consistency proof, the new checkpoint.

Source: c2sp.org/tlog-witness, the body of ``add-checkpoint``. It may come by any way: a file, a
pipe, a radio, HTTP.
"""

from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import decimal
from edgekit.ledger.merkle import HASH_BYTES
from edgekit.signing.canonical import from_base64, to_base64

MAX_PATH = 63
MAX_REQUEST_BYTES = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, unverified; VerificationError where a part cannot be."""

    old_size: int
    path: tuple[bytes, ...]
    note: str

    def __post_init__(self) -> None:
        if self.old_size < 0 or len(self.path) > MAX_PATH:
            raise VerificationError(
                f"request from size {self.old_size} with {len(self.path)} hashes: "
                f"expected a size >= 0 and at most {MAX_PATH}"
            )
        if any(len(one) != HASH_BYTES for one in self.path):
            raise VerificationError(f"request with a hash that has not {HASH_BYTES} bytes")

    def to_text(self) -> str:
        """Return the request's text."""
        return "\n".join([f"old {self.old_size}", *map(to_base64, self.path), "", self.note])

    @classmethod
    def from_text(cls, text: str) -> "Request":
        """Read a request; VerificationError where it is none."""
        if len(text) > MAX_REQUEST_BYTES:
            raise VerificationError(
                f"request of {len(text)} characters: expected {MAX_REQUEST_BYTES}"
            )
        head, gap, note = text.partition("\n\n")
        first, *hashes = head.split("\n")
        if not gap or not first.startswith("old ") or len(hashes) > MAX_PATH:
            raise VerificationError(
                "not a request to a witness: expected 'old SIZE', hashes, a checkpoint",
                hint="`edgekit witness ask` makes one",
            )
        return cls(
            old_size=decimal(first.removeprefix("old ")),
            path=tuple(map(from_base64, hashes)),
            note=note,
        )
