"""The service unit of a node: what systemd adds around the walls that each process puts up itself.

Source: systemd.exec(5), systemd.resource-control(5), systemd.service(5), as of systemd 252.
"""

import shlex
from pathlib import Path

from edgekit.config import Settings
from edgekit.provenance import Source

NAME = "edgekit.service"
PLACE = Path("/etc/systemd/system") / NAME
WATCHDOG_S = 30

_ALWAYS = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
UMask=0027
LimitCORE=0
LimitMEMLOCK=infinity
MemorySwapMax=0
KeyringMode=private
ProtectSystem=strict
ProtectHome={home}
PrivateTmp=yes
PrivateIPC=yes
PrivateMounts=yes
ProtectProc=invisible
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
DevicePolicy=closed
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=user net mnt
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service unshare mount umount2 seccomp
SystemCallFilter=landlock_create_ruleset landlock_add_rule landlock_restrict_self
SystemCallFilter=adjtimex clock_adjtime
"""
"""Namespaces and mounting are what the processes put up their own walls with; adjtimex(2) tells
what the clock is worth, and sets nothing without a capability."""

_OFFLINE = "PrivateNetwork=yes\nIPAddressDeny=any\nRestrictAddressFamilies=AF_UNIX\n"
_CAMERA_CALLED = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n"


def unit_of(settings: Settings, *, command: Path, user: str) -> str:
    """Return the unit for this site.

    Args:
        settings: its site.toml.
        command: the ``edgekit`` that runs it, an absolute path.
        user: whose processes these are.
    """
    writes = sorted({str(settings.storage.directory), *_folders(settings)})
    network = settings.camera.kind is Source.NETWORK
    device = settings.camera.device
    places = [settings.path, command, *map(Path, writes)]
    at_home = any(path.is_relative_to("/home") or path.is_relative_to("/root") for path in places)
    lines = [
        f"# Made by `edgekit install-service`; systemd-analyze security {NAME} tells its score.",
        "[Unit]",
        f"Description=edgekit, site {settings.site.name}",
        "After=time-sync.target" + (" network-online.target" if network else ""),
        "Wants=time-sync.target" + (" network-online.target" if network else ""),
        "",
        "[Service]",
        "Type=notify",
        f"User={user}",
        f"ExecStart={shlex.join((str(command), 'run', str(settings.path)))}",
        "Restart=always",
        "RestartSec=5",
        f"WatchdogSec={WATCHDOG_S}",
        "TimeoutStopSec=10",
        *(f"ReadWritePaths={path}" for path in writes),
        *(["SupplementaryGroups=video", f"DeviceAllow={device} rw"] if device else []),
        _ALWAYS.format(home="read-only" if at_home else "yes").rstrip(),
        (_CAMERA_CALLED if network else _OFFLINE).rstrip(),
        "",
        "[Install]",
        "WantedBy=multi-user.target",
    ]
    return "\n".join(lines) + "\n"


def _folders(settings: Settings) -> list[str]:
    return [str(path.parent) for path in settings.record_files]
