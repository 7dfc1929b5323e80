"""A site's files in the hands of whoever works with them, where each process is a user of its own.

| what | whose | who else |
|---|---|---|
| site.toml, authorisation, public keys, models | root's | everybody reads |
| the device's key | the clerk's | nobody |
| the camera's login | the fetcher's | nobody |
| the broker's login | the herald's | nobody |
| storage folder | the supervisor's | clerk and herald make files in it; each takes away its own |
| ledger, status, preview in it | the clerk's | nobody |
| records | the herald's | its group reads |
| systems in it | the steward's | nobody |
| bell | the clerk's | the supervisor's group leaves notes |

Root does this before any other process runs, and follows no link by it: where it works, nobody else
can put one.
"""

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import edgekit
from edgekit.config import Settings, System
from edgekit.errors import ConfigError
from edgekit.node.processes.lock import LOCK
from edgekit.node.processes.newest import NAME as NEWEST
from edgekit.node.status import PROCESSES
from edgekit.node.steward.kept import folder_of
from edgekit.node.walls.posture import models_of

BELL = "bell"
"""As in `edgekit.node.clerking.bell`, which knows more than a supervisor needs to load."""

_SUPERVISORS = (
    *("node.log", "node.old.log", LOCK),
    *(PROCESSES, "processes.new", NEWEST, "newest.new"),
)
_ALL_ENTER, _ALL_READ, _OTHERS_WRITE = 0o111, 0o444, 0o022
_SHARED_FOLDER = 0o3771
"""Its group makes files in it; each can be taken away by its owner alone, and is of that group."""

_NOTES = 0o2770
"""Its group leaves files in it, its owner takes them away."""


class Owner(Protocol):
    """Whose a file is to be."""

    @property
    def uid(self) -> int:
        """The number of the user."""
        ...

    @property
    def gid(self) -> int:
        """The number of its group."""
        ...


def hand_over(settings: Settings, users: Mapping[str, Owner]) -> None:
    """Give each file of a site to its user.

    Args:
        settings: the site's.
        users: by role: ``supervisor``, ``eye``, ``reviewer``, ``clerk``, ``herald``, with a
            network camera ``fetcher``.

    Raises:
        ConfigError: site.toml, or a folder on the way to something, is not root's alone or may not
            be entered by everybody; or a file is a link.
    """
    _require_reached(settings)
    site, keys = settings.path.parent, settings.keys
    for folder in {site, keys.device.parent, keys.organisation_public.parent}:
        _give(folder, add=_ALL_ENTER)
    for path in (settings.path, keys.organisation_public, settings.authorisation.file):
        _give(path, add=_ALL_READ)
    models = models_of(settings)
    if not settings.camera.by_motion and not models.is_relative_to(site):
        raise ConfigError(
            f"models lie in {models}: expected them beside site.toml, where the eye may read them",
            hint=f"put them into {site / 'models'}",
        )
    if models.is_relative_to(site):
        _give(models, add=_ALL_ENTER | _ALL_READ)
        for path in models.iterdir():
            _give(path, add=_ALL_READ)
    _give(keys.device, users["clerk"], mode=0o600)
    _logins(settings, users)
    _storage(settings, users)


def _logins(settings: Settings, users: Mapping[str, Owner]) -> None:
    broker = settings.broker
    logins = {"fetcher": settings.camera.login, "herald": broker.login if broker else None}
    for role, login in logins.items():
        if login is not None:
            _give(login.parent, add=_ALL_ENTER)
            _give(login, users[role], mode=0o600)
    if broker is not None and broker.ca is not None:
        _give(broker.ca.parent, add=_ALL_ENTER)
        _give(broker.ca, add=_ALL_READ)


