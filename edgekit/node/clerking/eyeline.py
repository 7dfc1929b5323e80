"""The clerk's ends of one eye's pipes: what it says, the leases it gets, its covered picture."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from edgekit.consent.lease import LEASE_S, Lease
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.terms import SensorKind
from edgekit.errors import PipeError
from edgekit.node import pipe
from edgekit.node.clock import steady_ms
from edgekit.node.control import close_all
from edgekit.node.log import say
from edgekit.node.rhythm import SECOND_MS
from edgekit.node.sensing.voice import PICTURE_BEGINS, PictureReader
from edgekit.node.site import Site, head_of
from edgekit.privacy.systems import eyes_kinds
from edgekit.privacy.tally import Channel
from edgekit.records import Fault, Kind, Observation

READ_BYTES = 65_536
RENEW_MS = 5_000

SILENT_MS = 15_000
"""An eye whose source is silent ends by itself long before; one that says nothing hangs."""

PICTURE_EVERY_MS = 2_500
PICTURES_AT_ONCE = 3
"""An eye shows one covered picture in five seconds, and one when its source ends."""

EYES_READINGS = (0, 140)
"""Decibels, or how many nearly met at once: no number of an eye is larger."""

START_MS = 60_000
"""Loading and opening can take this long on the smallest machines."""


PREVIEW = "preview.jpg"


def preview_of(site: Site) -> Path | None:
    """Return where a covered picture goes; None, and no old one, where none is authorised."""
    preview = site.settings.storage.directory / PREVIEW
    if site.authorisation.covered_preview:
        return preview
    preview.unlink(missing_ok=True)
    return None


class EyeLine:
    """One eye as the clerk knows it.

    Args:
        generation: the number that the supervisor gave it.
        descriptors: observations, leases, pictures.
        channels: what each channel means.
        allowed: what it has to have read; every lease names the version.
    """

    def __init__(
        self,
        generation: int,
        descriptors: tuple[int, ...],
        channels: Mapping[int, Channel],
        allowed: SiteAuthorisation,
    ) -> None:
        self.generation = generation
        self.seen_fd, self._lease_fd, self.picture_fd = descriptors
        for descriptor in descriptors:
            os.set_blocking(descriptor, False)
        self._state = pipe.PipeState(
            generation=generation,
            kinds=eyes_kinds(allowed, channels),
            readings=EYES_READINGS,
            heard_window_ms=allowed.window_s * SECOND_MS
            if allowed.eye is SensorKind.MICROPHONE
            else 0,
        )
        self._buffer = b""
        self._pictures = PictureReader()
        self._begun_ms = steady_ms()
        self._serial = 0
        self._authority = head_of(allowed.digest)
        self._version = allowed.version
        self._authorised = False
        self.held_back = False
        """Whether the second look held pictures back within the last whole hour."""
        self.verified = False
        self.greeted = False
        self.fault: Fault | None = None
        self.lease_until_ms = 0
        self._heard_ms = steady_ms()

    @property
    def mute(self) -> bool:
        """Whether it has said nothing for so long that it must hang."""
        return steady_ms() - self._heard_ms > (SILENT_MS if self.greeted else START_MS)

    @property
    def may_see(self) -> bool:
        """Whether it has a lease; what it says without one is not heard."""
        return self.lease_until_ms > 0

    def lease_left(self, now_ms: int) -> str:
        """Return for how long it may see, in words."""
        left_ms = self.lease_until_ms - now_ms
        return f"{left_ms // 1000} s" if left_ms > 0 else "none"

    @property
    def ready(self) -> bool:
        """Whether it may have a lease.

        It has spoken, has read the same authorisation, was looked at from outside and has not said
        farewell.
        """
        return self.greeted and self._authorised and self.verified and self.fault is None

    def due(self, now_ms: int) -> bool:
        """Whether it may have a lease, and the one that it has is no longer new."""
        return self.ready and self.lease_until_ms - now_ms < LEASE_S * 1000 - RENEW_MS

    def read(self, now_ms: int) -> tuple[Observation, ...] | None:
        """Return what it has said under a lease, its hello and its farewell; None when it is gone.

        Raises:
            PipeError: it broke a rule and must end.
        """
        try:
            data = os.read(self.seen_fd, READ_BYTES)
        except BlockingIOError:
            return ()
        if not data:
            return None
        self._heard_ms = steady_ms()
        messages, self._buffer = pipe.split(self._buffer + data)
        heard = []
        for message in messages:
            self._state, seen = pipe.step(self._state, message, now_ms)
            self.greeted = self.greeted or seen.kind is Kind.HELLO
            if seen.kind is Kind.AUTHORITY:
                self._require_authority(seen.value)
            self.fault = Fault(seen.value) if seen.kind is Kind.FAULT else self.fault
            if self.may_see or seen.kind in (Kind.HELLO, Kind.FAULT):
                heard.append(seen)
        return tuple(heard)

    def _require_authority(self, value: int) -> None:
        """One that has read a document that was put in its place meanwhile sees nothing by it."""
        if value != self._authority:
            raise PipeError(
                "it has read another authorisation than the clerk: a new one takes a new start"
            )
        self._authorised = True

    def read_picture(self, path: Path | None) -> bool:
        """Keep the last reviewed picture at ``path``; False when no more will come.

        Raises:
            PipeError: what came is no reviewed picture, too many of them, or ``path`` is None:
                none is authorised.
        """
        try:
            data = os.read(self.picture_fd, 1_048_576)
        except BlockingIOError:
            return True
        if data and path is None:
            raise PipeError("a picture, and none is authorised")
        picture = self._pictures.feed(data)
        self._require_rate()
        if picture is not None and path is not None:
            draft = path.with_suffix(".new")
            reviewed = self._reviewed(picture)
            with suppress(OSError):  # a full disk costs the preview, nothing else
                draft.write_bytes(reviewed)
                draft.replace(path)
        return bool(data)

    def _reviewed(self, message: bytes) -> bytes:
        """The picture, behind one byte of how the last whole hour was."""
        if message[:1] not in (b"\0", b"\1") or not message.startswith(PICTURE_BEGINS, 1):
            raise PipeError(f"{len(message)} bytes that are no reviewed picture")
        if bool(message[0]) != self.held_back:
            self.held_back = bool(message[0])
            some = "pictures" if self.held_back else "no pictures"
            say("warning", f"the second look held {some} back within the last hour of them")
        return message[1:]

    def _require_rate(self) -> None:
        due = PICTURES_AT_ONCE + (steady_ms() - self._begun_ms) // PICTURE_EVERY_MS
        if self._pictures.whole > due:
            raise PipeError(f"more than one picture in {PICTURE_EVERY_MS} ms")

    def grant(self, now_ms: int) -> None:
        """Let it see for one lease from now."""
        self._send(Lease.grant(self._serial, now_ms, version=self._version))
        self.lease_until_ms = self._last.expires_ms

    def stop(self, now_ms: int) -> None:
        """End its seeing."""
        self._send(Lease.stop(self._serial, now_ms))
        self.lease_until_ms = 0

    def _send(self, lease: Lease) -> None:
        self._last = lease
        self._serial += 1
        with suppress(BrokenPipeError, BlockingIOError):  # an eye that is gone or deaf gets none
            os.write(self._lease_fd, lease.to_bytes())

    def close(self) -> None:
        """Close its pipes."""
        close_all((self.seen_fd, self._lease_fd, self.picture_fd))
