"""What a signed record becomes on a broker: topics and payloads, and nothing that it does not say.

    for publication in publications(record, base="edgekit/square"): ...

| topic under the base | retained | what |
|---|---|---|
| ``record/METRIC``, ``record/event`` | yes | the signed envelope, byte by byte: to be verified |
| ``attributes/METRIC``, ``attributes/event`` | yes | the fields that matter, as flat JSON |
| ``state/METRIC``, ``state/event`` | yes | the plain value; ``None`` where there is none |
| ``status`` | yes | ``online``, or ``offline`` as the broker says when the node is gone |
| ``pause/set`` | never | to the node: the six digits that its own page shows |

``None`` is how Home Assistant is told that a state is not known: a window that was suppressed, or
in which nothing was seen, is never a number. Why stands in its attributes.

Source: MQTT 5.0, OASIS Standard, 4.7 (topics), 3.3.2.3.3 (expiry); Home Assistant, MQTT sensor.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.consent.presence import DIGITS
from edgekit.errors import OutletError, VerificationError
from edgekit.records import SignedRecord, Status, Unit
from edgekit.signing.canonical import JsonValue
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload

STATUS, PAUSE = "status", "pause/set"
ONLINE, OFFLINE = b"online", b"offline"
NOT_KNOWN = b"None"
EVENT = "event"
GRACE_S = 60
"""So much later than a window's end, and after one more window, its value counts as out of date."""

_TOLD = ("status", "reason", "uptime_percent", "quality", "profile", "epsilon_milli")
_TOLD_OF_EVENTS = ("reason", "metric", "count", "profile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One message: ``expires_s`` after its arrival the broker forgets it, None = never."""

    topic: str
    payload: bytes
    retain: bool
    expires_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a record says, as far as topics go; of an event ``window_s`` is 0."""

    sequence: int
    about: str
    t_s: int
    window_s: int
    value: bytes
    attributes: bytes


def read(record: SignedRecord) -> Said:
    """Read a signed record. Its signature is for who receives it: here it is not checked.

    Raises:
        OutletError: it is no record of its sequence.
    """
    try:
        fields = read_payload(Envelope.from_bytes(record.envelope).payload)
    except VerificationError as error:
        raise OutletError(f"record {record.sequence} is none: {error}") from error
    if fields["sequence"] != record.sequence:
        raise OutletError(f"record {record.sequence} says that it is {fields['sequence']}")
    if fields["type"] == EVENT:
        told = {"t_s": fields["t_s"], **{key: fields[key] for key in _TOLD_OF_EVENTS}}
        value, about, t_s, window_s = str(fields["event"]).encode(), EVENT, fields["t_s"], 0
    else:
        start_s, window_s = int(str(fields["window_start_s"])), int(str(fields["window_s"]))
        told = {key: fields[key] for key in _TOLD if key in fields}
        told |= {"window_start_s": start_s, "window_s": window_s}
        value, about, t_s = _value(fields), str(fields["metric"]), start_s
    return Said(
        sequence=record.sequence,
        about=about,
        t_s=int(str(t_s)),
        window_s=window_s,
        value=value,
        attributes=json.dumps(told, separators=(",", ":"), sort_keys=True).encode(),
    )


def _value(fields: Mapping[str, JsonValue]) -> bytes:
    unit = next(unit for unit in Unit if unit in fields)
    if fields["status"] != Status.RELEASED:
        return NOT_KNOWN
    return str(fields[unit]).encode()


def is_fresh(said: Said, now_s: int) -> bool:
    """Whether this is about now: a window that comes late is history, and no state any more.

    The last event stays the last one, however long ago it was.
    """
    return said.window_s == 0 or now_s < said.t_s + said.window_s + stale_after_s(said.window_s)


def stale_after_s(window_s: int) -> int:
    """Return how long a state holds from its arrival on, in seconds: until the next is overdue."""
    return 2 * window_s + GRACE_S


def publications(
    record: SignedRecord, *, base: str, now_s: int, keeps_s: int | None = None
) -> tuple[Publication, ...]:
    """Return what is published for a record, in order: the envelope, then what it means by now.

    Args:
        record: signed.
        base: the topic that all others begin with.
        now_s: Unix seconds, by which late records are told from states.
        keeps_s: how long the broker may keep an envelope; None = for ever.

    Raises:
        OutletError: it is no record of its sequence.
    """
    said = read(record)
    envelope = Publication(
        topic=f"{base}/record/{said.about}", payload=record.envelope, retain=True, expires_s=keeps_s
    )
    if not is_fresh(said, now_s):
        return (envelope,)
    expires_s = stale_after_s(said.window_s) if said.window_s else keeps_s
    told = (("attributes", said.attributes), ("state", said.value))
    return (
        envelope,
        *(
            Publication(
                topic=f"{base}/{kind}/{said.about}", payload=data, retain=True, expires_s=expires_s
            )
            for kind, data in told
        ),
    )


def read_digits(payload: bytes) -> int | None:
    """Return the digits that a command is made of, as a number; None for anything else."""
    if len(payload) != DIGITS or not payload.isdigit():
        return None
    return int(payload)
