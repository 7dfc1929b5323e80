"""The proof that one record stands in a log, as text that needs nothing else but the record.

Source: c2sp.org/tlog-proof. The extra line carries the salt of the leaf's commitment.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import Checkpoint, decimal, verify_note
from edgekit.ledger.entry import SALT_BYTES, commitment
from edgekit.ledger.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from edgekit.signing.canonical import from_base64, to_base64
from edgekit.signing.keys import PublicKey

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PATH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Salt, place, path and checkpoint of one record; nothing is verified yet.

    Raises VerificationError where a part has another size.
    """

    salt: bytes
    index: int
    path: tuple[bytes, ...]
    note: str

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_BYTES or any(len(one) != HASH_BYTES for one in self.path):
            raise VerificationError("log proof with a salt or hash of another size")
        if self.index < 0 or len(self.path) > MAX_PATH:
            raise VerificationError(f"log proof of place {self.index}, {len(self.path)} hashes")

    def to_text(self) -> str:
        """Return the ``.tlog-proof`` text."""
        head = [HEADER, f"extra {to_base64(self.salt)}", f"index {self.index}"]
        return "\n".join([*head, *map(to_base64, self.path), "", self.note])

    @classmethod
    def from_text(cls, text: str) -> "Proof":
        """Read a ``.tlog-proof`` text; VerificationError where it is none of ours."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or len(lines) < 3 or lines[0] != HEADER:  # noqa: PLR2004 -- header, extra, index
            raise VerificationError(
                f"not a log proof: expected {HEADER}, extra, index, an empty line"
            )
        return cls(
            salt=from_base64(_after("extra ", lines[1])),
            index=decimal(_after("index ", lines[2])),
            path=_path(lines[3:]),
            note=note,
        )

    def verify(self, envelope: bytes, *, origin: str, key: PublicKey) -> Checkpoint:
        """Return the checkpoint under which exactly this envelope stands in the log.

        ``key`` is the log's key. Raises VerificationError.
        """
        checkpoint = verify_note(self.note, origin, key)
        if checkpoint.origin != origin:
            raise VerificationError(f"log of {checkpoint.origin}: expected {origin}")
        verify_inclusion(
            leaf_hash(commitment(self.salt, envelope)),
            self.index,
            checkpoint.size,
            proof=self.path,
            root=checkpoint.root,
        )
        return checkpoint


def _path(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_PATH:
        raise VerificationError(f"log proof of {len(lines)} hashes: expected at most {MAX_PATH}")
    return tuple(map(from_base64, lines))


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise VerificationError(f"log proof line {line[:40]!r}: expected {word!r}")
    return line.removeprefix(word)
