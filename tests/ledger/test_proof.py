from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import LedgerError, VerificationError
from edgekit.ledger.checkpoint import Checkpoint
from edgekit.ledger.entry import Entry, commitment
from edgekit.ledger.proof import HEADER, MAX_PATH, Proof
from edgekit.ledger.store import Ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner

HASHES = st.binary(min_size=32, max_size=32)


@given(HASHES, st.integers(0, 2**60), st.lists(HASHES, max_size=MAX_PATH), st.text(max_size=40))
def test_a_proof_reads_back(salt: bytes, index: int, hashes: list[bytes], note: str) -> None:
    proof = Proof(salt=salt, index=index, path=tuple(hashes), note=note)
    assert Proof.from_text(proof.to_text()) == proof


def test_every_record_proves_itself_under_the_latest_checkpoint(
    ledger: Ledger,
    make: Callable[..., list[SignedRecord]],
    signer: MemorySigner,
    other: MemorySigner,
    origin: str,
) -> None:
    ledger.append(make(0, 11))
    note = ledger.sign_checkpoint(signer)
    ledger.append(make(11, 13))
    for record in make(0, 11):
        text = ledger.proof(record.sequence)
        assert text.endswith("\n\n" + note)
        proof = Proof.from_text(text)
        assert proof.verify(record.envelope, origin=origin, key=signer.public_key).size == 11
        with pytest.raises(VerificationError, match="does not lead to the root"):
            proof.verify(make(12, 13)[0].envelope, origin=origin, key=signer.public_key)
        with pytest.raises(VerificationError, match="no signature"):
            proof.verify(record.envelope, origin=origin, key=other.public_key)
    with pytest.raises(LedgerError, match="under no checkpoint yet: the latest covers 11"):
        ledger.proof(11)
    with pytest.raises(LedgerError, match="not in the ledger"):
        ledger.proof(13)


def test_a_record_without_any_checkpoint_has_no_proof(
    ledger: Ledger, make: Callable[..., list[SignedRecord]]
) -> None:
    ledger.append(make(0, 1))
    with pytest.raises(LedgerError, match="the latest covers 0"):
        ledger.proof(0)


def test_a_note_about_another_log_is_refused(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], signer: MemorySigner, origin: str
) -> None:
    ledger.append(make(0, 1))
    ledger.sign_checkpoint(signer)
    proof = Proof.from_text(ledger.proof(0))
    note = Checkpoint(origin="else", size=1, root=ledger.root()).to_note(origin, signer)
    forged = Proof(salt=proof.salt, index=0, path=(), note=note)
    with pytest.raises(VerificationError, match="log of else"):
        forged.verify(make(0, 1)[0].envelope, origin=origin, key=signer.public_key)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a log proof"),
        (f"{HEADER}\nindex 0\n\nnote", "not a log proof"),
        ("c2sp.org/tlog-proof@v2\nextra \nindex 0\n\n", "not a log proof"),
        (f"{HEADER}\nextra \nindex 0\n\n", "another size"),
        (f"{HEADER}\nindex 0\nextra \n\n", "expected 'extra '"),
        (f"{HEADER}\nextra {'A' * 43}=\nindex 00\n\n", "leading zeros"),
        (f"{HEADER}\nextra {'A' * 43}=\nindex 0\nQUFB\n\n", "another size"),
        (f"{HEADER}\nextra {'A' * 43}=\nindex 0\n" + f"{'A' * 43}=\n" * 65 + "\n", "at most 64"),
    ],
)
def test_odd_proofs_are_refused(text: str, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        Proof.from_text(text)


def test_odd_parts_are_refused() -> None:
    with pytest.raises(VerificationError, match="place -1"):
        Proof(salt=bytes(32), index=-1, path=(), note="")
    with pytest.raises(VerificationError, match="65 hashes"):
        Proof(salt=bytes(32), index=0, path=(bytes(32),) * 65, note="")
    with pytest.raises(VerificationError, match="salt of 3 bytes"):
        commitment(b"abc", b"")


@given(st.text(max_size=200))
def test_any_text_is_a_proof_or_our_error(text: str) -> None:
    for whole in (text, f"{HEADER}\nextra {'A' * 43}=\nindex {text}"):
        try:
            Proof.from_text(whole)
        except VerificationError:
            continue


def test_an_entry_opens_to_what_it_commits_to() -> None:
    salt, data = bytes(32), b"envelope"
    leaf = commitment(salt, data)
    assert Entry(sequence=3, commitment=leaf, salt=salt, envelope=data).open() == data
    assert Entry(sequence=3, commitment=leaf, salt=None, envelope=None).open() is None
    for one, two, message in [
        (salt, b"other", "was altered"),
        (salt, None, "by halves"),
        (None, data, "by halves"),
    ]:
        with pytest.raises(VerificationError, match=message) as caught:
            Entry(sequence=3, commitment=leaf, salt=one, envelope=two).open()
        assert caught.value.sequence == 3
