"""The service units of a node: what systemd adds around the walls that each process puts up itself.

Each process has a unit and a user of its own: a porter in it starts the process when the
supervisor asks (`edgekit.node.service.porter`). Files are handed over by a unit that runs once, as
root, before.

Source: systemd.exec(5), systemd.resource-control(5), systemd.service(5), sysusers.d(5), as of
systemd 252.
"""

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekit.config import Accounts, Settings
from edgekit.node.service.hardening import (
    ALWAYS,
    HANDS_OVER,
    LIBCAMERAS,
    LOOKS_ON,
    NO_DEVICES,
    OFFLINE,
    OWN_WALLS,
    RIGHTLESS,
)
from edgekit.node.service.network import (
    FAMILIES,
    broker_host,
    called_by,
    camera_host,
    doors_of,
    egress,
    network_of,
)
from edgekit.node.service.users import GROUPS, SERIAL_PORTS
from edgekit.node.steward.kept import folder_of
from edgekit.node.walls.posture import is_described

NAME = "edgekit.service"
FOLDER = Path("/etc/systemd/system")
SYSUSERS = Path("/etc/sysusers.d/edgekit.conf")
PREMISES = "edgekit-premises.service"
WATCHDOG_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the units of one site have in common.

    Args:
        settings: its site.toml.
        command: the ``edgekit`` that runs it, an absolute path.
        python: the Python that has it.
    """

    settings: Settings
    command: Path
    python: Path = Path(sys.executable)

    @property
    def accounts(self) -> Accounts:
        """Whose processes these are: the usual names where site.toml gives none."""
        return self.settings.accounts or Accounts()

    @property
    def roles(self) -> tuple[str, ...]:
        """Every process but the supervisor."""
        return tuple(role for role in self.settings.roles if role != "supervisor")

    @property
    def home(self) -> str:
        """What of people's home folders is seen."""
        places = [self.settings.path, self.settings.storage.directory, self.command, self.python]
        at_home = any(
            path.is_relative_to("/home") or path.is_relative_to("/root") for path in places
        )
        return "ProtectHome=read-only" if at_home else "ProtectHome=yes"


def units_of(plan: Plan) -> Mapping[str, str]:
    """Return every unit of a node whose processes are users of their own, by file name."""
    roles = {f"edgekit-{role}.service": _role(role, plan) for role in plan.roles}
    return {PREMISES: _premises(plan), **roles, NAME: _supervisor(plan)}


def sysusers_of(plan: Plan) -> str:
    """Return the users of the units, for sysusers.d(5)."""
    names = plan.settings.roles
    lines = [f'u {name} - "edgekit, {role}" - -' for role, name in names.items()]
    return "\n".join(lines) + "\n"


def one_unit_of(plan: Plan, *, user: str) -> str:
    """Return the one unit of a node all of whose processes are one user's."""
    device, called = _device(plan.settings), called_by(plan.settings)
    return _unit(
        f"edgekit, site {plan.settings.site.name}",
        before=(
            "time-sync.target",
            *(("network-online.target",) if called or plan.settings.web else ()),
        ),
        lines=(
            *_running("run", plan, user),
            *_writes(plan.settings.storage.directory, *_record_folders(plan.settings)),
            *device,
            ALWAYS.format(suid="yes").rstrip(),
            "UMask=0027",
            plan.home,
            RIGHTLESS,
            OWN_WALLS,
            *network_of(plan.settings),
        ),
    )


def _supervisor(plan: Plan) -> str:
    porters = tuple(f"edgekit-{role}.service" for role in plan.roles)
    return _unit(
        f"edgekit, site {plan.settings.site.name}: who starts, watches and ends the others",
        before=("time-sync.target", PREMISES, *porters),
        needs=(PREMISES,),
        lines=(
            *_running("run", plan, plan.accounts.supervisor),
            *_writes(plan.settings.storage.directory),
            ALWAYS.format(suid="yes").rstrip(),
            "UMask=0022",
            plan.home,
            LOOKS_ON,
            # It hands the steward what was plugged in again.
            *(_ports() if plan.settings.systems else (NO_DEVICES,)),
            OFFLINE,
        ),
    )


def _premises(plan: Plan) -> str:
    settings = plan.settings
    return _unit(
        "edgekit: each file in the hands of whoever works with it",
        lines=(
            "Type=oneshot",
            f"ExecStart={_words(plan.command, 'run', '--prepare', settings.path)}",
            *_writes(settings.path.parent, settings.storage.directory.parent),
            # The folder that several share gives its files to its group: a bit like set-group-id.
            ALWAYS.format(suid="no").rstrip(),
            plan.home,
            HANDS_OVER,
            NO_DEVICES,
            OFFLINE,
        ),
    )


