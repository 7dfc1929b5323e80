"""Co-signatures: what a witness says of a log, with the time at which it said so.

Source: c2sp.org/tlog-cosignature, Ed25519 (type 0x04). It says: as of this time, the largest state
of this log that I have seen has this root, and it continues every state that I signed before.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import log_key
from edgekit.ledger.note import Kind, Mark, Note, VerifierKey
from edgekit.signing.keys import ED25519, SIGNATURE_BYTES, PublicKey, Signer

_TIME = struct.Struct(">Q")
MAX_TIME_S = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Who may co-sign: a name and an Ed25519 key; VerificationError for another."""

    name: str
    key: PublicKey

    def __post_init__(self) -> None:
        if self.key.algorithm != ED25519:
            raise VerificationError("a witness signs with Ed25519")
        _ = self.verifier

    @property
    def verifier(self) -> VerifierKey:
        """The key as notes name it."""
        return VerifierKey(name=self.name, kind=Kind.COSIGNATURE, key=self.key)

    def to_text(self) -> str:
        """Return the ``vkey`` by which others know this witness."""
        return self.verifier.to_text()

    @classmethod
    def from_text(cls, text: str) -> "Witness":
        """Read a ``vkey`` of a witness; VerificationError where it is none."""
        found = VerifierKey.from_text(text)
        if found.kind is not Kind.COSIGNATURE:
            raise VerificationError(
                f"{found.name} is the key of a log, not of a witness",
                hint="give the line that `edgekit witness init` prints",
            )
        return cls(name=found.name, key=found.key)


def cosign(note: str, name: str, signer: Signer, *, t_s: int) -> str:
    """Return the signature line of a witness under a checkpoint, which it has checked before."""
    if not 0 <= t_s <= MAX_TIME_S:
        raise VerificationError(f"time {t_s}: expected 0 to {MAX_TIME_S}")
    verifier = Witness(name=name, key=signer.public_key).verifier
    signature = signer.sign(_message(t_s, Note.from_text(note).text))
    mark = Mark(name=name, key_id=verifier.key_id, signature=_TIME.pack(t_s) + signature)
    return mark.line()


def cosigned_at(note: str, witnesses: Iterable[Witness]) -> Mapping[str, int]:
    """Return who of the witnesses co-signed a note, by name, and when (Unix seconds, the latest).

    Raises VerificationError where a co-signature names one of them and does not fit.
    """
    read = Note.from_text(note)
    found: dict[str, int] = {}
    for witness in witnesses:
        for data in witness.verifier.marks_of(read):
            if len(data) != _TIME.size + SIGNATURE_BYTES:
                raise VerificationError(f"co-signature of {witness.name} with {len(data)} bytes")
            (t_s,) = _TIME.unpack_from(data)
            if t_s > MAX_TIME_S:
                raise VerificationError(f"co-signature of {witness.name} at {t_s}: no time")
            try:
                witness.key.verify(data[_TIME.size :], _message(t_s, read.text))
            except VerificationError as error:
                raise VerificationError(f"co-signature of {witness.name}: {error}") from None
            found[witness.name] = max(t_s, found.get(witness.name, 0))
    return found


def merged(note: str, *others: str) -> str:
    """Return one note with the signatures of all, each once; VerificationError for other texts."""
    first = Note.from_text(note)
    marks = list(first.marks)
    for other in map(Note.from_text, others):
        if other.text != first.text:
            raise VerificationError("notes of different texts cannot be one")
        marks += [mark for mark in other.marks if mark not in marks]
    return Note(text=first.text, marks=tuple(marks)).to_text()


def only_signed_by(note: str, key: PublicKey, witnesses: Sequence[Witness]) -> str:
    """Return the note with the signatures of the log and of these witnesses alone.

    Raises VerificationError where no witness signed, or one of the signatures does not fit.
    """
    if not cosigned_at(note, witnesses):
        names = " or ".join(witness.name for witness in witnesses) or "nobody"
        raise VerificationError(f"checkpoint is co-signed by none of those expected: {names}")
    read = Note.from_text(note)
    known = [witness.verifier for witness in witnesses]
    origin = read.text.partition("\n")[0]
    ids = {(one.name, one.key_id) for one in (log_key(origin, key), *known)}
    marks = tuple(mark for mark in read.marks if (mark.name, mark.key_id) in ids)
    return Note(text=read.text, marks=marks).to_text()


def _message(t_s: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {t_s}\n{text}".encode()
