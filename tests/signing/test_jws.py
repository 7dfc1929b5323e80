"""Records as JWS: others read ours, and nothing but our own form is read."""

import json
import shutil
import subprocess
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import VerificationError
from edgekit.signing.jws import sign_jws, verify_jws
from edgekit.signing.keys import P256_ORDER, MemorySigner

ED = MemorySigner.from_seed(b"\x07" * 32)
OTHER = MemorySigner.from_seed(b"\x08" * 32)
ES = MemorySigner(derive_private_key(7, SECP256R1()))
PAYLOAD = b'{"count":15,"v":1}'
BOTH = pytest.mark.parametrize("signer", [ED, ES], ids=["Ed25519", "ES256"])


@BOTH
@given(payload=st.binary(max_size=300))
def test_it_reads_back(signer: MemorySigner, payload: bytes) -> None:
    keys = [OTHER.public_key, signer.public_key]
    assert verify_jws(sign_jws(payload, signer), keys) == payload


def test_joserfc_reads_ours_and_needs_the_algorithm_named() -> None:
    jws = pytest.importorskip("joserfc.jws", reason="joserfc absent")
    jwk = pytest.importorskip("joserfc.jwk", reason="joserfc absent")
    for signer, alg, kind in ((ED, "Ed25519", jwk.OKPKey), (ES, "ES256", jwk.ECKey)):
        key = kind.import_key(signer.public_key.to_pem().decode())
        token = sign_jws(PAYLOAD, signer)
        assert jws.deserialize_compact(token, key, algorithms=[alg]).payload == PAYLOAD
        with pytest.raises(Exception, match=r"(?i)algorithm|not allowed|unsupported"):
            jws.deserialize_compact(token, key, algorithms=["HS256"])


NODE = """
const [head, payload, signature] = process.argv[1].split(".");
const key = require("crypto").createPublicKey(process.argv[2]);
const { alg } = JSON.parse(Buffer.from(head, "base64url"));
const how = alg === "ES256" ? { key, dsaEncoding: "ieee-p1363" } : key;
console.log(require("crypto").verify(alg === "ES256" ? "sha256" : null,
  Buffer.from(`${head}.${payload}`), how, Buffer.from(signature, "base64url")));
"""


@BOTH
def test_node_reads_ours(signer: MemorySigner) -> None:
    if shutil.which("node") is None:
        pytest.skip("node absent (Debian: nodejs)")
    pem = signer.public_key.to_pem().decode()
    for token, wanted in (
        (sign_jws(PAYLOAD, signer), "true\n"),
        (sign_jws(PAYLOAD, signer).replace(".ey", ".fy"), "false\n"),
    ):
        words = ["node", "-e", NODE, token, pem]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert done.stdout == wanted


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl absent")
def test_openssl_reads_ours(tmp_path: Path) -> None:
    signed, _, signature = sign_jws(PAYLOAD, ED).rpartition(".")
    (tmp_path / "signed").write_text(signed)
    (tmp_path / "signature").write_bytes(urlsafe_b64decode(signature + "=="))
    (tmp_path / "key").write_bytes(ED.public_key.to_pem())
    words = "openssl pkeyutl -verify -pubin -inkey key -rawin -in signed -sigfile signature"
    done = subprocess.run(words.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def with_header(token: str, **change: object) -> str:
    head, _, rest = token.partition(".")
    fields = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4))) | change
    text = json.dumps(fields, separators=(",", ":"), sort_keys=True).encode()
    return f"{urlsafe_b64encode(text).decode().rstrip('=')}.{rest}"


@pytest.mark.parametrize(
    "change",
    [{"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA"}, {"kid": OTHER.key_id}, {"jwk": {}}],
    ids=str,
)
def test_no_other_header_is_taken(change: dict[str, object]) -> None:
    token = sign_jws(PAYLOAD, ED)
    assert verify_jws(with_header(token), [ED.public_key]) == PAYLOAD
    with pytest.raises(VerificationError, match="expected that of key"):
        verify_jws(with_header(token, **change), [ED.public_key])
    with pytest.raises(VerificationError, match="expected that of key none"):
        verify_jws(token, [])


def test_every_altered_character_is_noticed() -> None:
    for signer in (ED, ES):
        token = sign_jws(PAYLOAD, signer)
        for at in range(len(token)):
            for other in ("A", "B", "=", "\n"):
                if token[at] != other:
                    altered = token[:at] + other + token[at + 1 :]
                    with pytest.raises(VerificationError):
                        verify_jws(altered, [signer.public_key])
        for odd in (token + ".", token + "A", token[:-1], f"{token}.{token}"):
            with pytest.raises(VerificationError):
                verify_jws(odd, [signer.public_key])


def test_the_higher_s_is_refused() -> None:
    signed, _, signature = sign_jws(PAYLOAD, ES).rpartition(".")
    value = urlsafe_b64decode(signature + "==")
    high = (P256_ORDER - int.from_bytes(value[32:], "big")).to_bytes(32, "big")
    odd = urlsafe_b64encode(value[:32] + high).decode().rstrip("=")
    with pytest.raises(VerificationError, match="one spelling"):
        verify_jws(f"{signed}.{odd}", [ES.public_key])


@given(st.text(max_size=80))
def test_any_text_is_our_error(text: str) -> None:
    with pytest.raises(VerificationError):
        verify_jws(text, [ED.public_key])
