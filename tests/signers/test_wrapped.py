"""Private keys under a passphrase."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.signers.file import create_key, load_signer
from edgekit.signers.wrapped import unwrap, wrap

WORDS = "correct horse battery"
WRAPPED = wrap(b"the secret", WORDS, entropy=lambda n: bytes(range(n)))


def test_the_form_is_what_it_is() -> None:
    # A change here is a new version of the form.
    assert json.loads(WRAPPED) == {
        "v": 1,
        "kdf": "scrypt",
        "n": 32768,
        "r": 8,
        "p": 3,
        "salt": "AAECAwQFBgcICQoLDA0ODw==",
        "cipher": "aes-256-gcm",
        "nonce": "AAECAwQFBgcICQoL",
        "key": json.loads(WRAPPED)["key"],
    }
    assert unwrap(WRAPPED, WORDS) == b"the secret"


def test_a_wrong_passphrase_and_a_short_one_are_refused() -> None:
    with pytest.raises(ConfigError, match="wrong passphrase"):
        unwrap(WRAPPED, WORDS + "!")
    with pytest.raises(ConfigError, match="11 characters: expected 12"):
        wrap(b"", "elevenchars", entropy=os.urandom)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, len(WRAPPED) - 2), st.integers(1, 255))
def test_every_altered_byte_is_noticed(index: int, flip: int) -> None:
    data = bytearray(WRAPPED)
    data[index] ^= flip
    try:
        assert unwrap(bytes(data), WORDS) == b"the secret"
    except ConfigError:
        return
    assert json.loads(data) == json.loads(WRAPPED)  # other white space says the same


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"kdf": "argon2"},
        {"cipher": "none"},
        {"n": 1 << 19},
        {"n": 30000},
        {"n": True},
        {"r": 16},
        {"p": 0},
        {"p": 17},
        {"salt": "AAAA"},
        {"nonce": "AAAA"},
        {"key": "!"},
        {"more": 1},
    ],
)
def test_other_forms_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        unwrap(json.dumps(json.loads(WRAPPED) | change).encode(), WORDS)
    with pytest.raises(ConfigError, match="no wrapped key"):
        unwrap(b"{", WORDS)


def test_a_wrapped_key_file_asks_for_its_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "organisation.key.pem"
    key = create_key(path, entropy=os.urandom, passphrase=WORDS)
    assert b"PRIVATE" not in path.read_bytes()
    assert load_signer(path, passphrase=lambda: WORDS).key_id == key.key_id
    with pytest.raises(ConfigError, match="is under a passphrase"):
        load_signer(path)
    with pytest.raises(ConfigError, match="wrong passphrase"):
        load_signer(path, passphrase=lambda: WORDS + "x")
