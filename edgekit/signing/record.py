"""The record, version 1: what a device signs about one window or one event of its own.

A flat JSON object whose value stands under its unit, such as ``people`` or ``count``.
The schema is a table; a field that is not in it is refused, when signing as when reading.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from edgekit.errors import VerificationError
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Event,
    EventName,
    Profile,
    QualityWord,
    Reason,
    RecordHead,
    Seal,
    SignedRecord,
    Status,
    Unit,
)
from edgekit.signing import dsse
from edgekit.signing.canonical import MAX_INTEGER, JsonValue, flat_to_bytes, read_flat, shown
from edgekit.signing.keys import Signer

RECORD_TYPE = "application/vnd.edgekit.record.v1+json"
VERSION = 1
DAY_S = 86_400

Check = Callable[[JsonValue], bool]


def sign_release(release: Aggregate | Event, head: RecordHead, signer: Signer) -> SignedRecord:
    """Sign what the gate released; VerificationError where no reader would accept it."""
    return sign_releases([release], head, signer)[0]


def sign_releases(
    releases: Sequence[Aggregate | Event], head: RecordHead, signer: Signer
) -> list[SignedRecord]:
    """Sign what the gate released, in order; sequences run on from the head's.

    Raises VerificationError where no reader would accept one of them.
    """
    if head.device != signer.key_id:
        raise VerificationError(
            f"record of device {head.device} cannot be signed by key {signer.key_id}"
        )
    fixed = _head(head)
    signed = []
    for sequence, release in enumerate(releases, head.sequence):
        body = _aggregate(release) if isinstance(release, Aggregate) else _event(release)
        fields = {**fixed, **body, "sequence": sequence}
        require_fields(fields)
        envelope = dsse.sign(RECORD_TYPE, flat_to_bytes(fields), signer).to_bytes()
        signed.append(SignedRecord(sequence=sequence, envelope=envelope))
    return signed


def time_of(fields: Mapping[str, JsonValue]) -> int:
    """Return the start of a record's window, or the time of its event, in Unix seconds."""
    return int(str(fields["t_s" if fields["type"] == "event" else "window_start_s"]))


def read_payload(payload: bytes) -> Mapping[str, JsonValue]:
    """Return the fields of a record, all of them checked: presence, type, range, agreement.

    Raises VerificationError. The signature is checked elsewhere, before.
    """
    fields = read_flat(payload)
    require_fields(fields)
    return fields


def require_fields(fields: Mapping[str, JsonValue]) -> None:
    """Raise VerificationError unless these are the fields of a record."""
    kind = fields.get("type")
    schema = _SCHEMAS.get(kind) if isinstance(kind, str) else None
    if schema is None:
        raise VerificationError(f"record type {kind!r:.40}: expected aggregate or event")
    odd = fields.keys() ^ schema.keys()
    units = sorted(odd & _UNITS) if kind == "aggregate" else []
    if wrong := sorted(odd.difference(units)):
        names = ", ".join(map(shown, wrong))
        raise VerificationError(f"record has missing or unknown fields: {names:.200}")
    for name, value in fields.items():
        check, wanted = schema.get(name, _VALUE)
        # Most strings are the same in every record of a log: each is looked at once.
        fits = _fits(check, value) if type(value) is str else check(value)
        if not fits:
            raise VerificationError(f"record {name} is {value!r:.80}: expected {wanted}")
    if kind == "aggregate":
        _require_agreement(fields, units)
    else:
        _require_event(fields)


@lru_cache(maxsize=4096)
def _fits(check: Check, value: str) -> bool:
    return check(value)


def _head(head: RecordHead) -> dict[str, bool | int | str | None]:
    return {
        "v": VERSION,
        "device": head.device,
        "site": head.site,
        "boot": head.boot,
        "sequence": head.sequence,
        "clock": head.clock.value,
        "seal": head.seal.value,
        "authorisation": head.authorisation,
        "notice": head.notice,
        "authority": head.authority,
        "software": head.software,
    }


def _aggregate(release: Aggregate) -> dict[str, bool | int | str | None]:
    return {
        "type": "aggregate",
        "metric": release.metric,
        "window_start_s": release.window_start_s,
        "window_s": release.window_s,
        "status": release.status.value,
        "reason": release.reason and release.reason.value,
        "uptime_percent": release.uptime_percent,
        "quality": release.quality.value,
        "profile": release.profile.value,
        release.unit.value: release.value,
    }


