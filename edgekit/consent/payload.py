"""The authorisation's payload and draft, read without mercy: odd is refused, never guessed."""

from edgekit.consent.drawn import view_from_fields
from edgekit.consent.fields import Fields
from edgekit.consent.site import RAW_RETENTION_S, VERSION, SiteAuthorisation
from edgekit.consent.terms import (
    Controller,
    LawfulBasis,
    Output,
    Purpose,
    Schedule,
    Sensor,
)
from edgekit.errors import ConfigError, ConsentError, VerificationError
from edgekit.records import Profile
from edgekit.signing import canonical


def read_payload(payload: bytes) -> SiteAuthorisation:
    """Read a payload; ConsentError on anything that `to_payload` would not have written."""
    authorisation = _from_json(payload, "authorisation", {})
    if authorisation.to_payload() != payload:
        raise ConsentError("the authorisation is not in canonical form")
    return authorisation


def read_draft(data: bytes) -> SiteAuthorisation:
    """Read a draft: a payload in any layout, whose sign is made anew (ConsentError)."""
    return _from_json(data, "draft", {"notice_digest": ""})


def _from_json(data: bytes, name: str, fixed: dict[str, str]) -> SiteAuthorisation:
    try:
        return _read(Fields({**canonical.from_bytes(data), **fixed}, name))
    except (VerificationError, ConfigError) as error:
        raise ConsentError(f"{name}: {error}", hint=error.hint) from error


def _read(fields: Fields) -> SiteAuthorisation:
    if (version := fields.whole("v")) != VERSION:
        raise ConsentError(f"authorisation of format {version}: expected {VERSION}")
    if (kept_s := fields.whole("raw_retention_s")) != RAW_RETENTION_S:
        raise ConsentError(
            f"raw_retention_s {kept_s}: expected 0", hint="edgekit keeps no pictures of people"
        )
    schedule = fields.inner_or_none("schedule")
    site = SiteAuthorisation(
        id=fields.text("id"),
        version=fields.whole("version"),
        site=fields.text("site"),
        controller=Controller.from_fields(fields.inner("controller")),
        processor=fields.text_or_none("processor"),
        jurisdiction=fields.text("jurisdiction"),
        lawful_basis=fields.choice("lawful_basis", LawfulBasis),
        legitimate_interests=fields.text_or_none("legitimate_interests"),
        purposes=tuple(map(Purpose.from_fields, fields.inners("purposes"))),
        place=fields.text("place"),
        sensors=tuple(map(Sensor.from_fields, fields.inners("sensors"))),
        view=view_from_fields(fields),
        outputs=tuple(map(Output.from_fields, fields.inners("outputs"))),
        covered_preview=fields.flag("covered_preview"),
        profile=fields.choice("profile", Profile),
        schedule=None if schedule is None else Schedule.from_fields(schedule),
        valid_from_s=fields.whole("valid_from_s"),
        valid_to_s=fields.whole("valid_to_s"),
        model_digests=fields.texts("model_digests"),
        dpia_reference=fields.text_or_none("dpia_reference"),
        dpia_not_required=fields.text_or_none("dpia_not_required"),
        aggregate_retention=fields.text("aggregate_retention"),
        objection=fields.text("objection"),
        supervisory_authority=fields.text_or_none("supervisory_authority"),
        notice_url=fields.text_or_none("notice_url"),
        notice_digest=fields.text("notice_digest"),
    )
    fields.done()
    return site
