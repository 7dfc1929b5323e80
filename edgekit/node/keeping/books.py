"""The clerk's books: releases are signed in order, written to the ledger, and only then told."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from edgekit import __version__
from edgekit.errors import ConsentError, EdgekitError, LedgerError
from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.store import Ledger
from edgekit.node.keeping.drivers import Drivers
from edgekit.node.keeping.enrolled import Enrolled
from edgekit.node.keeping.memory import Memory
from edgekit.node.keeping.retention import Retention
from edgekit.node.site import Site
from edgekit.provenance import Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Event,
    RecordHead,
    SignedRecord,
    Status,
    Unit,
)
from edgekit.signers.open import open_signer
from edgekit.signing.batch import Batch
from edgekit.signing.canonical import JsonValue
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import PublicKey, Signer
from edgekit.signing.record import read_payload
from edgekit.signing.scribe import Scribe

LEDGER = "ledger.sqlite"
PAGE = 256
"""So many records are read at once to find the end of the last window."""


class Books:
    """Signs and keeps.

    Args:
        ledger: where records are kept; its size is the next sequence number.
        signer: the device's key.
        head: what every record of this boot has in common; sequence, clock and wall are filled in.
        memory: of earlier authorisations, and of pauses.
    """

    def __init__(self, ledger: Ledger, signer: Signer, head: RecordHead, memory: Memory) -> None:
        self.ledger = ledger
        self.memory = memory
        self._since = memory.remembered.clock_size
        self._mended_s = memory.remembered.clock_s
        if self._since:
            self._mended_s = max([self._mended_s, *map(_time_of, self._fields())])
        self._signer = signer
        self._scribe = Scribe(head, signer)

    def retention(self, duration: str) -> Retention:
        """Return what erases the numbers that are older than this duration (ISO 8601-1, 5.5.2)."""
        return Retention(self.ledger, duration, (self._since, self.memory.remembered.clock_s))

    @property
    def public_key(self) -> PublicKey:
        """The device's, which anybody may have."""
        return self._signer.public_key

    @property
    def last_t_s(self) -> int | None:
        """Time of the newest record that counts: none from before a wrong clock was set right."""
        return self._mended_s if self._since else self.ledger.last_t_s

    def write(
        self, releases: Sequence[Aggregate | Event], *, clock: ClockTrust, wall: Wall
    ) -> None:
        """Sign the releases and a checkpoint over all, and commit them in one transaction.

        Raises:
            LedgerError: nothing was kept; the same call may be tried again.
        """
        self.ledger.append(self._batch(releases, clock, wall), self._signer)
        times = (one.t_s if isinstance(one, Event) else one.window_start_s for one in releases)
        self._mended_s = max([self._mended_s, *times])

    def signed(
        self, releases: Sequence[Aggregate | Event], *, clock: ClockTrust, wall: Wall
    ) -> list[SignedRecord]:
        """Return the records that `write` would keep next, without keeping them."""
        return list(self._batch(releases, clock, wall).records)

    def _batch(self, releases: Sequence[Aggregate | Event], clock: ClockTrust, wall: Wall) -> Batch:
        return self._scribe.sign(releases, self.ledger.size, clock=clock, wall=wall)

    def forget_enrolled(self, directory: Path) -> int:
        """Destroy the keys of all who are enrolled on this device; return how many they were.

        Raises LedgerError where the disk does not let it.
        """
        return Enrolled(directory, self._signer, os.urandom).erase_all()

    def drivers(self, site: Site) -> Drivers:
        """Return whether a driver has said yes, where the eye is to watch one."""
        folder = site.settings.storage.directory
        return Drivers(site.authorisation, lambda: Enrolled(folder, self._signer, os.urandom))

    def resume_s(self) -> int | None:
        """Return the end of the last window that is in the ledger, or None."""
        return next((end_s for end_s, _ in self._windows()), None)

    def last_people(self, since_s: Mapping[str, int]) -> dict[str, int]:
        """Return the number that each of these metrics was last released with since then.

        So no exact number has to be kept on a disk to be known after a restart; what was
        suppressed counts as nobody.
        """
        found: dict[str, int] = {}
        for end_s, fields in self._windows():
            if end_s <= min(since_s.values(), default=end_s) or len(found) == len(since_s):
                break
            metric, people = fields["metric"], fields.get(Unit.PEOPLE, 0)
            recent = isinstance(metric, str) and end_s > since_s.get(metric, end_s)
            if recent and fields["status"] != Status.GAP:
                found.setdefault(str(metric), people if isinstance(people, int) else 0)
        return found

    def _windows(self) -> Iterator[tuple[int, Mapping[str, JsonValue]]]:
        """Yield the aggregates of the ledger from the last to the first: end, fields."""
        for fields in self._fields():
            start_s, window_s = fields.get("window_start_s"), fields.get("window_s")
            if isinstance(start_s, int) and isinstance(window_s, int):
                yield start_s + window_s, fields

    def _fields(self) -> Iterator[Mapping[str, JsonValue]]:
        """Yield the records whose times count, from the last to the first."""
        for end in range(self.ledger.size, self._since, -PAGE):
            start = max(self._since, end - PAGE)
            for record in reversed(self.ledger.records(start, end - start)):
                yield read_payload(Envelope.from_bytes(record.envelope).payload)


