"""Looking at a process from outside: is it confined, what does it hold, whom did it start?

    require_filtered(census(pid), allowed=[os.readlink(f"/proc/self/fd/{pipe}")])

The supervisor asks this, not the process itself. After `hygiene` a process of the same user hides
its descriptors (they are None then, for all but root): take the census before, or say that
unknown ones are accepted. Its threads, filters and children stay readable.

Source: proc(5), /proc/pid/status, /proc/pid/fd, /proc/pid/fdinfo.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import SealError

_FILTERED = 2  # SECCOMP_MODE_FILTER
_ACCESS, _READ_ONLY = 0o3, 0o0  # O_ACCMODE, O_RDONLY
_INERT = ("anon_inode:[eventfd]", "anon_inode:[eventpoll]", "anon_inode:[timerfd]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """Something open: its number, what it leads to (``pipe:[1234]``, a path), and how."""

    number: int
    target: str
    writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What a process was when it was looked at.

    ``seccomp_modes`` and ``no_new_privs`` follow ``threads``; ``descriptors`` is None where they
    cannot be read.
    """

    pid: int
    threads: tuple[int, ...]
    seccomp_modes: tuple[int, ...]
    no_new_privs: tuple[bool, ...]
    descriptors: tuple[Descriptor, ...] | None
    children: tuple[int, ...]


def census(pid: int, *, proc: Path = Path("/proc")) -> Census:
    """Look at a process.

    Raises:
        SealError: it is gone, or /proc does not show it.
    """
    home = proc / str(pid)
    statuses = {}
    for thread in _numbered(home / "task"):
        status = _status(home / "task" / str(thread))
        if status is not None:
            statuses[thread] = status
    if not statuses:
        raise SealError(f"process {pid} is not there to be looked at")
    try:
        descriptors = tuple(_descriptors(home))
    except PermissionError:
        descriptors = None
    return Census(
        pid=pid,
        threads=tuple(statuses),
        seccomp_modes=tuple(int(status.get("Seccomp", "0")) for status in statuses.values()),
        no_new_privs=tuple(status.get("NoNewPrivs") == "1" for status in statuses.values()),
        descriptors=descriptors,
        children=tuple(_children(pid, proc)),
    )


def require_filtered(
    seen: Census, *, allowed: Collection[str] = (), unknown_descriptors: bool = False
) -> None:
    """Raise SealError, naming all that is wrong, unless the process is confined.

    Args:
        seen: the census.
        allowed: targets that may be open for writing or be sockets, as /proc shows them:
            ``pipe:[1234]``, ``/dev/video0``, ``/dev/null``.
        unknown_descriptors: accept descriptors that cannot be read.
    """
    faults = [
        f"thread {thread} has no filter"
        for thread, mode in zip(seen.threads, seen.seccomp_modes, strict=True)
        if mode != _FILTERED
    ]
    faults += [
        f"thread {thread} may gain privileges"
        for thread, kept in zip(seen.threads, seen.no_new_privs, strict=True)
        if not kept
    ]
    faults += [f"it started process {child}" for child in seen.children]
    if seen.descriptors is None:
        faults += [] if unknown_descriptors else ["its descriptors cannot be read"]
    else:
        faults += [
            f"descriptor {held.number} leads out: {held.target}"
            for held in seen.descriptors
            if held.writable and held.target not in {*allowed, *_INERT}
        ]
    if faults:
        raise SealError(
            f"process {seen.pid} is not confined: {'; '.join(faults)}",
            hint="end it: nothing that it says can be trusted",
        )


def _numbered(folder: Path) -> list[int]:
    try:
        return sorted(int(entry.name) for entry in folder.iterdir() if entry.name.isdigit())
    except FileNotFoundError:
        return []


def _status(home: Path) -> dict[str, str] | None:
    """Read a status file; None where the thread or process has ended meanwhile."""
    try:
        lines = (home / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _descriptors(home: Path) -> list[Descriptor]:
    found = []
    for number in _numbered(home / "fd"):
        try:
            target = str((home / "fd" / str(number)).readlink())
            info = (home / "fdinfo" / str(number)).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue  # closed since it was listed
        flags = next(line.split()[1] for line in info.splitlines() if line.startswith("flags:"))
        writable = int(flags, 8) & _ACCESS != _READ_ONLY
        found.append(Descriptor(number=number, target=target, writable=writable))
    return found


def _children(pid: int, proc: Path) -> list[int]:
    statuses = ((other, _status(proc / str(other))) for other in _numbered(proc))
    return [other for other, status in statuses if status and status.get("PPid") == str(pid)]
