import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OracleEnvelope
from securesystemslib.signer import SSlibKey

from edgekit.errors import VerificationError
from edgekit.signing import dsse
from edgekit.signing.dsse import Envelope, Signature
from edgekit.signing.keys import MemorySigner

TYPE = "application/example"
ALICE = MemorySigner.from_seed(b"a" * 32)
BOB = MemorySigner.from_seed(b"b" * 32)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


def test_pae_of_the_dsse_protocol_test_vector() -> None:
    assert (
        dsse.pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(TEXTS, st.binary(max_size=64))
def test_an_envelope_verifies_and_reads_back(kind: str, payload: bytes) -> None:
    envelope = dsse.sign(kind, payload, ALICE, BOB)
    data = envelope.to_bytes()
    assert b"\n" not in data
    assert Envelope.from_bytes(data) == envelope
    assert dsse.verify(envelope, [ALICE.public_key], payload_type=kind) == payload
    assert dsse.verify(envelope, [BOB.public_key], payload_type=kind) == payload


@given(TEXTS, st.binary(max_size=64))
def test_the_securesystemslib_oracle_accepts_ours(kind: str, payload: bytes) -> None:
    data = json.loads(dsse.sign(kind, payload, ALICE).to_bytes())
    oracle = OracleEnvelope.from_dict(data)
    assert oracle.pae() == dsse.pae(kind, payload)
    key = SSlibKey(ALICE.key_id, "ed25519", "ed25519", {"public": ALICE.public_key.raw.hex()})
    assert set(oracle.verify([key], 1)) == {ALICE.key_id}


@given(TEXTS, st.binary(max_size=64))
def test_we_accept_the_oracles_envelope(kind: str, payload: bytes) -> None:
    signature = ALICE.sign(OracleEnvelope(payload, kind, {}).pae())
    ours = dsse.sign(kind, payload, ALICE)
    assert ours.signatures == (Signature(key_id=ALICE.key_id, value=signature),)
    dictionary = OracleEnvelope.from_dict(json.loads(ours.to_bytes())).to_dict()
    assert Envelope.from_bytes(json.dumps(dictionary, indent=1).encode()) == ours


def test_verification_refuses_what_was_not_asked_for() -> None:
    envelope = dsse.sign(TYPE, b"x", ALICE)
    with pytest.raises(VerificationError, match="no key to verify with"):
        dsse.verify(envelope, [], payload_type=TYPE)
    with pytest.raises(VerificationError, match="expected 'application/other'"):
        dsse.verify(envelope, [ALICE.public_key], payload_type="application/other")
    with pytest.raises(
        VerificationError,
        match=f"signed by key {ALICE.key_id}: expected key {BOB.key_id}",
    ):
        dsse.verify(envelope, [BOB.public_key], payload_type=TYPE)
    with pytest.raises(VerificationError, match="0 signatures"):
        dsse.sign(TYPE, b"x")


def test_a_bad_signature_of_a_known_key_spoils_a_good_one() -> None:
    good = dsse.sign(TYPE, b"x", ALICE, BOB)
    bad = Signature(key_id=BOB.key_id, value=bytes(64))
    envelope = Envelope(payload_type=TYPE, payload=b"x", signatures=(good.signatures[0], bad))
    assert dsse.verify(envelope, [ALICE.public_key], payload_type=TYPE) == b"x"
    with pytest.raises(VerificationError, match="does not fit"):
        dsse.verify(envelope, [ALICE.public_key, BOB.public_key], payload_type=TYPE)


GOOD = json.loads(dsse.sign(TYPE, b"x", ALICE).to_bytes())
ONE = GOOD["signatures"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra": 1}, "missing or unknown fields: 'extra'"),
        ({"payload": 1}, "expected a string"),
        ({"payload": "eA"}, "base64"),
        ({"payloadType": None}, "expected a string"),
        ({"signatures": {}}, "expected a list"),
        ({"signatures": []}, "0 signatures"),
        ({"signatures": [ONE] * 9}, "9 signatures"),
        ({"signatures": ["x"]}, "expected an object"),
        ({"signatures": [{"sig": ONE["sig"]}]}, "missing or unknown fields: 'keyid'"),
        ({"signatures": [ONE | {"cert": ""}]}, "missing or unknown fields: 'cert'"),
        ({"signatures": [ONE | {"sig": 3}]}, "expected a string"),
    ],
)
def test_odd_envelopes_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        Envelope.from_bytes(json.dumps(GOOD | change).encode())


def test_a_document_without_an_envelope_is_not_signed() -> None:
    with pytest.raises(VerificationError, match="not signed: there is no envelope around it"):
        Envelope.from_bytes(b'{"v":1,"site":"plaza"}')


def test_an_envelope_of_half_a_surrogate_pair_is_not_written() -> None:
    with pytest.raises(VerificationError, match="not Unicode"):
        Envelope(
            payload_type="t", payload=b"", signatures=(Signature(key_id="\ud800", value=b"x"),)
        ).to_bytes()


@given(st.binary(max_size=64))
def test_any_bytes_are_an_envelope_or_our_error(data: bytes) -> None:
    with pytest.raises(VerificationError):
        Envelope.from_bytes(data)


@given(st.data())
def test_every_flipped_byte_is_noticed(data: bytes) -> None:
    line = bytearray(dsse.sign(TYPE, b"payload", ALICE).to_bytes())
    index = data.draw(st.integers(0, len(line) - 1))
    line[index] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VerificationError):
        dsse.verify(Envelope.from_bytes(bytes(line)), [ALICE.public_key], payload_type=TYPE)
