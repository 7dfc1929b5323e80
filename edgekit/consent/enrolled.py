"""Consent of a person who is enrolled: the record of their yes.

It is about one person, so that it is never a leaf of a ledger: it lies where it can be erased
(`edgekit.node.keeping.enrolled`). Fields and words: see `edgekit.consent.enrolment`.
"""

import hashlib
from dataclasses import dataclass, replace

from edgekit.consent.enrolment import (
    COLLECTION,
    CONSENT,
    LAWFUL_BASIS,
    PURPOSES,
    RECORD_PROFILE,
    STORAGE,
    VERSION,
    Data,
    Purpose,
    Service,
    State,
    read_signed,
    require_pseudonym,
    verified,
)
from edgekit.consent.fields import require_digest, require_text
from edgekit.consent.form import MAX_TIME_S
from edgekit.consent.lawful import MAX_VALIDITY_S
from edgekit.consent.terms import Controller, require_duration
from edgekit.errors import ConsentError
from edgekit.signing import canonical, dsse
from edgekit.signing.keys import PublicKey, Signer

CONSENT_TYPE = "application/vnd.edgekit.consent.v1+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One person's yes; every field is checked here (ConsentError).

    Attributes:
        record_id: 32 hex digits, of chance.
        pii_principal_id: the person's pseudonym on this device, 32 hex digits of chance; who it is
            stands nowhere.
        privacy_notice: ``sha256:…`` of the notice that was shown.
        language: in which, as ``en`` or ``de``.
        pii_information: what is known of the person.
        workplace_reason: at work consent is seldom free (GDPR recital 43): why it is here; None
            elsewhere.
        given_s: when it was given, Unix seconds.
        event_state: what became of it.
        event_time_s: when: `given_s`, or later where it was withdrawn.
        valid_to_s: when it ends by itself.
    """

    record_id: str
    pii_principal_id: str
    site: str
    service: Service
    purpose: Purpose
    privacy_notice: str
    language: str
    pii_controller: Controller
    pii_information: tuple[Data, ...]
    retention_period: str
    jurisdiction: str
    withdrawal_method: str
    authority_party: str
    workplace_reason: str | None
    given_s: int
    event_time_s: int
    event_state: State
    valid_to_s: int

    def __post_init__(self) -> None:
        for what in ("record_id", "pii_principal_id"):
            require_pseudonym(what, getattr(self, what))
        for what in ("site", "language", "jurisdiction", "withdrawal_method", "authority_party"):
            require_text(what, getattr(self, what))
        if self.workplace_reason is not None:
            require_text("workplace_reason", self.workplace_reason)
        require_digest("privacy_notice", self.privacy_notice)
        require_duration(self.retention_period)
        if PURPOSES[self.service] != (self.purpose, self.pii_information):
            purpose, data = PURPOSES[self.service]
            raise ConsentError(
                f"{self.purpose} with {', '.join(self.pii_information) or 'nothing'} for "
                f"{self.service}: expected {purpose} with {', '.join(data)}",
                hint="a consent is for one purpose; ask again for another",
            )
        if not 0 < self.given_s < self.valid_to_s <= MAX_TIME_S:
            raise ConsentError(
                f"given at {self.given_s}, valid to {self.valid_to_s}: "
                "expected an end after the start"
            )
        if self.valid_to_s - self.given_s > MAX_VALIDITY_S:
            raise ConsentError(
                f"a consent for {(self.valid_to_s - self.given_s) // 86_400} days: "
                f"expected at most {MAX_VALIDITY_S // 86_400}"
            )
        withdrawn = self.event_state is State.WITHDRAWN
        if self.event_time_s < self.given_s or (not withdrawn and self.event_time_s > self.given_s):
            raise ConsentError(
                f"{self.event_state} at {self.event_time_s}, given at {self.given_s}: "
                "expected one time for what was given, and a later one for what was withdrawn"
            )

    @property
    def digest(self) -> str:
        """``sha256:…`` of the payload."""
        return f"sha256:{hashlib.sha256(self.to_payload()).hexdigest()}"

    def require_given(self, now_s: int) -> None:
        """Raise ConsentError unless this is a yes and now lies within it."""
        if self.event_state is not State.GIVEN:
            raise ConsentError("the consent was withdrawn", hint="ask anew, or do without")
        if not self.given_s <= now_s < self.valid_to_s:
            raise ConsentError(
                f"the consent holds from {self.given_s} to {self.valid_to_s}, not at {now_s}",
                hint="ask anew, or do without",
            )

    def withdrawn(self, t_s: int) -> "ConsentRecord":
        """Return what this becomes when it is withdrawn; ConsentError where it was before."""
        if self.event_state is not State.GIVEN:
            raise ConsentError("the consent was withdrawn already")
        return replace(self, event_state=State.WITHDRAWN, event_time_s=max(t_s, self.given_s))

    def to_payload(self) -> bytes:
        """Return the canonical JSON that is signed."""
        return canonical.to_bytes(
            {
                "v": VERSION,
                "schema_version": RECORD_PROFILE,
                "record_id": self.record_id,
                "pii_principal_id": self.pii_principal_id,
                "site": self.site,
                "service": self.service.value,
                "purpose": self.purpose.value,
                "lawful_basis": LAWFUL_BASIS,
                "privacy_notice": self.privacy_notice,
                "language": self.language,
                "pii_controller": self.pii_controller.to_json(),
                "pii_information": list(self.pii_information),
                "collection_method": COLLECTION,
                "storage_location": STORAGE,
                "recipient_third_parties": [],
                "retention_period": self.retention_period,
                "jurisdiction": self.jurisdiction,
                "withdrawal_method": self.withdrawal_method,
                "authority_party": self.authority_party,
                "workplace_reason": self.workplace_reason,
                "given_s": self.given_s,
                "event_time_s": self.event_time_s,
                "event_state": self.event_state.value,
                "valid_to_s": self.valid_to_s,
            }
        )

    def sign(self, signer: Signer) -> bytes:
        """Return the signed document, one line of JSON."""
        return dsse.sign(CONSENT_TYPE, self.to_payload(), signer).to_bytes() + b"\n"

    @classmethod
    def from_payload(cls, payload: bytes) -> "ConsentRecord":
        """Read a payload; ConsentError on anything that `to_payload` would not have written."""
        return read_signed(payload, "consent", CONSENT, cls)

    @classmethod
    def verify(cls, data: bytes, *, key: PublicKey) -> "ConsentRecord":
        """Read a signed record; ConsentError unless this key signed it and it is canonical."""
        return cls.from_payload(verified(data, "consent", CONSENT_TYPE, key))
