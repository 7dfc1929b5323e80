"""Where a site's files lie: its keys, its authority, its books, and to whom records go."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from edgekit.config.broker import Broker, read_broker
from edgekit.config.table import Table
from edgekit.errors import ConfigError
from edgekit.records import Profile

DEFAULT_RECORDS = Path("records") / "records.jsonl"
"""Where records go in the storage folder, where no outlet is named."""


class _OutletKind(StrEnum):
    FILE = "file"
    MQTT = "mqtt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """``[keys]``: the device's private key and the organisation's public one."""

    device: Path
    organisation_public: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """``[authorisation]``: the signed document."""

    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """``[storage]``: where the ledger lives and how full the disk may get."""

    directory: Path
    keep_free_mb: int
    rotate_mb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """``[[outlet]]`` of kind ``file``: a file that gets the signed records."""

    kind: str
    path: Path


def read_keys(table: Table, folder: Path) -> Keys:
    """Read ``[keys]``. Paths start at ``folder``."""
    keys = Keys(
        device=table.path("device", folder, "keys/device.key.pem"),
        organisation_public=table.path("organisation_public", folder, "keys/organisation.pub.pem"),
    )
    table.done()
    return keys


def read_authorisation(table: Table, folder: Path) -> Authorisation:
    """Read ``[authorisation]``. Paths start at ``folder``."""
    authorisation = Authorisation(file=table.path("file", folder, "authorisation.dsse.json"))
    table.done()
    return authorisation


def read_storage(table: Table, folder: Path) -> Storage:
    """Read ``[storage]``. Paths start at ``folder``."""
    storage = Storage(
        directory=table.path("directory", folder, "data"),
        keep_free_mb=table.whole("keep_free_mb", 1, 1_000_000, 200),
        rotate_mb=table.whole("rotate_mb", 1, 1_000_000, 16),
    )
    table.done()
    return storage


def read_outlets(
    tables: Sequence[Table], folder: Path, site: str, profile: Profile
) -> tuple[tuple[Outlet, ...], Broker | None]:
    """Read every ``[[outlet]]``: the files, and the broker where there is one.

    Paths start at ``folder``. Raises ConfigError, also for a second broker: one call is made.
    """
    files: list[Outlet] = []
    broker: Broker | None = None
    for table in tables:
        if table.choice("kind", _OutletKind, _OutletKind.FILE) is _OutletKind.FILE:
            files.append(_read_file(table, folder))
        elif broker is None:
            broker = read_broker(table, folder, site=site, profile=profile)
        else:
            raise ConfigError(
                "two outlets of kind mqtt: expected one",
                hint="let the broker hand on to the other (a bridge, in mosquitto's words)",
            )
    return tuple(files), broker


def _read_file(table: Table, folder: Path) -> Outlet:
    outlet = Outlet(kind=_OutletKind.FILE.value, path=table.path("path", folder))
    table.done()
    return outlet
