"""The scribe writes the same bytes as the long way, in every case; and batches keep together."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import VerificationError
from edgekit.provenance import Seal, Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Event,
    EventName,
    Profile,
    QualityWord,
    Reason,
    SignedRecord,
    Status,
    Unit,
)
from edgekit.signing.batch import Batch
from edgekit.signing.canonical import flat_to_bytes
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import _read, fields_of, read_payload, sign_release, sign_releases
from edgekit.signing.scribe import MAX_FORMS, Scribe
from tests import sample

SIGNER = MemorySigner.from_seed(b"\x07" * 32)
SEALED = Wall(eye=Seal.SEALED, clerk=Seal.SEALED, herald=Seal.SEALED)
HEAD = replace(
    sample.HEAD,
    device=SIGNER.key_id,
    boot="0123456789abcdef",
    clock=ClockTrust.NONE,
    wall=Wall(eye=Seal.NONE, clerk=Seal.NONE, herald=Seal.NONE),
    software="edgekit 100% ready",
)
EVENT = Event(name=EventName.START, t_s=1_800_000_000, reason=None, profile=Profile.SDC_10_5)


@st.composite
def aggregates(draw: st.DrawFn) -> Aggregate:
    window_s = draw(st.sampled_from([60, 900, 86_400]))
    unit, profile = draw(st.sampled_from(Unit)), draw(st.sampled_from(Profile))
    noisy = profile is Profile.DP and unit is Unit.COUNT
    value = draw(st.none() | st.integers(-(2**53) + 1 if noisy else 0, 2**53 - 1))
    reason = draw(st.sampled_from(Reason)) if value is None else None
    return Aggregate(
        metric=draw(st.sampled_from(["line.door.in", "zone.a.queue", "light.illuminance"])),
        unit=unit,
        window_start_s=window_s * draw(st.integers(0, 2**30)),
        window_s=window_s,
        value=value,
        status=Status.RELEASED if value is not None else Status.GAP,
        reason=reason,
        uptime_percent=draw(st.sampled_from([0, 5, 100])),
        quality=draw(st.sampled_from(QualityWord)),
        profile=profile,
        epsilon_milli=draw(st.sampled_from([500, 1000])) if noisy else None,
        epsilon_day_milli=draw(st.sampled_from([2000, 4000])) if noisy else None,
    )


ONE = aggregates()


@given(
    st.lists(st.just(EVENT) | ONE, max_size=6),
    st.integers(0, 2**50),
    st.sampled_from(ClockTrust),
    st.sampled_from(Seal),
)
def test_the_quick_way_writes_the_same_bytes(
    releases: list[Aggregate | Event], first: int, clock: ClockTrust, seal: Seal
) -> None:
    scribe = Scribe(HEAD, SIGNER)
    head = replace(HEAD, sequence=first, clock=clock, wall=Wall(eye=seal))
    for _ in range(2):  # the second time every form is known
        batch = scribe.sign(releases, first, clock=clock, wall=Wall(eye=seal))
        assert list(batch.records) == sign_releases(releases, head, SIGNER)
    if releases:
        assert Batch.read(batch.records) == batch
    else:
        assert batch.last_t_s is None


def good() -> Aggregate:
    return replace(sample.WINDOW, window_start_s=900)


def signed(release: Aggregate | Event, first: int = 0) -> Batch:
    scribe = Scribe(HEAD, SIGNER)
    scribe.sign([good()], 0, clock=ClockTrust.SYNCED, wall=SEALED)
    return scribe.sign([release], first, clock=ClockTrust.SYNCED, wall=SEALED)


@pytest.mark.parametrize(
    "odd",
    [
        replace(good(), window_start_s=901),
        replace(good(), window_start_s=-900),
        replace(good(), window_start_s=2**53 // 900 * 900 + 900),
        replace(good(), value=-1),
        replace(good(), value=2**53),
        replace(good(), value=-1, epsilon_milli=500, epsilon_day_milli=2_000),
        replace(good(), profile=Profile.DP),
        replace(good(), window_s=0),
        replace(good(), metric="Line"),
        replace(EVENT, t_s=-1),
    ],
    ids=str,
)
def test_what_no_reader_accepts_is_not_signed_in_the_quick_way_either(
    odd: Aggregate | Event,
) -> None:
    with pytest.raises(VerificationError):
        sign_release(odd, HEAD, SIGNER)
    with pytest.raises(VerificationError):
        signed(odd)


def test_sequences_have_an_end() -> None:
    assert signed(good(), 2**53 - 1).first == 2**53 - 1
    with pytest.raises(VerificationError, match="expected a whole number"):
        signed(good(), 2**53)


def test_only_the_own_device_is_signed_for() -> None:
    with pytest.raises(VerificationError, match="cannot be signed by key"):
        Scribe(HEAD, MemorySigner.from_seed(bytes(32)))


def test_many_forms_are_not_kept_for_ever() -> None:
    scribe = Scribe(HEAD, SIGNER)
    releases = [replace(good(), metric=f"line.n{n}.in") for n in range(MAX_FORMS + 2)]
    batch = scribe.sign(releases, 0, clock=ClockTrust.SYNCED, wall=SEALED)
    assert len(scribe._forms) == 2
    assert len(batch.records) == MAX_FORMS + 2


def test_records_of_two_devices_are_no_batch() -> None:
    other = MemorySigner.from_seed(bytes(32))
    mixed = [
        sign_release(good(), HEAD, SIGNER),
        sign_release(good(), replace(HEAD, device=other.key_id, sequence=1), other),
    ]
    with pytest.raises(VerificationError, match="cannot be taken together"):
        Batch.read(mixed)
    with pytest.raises(VerificationError, match="record 0 is none"):
        Batch.read([SignedRecord(sequence=0, envelope=b"x")])
    with pytest.raises(VerificationError, match="expected"):
        Batch.read([replace(mixed[0], sequence=1)])


def outcome(read: Callable[[bytes], object], payload: bytes) -> object:
    try:
        return read(payload)
    except VerificationError:
        return None


@given(ONE, st.data())
def test_the_quick_way_reads_what_the_long_one_reads(
    release: Aggregate, data: st.DataObject
) -> None:
    head = replace(HEAD, sequence=data.draw(st.integers(0, 2**53)))
    payload = flat_to_bytes(fields_of(release, head))
    if data.draw(st.booleans()):
        at, cut = data.draw(st.integers(0, len(payload))), data.draw(st.integers(0, 30))
        new = data.draw(
            st.sampled_from([b"", b"0", b"-1", b"1.0", b'"', b",", b"}", b" ", b"\\", b"9" * 16])
            | st.just(b',"sequence":1')
            | st.just(b',"window_start_s":0}')
            | st.just(b'","sequence":7,"x":"')
        )
        payload = payload[:at] + new + payload[at + cut :]
    assert outcome(read_payload, payload) == outcome(_read, payload)


@pytest.mark.parametrize(
    "odd",
    [
        b'{"a":",\\"sequence\\":0,","window_start_s":0}',
        b'{"a":"x,"sequence":0,","window_start_s":0}',
        b'{"b":1,"sequence":0,"sequence":1,"window_start_s":0}',
        b',"sequence":0,,"window_start_s":0}',
        b"",
    ],
)
def test_what_only_looks_like_a_window_is_none(odd: bytes) -> None:
    for read in (read_payload, _read):
        with pytest.raises(VerificationError):
            read(odd)


def test_numbers_that_no_window_has_are_refused_the_quick_way_too() -> None:
    payload = flat_to_bytes(fields_of(good(), HEAD))
    assert read_payload(payload)["window_start_s"] == 900
    for old, new in (
        (b'"sequence":0', b'"sequence":9007199254740992'),
        (b'"window_start_s":900}', b'"window_start_s":901}'),
        (b'"window_start_s":900}', b'"window_start_s":9007199254740900}'),
    ):
        with pytest.raises(VerificationError):
            read_payload(payload.replace(old, new))
