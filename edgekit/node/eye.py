"""The eye: sees, counts, and can say 24 bytes at a time. It holds no key and knows no address.

Its first filter stood before any of this was loaded (`edgekit.node.entry`). It reads the
organisation's authorisation itself, opens its source, seals itself, reads the model, and takes no
frame without a live lease. When the lease ends, so does this eye.
"""

import os
import select
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.config import Confinement
from edgekit.confine.allowance import eye_allowance
from edgekit.confine.filter import install, seal
from edgekit.confine.hygiene import hide_memory
from edgekit.confine.rules import Stage
from edgekit.consent.lease import LEASE_BYTES, Lease, LeaseKind
from edgekit.consent.remembered import require_since
from edgekit.consent.terms import SensorKind
from edgekit.errors import ConsentError, EdgekitError, SealError
from edgekit.node.clock import now_ms
from edgekit.node.log import say
from edgekit.node.processes.fault import EXIT_BASE, fault_of
from edgekit.node.sensing.origins import Origins
from edgekit.node.sensing.pace import Pace
from edgekit.node.sensing.voice import Voice
from edgekit.node.site import Site, head_of, load_site
from edgekit.records import Fault, Health, Kind, Quality

if TYPE_CHECKING:
    from edgekit.node.sensing.hearing import Hearing
    from edgekit.node.sensing.seeing import AnySight
    from edgekit.node.sensing.tongue import Glance

HEARTBEAT_MS = 1_000
PICTURE_MS = 5_000
WISH_MS = 5_000
"""A marker that is held up is told at once, and again so often while nothing comes of it."""


class LeaseEndedError(ConsentError):
    """Permission to see has ended; nothing is wrong."""


