"""What a consent and its receipt refuse to be, word for word, and what they say when signed."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from consent.refusal import refusal

from edgekit.consent.enrolled import CONSENT_TYPE, ConsentRecord
from edgekit.consent.enrolment import (
    PURPOSES,
    Data,
    Purpose,
    Service,
    State,
    require_pseudonym,
)
from edgekit.consent.form import MAX_TIME_S
from edgekit.consent.lawful import MAX_VALIDITY_S
from edgekit.consent.receipt import RECEIPT_TYPE, Receipt
from edgekit.consent.terms import Controller
from edgekit.signing import canonical, dsse
from edgekit.signing.keys import MemorySigner

T_S = 1_795_392_000
KEY = MemorySigner.from_seed(bytes(range(32)))
OTHER = MemorySigner.from_seed(bytes(32))
PURPOSE, DATA = PURPOSES[Service.HOME]
YES = ConsentRecord(
    record_id="0f" * 16,
    pii_principal_id="a1" * 16,
    site="home",
    service=Service.HOME,
    purpose=PURPOSE,
    privacy_notice="sha256:" + "a" * 64,
    language="en",
    pii_controller=Controller(name="us", contact="knock", dpo="dpo@us.example"),
    pii_information=DATA,
    retention_period="P1Y",
    jurisdiction="EU",
    withdrawal_method="say so",
    authority_party="the authority",
    workplace_reason=None,
    given_s=T_S,
    event_time_s=T_S,
    event_state=State.GIVEN,
    valid_to_s=T_S + 86_400,
)
TAKEN = Receipt.of(YES)
ANEW = "ask anew, or do without"
EMPTY = "has 0 characters: expected 1 to 600"
HEX = "expected 32 hexadecimal digits"
SPELT = "expected sha256: and 64 hexadecimal digits"
ONE_TIME = "expected one time for what was given, and a later one for what was withdrawn"
WANTED = "for home: expected dpv:ServiceProvision with pd:Location"
ASK = "a consent is for one purpose; ask again for another"
UNSIGNED = f"signed by key {OTHER.key_id}: expected key {KEY.key_id}"


def payload(of: ConsentRecord | Receipt, **change: object) -> bytes:
    return canonical.to_bytes({**canonical.from_bytes(of.to_payload()), **change})


RECORD: list[tuple[Callable[[], object], str, str | None]] = [
    (lambda: replace(YES, record_id="x"), f"record_id 'x': {HEX}", None),
    (
        lambda: replace(YES, pii_principal_id="A1" * 16),
        f"pii_principal_id '{'A1' * 16}': {HEX}",
        None,
    ),
    (lambda: replace(YES, site=""), f"site {EMPTY}", None),
    (lambda: replace(YES, language=""), f"language {EMPTY}", None),
    (lambda: replace(YES, jurisdiction=""), f"jurisdiction {EMPTY}", None),
    (lambda: replace(YES, withdrawal_method=""), f"withdrawal_method {EMPTY}", None),
    (lambda: replace(YES, authority_party=""), f"authority_party {EMPTY}", None),
    (lambda: replace(YES, workplace_reason=""), f"workplace_reason {EMPTY}", None),
    (lambda: replace(YES, privacy_notice="x"), f"privacy_notice 'x': {SPELT}", None),
    (
        lambda: replace(YES, retention_period="1 year"),
        "duration '1 year': expected one like P30D, P6M or P1Y",
        None,
    ),
    (
        lambda: replace(YES, purpose=Purpose.SAFETY),
        f"dpv:EnforceSecurity with pd:Location {WANTED}",
        ASK,
    ),
    (
        lambda: replace(YES, pii_information=(Data.PRESENCE, Data.TOKEN)),
        f"dpv:ServiceProvision with pd:Location, pd:Authenticating {WANTED}",
        ASK,
    ),
    (
        lambda: replace(YES, pii_information=()),
        f"dpv:ServiceProvision with nothing {WANTED}",
        ASK,
    ),
    (
        lambda: replace(YES, valid_to_s=T_S),
        f"given at {T_S}, valid to {T_S}: expected an end after the start",
        None,
    ),
    (
        lambda: replace(YES, given_s=0, event_time_s=0),
        f"given at 0, valid to {T_S + 86_400}: expected an end after the start",
        None,
    ),
    (
        lambda: replace(
            YES, given_s=MAX_TIME_S, event_time_s=MAX_TIME_S, valid_to_s=MAX_TIME_S + 1
        ),
        f"given at {MAX_TIME_S}, valid to {MAX_TIME_S + 1}: expected an end after the start",
        None,
    ),
    (
        lambda: replace(YES, valid_to_s=T_S + MAX_VALIDITY_S + 86_400),
        "a consent for 732 days: expected at most 731",
        None,
    ),
    (
        lambda: replace(YES, event_time_s=T_S - 1),
        f"dpv:ConsentGiven at {T_S - 1}, given at {T_S}: {ONE_TIME}",
        None,
    ),
    (
        lambda: replace(YES, event_time_s=T_S + 1),
        f"dpv:ConsentGiven at {T_S + 1}, given at {T_S}: {ONE_TIME}",
        None,
    ),
    (
        lambda: replace(YES, event_state=State.WITHDRAWN, event_time_s=T_S - 1),
        f"dpv:ConsentWithdrawn at {T_S - 1}, given at {T_S}: {ONE_TIME}",
        None,
    ),
    (lambda: YES.withdrawn(T_S).require_given(T_S), "the consent was withdrawn", ANEW),
    (
        lambda: YES.require_given(T_S - 1),
        f"the consent holds from {T_S} to {T_S + 86_400}, not at {T_S - 1}",
        ANEW,
    ),
    (lambda: YES.withdrawn(T_S).withdrawn(T_S), "the consent was withdrawn already", None),
    (
        lambda: ConsentRecord.verify(YES.sign(OTHER), key=KEY.public_key),
        f"the consent does not verify: {UNSIGNED}",
        "give the public key of the device that made it",
    ),
    (
        lambda: ConsentRecord.verify(YES.sign(KEY)[:-1], key=KEY.public_key),
        "the consent was changed after it was signed",
        None,
    ),
    (
        lambda: ConsentRecord.verify(
            dsse.sign(CONSENT_TYPE, YES.to_payload(), KEY, OTHER).to_bytes() + b"\n",
            key=KEY.public_key,
        ),
        "the consent was changed after it was signed",
        None,
    ),
    (
        lambda: ConsentRecord.from_payload(YES.to_payload() + b" "),
        "the consent is not in canonical form",
        None,
    ),
    (lambda: ConsentRecord.from_payload(b"[]"), "consent: JSON list: expected an object", None),
    (lambda: ConsentRecord.from_payload(payload(YES, a=1)), "consent.a: unknown field", None),
    (
        lambda: ConsentRecord.from_payload(payload(YES, v=2)),
        "consent of format 2: expected 1",
        None,
    ),
    (
        lambda: ConsentRecord.from_payload(payload(YES, lawful_basis="A6-1-b")),
        "lawful_basis A6-1-b: expected eu-gdpr:A6-1-a",
        None,
    ),
    (
        lambda: ConsentRecord.from_payload(payload(YES, pii_information=["pd:Face"])),
        (
            "pii_information is ['pd:Face']: expected each once of "
            "pd:Location, pd:PhysicalCharacteristic, pd:Authenticating"
        ),
        None,
    ),
    (
        lambda: ConsentRecord.from_payload(payload(YES, pii_information=[])),
        "0 pii_information: expected 1 to 1",
        None,
    ),
    (
        lambda: Receipt.of(YES).from_payload(payload(TAKEN, schema_version="x")),
        "schema_version x: expected https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr",
        None,
    ),
    (
        lambda: replace(TAKEN, purpose=Purpose.SAFETY),
        "dpv:EnforceSecurity for home: expected dpv:ServiceProvision",
        None,
    ),
    (lambda: replace(TAKEN, record_id="x"), f"record_id 'x': {HEX}", None),
    (lambda: replace(TAKEN, pii_principal_id="x"), f"pii_principal_id 'x': {HEX}", None),
    (lambda: replace(TAKEN, site=""), f"site {EMPTY}", None),
    (lambda: replace(TAKEN, withdrawal_method=""), f"withdrawal_method {EMPTY}", None),
    (lambda: replace(TAKEN, authority_party=""), f"authority_party {EMPTY}", None),
    (lambda: replace(TAKEN, record="x"), f"record 'x': {SPELT}", None),
    (lambda: replace(TAKEN, privacy_notice="x"), f"privacy_notice 'x': {SPELT}", None),
    (
        lambda: replace(TAKEN, retention_period="P"),
        "duration 'P': expected one like P30D, P6M or P1Y",
        None,
    ),
    (
        lambda: Receipt.verify(TAKEN.sign(OTHER), key=KEY.public_key),
        f"the receipt does not verify: {UNSIGNED}",
        "give the public key of the device that made it",
    ),
    (
        lambda: Receipt.verify(TAKEN.sign(KEY) + b"\n", key=KEY.public_key),
        "the receipt was changed after it was signed",
        None,
    ),
    (
        lambda: Receipt.from_payload(TAKEN.to_payload() + b" "),
        "the receipt is not in canonical form",
        None,
    ),
    (
        lambda: require_pseudonym("id", "x" * 60),
        f"id '{'x' * 39}: {HEX}",
        None,
    ),
]


@pytest.mark.parametrize(("do", "words", "hint"), RECORD, ids=range(len(RECORD)))
def test_it_is_refused_with_what_was_expected_what_came_and_what_to_do(
    do: Callable[[], object], words: str, hint: str | None
) -> None:
    assert refusal(do) == (words, hint)


def test_the_ends_of_every_range_are_in_it() -> None:
    longest = replace(YES, valid_to_s=T_S + MAX_VALIDITY_S)
    longest.require_given(T_S + MAX_VALIDITY_S - 1)
    replace(YES, given_s=1, event_time_s=1, valid_to_s=2).require_given(1)
    last = replace(YES, given_s=MAX_TIME_S - 1, event_time_s=MAX_TIME_S - 1, valid_to_s=MAX_TIME_S)
    assert last.valid_to_s == MAX_TIME_S
    assert YES.withdrawn(T_S).event_time_s == T_S


def test_what_is_signed_says_all_of_it_in_the_words_of_the_standard() -> None:
    told = json.loads(replace(YES, workplace_reason="a driver's own wish").to_payload())
    kept = {
        "record_id": "0f" * 16,
        "pii_principal_id": "a1" * 16,
        "site": "home",
        "service": "home",
        "purpose": "dpv:ServiceProvision",
        "privacy_notice": "sha256:" + "a" * 64,
        "pii_controller": {"name": "us", "contact": "knock", "dpo": "dpo@us.example"},
        "retention_period": "P1Y",
        "withdrawal_method": "say so",
        "authority_party": "the authority",
        "event_time_s": T_S,
        "event_state": "dpv:ConsentGiven",
        "valid_to_s": T_S + 86_400,
    }
    profile = "https://w3id.org/dpv/schema/dpv-27560#"
    assert told == {
        **kept,
        "v": 1,
        "schema_version": f"{profile}record-eu-gdpr",
        "lawful_basis": "eu-gdpr:A6-1-a",
        "language": "en",
        "pii_information": ["pd:Location"],
        "collection_method": "in person, at the device",
        "storage_location": "this device alone, encrypted",
        "recipient_third_parties": [],
        "jurisdiction": "EU",
        "workplace_reason": "a driver's own wish",
        "given_s": T_S,
    }
    assert json.loads(TAKEN.to_payload()) == {
        **kept,
        "v": 1,
        "schema_version": f"{profile}receipt-eu-gdpr",
        "record": YES.digest,
    }


def test_each_is_signed_as_what_it_is() -> None:
    for document, kind in ((YES, CONSENT_TYPE), (TAKEN, RECEIPT_TYPE)):
        signed = document.sign(KEY)
        assert signed.endswith(b"\n")
        assert dsse.Envelope.from_bytes(signed).payload_type == kind
