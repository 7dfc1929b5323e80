"""The file ``site.toml`` as text and tables, brought up to today's version."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from edgekit.config.table import Table
from edgekit.errors import ConfigError

VERSION = 1
MAX_BYTES = 262_144


def read_text(path: Path) -> str:
    """Return the text of a ``site.toml``; raises ConfigError with what to do about it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path} does not exist", hint="write one with: edgekit init DIR"
        ) from error
    except IsADirectoryError as error:
        raise ConfigError(
            f"{path} is a folder: expected a file", hint=f"try {path / 'site.toml'}"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}", hint="may this user read it?"
        ) from error
    except ValueError as error:
        raise ConfigError(f"{path!r} cannot be read: {error}", hint="check the path") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path} has {len(data)} bytes: expected at most {MAX_BYTES}")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{path} is not UTF-8 text (line {line})", hint="save it as UTF-8"
        ) from error


def parse_toml(text: str, path: Path) -> dict[str, object]:
    """Return the tables of a TOML file as they stand; ConfigError where it is none."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # tomllib's own words end in "(at line 3, column 9)".
        raise ConfigError(
            f"{path} is not TOML: {error}", hint="texts stand in quotes, tables in [brackets]"
        ) from error


def _from_0(document: dict[str, object]) -> dict[str, object]:
    """Draft format 0 called ``[camera]`` ``[source]``."""
    return {("camera" if key == "source" else key): value for key, value in document.items()}


_MIGRATIONS: Mapping[int, Callable[[dict[str, object]], dict[str, object]]] = {0: _from_0}


def parse(text: str, path: Path) -> tuple[dict[str, object], int]:
    """Return the tables in the form of today, and the version that they were written for.

    Raises:
        ConfigError: no TOML, or of a version that this edgekit does not read.
    """
    document = parse_toml(text, path)
    written_for = Table(document).whole("version", 0, 2**31 - 1)
    if written_for > VERSION:
        raise ConfigError(
            f"{path} is written for version {written_for}: this edgekit reads up to {VERSION}",
            hint="use a newer edgekit",
        )
    for version in range(written_for, VERSION):
        document = _MIGRATIONS[version](document) | {"version": version + 1}
    return document, written_for
