"""The name and password of a camera on the network, from a file of their own.

address = with_login("rtsp://192.0.2.7/1", Path("keys/camera.login"))

One line, ``name:password``, in a file that its owner alone may read: the fetcher reads it, and no
other process of a node is told.
"""

import os
import stat
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from edgekit.errors import ConfigError

_OTHERS = 0o077
_MAX_BYTES = 1024


def with_login(address: str, file: Path | None) -> str:
    """Return the address with the login in it; as it is where there is no file.

    Raises:
        ConfigError: no such file, one that others may read, or no ``name:password`` in it.
    """
    if file is None:
        return address
    name, colon, password = _read(file).strip("\r\n").partition(":")
    if not colon or not name or "\n" in password:
        raise ConfigError(
            f"camera.login {file}: expected one line, name:password",
            hint="write what the camera asks for, the name before the first colon",
        )
    parts = urlsplit(address)
    login = f"{quote(name, safe='')}:{quote(password, safe='')}@"
    return urlunsplit(parts._replace(netloc=login + parts.netloc.rpartition("@")[2]))


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            data = opened.read(_MAX_BYTES)
    except OSError as error:
        raise ConfigError(f"camera.login {file} cannot be read: {error.strerror}") from None
    if mode & _OTHERS:
        raise ConfigError(
            f"camera.login {file} has mode {stat.S_IMODE(mode):04o}: expected 0600",
            hint=f"chmod 600 {file}; if somebody may have read it, change the password",
        )
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ConfigError(f"camera.login {file} is not UTF-8 text") from None
