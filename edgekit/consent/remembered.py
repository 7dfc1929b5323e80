"""What a device keeps in mind of authorisations: no old one comes back, no withdrawn one at all.

    remembered = recall(remembered, events, version_of=version_of)
    remembered.require(authorisation)
    remembered = remembered.admitted(authorisation)

The ledger says all of it, so that it can be made anew from there; kept beside it is only how far
that was read, and what is left of pauses.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from edgekit.consent.fields import Fields, require_digest
from edgekit.consent.pause import Pauses
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.standing import Standing
from edgekit.consent.states import State
from edgekit.errors import ConsentError, VerificationError
from edgekit.records import EventName
from edgekit.signing import canonical, dsse
from edgekit.signing.keys import PublicKey, Signer

REMEMBERED_TYPE = "application/vnd.edgekit.remembered.v1+json"
VERSION = 1


def require_since(authorisation: SiteAuthorisation, version: int) -> None:
    """Raise ConsentError where a newer version was in force: an old one does not come back."""
    if authorisation.version < version:
        raise ConsentError(
            f"version {authorisation.version} of the authorisation of {authorisation.site} is "
            f"older than version {version}, which was in force here",
            hint=f"use the newer one, or have version {version + 1} signed: edgekit authorise",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is kept of one site's ledger.

    Attributes:
        size: so many records of the ledger are in this.
        version: of the newest authorisation that was ever admitted, 0 = none.
        digest: of that authorisation, empty = none.
        withdrawn: digests of those that were withdrawn.
        held_ms: what was left of the organisation's pause when this was kept.
        public_ms: what was left of the pause of people present.
        spent_ms: what they had of the day.
        heard_t_s: time of the organisation's last word about the newest authorisation.
        clock_size: so many records were written under a wrong clock: their times do not count.
        turned: the geometry (`SiteAuthorisation.geometry`) that the camera was found turned from,
            empty = none.
        clock_s: said by the organisation then: no honest clock is before this.
    """

    size: int = 0
    version: int = 0
    digest: str = ""
    withdrawn: frozenset[str] = frozenset()
    held_ms: int = 0
    public_ms: int = 0
    spent_ms: int = 0
    heard_t_s: int = 0
    clock_size: int = 0
    clock_s: int = 0
    turned: str = ""

    def require(self, authorisation: SiteAuthorisation) -> None:
        """Raise ConsentError for one that was withdrawn, or is older than one that was in force."""
        if authorisation.digest in self.withdrawn:
            raise ConsentError(
                f"the authorisation of {authorisation.site}, version {authorisation.version}, "
                "was withdrawn",
                hint="going on takes a new version, signed by the organisation",
            )
        require_since(authorisation, self.version)
        if authorisation.version == self.version and authorisation.digest != self.digest:
            raise ConsentError(
                f"version {self.version} of the authorisation of {authorisation.site} "
                "was another document",
                hint=f'set "version": {self.version + 1} in the draft and have it signed',
            )

    def admitted(self, authorisation: SiteAuthorisation) -> "Remembered":
        """Return this with an authorisation that comes into force (ConsentError: `require`)."""
        self.require(authorisation)
        if authorisation.digest == self.digest:
            return self
        # Pauses of the public go on under a new document; the organisation's were of the old one.
        return replace(
            self,
            version=authorisation.version,
            digest=authorisation.digest,
            held_ms=0,
            heard_t_s=0,
        )

    def standing(self, authorisation: SiteAuthorisation, steady_ms: int) -> Standing:
        """Return how an admitted authorisation stands at the start."""
        return Standing(
            authorisation=authorisation,
            pauses=Pauses(
                public_until_ms=steady_ms + self.public_ms if self.public_ms else 0,
                held_until_ms=min(steady_ms + self.held_ms, canonical.MAX_INTEGER)
                if self.held_ms
                else 0,
                day_ms=steady_ms,
                spent_ms=self.spent_ms,
            ),
            heard_t_s=self.heard_t_s,
            # A new version for the same geometry does not turn a camera back.
            turned=self.turned == authorisation.geometry,
        )

    def with_standing(self, standing: Standing, *, size: int, steady_ms: int) -> "Remembered":
        """Return this with how it stands now, and a ledger of so many records."""
        withdrawn = {standing.authorisation.digest} if standing.state is State.WITHDRAWN else set()
        pauses = standing.pauses
        mended = standing.clock_from_s > 0
        return replace(
            self,
            clock_size=size if mended else self.clock_size,
            clock_s=standing.clock_from_s if mended else self.clock_s,
            size=size,
            withdrawn=self.withdrawn | withdrawn,
            held_ms=max(0, pauses.held_until_ms - steady_ms),
            public_ms=max(0, pauses.public_until_ms - steady_ms),
            spent_ms=pauses.spent_ms,
            heard_t_s=standing.heard_t_s,
            turned=standing.authorisation.geometry if standing.turned else "",
        )

    def sign(self, signer: Signer) -> bytes:
        """Return it as the device keeps it: one line of JSON under the device's own signature."""
        payload = canonical.to_bytes(
            {
                "v": VERSION,
                "withdrawn": [*sorted(self.withdrawn)],
                "digest": self.digest,
                "turned": self.turned,
                **{name: getattr(self, name) for name in _NUMBERS},
            }
        )
        return dsse.sign(REMEMBERED_TYPE, payload, signer).to_bytes() + b"\n"

    @classmethod
    def verify(cls, data: bytes, device: PublicKey) -> "Remembered":
        """Read what `sign` wrote; raises ConsentError for everything else."""
        try:
            envelope = dsse.Envelope.from_bytes(data)
            payload = dsse.verify(envelope, [device], payload_type=REMEMBERED_TYPE)
            fields = Fields(canonical.from_bytes(payload), "remembered")
        except VerificationError as error:
            raise ConsentError(f"what was remembered does not verify: {error}") from error
        if (version := fields.whole("v")) != VERSION:
            raise ConsentError(f"remembered in format {version}: expected {VERSION}")
        withdrawn = frozenset(fields.texts("withdrawn"))
        digest, turned = fields.text("digest"), fields.text("turned")
        for one in (*withdrawn, *filter(None, [digest, turned])):
            require_digest("remembered", one)
        numbers: Mapping[str, int] = {name: fields.whole(name) for name in _NUMBERS}
        fields.done()
        if min(numbers.values()) < 0:
            raise ConsentError("remembered numbers: expected 0 or more")
        return cls(withdrawn=withdrawn, digest=digest, turned=turned, **numbers)


_NUMBERS = (
    *("size", "version", "held_ms", "public_ms", "spent_ms", "heard_t_s"),
    *("clock_size", "clock_s"),
)


def recall(
    remembered: Remembered,
    events: Iterable[tuple[int, str, str | None]],
    *,
    version_of: Callable[[str], int],
) -> Remembered:
    """Return what is remembered, with what the ledger says since.

    Args:
        remembered: as it was kept, or `Remembered()` to make it anew.
        events: (sequence, name, digest) of the ledger's events from ``remembered.size`` on.
        version_of: of an authorisation by its digest; 0 where it is not known.
    """
    for sequence, name, digest in events:
        remembered = replace(remembered, size=sequence + 1)
        if digest is None:
            continue
        if name == EventName.WITHDRAWN:
            remembered = replace(remembered, withdrawn=remembered.withdrawn | {digest})
        elif name == EventName.AUTHORISED and version_of(digest) >= remembered.version:
            remembered = replace(remembered, version=version_of(digest), digest=digest)
        elif name in (EventName.TURNED, EventName.CONFIRMED):
            turned = digest if name == EventName.TURNED else ""
            remembered = replace(remembered, turned=turned)
    return remembered
