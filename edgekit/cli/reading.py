"""Files that somebody named on the command line, read or refused in one voice."""

from pathlib import Path

from edgekit.errors import ConfigError


def read_bytes(path: Path, most: int = -1) -> bytes:
    """Return a file's bytes, of a longer one the first ``most``. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> ConfigError:
    """Return the error for a file that the system refused."""
    if isinstance(error, IsADirectoryError):
        return ConfigError(f"{path} is a folder: expected a file", hint="name a file in it")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return ConfigError(f"{path} does not exist", hint="check the path")
    return ConfigError(
        f"{path} cannot be read: {error.strerror}", hint="may this user read it, and its folder?"
    )
