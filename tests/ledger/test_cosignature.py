"""Co-signatures of witnesses (c2sp.org/tlog-cosignature) and the keys that notes name."""

import hashlib
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError, VerificationError
from edgekit.ledger.checkpoint import Checkpoint, log_key, verifier_key, verify_note
from edgekit.ledger.cosignature import (
    MAX_TIME_S,
    Witness,
    cosign,
    cosigned_at,
    merged,
    only_signed_by,
)
from edgekit.ledger.note import Kind, Mark, Note, VerifierKey
from edgekit.signing.canonical import from_base64, to_base64
from edgekit.signing.keys import MemorySigner

LOG, ONE, TWO = (MemorySigner.from_seed(bytes([n]) * 32) for n in (7, 8, 9))
CHIP = MemorySigner(derive_private_key(7, SECP256R1()))
ORIGIN = "edgekit/plaza/0011223344556677"
STATE = Checkpoint(origin=ORIGIN, size=4, root=bytes(range(32)))
NOTE = STATE.to_note(ORIGIN, LOG)
WITNESS = Witness(name="example.org/w", key=ONE.public_key)
OTHER = Witness(name="example.org/v", key=TWO.public_key)
T_S = 1_800_000_000


def test_what_a_witness_signs_is_what_the_specification_says() -> None:
    line = cosign(NOTE, WITNESS.name, ONE, t_s=T_S)
    dash, name, mark = line.removesuffix("\n").split(" ")
    data = from_base64(mark)
    key_id = hashlib.sha256(b"example.org/w\n\x04" + ONE.public_key.raw).digest()[:4]
    assert (dash, name, data[:4]) == ("\u2014", "example.org/w", key_id)
    assert struct.unpack(">Q", data[4:12]) == (T_S,)
    message = f"cosignature/v1\ntime {T_S}\n{STATE.text()}".encode()
    ONE.public_key.verify(data[12:], message)
    assert cosigned_at(NOTE + line, [WITNESS, OTHER]) == {WITNESS.name: T_S}
    assert cosigned_at(NOTE, [WITNESS]) == {}
    assert verify_note(NOTE + line, ORIGIN, LOG.public_key) == STATE


def test_the_latest_time_of_two_counts() -> None:
    lines = "".join(cosign(NOTE, WITNESS.name, ONE, t_s=t_s) for t_s in (T_S + 5, T_S))
    assert cosigned_at(NOTE + lines, [WITNESS]) == {WITNESS.name: T_S + 5}


def test_a_time_out_of_range_is_neither_made_nor_read() -> None:
    for t_s in (-1, MAX_TIME_S + 1):
        with pytest.raises(VerificationError, match="expected 0 to"):
            cosign(NOTE, WITNESS.name, ONE, t_s=t_s)
    mark = Mark(
        name=WITNESS.name,
        key_id=WITNESS.verifier.key_id,
        signature=struct.pack(">Q", 2**63) + bytes(64),
    )
    with pytest.raises(VerificationError, match="no time"):
        cosigned_at(NOTE + mark.line(), [WITNESS])
    short = Mark(name=WITNESS.name, key_id=WITNESS.verifier.key_id, signature=bytes(64))
    with pytest.raises(VerificationError, match="with 64 bytes"):
        cosigned_at(NOTE + short.line(), [WITNESS])


def test_every_altered_part_is_noticed() -> None:
    line = cosign(NOTE, WITNESS.name, ONE, t_s=T_S)
    data = bytearray(from_base64(line.split(" ")[2].removesuffix("\n")))
    for at in range(4, len(data)):
        altered = bytearray(data)
        altered[at] ^= 1
        text = f"{NOTE}\u2014 {WITNESS.name} {to_base64(bytes(altered))}\n"
        with pytest.raises(VerificationError, match=r"example\.org/w"):
            cosigned_at(text, [WITNESS])
    with pytest.raises(VerificationError, match="co-signature of"):
        cosigned_at(NOTE.replace("\n4\n", "\n5\n") + line, [WITNESS])


def test_a_witness_is_known_by_one_line() -> None:
    assert Witness.from_text(WITNESS.to_text() + "\n") == WITNESS
    with pytest.raises(VerificationError, match="key of a log, not of a witness"):
        Witness.from_text(verifier_key(ORIGIN, LOG.public_key))
    with pytest.raises(VerificationError, match="signs with Ed25519"):
        Witness(name="w", key=CHIP.public_key)
    with pytest.raises(VerificationError, match="no spaces"):
        Witness(name="a b", key=ONE.public_key)


def test_signatures_are_put_together_and_sorted_out() -> None:
    ours, theirs = (
        cosign(NOTE, one.name, key, t_s=T_S) for one, key in ((WITNESS, ONE), (OTHER, TWO))
    )
    both = merged(NOTE + ours, NOTE + theirs, NOTE + ours)
    assert cosigned_at(both, [WITNESS, OTHER]) == {WITNESS.name: T_S, OTHER.name: T_S}
    assert both.count("\n\u2014") == 3
    kept = only_signed_by(both, LOG.public_key, [WITNESS])
    assert kept == NOTE + ours
    with pytest.raises(VerificationError, match=r"none of those expected: example\.org/v"):
        only_signed_by(kept, LOG.public_key, [OTHER])
    with pytest.raises(VerificationError, match="expected: nobody"):
        only_signed_by(kept, LOG.public_key, [])
    with pytest.raises(VerificationError, match="different texts"):
        merged(NOTE, NOTE.replace("\n4\n", "\n5\n"))


@pytest.mark.parametrize("signer", [LOG, CHIP], ids=["ed25519", "es256"])
def test_logs_of_both_algorithms_have_a_line(signer: MemorySigner) -> None:
    text = verifier_key(ORIGIN, signer.public_key)
    key = VerifierKey.from_text(text)
    assert key == log_key(ORIGIN, signer.public_key)
    assert verify_note(STATE.to_note(ORIGIN, signer), ORIGIN, signer.public_key) == STATE


def test_the_id_of_an_ecdsa_key_is_the_hash_of_the_key_alone() -> None:
    # c2sp.org/signed-note, signature type 0x02.
    key = log_key(ORIGIN, CHIP.public_key)
    assert key.kind is Kind.ECDSA
    assert key.key_id == hashlib.sha256(CHIP.public_key.to_der()).digest()[:4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no verifier key"),
        ("name+00000000+", "no verifier key"),
        ("name+00000000+BwA=", "no verifier key"),
        ("name+00000000+!", "base64"),
        ("name+00000000+AQA=", "expected 32"),
        ("name+00000000+AgA=", "public key in DER"),
        (WITNESS.to_text().replace("+", "+0", 1), "was altered"),
        (" " + WITNESS.to_text(), "no spaces"),
    ],
)
def test_odd_verifier_keys_are_refused(text: str, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        VerifierKey.from_text(text)


def test_kind_and_key_have_to_fit() -> None:
    for kind, key in ((Kind.ECDSA, LOG), (Kind.ED25519, CHIP), (Kind.COSIGNATURE, CHIP)):
        with pytest.raises(VerificationError, match="cannot be of an"):
            VerifierKey(name="n", kind=kind, key=key.public_key)


@given(st.text(max_size=120))
def test_any_text_is_read_or_our_error(text: str) -> None:
    for read in (VerifierKey.from_text, Witness.from_text, Note.from_text):
        with pytest.raises(EdgekitError):
            read(text)
