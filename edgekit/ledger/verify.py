"""Verification of whole ledgers: values in, a report or an error out.

Every record is checked by itself (form, signature, schema) and in its place (sequence, site,
device), and with it each commitment, each tree node and each checkpoint.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import Checkpoint, origin_of, verify_note
from edgekit.ledger.document import require_document
from edgekit.ledger.entry import Entry
from edgekit.ledger.lines import add_up, missing, read_record, wrong
from edgekit.ledger.merkle import EMPTY_ROOT, STRIDE, Frontier, leaf_hash
from edgekit.ledger.report import Report, Tally
from edgekit.signing.keys import PublicKey

RUN = 1024
"""So many entries are taken together."""


class LogReader(Protocol):
    """What verification asks of a ledger."""

    @property
    def origin(self) -> str:
        """Whose log it is: ``edgekit/<site>/<device>``."""
        ...

    @property
    def size(self) -> int:
        """How many records it says it holds."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Yield every entry in order."""
        ...

    def hash_at(self, level: int, index: int) -> bytes:
        """Return a complete tree node."""
        ...

    def checkpoints(self) -> Sequence[tuple[int, str]]:
        """Return every (size, note), the smallest size first."""
        ...

    def documents(self) -> Sequence[tuple[str, bytes]]:
        """Return every (digest, data)."""
        ...


def verify_ledger(
    ledger: LogReader,
    keys: Sequence[PublicKey],
    *,
    watch: Callable[[Iterator[Entry]], Iterable[Entry]] = iter,
) -> Report:
    """Check every record, commitment, tree node, checkpoint and document of a ledger.

    ``watch`` sees the entries pass by: for a progress bar.

    Raises:
        VerificationError: the first thing that is wrong; ``sequence`` names the record.
        LedgerError: the ledger cannot be read.
    """
    key = key_of(ledger.origin, keys)
    entries = watch(ledger.entries())
    return join_spans(ledger, key, spans_of(entries, ledger.origin, key))


def spans_of(entries: Iterable[Entry], origin: str, key: PublicKey) -> Iterator["Span"]:
    """Yield what each run of entries comes to, each entry checked by itself.

    Raises VerificationError for the first that is wrong.
    """
    rest = iter(entries)
    known = {key.key_id: key}
    while run := list(islice(rest, RUN)):
        span = Span(sequences=[entry.sequence for entry in run])
        for entry in run:
            envelope = entry.open()
            if envelope is None:
                span.tally.erased += 1
            else:
                _take(span.tally, envelope, entry.sequence, known, origin)
            span.leaves.append(leaf_hash(entry.commitment))
        yield span


@dataclass(slots=True, kw_only=True)
class Span:
    """A run of entries that verify by themselves: their places, leaf hashes, and sum."""

    sequences: list[int]
    leaves: list[bytes] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def join_spans(ledger: LogReader, key: PublicKey, spans: Iterable[Span]) -> Report:
    """Check places, tree, checkpoints and documents over runs of entries that verify.

    Raises VerificationError as `verify_ledger` does.
    """
    heads = [_head(ledger.origin, size, note, key) for size, note in ledger.checkpoints()]
    if ledger.size == 0:
        raise VerificationError("the ledger is empty: it verifies nothing")
    roots = {head.size: head.root for head in heads}
    tally, frontier = Tally(), Frontier()
    for span in spans:
        for place, sequence in enumerate(span.sequences, frontier.size):
            _require_place(sequence, place)
        add_up(tally, span.tally, frontier.size)
        frontier = _grown(frontier, span.leaves, ledger, roots)
    if frontier.size > ledger.size:
        raise wrong(ledger.size, "the ledger does not know that it holds it")
    _require_place(max([ledger.size, *roots]), frontier.size)
    for digest, data in ledger.documents():
        require_document(digest, data)
    notes = tuple(note for _, note in ledger.checkpoints())
    return tally.report(0, frontier.size, head=heads[-1] if heads else None, notes=notes, tree=True)


def _grown(
    frontier: Frontier, leaves: Sequence[bytes], ledger: LogReader, roots: Mapping[int, bytes]
) -> Frontier:
    """Return the tree with these leaves, compared on the way with what the ledger keeps of it."""
    start, end = frontier.size, frontier.size + len(leaves)
    stops = sorted({size for size in roots if start < size < end} | {end})
    for stop in stops:
        before = frontier.size
        frontier, nodes = frontier.extend(leaves[before - start : stop - start], stride=STRIDE)
        for node in nodes:
            if ledger.hash_at(node.level, node.place) != node.value:
                first = node.place << node.level
                last = first + (1 << node.level) - 1
                raise wrong(last, f"the tree over records {first} to {last} was altered")
        if roots.get(stop) not in (None, frontier.root()):
            raise wrong(stop - 1, f"the checkpoint of {stop} has another root")
    return frontier


def _take(
    tally: Tally, envelope: bytes, sequence: int, keys: Mapping[str, PublicKey], origin: str
) -> None:
    try:
        fields = read_record(envelope, keys)
    except VerificationError as error:
        raise wrong(sequence, str(error)) from None
    if fields["sequence"] != sequence:
        raise wrong(sequence, f"record {fields['sequence']} stands in its place")
    whose = (fields["site"], fields["device"])
    if whose != tally.whose and origin_of(*map(str, whose)) != origin:
        raise wrong(sequence, f"it is of site {fields['site']}, the ledger is {origin}")
    tally.add(fields)


def key_of(origin: str, keys: Sequence[PublicKey]) -> PublicKey:
    """Return the key of the device whose log this is; VerificationError where it is not given."""
    for key in keys:
        if origin.endswith(f"/{key.key_id}"):
            return key
    raise VerificationError(
        f"this is the ledger {origin} of another device: "
        f"the key given is {' or '.join(key.key_id for key in keys) or 'none'}",
        hint="give the public key of the device that wrote it",
    )


def _head(origin: str, size: int, note: str, key: PublicKey) -> Checkpoint:
    try:
        head = verify_note(note, origin, key)
    except VerificationError as error:
        raise VerificationError(f"the checkpoint of {size} is wrong: {error}") from None
    if (head.origin, head.size) != (origin, size):
        raise VerificationError(
            f"the checkpoint of {size} is of {head.origin}, size {head.size}: another one"
        )
    if head.size == 0 and head.root != EMPTY_ROOT:
        raise VerificationError("the checkpoint of 0 has another root than an empty tree")
    return head


def _require_place(found: int, expected: int) -> None:
    if found > expected:
        raise missing(expected, found)
    if found < expected:
        raise wrong(found, "it stands twice")
