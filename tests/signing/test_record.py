from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError, VerificationError
from edgekit.provenance import Seal, Source, Users, Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Event,
    EventName,
    Profile,
    QualityWord,
    Reason,
    RecordHead,
    Status,
    Trouble,
    Unit,
)
from edgekit.signing import dsse
from edgekit.signing.canonical import from_bytes, to_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import RECORD_TYPE, read_payload, sign_release
from tests import sample

SIGNER = MemorySigner.from_seed(bytes(32))
DIGEST = "sha256:" + "0" * 64
HEAD = replace(
    sample.HEAD,
    boot="00112233445566aa",
    sequence=7,
    authorisation=DIGEST,
    notice=DIGEST,
    software="edgekit 0.1.0",
)
AGGREGATE = sample.WINDOW
EVENT = Event(name=EventName.PAUSE, t_s=1_800_000_000, reason=Reason.PAUSED, profile=Profile.LOCAL)

TIMES = st.integers(0, 2**40)
REASONS = st.none() | st.sampled_from(Reason)
HEADS = st.builds(
    RecordHead,
    device=st.just(SIGNER.key_id),
    site=st.from_regex("[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True),
    boot=st.from_regex("[0-9a-f]{16}", fullmatch=True),
    sequence=st.integers(0, 2**53 - 1),
    clock=st.sampled_from(ClockTrust),
    wall=st.builds(
        Wall,
        eye=st.sampled_from(Seal),
        clerk=st.sampled_from(Seal),
        herald=st.sampled_from(Seal),
        users=st.sampled_from(Users),
    ),
    source=st.sampled_from(Source),
    authorisation=st.just(DIGEST),
    notice=st.just(DIGEST),
    authority=st.just("self") | st.from_regex("[0-9a-f]{16}", fullmatch=True),
    software=st.from_regex("[ -~]{1,64}", fullmatch=True),
)
METRICS = st.from_regex(r"[a-z0-9_-]{1,24}(\.[a-z0-9_-]{1,24}){1,3}", fullmatch=True)


@st.composite
def events(draw: st.DrawFn) -> Event:
    name, profile = draw(st.sampled_from(EventName)), draw(st.sampled_from(Profile))
    correction = name is EventName.CORRECTION
    exact = correction and profile.at_home
    fault = name in (EventName.FAULT, EventName.CURED)
    troubles = st.sampled_from([trouble.reason for trouble in Trouble])
    return Event(
        name=name,
        t_s=draw(TIMES),
        reason=draw(troubles if fault else REASONS),
        profile=profile,
        digest=draw(st.none() | st.just(DIGEST)),
        metric=draw(METRICS) if correction or fault or name is EventName.ALARM else None,
        count=draw(st.integers(0, 2**53 - 1)) if exact else None,
    )


@st.composite
def aggregates(draw: st.DrawFn) -> Aggregate:
    status = draw(st.sampled_from(Status))
    released = status is Status.RELEASED
    window_s = draw(st.integers(1, 86_400))
    unit, profile = draw(st.sampled_from(Unit)), draw(st.sampled_from(Profile))
    noisy = profile is Profile.DP and unit is Unit.COUNT
    return Aggregate(
        metric=draw(METRICS),
        unit=unit,
        window_start_s=draw(TIMES) // window_s * window_s,
        window_s=window_s,
        value=draw(st.integers(-(2**53) + 1 if noisy else 0, 2**53 - 1)) if released else None,
        status=status,
        reason=draw(REASONS if released else st.sampled_from(Reason)),
        uptime_percent=draw(st.sampled_from(range(0, 101, 5))),
        quality=draw(st.sampled_from(QualityWord)),
        profile=profile,
        epsilon_milli=draw(st.integers(1, 10**6)) if noisy else None,
        epsilon_day_milli=draw(st.integers(1, 10**6)) if noisy else None,
    )


@given(aggregates() | events(), HEADS)
def test_what_is_signed_verifies_and_reads_back(
    release: Aggregate | Event, head: RecordHead
) -> None:
    record = sign_release(release, head, SIGNER)
    envelope = Envelope.from_bytes(record.envelope)
    payload = dsse.verify(envelope, [SIGNER.public_key], payload_type=RECORD_TYPE)
    fields = read_payload(payload)
    assert record.sequence == fields["sequence"] == head.sequence
    assert to_bytes(fields) == payload
    assert fields["profile"] == release.profile
    if isinstance(release, Aggregate):
        assert fields[release.unit] == release.value


def payload_of(release: Aggregate | Event = AGGREGATE) -> bytes:
    return Envelope.from_bytes(sign_release(release, HEAD, SIGNER).envelope).payload


def test_the_payload_is_flat_and_its_value_stands_under_its_unit() -> None:
    assert from_bytes(payload_of()) == {
        "v": 1,
        "type": "aggregate",
        "device": SIGNER.key_id,
        "site": "plaza",
        "boot": "00112233445566aa",
        "sequence": 7,
        "clock": "synced",
        "seal": "sealed",
        "seal_clerk": "sealed",
        "seal_herald": "sealed",
        "users": "same-uid",
        "source": "camera",
        "authorisation": DIGEST,
        "notice": DIGEST,
        "authority": "self",
        "software": "edgekit 0.1.0",
        "profile": "sdc-10-5",
        "metric": "line.door.in",
        "window_start_s": 1_800_000_000,
        "window_s": 900,
        "status": "released",
        "reason": None,
        "uptime_percent": 100,
        "quality": "good",
        "count": 15,
    }


def test_another_devices_record_is_not_signed() -> None:
    with pytest.raises(VerificationError, match="cannot be signed by key"):
        sign_release(EVENT, replace(HEAD, device="0" * 16), SIGNER)


@pytest.mark.parametrize(
    "head",
    [
        replace(HEAD, site="two words"),
        replace(HEAD, site="a+b"),
        replace(HEAD, boot="0"),
        replace(HEAD, sequence=-1),
        replace(HEAD, authorisation="md5:0"),
        replace(HEAD, software=""),
    ],
)
def test_what_no_reader_would_accept_is_not_signed(head: RecordHead) -> None:
    with pytest.raises(VerificationError):
        sign_release(EVENT, head, SIGNER)


def test_off_the_grid_is_not_signed() -> None:
    with pytest.raises(VerificationError, match="off the grid of 900 s"):
        sign_release(replace(AGGREGATE, window_start_s=1), HEAD, SIGNER)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": 2}, "expected version 1"),
        ({"v": True}, "expected version 1"),
        ({"type": "portrait"}, "expected aggregate or event"),
        ({"type": 3}, "expected aggregate or event"),
        ({"name": "x"}, "unknown fields: name"),
        ({"people": 3}, "values under count and people"),
        ({"count": None}, "value says otherwise"),
        ({"count": -1}, "a whole number or null"),
        ({"count": True}, "a whole number or null"),
        ({"count": "15"}, "a whole number or null"),
        ({"status": "gap"}, "value says otherwise"),
        ({"status": "gap", "count": None}, "without a reason"),
        ({"status": "suppressed", "count": None, "reason": "because"}, "a reason or null"),
        ({"uptime_percent": 52}, "multiple of 5"),
        ({"uptime_percent": 105}, "multiple of 5"),
        ({"quality": "so-so"}, "good, degraded, blind or untold"),
        ({"quality": None}, "good, degraded, blind or untold"),
        ({"window_s": 0}, "1 to 86400"),
        ({"window_start_s": -900}, "whole seconds"),
        ({"metric": "people"}, "a dotted name"),
        ({"authority": "somebody"}, "a key id or self"),
        ({"clock": 1}, "synced, free or none"),
        ({"clock": ["synced"]}, r"clock is \['synced'\]: expected synced"),
    ],
)
def test_every_field_is_checked(change: dict[str, object], message: str) -> None:
    fields = from_bytes(payload_of()) | change
    with pytest.raises(VerificationError, match=message):
        read_payload(to_bytes(fields))


