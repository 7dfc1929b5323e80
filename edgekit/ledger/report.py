"""What a verification found, for people and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import Checkpoint
from edgekit.signing.canonical import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The sum of records that all verify, ``first_sequence`` to ``last_sequence`` without a gap.

    ``released``, ``suppressed`` and ``gaps`` count windows by metric; times are Unix seconds, from
    the start of the first window to the end of the last; ``seals`` are those of windows. ``erased``
    records count in ``records`` and verify as commitments only. ``head`` is the latest checkpoint,
    where there is one.
    """

    records: int
    aggregates: int
    events: int
    released: int
    suppressed: int
    gaps: int
    erased: int
    first_sequence: int
    last_sequence: int
    first_s: int | None
    last_s: int | None
    site: str | None
    device: str | None
    metrics: tuple[str, ...]
    profiles: tuple[str, ...]
    seals: tuple[str, ...]
    head: Checkpoint | None


class Tally:
    """Adds records up; refuses one of another site or device than the first."""

    def __init__(self) -> None:
        self._whose: tuple[JsonValue, JsonValue] | None = None
        self._times: list[int] = []
        self._counts: dict[str, int] = {}
        self._seen: dict[str, set[str]] = {"metric": set(), "profile": set(), "seal": set()}

    def add(self, fields: Mapping[str, JsonValue]) -> None:
        """Count one verified record; VerificationError where it belongs to another log."""
        whose = (fields["site"], fields["device"])
        if self._whose not in (None, whose):
            raise VerificationError(
                f"it is of site {whose[0]}, device {whose[1]}: the records before it are not"
            )
        self._whose = whose
        for name, seen in self._seen.items():
            # An event of the node itself, such as its start, has no eye behind it and no number.
            if name in fields and (name == "profile" or fields["type"] == "aggregate"):
                seen.add(str(fields[name]))
        for word in (fields["type"], fields.get("status")):
            self._counts[str(word)] = self._counts.get(str(word), 0) + 1
        start = int(str(fields["t_s" if fields["type"] == "event" else "window_start_s"]))
        end = start + int(str(fields.get("window_s", 0)))
        self._times = [min([start, *self._times[:1]]), max([end, *self._times[1:]])]

    def report(
        self, first: int, end: int, *, erased: int = 0, head: Checkpoint | None = None
    ) -> Report:
        """Return the sum over the sequences from ``first`` up to, without, ``end``."""
        count = self._counts.get
        site, device = self._whose or (None, None)
        return Report(
            records=end - first,
            aggregates=count("aggregate", 0),
            events=count("event", 0),
            released=count("released", 0),
            suppressed=count("suppressed", 0),
            gaps=count("gap", 0),
            erased=erased,
            first_sequence=first,
            last_sequence=end - 1,
            first_s=self._times[0] if self._times else None,
            last_s=self._times[1] if self._times else None,
            site=None if site is None else str(site),
            device=None if device is None else str(device),
            metrics=tuple(sorted(self._seen["metric"])),
            profiles=tuple(sorted(self._seen["profile"])),
            seals=tuple(sorted(self._seen["seal"])),
            head=head,
        )
