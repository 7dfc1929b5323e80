"""Where the name and password for a network stand: in a file that one process reads.

One line, ``name:password``, in a file that its owner alone may read: of a camera the fetcher reads
it, of a broker the herald, and no other process of a node is told.
"""

import os
import stat
from pathlib import Path

from edgekit.errors import ConfigError

_OTHERS = 0o077
_MAX_BYTES = 1024


def read_login(file: Path | None, key: str) -> tuple[str, str] | None:
    """Return name and password; None where there is no file.

    Args:
        file: where they stand.
        key: under which site.toml names it, for errors: ``camera.login``.

    Raises:
        ConfigError: no such file, one that others may read, or no ``name:password`` in it.
    """
    if file is None:
        return None
    name, colon, password = _text(file, key).strip("\r\n").partition(":")
    if not colon or not name or "\n" in password:
        raise ConfigError(
            f"{key} {file}: expected one line, name:password",
            hint="write what it asks for, the name before the first colon",
        )
    return name, password


def _text(file: Path, key: str) -> str:
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            data = opened.read(_MAX_BYTES)
    except OSError as error:
        raise ConfigError(f"{key} {file} cannot be read: {error.strerror}") from None
    if mode & _OTHERS:
        raise ConfigError(
            f"{key} {file} has mode {stat.S_IMODE(mode):04o}: expected 0600",
            hint=f"chmod 600 {file}; if somebody may have read it, change the password",
        )
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ConfigError(f"{key} {file} is not UTF-8 text") from None


def require_no_login(source: str, *, lax: bool) -> None:
    """Refuse a login in the address itself: all processes read it, under ``[users]`` everybody.

    Args:
        source: ``camera.source``.
        lax: whether it is taken all the same: one user's processes, and no wall is asked for.

    Raises:
        ConfigError: there is one.
    """
    host = source.partition("://")[2].partition("/")[0]
    if "@" in host and not lax:
        raise ConfigError(
            "camera.source holds a login: every process of the node reads it there",
            hint='put name:password into a file of mode 0600 and say login = "keys/camera.login"; '
            "only the fetcher is given that",
        )


def require_network(source: str) -> None:
    """Raise ConfigError where a login is for a camera that needs none."""
    if "://" not in source:
        raise ConfigError(
            "camera.login is for a camera on the network: expected a source with ://",
            hint="take camera.login out",
        )
