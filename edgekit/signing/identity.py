"""Who a device says it is, and which key follows which: two documents that devices sign.

An **identity** is signed by the key that it names: whoever made it has the key. A **rotation** is
signed by the old key and the new one: the old one says who follows it, the new one that it agrees.
It also states the end of the old key's log, so that nothing can be added to that log afterwards.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.signing import dsse
from edgekit.signing.canonical import JsonValue, from_base64, from_bytes, shown, to_base64, to_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import ED25519, PublicKey, Signer

IDENTITY_TYPE = "application/vnd.edgekit.identity.v1+json"
ROTATION_TYPE = "application/vnd.edgekit.rotation.v1+json"
VERSION = 1
ROOT_BYTES = 32
_SITE = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

# Multicodec prefixes of did:key (w3c-ccg/did-method-key): ed25519-pub and p256-pub, as varints.
_MULTICODEC: Mapping[str, bytes] = {ED25519: b"\xed\x01", "es256": b"\x80\x24"}
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEnd:
    """Where a log ends: how many records, which root; VerificationError where it cannot be."""

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.root) != ROOT_BYTES:
            raise VerificationError(f"log of {self.size} with a root of {len(self.root)} bytes")

    def to_json(self) -> JsonValue:
        """Return the form in documents."""
        return {"size": self.size, "root": to_base64(self.root)}

    @classmethod
    def from_json(cls, value: JsonValue) -> "LogEnd":
        """Read it; VerificationError otherwise."""
        fields = fields_of(value, {"size", "root"}, "end of a log")
        return cls(size=whole(fields, "size"), root=from_base64(text(fields, "root")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A device's key at a site, as the device itself says it."""

    key: PublicKey
    site: str
    made_s: int

    def sign(self, signer: Signer) -> bytes:
        """Return the signed document; VerificationError where the signer has another key."""
        if signer.public_key != self.key:
            raise VerificationError(f"identity of {self.key.key_id} signed by {signer.key_id}")
        payload = to_bytes(
            {"v": VERSION, "site": self.site, "made_s": self.made_s, "key": key_to_json(self.key)}
        )
        return dsse.sign(IDENTITY_TYPE, payload, signer).to_bytes()

    @classmethod
    def verify(cls, document: bytes) -> "Identity":
        """Return the identity that its own key signed; VerificationError otherwise."""
        envelope = Envelope.from_bytes(document)
        fields = fields_of(from_bytes(envelope.payload), {"v", "site", "made_s", "key"}, "identity")
        key = key_from_json(fields["key"])
        dsse.verify(envelope, [key], payload_type=IDENTITY_TYPE)
        return cls(key=key, site=site_name(fields), made_s=whole(fields, "made_s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """One key follows another at a site from a time on; the old key's log ends where it says."""

    old: PublicKey
    new: PublicKey
    site: str
    t_s: int
    end: LogEnd

    def sign(self, old: Signer, new: Signer) -> bytes:
        """Return the document under both signatures; VerificationError for other keys."""
        if (old.public_key, new.public_key) != (self.old, self.new) or self.old == self.new:
            raise VerificationError("a rotation is signed by the old key and another, new one")
        payload = to_bytes(
            {
                "v": VERSION,
                "site": self.site,
                "t_s": self.t_s,
                "old": key_to_json(self.old),
                "new": key_to_json(self.new),
                "end": self.end.to_json(),
            }
        )
        return dsse.sign(ROTATION_TYPE, payload, old, new).to_bytes()

    @classmethod
    def verify(cls, document: bytes) -> "Rotation":
        """Return the rotation in a document that both keys signed; VerificationError otherwise."""
        envelope = Envelope.from_bytes(document)
        names = {"v", "site", "t_s", "old", "new", "end"}
        fields = fields_of(from_bytes(envelope.payload), names, "rotation")
        old, new = key_from_json(fields["old"]), key_from_json(fields["new"])
        dsse.verify(envelope, [old, new], payload_type=ROTATION_TYPE, threshold=2)
        return cls(
            old=old,
            new=new,
            site=site_name(fields),
            t_s=whole(fields, "t_s"),
            end=LogEnd.from_json(fields["end"]),
        )


def did_key(key: PublicKey) -> str:
    """Return the key as a ``did:key`` (w3c-ccg/did-method-key): P-256 compressed (SEC 1 2.3.3)."""
    raw = key.raw
    if key.algorithm != ED25519:
        raw = bytes([2 + (raw[-1] & 1)]) + raw[1:33]
    return "did:key:z" + _base58(_MULTICODEC[key.algorithm] + raw)


def key_to_json(key: PublicKey) -> JsonValue:
    """Return a public key as it stands in documents."""
    return {"algorithm": key.algorithm, "key_id": key.key_id, "public": to_base64(key.raw)}


def key_from_json(value: JsonValue) -> PublicKey:
    """Read a public key; VerificationError where id and key do not belong together."""
    fields = fields_of(value, {"algorithm", "key_id", "public"}, "key", versioned=False)
    key = PublicKey(raw=from_base64(text(fields, "public")), algorithm=text(fields, "algorithm"))
    if key.key_id != fields["key_id"]:
        raise VerificationError(f"key {key.key_id} under another id: it was altered")
    return key


def fields_of(
    value: JsonValue, names: AbstractSet[str], what: str, *, versioned: bool | None = None
) -> Mapping[str, JsonValue]:
    """Return an object that has exactly these fields, and the version where it has one."""
    if not isinstance(value, dict) or set(value) != names:
        found = sorted(map(shown, value)) if isinstance(value, dict) else type(value).__name__
        raise VerificationError(f"{what} with {found!s:.200}: expected {sorted(names)}")
    if versioned is not False and "v" in names and value["v"] != VERSION:
        raise VerificationError(f"{what} of version {value['v']!r:.20}: expected {VERSION}")
    return value


def whole(fields: Mapping[str, JsonValue], name: str) -> int:
    """Return a whole number >= 0; VerificationError otherwise."""
    value = fields[name]
    if type(value) is not int or value < 0:
        raise VerificationError(f"{name} is {value!r:.40}: expected a whole number")
    return value


def text(fields: Mapping[str, JsonValue], name: str) -> str:
    """Return a text; VerificationError otherwise."""
    value = fields[name]
    if not isinstance(value, str):
        raise VerificationError(f"{name} is {value!r:.40}: expected a text")
    return value


def site_name(fields: Mapping[str, JsonValue]) -> str:
    """Return the name of a site; VerificationError otherwise."""
    site = text(fields, "site")
    if not _SITE.fullmatch(site):
        raise VerificationError(
            f"site {shown(site[:80])!r}: expected 1 to 64 letters, digits, . _ -"
        )
    return site


def _base58(data: bytes) -> str:
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return digits
