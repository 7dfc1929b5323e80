"""The receipt of a consent (ISO/IEC TS 27560:2023): what the person takes home."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from edgekit.consent.enrolled import ConsentRecord
from edgekit.consent.enrolment import (
    CONSENT,
    DIGEST_FORM,
    PURPOSES,
    VERSION,
    Purpose,
    Service,
    State,
    read_signed,
    require_pseudonym,
    same,
    verified,
)
from edgekit.consent.fields import require_digest, require_text
from edgekit.consent.form import Table
from edgekit.consent.terms import Controller, require_duration
from edgekit.errors import ConsentError
from edgekit.signing import canonical, dsse
from edgekit.signing.keys import PublicKey, Signer

if TYPE_CHECKING:
    from edgekit.signing.canonical import JsonValue

RECEIPT_TYPE = "application/vnd.edgekit.receipt.v1+json"
RECEIPT_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the person takes home: who asked for what, until when, and how to take it back.

    ``record`` is the ``sha256:…`` of the record, which proves it while it exists, and tells nothing
    once it is erased.
    """

    record: str
    record_id: str
    pii_principal_id: str
    site: str
    service: Service
    purpose: Purpose
    privacy_notice: str
    pii_controller: Controller
    retention_period: str
    withdrawal_method: str
    authority_party: str
    event_time_s: int
    event_state: State
    valid_to_s: int

    def __post_init__(self) -> None:
        for what in ("record_id", "pii_principal_id"):
            require_pseudonym(what, getattr(self, what))
        for what in ("site", "withdrawal_method", "authority_party"):
            require_text(what, getattr(self, what))
        for what in ("record", "privacy_notice"):
            require_digest(what, getattr(self, what))
        require_duration(self.retention_period)
        if PURPOSES[self.service][0] is not self.purpose:
            raise ConsentError(
                f"{self.purpose} for {self.service}: expected {PURPOSES[self.service][0]}"
            )

    @classmethod
    def of(cls, record: ConsentRecord) -> "Receipt":
        """Return the receipt of a record."""
        names = [field.name for field in fields(cls) if field.name != "record"]
        return cls(record=record.digest, **{name: getattr(record, name) for name in names})

    def to_payload(self) -> bytes:
        """Return the canonical JSON that is signed."""
        told: dict[str, JsonValue] = {
            field.name: getattr(self, field.name) for field in fields(self)
        }
        controller = self.pii_controller.to_json()
        fixed: dict[str, JsonValue] = {"v": VERSION, "schema_version": RECEIPT_PROFILE}
        return canonical.to_bytes(told | fixed | {"pii_controller": controller})

    def sign(self, signer: Signer) -> bytes:
        """Return the signed document, one line of JSON."""
        return dsse.sign(RECEIPT_TYPE, self.to_payload(), signer).to_bytes() + b"\n"

    @classmethod
    def from_payload(cls, payload: bytes) -> "Receipt":
        """Read a payload; ConsentError on anything that `to_payload` would not have written."""
        return read_signed(payload, "receipt", RECEIPT, cls)

    @classmethod
    def verify(cls, data: bytes, *, key: PublicKey) -> "Receipt":
        """Read a signed receipt; ConsentError unless this key signed it and it is canonical."""
        return cls.from_payload(verified(data, "receipt", RECEIPT_TYPE, key))


RECEIPT: Table = {
    "v": CONSENT["v"],
    "schema_version": same("schema_version", RECEIPT_PROFILE),
    "record": DIGEST_FORM,
    **{field.name: CONSENT[field.name] for field in fields(Receipt) if field.name != "record"},
}
"""Every field of a receipt; docs/schemas/receipt.json is made of it."""