class LeaseLine:
    """The way back: permission to see, for half a minute at a time."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self._lease: Lease | None = None
        self.least_version = 0
        """The newest version that any lease has named: none that comes later lowers it."""

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
            self.least_version = max(self.least_version, lease.version)
            self._lease = lease


class Eye:
    """One life of the eye, from its first filter to its last frame.

    Args:
        site: settings and authority.
        leases: permission to see.
        voice: what it can say.
        origins: where models lie and pictures come from.
    """

    def __init__(self, site: Site, leases: LeaseLine, voice: Voice, origins: Origins) -> None:
        self._site = site
        self._leases = leases
        self._voice = voice
        self._origins = origins
        self._device = site.settings.camera.device is not None
        self.sealed = False
        self._pace = Pace()
        self._health = Health.GOOD
        self._quality = Quality.GOOD
        self._frames = 0
        self._beat_ms = 0
        self._picture_ms = 0
        self._wished_ms = 0

    def look(self, generation: int) -> None:
        """See until the source ends; raises one of ours when seeing has to end before."""
        if self._site.settings.camera.by_libcamera:
            self._put_up(_no_list_for_libcamera)
        if self._site.settings.camera.hears:
            self._listen(generation)
            return
        sight = self._open()
        try:
            self._seal()
            sight.settle()
            self._greet(generation)
            sight.start()
            self._beat_ms = now_ms()
            while self._turn(sight):
                pass
        finally:
            sight.close()

    def _listen(self, generation: int) -> None:
        """Hear until the source ends."""
        from edgekit.node.sensing.hearing import Hearing  # noqa: PLC0415 -- as in `_open`

        hearing = Hearing(self._site, clock_ms=now_ms, on_open=self._narrow)
        try:
            self._seal(microphone=hearing.descriptor)
            self._greet(generation)
            hearing.start()
            while self._hear(hearing):
                pass
        finally:
            hearing.close()

    def _hear(self, hearing: "Hearing") -> bool:
        self._require_authority(now_ms())
        words = hearing.step()
        self._require_authority(now_ms())
        for t_ms, channel, kind, value in words or ():
            self._voice.say(channel, kind, value, t_ms=t_ms)
        return words is not None

    def _greet(self, generation: int) -> None:
        """Say who it is and what it has read; wait for a lease."""
        self._voice.say(0, Kind.HELLO, generation)
        self._voice.say(0, Kind.AUTHORITY, head_of(self._site.authorisation.digest))
        self._leases.wait()
        hide_memory()

    def _open(self) -> "AnySight":
        # Not at the top: what takes long to load must not hold up the reading of the authority.
        from edgekit.node.sensing.seeing import open_sight  # noqa: PLC0415 -- see above

        return open_sight(self._site, self._origins, self._narrow)

    def _narrow(self) -> None:
        """The source is open: no further device may be."""
        if self._device:
            self._put_up(lambda: install(Stage.FILES))

    def _seal(self, *, microphone: int | None = None) -> None:
        """From here on it may do what is listed, and has no words but its numbers."""
        if self._site.settings.camera.by_libcamera:
            return
        camera = self._device and self._site.settings.camera.sensor is SensorKind.CAMERA
        outs = self._voice.outs
        allowance = eye_allowance(pid=os.getpid(), outs=outs, camera=camera, microphone=microphone)
        words = sys.stderr.fileno()
        kept = os.dup(words)
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), words)
        self.sealed = self._put_up(lambda: seal(allowance), failing=lambda: os.dup2(kept, words))
        os.close(kept)

    def _put_up(
        self, wall: Callable[[], None], *, failing: Callable[[], object] = lambda: None
    ) -> bool:
        """Return whether it stands now; raise SealError where it has to and does not."""
        try:
            wall()
        except SealError as error:
            failing()
            if self._site.settings.site.confinement is Confinement.STRICT:
                raise
            say("warning", f"unsealed, as the settings allow: {error}")
            return False
        return True

    def _turn(self, sight: "AnySight") -> bool:
        self._require_authority(now_ms())
        glance = sight.step()
        # A frame takes its time: what came after the end of the authority is never told.
        now = now_ms()
        self._require_authority(now)
        for channel, kind, value in self._pace.take(glance.passages if glance else (), now):
            self._voice.say(channel, kind, value, t_ms=now)
        if glance is None:
            self._show(sight)
            return False
        self._frames += 1
        if sight.marker and now - self._wished_ms >= WISH_MS:
            self._wished_ms = now
            self._voice.say(0, Kind.MARKER, 1)
        if glance.health is not self._health:
            self._health = glance.health
            self._voice.say(0, Kind.HEALTH, glance.health, t_ms=now)
        self._beat(sight, glance, now)
        return True

    def _require_authority(self, at_ms: int) -> None:
        self._leases.require_live(at_ms)
        require_since(self._site.authorisation, self._leases.least_version)
        self._site.authorisation.require_open(at_ms // 1000)

    def _beat(self, sight: "AnySight", glance: "Glance", now: int) -> None:
        if now - self._beat_ms >= HEARTBEAT_MS:
            self._beat_ms = now
            for channel, kind, value in glance.levels:
                self._voice.say(channel, kind, value, t_ms=now)
            if glance.quality is not self._quality:
                self._quality = glance.quality
                self._voice.say(0, Kind.QUALITY, glance.quality, t_ms=now)
            self._voice.say(0, Kind.HEARTBEAT, self._frames, t_ms=now)
            self._frames = 0
        if now - self._picture_ms >= PICTURE_MS:
            self._picture_ms = now
            self._show(sight)

    def _show(self, sight: "AnySight") -> None:
        if (picture := sight.covered_picture()) is not None:
            self._voice.show(picture)


def _no_list_for_libcamera() -> None:
    raise SealError(
        "libcamera steers its camera by calls that a sealed eye does not have",
        hint='use a USB camera, or set confinement = "maker": records then say that the eye is '
        "partly sealed",
    )


def run(path: Path, generation: int, leases: LeaseLine, voice: Voice, origins: Origins) -> int:
    """Live one eye's life; return its exit code."""
    eye: Eye | None = None
    try:
        site = load_site(path, now_s=now_ms() // 1000)
        # The clerk remembers it, too: this is what holds where the clerk errs.
        require_since(site.authorisation, origins.least_version)
        eye = Eye(site, leases, voice, origins)
        eye.look(generation)
    except LeaseEndedError:
        return _farewell(voice, Fault.NO_LEASE)
    except BrokenPipeError:
        return EXIT_BASE + Fault.NO_LEASE
    except EdgekitError as error:
        if eye is None or not eye.sealed:
            say("error", str(error), error=error)
        return _farewell(voice, fault_of(error))
    _farewell(voice, Fault.SOURCE_ENDED)
    return 0


def _farewell(voice: Voice, fault: Fault) -> int:
    voice.last_word(fault)
    return EXIT_BASE + fault


def main(words: Sequence[str]) -> int:
    """Run as a process of the node."""
    path, models = map(Path, words[:2])
    generation, least, seen_fd, lease_fd, picture_fd, *stream_fd = map(int, words[2:])
    voice = Voice(seen_fd, picture_fd, clock_ms=now_ms)
    stream = stream_fd[0] if stream_fd else None
    origins = Origins(models=models, stream_fd=stream, least_version=least)
    return run(path, generation, LeaseLine(lease_fd), voice, origins)
