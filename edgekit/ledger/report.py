"""What a verification found, for people and for programs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import Checkpoint
from edgekit.signing.canonical import JsonValue
from edgekit.signing.record import time_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The sum of records that all verify, ``first_sequence`` to ``last_sequence`` without a gap.

    ``released``, ``suppressed`` and ``gaps`` count windows by metric; times are Unix seconds, from
    the start of the first window to the end of the last; ``seals`` are those of windows. ``erased``
    records count in ``records`` and verify as commitments only. ``head`` is the latest checkpoint,
    where there is one, ``notes`` all that are kept, signed by the log, co-signed or not. ``tree``
    says whether the log's tree was at hand: lines have none, and no checkpoint's root to compare.
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
    notes: tuple[str, ...] = ()
    tree: bool = False


@dataclass(slots=True, kw_only=True)
class Tally:
    """Adds records up; refuses one of another site or device than the first."""

    whose: tuple[JsonValue, JsonValue] | None = None
    erased: int = 0
    from_s: int | None = None
    to_s: int | None = None
    counts: Counter[str] = field(default_factory=Counter)
    metrics: set[str] = field(default_factory=set)
    profiles: set[str] = field(default_factory=set)
    seals: set[str] = field(default_factory=set)

    def add(self, what: "Mapping[str, JsonValue] | Tally") -> None:
        """Count one verified record, or all of another sum.

        VerificationError where it belongs to another log.
        """
        if isinstance(what, Tally):
            self._add_sum(what)
        else:
            self._add_record(what)

    def _add_record(self, fields: Mapping[str, JsonValue]) -> None:
        whose = (fields["site"], fields["device"])
        if whose != self.whose:
            self._require_same(whose)
        start = end = time_of(fields)
        counts = self.counts
        if fields["type"] == "aggregate":
            end += int(str(fields["window_s"]))
            # An event of the node itself, such as its start, has no eye behind it and no number.
            self.metrics.add(str(fields["metric"]))
            self.seals.add(str(fields["seal"]))
            counts["aggregate"] += 1
            counts[str(fields["status"])] += 1
        else:
            counts["event"] += 1
        self.profiles.add(str(fields["profile"]))
        self._span(start, end)

    def _add_sum(self, other: "Tally") -> None:
        self.erased += other.erased
        if other.whose is not None:
            self._require_same(other.whose)
        self.counts += other.counts
        self.metrics |= other.metrics
        self.profiles |= other.profiles
        self.seals |= other.seals
        if other.from_s is not None and other.to_s is not None:
            self._span(other.from_s, other.to_s)

    def _require_same(self, whose: tuple[JsonValue, JsonValue]) -> None:
        if self.whose not in (None, whose):
            raise VerificationError(
                f"it is of site {whose[0]}, device {whose[1]}: the records before it are not"
            )
        self.whose = whose

    def _span(self, start_s: int, end_s: int) -> None:
        if self.from_s is None or start_s < self.from_s:
            self.from_s = start_s
        if self.to_s is None or end_s > self.to_s:
            self.to_s = end_s

    def report(
        self,
        first: int,
        end: int,
        *,
        head: Checkpoint | None = None,
        notes: tuple[str, ...] = (),
        tree: bool = False,
    ) -> Report:
        """Return the sum over the sequences from ``first`` up to, without, ``end``."""
        counts = self.counts
        site, device = self.whose or (None, None)
        return Report(
            records=end - first,
            aggregates=counts["aggregate"],
            events=counts["event"],
            released=counts["released"],
            suppressed=counts["suppressed"],
            gaps=counts["gap"],
            erased=self.erased,
            first_sequence=first,
            last_sequence=end - 1,
            first_s=self.from_s,
            last_s=self.to_s,
            site=None if site is None else str(site),
            device=None if device is None else str(device),
            metrics=tuple(sorted(self.metrics)),
            profiles=tuple(sorted(self.profiles)),
            seals=tuple(sorted(self.seals)),
            head=head,
            notes=notes,
            tree=tree,
        )