def _heard(systems: Sequence[System], users: Mapping[str, Owner]) -> None:
    """Consents are the steward's to read and nobody else's; a station's readings anybody's."""
    for folder in (folder for system in systems for folder in system.folders):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _give(folder.parent, add=_ALL_ENTER)
    for folder in (system.station for system in systems if system.station is not None):
        _give(folder, add=_ALL_ENTER | _ALL_READ)
        for path in folder.iterdir():
            _give(path, add=_ALL_READ)
    for folder in (system.tokens for system in systems if system.tokens is not None):
        _give(folder, users["steward"], mode=0o700)
        for path in folder.iterdir():
            _give(path, users["steward"], mode=0o600)


def _storage(settings: Settings, users: Mapping[str, Owner]) -> None:
    directory = settings.storage.directory
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _give(directory, users["supervisor"], mode=_SHARED_FOLDER)
    for path in directory.iterdir():
        if path.is_file() and not path.is_symlink() and path.stat().st_uid == 0:
            _give(path, users[_worker(path, settings)])  # root's own node made it
    if settings.systems:
        kept = folder_of(settings)
        kept.mkdir(mode=0o700, exist_ok=True)
        _give(kept, users["steward"], mode=0o700)
        for path in kept.iterdir():
            _give(path, users["steward"])
    _heard(settings.systems, users)
    bell = directory / BELL
    bell.mkdir(mode=0o700, exist_ok=True)
    _give(bell, _Of(users["clerk"].uid, users["supervisor"].gid), mode=_NOTES)
    for folder in sorted({path.parent for path in settings.record_files} - {directory}):
        made = not folder.exists()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if made or folder.is_relative_to(directory):
            _give(folder, users["herald"], mode=0o2750)
            for path in folder.iterdir():
                _give(path, users["herald"])


@dataclass(frozen=True, slots=True)
class _Of:
    uid: int
    gid: int


def _worker(path: Path, settings: Settings) -> str:
    """Return whose a file in the storage folder is."""
    records = tuple(f"{one.stem}-" for one in settings.record_files)
    if path in settings.record_files or path.name.startswith(records):
        return "herald"
    return "supervisor" if path.name in _SUPERVISORS else "clerk"


def _give(path: Path, owner: Owner | None = None, *, add: int = 0, mode: int | None = None) -> None:
    """Give one file or folder, never through a link; what is not there is left to its reader."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be handed over: {error.strerror}",
            hint="is it a link? put the file itself there",
        ) from None
    try:
        now = os.fstat(descriptor)
        if stat.S_ISREG(now.st_mode) and now.st_nlink > 1:
            raise ConfigError(
                f"{path} has other names: expected a file of its own",
                hint="copy it, and put the copy there",
            )
        if owner is not None:
            os.fchown(descriptor, owner.uid, owner.gid)
        os.fchmod(descriptor, (stat.S_IMODE(now.st_mode) if mode is None else mode) | add)
    finally:
        os.close(descriptor)


def _require_reached(settings: Settings) -> None:
    """What root is told by site.toml it does: so nobody else may write it, nor move it away."""
    for place in (settings.path, settings.storage.directory.parent):
        _require_roots(place.resolve())
    libraries = (sys.prefix, sys.base_prefix, edgekit.__file__)
    for place in (settings.path.parent.parent, *map(Path, libraries)):
        _require_entered(place.resolve())


def _require_roots(place: Path) -> None:
    for path in (place, *place.parents):
        now = path.stat() if path.exists() else None
        if now is None:
            continue
        shared = now.st_mode & _OTHERS_WRITE and not now.st_mode & stat.S_ISVTX
        if now.st_uid != 0 or shared:
            raise ConfigError(
                f"{path} is user {now.st_uid}'s, mode {stat.S_IMODE(now.st_mode):04o}: expected "
                "root's and nobody else's to write, as root does what site.toml says",
                hint="copy the site to /etc/edgekit as root",
            )


def _require_entered(place: Path) -> None:
    for path in place.parents if place.is_file() else (place, *place.parents):
        if not path.stat().st_mode & stat.S_IXOTH:
            raise ConfigError(
                f"{path} may not be entered by the users of [users]",
                hint="keep the site in /etc/edgekit or /srv, and edgekit and its Python in /opt",
            )
