"""Records signed in one go: of one device and site, in order; what a ledger takes whole or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.records import SignedRecord
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import RECORD_TYPE, read_payload, time_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records whose sequences follow each other from ``first`` on.

    ``device`` and ``site`` are those of every record, None in an empty batch, as is ``last_t_s``,
    the latest start of a window or time of an event. Made by a `Scribe` of what it just
    signed, or by `read` of what came from elsewhere.
    """

    records: tuple[SignedRecord, ...]
    first: int
    device: str | None
    site: str | None
    last_t_s: int | None

    @classmethod
    def read(cls, records: Sequence[SignedRecord]) -> "Batch":
        """Read records from elsewhere and check that they belong together, but no signature.

        Raises VerificationError naming the record.
        """
        if not records:
            return cls(records=(), first=0, device=None, site=None, last_t_s=None)
        whose: set[tuple[str, str]] = set()
        times = []
        for expected, record in enumerate(records, records[0].sequence):
            try:
                envelope = Envelope.from_bytes(record.envelope)
                fields = read_payload(envelope.payload)
            except VerificationError as error:
                raise VerificationError(f"record {record.sequence} is none: {error}") from None
            found = (envelope.payload_type, fields["sequence"], record.sequence)
            wanted = (RECORD_TYPE, expected, expected)
            if found != wanted:
                raise VerificationError(f"record {found} cannot be taken: expected {wanted}")
            whose.add((str(fields["device"]), str(fields["site"])))
            times.append(time_of(fields))
        if len(whose) > 1:
            raise VerificationError(f"records of {sorted(whose)} cannot be taken together")
        ((device, site),) = whose
        return cls(
            records=tuple(records),
            first=records[0].sequence,
            device=device,
            site=site,
            last_t_s=max(times),
        )
