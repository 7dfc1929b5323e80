"""One site as the eye and the clerk both read it: settings, and the authority for them."""

from dataclasses import dataclass
from pathlib import Path

from edgekit.config import Settings
from edgekit.consent.authorisation import SiteAuthorisation, load_authorisation
from edgekit.errors import ConfigError, ConsentError
from edgekit.records import Profile
from edgekit.signing.keys import PublicKey

SELF_AUTHORISED = frozenset({Profile.HOME, Profile.LOCAL})
"""Profiles under which whoever owns the device may be who authorises it: records say ``self``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Settings, the authorisation verified for them, and who signed it (key id, or ``self``)."""

    settings: Settings
    authorisation: SiteAuthorisation
    authority: str


def load_site(path: Path, *, now_s: int) -> Site:
    """Read ``site.toml`` and verify the authorisation of what it wants.

    Raises:
        ConfigError: the settings cannot be used as they stand.
        ConsentError: there is no authorisation, or it does not cover these settings now.
    """
    settings = Settings.load(path)
    organisation = PublicKey.from_pem(_read(settings.keys.organisation_public, "public key"))
    try:
        document = settings.authorisation.file.read_bytes()
    except OSError as error:
        raise ConsentError(
            f"no authorisation at {settings.authorisation.file}: {error.strerror}",
            hint="the organisation signs the draft: edgekit authorise authorisation.draft.json",
        ) from error
    authorisation = load_authorisation(document, organisation=organisation, now_s=now_s)
    require_same(settings, authorisation)
    own = settings.site.profile in SELF_AUTHORISED
    authority = "self" if own else organisation.key_id
    return Site(settings=settings, authorisation=authorisation, authority=authority)


def require_same(settings: Settings, authorisation: SiteAuthorisation) -> None:
    """Raise ConsentError where the settings want something else than was authorised."""
    pairs = (
        ("site name", settings.site.name, authorisation.site),
        ("profile", settings.site.profile, authorisation.profile),
    )
    for what, wanted, allowed in pairs:
        if wanted != allowed:
            raise ConsentError(
                f"{what} is {wanted!r} in site.toml, {allowed!r} in the authorisation",
                hint="set it back, or have a new authorisation signed",
            )
    authorisation.require_view(settings.view)
    for output in authorisation.outputs:
        if output.window_s != settings.site.window_s:
            raise ConsentError(
                f"{output.metric} is authorised every {output.window_s} s, "
                f"site.toml says {settings.site.window_s} s",
                hint="set window_s back, or have a new authorisation signed",
            )


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"no {what} at {path}: {error.strerror}") from error
