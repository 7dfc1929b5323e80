"""The record, version 1: what a device signs about one window or one event of its own.

A flat JSON object whose value stands under its unit, such as ``people`` or ``count``.
The schema is a table; a field that is not in it is refused, when signing as when reading.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from edgekit.errors import VerificationError
from edgekit.records import Aggregate, Event, Profile, RecordHead, SignedRecord
from edgekit.signing import dsse
from edgekit.signing.canonical import MAX_INTEGER, JsonValue, flat_to_bytes, read_flat
from edgekit.signing.keys import Signer
from edgekit.signing.schema import VERSION, require_fields

_BEFORE_SEQUENCE, _BEFORE_START = b',"sequence":', b',"window_start_s":'
_PLAIN = re.compile(b"(0|[1-9][0-9]{0,15}) (0|[1-9][0-9]{0,15})}")
RECORD_TYPE = "application/vnd.edgekit.record.v1+json"

Flat = dict[str, bool | int | str | None]


def sign_release(release: Aggregate | Event, head: RecordHead, signer: Signer) -> SignedRecord:
    """Sign what the gate released; VerificationError where no reader would accept it."""
    require_own(head, signer)
    fields = fields_of(release, head)
    require_fields(fields)
    envelope = dsse.sign(RECORD_TYPE, flat_to_bytes(fields), signer).to_bytes()
    return SignedRecord(sequence=head.sequence, envelope=envelope)


def sign_releases(
    releases: Sequence[Aggregate | Event], head: RecordHead, signer: Signer
) -> list[SignedRecord]:
    """Sign what the gate released, in order; sequences run on from the head's.

    Raises VerificationError where no reader would accept one of them.
    """
    return [
        sign_release(release, replace(head, sequence=sequence), signer)
        for sequence, release in enumerate(releases, head.sequence)
    ]


def require_own(head: RecordHead, signer: Signer) -> None:
    """Raise VerificationError unless the head names the signer's key."""
    if head.device != signer.key_id:
        raise VerificationError(
            f"record of device {head.device} cannot be signed by key {signer.key_id}"
        )


def fields_of(release: Aggregate | Event, head: RecordHead) -> Flat:
    """Return the fields of a record, unchecked."""
    body = _aggregate(release) if isinstance(release, Aggregate) else _event(release)
    return _head(head) | body


def time_of(fields: Mapping[str, JsonValue]) -> int:
    """Return the start of a record's window, or the time of its event, in Unix seconds."""
    return int(str(fields["t_s" if fields["type"] == "event" else "window_start_s"]))


def read_payload(payload: bytes) -> Mapping[str, JsonValue]:
    """Return the fields of a record, all of them checked: presence, type, range, agreement.

    Raises VerificationError. The signature is checked elsewhere, before.
    """
    head, _, rest = payload.partition(_BEFORE_SEQUENCE)
    sequence, _, rest = rest.partition(b",")
    middle, _, start = rest.rpartition(_BEFORE_START)
    if _PLAIN.fullmatch(sequence + b" " + start):
        # Of a log's windows all but these two numbers is nearly always known from others.
        fields = _window_at_zero(head, middle)
        if fields is not None:
            return _at(fields, int(sequence), int(start[:-1]))
    return _read(payload)


def _at(fields: Mapping[str, JsonValue], sequence: int, start_s: int) -> Mapping[str, JsonValue]:
    if start_s % int(str(fields["window_s"])) or max(sequence, start_s) > MAX_INTEGER:
        raise VerificationError(f"record {sequence} has a window that starts at {start_s}")
    return {**fields, "sequence": sequence, "window_start_s": start_s}


@lru_cache(maxsize=4096)
def _window_at_zero(head: bytes, middle: bytes) -> Mapping[str, JsonValue] | None:
    """Return the fields of a window as if it were the first of all; None for what is no window.

    Where this text is JSON, the two names stand in it as names: inside a string their quotes would
    end it. So it stays so with other numbers in these two places.
    """
    try:
        return _read(b"".join((head, _BEFORE_SEQUENCE, b"0,", middle, _BEFORE_START, b"0}")))
    except VerificationError:
        return None


def _read(payload: bytes) -> Mapping[str, JsonValue]:
    fields = read_flat(payload)
    require_fields(fields)
    return fields


def _head(head: RecordHead) -> Flat:
    return {
        "v": VERSION,
        "device": head.device,
        "site": head.site,
        "boot": head.boot,
        "sequence": head.sequence,
        "clock": head.clock,
        "seal": head.wall.eye,
        "seal_clerk": head.wall.clerk,
        "seal_herald": head.wall.herald,
        "users": head.wall.users,
        "source": head.source,
        "authorisation": head.authorisation,
        "notice": head.notice,
        "authority": head.authority,
        "software": head.software,
    }


def _aggregate(release: Aggregate) -> Flat:
    noise: Flat = {
        "epsilon_milli": release.epsilon_milli,
        "epsilon_day_milli": release.epsilon_day_milli,
    }
    return {
        **(noise if release.profile is Profile.DP else {}),
        "type": "aggregate",
        "metric": release.metric,
        "window_start_s": release.window_start_s,
        "window_s": release.window_s,
        "status": release.status,
        "reason": release.reason and release.reason,
        "uptime_percent": release.uptime_percent,
        "quality": release.quality,
        "profile": release.profile,
        release.unit.value: release.value,
    }


def _event(release: Event) -> Flat:
    return {
        "type": "event",
        "event": release.name,
        "t_s": release.t_s,
        "reason": release.reason and release.reason,
        "digest": release.digest,
        "metric": release.metric,
        "count": release.count,
        "profile": release.profile,
    }
