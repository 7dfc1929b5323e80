"""One released number of one window, read back from the signed record that carries it."""

from dataclasses import dataclass

from edgekit.consent.metric import Metric
from edgekit.records import (
    Profile,
    QualityWord,
    Reason,
    SignedRecord,
    Status,
    Unit,
)
from edgekit.signing.canonical import JsonValue
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a record says of a metric; ``value`` is None unless the status is released."""

    sequence: int
    metric: Metric
    unit: Unit
    start_s: int
    window_s: int
    value: int | None
    status: Status
    reason: Reason | None
    uptime_percent: int
    quality: QualityWord
    profile: Profile

    @property
    def end_s(self) -> int:
        """When its window ended."""
        return self.start_s + self.window_s


def read(record: SignedRecord) -> Reading | None:
    """Return the reading of a record, None where it tells of an event.

    Nobody's signature is verified: it comes from the clerk, and who reads the page can do it.

    Raises VerificationError where it is no record.
    """
    fields = read_payload(Envelope.from_bytes(record.envelope).payload)
    if fields["type"] != "aggregate":
        return None
    metric = Metric.parse(str(fields["metric"]))
    unit = next(unit for unit in Unit if unit in fields)
    return Reading(
        sequence=record.sequence,
        metric=metric,
        unit=unit,
        start_s=_whole(fields["window_start_s"]),
        window_s=_whole(fields["window_s"]),
        value=None if fields[unit] is None else _whole(fields[unit]),
        status=Status(str(fields["status"])),
        reason=None if fields["reason"] is None else Reason(str(fields["reason"])),
        uptime_percent=_whole(fields["uptime_percent"]),
        quality=QualityWord(str(fields["quality"])),
        profile=Profile(str(fields["profile"])),
    )


def _whole(value: JsonValue) -> int:
    if not isinstance(value, int):  # what a record may be was looked at before
        raise TypeError(f"expected a whole number, got {type(value).__name__}")
    return value
