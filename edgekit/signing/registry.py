"""The operator's registry: which keys are whose, from when to when, and which are no longer.

One document, signed by the operator's key, which is kept off every device. A reader who has that
one public key needs no other. Times are Unix seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from edgekit.errors import VerificationError
from edgekit.signing import dsse
from edgekit.signing.canonical import JsonValue, from_bytes, shown, to_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.identity import (
    Identity,
    LogEnd,
    Rotation,
    fields_of,
    key_from_json,
    key_to_json,
    site_name,
    text,
    whole,
)
from edgekit.signing.keys import PublicKey, Signer

REGISTRY_TYPE = "application/vnd.edgekit.registry.v1+json"
VERSION = 1
MAX_KEYS = 1_000
_NAMES = frozenset(
    {"key", "site", "not_before_s", "not_after_s", "status", "since_s", "reason", "follows"}
)


class KeyStatus(StrEnum):
    """What a key is now."""

    ACTIVE = "active"
    RETIRED = "retired"  # another follows it; its log has ended
    REVOKED = "revoked"  # lost, stolen or cloned: from `since_s` on it proves nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key: ``since_s`` is when it was retired or revoked, ``follows`` the key before it.

    ``end`` is where the log of a retired key ends. Raises VerificationError for a contradiction.
    """

    key: PublicKey
    site: str
    not_before_s: int
    not_after_s: int
    status: KeyStatus = KeyStatus.ACTIVE
    since_s: int | None = None
    reason: str | None = None
    follows: str | None = None
    end: LogEnd | None = None

    def __post_init__(self) -> None:
        if self.not_before_s >= self.not_after_s:
            raise VerificationError(
                f"key {self.key.key_id} valid from {self.not_before_s} to {self.not_after_s}"
            )
        ended = self.status is not KeyStatus.ACTIVE
        if ended != (self.since_s is not None) or (self.end is not None and not ended):
            raise VerificationError(f"key {self.key.key_id} is {self.status}, but says otherwise")

    def to_json(self) -> JsonValue:
        """Return the form in the document."""
        return {
            "key": key_to_json(self.key),
            "site": self.site,
            "not_before_s": self.not_before_s,
            "not_after_s": self.not_after_s,
            "status": self.status.value,
            "since_s": self.since_s,
            "reason": self.reason,
            "follows": self.follows,
            "end": None if self.end is None else self.end.to_json(),
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> "Entry":
        """Read it; VerificationError otherwise."""
        fields = fields_of(value, _NAMES | {"end"}, "registry entry")
        status = text(fields, "status")
        if status not in KeyStatus.__members__.values():
            raise VerificationError(f"key status {shown(status[:40])!r}")
        end = fields["end"]
        return cls(
            key=key_from_json(fields["key"]),
            site=site_name(fields),
            not_before_s=whole(fields, "not_before_s"),
            not_after_s=whole(fields, "not_after_s"),
            status=KeyStatus(status),
            since_s=None if fields["since_s"] is None else whole(fields, "since_s"),
            reason=None if fields["reason"] is None else text(fields, "reason"),
            follows=None if fields["follows"] is None else text(fields, "follows"),
            end=None if end is None else LogEnd.from_json(end),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All keys of one operator; ``edition`` counts up, so that an older one is told from a newer.

    Raises VerificationError where a key stands twice.
    """

    edition: int
    issued_s: int
    entries: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        ids = [entry.key.key_id for entry in self.entries]
        if len(set(ids)) != len(ids) or len(ids) > MAX_KEYS:
            raise VerificationError(f"registry of {len(ids)} keys: one twice, or too many")

    def entry(self, key_id: str) -> Entry:
        """Return the entry of a key; VerificationError where there is none."""
        for entry in self.entries:
            if entry.key.key_id == key_id:
                return entry
        raise VerificationError(
            f"key {shown(key_id[:32])} is not among the {len(self.entries)} keys of the registry",
            hint="is it the newest registry? ask the operator",
        )

    def with_key(
        self, identity: Identity, *, from_s: int | None = None, until_s: int, now_s: int
    ) -> "Registry":
        """Return it with one more device, valid from when it made its identity, or as given."""
        entry = Entry(
            key=identity.key,
            site=identity.site,
            not_before_s=identity.made_s if from_s is None else from_s,
            not_after_s=until_s,
        )
        return self._next((*self.entries, entry), now_s)

    def rotated(self, rotation: Rotation, *, until_s: int, now_s: int) -> "Registry":
        """Return it with a key retired and the one that follows it, as both of them signed.

        Raises VerificationError where the old key is not active at that site.
        """
        old = self.entry(rotation.old.key_id)
        if (old.status, old.site) != (KeyStatus.ACTIVE, rotation.site):
            raise VerificationError(
                f"key {old.key.key_id} is {old.status} at {old.site}: nothing can follow it now"
            )
        retired = replace(
            old, status=KeyStatus.RETIRED, since_s=rotation.t_s, reason="rotated", end=rotation.end
        )
        new = Entry(
            key=rotation.new,
            site=rotation.site,
            not_before_s=rotation.t_s,
            not_after_s=until_s,
            follows=old.key.key_id,
        )
        return self._next((*self._but(old, retired), new), now_s)

    def revoked(self, key_id: str, *, since_s: int, reason: str, now_s: int) -> "Registry":
        """Return it with a key that proves nothing from then on; an earlier time wins over a later.

        Raises VerificationError where the key is unknown, or was revoked from an earlier time on.
        """
        old = self.entry(key_id)
        if old.status is KeyStatus.REVOKED and since_s >= (old.since_s or 0):
            raise VerificationError(f"key {key_id} was revoked from {old.since_s} on already")
        ended = replace(old, status=KeyStatus.REVOKED, since_s=since_s, reason=reason, end=None)
        return self._next(self._but(old, ended), now_s)

    def sign(self, operator: Signer) -> bytes:
        """Return the signed document."""
        payload = to_bytes(
            {
                "v": VERSION,
                "edition": self.edition,
                "issued_s": self.issued_s,
                "keys": [entry.to_json() for entry in self.entries],
            }
        )
        return dsse.sign(REGISTRY_TYPE, payload, operator).to_bytes()

    @classmethod
    def verify(
        cls, document: bytes, operators: Sequence[PublicKey], *, threshold: int = 1
    ) -> "Registry":
        """Return the registry that so many of the operator's keys signed.

        Raises VerificationError.
        """
        payload = dsse.verify(
            Envelope.from_bytes(document),
            operators,
            payload_type=REGISTRY_TYPE,
            threshold=threshold,
        )
        fields = fields_of(from_bytes(payload), {"v", "edition", "issued_s", "keys"}, "registry")
        keys = fields["keys"]
        if not isinstance(keys, list):
            raise VerificationError("registry keys: expected a list")
        return cls(
            edition=whole(fields, "edition"),
            issued_s=whole(fields, "issued_s"),
            entries=tuple(map(Entry.from_json, keys)),
        )

    def _but(self, old: Entry, new: Entry) -> tuple[Entry, ...]:
        return tuple(new if entry is old else entry for entry in self.entries)

    def _next(self, entries: tuple[Entry, ...], now_s: int) -> "Registry":
        return Registry(
            edition=self.edition + 1, issued_s=max(now_s, self.issued_s), entries=entries
        )
