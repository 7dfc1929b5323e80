"""DSSE v1 envelopes: what was signed, its type and who signed it, in one line of JSON.

Source: secure-systems-lab/dsse, protocol.md and envelope.md, version 1.0.0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring

from edgekit.errors import VerificationError
from edgekit.signing.canonical import (
    JsonValue,
    from_base64,
    from_bytes,
    shown,
    to_base64,
)
from edgekit.signing.keys import PublicKey, Signer

MAX_SIGNATURES = 8


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding: the bytes that are signed (DSSE protocol.md)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature and the id of the key that made it."""

    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A payload, its type and 1 to 8 signatures; nothing is verified yet."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.signatures) <= MAX_SIGNATURES:
            raise VerificationError(
                f"envelope with {len(self.signatures)} signatures: expected 1 to {MAX_SIGNATURES}"
            )

    def to_bytes(self) -> bytes:
        """Return the envelope as canonical JSON (RFC 8785) without a line break.

        Raises VerificationError where the type or a key id is no Unicode text.
        """
        signatures = ",".join(
            f'{{"keyid":{encode_basestring(one.key_id)},"sig":"{to_base64(one.value)}"}}'
            for one in self.signatures
        )
        kind = encode_basestring(self.payload_type)
        try:
            return (
                f'{{"payload":"{to_base64(self.payload)}","payloadType":{kind},'
                f'"signatures":[{signatures}]}}'
            ).encode()
        except UnicodeEncodeError:
            raise VerificationError("envelope with half a surrogate pair: not Unicode") from None

    @classmethod
    def from_bytes(cls, data: bytes) -> "Envelope":
        """Read an envelope in JSON; VerificationError on any field too many, missing or odd."""
        fields = from_bytes(data)
        if "payload" not in fields:
            raise VerificationError("not signed: there is no envelope around it")
        _require_keys("envelope", fields, {"payload", "payloadType", "signatures"})
        signatures = fields["signatures"]
        if not isinstance(signatures, list):
            raise VerificationError("envelope signatures: expected a list")
        return cls(
            payload_type=_string(fields, "payloadType"),
            payload=from_base64(_string(fields, "payload")),
            signatures=tuple(map(_signature, signatures)),
        )


def sign(payload_type: str, payload: bytes, *signers: Signer) -> Envelope:
    """Return the payload under the signature of each signer; VerificationError without any."""
    data = pae(payload_type, payload)
    return Envelope(
        payload_type=payload_type,
        payload=payload,
        signatures=tuple(
            Signature(key_id=signer.key_id, value=signer.sign(data)) for signer in signers
        ),
    )


def verify(
    envelope: Envelope, keys: Sequence[PublicKey], *, payload_type: str, threshold: int = 1
) -> bytes:
    """Return the payload, signed by at least ``threshold`` of the keys.

    Every signature that names one of the keys must fit; signatures of other keys are ignored; two
    of one key count once (DSSE protocol.md, "Verification").

    Raises:
        VerificationError: a rule that nothing or everything would pass (no keys, a threshold below
            1 or above their number), another payload type, too few signatures by these keys, or
            one that does not fit.
    """
    known = {key.key_id: key for key in keys}
    _require_rule(len(known), threshold)
    if envelope.payload_type != payload_type:
        raise VerificationError(
            f"envelope of type {envelope.payload_type!r}: expected {payload_type!r}"
        )
    ours = [one for one in envelope.signatures if one.key_id in known]
    signed_by = {one.key_id for one in ours}
    if len(signed_by) < threshold:
        wanted = _names(known) if threshold == 1 else f"{threshold} of {_names(known)}"
        raise VerificationError(
            f"signed by key {_names(one.key_id for one in envelope.signatures)}: "
            f"expected key {wanted}",
            hint="give the public key of the device that made it",
        )
    data = pae(envelope.payload_type, envelope.payload)
    for one in ours:
        known[one.key_id].verify(one.value, data)
    return envelope.payload


def _require_rule(keys: int, threshold: int) -> None:
    if not keys:
        raise VerificationError("no key to verify with: expected at least one")
    if not 1 <= threshold <= keys:
        raise VerificationError(f"{threshold} of {keys} keys: expected 1 to {keys}")


def _names(ids: Iterable[str]) -> str:
    return " or ".join(sorted({shown(name[:32]) for name in ids}))


def _signature(fields: JsonValue) -> Signature:
    if not isinstance(fields, dict):
        raise VerificationError("envelope signature: expected an object")
    _require_keys("envelope signature", fields, {"keyid", "sig"})
    return Signature(key_id=_string(fields, "keyid"), value=from_base64(_string(fields, "sig")))


def _string(fields: dict[str, JsonValue], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise VerificationError(f"envelope {name}: expected a string")
    return value


def _require_keys(what: str, fields: dict[str, JsonValue], expected: set[str]) -> None:
    if set(fields) != expected:
        wrong = ", ".join(sorted(repr(name[:32]) for name in set(fields) ^ expected))
        raise VerificationError(f"{what} has missing or unknown fields: {wrong}")
