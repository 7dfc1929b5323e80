"""Identity and rotation: documents that only who holds the keys can make."""

import base64
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError, VerificationError
from edgekit.signing import dsse
from edgekit.signing.canonical import from_bytes, to_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.identity import (
    IDENTITY_TYPE,
    ROTATION_TYPE,
    Identity,
    LogEnd,
    Rotation,
    did_key,
)
from edgekit.signing.keys import MemorySigner, PublicKey

OLD, NEW = (MemorySigner.from_seed(bytes([n]) * 32) for n in (1, 2))
CHIP = MemorySigner(derive_private_key(7, SECP256R1()))
END = LogEnd(size=5, root=b"\x05" * 32)
ROTATION = Rotation(
    old=OLD.public_key, new=NEW.public_key, site="plaza", t_s=1_800_000_000, end=END
)


@pytest.mark.parametrize("signer", [OLD, CHIP], ids=["ed25519", "es256"])
def test_an_identity_reads_back(signer: MemorySigner) -> None:
    identity = Identity(key=signer.public_key, site="plaza", made_s=1_800_000_000)
    document = identity.sign(signer)
    assert Identity.verify(document) == identity
    with pytest.raises(VerificationError, match="signed by"):
        identity.sign(NEW)


def test_a_rotation_is_signed_by_both_keys() -> None:
    assert Rotation.verify(ROTATION.sign(OLD, NEW)) == ROTATION
    for old, new in ((NEW, OLD), (OLD, OLD), (OLD, CHIP)):
        with pytest.raises(VerificationError, match="old key and another"):
            ROTATION.sign(old, new)
    payload = Envelope.from_bytes(ROTATION.sign(OLD, NEW)).payload
    for alone in (OLD, NEW):
        with pytest.raises(VerificationError, match="expected key 2 of"):
            Rotation.verify(dsse.sign(ROTATION_TYPE, payload, alone).to_bytes())


Change = Callable[[dict], object]


def changed(document: bytes, kind: str, change: Change, *signers: MemorySigner) -> bytes:
    fields = from_bytes(Envelope.from_bytes(document).payload)
    change(fields)
    return dsse.sign(kind, to_bytes(fields), *signers).to_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.pop("site"), "identity with"),
        (lambda f: f.update(more=1), "identity with .*'more'"),
        (lambda f: f.update(v=2), "version 2"),
        (lambda f: f.update(site="a b"), "site"),
        (lambda f: f.update(site=1), "site is 1: expected a text"),
        (lambda f: f.update(made_s=-1), "made_s is -1"),
        (lambda f: f.update(made_s=True), "made_s is True"),
        (lambda f: f.update(key="x"), "key with str"),
        (lambda f: f["key"].update(key_id="0" * 16), "under another id"),
        (lambda f: f["key"].update(algorithm="es256"), "65"),
        (lambda f: f["key"].update(public="!"), "base64"),
    ],
)
def test_every_field_of_an_identity_is_checked(change: Change, message: str) -> None:
    document = Identity(key=OLD.public_key, site="plaza", made_s=1).sign(OLD)
    with pytest.raises(VerificationError, match=message):
        Identity.verify(changed(document, IDENTITY_TYPE, change, OLD))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.pop("end"), "rotation with"),
        (lambda f: f.update(v=0), "version 0"),
        (lambda f: f.update(t_s="1"), "t_s is '1'"),
        (lambda f: f.update(end=[]), "end of a log with list"),
        (lambda f: f["end"].update(size=-1), "size is -1"),
        (lambda f: f["end"].update(root="AA=="), "root of 1 bytes"),
        (lambda f: f.update(new=f["old"]), r"2 of 1 keys: expected 1 to 1"),
    ],
)
def test_every_field_of_a_rotation_is_checked(change: Change, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        Rotation.verify(changed(ROTATION.sign(OLD, NEW), ROTATION_TYPE, change, OLD, NEW))


def test_one_kind_of_document_is_not_taken_for_another() -> None:
    identity = Identity(key=OLD.public_key, site="plaza", made_s=1).sign(OLD)
    payload = Envelope.from_bytes(identity).payload
    with pytest.raises(VerificationError, match=r"expected 'application/vnd\.edgekit\.identity"):
        Identity.verify(dsse.sign(ROTATION_TYPE, payload, OLD).to_bytes())
    with pytest.raises(VerificationError, match="rotation with"):
        Rotation.verify(identity)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_document_or_our_error(data: bytes) -> None:
    for read in (Identity.verify, Rotation.verify):
        with pytest.raises(EdgekitError):
            read(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
)


@given(st.sampled_from(["v", "site", "t_s", "old", "new", "end"]), JSON)
def test_any_field_of_another_kind_is_our_error(name: str, value: object) -> None:
    fields = json.loads(Envelope.from_bytes(ROTATION.sign(OLD, NEW)).payload)
    fits = (name == "v" and value == 1) or (name == "t_s" and type(value) is int and value >= 0)
    if fits or (name == "site" and isinstance(value, str)):
        return
    document = dsse.sign(ROTATION_TYPE, to_bytes(fields | {name: value}), OLD, NEW).to_bytes()
    with pytest.raises(VerificationError):
        Rotation.verify(document)


# W3C CCG did:key 1.0, section "Test Vectors"; the coordinates of the P-256 key are its JWK.
PUBLISHED = {
    "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp": MemorySigner.from_seed(
        bytes(32)
    ).public_key,
    "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169": PublicKey(
        raw=b"\x04"
        + base64.urlsafe_b64decode("fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI=")
        + base64.urlsafe_b64decode("hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU="),
        algorithm="es256",
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_did_keys(name: str) -> None:
    assert did_key(PUBLISHED[name]) == name
