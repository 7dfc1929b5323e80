"""Public keys as values, private keys behind `Signer`: Ed25519 (RFC 8032) and ES256 (FIPS 186-5).

ES256 is ECDSA over P-256 with SHA-256, for chips that know no Ed25519. Its signatures have one
spelling here: strict DER with ``s`` in the lower half of the order, so that nobody without the key
can turn one valid signature into another (SEC 1 section 4.1.4 allows both ``s`` and ``n - s``).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from edgekit.errors import VerificationError

ED25519 = "ed25519"
ES256 = "es256"
RAW_BYTES = 32
POINT_BYTES = 65
SIGNATURE_BYTES = 64
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order n of the base point of P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3)."""

_LENGTHS: Mapping[str, int] = {ED25519: RAW_BYTES, ES256: POINT_BYTES}
_NAMES: Mapping[str, str] = {ED25519: "Ed25519", ES256: "P-256"}

Verifier = Ed25519PublicKey | EllipticCurvePublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key: ``raw`` is 32 bytes of Ed25519, or the 65 of a P-256 point, uncompressed.

    Sources: RFC 8032 section 5.1.2; SEC 1 section 2.3.3. Raises VerificationError on another
    algorithm or length, and for bytes that are no point of the curve.
    """

    raw: bytes
    algorithm: str = ED25519
    key_id: str = field(init=False, compare=False)
    """The first 8 bytes of SHA-256 over the raw key, as 16 hex digits."""
    _verifier: Verifier = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        expected = _LENGTHS.get(self.algorithm)
        if expected is None:
            raise VerificationError(f"key of algorithm {self.algorithm!r:.40}: {_KINDS}")
        if len(self.raw) != expected:
            raise VerificationError(
                f"{_NAMES[self.algorithm]} public key of {len(self.raw)} bytes: expected {expected}"
            )
        # Made once: verification asks for both with every record.
        object.__setattr__(self, "key_id", hashlib.sha256(self.raw).hexdigest()[:16])
        object.__setattr__(self, "_verifier", _verifier(self.raw, self.algorithm))

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raise VerificationError unless this key signed exactly this data."""
        try:
            if isinstance(self._verifier, Ed25519PublicKey):
                self._verifier.verify(signature, data)
            else:
                _require_one_spelling(signature)
                self._verifier.verify(signature, data, ECDSA(SHA256()))
        except InvalidSignature:
            raise VerificationError(
                f"the signature of key {self.key_id} does not fit: "
                "altered since it was signed, or signed by another key"
            ) from None

    def to_der(self) -> bytes:
        """Return the key as SubjectPublicKeyInfo in DER (RFC 8410, RFC 5480)."""
        return self._verifier.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def to_pem(self) -> bytes:
        """Return the key as SubjectPublicKeyInfo in PEM."""
        return self._verifier.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @classmethod
    def from_pem(cls, data: bytes) -> "PublicKey":
        """Read SubjectPublicKeyInfo in PEM; VerificationError when it is no key of ours."""
        try:
            return cls._of(load_pem_public_key(data))
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            if isinstance(error, VerificationError):
                raise
            raise VerificationError(
                "expected a public key in PEM",
                hint="give the file that ends in .pub.pem",
            ) from None

    @classmethod
    def from_der(cls, data: bytes) -> "PublicKey":
        """Read SubjectPublicKeyInfo in DER, in its one spelling; VerificationError otherwise."""
        try:
            key = cls._of(load_der_public_key(data))
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            if isinstance(error, VerificationError):
                raise
            raise VerificationError("expected a public key in DER") from None
        if key.to_der() != data:
            raise VerificationError("public key in another than its one spelling in DER")
        return key

    @classmethod
    def _of(cls, key: object) -> "PublicKey":
        if isinstance(key, Ed25519PublicKey):
            return cls(raw=key.public_bytes_raw())
        if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
            point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            return cls(raw=point, algorithm=ES256)
        raise VerificationError(f"{type(key).__name__}: {_KINDS}")


_KINDS = "expected an Ed25519 or a P-256 public key"


class Signer(Protocol):
    """Something that can sign and tells by which key: a key in memory, in a chip, in a program."""

    @property
    def key_id(self) -> str:
        """The key id of the public key."""
        ...

    @property
    def algorithm(self) -> str:
        """The algorithm's name, ``ed25519`` or ``es256``."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what this signs."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature over the data: 64 bytes, or of ES256 strict DER with a low s."""
        ...


class MemorySigner:
    """Signs with an Ed25519 or P-256 private key held in memory; never prints it."""

    def __init__(self, private_key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> None:
        self._private_key = private_key
        self.public_key = PublicKey._of(private_key.public_key())  # noqa: SLF001 -- same module
        self.key_id = self.public_key.key_id
        self.algorithm = self.public_key.algorithm

    @classmethod
    def from_seed(cls, seed: bytes) -> "MemorySigner":
        """Make the key of a 32-byte seed (RFC 8032 section 5.1.5); VerificationError otherwise."""
        if len(seed) != RAW_BYTES:
            raise VerificationError(f"Ed25519 seed of {len(seed)} bytes: expected {RAW_BYTES}")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, data: bytes) -> bytes:
        """Return the signature: 64 bytes (RFC 8032 section 5.1.6), or DER of ES256."""
        if isinstance(self._private_key, Ed25519PrivateKey):
            return self._private_key.sign(data)
        return low_s(self._private_key.sign(data, ECDSA(SHA256())))

    def __repr__(self) -> str:
        return f"MemorySigner(key_id={self.key_id!r})"


def low_s(signature: bytes) -> bytes:
    """Return an ECDSA signature in its one spelling: strict DER, the lower of s and n - s.

    Raises VerificationError where it is no signature.
    """
    r, s = _numbers(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def from_fixed(signature: bytes) -> bytes:
    """Return r ‖ s of 64 bytes, as chips and JOSE have it, in our one spelling."""
    if len(signature) != SIGNATURE_BYTES:
        raise VerificationError(f"ES256 signature of {len(signature)} bytes: expected 64")
    half = SIGNATURE_BYTES // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    if not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
        raise VerificationError("ES256 signature out of range")
    return low_s(encode_dss_signature(r, s))


def to_fixed(signature: bytes) -> bytes:
    """Return r ‖ s of 64 bytes (RFC 7518 section 3.4); VerificationError for no signature."""
    half = SIGNATURE_BYTES // 2
    return b"".join(number.to_bytes(half, "big") for number in _numbers(signature))


def _numbers(signature: bytes) -> tuple[int, int]:
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        raise VerificationError("ES256 signature is no DER") from None
    if not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
        raise VerificationError("ES256 signature out of range")
    return r, s


def _require_one_spelling(signature: bytes) -> None:
    if low_s(signature) != signature:
        raise VerificationError("ES256 signature in another than its one spelling: DER, low s")


def _verifier(raw: bytes, algorithm: str) -> Verifier:
    if algorithm == ED25519:
        return Ed25519PublicKey.from_public_bytes(raw)
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
    except ValueError:
        raise VerificationError("these 65 bytes are no point of P-256") from None
