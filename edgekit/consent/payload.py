"""The authorisation's payload and draft, read without mercy: odd is refused, never guessed."""

import hashlib
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from edgekit.consent.decided import DECIDING, DECISION, LocalDecision
from edgekit.consent.drawn import VIEW, view_of
from edgekit.consent.fields import Fields
from edgekit.consent.form import (
    DIGEST,
    NAME,
    Table,
    choice,
    constant,
    flag,
    many,
    mark,
    one,
    or_absent,
    or_null,
    read,
    text,
    texts,
    time_s,
    whole,
)
from edgekit.consent.lawful import (
    MAX_VERSION,
    require_lawful,
    require_validity,
    require_words,
)
from edgekit.consent.outputs import MAX_OUTPUTS, MAX_PURPOSES
from edgekit.consent.site import NOT_ON_THE_SIGN, RAW_RETENTION_S, VERSION, SiteAuthorisation
from edgekit.consent.terms import (
    CONTROLLER,
    DURATION,
    MAX_SENSORS,
    OUTPUT,
    PURPOSE,
    SCHEDULE,
    SENSOR,
    URL,
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


def read_notice(data: bytes, *, digest: str) -> Mapping[str, Any]:
    """Return what a notice tells, field by field.

    Raises:
        ConsentError: it is not the notice of this ``sha256:…``, which every record carries, or not
            in the form that `SiteAuthorisation.meaning` writes.
    """
    try:
        told = canonical.from_bytes(data)
        values = read(Fields(told, "notice"), NOTICE)
    except VerificationError as error:
        raise ConsentError(f"notice: {error}") from error
    # A notice is of no version, and has the name of its site.
    site: Any = SimpleNamespace(**values, id="notice", version=1)
    for require in (require_words, require_lawful, require_validity):
        require(site)
    if canonical.to_bytes(told) != data:
        raise ConsentError("the notice is not in canonical form")
    if (found := f"sha256:{hashlib.sha256(data).hexdigest()}") != digest:
        raise ConsentError(f"the notice has the digest {found}: expected {digest}")
    return values


def _from_json(data: bytes, name: str, fixed: dict[str, str]) -> SiteAuthorisation:
    try:
        return _read(Fields({**canonical.from_bytes(data), **fixed}, name))
    except (VerificationError, ConfigError) as error:
        raise ConsentError(f"{name}: {error}", hint=error.hint) from error


def _read(fields: Fields) -> SiteAuthorisation:
    values = read(fields, AUTHORISATION)
    told = {key: value for key, value in values.items() if key not in _NOT_BY_NAME}
    return SiteAuthorisation(view=view_of(values), **told)


AUTHORISATION: Table = {
    "v": constant(VERSION, f"authorisation of format {{got}}: expected {VERSION}"),
    "id": text(longest=24, pattern=NAME),
    "version": whole(1, MAX_VERSION),
    "site": text(longest=24, pattern=NAME),
    "controller": one(CONTROLLER, Controller),
    "processor": or_null(text()),
    "jurisdiction": text(),
    "lawful_basis": choice(LawfulBasis),
    "legitimate_interests": or_null(text()),
    "purposes": many(PURPOSE, Purpose, 1, MAX_PURPOSES),
    "place": text(),
    "sensors": many(SENSOR, Sensor, 1, MAX_SENSORS),
    **VIEW,
    "outputs": many(OUTPUT, Output, 0, MAX_OUTPUTS),
    "covered_preview": flag(),
    "lamp": mark(),
    "decisions": or_absent(many(DECISION, LocalDecision, 1, len(DECIDING))),
    "profile": choice(Profile),
    "schedule": or_null(one(SCHEDULE, Schedule)),
    "valid_from_s": time_s(),
    "valid_to_s": time_s(),
    "model_digests": texts(text(longest=71, pattern=DIGEST), 0, None),
    "dpia_reference": or_null(text()),
    "dpia_not_required": or_null(text()),
    "raw_retention_s": constant(
        RAW_RETENTION_S,
        "raw_retention_s {got}: expected 0",
        hint="edgekit keeps no pictures of people",
    ),
    "aggregate_retention": text(pattern=DURATION),
    "objection": text(),
    "supervisory_authority": or_null(text()),
    "notice_url": or_null(text(pattern=URL)),
    "notice_digest": text(longest=71, pattern=DIGEST),
}
"""Every field of a signed authorisation; docs/schemas/authorisation.json is made of it."""

_NOT_BY_NAME = frozenset({"v", "raw_retention_s", *VIEW})

NOTICE: Table = {
    "notice": constant(VERSION, f"notice of format {{got}}: expected {VERSION}"),
    **{key: form for key, form in AUTHORISATION.items() if key not in NOT_ON_THE_SIGN},
}
"""Every field of a notice's meaning; docs/schemas/notice.json is made of it."""
