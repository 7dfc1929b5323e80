"""Keys in a token that speaks PKCS#11, here SoftHSM's."""

import subprocess
import sys
from pathlib import Path

import pytest

from edgekit.errors import ConfigError, MissingExtraError, SignerError
from edgekit.signers.open import open_signer
from edgekit.signers.pkcs11 import Token, _public_key
from edgekit.signing import dsse

PIN = "654321"


@pytest.mark.parametrize(("label", "algorithm"), [("p256", "es256"), ("ed", "ed25519")])
def test_a_key_in_a_token_signs_what_everybody_verifies(
    module: Path, label: str, algorithm: str
) -> None:
    token = Token(module, "edgekit", PIN)
    signer = token.signer(label)
    assert signer.algorithm == algorithm
    for text in (b"", b"x" * 2000):
        envelope = dsse.sign("text/plain", text, signer)
        assert dsse.verify(envelope, [signer.public_key], payload_type="text/plain") == text
    token.close()


def test_a_description_opens_it(module: Path, tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.touch(mode=0o600)
    pin.write_text(f"{PIN}\n")
    path = tmp_path / "device.key.toml"
    path.write_text(
        f'kind = "pkcs11"\nmodule = "{module}"\ntoken = "edgekit"\nlabel = "p256"\n'
        'pin_file = "pin"\n'
    )
    signer = open_signer(path)
    signer.public_key.verify(signer.sign(b"data"), b"data")
    assert "p256" in repr(signer)


def test_what_is_wrong_is_said(module: Path, tmp_path: Path) -> None:
    with pytest.raises(SignerError, match="NoSuchToken"):
        Token(module, "other", PIN)
    with pytest.raises(SignerError, match=r"cannot be loaded|while loading"):
        Token(tmp_path / "none.so", "edgekit", PIN)
    token, second = Token(module, "edgekit", PIN), Token(module, "edgekit", PIN)
    second.close()
    with pytest.raises(SignerError, match="NoSuchKey"):
        token.signer("other")
    with pytest.raises(SignerError, match="expected Ed25519 or P-256"):
        token.signer("p384")
    signer = token.signer("ed")
    token.close()
    with pytest.raises(SignerError, match="signing: "):
        signer.sign(b"data")


WRONG_PIN = """
import sys
from pathlib import Path
from edgekit.errors import SignerError
from edgekit.signers.pkcs11 import Token
try:
    Token(Path(sys.argv[1]), "edgekit", "000000")
except SignerError as error:
    print(error)
"""


def test_a_wrong_pin_is_refused(module: Path) -> None:
    # In a process of its own: one login holds for all sessions of a process.
    done = subprocess.run(
        [sys.executable, "-c", WRONG_PIN, module], capture_output=True, text=True, check=True
    )
    assert done.stdout == "token 'edgekit': PinIncorrect\n"


def test_a_bare_point_is_read_too() -> None:
    assert _public_key(bytes(range(32))).algorithm == "ed25519"
    with pytest.raises(ConfigError, match="no point"):
        _public_key(bytes(65))


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(MissingExtraError, match="python-pkcs11"):
        Token(Path("x.so"), "edgekit", PIN)