@given(st.sampled_from(sorted(from_bytes(payload_of()))))
def test_no_field_may_be_missing(name: str) -> None:
    fields = from_bytes(payload_of())
    del fields[name]
    with pytest.raises(VerificationError):
        read_payload(to_bytes(fields))


def test_a_suppressed_record_carries_no_value() -> None:
    hidden = replace(AGGREGATE, value=None, status=Status.SUPPRESSED, reason=Reason.BELOW_THRESHOLD)
    assert read_payload(payload_of(hidden))["count"] is None


@given(
    st.binary(max_size=64)
    | st.dictionaries(
        st.sampled_from(sorted(from_bytes(payload_of()))),
        st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=4).filter(str.isascii),
    ).map(lambda change: to_bytes(from_bytes(payload_of()) | change))
)
def test_any_payload_is_read_or_refused_with_our_error(data: bytes) -> None:
    try:
        fields = read_payload(data)
    except EdgekitError:
        return
    assert fields["v"] == 1


CORRECTION = Event(
    name=EventName.CORRECTION,
    t_s=1_800_000_000,
    reason=Reason.BELOW_ZERO,
    profile=Profile.HOME,
    metric="room.hall.people",
    count=2,
)


def test_a_correction_says_what_was_set_right_and_at_home_by_how_many() -> None:
    fields = from_bytes(payload_of(CORRECTION))
    assert (fields["event"], fields["metric"], fields["count"]) == (
        "correction",
        "room.hall.people",
        2,
    )
    daily = replace(CORRECTION, profile=Profile.SDC_10_5, count=None, reason=Reason.RECONCILED)
    assert from_bytes(payload_of(daily))["count"] is None


@pytest.mark.parametrize(
    "odd",
    [
        replace(CORRECTION, profile=Profile.SDC_10_5),
        replace(CORRECTION, metric=None),
        replace(CORRECTION, count=None),
        replace(EVENT, metric="room.hall.people"),
        replace(EVENT, count=1),
    ],
)
def test_no_event_says_more_than_it_may(odd: Event) -> None:
    with pytest.raises(VerificationError, match="record of event"):
        sign_release(odd, HEAD, SIGNER)
