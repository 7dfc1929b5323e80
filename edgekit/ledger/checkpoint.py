"""Checkpoints: one line of who, one of how many, one of which root, under a signature.

Sources: c2sp.org/tlog-checkpoint and c2sp.org/signed-note, with Ed25519 (type 0x01). Extension
lines are refused: nothing of ours writes them, and no monitor could audit them.
"""

import hashlib
import re
from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.ledger.merkle import HASH_BYTES
from edgekit.signing.canonical import from_base64, to_base64
from edgekit.signing.keys import PublicKey, Signer

MAX_NOTE_BYTES = 65_536
MAX_SIGNATURES = 64
_ED25519_TYPE = b"\x01"
_NUMBER = re.compile("0|[1-9][0-9]{0,18}")
_KEY_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
_NOT_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_ID_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a log: whose, how many leaves, which root (32 bytes).

    Raises VerificationError where one of them cannot be.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        _require_name(self.origin)
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
        _require_name(signer_name)
        text = self.text()
        signature = signer.sign(text.encode())
        mark = to_base64(_key_hash(signer_name, signer.public_key) + signature)
        return f"{text}\n— {signer_name} {mark}\n"


def verify_note(text: str, name: str, key: PublicKey) -> Checkpoint:
    """Return the checkpoint in a note that the named key signed.

    Signatures of other names or keys are ignored, as the specification asks; one of this key that
    does not fit refuses the note.

    Raises VerificationError.
    """
    body, signatures = _parse(text)
    wanted = _key_hash(name, key)
    ours = [mark[_ID_BYTES:] for signer, mark in signatures if (signer, mark[:4]) == (name, wanted)]
    if not ours:
        raise VerificationError(f"checkpoint carries no signature of {name} by key {key.key_id}")
    for signature in ours:
        key.verify(signature, body.encode())
    return _checkpoint(body)


def read_unverified(text: str) -> Checkpoint:
    """Return what a note says, whoever signed it; VerificationError where it says nothing."""
    body, _ = _parse(text)
    return _checkpoint(body)


def origin_of(site: str, device: str) -> str:
    """Return the name of the log of one device at one site; also the name of its key."""
    return f"edgekit/{site}/{device}"


def verifier_key(name: str, key: PublicKey) -> str:
    """Return the ``vkey`` that other tools verify the log's notes with (c2sp.org/signed-note)."""
    _require_name(name)
    return f"{name}+{_key_hash(name, key).hex()}+{to_base64(_ED25519_TYPE + key.raw)}"


def decimal(text: str) -> int:
    """Read a decimal without sign or leading zero; VerificationError otherwise."""
    if not _NUMBER.fullmatch(text):
        raise VerificationError(f"{text[:24]!r}: expected a decimal without leading zeros")
    return int(text)


def _parse(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(text) > MAX_NOTE_BYTES:
        raise VerificationError(f"note of {len(text)} characters: expected {MAX_NOTE_BYTES}")
    if _NOT_TEXT.search(text):
        raise VerificationError("note with control characters or half a surrogate pair")
    body, gap, tail = text.rpartition("\n\n")
    lines = tail.split("\n")
    if not gap or lines.pop() or not 0 < len(lines) <= MAX_SIGNATURES:
        raise VerificationError("note without a text, an empty line and a signature line")
    return body + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, mark = rest.partition(" ")
    if dash != "—" or not _KEY_NAME.fullmatch(name):
        raise VerificationError(f"note signature line {line[:40]!r}: expected '— name base64'")
    value = from_base64(mark)
    if len(value) <= _ID_BYTES:
        raise VerificationError("note signature too short")
    return name, value


def _checkpoint(body: str) -> Checkpoint:
    lines = body.split("\n")
    if len(lines) != 4:  # noqa: PLR2004 -- three lines, each with its end
        raise VerificationError("checkpoint: expected three lines: origin, size, root")
    origin, size, root, _ = lines
    return Checkpoint(origin=origin, size=decimal(size), root=from_base64(root))


def _key_hash(name: str, key: PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519_TYPE + key.raw).digest()[:_ID_BYTES]


def _require_name(name: str) -> None:
    if not _KEY_NAME.fullmatch(name):
        raise VerificationError(f"log name {name!r:.60}: expected no spaces and no plus sign")
