import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import VerificationError
from edgekit.signing.keys import MemorySigner, PublicKey, Signer

# RFC 8032 section 7.1: secret key, public key, message, signature.
RFC_8032 = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
}


@pytest.mark.parametrize("name", RFC_8032)
def test_rfc_8032_vectors(name: str) -> None:
    seed, public, message, signature = map(bytes.fromhex, RFC_8032[name])
    signer = MemorySigner.from_seed(seed)
    assert signer.public_key == PublicKey(raw=public)
    assert signer.sign(message) == signature
    signer.public_key.verify(signature, message)


def signer(fill: int = 1) -> Signer:
    return MemorySigner.from_seed(bytes([fill]) * 32)


def test_key_id_is_the_head_of_the_hash_of_the_raw_key() -> None:
    one = signer()
    assert one.key_id == hashlib.sha256(one.public_key.raw).digest()[:8].hex()
    assert one.key_id == one.public_key.key_id
    assert one.algorithm == "ed25519"


def test_a_signer_never_prints_its_key() -> None:
    assert repr(signer()) == f"MemorySigner(key_id='{signer().key_id}')"


@given(st.binary(max_size=40), st.integers(0, 63), st.integers(1, 255))
def test_an_altered_signature_does_not_fit(data: bytes, index: int, flip: int) -> None:
    signature = bytearray(signer().sign(data))
    signer().public_key.verify(bytes(signature), data)
    signature[index] ^= flip
    with pytest.raises(VerificationError, match="does not fit"):
        signer().public_key.verify(bytes(signature), data)


def test_another_key_another_message_another_length_do_not_fit() -> None:
    signature = signer().sign(b"a")
    for key, given_signature, data in [
        (signer(2).public_key, signature, b"a"),
        (signer().public_key, signature, b"b"),
        (signer().public_key, signature[:-1], b"a"),
        (signer().public_key, b"", b"a"),
    ]:
        with pytest.raises(VerificationError, match="does not fit"):
            key.verify(given_signature, data)


@given(st.binary(min_size=32, max_size=32))
def test_pem_reads_back(seed: bytes) -> None:
    key = MemorySigner.from_seed(seed).public_key
    assert PublicKey.from_pem(key.to_pem()) == key


def test_other_keys_are_refused() -> None:
    elliptic = generate_private_key(SECP384R1()).public_key()
    pem = elliptic.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(VerificationError, match="expected an Ed25519 or a P-256"):
        PublicKey.from_pem(pem)
    with pytest.raises(VerificationError, match="expected 32"):
        PublicKey(raw=b"short")
    with pytest.raises(VerificationError, match="expected 32"):
        MemorySigner.from_seed(b"short")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_key_or_our_error(data: bytes) -> None:
    for text in (data, b"-----BEGIN PUBLIC KEY-----\n" + data + b"\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(VerificationError):
            PublicKey.from_pem(text)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_any_raw_key_verifies_or_raises_ours(raw: bytes, signature: bytes) -> None:
    with pytest.raises(VerificationError):
        PublicKey(raw=raw).verify(signature, b"data")
