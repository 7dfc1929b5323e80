"""ES256 beside Ed25519: published vectors, one spelling, forms of keys and signatures."""

import hashlib
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import VerificationError
from edgekit.signing import dsse
from edgekit.signing.keys import (
    ES256,
    P256_ORDER,
    MemorySigner,
    PublicKey,
    from_fixed,
    low_s,
    to_fixed,
)

# RFC 6979 appendix A.2.5, P-256 with SHA-256: private key, public point, message, r, s.
RFC_6979_KEY = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
RFC_6979_POINT = bytes.fromhex(
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
)
RFC_6979 = {
    b"sample": (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
    b"test": (
        0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
        0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
    ),
}


def chip(number: int = RFC_6979_KEY) -> MemorySigner:
    return MemorySigner(derive_private_key(number, SECP256R1()))


@pytest.mark.parametrize("message", RFC_6979)
def test_the_vectors_of_rfc_6979_verify_in_the_one_spelling(message: bytes) -> None:
    key = PublicKey(raw=RFC_6979_POINT, algorithm=ES256)
    r, s = RFC_6979[message]
    signature = encode_dss_signature(r, s)
    key.verify(low_s(signature), message)
    assert chip().public_key == key
    if s > P256_ORDER // 2:
        with pytest.raises(VerificationError, match="one spelling"):
            key.verify(signature, message)


@given(st.integers(1, P256_ORDER - 1), st.binary(max_size=64))
def test_what_is_signed_verifies_and_has_one_spelling(number: int, data: bytes) -> None:
    signer = chip(number)
    signature = signer.sign(data)
    signer.public_key.verify(signature, data)
    fixed = to_fixed(signature)
    assert from_fixed(fixed) == low_s(signature) == signature
    r, s = int.from_bytes(fixed[:32]), int.from_bytes(fixed[32:])
    assert s <= P256_ORDER // 2
    for other in (encode_dss_signature(r, P256_ORDER - s), fixed, signature + b"\0"):
        with pytest.raises(VerificationError):
            signer.public_key.verify(other, data)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_signature_or_our_error(data: bytes) -> None:
    for read in (low_s, to_fixed, from_fixed):
        with suppress(VerificationError):
            assert read(data)


@pytest.mark.parametrize(
    ("r", "s"), [(0, 1), (1, 0), (P256_ORDER, 1), (1, P256_ORDER), (2**256 - 1, 1)]
)
def test_numbers_out_of_range_are_no_signature(r: int, s: int) -> None:
    with pytest.raises(VerificationError, match="out of range"):
        from_fixed(r.to_bytes(32) + s.to_bytes(32))
    with pytest.raises(VerificationError, match="out of range"):
        low_s(encode_dss_signature(r, s))


def test_keys_read_back_in_every_form() -> None:
    key = chip().public_key
    assert (key.algorithm, key.key_id) == (ES256, hashlib.sha256(key.raw).hexdigest()[:16])
    assert PublicKey.from_pem(key.to_pem()) == PublicKey.from_der(key.to_der()) == key
    ed = MemorySigner.from_seed(bytes(32)).public_key
    assert PublicKey.from_der(ed.to_der()) == ed


def test_odd_keys_are_refused() -> None:
    with pytest.raises(VerificationError, match="no point of P-256"):
        PublicKey(raw=b"\x04" + bytes(64), algorithm=ES256)
    with pytest.raises(VerificationError, match="65"):
        PublicKey(raw=bytes(32), algorithm=ES256)
    with pytest.raises(VerificationError, match="algorithm 'rs256'"):
        PublicKey(raw=bytes(32), algorithm="rs256")
    compressed = generate_private_key(SECP256R1()).public_key()
    head = compressed.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)[:-65]
    point = compressed.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    # The same key in another DER: the lengths are those of the compressed point.
    short = head[:1] + bytes([head[1] - 32]) + head[2:-2] + bytes([head[-2] - 32]) + b"\0" + point
    with pytest.raises(VerificationError, match=r"one spelling in DER|public key in DER"):
        PublicKey.from_der(short)
    with pytest.raises(VerificationError, match="public key in DER"):
        PublicKey.from_der(b"0")
    other = rsa.generate_private_key(65537, 1024).public_key()
    with pytest.raises(VerificationError, match="Ed25519 or a P-256"):
        PublicKey.from_der(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def test_a_private_key_of_a_chip_is_never_printed() -> None:
    signer = chip()
    assert repr(signer) == f"MemorySigner(key_id={signer.key_id!r})"
    assert isinstance(signer._private_key, EllipticCurvePrivateKey)


def test_k_of_n_keys_of_both_kinds() -> None:
    signers = [chip(), *(MemorySigner.from_seed(bytes([n]) * 32) for n in range(3))]
    keys = [one.public_key for one in signers]
    envelope = dsse.sign("text/plain", b"x", *signers[:3])
    for threshold in (1, 2, 3):
        assert dsse.verify(envelope, keys, payload_type="text/plain", threshold=threshold) == b"x"
    with pytest.raises(VerificationError, match="expected key 4 of"):
        dsse.verify(envelope, keys, payload_type="text/plain", threshold=4)
    twice = dsse.Envelope(
        payload_type="text/plain", payload=b"x", signatures=envelope.signatures[:1] * 2
    )
    with pytest.raises(VerificationError, match="expected key 2 of"):
        dsse.verify(twice, keys, payload_type="text/plain", threshold=2)
    for wrong in (0, -1, 5):
        with pytest.raises(VerificationError, match="expected 1 to 4"):
            dsse.verify(envelope, keys, payload_type="text/plain", threshold=wrong)
    with pytest.raises(VerificationError, match="expected 1 to 8"):
        dsse.sign("text/plain", b"x")
