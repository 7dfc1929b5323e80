"""The radio profile: its vectors, its size, and that nothing else is read."""

import sys
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import MissingExtraError, VerificationError
from edgekit.records import Aggregate, Profile, QualityWord, Reason, Status, Unit
from edgekit.signing.keys import P256_ORDER, MemorySigner
from edgekit.signing.radio import (
    MAX_BYTES,
    MAX_OUTPUTS,
    MAX_U32,
    Output,
    _signed,
    read_window,
    sign_window,
)
from tests import sample

cbor2 = pytest.importorskip("cbor2", reason="cbor2 absent: edgekit[cose]")
ED, OTHER = (MemorySigner.from_seed(bytes([n]) * 32) for n in (7, 8))
ES = MemorySigner(derive_private_key(7, SECP256R1()))
OUTPUTS = (
    Output(metric="line.door.in", unit="count", window_s=900),
    Output(metric="zone.hall.people", unit="people", window_s=86_400),
    Output(metric="light.illuminance", unit="illuminance_lux", window_s=1),
)
WINDOW = replace(sample.WINDOW, value=35)
GAP = replace(
    WINDOW, value=None, status=Status.GAP, reason=Reason.RECONCILED, quality=QualityWord.BLIND
)


@pytest.mark.parametrize("release", [WINDOW, GAP], ids=["released", "gap"])
@pytest.mark.parametrize("signer", [ED, ES], ids=["Ed25519", "ESP256"])
def test_what_is_signed_reads_back(signer: MemorySigner, release: Aggregate) -> None:
    message = sign_window(release, 4711, OUTPUTS, signer)
    found = read_window(message, OUTPUTS, signer.public_key)
    assert (found.sequence, found.output) == (4711, OUTPUTS[0])
    for name in ("window_start_s", "status", "reason", "quality", "value", "uptime_percent"):
        assert getattr(found, name) == getattr(release, name)


def test_the_message_is_what_the_page_says() -> None:
    message = sign_window(WINDOW, 4711, OUTPUTS, ED)
    payload = bytes.fromhex("86 191267 00 1a001e8480 00 1823 14")
    head = bytes.fromhex("d2 84 43 a10132 a1 04 42") + bytes.fromhex(ED.key_id)[:2]
    assert message[:-64] == head + bytes([0x40 + len(payload)]) + payload + b"\x58\x40"
    assert len(message) == 92
    # Another reader of CBOR sees a COSE_Sign1.
    tagged = cbor2.loads(message)
    protected, unprotected, inside, signature = tagged.value
    assert (tagged.tag, cbor2.loads(protected)) == (18, {1: -19})
    assert unprotected == {4: bytes.fromhex(ED.key_id)[:2]}
    assert cbor2.loads(inside) == [4711, 0, 2_000_000, 0, 35, 20]
    ED.public_key.verify(signature, _signed(ED.public_key, OUTPUTS, inside))
    gap = sign_window(GAP, 4711, OUTPUTS, ED)
    reasons = [None, *Reason]
    assert cbor2.loads(cbor2.loads(gap).value[2])[3:5] == [
        2 + 4 * 2 + 16 * reasons.index(Reason.RECONCILED),
        None,
    ]


def test_the_orders_on_the_air_never_change() -> None:
    assert [*Status] == ["released", "suppressed", "gap"]
    assert [*QualityWord][:3] == ["good", "degraded", "blind"]
    assert [*Reason][:20] == [
        "below_threshold",
        "started",
        "stopped",
        "eye_restarted",
        "source_lost",
        "source_ended",
        "view_covered",
        "view_moved",
        "view_blind",
        "stalled",
        "no_lease",
        "not_authorised",
        "paused",
        "clock",
        "pipe_broken",
        "system_down",
        "below_zero",
        "max_dwell",
        "closing_time",
        "reconciled",
    ]


NUMBERS = st.integers(0, MAX_U32) | st.just(MAX_U32)


@settings(max_examples=40)
@given(
    at=st.integers(0, 2),
    sequence=NUMBERS,
    window=NUMBERS,
    value=st.none() | NUMBERS,
    quality=st.sampled_from([word for word in QualityWord if word is not QualityWord.UNTOLD]),
    uptime=st.integers(0, 20),
)
def test_none_is_longer_than_a_hundred_bytes(
    at: int, sequence: int, window: int, value: int | None, quality: QualityWord, uptime: int
) -> None:
    many = [*[OUTPUTS[0]] * 252, *OUTPUTS]
    output = OUTPUTS[at]
    release = Aggregate(
        metric=output.metric,
        unit=Unit(output.unit),
        window_start_s=window * output.window_s,
        window_s=output.window_s,
        value=value,
        status=Status.GAP if value is None else Status.RELEASED,
        reason=Reason.RECONCILED if value is None else None,
        uptime_percent=5 * uptime,
        quality=quality,
        profile=Profile.HOME,
    )
    message = sign_window(release, sequence, many, ED)
    assert len(message) <= MAX_BYTES
    found = read_window(message, many, ED.public_key)
    assert (found.window_start_s, found.value) == (release.window_start_s, value)


