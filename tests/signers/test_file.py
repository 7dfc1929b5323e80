import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.signers.file import create_key, load_public, load_signer


def seed(size: int) -> bytes:
    return bytes(range(size))


def test_a_key_is_made_once_private_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "device.key.pem"
    old = os.umask(0)
    try:
        public = create_key(path, entropy=seed)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_signer(path).public_key == public
    assert load_public(tmp_path / "device.pub.pem") == public
    with pytest.raises(ConfigError, match="cannot be made: File exists") as caught:
        create_key(path, entropy=os.urandom)
    assert "never overwritten" in str(caught.value.hint)
    assert load_signer(path).public_key == public


def test_no_private_half_stays_alone(tmp_path: Path) -> None:
    (tmp_path / "device.pub.pem").write_text("in the way")
    with pytest.raises(ConfigError, match="File exists"):
        create_key(tmp_path / "device.key.pem", entropy=seed)
    assert not (tmp_path / "device.key.pem").exists()


def test_a_disk_that_is_full_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left") as caught:
        create_key(tmp_path / "device.key.pem", entropy=seed)
    assert "with room on its disk" in str(caught.value.hint)
    assert list(tmp_path.iterdir()) == []


def test_names_and_folders_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ends in \.key\.pem"):
        create_key(tmp_path / "device.pem", entropy=seed)
    with pytest.raises(ConfigError, match="No such file") as caught:
        create_key(tmp_path / "no" / "device.key.pem", entropy=seed)
    assert "a folder that is there" in str(caught.value.hint)
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_signer(tmp_path / "device.key.pem")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_public(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "device.key.pem"
    create_key(path, entropy=seed)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=f"mode {mode:04o}: expected 0600") as caught:
        load_signer(path)
    assert str(caught.value.hint).startswith(f"chmod 600 {path}")


def test_a_private_key_is_no_public_one(tmp_path: Path) -> None:
    path = tmp_path / "device.key.pem"
    create_key(path, entropy=seed)
    with pytest.raises(ConfigError, match="holds a private key"):
        load_public(path)
    path.write_bytes((tmp_path / "device.pub.pem").read_bytes())
    with pytest.raises(ConfigError, match="holds no unencrypted private key"):
        load_signer(path)


def test_other_kinds_of_keys_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "device.key.pem"
    create_key(path, entropy=seed)
    key = generate_private_key(SECP384R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ConfigError, match=r"on another curve|expected an Ed25519 or P-256"):
        load_signer(path)


@given(st.binary(max_size=100))
def test_any_file_is_a_key_or_our_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "junk.key.pem"
    path.touch(mode=0o600)
    for text in (data, b"-----BEGIN PRIVATE KEY-----\n" + data + b"\n-----END PRIVATE KEY-----\n"):
        path.write_bytes(text)
        with pytest.raises(ConfigError):
            load_signer(path)
        with pytest.raises(ConfigError):
            load_public(path)
