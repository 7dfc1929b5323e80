"""Checkpoints: one line of who, one of how many, one of which root, under a signature.

Sources: c2sp.org/tlog-checkpoint and c2sp.org/signed-note, with Ed25519 (type 0x01) or ECDSA (type
0x02). Extension lines are refused: nothing of ours writes them, and no monitor could audit them.
"""

import re
from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.ledger.merkle import HASH_BYTES
from edgekit.ledger.note import Kind, Mark, Note, VerifierKey, require_name
from edgekit.signing.canonical import from_base64, to_base64
from edgekit.signing.keys import ED25519, PublicKey, Signer

_NUMBER = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a log: whose, how many leaves, which root (32 bytes).

    Raises VerificationError where one of them cannot be.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        require_name(self.origin)
        if self.size < 0 or len(self.root) != HASH_BYTES:
            raise VerificationError(
                f"checkpoint of size {self.size} with a root of {len(self.root)} bytes: "
                f"expected a size >= 0 and {HASH_BYTES} bytes"
            )

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    def to_note(self, signer_name: str, signer: Signer) -> str:
        """Return the signed note: the three lines, an empty one, the signature's line."""
        key = log_key(signer_name, signer.public_key)
        text = self.text()
        mark = Mark(name=signer_name, key_id=key.key_id, signature=signer.sign(text.encode()))
        return Note(text=text, marks=(mark,)).to_text()

    @classmethod
    def of(cls, note: Note) -> "Checkpoint":
        """Read the state in a note, whoever signed it; VerificationError where there is none."""
        lines = note.text.split("\n")
        if len(lines) != 4:  # noqa: PLR2004 -- three lines, each with its end
            raise VerificationError("checkpoint: expected three lines: origin, size, root")
        origin, size, root, _ = lines
        return cls(origin=origin, size=decimal(size), root=from_base64(root))


def verify_note(text: str, name: str, key: PublicKey) -> Checkpoint:
    """Return the checkpoint in a note that the named key signed.

    Signatures of other names or keys are ignored, as the specification asks; one of this key that
    does not fit refuses the note.

    Raises VerificationError.
    """
    note = Note.from_text(text)
    ours = log_key(name, key).marks_of(note)
    if not ours:
        raise VerificationError(f"checkpoint carries no signature of {name} by key {key.key_id}")
    for signature in ours:
        key.verify(signature, note.text.encode())
    return Checkpoint.of(note)


def read_unverified(text: str) -> Checkpoint:
    """Return what a note says, whoever signed it; VerificationError where it says nothing."""
    return Checkpoint.of(Note.from_text(text))


def origin_of(site: str, device: str) -> str:
    """Return the name of the log of one device at one site; also the name of its key."""
    return f"edgekit/{site}/{device}"


def log_key(name: str, key: PublicKey) -> VerifierKey:
    """Return the key of a log, as its checkpoints are verified with."""
    kind = Kind.ED25519 if key.algorithm == ED25519 else Kind.ECDSA
    return VerifierKey(name=name, kind=kind, key=key)


def verifier_key(name: str, key: PublicKey) -> str:
    """Return the ``vkey`` that other tools verify the log's notes with (c2sp.org/signed-note)."""
    return log_key(name, key).to_text()


def decimal(text: str) -> int:
    """Read a decimal without sign or leading zero; VerificationError otherwise."""
    if not _NUMBER.fullmatch(text):
        raise VerificationError(f"{text[:24]!r}: expected a decimal without leading zeros")
    return int(text)
