"""Opens the key that a path stands for: a key file, or a description of where the key is.

A description is TOML and ends in ``.key.toml``; ``kind`` chooses the adapter, the rest is its own::

    kind = "file"       path, passphrase_file
    kind = "pkcs11"     module, token, label, pin_file
    kind = "atecc608"   slot, address
    kind = "command"    command, public, protocol ("raw" or "json"), timeout_s

Paths in it are relative to its folder. No secret stands in it: a PIN or passphrase is in a file of
its own, which only its owner may read, such as a credential that systemd hands over.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from edgekit.errors import ConfigError
from edgekit.signers.file import load_public, load_signer, public_path_of, read_secret
from edgekit.signing.keys import PublicKey, Signer

DESCRIPTION = ".key.toml"
MAX_BYTES = 65_536


def open_signer(path: Path, *, passphrase: Callable[[], str] | None = None) -> Signer:
    """Return the key of a key file or of a description.

    Raises:
        ConfigError: neither, or one that cannot be used as it stands.
        MissingExtraError: its adapter needs a package that is not installed.
        SignerError: the chip, token or program does not answer.
    """
    if not path.name.endswith(DESCRIPTION):
        return load_signer(path, passphrase=passphrase)
    fields = _Fields(path)
    kind = fields.text("kind")
    if kind not in _KINDS:
        raise ConfigError(f"{path}: kind is {kind!r}: expected {', '.join(_KINDS)}")
    read, names = _KINDS[kind]
    fields.only({"kind", *names})
    return read(fields)


def public_of(path: Path) -> PublicKey:
    """Return the public half of a key: from the file beside a key file, else by opening it.

    Raises as `open_signer` does.
    """
    if path.name.endswith(DESCRIPTION):
        return open_signer(path).public_key
    return load_public(public_path_of(path))


class _Fields:
    """The description's fields, asked one by one; ConfigError names file and field."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            data = path.read_bytes()[:MAX_BYTES]
            self._fields: Mapping[str, object] = tomllib.loads(data.decode())
        except OSError as error:
            raise ConfigError(f"key {path} cannot be read: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is no TOML: {error}") from None

    def only(self, names: set[str]) -> None:
        if odd := sorted(set(self._fields) - names):
            raise ConfigError(f"{self._path}: {odd[0]!r} is not known: expected {sorted(names)}")

    def text(self, name: str, default: str | None = None) -> str:
        return str(self._get(name, str, default))

    def whole(self, name: str, default: int | None = None) -> int:
        return int(str(self._get(name, int, default)))

    def words(self, name: str) -> list[str]:
        return [str(word) for word in self._get(name, list, None)]

    def path(self, name: str) -> Path:
        return self._path.parent / self.text(name)

    def secret(self, name: str) -> str:
        return read_secret(self.path(name), name).decode("utf-8", "replace").rstrip("\n")

    def _get(self, name: str, kind: type, default: object) -> Any:  # noqa: ANN401 -- of that kind
        value = self._fields.get(name, default)
        if type(value) is not kind:
            raise ConfigError(f"{self._path}: {name} is {value!r}: expected a {kind.__name__}")
        return value


def _file(fields: _Fields) -> Signer:
    return load_signer(fields.path("path"), passphrase=lambda: fields.secret("passphrase_file"))


def _pkcs11(fields: _Fields) -> Signer:
    from edgekit.signers.pkcs11 import Token  # noqa: PLC0415 -- only where it is wanted

    token = Token(Path(fields.text("module")), fields.text("token"), fields.secret("pin_file"))
    return token.signer(fields.text("label"))


def _atecc608(fields: _Fields) -> Signer:
    from edgekit.signers.atecc608 import ADDRESS, open_atecc608  # noqa: PLC0415 -- the same

    return open_atecc608(fields.whole("slot"), address=fields.whole("address", ADDRESS))


def _command(fields: _Fields) -> Signer:
    from edgekit.signers.command import Protocol, open_command  # noqa: PLC0415 -- the same

    protocol = fields.text("protocol", "raw")
    if protocol not in Protocol.__members__.values():
        raise ConfigError(f"protocol is {protocol!r}: expected raw or json")
    return open_command(
        fields.words("command"),
        load_public(fields.path("public")),
        protocol=Protocol(protocol),
        timeout_s=fields.whole("timeout_s", 10),
    )


_KINDS: Mapping[str, tuple[Callable[[_Fields], Signer], tuple[str, ...]]] = {
    "file": (_file, ("path", "passphrase_file")),
    "pkcs11": (_pkcs11, ("module", "token", "label", "pin_file")),
    "atecc608": (_atecc608, ("slot", "address")),
    "command": (_command, ("command", "public", "protocol", "timeout_s")),
}
