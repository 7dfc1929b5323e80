import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import (
    Checkpoint,
    read_unverified,
    verifier_key,
    verify_note,
)
from edgekit.signing.canonical import from_base64, to_base64
from edgekit.signing.keys import MemorySigner, PublicKey

NAME = "edgekit/plaza/0011223344556677"
SIGNER = MemorySigner.from_seed(b"\x07" * 32)
OTHER = MemorySigner.from_seed(b"\x08" * 32)
STATE = Checkpoint(origin=NAME, size=20852163, root=bytes(range(32)))
NOTE = STATE.to_note(NAME, SIGNER)


@given(st.integers(0, 2**60), st.binary(min_size=32, max_size=32))
def test_a_note_reads_back(size: int, root: bytes) -> None:
    state = Checkpoint(origin=NAME, size=size, root=root)
    note = state.to_note(NAME, SIGNER)
    assert verify_note(note, NAME, SIGNER.public_key) == state
    assert read_unverified(note) == state


def test_the_form_of_a_note() -> None:
    lines = NOTE.split("\n")
    assert lines[:4] == [NAME, "20852163", to_base64(bytes(range(32))), ""]
    dash, name, mark = lines[4].split(" ")
    key_hash = hashlib.sha256(NAME.encode() + b"\n\x01" + SIGNER.public_key.raw).digest()[:4]
    assert (dash, name, lines[5:]) == ("\u2014", NAME, [""])
    assert from_base64(mark) == key_hash + SIGNER.sign("\n".join([*lines[:3], ""]).encode())


def test_the_example_of_the_signed_note_specification() -> None:
    # c2sp.org/signed-note, "Example": a verifier key and a note that it verifies.
    vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    note = (
        "This is an example message.\n\n\u2014 example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    key = PublicKey(raw=from_base64(vkey.split("+", 2)[2])[1:])
    assert verifier_key("example.com/foo", key) == vkey
    # The signature is accepted; only then the text is found to be no checkpoint.
    with pytest.raises(VerificationError, match="expected three lines"):
        verify_note(note, "example.com/foo", key)
    with pytest.raises(VerificationError, match="does not fit"):
        verify_note(note.replace("example message", "sample message"), "example.com/foo", key)


def test_other_signatures_are_ignored_and_never_enough() -> None:
    line = STATE.to_note("witness", OTHER).split("\n")[4]
    cosigned = f"{NOTE}{line}\n"
    assert verify_note(cosigned, NAME, SIGNER.public_key) == STATE
    assert verify_note(cosigned, "witness", OTHER.public_key) == STATE
    for name, key in [(NAME, OTHER.public_key), ("other", SIGNER.public_key)]:
        with pytest.raises(VerificationError, match=f"no signature of {name}"):
            verify_note(cosigned, name, key)


@given(st.data())
def test_every_altered_character_is_noticed(data: bytes) -> None:
    index = data.draw(st.integers(0, len(NOTE) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != NOTE[index]))
    with pytest.raises(VerificationError):
        verify_note(NOTE[:index] + letter + NOTE[index + 1 :], NAME, SIGNER.public_key)


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["\n", " ", "\u2014", "a", "QUFBQUE=", "0"])).map("".join)
)
def test_any_text_is_a_note_or_our_error(text: str) -> None:
    with pytest.raises(VerificationError):
        verify_note(text, NAME, SIGNER.public_key)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "without a text"),
        (NOTE[:-1], "without a text"),
        (NOTE.replace("\u2014 ", "- "), "expected '\u2014 name base64'"),
        (NOTE.replace("\n20852163", "\n020852163"), "without leading zeros"),
        (NOTE.replace("\n20852163", "\n+20852163"), "without leading zeros"),
        (NOTE.replace("\n20852163", "\n\u0662"), "without leading zeros"),
        (NOTE.replace("\n\n", "\nextension\n\n"), "expected three lines"),
        (NOTE.replace("\n", "\r\n"), "control characters"),
        (NOTE + "\ud800", "surrogate"),
        (f"a\n\n\u2014 {NAME} QUFB\n", "too short"),
        ("a\n\n" + f"\u2014 {NAME} QUFBQUE=\n" * 65, "without a text"),
        ("x" * 70_000, "expected 65536"),
    ],
)
def test_odd_notes_are_refused_with_their_reason(text: str, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        read_unverified(text)


def test_odd_checkpoints_cannot_be_made() -> None:
    for origin in ("", "a b", "a+b", "a\nb", "\ud800"):
        with pytest.raises(VerificationError, match="no spaces"):
            Checkpoint(origin=origin, size=0, root=bytes(32))
    with pytest.raises(VerificationError, match="expected a size"):
        Checkpoint(origin=NAME, size=-1, root=bytes(32))
    with pytest.raises(VerificationError, match="expected a size"):
        Checkpoint(origin=NAME, size=0, root=b"")
    with pytest.raises(VerificationError, match="no spaces"):
        STATE.to_note("two words", SIGNER)