def _time_of(fields: Mapping[str, JsonValue]) -> int:
    time_s = fields.get("window_start_s", fields.get("t_s"))
    return time_s if isinstance(time_s, int) else 0


def _require_profile(ledger: Ledger, site: Site) -> None:
    """Exact records of `local` must not stand in the export of a public place."""
    kept = _last_kept(ledger)
    if kept is None:
        return
    last = read_payload(Envelope.from_bytes(kept.envelope).payload)
    wanted = site.settings.site.profile
    if last["profile"] != wanted:
        raise LedgerError(
            f"the ledger holds records of profile {last['profile']}: expected {wanted}",
            hint="set storage.directory to a new folder: each profile has a ledger of its own",
        )


def _last_kept(ledger: Ledger) -> SignedRecord | None:
    """Return the last record that was not erased when its time was over."""
    for end in range(ledger.size, 0, -PAGE):
        if found := ledger.records(max(0, end - PAGE), PAGE):
            return found[-1]
    return None


def open_books(site: Site) -> Books:
    """Open the ledger of this device and site, with its key.

    Raises:
        ConfigError: no key, or one that others can read.
        ConsentError: the device has authorised itself, or the authorisation was withdrawn here or
            is older than one that was in force.
        LedgerError: the ledger is another device's or profile's, damaged or cannot be written.
    """
    signer = open_signer(site.settings.keys.device)
    if signer.key_id == site.organisation:
        raise ConsentError(
            "the organisation's key is the device's own: a device cannot allow itself",
            hint="give the organisation a key of its own: edgekit authorise --make-key",
        )
    directory = site.settings.storage.directory
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = site.settings.site.name
    ledger = Ledger.open(
        directory / LEDGER, origin=origin_of(name, signer.key_id), entropy=os.urandom
    )
    try:
        _require_profile(ledger, site)
        memory = Memory(directory, ledger, signer)
        memory.remembered.require(site.authorisation)
        document = site.settings.authorisation.file.read_bytes()
        ledger.put_document(site.authorisation.digest, document)
    except (EdgekitError, OSError):
        ledger.close()
        raise
    head = RecordHead(
        device=signer.key_id,
        site=name,
        boot=os.urandom(8).hex(),
        sequence=0,
        clock=ClockTrust.NONE,
        wall=Wall(),
        source=site.settings.camera.kind,
        authorisation=site.authorisation.digest,
        notice=site.authorisation.notice_digest,
        authority=site.authority,
        software=f"edgekit {__version__}",
    )
    return Books(ledger, signer, head, memory)
