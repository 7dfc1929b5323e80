"""One site as the eye and the clerk both read it: settings, and the authority for them."""

from dataclasses import dataclass
from pathlib import Path

from edgekit.config import Settings
from edgekit.consent.authorisation import SiteAuthorisation, load_authorisation
from edgekit.consent.decided import DECIDING, decided_at
from edgekit.consent.metric import Metric
from edgekit.consent.objection import WITHDRAWAL, Objection, Word
from edgekit.consent.outputs import require_recipient
from edgekit.consent.systems import SIGNALLED
from edgekit.consent.terms import EYES
from edgekit.errors import ConfigError, ConsentError, EdgekitError
from edgekit.geometry.lint import Severity, lint
from edgekit.node.clerking.watching import require_watched
from edgekit.privacy.systems import source_of
from edgekit.records import Profile
from edgekit.signing.keys import PublicKey
from edgekit.systems.telling import TELLERS

SELF_AUTHORISED = frozenset(profile for profile in Profile if profile.at_home)
"""Profiles under which whoever owns the device may be who authorises it: records say ``self``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Settings, and the authorisation verified for them.

    ``organisation`` is the key id of who signed it; ``authority`` is what records say of that: the
    same, or ``self``.
    """

    settings: Settings
    authorisation: SiteAuthorisation
    organisation: str
    authority: str


