"""A clerk and an eye over one site, without processes: the real rules, and a world that attacks.

Whatever is done to it, `frame` checks every frame that the eye takes against what the world itself
knows to be allowed: that is kept apart from the rules, in words of its own.
"""

from dataclasses import dataclass, field

from authority.papers import DEVICE, ORGANISATION, STRANGER, Clerk, Eye, digest_of, read, signed
from edgekit.consent.lease import Lease, LeaseKind
from edgekit.consent.objection import Objection, Word
from edgekit.consent.remembered import Remembered, recall
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.view import View
from edgekit.errors import ConsentError
from edgekit.node.clerking.permission import Permission
from edgekit.node.clock import BUILT_S
from edgekit.records import EventName

PAUSE_MS, DAY_PAUSE_MS = 900_000, 14_400_000
LEASE_MS, RENEW_MS = 30_000, 5_000


@dataclass
class World:
    """The site, the clocks, what is on the disk, and what is known to be true."""

    base: SiteAuthorisation
    now_ms: int = (BUILT_S + 1000) * 1000
    steady_ms: int = 0
    synced: bool = True
    documents: list[bytes] = field(default_factory=list)
    on_disk: bytes = b""
    kept: bytes | None = None
    ledger: list[tuple[str, str | None]] = field(default_factory=list)
    last_record_s: int | None = None
    clerk: Clerk | None = None
    eye: Eye | None = None
    frames: int = 0
    # What is true, whatever the rules say.
    withdrawn: set[str] = field(default_factory=set)
    newest: int = 0
    held_until_ms: int = 0
    public_until_ms: int = 0
    spent_ms: int = 0
    heard_t_s: int = 0
    turned_from: View | None = None
    versions: dict[str, int] = field(default_factory=dict)

    # What happens to the site.

    def sign(
        self,
        version: int,
        from_s: int,
        valid_s: int,
        *,
        forged: bool = False,
        redrawn: bool = False,
    ) -> None:
        """Make a document, maybe with another line; it is not on the device yet."""
        span_s = max(0, BUILT_S + from_s), valid_s
        digest, document = signed(self.base, version, span_s, forged=forged, redrawn=redrawn)
        self.versions[digest] = version
        self.documents.append(document)

    def install(self, index: int) -> None:
        """Put one of the documents on the device: a new one, or an old one again."""
        if self.documents:
            self.on_disk = self.documents[index % len(self.documents)]

    def pass_by(self, ms: int) -> None:
        """Time goes by."""
        self.now_ms += ms
        self.steady_ms += ms

    def leap(self, seconds: int) -> None:
        """Somebody sets the clock."""
        self.now_ms = max(0, self.now_ms + seconds * 1000)

    # What the node does.

    def boot(self) -> None:
        """The clerk starts, if it is down and authority lets it."""
        if self.clerk is not None:
            return
        try:
            site = read(self.on_disk)
            site.require_valid(self.now_ms // 1000)
            kept = Remembered()
            if self.kept is not None:
                kept = Remembered.verify(self.kept, DEVICE.public_key)
            else:  # what was left of pauses is kept nowhere else
                self.held_until_ms = self.public_until_ms = self.heard_t_s = 0
            since = [(n, *event) for n, event in enumerate(self.ledger)][kept.size :]
            remembered = recall(kept, since, version_of=lambda one: self.versions.get(one, 0))
            remembered = remembered.admitted(site)
        except ConsentError:
            return
        standing = remembered.standing(site, self.steady_ms)
        self.clerk = Clerk(
            Permission(
                site,
                last_record_s=lambda: self.last_record_s,
                synced=lambda: self.synced,
                steady_ms=lambda: self.steady_ms,
                standing=standing,
            ),
            remembered,
            remembered.digest,
        )
        if remembered.digest != kept.digest:
            self.held_until_ms = self.heard_t_s = 0
        self.newest = max(self.newest, site.version)
        self._write(EventName.AUTHORISED, remembered.digest)

    def crash(self) -> None:
        """The clerk falls: its pipes end, and the eye with them."""
        self.clerk = None
        if self.eye is not None:
            self.eye.ended = True

    def turn(self) -> None:
        """One turn of the clerk, as `edgekit.node.clerk` does it."""
        clerk = self.clerk
        if clerk is None:
            return
        shut = clerk.permission.why_shut(self.now_ms)
        told = clerk.permission.told()
        for name in told:
            self._write(name, self._about(name, clerk))
        if told:
            self._keep(clerk)
        if shut is not None:
            if self.eye is not None:
                self.eye.pipe.append(Lease.stop(0, self.now_ms).to_bytes())
            clerk.granted_ms = None
        elif self.eye is None or self.eye.ended:
            self._new_eye(clerk)
        elif clerk.granted_ms is None or self.now_ms - clerk.granted_ms > RENEW_MS:
            self.eye.pipe.append(Lease.grant(0, self.now_ms).to_bytes())
            clerk.granted_ms = self.now_ms

    def press(self) -> None:
        """Somebody there asks for a pause."""
        if self.clerk is None:
            return
        try:
            self.clerk.permission.ask()
        except ConsentError:
            return
        if self.spent_ms + PAUSE_MS <= DAY_PAUSE_MS:
            self.public_until_ms = self.steady_ms + PAUSE_MS
        self.spent_ms += PAUSE_MS
        self.turn()
        self._keep(self.clerk)

    def turn_camera(self) -> None:
        """Somebody turns the camera, and an eye that sees finds it out and says so."""
        if self.clerk is None or not self.frame():
            return
        self.clerk.permission.turned()
        self.turned_from = self.clerk.permission.standing.authorisation.view
        self.turn()
        self._keep(self.clerk)

    def say(self, word: Word, t_s: int, minutes: int | None, *, forged: bool = False) -> None:
        """A word about the document on the disk reaches the clerk, from whomever."""
        clerk = self.clerk
        if clerk is None:
            return
        site = clerk.permission.standing.authorisation
        minutes = minutes if word is Word.PAUSE else None
        spoken = Objection.about(site, word, t_s=t_s, minutes=minutes)
        data = spoken.sign(STRANGER if forged else ORGANISATION)
        try:
            clerk.permission.obey(Objection.verify(data, organisation=ORGANISATION.public_key))
        except ConsentError:
            return
        assert not forged
        if word is not Word.WITHDRAW:
            assert t_s > self.heard_t_s
            self.heard_t_s = t_s
        self._true(clerk.digest, spoken)
        self.turn()
        self._keep(clerk)
        if word is Word.CLOCK:
            self.last_record_s = t_s
            self.crash()

    def lose_memory(self, *, forge: bool = False) -> None:
        """What is kept beside the ledger is lost, or written by somebody else."""
        self.kept = Remembered().sign(STRANGER) if forge else None
        if forge:
            try:
                Remembered.verify(self.kept or b"", DEVICE.public_key)
            except ConsentError:
                self.kept = None

    def frame(self) -> bool:
        """The eye would take a frame: return whether it does, after checking that it may."""
        eye = self.eye
        if eye is None or eye.ended:
            return False
        try:
            while eye.pipe:
                eye.lease = Lease.from_bytes(eye.pipe.pop(0))
                eye.ended = eye.lease.kind is LeaseKind.STOP
                eye.lease.require_live(self.now_ms)
            if eye.lease is None:
                return False
            eye.lease.require_live(self.now_ms)
            eye.site.require_open(self.now_ms // 1000)
        except ConsentError:
            eye.ended = True
            return False
        self._require_allowed(eye)
        self.frames += 1
        return True

    # What is true.

    def _require_allowed(self, eye: Eye) -> None:
        now_s, site = self.now_ms // 1000, eye.site
        assert eye.lease is not None
        assert 0 <= self.now_ms - eye.lease.issued_ms < LEASE_MS
        assert now_s >= BUILT_S
        assert self.last_record_s is None or now_s >= self.last_record_s
        assert site.valid_from_s <= now_s < site.valid_to_s
        minute = now_s % 86_400 // 60
        hours = site.schedule
        assert hours is None or hours.from_utc_minute <= minute < hours.to_utc_minute
        assert eye.digest not in self.withdrawn
        assert site.version == self.newest
        assert self.steady_ms >= self.held_until_ms
        assert self.steady_ms >= self.public_until_ms
        assert site.view != self.turned_from

    def _true(self, digest: str, said: Objection) -> None:
        if said.word is Word.WITHDRAW:
            self.withdrawn.add(digest)
        elif said.word is Word.CONFIRM:
            self.turned_from = None
        elif said.word is Word.CLOCK:
            return
        elif said.word is Word.PAUSE:
            end_ms = self.steady_ms + (said.minutes or 10**9) * 60_000
            self.held_until_ms = max(self.held_until_ms, end_ms)
        else:
            self.held_until_ms = 0

    def _new_eye(self, clerk: Clerk) -> None:
        try:
            site = read(self.on_disk)
            site.require_valid(self.now_ms // 1000)
        except ConsentError:
            return
        digest = digest_of(self.on_disk)
        if digest == clerk.digest:
            self.eye, clerk.granted_ms = Eye(site, digest), None

    def _about(self, name: EventName, clerk: Clerk) -> str | None:
        if name in (EventName.TURNED, EventName.CONFIRMED):
            return clerk.permission.standing.authorisation.geometry
        return clerk.digest if name is EventName.WITHDRAWN else None

    def _keep(self, clerk: Clerk) -> None:
        clerk.remembered = clerk.remembered.with_standing(
            clerk.permission.standing, size=len(self.ledger), steady_ms=self.steady_ms
        )
        self.kept = clerk.remembered.sign(DEVICE)

    def _write(self, name: EventName, digest: str | None) -> None:
        self.ledger.append((name, digest))
        self.last_record_s = max(self.last_record_s or 0, self.now_ms // 1000)
