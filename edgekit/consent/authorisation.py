"""A site's authorisation as a document: drafted here, signed by the organisation, read by all.

It is signed by the accountable organisation's key, never by the device's. A device that has none,
or one that is altered, expired or simply odd, keeps its eye closed.
"""

from collections.abc import Sequence

from edgekit.consent.decided import DECIDING, Exemption, LocalDecision
from edgekit.consent.metric import metrics_of
from edgekit.consent.outputs import may_leave
from edgekit.consent.payload import read_draft, read_payload
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.terms import (
    SENSED_BY,
    Controller,
    LawfulBasis,
    Output,
    Purpose,
    Sensor,
    SensorKind,
)
from edgekit.consent.view import View
from edgekit.errors import ConsentError, VerificationError
from edgekit.records import Profile
from edgekit.signing import dsse
from edgekit.signing.canonical import JsonValue
from edgekit.signing.keys import PublicKey, Signer

__all__ = [
    "AUTHORISATION_TYPE",
    "SiteAuthorisation",
    "draft",
    "load_authorisation",
    "read_authorisation",
    "read_draft",
    "sign_authorisation",
]

AUTHORISATION_TYPE = "application/vnd.edgekit.authorisation.v1+json"
OWN_HOME = "our own home, seen by ourselves"
OWN_CAR = "our own car, seen by ourselves"
DRAFT_VALIDITY_S = 365 * 86_400
BY_HAND = frozenset({"building.came"})
"""What only some sites can tell (that one needs a door): it is added to a draft by hand."""


def draft(  # noqa: PLR0913 -- keyword-only, each is one fact of the site
    site: str,
    *,
    profile: Profile,
    view: View,
    window_s: int,
    valid_from_s: int,
    valid_s: int = DRAFT_VALIDITY_S,
    systems: Sequence[str] = (),
    camera: bool = True,
    array: bool = False,
) -> SiteAuthorisation:
    """Return a first authorisation for everything that can be counted in this view.

    ``systems`` are those that run there, too; ``camera``: whether there is one;
    ``array``: whether a thermal array is in its place.

    At home (`home`, `local`) it can be signed as it stands; for a public place the texts that only
    the organisation knows stand in <angle brackets>, and signing refuses them.
    """
    public = not profile.at_home
    at_home = ("to see how busy it is", "say so, or close the lens")
    alone = "drowsiness" in systems
    if alone:
        at_home = ("to be woken when I nod off at the wheel", "take its power away")
    elif "temperature" in systems:
        at_home = ("to know when to reach for a thermometer", "say so, or take another door")
    elif array:
        at_home = ("to see how busy it is", "say so, or unplug the sensor")
    elif not camera:
        at_home = ("to know what our home uses and how it is", "say so, or unplug the sensors")
    recipients = {
        Profile.LOCAL: (),
        Profile.HOME: ("the people who live here",),
    }.get(profile, ("everybody, as open data",))
    return SiteAuthorisation(
        id=site,
        version=1,
        site=site,
        controller=Controller(
            name="<who answers for this device>" if public else "the people who live here",
            contact="<their address, e-mail and telephone>" if public else "knock on the door",
            dpo="<the data protection officer's e-mail>" if public else None,
        ),
        processor=None,
        jurisdiction="EU",
        lawful_basis=LawfulBasis.PUBLIC_TASK if public else LawfulBasis.HOUSEHOLD,
        legitimate_interests=None,
        purposes=(
            Purpose(
                id="awake" if alone else "how-busy" if camera else "measured",
                text="<what the numbers are needed for>" if public else at_home[0],
            ),
        ),
        place="<where the sensors are and what they sense>"
        if public
        else "our own car"
        if alone
        else "our own home",
        sensors=sensors_of(systems, camera=camera, array=array),
        view=view,
        outputs=tuple(
            Output(metric=metric, profile=profile, window_s=window_s, recipients=recipients)
            for metric in metrics_of(view, systems, camera=camera and not alone, array=array)
            if may_leave(metric, profile) and metric not in BY_HAND
        ),
        covered_preview=camera and not array and not public and not alone,
        profile=profile,
        schedule=None,
        valid_from_s=valid_from_s,
        valid_to_s=valid_from_s + valid_s,
        model_digests=(),
        dpia_reference="<where the data protection impact assessment is>" if public else None,
        dpia_not_required=None if public else OWN_CAR if alone else OWN_HOME,
        aggregate_retention="P1Y",
        objection="<how to object: e-mail or telephone>" if public else at_home[1],
        supervisory_authority="<the data protection authority>" if public else None,
        notice_url=None,
        decisions=decisions_of(systems, public=public),
    )


