"""Ed25519 keys (RFC 8032): the public half as a value, the private half behind `Signer`."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from edgekit.errors import VerificationError

ED25519 = "ed25519"
RAW_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """An Ed25519 public key: ``raw`` is its 32 bytes (RFC 8032 section 5.1.2).

    Raises VerificationError on another length.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != RAW_BYTES:
            raise VerificationError(
                f"Ed25519 public key of {len(self.raw)} bytes: expected {RAW_BYTES}"
            )

    @property
    def key_id(self) -> str:
        """The first 8 bytes of SHA-256 over the raw key, as 16 hex digits."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raise VerificationError unless this key signed exactly this data."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except InvalidSignature:
            raise VerificationError(
                f"the signature of key {self.key_id} does not fit: "
                "altered since it was signed, or signed by another key"
            ) from None

    def to_pem(self) -> bytes:
        """Return the key as SubjectPublicKeyInfo in PEM (RFC 8410)."""
        return Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    @classmethod
    def from_pem(cls, data: bytes) -> "PublicKey":
        """Read SubjectPublicKeyInfo in PEM; VerificationError when it is no Ed25519 public key."""
        try:
            key = load_pem_public_key(data)
        except (ValueError, UnsupportedAlgorithm):
            raise VerificationError(
                "not a public key in PEM",
                hint="give the file that ends in .pub.pem",
            ) from None
        if not isinstance(key, Ed25519PublicKey):
            raise VerificationError(f"{type(key).__name__}: expected an Ed25519 public key")
        return cls(raw=key.public_bytes_raw())


class Signer(Protocol):
    """Something that can sign and tells by which key: a key in memory, in a chip, in a program."""

    @property
    def key_id(self) -> str:
        """The key id of the public key."""
        ...

    @property
    def algorithm(self) -> str:
        """The algorithm's name, ``ed25519``."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what this signs."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature over the data."""
        ...


class MemorySigner:
    """Signs with an Ed25519 private key held in memory; never prints it."""

    algorithm = ED25519

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key
        self.public_key = PublicKey(raw=private_key.public_key().public_bytes_raw())
        self.key_id = self.public_key.key_id

    @classmethod
    def from_seed(cls, seed: bytes) -> "MemorySigner":
        """Make the key of a 32-byte seed (RFC 8032 section 5.1.5); VerificationError otherwise."""
        if len(seed) != RAW_BYTES:
            raise VerificationError(f"Ed25519 seed of {len(seed)} bytes: expected {RAW_BYTES}")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte signature (RFC 8032 section 5.1.6)."""
        return self._private_key.sign(data)

    def __repr__(self) -> str:
        return f"MemorySigner(key_id={self.key_id!r})"
