"""What stands outside a log and holds it fast: kept checkpoints, witnesses, the registry.

Signatures and order show that nothing between the first and the last record was changed. That the
end is not missing, and that the history is the one that others saw, is shown by an anchor only.
"""

from collections.abc import Callable
from dataclasses import dataclass

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import Checkpoint, verify_note
from edgekit.ledger.cosignature import Witness, cosigned_at
from edgekit.ledger.report import Report
from edgekit.ledger.testimony import utc
from edgekit.signing.identity import LogEnd
from edgekit.signing.keys import PublicKey
from edgekit.signing.registry import Entry, KeyStatus

RootAt = Callable[[int], bytes]
DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What the reader holds: notes kept earlier, trusted witnesses, the expected end, the registry.

    ``quorum`` is how many of the witnesses have to have signed; with None nobody has to, and who
    did is told. Raises VerificationError where it is none, or more than there are.
    """

    notes: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    quorum: int | None = None
    until_s: int | None = None
    entry: Entry | None = None

    def __post_init__(self) -> None:
        if self.quorum is not None and not 1 <= self.quorum <= len(self.witnesses):
            raise VerificationError(
                f"quorum {self.quorum} of {len(self.witnesses)} witnesses: "
                f"expected 1 to {len(self.witnesses)}",
                hint="name each of them with --witness",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """The largest state that enough witnesses co-signed: who, and by when they all had."""

    size: int
    t_s: int
    names: tuple[str, ...]


def hold(
    report: Report, anchors: Anchors, *, origin: str, key: PublicKey, root_at: RootAt | None
) -> Witnessed | None:
    """Check a report against what the reader holds; return what witnesses say, None for nothing.

    Args:
        report: of records that verify by themselves.
        anchors: what the reader holds.
        origin: the log's name.
        key: the log's key.
        root_at: gives the root over the first so many records; None where only lines are at hand,
            of which a checkpoint tells the number and no more.

    Raises:
        VerificationError: the log does not reach so far, too few witnesses signed it, or it is
            another than the one that was checkpointed, co-signed or registered; ``sequence`` names
            the first record at fault.
    """
    end = report.last_sequence + 1
    for note in anchors.notes:
        _require_holds(verify_note(note, origin, key), end, origin, root_at)
    witnessed = _witnessed(report, anchors, root_at)
    if anchors.quorum is not None and witnessed is None:
        raise VerificationError(
            f"unwitnessed: fewer than {anchors.quorum} of the witnesses that you trust co-signed "
            f"{origin}",
            hint="the published log shows what they signed; exported lines alone do not",
        )
    if anchors.until_s is not None and (report.last_s or 0) < anchors.until_s:
        raise VerificationError(
            f"records from {end} on are missing: the last window ends at "
            f"{utc(report.last_s or 0)}, expected until {utc(anchors.until_s)}",
            sequence=end,
        )
    if anchors.entry is not None:
        _require_valid(report, anchors.entry, witnessed, root_at)
    return witnessed


def _require_holds(held: Checkpoint, end: int, origin: str, root_at: RootAt | None) -> None:
    if held.origin != origin:
        raise VerificationError(f"checkpoint is of {held.origin}, the records are of {origin}")
    if held.size > end:
        last = held.size - 1
        which = f"record {end} is" if last == end else f"records {end} to {last} are"
        raise VerificationError(
            f"{which} missing at the end: the checkpoint that you hold covers {held.size}",
            sequence=end,
        )
    if root_at is not None and root_at(held.size) != held.root:
        raise VerificationError(
            f"history was rewritten: the first {held.size} records are not those that the "
            "checkpoint which you hold was signed over",
            sequence=max(0, held.size - 1),
        )


def _witnessed(report: Report, anchors: Anchors, root_at: RootAt | None) -> Witnessed | None:
    best: Witnessed | None = None
    enough = anchors.quorum or 1
    if root_at is None:
        return None  # lines have no tree: nothing tells that these are what was co-signed
    for note in (*anchors.notes, *report.notes):
        times = cosigned_at(note, anchors.witnesses)
        size = int(note.split("\n")[1])
        if len(times) < enough:
            continue
        if best is None or size > best.size:
            t_s = sorted(times.values())[enough - 1]
            best = Witnessed(size=size, t_s=t_s, names=tuple(sorted(times)))
    return best


def _require_valid(
    report: Report, entry: Entry, witnessed: Witnessed | None, root_at: RootAt | None
) -> None:
    """Hold the records against the registry's entry of their key."""
    if report.site is not None and entry.site != report.site:
        raise VerificationError(
            f"key {entry.key.key_id} is registered for site {entry.site}, not {report.site}"
        )
    first_s, last_s = report.first_s or entry.not_before_s, report.last_s or entry.not_before_s
    # A window may have begun before the key did, by a day at most: so long are windows.
    if first_s < entry.not_before_s - DAY_S or last_s > entry.not_after_s:
        raise VerificationError(
            f"records of {utc(first_s)} to {utc(last_s)}: key {entry.key.key_id} is valid from "
            f"{utc(entry.not_before_s)} to {utc(entry.not_after_s)}"
        )
    if entry.status is KeyStatus.REVOKED:
        _require_before(report, entry, witnessed)
    if entry.end is not None:
        _require_ended(report, entry.key.key_id, entry.end, root_at)


def _require_before(report: Report, entry: Entry, witnessed: Witnessed | None) -> None:
    since_s = entry.since_s or 0
    proven = witnessed.size if witnessed is not None and witnessed.t_s <= since_s else 0
    if report.last_sequence >= proven:
        first = max(proven, report.first_sequence)
        raise VerificationError(
            f"records from {first} on prove nothing: key {entry.key.key_id} is revoked from "
            f"{utc(since_s)} on ({entry.reason}), and no witness co-signed them before",
            sequence=first,
            hint="who has the key can sign any time: only a co-signature tells what is older",
        )


def _require_ended(report: Report, key_id: str, log_end: LogEnd, root_at: RootAt | None) -> None:
    end = report.last_sequence + 1
    if end > log_end.size:
        raise VerificationError(
            f"record {log_end.size} is one too many: key {key_id} was retired, and its "
            f"log ended with {log_end.size} records",
            sequence=log_end.size,
        )
    if end < log_end.size:
        raise VerificationError(
            f"records {end} to {log_end.size - 1} are missing at the end: the registry says that "
            f"the log ended with {log_end.size} records",
            sequence=end,
        )
    if root_at is not None and root_at(end) != log_end.root:
        raise VerificationError(
            "history was rewritten: the log does not end as the registry says",
            sequence=max(0, end - 1),
        )