def decisions_of(systems: Sequence[str], *, public: bool) -> tuple[LocalDecision, ...]:
    """Return what the eye decides for a site's systems, as a first draft says it."""
    return tuple(
        _decision(name, public=public) if DECIDING[name].exemptions else LocalDecision(system=name)
        for name in systems
        if name in DECIDING
    )


def _decision(name: str, *, public: bool) -> LocalDecision:
    if name == "drowsiness":
        # A public profile is refused: it runs under `local` alone.
        return LocalDecision(
            system=name,
            exemption=Exemption.HOUSEHOLD,
            law=OWN_CAR,
            otherwise="take its power away; the car drives as well",
        )
    return LocalDecision(
        system=name,
        exemption=Exemption.PUBLIC_HEALTH if public else Exemption.HOUSEHOLD,
        law="<the law that allows it>" if public else OWN_HOME,
        otherwise="<another way in>" if public else "say so, or take another door",
    )


def sensors_of(systems: Sequence[str], *, camera: bool, array: bool = False) -> tuple[Sensor, ...]:
    """Return the sensors of a site's systems, each kind once, and its camera before them."""
    seeing = [SensorKind.CAMERA] if camera else []
    kinds = [SensorKind.THERMAL_ARRAY] if array else seeing
    kinds += [SENSED_BY[name] for name in systems if SENSED_BY.get(name) not in _NONE_OF_THEIRS]
    words = {kind: kind.value.replace("_", " ") for kind in dict.fromkeys(kinds)}
    return tuple(Sensor(kind=kind, model=word) for kind, word in words.items())


_NONE_OF_THEIRS = (None, SensorKind.CAMERA)
"""A system brings no camera with it."""


def sign_authorisation(authorisation: SiteAuthorisation, signer: Signer) -> bytes:
    """Return the signed document, one line of JSON; ConsentError while something is to fill in."""
    open_places = list(_placeholders("", authorisation.to_draft()))
    if open_places:
        raise ConsentError(
            f"still to be filled in: {', '.join(open_places)}",
            hint="replace the texts in <angle brackets>",
        )
    return dsse.sign(AUTHORISATION_TYPE, authorisation.to_payload(), signer).to_bytes() + b"\n"


def load_authorisation(data: bytes, *, organisation: PublicKey, now_s: int) -> SiteAuthorisation:
    """Read a signed authorisation that holds now.

    The hours of the day are not looked at here: outside them the document is still valid
    (`SiteAuthorisation.require_open`).

    Raises:
        ConsentError: not signed by this organisation, altered, malformed, expired, not yet valid,
            or made for another sign.
    """
    authorisation = read_authorisation(data, organisation=organisation)
    authorisation.require_valid(now_s)
    return authorisation


def read_authorisation(data: bytes, *, organisation: PublicKey) -> SiteAuthorisation:
    """Read a signed authorisation whatever the time; raises as `load_authorisation` does."""
    try:
        envelope = dsse.Envelope.from_bytes(data)
        payload = dsse.verify(envelope, [organisation], payload_type=AUTHORISATION_TYPE)
    except VerificationError as error:
        raise ConsentError(
            f"the authorisation does not verify: {error}",
            hint="ask the organisation to sign it: edgekit authorise",
        ) from error
    # One signature in one spelling: then no byte of the file can change unnoticed.
    if len(envelope.signatures) != 1 or envelope.to_bytes() + b"\n" != data:
        raise ConsentError(
            "the authorisation was changed after it was signed",
            hint="use the file as edgekit authorise wrote it",
        )
    return read_payload(payload)


def _placeholders(name: str, value: JsonValue) -> list[str]:
    match value:
        case str() if value.startswith("<") and value.endswith(">"):
            return [name]
        case list():
            inner = [(f"{name} {number}", item) for number, item in enumerate(value, 1)]
        case dict():
            inner = [(f"{name}.{key}" if name else key, item) for key, item in value.items()]
        case _:
            return []
    return [found for path, item in inner for found in _placeholders(path, item)]
