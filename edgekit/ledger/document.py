"""Documents that records name by digest: the authorisation and the notice."""

import hashlib

from edgekit.errors import VerificationError
from edgekit.signing.canonical import shown
from edgekit.signing.dsse import Envelope


def digest_of(data: bytes) -> str:
    """Return ``sha256:`` and 64 hex digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def require_document(digest: str, data: bytes) -> None:
    """Raise VerificationError unless the data, or the payload it envelopes, has the digest.

    A signed document is known by the digest of its payload: the signature may change, what it says
    may not.
    """
    if digest == digest_of(data):
        return
    try:
        payload = Envelope.from_bytes(data).payload
    except VerificationError:
        payload = data
    if digest != digest_of(payload):
        raise VerificationError(
            f"document {shown(digest[:80])} has another content: {digest_of(payload)}"
        )
