"""What has to go together in an authorisation: words, basis, profile, papers and dates."""

from typing import TYPE_CHECKING

from edgekit.consent.fields import require_text
from edgekit.consent.form import MAX_TIME_S
from edgekit.consent.terms import LawfulBasis, require_duration, require_id, require_url
from edgekit.errors import ConsentError
from edgekit.records import Profile

if TYPE_CHECKING:
    from edgekit.consent.site import SiteAuthorisation

MAX_VALIDITY_S = 731 * 86_400
"""24 months, one of them in a leap year: then somebody has to think about it again."""

MAX_VERSION = 2**31 - 1


def require_words(site: "SiteAuthorisation") -> None:
    """Raise ConsentError where a text cannot stand on a sign."""
    require_id("authorisation id", site.id)
    require_id("site", site.site)
    for what in ("jurisdiction", "place", "objection"):
        require_text(what, getattr(site, what))
    optional = (
        *("processor", "legitimate_interests", "dpia_reference", "dpia_not_required"),
        "supervisory_authority",
    )
    for what in optional:
        if (text := getattr(site, what)) is not None:
            require_text(what, text)
    require_duration(site.aggregate_retention)
    if site.notice_url is not None:
        require_url(site.notice_url)


def require_lawful(site: "SiteAuthorisation") -> None:
    """Raise ConsentError where basis, profile and papers do not go together."""
    home = site.lawful_basis is LawfulBasis.HOUSEHOLD
    if home and site.profile not in (Profile.HOME, Profile.LOCAL):
        raise ConsentError(
            f"a household cannot allow {site.profile}: expected home or local",
            hint=f"a public place needs a lawful basis: {LawfulBasis.PUBLIC_TASK} or "
            f"{LawfulBasis.LEGITIMATE_INTERESTS}",
        )
    if site.profile is Profile.HOME and not home:
        raise ConsentError(
            f"exact numbers leave under {site.profile}: only a household may allow that",
            hint=f"a public place takes {Profile.SDC_10_5}; your own home takes the lawful basis "
            f"{LawfulBasis.HOUSEHOLD}",
        )
    # GDPR art. 13(1)(d): whoever relies on legitimate interests says which.
    relies = site.lawful_basis is LawfulBasis.LEGITIMATE_INTERESTS
    if relies != (site.legitimate_interests is not None):
        raise ConsentError(
            "legitimate_interests: expected a text with the basis "
            f"{LawfulBasis.LEGITIMATE_INTERESTS}, and null with any other"
        )
    if site.supervisory_authority is None and not home:
        raise ConsentError("supervisory_authority is missing: say where people can complain")
    if (site.dpia_reference is None) == (site.dpia_not_required is None):
        raise ConsentError(
            "expected either dpia_reference or dpia_not_required, which says why there is none"
        )


def require_validity(site: "SiteAuthorisation") -> None:
    """Raise ConsentError where it would hold for ever, or never."""
    if not 1 <= site.version <= MAX_VERSION:
        raise ConsentError(f"version {site.version}: expected 1 or more")
    if not 0 <= site.valid_from_s < site.valid_to_s <= MAX_TIME_S:
        raise ConsentError(
            f"valid from {site.valid_from_s} to {site.valid_to_s}: expected an end after the start"
        )
    if site.valid_to_s - site.valid_from_s > MAX_VALIDITY_S:
        days = (site.valid_to_s - site.valid_from_s) // 86_400
        raise ConsentError(
            f"valid for {days} days: expected at most {MAX_VALIDITY_S // 86_400}",
            hint="nothing is allowed for ever; sign again in time",
        )
