"""What an organisation allows at one site: this sensor, these numbers, until then."""

import hashlib
from dataclasses import dataclass

from edgekit.consent.decided import LocalDecision, require_decisions
from edgekit.consent.drawn import view_to_json
from edgekit.consent.fields import require_digest
from edgekit.consent.lawful import require_lawful, require_validity, require_words
from edgekit.consent.outputs import require_outputs
from edgekit.consent.terms import (
    Controller,
    LawfulBasis,
    Output,
    Purpose,
    Schedule,
    Sensor,
    SensorKind,
    eye_of,
)
from edgekit.consent.view import View
from edgekit.errors import ConsentError
from edgekit.geometry import Line, Zone
from edgekit.records import Profile
from edgekit.signing import canonical
from edgekit.signing.canonical import JsonValue

VERSION = 1
NO_WINDOW_S = 60
"""The grid of a node without numbers: on it its events are written down."""

RAW_RETENTION_S = 0
"""How long pictures are kept. It is a constant: no document can say otherwise."""

# What the sign doesn't show may change without a new sign.
NOT_ON_THE_SIGN = frozenset(
    {
        *("v", "id", "version", "model_digests", "notice_digest"),
        *("picture", "lines", "zones", "ground", "rooms"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAuthorisation:
    """What is allowed at one site; every field is checked here, and wrong ones raise ConsentError.

    ``notice_digest`` is of the notice's meaning; left empty it is computed; a wrong one is refused:
    the sign says something else. ``lamp``: a lamp may show who comes and goes;
    ``decisions``: what the eye may decide on the spot. Times: Unix seconds.
    """

    id: str
    version: int
    site: str
    controller: Controller
    processor: str | None
    jurisdiction: str
    lawful_basis: LawfulBasis
    legitimate_interests: str | None
    purposes: tuple[Purpose, ...]
    place: str
    sensors: tuple[Sensor, ...]
    view: View
    outputs: tuple[Output, ...]
    covered_preview: bool
    profile: Profile
    schedule: Schedule | None
    valid_from_s: int
    valid_to_s: int
    model_digests: tuple[str, ...]
    dpia_reference: str | None
    dpia_not_required: str | None
    aggregate_retention: str
    objection: str
    supervisory_authority: str | None
    notice_url: str | None
    lamp: bool = False
    decisions: tuple[LocalDecision, ...] = ()
    notice_digest: str = ""

    def __post_init__(self) -> None:
        require_words(self)
        require_lawful(self)
        require_validity(self)
        require_outputs(self)
        require_decisions(self)
        for digest in self.model_digests:
            require_digest("model digest", digest)
        meaning = _digest(self.meaning())
        if not self.notice_digest:
            object.__setattr__(self, "notice_digest", meaning)
        elif self.notice_digest != meaning:
            raise ConsentError(
                f"the sign is out of date: its digest is {self.notice_digest}, "
                f"what it must say now has {meaning}",
                hint="sign the authorisation anew and put up the new notice",
            )

    @property
    def digest(self) -> str:
        """``sha256:…`` of the payload."""
        return _digest(self.to_payload())

    @property
    def geometry(self) -> str:
        """``sha256:…`` of what the camera is signed for: picture, lines, zones, ground, rooms."""
        return _digest(canonical.to_bytes(view_to_json(self.view)))

    def meaning(self) -> bytes:
        """Return the canonical bytes of all that the notice tells the public, in any language."""
        told = {key: value for key, value in self._json().items() if key not in NOT_ON_THE_SIGN}
        return canonical.to_bytes(told | {"notice": VERSION})

    def to_payload(self) -> bytes:
        """Return the canonical JSON that is signed."""
        return canonical.to_bytes(self._json() | {"notice_digest": self.notice_digest})

    def to_draft(self) -> dict[str, JsonValue]:
        """Return the fields that a person fills in before signing."""
        return self._json()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that may be counted."""
        return self.view.lines

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The zones that may be counted."""
        return self.view.zones

    @property
    def sees(self) -> bool:
        """Whether there is a camera at all."""
        return self.eye is SensorKind.CAMERA

    @property
    def eye(self) -> SensorKind | None:
        """What the eye senses with; None where there is none."""
        return eye_of([sensor.kind for sensor in self.sensors])

    @property
    def window_s(self) -> int:
        """The one window of all outputs; where there are none, of nothing."""
        return self.outputs[0].window_s if self.outputs else NO_WINDOW_S

    def require_valid(self, now_s: int) -> None:
        """Raise ConsentError before and after this authorisation."""
        if now_s < self.valid_from_s:
            raise ConsentError(
                f"the authorisation of {self.site} begins {self.valid_from_s - now_s} s from now",
                hint="check the clock of this machine",
            )
        if now_s >= self.valid_to_s:
            raise ConsentError(
                f"the authorisation of {self.site} has expired",
                hint="the organisation signs a new one: edgekit authorise",
            )

    def require_open(self, now_s: int) -> None:
        """Raise ConsentError before and after this authorisation, and outside its hours."""
        self.require_valid(now_s)
        if self.schedule is not None:
            self.schedule.require_open(now_s)

    def require_metric(self, metric: str) -> None:
        """Raise ConsentError unless this number may be made."""
        if metric not in (output.metric for output in self.outputs):
            raise ConsentError(f"{metric} is not among the outputs that {self.site} may make")

    def require_model(self, digest: str) -> None:
        """Raise ConsentError where models are named here and this one (``sha256:…``) is not."""
        if self.model_digests and digest not in self.model_digests:
            raise ConsentError(
                f"the model {digest} is not among those that were authorised",
                hint="use one of them, or have a new authorisation signed",
            )

    def require_view(self, view: View) -> None:
        """Raise ConsentError where the site draws other things than were allowed."""
        if view != self.view:
            raise ConsentError(
                "the picture, its lines or zones, the ground or the rooms are not those that "
                "were authorised",
                hint="set them back in site.toml, or have a new authorisation signed",
            )

    def require_lamp(self) -> None:
        """Raise ConsentError unless a lamp may show that somebody is there."""
        if not self.lamp:
            raise ConsentError(
                "a lamp shows whether somebody is there, and the sign does not say so",
                hint="sign it anew, and put up the new sign: edgekit authorise … --site site.toml",
            )

    def _json(self) -> dict[str, JsonValue]:
        return {
            "v": VERSION,
            "id": self.id,
            "version": self.version,
            "site": self.site,
            "controller": self.controller.to_json(),
            "processor": self.processor,
            "jurisdiction": self.jurisdiction,
            "lawful_basis": self.lawful_basis.value,
            "legitimate_interests": self.legitimate_interests,
            "purposes": [purpose.to_json() for purpose in self.purposes],
            "place": self.place,
            "sensors": [sensor.to_json() for sensor in self.sensors],
            **view_to_json(self.view),
            "outputs": [output.to_json() for output in self.outputs],
            "covered_preview": self.covered_preview,
            # Absent where there is none: what was signed before lamps were known stays as it is.
            **({"lamp": True} if self.lamp else {}),
            **({"decisions": [one.to_json() for one in self.decisions]} if self.decisions else {}),
            "profile": self.profile.value,
            "schedule": None if self.schedule is None else self.schedule.to_json(),
            "valid_from_s": self.valid_from_s,
            "valid_to_s": self.valid_to_s,
            "model_digests": list(self.model_digests),
            "dpia_reference": self.dpia_reference,
            "dpia_not_required": self.dpia_not_required,
            "raw_retention_s": RAW_RETENTION_S,
            "aggregate_retention": self.aggregate_retention,
            "objection": self.objection,
            "supervisory_authority": self.supervisory_authority,
            "notice_url": self.notice_url,
        }


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
