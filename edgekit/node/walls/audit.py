"""Attacking a site's walls just now: what was promised, how it was tried, what came of it.

    for finding in audit(settings):
        print(finding.who, finding.promise, finding.holds)

For each role a process is started behind the walls that the running one has; it is looked at from
outside and then tries to break out. The processes of a node that runs are looked at, too.
"""

import os
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from edgekit.config import Settings
from edgekit.confine.attempt import Attempt, Promise
from edgekit.confine.census import census, is_sealed
from edgekit.confine.landlock import landlock_abi
from edgekit.errors import SealError
from edgekit.node.clock import now_ms
from edgekit.node.control import close_all
from edgekit.node.processes.lock import is_held
from edgekit.node.processes.process import Process
from edgekit.node.processes.spawn import spawn
from edgekit.node.service.users import User, users_of
from edgekit.node.site import shows_pictures
from edgekit.node.status import PROCESSES, read_state
from edgekit.node.walls.attacked import READY, WORKING, found_in
from edgekit.node.walls.inspection import Guard
from edgekit.node.walls.posture import models_of, walls_of
from edgekit.provenance import Seal

PATIENCE_S = 60.0
"""Loading OpenCV and doing once what an eye does takes long on the smallest machines."""

ROLES = ("eye", "clerk", "herald")

WORKS = "it still does its work on a picture after all of this"
LOOKED_AT = "it is sealed, seen from outside: all threads, nothing open that leads out, no child"
RUNNING = "the process that runs now is sealed, and nobody debugs it"
OWN_USER = "it runs as a user of its own, who can open none of the others' files"
NO_DUMP = "what it holds in memory goes into no core dump"
NO_SWAP = "what it holds in memory is in no swap"


ONE_CALL = "it can call nobody: it speaks with the one that it called before, and with no other"
"""Instead of `Promise.CALLS`, where a process has called somebody before its closed list stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One promise about one process.

    Attributes:
        who: the role.
        promise: in plain words.
        tried: how it was tried.
        holds: whether it held.
        faults: what came through.
    """

    who: str
    promise: str
    tried: str
    holds: bool
    faults: tuple[str, ...] = ()


