"""Looking at a process from outside: is it confined, what does it hold, whom did it start?

    require_filtered(census(pid), allowed=[os.readlink(f"/proc/self/fd/{pipe}")])

The supervisor asks this, not the process itself. After `hide_memory` a process of the same user
hides its descriptors (they are None then, for all but root): take the census before, or say that
unknown ones are accepted. Its threads, filters and children stay readable.

Source: proc(5), /proc/pid/status, /proc/pid/fd, /proc/pid/fdinfo.
"""

from collections.abc import Collection
from contextlib import suppress
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

    Attributes:
        pid: which process.
        threads: its threads; the next three follow them.
        seccomp_modes: 2 where filters stand.
        filters: how many of them; None where the kernel does not say (before Linux 5.9).
        no_new_privs: whether it can never gain privileges.
        descriptors: what it holds open; None where that cannot be read.
        shared: memory that it shares writably, as the paths behind it; None likewise.
        children: processes that it started.
        tracer: the process that debugs it, 0 for none.
        user: the number of its user.
    """

    pid: int
    threads: tuple[int, ...]
    seccomp_modes: tuple[int, ...]
    filters: tuple[int | None, ...]
    no_new_privs: tuple[bool, ...]
    descriptors: tuple[Descriptor, ...] | None
    shared: tuple[str, ...] | None
    children: tuple[int, ...]
    tracer: int
    user: int


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
    descriptors: tuple[Descriptor, ...] | None = None
    shared: tuple[str, ...] | None = None
    with suppress(PermissionError):
        descriptors = tuple(_descriptors(home))
        shared = tuple(_shared(home))
    own = next(iter(statuses.values()))
    return Census(
        pid=pid,
        threads=tuple(statuses),
        seccomp_modes=tuple(int(status.get("Seccomp", "0")) for status in statuses.values()),
        filters=tuple(_count(status.get("Seccomp_filters")) for status in statuses.values()),
        no_new_privs=tuple(status.get("NoNewPrivs") == "1" for status in statuses.values()),
        descriptors=descriptors,
        shared=shared,
        children=tuple(_children(pid, proc)),
        tracer=int(own.get("TracerPid", "0")),
        user=int(own.get("Uid", "0").split()[0]),
    )


def require_filtered(
    seen: Census,
    *,
    allowed: Collection[str] = (),
    unknown_descriptors: bool = False,
    inherited: int = 0,
) -> None:
    """Raise SealError, naming all that is wrong, unless the process is confined.

    Args:
        seen: the census.
        allowed: targets that may be open for writing or be sockets, as /proc shows them:
            ``pipe:[1234]``, ``/dev/video0``, ``/dev/null``.
        unknown_descriptors: accept descriptors that cannot be read.
        inherited: how many filters stood already before it began, as those of a container.
    """
    faults = [
        f"thread {thread} has no filter"
        for thread, mode, number in zip(seen.threads, seen.seccomp_modes, seen.filters, strict=True)
        if mode != _FILTERED or (number is not None and number <= inherited)
    ]
    faults += [
        f"thread {thread} may gain privileges"
        for thread, kept in zip(seen.threads, seen.no_new_privs, strict=True)
        if not kept
    ]
    faults += [f"it started process {child}" for child in seen.children]
    faults += [f"process {seen.tracer} debugs it"] if seen.tracer else []
    faults += [f"it shares memory: {path}" for path in seen.shared or () if path not in allowed]
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


def filters_of(pid: int, *, proc: Path = Path("/proc")) -> int:
    """Return how many filters stand on a process's first thread; 0 where that is not known."""
    status = _status(proc / str(pid)) or {}
    return _count(status.get("Seccomp_filters")) or 0


def inherited_by(pid: int, *, proc: Path = Path("/proc")) -> int:
    """Return how many filters a process was born with: those of whoever started it."""
    parent = (_status(proc / str(pid)) or {}).get("PPid", "0")
    return filters_of(int(parent), proc=proc)


def is_sealed(seen: Census, *, filters: int) -> bool:
    """Whether so many filters stand on every thread: the last of them is the closed list."""
    return all(number is not None and number >= filters for number in seen.filters)


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


def _shared(home: Path) -> list[str]:
    """Return what lies behind writable shared memory, from lines like ``… rw-s … /dev/video0``."""
    rows = (line.split(maxsplit=5) for line in (home / "maps").read_text("utf-8").splitlines())
    return [row[-1] for row in rows if row[1][1] == "w" and row[1][3] == "s"]


def _count(text: str | None) -> int | None:
    return None if text is None else int(text)


def _children(pid: int, proc: Path) -> list[int]:
    statuses = ((other, _status(proc / str(other))) for other in _numbered(proc))
    return [other for other, status in statuses if status and status.get("PPid") == str(pid)]
