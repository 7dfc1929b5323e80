"""Signed notes: a text, an empty line, one line for each signature; and keys to verify them with.

Source: c2sp.org/signed-note. A verifier key, ``vkey``, is ``name+id+base64``; the base64 holds one
byte that tells the kind of signature, and the public key.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum

from edgekit.errors import VerificationError
from edgekit.signing.canonical import from_base64, shown, to_base64
from edgekit.signing.keys import ED25519, PublicKey

MAX_NOTE_BYTES = 65_536
MAX_SIGNATURES = 64
ID_BYTES = 4
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
_NOT_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class Kind(IntEnum):
    """What a signature is over and by which algorithm (c2sp.org/signed-note, signature types)."""

    ED25519 = 0x01
    ECDSA = 0x02
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One signature line: the signer's name, the id of its key, the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line, with its end."""
        return f"— {self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text, each line of it ended, and its signatures; nothing is verified yet."""

    text: str
    marks: tuple[Mark, ...]

    def to_text(self) -> str:
        """Return the note."""
        return f"{self.text}\n{''.join(mark.line() for mark in self.marks)}"

    @classmethod
    def from_text(cls, text: str) -> "Note":
        """Read a note; VerificationError where it is none."""
        if len(text) > MAX_NOTE_BYTES:
            raise VerificationError(f"note of {len(text)} characters: expected {MAX_NOTE_BYTES}")
        if _NOT_TEXT.search(text):
            raise VerificationError("note with control characters or half a surrogate pair")
        body, gap, tail = text.rpartition("\n\n")
        lines = tail.split("\n")
        if not gap or lines.pop() or not 0 < len(lines) <= MAX_SIGNATURES:
            raise VerificationError("note without a text, an empty line and a signature line")
        return cls(text=body + "\n", marks=tuple(map(_mark, lines)))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key under a name, for one kind of signature.

    Raises VerificationError where name, kind and key do not go together.
    """

    name: str
    kind: Kind
    key: PublicKey

    def __post_init__(self) -> None:
        require_name(self.name)
        if (self.kind is Kind.ECDSA) == (self.key.algorithm == ED25519):
            raise VerificationError(
                f"a signature of type {self.kind:#04x} cannot be of an {self.key.algorithm} key"
            )

    @property
    def key_id(self) -> bytes:
        """The 4 bytes by which a signature line names the key."""
        # Of ECDSA it is the hash of the key alone (c2sp.org/signed-note, type 0x02).
        head = b"" if self.kind is Kind.ECDSA else self.name.encode() + b"\n" + self._kind_byte
        return hashlib.sha256(head + self._encoded).digest()[:ID_BYTES]

    def to_text(self) -> str:
        """Return the ``vkey``."""
        material = to_base64(self._kind_byte + self._encoded)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def from_text(cls, text: str) -> "VerifierKey":
        """Read a ``vkey``; VerificationError where it is none of a kind we know."""
        name, _, rest = text.strip("\n").partition("+")
        key_id, _, material = rest.partition("+")
        data = from_base64(material)
        if not data or data[0] not in Kind.__members__.values():
            raise VerificationError(
                f"{shown(text[:60])!r} is no verifier key: expected name+id+base64",
                hint="give the line that `edgekit witness init` or `edgekit key show` prints",
            )
        kind = Kind(data[0])
        key = PublicKey.from_der(data[1:]) if kind is Kind.ECDSA else PublicKey(raw=data[1:])
        found = cls(name=name, kind=kind, key=key)
        if found.key_id.hex() != key_id:
            raise VerificationError(f"verifier key {name} has id {key_id[:16]!r}: it was altered")
        return found

    def marks_of(self, note: Note) -> list[bytes]:
        """Return the signatures in a note that name this key, unverified."""
        key_id = self.key_id
        return [
            mark.signature
            for mark in note.marks
            if mark.name == self.name and mark.key_id == key_id
        ]

    @property
    def _kind_byte(self) -> bytes:
        return bytes([self.kind])

    @property
    def _encoded(self) -> bytes:
        return self.key.to_der() if self.kind is Kind.ECDSA else self.key.raw


def require_name(name: str) -> None:
    """Raise VerificationError unless this may name a key or a log."""
    if not _NAME.fullmatch(name):
        raise VerificationError(f"log name {name!r:.60}: expected no spaces and no plus sign")


def _mark(line: str) -> Mark:
    dash, _, rest = line.partition(" ")
    name, _, mark = rest.partition(" ")
    if dash != "—" or not _NAME.fullmatch(name):
        raise VerificationError(f"note signature line {line[:40]!r}: expected '— name base64'")
    value = from_base64(mark)
    if len(value) <= ID_BYTES:
        raise VerificationError("note signature too short")
    return Mark(name=name, key_id=value[:ID_BYTES], signature=value[ID_BYTES:])
