"""Keys in files: PKCS#8 in PEM for the private half (0600), SubjectPublicKeyInfo for the public.

A password beside the key on the same card would protect nothing, so a device's key has none: the
file's mode and its owner are the protection, and a key that others can read is refused. For a key
that is carried about, and typed a passphrase for, there is `wrapped`.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from edgekit.errors import ConfigError, VerificationError
from edgekit.signers.wrapped import is_wrapped, unwrap, wrap
from edgekit.signing.keys import RAW_BYTES, MemorySigner, PublicKey

MAX_PEM_BYTES = 16_384
_KINDS = "expected an Ed25519 or P-256 private key"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ROOM = "choose a folder that is there, that you may write, with room on its disk"


def create_key(
    path: Path, *, entropy: Callable[[int], bytes], passphrase: str | None = None
) -> PublicKey:
    """Write a new private key to ``path`` (0600) and its public half beside it; return the latter.

    ``NAME.key.pem`` gets ``NAME.pub.pem`` as its neighbour. ``entropy`` gives random bytes
    (``os.urandom``). With a passphrase the file is not PEM but our wrapping of it. Both files are
    on the disk when this returns; where one of them already exists or cannot be written, neither
    is left behind.

    Raises:
        ConfigError: another name, a short passphrase, an existing file, or a folder that cannot be
            written.
    """
    public_path = public_path_of(path)
    private_key = Ed25519PrivateKey.from_private_bytes(entropy(RAW_BYTES))
    public_key = PublicKey(raw=private_key.public_key().public_bytes_raw())
    secret = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    if passphrase is not None:
        secret = wrap(secret, passphrase, entropy=entropy)
    write_new(path, secret, 0o600)
    try:
        write_new(public_path, public_key.to_pem(), 0o644)
    except ConfigError:
        path.unlink()
        raise
    return public_key


def public_path_of(path: Path) -> Path:
    """Return where the public half of ``NAME.key.pem`` lies; ConfigError for another name."""
    if not path.name.endswith(".key.pem"):
        raise ConfigError(f"key file {path.name!r}: expected a name that ends in .key.pem")
    return path.with_name(path.name.removesuffix(".key.pem") + ".pub.pem")


def load_signer(path: Path, *, passphrase: Callable[[], str] | None = None) -> MemorySigner:
    """Return the private key in a file; ``passphrase`` is asked only where it is under one.

    Raises:
        ConfigError: no such file, no Ed25519 or P-256 key in PKCS#8 PEM or in our wrapping, a wrong
            passphrase or none, or a file that its group or others may read.
    """
    data = read_secret(path, "private key")
    if is_wrapped(data):
        if passphrase is None:
            raise ConfigError(
                f"private key {path} is under a passphrase",
                hint="describe it in a .key.toml with passphrase_file, or give --passphrase-file",
            )
        data = unwrap(data, passphrase())
    try:
        private_key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library's own message is dropped: it may quote what stands in the file.
        raise ConfigError(
            f"{path} holds no unencrypted private key in PKCS#8 PEM",
            hint="make one with `edgekit init`",
        ) from None
    if not isinstance(private_key, Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise ConfigError(f"{path} holds another kind of key: {_KINDS}")
    try:
        return MemorySigner(private_key)
    except VerificationError:
        raise ConfigError(f"{path} holds a key on another curve: {_KINDS}") from None


def read_secret(path: Path, what: str) -> bytes:
    """Return what stands in a file that its owner alone may read; ConfigError otherwise."""
    data, mode = _read(path, what)
    if mode & _OTHERS:
        raise ConfigError(
            f"{what} {path} has mode {stat.S_IMODE(mode):04o}: expected 0600, "
            "readable by its owner alone",
            hint=f"chmod 600 {path}; if somebody may have copied it, make a new key",
        )
    return data


def load_public(path: Path) -> PublicKey:
    """Return the public key in a file; ConfigError where there is none."""
    data, _ = _read(path, "public key")
    if b"PRIVATE KEY" in data:
        raise ConfigError(
            f"{path} holds a private key: expected a public one",
            hint="give the file that ends in .pub.pem, and keep this one to yourself",
        )
    try:
        return PublicKey.from_pem(data)
    except VerificationError as error:
        raise ConfigError(f"{path}: {error}", hint=error.hint) from None


def _read(path: Path, what: str) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            return file.read(MAX_PEM_BYTES), os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise ConfigError(
            f"{what} {path} cannot be read: {error.strerror}",
            hint="check the path; `edgekit init` makes keys",
        ) from None


def write_new(path: Path, data: bytes, mode: int) -> None:
    """Write a file that does not exist yet, durably or not at all; ConfigError otherwise."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except OSError as error:
        raise ConfigError(
            f"key file {path} cannot be made: {error.strerror}",
            hint="a key is never overwritten: choose another folder or move the old key away"
            if isinstance(error, FileExistsError)
            else _ROOM,
        ) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        _sync_folder(path.parent)
    except OSError as error:
        path.unlink()
        raise ConfigError(
            f"key file {path} cannot be written: {error.strerror}", hint=_ROOM
        ) from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
