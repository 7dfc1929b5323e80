"""The eye: sees, counts, and can say 24 bytes at a time. It holds no key and knows no address.

It reads the organisation's authorisation itself, puts its first filter up before it touches camera
or model, and takes no frame without a live lease. When the lease ends, so does this eye.
"""

import os
import select
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.config import Confinement
from edgekit.confine.filter import install
from edgekit.confine.hygiene import hygiene
from edgekit.confine.rules import Stage
from edgekit.consent.lease import LEASE_BYTES, Lease, LeaseKind
from edgekit.errors import (
    ConsentError,
    EdgekitError,
    ModelError,
    SealError,
    SensorError,
)
from edgekit.node.clock import now_ms
from edgekit.node.log import say
from edgekit.node.pace import Pace
from edgekit.node.site import Site, load_site
from edgekit.node.voice import Voice
from edgekit.records import Fault, Health, Kind, Quality

if TYPE_CHECKING:
    from edgekit.node.sight import Sight
    from edgekit.node.tongue import Glance

HEARTBEAT_MS = 1_000
PICTURE_MS = 5_000

EXIT_BASE = 10
"""An eye that ends by itself exits with this plus its `Fault`; 0 when a source came to its end."""

FAULTS: tuple[tuple[type[EdgekitError], Fault], ...] = (
    (SensorError, Fault.SOURCE_LOST),
    (ModelError, Fault.MODEL),
    (ConsentError, Fault.NOT_AUTHORISED),
    (EdgekitError, Fault.INTERNAL),
)


class LeaseEndedError(ConsentError):
    """Permission to see has ended; nothing is wrong."""


class LeaseLine:
    """The way back: permission to see, for half a minute at a time."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self._lease: Lease | None = None

    def wait(self) -> None:
        """Block until the first lease; raises LeaseEndedError when none will come."""
        while self._lease is None:
            select.select([self._descriptor], [], [])
            self._read()

    def require_live(self, at_ms: int) -> None:
        """Raise LeaseEndedError unless a lease is live."""
        while select.select([self._descriptor], [], [], 0)[0]:
            self._read()
        if self._lease is None:
            raise LeaseEndedError("there has been no lease yet")
        try:
            self._lease.require_live(at_ms)
        except ConsentError as error:
            raise LeaseEndedError(str(error)) from error

    def _read(self) -> None:
        data = os.read(self._descriptor, 64 * LEASE_BYTES)
        if not data:
            raise LeaseEndedError("the clerk has gone and its leases with it")
        self._rest += data
        while len(self._rest) >= LEASE_BYTES:
            head, self._rest = self._rest[:LEASE_BYTES], self._rest[LEASE_BYTES:]
            lease = Lease.from_bytes(head)
            if lease.kind is LeaseKind.STOP:
                raise LeaseEndedError("the clerk said stop")
            self._lease = lease


class Eye:
    """One life of the eye, from its first filter to its last frame.

    Args:
        site: settings and authority.
        leases: permission to see.
        voice: what it can say.
    """

    def __init__(self, site: Site, leases: LeaseLine, voice: Voice) -> None:
        self._site = site
        self._leases = leases
        self._voice = voice
        self._pace = Pace()
        self._health = Health.GOOD
        self._quality = Quality.GOOD
        self._frames = 0
        self._beat_ms = 0
        self._picture_ms = 0

    def look(self, generation: int) -> None:
        """See until the source ends; raises one of ours when seeing has to end before."""
        before, *after = stages_for(self._site.settings.camera.source)
        self._filter(before)
        # Not at the top: camera, model and array code is loaded and run behind the first filter.
        from edgekit.node.sight import Sight  # noqa: PLC0415 -- see above

        sight = Sight(self._site, clock_ms=now_ms)
        try:
            for stage in after:
                self._filter(stage)
            self._voice.say(0, Kind.HELLO, generation)
            self._leases.wait()
            hygiene(die_with=os.getppid())
            sight.start()
            self._beat_ms = now_ms()
            while self._turn(sight):
                pass
        finally:
            sight.close()

    def _filter(self, stage: Stage) -> None:
        try:
            install(stage)
        except SealError as error:
            if self._site.settings.site.confinement is Confinement.STRICT:
                raise
            say("warning", f"unsealed, as the settings allow: {error}")

    def _turn(self, sight: "Sight") -> bool:
        now = now_ms()
        self._leases.require_live(now)
        self._site.authorisation.require_open(now // 1000)
        glance = sight.step()
        for channel, kind, value in self._pace.take(glance.passages if glance else (), now):
            self._voice.say(channel, kind, value)
        if glance is None:
            self._show(sight)
            return False
        self._frames += 1
        if glance.health is not self._health:
            self._health = glance.health
            self._voice.say(0, Kind.HEALTH, glance.health)
        self._beat(sight, glance)
        return True

    def _beat(self, sight: "Sight", glance: "Glance") -> None:
        now = now_ms()
        if now - self._beat_ms >= HEARTBEAT_MS:
            self._beat_ms = now
            for channel, kind, value in glance.levels:
                self._voice.say(channel, kind, value)
            if glance.quality is not self._quality:
                self._quality = glance.quality
                self._voice.say(0, Kind.QUALITY, glance.quality)
            self._voice.say(0, Kind.HEARTBEAT, self._frames)
            self._frames = 0
        if now - self._picture_ms >= PICTURE_MS:
            self._picture_ms = now
            self._show(sight)

    def _show(self, sight: "Sight") -> None:
        if (picture := sight.covered_picture()) is not None:
            self._voice.show(picture)


def stages_for(source: str) -> tuple[Stage, ...]:
    """Return the filters of a source: before it is opened, and what is stacked on top after."""
    if "://" in source:
        return Stage.STREAM_OPEN, Stage.STREAM
    if source.startswith("/dev/") or source.isdecimal():
        return Stage.CAMERA_OPEN, Stage.FILES
    return (Stage.FILES,)


def run(path: Path, generation: int, leases: LeaseLine, voice: Voice) -> int:
    """Live one eye's life; return its exit code."""
    try:
        Eye(load_site(path, now_s=now_ms() // 1000), leases, voice).look(generation)
    except LeaseEndedError as end:
        say("info", str(end))
        voice.last_word(Fault.NO_LEASE)
        return EXIT_BASE + Fault.NO_LEASE
    except BrokenPipeError:
        return EXIT_BASE + Fault.NO_LEASE
    except EdgekitError as error:
        say("error", str(error), error=error)
        fault = next(fault for kind, fault in FAULTS if isinstance(error, kind))
        voice.last_word(fault)
        return EXIT_BASE + fault
    voice.last_word(Fault.SOURCE_ENDED)
    return 0


def main() -> None:
    """Run as a process of the node."""
    path, generation, seen_fd, lease_fd, picture_fd = sys.argv[1:]
    voice = Voice(int(seen_fd), int(picture_fd), clock_ms=now_ms)
    sys.exit(run(Path(path), int(generation), LeaseLine(int(lease_fd)), voice))
