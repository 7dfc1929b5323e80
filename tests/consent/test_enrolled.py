"""A consent says one thing to one person; altered, foreign or ended it is none."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.enrolled import ConsentRecord
from edgekit.consent.enrolment import PURPOSES, Data, Service, State
from edgekit.consent.receipt import Receipt
from edgekit.consent.terms import Controller
from edgekit.errors import ConsentError
from edgekit.signing.keys import MemorySigner

T_S = 1_795_392_000
KEY = MemorySigner.from_seed(bytes(range(32)))
OTHER = MemorySigner.from_seed(bytes(32))


def consent(service: Service = Service.HOME) -> ConsentRecord:
    purpose, data = PURPOSES[service]
    return ConsentRecord(
        record_id="0f" * 16,
        pii_principal_id="a1" * 16,
        site="home",
        service=service,
        purpose=purpose,
        privacy_notice="sha256:" + "a" * 64,
        language="en",
        pii_controller=Controller(name="us", contact="knock"),
        pii_information=data,
        retention_period="P1Y",
        jurisdiction="EU",
        withdrawal_method="say so",
        authority_party="the authority",
        workplace_reason="a driver's own wish",
        given_s=T_S,
        event_time_s=T_S,
        event_state=State.GIVEN,
        valid_to_s=T_S + 86_400,
    )


@pytest.mark.parametrize("service", Service)
def test_what_was_signed_is_read(service: Service) -> None:
    record = consent(service)
    assert ConsentRecord.verify(record.sign(KEY), key=KEY.public_key) == record
    receipt = Receipt.of(record)
    assert Receipt.verify(receipt.sign(KEY), key=KEY.public_key) == receipt
    assert receipt.record == record.digest
    assert (receipt.record_id, receipt.pii_controller) == (record.record_id, record.pii_controller)


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_no_bit_of_either_can_change(place: int, bit: int) -> None:
    for signed, verify in (
        (consent().sign(KEY), ConsentRecord.verify),
        (Receipt.of(consent()).sign(KEY), Receipt.verify),
    ):
        data = bytearray(signed)
        data[place % len(data)] ^= 1 << bit
        with pytest.raises(ConsentError):
            verify(bytes(data), key=KEY.public_key)


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    for read in (ConsentRecord.from_payload, Receipt.from_payload):
        with pytest.raises(ConsentError):
            read(data)
    with suppress(ConsentError):
        ConsentRecord.verify(data, key=KEY.public_key)
        pytest.fail("random bytes verify")


def test_another_key_or_another_kind_of_document_is_refused() -> None:
    with pytest.raises(ConsentError, match="expected key"):
        ConsentRecord.verify(consent().sign(OTHER), key=KEY.public_key)
    with pytest.raises(ConsentError, match="of type"):
        Receipt.verify(consent().sign(KEY), key=KEY.public_key)
    with pytest.raises(ConsentError, match="changed after"):
        Receipt.verify(Receipt.of(consent()).sign(KEY)[:-1], key=KEY.public_key)


def test_it_holds_only_in_its_time_and_until_it_is_withdrawn() -> None:
    record = consent()
    for inside in (T_S, T_S + 86_399):
        record.require_given(inside)
    for outside in (T_S - 1, T_S + 86_400):
        with pytest.raises(ConsentError, match="holds from"):
            record.require_given(outside)
    ended = record.withdrawn(T_S + 5)
    assert (ended.event_state, ended.event_time_s) == (State.WITHDRAWN, T_S + 5)
    assert record.withdrawn(T_S - 5).event_time_s == T_S  # a clock that went back
    with pytest.raises(ConsentError, match="was withdrawn"):
        ended.require_given(T_S + 6)
    with pytest.raises(ConsentError, match="already"):
        ended.withdrawn(T_S + 6)


def test_what_is_not_needed_is_not_asked() -> None:
    with pytest.raises(ConsentError, match="expected dpv:ServiceProvision"):
        replace(consent(), pii_information=(Data.PRESENCE, Data.EYELIDS))
    with pytest.raises(ConsentError, match="nothing for home"):
        replace(consent(), pii_information=())


def test_at_work_a_reason_is_a_text_and_elsewhere_none() -> None:
    assert replace(consent(), workplace_reason=None).workplace_reason is None
    with pytest.raises(ConsentError, match="workplace_reason"):
        replace(consent(), workplace_reason="")
