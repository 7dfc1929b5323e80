"""Who each process of a node is: users of the system, where site.toml asks for them.

Root looks them up and hands the files over (`edgekit.node.service.premises`); the supervisor then
becomes a user, too, and keeps the right to start, watch and end the others.
"""

import grp
import os
import pwd
import resource
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.config import Settings
from edgekit.confine.identity import SUPERVISING, become
from edgekit.consent.terms import SensorKind
from edgekit.errors import ConfigError
from edgekit.node.service.door import door_of
from edgekit.node.service.premises import hand_over

SERIAL_PORTS = "dialout"
GROUPS: Mapping[SensorKind | None, str] = {
    SensorKind.CAMERA: "video",
    SensorKind.THERMAL_ARRAY: SERIAL_PORTS,
    SensorKind.MICROPHONE: "audio",
    None: "video",
}
"""The groups to which udev gives devices: systemd's 50-udev-default.rules."""

_PRIVATE, _GROUP_READS = 0o077, 0o027


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user of the system by number.

    ``umask``: of the files that its process makes. ``door``: where its porter is asked to start it,
    None where we start it ourselves.
    """

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...] = ()
    umask: int = _PRIVATE
    door: Path | None = None


def users_of(settings: Settings) -> Mapping[str, User]:
    """Return each role's user, the supervisor's too; nothing where site.toml asks for none.

    Started by systemd as the supervisor's user, each of the others is behind its porter's door.

    Raises:
        ConfigError: this is neither root nor the supervisor's user, there is no such user, two are
            one, or one is root.
    """
    if settings.accounts is None:
        return {}
    names = settings.roles
    found = {role: _user(role, name) for role, name in names.items()}
    if len({user.uid for user in found.values()} - {0}) < len(found):
        raise ConfigError(
            "two of [users] are one user of the system, or one is root",
            hint="make them as `edgekit install-service --dry-run` says",
        )
    if os.geteuid() == 0:
        own = found["supervisor"]
        return {role: _with_groups(role, user, own, settings) for role, user in found.items()}
    if os.geteuid() != found["supervisor"].uid:
        raise ConfigError(
            f"site.toml asks for [users]: expected root to start it, not user {os.geteuid()}",
            hint="start it by its service or with sudo, or take [users] out of site.toml",
        )
    return {role: replace(user, door=door_of(role)) for role, user in found.items()}


def _user(role: str, name: str) -> User:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise ConfigError(
            f"users.{role}: there is no user {name!r} on this system",
            hint="make them as `edgekit install-service --dry-run` says, "
            "or take [users] out of site.toml: all processes are then one user's",
        ) from None
    return User(
        name=name,
        uid=entry.pw_uid,
        gid=entry.pw_gid,
        umask=_GROUP_READS if role == "herald" else _PRIVATE,
    )


def _with_groups(role: str, user: User, supervisor: User, settings: Settings) -> User:
    """Add the group of who makes files in the supervisor's folder, and of who opens a camera."""
    if role in ("clerk", "herald"):
        return replace(user, groups=(supervisor.gid,))
    if role == "steward" or (role == "supervisor" and settings.systems):
        # The supervisor hands the steward what was plugged in again.
        with suppress(KeyError):  # no such group: the port is then to be opened by its owner
            return replace(user, groups=(grp.getgrnam(SERIAL_PORTS).gr_gid,))
        return user
    camera = settings.camera
    if role == "eye" and (camera.device is not None or camera.by_libcamera):
        with suppress(KeyError):  # no such group: the camera is then to be opened by its owner
            return replace(user, groups=(grp.getgrnam(GROUPS[camera.sensor]).gr_gid,))
    return user


def prepare(settings: Settings) -> None:
    """Hand the files over and do nothing else: what a service does before the others start.

    Raises:
        ConfigError: as `settle_in`, or site.toml asks for no users, or this is not root.
    """
    users = users_of(settings)
    if not users or os.geteuid() != 0:
        raise ConfigError(
            "nothing to hand over: expected [users] in site.toml, and root",
            hint="edgekit install-service adds it",
        )
    hand_over(settings, users)


def settle_in(settings: Settings) -> Mapping[str, User]:
    """Return each role's user; hand over the files to them and become the supervisor's.

    Where site.toml asks for no users, or systemd has made it the supervisor's already, nothing is
    done.

    Raises:
        ConfigError: as `users_of`, or files that cannot be handed over.
        SealError: the kernel refused.
    """
    users = users_of(settings)
    if not users or os.geteuid() != 0:
        return users
    hand_over(settings, users)
    with suppress(OSError, ValueError):  # a container may hold it back: memory is not locked then
        limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_MEMLOCK, limit)
    own = users["supervisor"]
    become(uid=own.uid, gid=own.gid, groups=own.groups, keeps=SUPERVISING)
    return users