def test_what_does_not_fit_is_refused_before_it_is_signed() -> None:
    for release, sequence, outputs in (
        (replace(WINDOW, value=MAX_U32 + 1), 0, OUTPUTS),
        (replace(WINDOW, profile=Profile.DP, quality=QualityWord.UNTOLD), 0, OUTPUTS),
        (WINDOW, MAX_U32 + 1, OUTPUTS),
        (WINDOW, -1, OUTPUTS),
        (WINDOW, 0, OUTPUTS[1:]),
        (WINDOW, 0, ()),
        (WINDOW, 0, OUTPUTS[:1] * (MAX_OUTPUTS + 1)),
    ):
        with pytest.raises(VerificationError):
            sign_window(release, sequence, outputs, ED)


@pytest.mark.parametrize("signer", [ED, ES], ids=["Ed25519", "ESP256"])
def test_every_altered_byte_is_noticed(signer: MemorySigner) -> None:
    message = sign_window(WINDOW, 4711, OUTPUTS, signer)
    for at in range(len(message)):
        for flip in (1, 0x80):
            altered = bytearray(message)
            altered[at] ^= flip
            with pytest.raises(VerificationError):
                read_window(bytes(altered), OUTPUTS, signer.public_key)
    for odd in (message[:-1], message + b"\0", message[1:], b""):
        with pytest.raises(VerificationError):
            read_window(odd, OUTPUTS, signer.public_key)


def test_another_key_and_another_list_are_refused() -> None:
    message = sign_window(WINDOW, 4711, OUTPUTS, ED)
    with pytest.raises(VerificationError, match="not a radio message of key"):
        read_window(message, OUTPUTS, OTHER.public_key)
    for outputs in (OUTPUTS[::-1], OUTPUTS[:1], (*OUTPUTS, OUTPUTS[0])):
        with pytest.raises(VerificationError, match="does not fit"):
            read_window(message, outputs, ED.public_key)
    with pytest.raises(VerificationError, match="expected 1 to 256"):
        read_window(message, (), ED.public_key)


def test_the_higher_s_is_refused() -> None:
    message = sign_window(WINDOW, 4711, OUTPUTS, ES)
    high = (P256_ORDER - int.from_bytes(message[-32:], "big")).to_bytes(32, "big")
    with pytest.raises(VerificationError, match="another spelling"):
        read_window(message[:-32] + high, OUTPUTS, ES.public_key)


def with_payload(payload: bytes, signer: MemorySigner = ED) -> bytes:
    signature = signer.sign(_signed(signer.public_key, OUTPUTS, payload))
    head = sign_window(WINDOW, 0, OUTPUTS, signer)[:11]
    return head + bytes([0x40 + len(payload)]) + payload + b"\x58\x40" + signature


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "no CBOR"),
        (b"\xff", "no CBOR|six whole numbers"),
        (b"\x86\x01", "no CBOR"),
        (cbor2.dumps(7), "six whole"),
        (cbor2.dumps([0] * 5), "six whole"),
        (cbor2.dumps([0] * 7), "six whole"),
        (cbor2.dumps([0, 0, 0, 0, -1, 0]), "six whole"),
        (cbor2.dumps([0, 0, 0, 0, 2**32, 0]), "six whole"),
        (cbor2.dumps([0, 0, 0, 0, True, 0]), "six whole"),
        (cbor2.dumps([0, 0, 0, 0, 1.5, 0]), "six whole"),
        (cbor2.dumps([0, 0, 0, 0, "x", 0]), "six whole"),
        (b"\x86\x18\x00\x00\x00\x00\x00\x00", "six whole"),
        (b"\x9f\x00\x00\x00\x00\x00\x00\xff", "six whole"),
        (cbor2.dumps([0] * 6) + b"\0", "six whole|no CBOR"),
        (cbor2.dumps([None, 0, 0, 0, 0, 0]), "null where a number"),
        (cbor2.dumps([0, 3, 0, 0, 0, 0]), "out of its range"),
        (cbor2.dumps([0, 0, 0, 3, 0, 0]), "out of its range"),
        (cbor2.dumps([0, 0, 0, 12, 0, 0]), "out of its range"),
        (cbor2.dumps([0, 0, 0, 16 * 22, 0, 0]), "out of its range"),
        (cbor2.dumps([0, 0, 0, 0, 0, 21]), "out of its range"),
        (cbor2.dumps([0, 0, 0, 0, None, 0]), "value says otherwise"),
        (cbor2.dumps([0, 0, 0, 8 + 16, 5, 0]), "value says otherwise"),
        (cbor2.dumps([0, 0, 0, 8, None, 0]), "value says otherwise"),
    ],
    ids=range(23),
)
def test_signed_nonsense_is_refused_too(payload: bytes, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        read_window(with_payload(payload), OUTPUTS, ED.public_key)


@given(st.binary(max_size=22))
def test_any_signed_payload_is_a_window_or_our_error(payload: bytes) -> None:
    try:
        read_window(with_payload(payload), OUTPUTS, ED.public_key)
    except VerificationError:
        return
    assert len(cbor2.loads(payload)) == 6


@given(st.binary(max_size=110))
def test_any_bytes_are_our_error(data: bytes) -> None:
    with pytest.raises(VerificationError):
        read_window(data, OUTPUTS, ED.public_key)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cbor2", None)
    with pytest.raises(MissingExtraError, match="cbor2"):
        sign_window(WINDOW, 0, OUTPUTS, ED)
