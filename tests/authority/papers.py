"""What the world of these tests signs and reads, and what its clerk and its eye hold."""

from dataclasses import dataclass, field, replace
from functools import cache

from edgekit.consent.authorisation import read_authorisation, sign_authorisation
from edgekit.consent.lease import Lease
from edgekit.consent.remembered import Remembered
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.view import View
from edgekit.geometry import Line
from edgekit.node.clerking.permission import Permission
from edgekit.signing.keys import MemorySigner

ORGANISATION = MemorySigner.from_seed(bytes(range(32)))
STRANGER = MemorySigner.from_seed(bytes(32))
DEVICE = MemorySigner.from_seed(bytes(range(1, 33)))
ELSEWHERE = View(width=640, height=480, lines=(Line("middle", (300, 460), (320, 100)),))


@cache
def signed(
    base: SiteAuthorisation, version: int, span_s: tuple[int, int], *, forged: bool, redrawn: bool
) -> tuple[str, bytes]:
    site = replace(
        base,
        version=version,
        view=ELSEWHERE if redrawn else base.view,
        valid_from_s=span_s[0],
        valid_to_s=sum(span_s),
        notice_digest="",
    )
    return site.digest, sign_authorisation(site, STRANGER if forged else ORGANISATION)


@cache
def read(document: bytes) -> SiteAuthorisation:
    """Read a document once; `load_authorisation` is this, and the look at its days."""
    return read_authorisation(document, organisation=ORGANISATION.public_key)


@cache
def digest_of(document: bytes) -> str:
    return read(document).digest


@dataclass
class Eye:
    """What an eye holds: its own reading of the authority, and the way back from the clerk."""

    site: SiteAuthorisation
    digest: str
    pipe: list[bytes] = field(default_factory=list)
    lease: Lease | None = None
    ended: bool = False


@dataclass
class Clerk:
    """One boot of the clerk."""

    permission: Permission
    remembered: Remembered
    digest: str
    granted_ms: int | None = None
