"""The supervisor's look at its processes from outside, before an eye gets its first lease."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from edgekit.bridge.port import path_of
from edgekit.config import Confinement, Settings
from edgekit.confine.census import (
    Census,
    census,
    filters_of,
    inherited_by,
    is_sealed,
    require_filtered,
)
from edgekit.confine.rules import Stage
from edgekit.errors import SealError
from edgekit.node.processes.process import Process
from edgekit.node.walls.posture import stage_of
from edgekit.provenance import Seal, Users, Wall

PATIENCE_S = 60.0
"""A process that has no seal by then has none; a cold card loads libraries for tens of seconds."""

MAKERS_PATIENCE_S = 3.0
"""Where a seal may be missing, nobody waits for it as long."""

_LIBCAMERAS = (
    *("/dev/media", "/dev/video", "/dev/v4l-subdev", "/dev/dma_heap/", "/dmabuf:"),
    *("anon_inode:dmabuf", "anon_inode:[eventfd]"),
)
"""What libcamera holds open and shares with its devices; no list of calls stands behind it."""

_CAPTURE = "/dev/snd/pcm"
"""A microphone's device: it ends in a c; what plays sound ends in a p, and is not held."""

THREE = ("eye", "clerk", "herald")


@dataclass(slots=True)
class Guard:
    """What the supervisor has seen of each process's seal, and of whose they are.

    Args:
        settings: the site's; ``confinement = "maker"`` lets unconfined processes go on.
        warn: told what is missing where that is tolerated.
    """

    settings: Settings
    warn: Callable[[str], None]
    seals: dict[str, Seal] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    @property
    def _strict(self) -> bool:
        return self.settings.site.confinement is Confinement.STRICT

    @property
    def wall(self) -> Wall:
        """What a record may say of the three: of each as it was seen last."""
        sensing = self._sensing
        seals = {role: self.seals.get(role, Seal.NONE) for role in (*sensing, *THREE[1:])}
        own = len({self.users.get(role, 0) for role in seals} - {0}) == len(seals)
        return Wall(
            # Of what senses, a camera or probes, the one that is least confined.
            eye=min((seals[role] for role in sensing), key=list(Seal).index),
            clerk=seals["clerk"],
            herald=seals["herald"],
            users=Users.OWN if own else Users.SAME,
        )

    @property
    def _sensing(self) -> tuple[str, ...]:
        steward = ("steward",) if self.settings.systems else ()
        return (*(("eye",) if self.settings.camera.there else ()), *steward)

    def forget(self, role: str) -> None:
        """A process has ended: the next one has to be looked at."""
        self.known.discard(role)

    def knows(self, role: str) -> bool:
        """Whether this process was looked at."""
        return role in self.known

    def ready(self, role: str, process: Process, age_s: float) -> bool:
        """Whether a process has put up its last filter, or has had time enough for it.

        An eye says itself when it is ready, through the clerk.
        """
        patience_s = PATIENCE_S if self._strict else MAKERS_PATIENCE_S
        return age_s > patience_s or filters_of(process.pid) >= self.filters(role, process.pid)

    def look(self, role: str, process: Process, outs: Collection[str]) -> Seal | None:
        """Return how far a process is confined; None where it has ended meanwhile.

        Args:
            role: which of them.
            process: it.
            outs: what it may hold open for writing, as /proc shows it.

        Raises:
            SealError: it is not sealed, and has to be.
        """
        try:
            seen = census(process.pid)
            allowed = [*outs, os.devnull, *self._source_outs(role, seen)]
            inherited = inherited_by(process.pid)
            require_filtered(seen, allowed=allowed, inherited=inherited)
            seal = self._seal_of(role, seen)
        except SealError as error:
            if process.poll() is not None:
                return None
            if self._strict:
                raise
            self.warn(str(error))
            seal = Seal.NONE
        else:
            self.users[role] = seen.user
        self.seals[role] = seal
        self.known.add(role)
        return seal

    def _seal_of(self, role: str, seen: Census) -> Seal:
        if is_sealed(seen, filters=self.filters(role, seen.pid)):
            return Seal.SEALED
        if self._strict:
            raise SealError(
                f"process {seen.pid}, the {role}, has its first filter but no seal",
                hint="use a kernel of 5.9 or later, which tells how many filters stand; a machine "
                f"that takes over {PATIENCE_S:.0f} s to load a process is too slow",
            )
        return Seal.PARTIAL

    def filters(self, role: str, pid: int) -> int:
        """Return how many filters a sealed process has; a container or service adds its own."""
        camera = role == "eye" and stage_of(self.settings.camera) is Stage.CAMERA_OPEN
        return inherited_by(pid) + (3 if camera else 2)

    def _source_outs(self, role: str, seen: Census) -> list[str]:
        """Return what the source itself needs open: a device, or the call that was made."""
        held = [one.target for one in seen.descriptors or ()]
        if role == "eye" and self.settings.camera.by_libcamera:
            return [one for one in (*held, *(seen.shared or ())) if one.startswith(_LIBCAMERAS)]
        if role == "steward":
            wired = [port for one in self.settings.systems for port in one.ports]
            ports = [str(Path(path_of(port)).resolve()) for port in wired]
            return [one for one in held if one in ports or one.startswith("pipe:")]
        if role == "fetcher" or (role == "herald" and self.settings.broker is not None):
            return [one for one in held if one.startswith("socket:")]
        if role == "page" and self.settings.web is not None:
            # Its doors, where a porter opened them, and the pair by which its loop wakes itself.
            sockets = [one for one in held if one.startswith("socket:")]
            return sockets[: len(self.settings.web.listen) + 2]
        device = self.settings.camera.device
        if self.settings.camera.hears and role == "eye":
            return [one for one in held if one.startswith(_CAPTURE) and one.endswith("c")]
        # A serial port has a name that stays, which leads to one that does not.
        return [os.path.realpath(device)] if role == "eye" and device else []
