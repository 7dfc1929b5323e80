"""Run a site's units as systemd would, as far as users, rights and folders go: ``SITE.TOML``.

The units are those that ``edgekit install-service --dry-run`` prints. Behind `own_users.py`.
"""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from own_users import UIDS

from edgekit.config import Settings
from edgekit.confine.kernel import LinuxKernel
from edgekit.node.service import unit

RUN = Path("/run")
NO_RIGHT = "-all"


def said(text: str, key: str) -> str:
    found = re.search(rf"^{key}=(.*)$", text, re.MULTILINE)
    return found[1] if found else ""


def start(text: str) -> "subprocess.Popen[bytes]":
    """Start a unit's program as its user, in its groups, with its rights."""
    user = said(text, "User")
    if folder := said(text, "RuntimeDirectory"):
        (RUN / folder).mkdir()
        os.chown(RUN / folder, UIDS[user], UIDS[user])
    words = said(text, "ExecStart").split()
    if not user:
        return subprocess.Popen(words)
    rights = said(text, "AmbientCapabilities").lower().replace("cap_", "+").replace(" ", ",")
    groups = said(text, "SupplementaryGroups")
    who = [
        *("--reuid", str(UIDS[user]), "--regid", str(UIDS[user])),
        *(("--groups", str(UIDS[groups])) if groups else ("--clear-groups",)),
        *("--bounding-set", f"{NO_RIGHT},{rights}" if rights else NO_RIGHT),
        *(("--inh-caps", rights, "--ambient-caps", rights) if rights else ()),
    ]
    umask = int(said(text, "UMask"), 8)
    return subprocess.Popen(["setpriv", *who, "--no-new-privs", *words], umask=umask)


def main() -> int:
    """Start all units, wait for the last of them, and end the others."""
    settings = Settings.load(Path(sys.argv[1]))
    LinuxKernel().call("mount", b"none", bytes(RUN), b"tmpfs", 0, b"mode=755")
    command = Path(sys.executable).with_name("edgekit")
    units = unit.units_of(unit.Plan(settings=settings, command=command))
    started = []
    for name, text in units.items():
        process = start(text)
        if name == unit.PREMISES:
            assert process.wait() == 0
            continue
        started.append(process)
        door = RUN / name.removesuffix(".service") / "door"
        while name != unit.NAME and not door.exists() and process.poll() is None:
            threading.Event().wait(0.02)
    *porters, supervisor = started
    signal.signal(signal.SIGTERM, lambda *_: supervisor.terminate())
    code = supervisor.wait()
    for porter in porters:
        porter.terminate()
        porter.wait()
    return code


if __name__ == "__main__":
    sys.exit(main())
