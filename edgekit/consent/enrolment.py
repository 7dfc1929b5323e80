"""What a person can be enrolled for, and the fields of their consent: one table.

Only for homes, a driver's own cab and doors that open for those who asked for it. Passers-by do not
consent; for them there is an authorisation, a notice and objection.

Sources: field names and their sections of ISO/IEC TS 27560:2023; words of W3C DPV 2
(https://w3id.org/dpv) and of its profiles `dpv-27560:record-eu-gdpr` and `receipt-eu-gdpr`; GDPR
art. 4(11), 6(1)(a), 7 and 13.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from edgekit.consent.fields import Fields
from edgekit.consent.form import (
    DIGEST,
    Form,
    Table,
    choice,
    choices,
    constant,
    one,
    or_null,
    read,
    text,
    texts,
    time_s,
)
from edgekit.consent.terms import CONTROLLER, DURATION, Controller
from edgekit.errors import ConsentError, VerificationError
from edgekit.signing import canonical, dsse
from edgekit.signing.keys import PublicKey

Made = TypeVar("Made", bound="Document")


class Document(Protocol):
    """What is signed about one person."""

    def to_payload(self) -> bytes:
        """Return the canonical JSON that is signed."""


RECORD_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"
VERSION = 1
LAWFUL_BASIS = "eu-gdpr:A6-1-a"
COLLECTION = "in person, at the device"
STORAGE = "this device alone, encrypted"
PSEUDONYM = r"^[0-9a-f]{32}$"


class Service(StrEnum):
    """What somebody can be enrolled for."""

    HOME = "home"
    DROWSINESS = "drowsiness"
    ENTRY = "entry"


class Purpose(StrEnum):
    """What for, as DPV says it."""

    HOME = "dpv:ServiceProvision"
    SAFETY = "dpv:EnforceSecurity"
    ACCESS = "dpv:EnforceAccessControl"


class State(StrEnum):
    """What has become of a consent, as DPV says it."""

    GIVEN = "dpv:ConsentGiven"
    WITHDRAWN = "dpv:ConsentWithdrawn"


class Data(StrEnum):
    """What is known of the person, as DPV-PD says it."""

    PRESENCE = "pd:Location"
    EYELIDS = "pd:PhysicalCharacteristic"
    TOKEN = "pd:Authenticating"  # noqa: S105 -- the word for a door's token, no secret


PURPOSES: Mapping[Service, tuple[Purpose, tuple[Data, ...]]] = {
    Service.HOME: (Purpose.HOME, (Data.PRESENCE,)),
    Service.DROWSINESS: (Purpose.SAFETY, (Data.EYELIDS,)),
    Service.ENTRY: (Purpose.ACCESS, (Data.TOKEN,)),
}
"""What a service is for, and what at most is known of somebody for it: nothing else is asked."""


def require_pseudonym(what: str, value: str) -> None:
    """Raise ConsentError unless this is 32 hexadecimal digits in lower case."""
    if not re.fullmatch(PSEUDONYM[1:-1], value):
        raise ConsentError(f"{what} {value!r:.40}: expected 32 hexadecimal digits")


def verified(data: bytes, name: str, kind: str, key: PublicKey) -> bytes:
    """Return the payload; ConsentError unless this key alone signed it, in one spelling."""
    try:
        envelope = dsse.Envelope.from_bytes(data)
        payload = dsse.verify(envelope, [key], payload_type=kind)
    except VerificationError as error:
        raise ConsentError(f"the {name} does not verify: {error}", hint=error.hint) from error
    if len(envelope.signatures) != 1 or envelope.to_bytes() + b"\n" != data:
        raise ConsentError(f"the {name} was changed after it was signed")
    return payload


def read_signed(payload: bytes, name: str, table: Table, make: Callable[..., Made]) -> Made:
    """Read a payload; ConsentError on anything that `to_payload` would not have written."""
    try:
        values = read(Fields(canonical.from_bytes(payload), name), table)
    except VerificationError as error:
        raise ConsentError(f"{name}: {error}") from error
    made = make(**{key: value for key, value in values.items() if key not in _FIXED})
    if made.to_payload() != payload:
        raise ConsentError(f"the {name} is not in canonical form")
    return made


def same(name: str, value: str) -> Form:
    """Say that a field has one value and no other."""
    return constant(value, f"{name} {{got}}: expected {value}")


_ID = text(longest=32, pattern=PSEUDONYM)
DIGEST_FORM = text(longest=71, pattern=DIGEST)

CONSENT: Table = {
    "v": constant(VERSION, f"consent of format {{got}}: expected {VERSION}"),
    "schema_version": same("schema_version", RECORD_PROFILE),
    "record_id": _ID,
    "pii_principal_id": _ID,
    "site": text(),
    "service": choice(Service),
    "purpose": choice(Purpose),
    "lawful_basis": same("lawful_basis", LAWFUL_BASIS),
    "privacy_notice": DIGEST_FORM,
    "language": text(),
    "pii_controller": one(CONTROLLER, Controller),
    "pii_information": choices(Data, 1, 1),
    "collection_method": same("collection_method", COLLECTION),
    "storage_location": same("storage_location", STORAGE),
    "recipient_third_parties": texts(text(), 0, 0),
    "retention_period": text(pattern=DURATION),
    "jurisdiction": text(),
    "withdrawal_method": text(),
    "authority_party": text(),
    "workplace_reason": or_null(text()),
    "given_s": time_s(),
    "event_time_s": time_s(),
    "event_state": choice(State),
    "valid_to_s": time_s(),
}
"""Every field of a consent record; docs/schemas/consent.json is made of it."""

_FIXED = frozenset(
    {
        "v",
        "schema_version",
        "lawful_basis",
        "collection_method",
        "storage_location",
        "recipient_third_parties",
    }
)