def roles_of(settings: Settings) -> tuple[str, ...]:
    """Return which processes a node of this site has."""
    eye = ("eye",) if settings.camera.there else ()
    fetcher = ("fetcher",) if "://" in settings.camera.source else ()
    reviewer = ("reviewer",) if shows_pictures(settings.path, now_s=now_ms() // 1000) else ()
    page = ("page",) if settings.web is not None else ()
    steward = ("steward",) if settings.systems else ()
    return (*eye, *fetcher, *reviewer, *ROLES[1:], *page, *steward)


def audit(settings: Settings) -> Iterator[Finding]:
    """Attack one role after the other; then look at the node, if one runs."""
    for role in roles_of(settings):
        yield from attack(role, settings)
    yield from look_at_running(settings)


def _callers(settings: Settings) -> tuple[str, ...]:
    """Return who speaks by a call that was made before the closed list stood."""
    return ("fetcher",) if settings.broker is None else ("fetcher", "herald")


def walls_here() -> str:
    """Say in one line what stands on this machine beside the filters."""
    abi = 0
    with suppress(SealError):
        abi = landlock_abi()
    landlock = f"Landlock {abi}" if abi else "no Landlock in this kernel"
    return f"seccomp on {os.uname().machine}, {landlock}, Linux {os.uname().release}"


def attack(role: str, settings: Settings) -> Iterator[Finding]:
    """Start a process behind the role's walls, look at it, and let it attack them."""
    seal, data, error = _attacked(role, settings)
    yield Finding(
        who=role,
        promise=LOOKED_AT,
        tried="read in /proc what the kernel says of it",
        holds=seal is Seal.SEALED,
        faults=() if seal is Seal.SEALED else (error or f"seal {seal}",),
    )
    found = found_in(data) if data else ()
    for one in _by_promise(role, found):
        called = one.promise == Promise.CALLS and role in _callers(settings)
        yield replace(one, promise=ONE_CALL) if called else one
    if role in WORKING or not found:
        faults = () if found else ("it ended before it had told what came of it",)
        yield Finding(
            who=role, promise=WORKS, tried="did it once more", holds=not faults, faults=faults
        )


def _attacked(role: str, settings: Settings) -> tuple[Seal, bytes, str]:
    """Return how sealed it was, what it found (nothing where it ended before), what was wrong."""
    walls = walls_of(role, settings, models=models_of(settings), die_with=os.getpid())
    (out_r, out_w), (go_r, go_w) = os.pipe(), os.pipe()
    held = (out_w, go_r)
    outs = [str(Path(f"/proc/self/fd/{fd}").readlink()) for fd in held]
    words = [str(settings.path), role, camera_path(settings), *map(str, (os.getpid(), *held))]
    with os.fdopen(out_r, "rb") as said, os.fdopen(go_w, "wb", buffering=0) as go:
        with Path(os.devnull).open("wb") as nowhere:
            log_fd = nowhere.fileno()
            user = users_of(settings).get(role)
            process = spawn("attacked", walls, words, pass_fds=held, log_fd=log_fd, user=user)
        close_all(held)
        hurry = threading.Timer(PATIENCE_S, process.kill)
        hurry.start()
        try:
            return _dialogue(role, settings, process, outs, said, go)
        finally:
            hurry.cancel()
            process.kill()
            process.wait()
            Path(f"{settings.path}.absent").unlink(missing_ok=True)  # an open wall let it be made


def _dialogue(
    role: str,
    settings: Settings,
    process: Process,
    outs: Collection[str],
    said: BinaryIO,
    go: BinaryIO,
) -> tuple[Seal, bytes, str]:
    if said.readline() != READY:
        return Seal.NONE, b"", "it could not put up its walls"
    wrong: list[str] = []
    try:
        seal = Guard(settings, warn=wrong.append).look(role, process, outs)
    except SealError as error:
        return Seal.NONE, b"", str(error)
    go.write(b"1")
    return seal or Seal.NONE, said.read(), "; ".join(wrong)


def _by_promise(role: str, found: Iterable[Attempt]) -> Iterator[Finding]:
    groups: dict[str, list[Attempt]] = {}
    for one in found:
        groups.setdefault(one.promise, []).append(one)
    for promise, tries in groups.items():
        through = [f"{one.words}: {one.outcome}" for one in tries if not one.denied]
        first = tries[0].words if len(tries) == 1 else f"{len(tries)} ways, as: {tries[0].words}"
        yield Finding(
            who=role, promise=promise, tried=first, holds=not through, faults=tuple(through)
        )


def camera_path(settings: Settings) -> str:
    """Return a camera of this machine; where there is none, another device that stands for one."""
    cameras = [settings.camera.device, *map(str, sorted(Path("/dev").glob("video*")))]
    return next((path for path in cameras if path and Path(path).exists()), "/dev/zero")


def look_at_running(settings: Settings) -> Iterator[Finding]:
    """Look from outside at the processes of the node that runs here now; nothing if none does."""
    directory = settings.storage.directory
    if not is_held(directory):
        return
    processes = read_state(directory / PROCESSES)
    for role in roles_of(settings):
        pid = dict(processes.get(role) or {}).get("pid")
        if pid is not None:
            yield from _look_at(role, int(pid), settings)


def _look_at(role: str, pid: int, settings: Settings) -> Iterator[Finding]:
    faults: list[str] = []
    try:
        seen = census(pid)
        if not is_sealed(seen, filters=Guard(settings, warn=faults.append).filters(role, pid)):
            faults.append("its closed list is missing")
        faults += [f"process {seen.tracer} debugs it"] if seen.tracer else []
        faults += [f"it started process {child}" for child in seen.children]
    except SealError as error:
        faults.append(str(error))
    yield Finding(
        who=role,
        promise=RUNNING,
        tried=f"read in /proc what the kernel says of process {pid}",
        holds=not faults,
        faults=tuple(faults),
    )
    yield from _memory(role, Path(f"/proc/{pid}"))
    if user := users_of(settings).get(role):
        yield _own_user(role, user, Path(f"/proc/{pid}"))


def _memory(role: str, home: Path) -> Iterator[Finding]:
    limits = _table(home / "limits", "Max core file size")
    swapped = _table(home / "status", "VmSwap:")
    for promise, where, value in ((NO_DUMP, "limits", limits), (NO_SWAP, "status", swapped)):
        holds = value == "0"
        yield Finding(
            who=role,
            promise=promise,
            tried=f"read {home / where}",
            holds=holds,
            faults=() if holds else (f"{value or 'it cannot be read'}",),
        )


def _own_user(role: str, user: User, home: Path) -> Finding:
    runs_as = _table(home / "status", "Uid:")
    holds = runs_as == str(user.uid)
    return Finding(
        who=role,
        promise=OWN_USER,
        tried=f"read {home / 'status'}, expecting {user.name}",
        holds=holds,
        faults=() if holds else (f"it is user {runs_as}'s",),
    )


def _table(path: Path, row: str) -> str:
    with suppress(OSError):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(row):
                return line.removeprefix(row).split()[0]
    return ""