def load_site(path: Path, *, now_s: int, withdrawn: bool = False) -> Site:
    """Read ``site.toml`` and verify the authorisation of what it wants.

    ``withdrawn``: also one that was withdrawn, for whoever writes that down.

    Raises:
        ConfigError: the settings cannot be used as they stand.
        ConsentError: there is no authorisation, it was withdrawn, or it does not cover these
            settings now.
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
    if not withdrawn:
        require_not_withdrawn(settings, authorisation, organisation)
    require_same_site(settings, authorisation)
    for require in TOLD:
        require(settings, authorisation)
    authorisation.require_view(settings.view)
    own = settings.site.profile in SELF_AUTHORISED
    authority = "self" if own else organisation.key_id
    return Site(
        settings=settings,
        authorisation=authorisation,
        organisation=organisation.key_id,
        authority=authority,
    )


def withdrawal_of(settings: Settings) -> Path:
    """Return where a withdrawal lies: beside the authorisation that it ends."""
    return settings.authorisation.file.with_name(WITHDRAWAL)


def head_of(digest: str) -> int:
    """Return the first 60 bits of a ``sha256:…``: what fits into an observation of it."""
    return int(digest.removeprefix("sha256:")[:15], 16)


def shows_pictures(path: Path, *, now_s: int) -> bool:
    """Whether a covered picture is authorised now; not where the authorisation does not hold."""
    try:
        return load_site(path, now_s=now_s).authorisation.covered_preview
    except EdgekitError:  # eye and clerk say themselves what is wrong
        return False


def require_look(settings: Settings, *, now_s: int) -> None:
    """Refuse to open a live camera where others walk, unless the authorisation holds.

    To look at a place in order to set up or check a counter is a look too. Raises ConsentError.
    """
    if settings.camera.live and settings.site.profile not in SELF_AUTHORISED:
        load_site(settings.path, now_s=now_s)


def oddities(settings: Settings) -> tuple[str, ...]:
    """Return what is odd about the lines and zones of a site, as a log should say it."""
    camera = settings.camera
    found = lint(
        settings.lines,
        settings.zones,
        size=camera.size,
        fps=camera.fps,
        stature=settings.expected_stature,
    )
    return tuple(
        f"{finding.text} ({finding.hint})"
        for finding in found
        if finding.severity is not Severity.REMARK
    )


def require_same_site(settings: Settings, authorisation: SiteAuthorisation) -> None:
    """Raise ConsentError where the settings are of another site, rule or grid than was allowed."""
    pairs = (
        ("name", settings.site.name, authorisation.site),
        ("profile", settings.site.profile.value, authorisation.profile.value),
        ("window_s", settings.site.window_s, authorisation.window_s),
    )
    for key, wanted, allowed in pairs[: None if authorisation.outputs else -1]:
        if wanted != allowed:
            raise ConsentError(
                f"site.{key} is {wanted!r}, but {allowed!r} was authorised",
                hint="set it back in site.toml, or have a new authorisation signed",
            )


def require_sensor(settings: Settings, authorisation: SiteAuthorisation) -> None:
    """Raise ConsentError where the eye senses with another thing than the sign says."""
    named = [sensor.kind for sensor in authorisation.sensors if sensor.kind in EYES]
    own = settings.camera.sensor
    if named != ([] if own is None else [own]):
        said = "a " + " and a ".join(named) if named else "no camera"
        raise ConsentError(
            f"{said} was authorised, and site.toml says otherwise: the eye is {own or 'not there'}",
            hint="set it back, or have a new authorisation signed; one node has one eye",
        )


def require_not_withdrawn(
    settings: Settings, authorisation: SiteAuthorisation, organisation: PublicKey
) -> None:
    """Raise ConsentError where a withdrawal of it lies beside it, or one that cannot be read."""
    try:
        document = withdrawal_of(settings).read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConsentError(f"{withdrawal_of(settings)}: {error.strerror}") from error
    word = Objection.verify(document, organisation=organisation)
    if word.word is Word.WITHDRAW and word.authorisation == authorisation.digest:
        raise ConsentError(
            f"the authorisation of {authorisation.site} was withdrawn",
            hint="going on takes a new version, signed by the organisation",
        )


def require_lamp(settings: Settings, authorisation: SiteAuthorisation) -> None:
    """Raise ConsentError where the lamp shows, or is told, what was not authorised."""
    lamp = settings.lamp
    if lamp is None:
        return
    if lamp.shows_presence:
        authorisation.require_lamp()
    for key, metric in lamp.metrics:
        if not any(output.metric.startswith(metric) for output in authorisation.outputs):
            raise ConsentError(
                f"lamp.{key}: {metric} is not authorised, so the lamp may not follow it",
                hint="have it authorised, or take the lamp's key out of site.toml",
            )


def require_addressee(settings: Settings, authorisation: SiteAuthorisation) -> None:
    """Raise ConsentError where numbers would go to a broker that was not authorised."""
    if settings.broker is not None:
        require_recipient(authorisation, settings.broker.host)


def require_page(settings: Settings, authorisation: SiteAuthorisation) -> None:
    """Raise ConsentError where others read the page than the notice tells of."""
    web = settings.web
    if web is None or web.recipient is None:
        return
    for output in authorisation.outputs:
        if web.recipient not in output.recipients:
            raise ConsentError(
                f"the page shows {output.metric} to {web.recipient!r}, who is not among its "
                f"recipients: {', '.join(output.recipients)}",
                hint="name them in the authorisation as in web.recipient, sign it anew and put up "
                "the new notice, or let the page listen on this device alone",
            )


def require_systems(settings: Settings, authorisation: SiteAuthorisation) -> None:
    """Raise ConsentError where what senses is not what was authorised, or nothing could tell."""
    named = decided_at(authorisation)
    for name in DECIDING:
        if (name in named) is not any(system.name == name for system in settings.systems):
            raise ConsentError(
                f"decisions of {name}: the authorisation and site.toml do not agree on them",
                hint=f"name it among its decisions and in [systems.{name}], or in neither",
            )
    allowed = {sensor.kind.value for sensor in authorisation.sensors}
    for system in settings.systems:
        if system.sensor not in allowed:
            raise ConsentError(
                f"systems.{system.name} senses by a {system.sensor}, which is not among the "
                "authorised sensors",
                hint="have it authorised, and put up the new sign: edgekit authorise … --site …",
            )
    run = {system.name for system in settings.systems}
    for metric in (Metric.parse(output.metric) for output in authorisation.outputs):
        name = source_of(metric)
        if name in TELLERS and name not in run:
            raise ConsentError(
                f"{metric.text} is authorised, but there is no [systems.{name}]",
                hint="add it to site.toml, or have an authorisation without it signed",
            )
        if metric.on_red and metric.shape != signal_line(settings):
            raise ConsentError(
                f"{metric.text} is authorised, but site.toml names no signal of that line",
                hint=f'[systems.traffic.signal] with line = "{metric.shape}", and the board that '
                "reads it under [systems.traffic]",
            )


def signal_line(settings: Settings) -> str | None:
    """Return the line that has a signal; None where no signal is read."""
    lines = [one.settings.signal.line for one in settings.systems if one.name == SIGNALLED]
    return lines[0] if lines else None


TOLD = (
    require_sensor,
    require_lamp,
    require_addressee,
    require_page,
    require_systems,
    require_watched,
)
"""What has to be on the sign beside the numbers: who else learns of them, and what senses."""


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"no {what} at {path}: {error.strerror}") from error