def _role(role: str, plan: Plan) -> str:
    settings, accounts = plan.settings, plan.accounts
    name = settings.roles[role]
    shared = f"SupplementaryGroups={accounts.supervisor}"
    called = {"fetcher": camera_host(settings), "herald": broker_host(settings)}
    own: Mapping[str, Sequence[str]] = {
        "eye": ("UMask=0077", *(_device(settings) or (NO_DEVICES,)), OFFLINE),
        "fetcher": ("UMask=0077", NO_DEVICES, egress(called["fetcher"])),
        "reviewer": ("UMask=0077", NO_DEVICES, OFFLINE),
        "clerk": (
            "UMask=0077",
            shared,
            *_writes(settings.storage.directory),
            *(() if is_described(settings.keys.device) else (NO_DEVICES,)),
            OFFLINE,
        ),
        "steward": (
            "UMask=0077",
            *_writes(folder_of(settings)),
            *_ports(),
            OFFLINE,
        ),
        "herald": (
            "UMask=0027",
            shared,
            *_writes(*_record_folders(settings)),
            NO_DEVICES,
            egress(called["herald"]),
        ),
        # Its porter opens its doors; the process itself has no network, and no more than its share.
        "page": (
            "UMask=0077",
            NO_DEVICES,
            *doors_of(settings.web),
            FAMILIES,
            "Nice=5",
            "CPUQuota=50%",
            "TasksMax=16",
        ),
    }
    return _unit(
        f"edgekit, site {settings.site.name}: {role}",
        before=(
            PREMISES,
            *(("network-online.target",) if role == "page" or called.get(role) else ()),
        ),
        needs=(PREMISES,),
        part_of=NAME,
        lines=(
            "Type=notify",
            f"User={name}",
            f"RuntimeDirectory=edgekit-{role}",
            f"ExecStart={_porter(role, plan)}",
            "Restart=always",
            f"WatchdogSec={WATCHDOG_S}",
            ALWAYS.format(suid="yes").rstrip(),
            plan.home,
            RIGHTLESS,
            OWN_WALLS,
            *own[role],
        ),
    )


def _porter(role: str, plan: Plan) -> str:
    module = ("-I", "-B", "-m", "edgekit.node.service.porter")
    web = plan.settings.web
    doors = web.listen if role == "page" and web is not None else ()
    return _words(plan.python, *module, role, plan.accounts.supervisor, *doors)


def _running(verb: str, plan: Plan, user: str) -> tuple[str, ...]:
    return (
        "Type=notify",
        f"User={user}",
        f"ExecStart={_words(plan.command, verb, plan.settings.path)}",
        "Restart=always",
        "RestartSec=5",
        f"WatchdogSec={WATCHDOG_S}",
        "TimeoutStopSec=10",
    )


def _unit(
    description: str,
    *,
    lines: Sequence[str],
    before: Sequence[str] = (),
    needs: Sequence[str] = (),
    part_of: str = "",
) -> str:
    """Return a unit.

    ``before``: what is started before it; ``needs``: which of that it is nothing without.
    """
    wants = [name for name in before if name not in needs]
    head = [
        "# Made by `edgekit install-service`; `systemd-analyze security` tells its score.",
        "[Unit]",
        f"Description={description}",
        *([f"After={' '.join(before)}"] if before else []),
        *([f"Wants={' '.join(wants)}"] if wants else []),
        *([f"Requires={' '.join(needs)}"] if needs else []),
        *([f"PartOf={part_of}"] if part_of else []),
        "",
        "[Service]",
    ]
    installed = [] if part_of or "Type=oneshot" in lines else ["", "[Install]"]
    return (
        "\n".join(
            [*head, *lines, *installed, *(["WantedBy=multi-user.target"] if installed else [])]
        )
        + "\n"
    )


def _device(settings: Settings) -> tuple[str, ...]:
    device = settings.camera.device
    groups = f"SupplementaryGroups={GROUPS[settings.camera.sensor]}"
    if settings.camera.by_libcamera:
        return (groups, *(f"DeviceAllow=char-{kind} rw" for kind in LIBCAMERAS))
    if settings.camera.hears:
        return (groups, "DeviceAllow=char-alsa rw") if device else ()
    return (groups, f"DeviceAllow={device} rw") if device else ()


def _ports() -> list[str]:
    """Return what lets a unit open the boards of the systems, and no other device."""
    kinds = ("char-ttyACM", "char-ttyUSB", "char-ttyAMA", "char-ttyS")
    return [f"SupplementaryGroups={SERIAL_PORTS}", *(f"DeviceAllow={kind} rw" for kind in kinds)]


def _writes(*folders: Path) -> list[str]:
    return [f"ReadWritePaths={folder}" for folder in sorted(set(folders))]


def _record_folders(settings: Settings) -> tuple[Path, ...]:
    return tuple(path.parent for path in settings.record_files)


def _words(*words: object) -> str:
    return shlex.join(map(str, words))
