"""A record as a JSON Web Signature, for stacks that know nothing else; the device signs it again.

Compact serialisation (RFC 7515 section 7.1), ``alg`` Ed25519 (RFC 9864) or ES256 (RFC 7518).
The header is fixed by the key: a reader compares it and takes no algorithm from it (RFC 8725
section 3.1).
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence

from edgekit.errors import VerificationError
from edgekit.signing.canonical import from_base64, shown, to_bytes
from edgekit.signing.keys import ED25519, ES256, PublicKey, Signer, from_fixed, to_fixed

TYPE = "vnd.edgekit.record.v1+json"
_ALGORITHMS: Mapping[str, str] = {ED25519: "Ed25519", ES256: "ES256"}


def sign_jws(payload: bytes, signer: Signer) -> str:
    """Return the payload of a record as a JWS of one line."""
    signed = f"{_header(signer.public_key)}.{_encode(payload)}"
    signature = signer.sign(signed.encode())
    if signer.algorithm == ES256:
        signature = to_fixed(signature)
    return f"{signed}.{_encode(signature)}"


def verify_jws(token: str, keys: Sequence[PublicKey]) -> bytes:
    """Return the payload that one of the keys signed; VerificationError otherwise."""
    header, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    for key in keys:
        if _header(key) == header:
            value = _decode(signature)
            if key.algorithm == ES256:
                # Both s and n - s are common in JWS: here as there only the lower one is taken.
                value = _require_low(value)
            key.verify(value, f"{header}.{payload}".encode())
            return _decode(payload)
    names = " or ".join(sorted(key.key_id for key in keys)) or "none"
    raise VerificationError(f"JWS with header {shown(header[:80])}: expected that of key {names}")


def _require_low(value: bytes) -> bytes:
    signature = from_fixed(value)
    if to_fixed(signature) != value:
        raise VerificationError("JWS with an ES256 signature in another than its one spelling")
    return signature


def _header(key: PublicKey) -> str:
    return _encode(to_bytes({"alg": _ALGORITHMS[key.algorithm], "kid": key.key_id, "typ": TYPE}))


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Read base64url without padding in its one spelling (RFC 7515 section 2)."""
    if set(text) & set("+/="):
        raise VerificationError("JWS: expected base64url without padding")
    return from_base64(text.translate({0x2D: "+", 0x5F: "/"}) + "=" * (-len(text) % 4))