def _event(release: Event) -> dict[str, bool | int | str | None]:
    return {
        "type": "event",
        "event": release.name.value,
        "t_s": release.t_s,
        "reason": release.reason and release.reason.value,
        "digest": release.digest,
        "metric": release.metric,
        "count": release.count,
        "profile": release.profile.value,
    }


def _require_agreement(fields: Mapping[str, JsonValue], units: list[str]) -> None:
    if len(units) != 1:
        found = " and ".join(units) or "none"
        raise VerificationError(f"record has values under {found}: expected one unit")
    released = fields["status"] == Status.RELEASED
    if released != (fields[units[0]] is not None):
        raise VerificationError(f"record is {fields['status']}, but its value says otherwise")
    if not released and fields["reason"] is None:
        raise VerificationError(f"record is {fields['status']} without a reason")
    start, length = fields["window_start_s"], fields["window_s"]
    if isinstance(start, int) and isinstance(length, int) and start % length:
        raise VerificationError(f"record window starts at {start}: off the grid of {length} s")


def _require_event(fields: Mapping[str, JsonValue]) -> None:
    correction = fields["event"] == EventName.CORRECTION
    if correction != (fields["metric"] is not None):
        raise VerificationError(f"record of event {fields['event']}: a correction names its metric")
    exact = correction and fields["profile"] in (Profile.HOME, Profile.LOCAL)
    if exact != (fields["count"] is not None):
        raise VerificationError(
            f"record of event {fields['event']} under {fields['profile']}: "
            "only a correction under home or local says how many"
        )


def _text(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _one_of(values: type[StrEnum]) -> Check:
    allowed = frozenset(member.value for member in values)
    return lambda value: isinstance(value, str) and value in allowed


def _whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _uptime(value: JsonValue) -> bool:
    return type(value) is int and value in range(0, 101, 5)


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


_UNITS = frozenset(unit.value for unit in Unit)
_KEY_ID = "[0-9a-f]{16}"
_DIGEST = "sha256:[0-9a-f]{64}"
_TIME = (_whole(0, MAX_INTEGER), "whole seconds since 1970")
_VALUE = (_or_null(_whole(0, MAX_INTEGER)), "a whole number or null")
_METRIC = (_text(r"[a-z0-9_-]{1,24}(\.[a-z0-9_-]{1,24}){1,3}"), "a dotted name")
_REASON = (_or_null(_one_of(Reason)), "a reason or null")

_HEAD: Mapping[str, tuple[Check, str]] = {
    "v": (_whole(VERSION, VERSION), "version 1"),
    "type": (_text("aggregate|event"), "aggregate or event"),
    "device": (_text(_KEY_ID), "16 hex digits"),
    "site": (_text("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), "1 to 64 letters, digits, . _ -"),
    "boot": (_text("[0-9a-f]{16}"), "16 hex digits"),
    "sequence": (_whole(0, MAX_INTEGER), "a whole number"),
    "clock": (_one_of(ClockTrust), "synced, free or none"),
    "seal": (_one_of(Seal), "none, partial or sealed"),
    "authorisation": (_text(_DIGEST), "sha256: and 64 hex digits"),
    "notice": (_text(_DIGEST), "sha256: and 64 hex digits"),
    "authority": (_text(f"self|{_KEY_ID}"), "a key id or self"),
    "software": (_text("[ -~]{1,64}"), "1 to 64 printable ASCII characters"),
    "profile": (_one_of(Profile), "a profile"),
    "reason": _REASON,
}

_SCHEMAS: Mapping[str, Mapping[str, tuple[Check, str]]] = {
    "aggregate": {
        **_HEAD,
        "metric": _METRIC,
        "window_start_s": _TIME,
        "window_s": (_whole(1, DAY_S), f"1 to {DAY_S}"),
        "status": (_one_of(Status), "released, suppressed or gap"),
        "uptime_percent": (_uptime, "a multiple of 5, 0 to 100"),
        "quality": (_one_of(QualityWord), "good, degraded or blind"),
    },
    "event": {
        **_HEAD,
        "event": (_one_of(EventName), "an event"),
        "t_s": _TIME,
        "digest": (_or_null(_text(_DIGEST)), "sha256: and 64 hex digits, or null"),
        "metric": (_or_null(_METRIC[0]), "a dotted name or null"),
        "count": _VALUE,
    },
}
