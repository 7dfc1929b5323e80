"""The first process of an emulated arm64 machine: seal children as each role, and attack.

Prints a JSON line after ``RESULT`` for each role and switches the machine off. Standard library and
`edgekit.confine` only.
"""

import ctypes
import json
import os
import platform
import sys
import traceback
from pathlib import Path

ROLES = ("eye", "fetcher", "reviewer", "clerk", "herald", "page", "steward")
SEEING = ("eye", "fetcher", "reviewer")
KEEPERS = ("clerk", "herald", "steward")
STAGES = {"fetcher": "stream_open", "clerk": "books", "herald": "outlets", "page": "page"}
POWER_OFF = 0x4321FEDC  # LINUX_REBOOT_CMD_POWER_OFF


def attacked(role: str, victim: int) -> dict[str, object]:
    """Seal this process as that role, attack, and return what came of it."""
    from edgekit.confine import allowance  # noqa: PLC0415 -- /proc has to be there first
    from edgekit.confine.attacks import attacks_on  # noqa: PLC0415 -- likewise
    from edgekit.confine.attempt import Target, attempt  # noqa: PLC0415 -- likewise
    from edgekit.confine.census import filters_of  # noqa: PLC0415 -- likewise
    from edgekit.confine.filter import seal  # noqa: PLC0415 -- likewise
    from edgekit.confine.landlock import landlock_abi  # noqa: PLC0415 -- likewise
    from edgekit.confine.rules import Stage  # noqa: PLC0415 -- likewise
    from edgekit.confine.walls import Walls, raise_walls  # noqa: PLC0415 -- likewise

    keeps = role in KEEPERS
    stage = Stage(STAGES.get(role, "books" if keeps else "files"))
    walls = Walls(stage=stage, reads=("/",), locks=role in SEEING, keeps_files=keeps)
    abi, machine, release = landlock_abi(), platform.machine(), os.uname().release
    stand = raise_walls(walls)
    lists = {
        "eye": lambda: allowance.eye_allowance(pid=os.getpid(), outs=(1,), camera=True),
        "fetcher": lambda: allowance.fetcher_allowance(pid=os.getpid(), out=1),
        "reviewer": lambda: allowance.eye_allowance(pid=os.getpid(), outs=(1,), camera=False),
        "clerk": lambda: allowance.clerk_allowance(pid=os.getpid(), control=1),
        "herald": lambda: allowance.herald_allowance(pid=os.getpid(), calls=True),
        "page": lambda: allowance.page_allowance(pid=os.getpid(), doors=(1,), out=1),
        "steward": lambda: allowance.steward_allowance(pid=os.getpid(), control=1),
    }
    before = filters_of(os.getpid())
    seal(lists[role]())
    target = Target(victim=victim, file="/init.py", descriptor=0, pipe=1)
    tried = [attempt(one, target) for one in attacks_on(role)]
    return {
        "role": role,
        "machine": machine,
        "kernel": release,
        "landlock": abi,
        "stand": list(stand),
        "filters_before_the_list": before,
        "attacks": len(tried),
        "through": [f"{one.words}: {one.outcome}" for one in tried if not one.denied],
    }


def main() -> None:
    """Be the first process."""
    libc = ctypes.CDLL(None, use_errno=True)
    for kind, place in (("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")):
        Path(place).mkdir(exist_ok=True)
        libc.mount(b"none", place.encode(), kind.encode(), 0, None)
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    for role in ROLES:
        child = os.fork()
        if not child:
            try:
                line = json.dumps(attacked(role, 1))
            except BaseException:  # noqa: BLE001 -- whatever it is, it has to be seen
                traceback.print_exc()
                os._exit(1)
            os.write(1, f"RESULT {line}\n".encode())
            os._exit(0)
        print(role, "ended with", os.waitpid(child, 0)[1], flush=True)
    libc.sync()
    libc.reboot(POWER_OFF)


sys.path.insert(0, "/")
main()
