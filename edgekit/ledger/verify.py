"""Verification of whole ledgers and of exported lines: values in, a report or an error out.

Every record is checked by itself (form, signature, schema) and in its place (sequence, site,
device); of a ledger also each commitment, each tree node and each checkpoint.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import Checkpoint, origin_of, verify_note
from edgekit.ledger.document import require_document
from edgekit.ledger.entry import Entry
from edgekit.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from edgekit.ledger.report import Report, Tally
from edgekit.signing import dsse
from edgekit.signing.canonical import JsonValue
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import PublicKey
from edgekit.signing.record import RECORD_TYPE, read_payload

Fields = Mapping[str, JsonValue]


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


def verify_record(envelope: bytes, keys: Sequence[PublicKey]) -> Fields:
    """Return the fields of one record that one of the keys signed, in its one exact form.

    Raises VerificationError.
    """
    read = Envelope.from_bytes(envelope)
    if read.to_bytes() != envelope or len(read.signatures) != 1:
        raise VerificationError("it is not in the one form of a record: canonical, one signature")
    fields = read_payload(dsse.verify(read, keys, payload_type=RECORD_TYPE))
    if fields["device"] != read.signatures[0].key_id:
        raise VerificationError(
            f"it says device {fields['device']}, but key {read.signatures[0].key_id} signed it"
        )
    return fields


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
    key = _key_of(ledger.origin, keys)
    heads = [_head(ledger.origin, size, note, key) for size, note in ledger.checkpoints()]
    if ledger.size == 0:
        raise VerificationError("the ledger is empty: it verifies nothing")
    roots = {head.size: head.root for head in heads}
    tally, erased, frontier = Tally(), 0, Frontier()
    for entry in watch(ledger.entries()):
        _require_place(entry.sequence, frontier.size)
        envelope = entry.open()
        if envelope is None:
            erased += 1
        else:
            _take(tally, envelope, entry.sequence, key, ledger.origin)
        frontier, nodes = frontier.append(leaf_hash(entry.commitment))
        if any(ledger.hash_at(node.level, node.index) != node.value for node in nodes[1:]):
            raise _wrong(entry.sequence, "the tree above it was altered")
        if roots.get(frontier.size) not in (None, frontier.root()):
            raise _wrong(entry.sequence, f"the checkpoint of {frontier.size} has another root")
    if frontier.size > ledger.size:
        raise _wrong(ledger.size, "the ledger does not know that it holds it")
    _require_place(max([ledger.size, *roots]), frontier.size)
    for digest, data in ledger.documents():
        require_document(digest, data)
    return tally.report(0, frontier.size, erased=erased, head=heads[-1] if heads else None)


def verify_lines(
    lines: Iterable[bytes],
    keys: Sequence[PublicKey],
    *,
    where: Callable[[int], str] = "line {}".format,
) -> Report:
    """Check exported records: one envelope a line, each line with its line end, in order.

    The first line may have any sequence: older files may be gone. That the end is missing cannot
    be seen from lines alone; a checkpoint of the ledger shows it. ``where`` says in words where the
    n-th line stands, from 1.

    Raises:
        VerificationError: the first record that is wrong, missing, doubled or out of order;
            ``sequence`` names it, where its line still tells or its neighbours do.
    """
    if not keys:
        raise VerificationError("no key to verify with: expected at least one")
    tally, rest = Tally(), iter(lines)
    first = end = -1
    for number, line in enumerate(rest, 1):
        expected = _claimed(line) if first < 0 else end
        fields = _line(line, where(number), expected, keys)
        sequence = int(str(fields["sequence"]))
        if first < 0:
            first = end = sequence
        if sequence != end:
            raise _disorder(sequence, (first, end), where(number), rest)
        _add(tally, fields, sequence)
        end = sequence + 1
    if first < 0:
        raise VerificationError("no records: an empty file verifies nothing")
    return tally.report(first, end)


def _line(line: bytes, place: str, expected: int | None, keys: Sequence[PublicKey]) -> Fields:
    name = "a record" if expected is None else f"record {expected}"
    if not line.endswith(b"\n"):
        raise VerificationError(
            f"{name} ({place}) has no line end: the file was cut off there",
            sequence=expected,
        )
    try:
        return verify_record(line[:-1], keys)
    except VerificationError as error:
        raise VerificationError(
            f"{name} ({place}) is wrong: {error}", hint=error.hint, sequence=expected
        ) from None


def _claimed(line: bytes) -> int | None:
    """Return the sequence that a line claims, unverified: good for naming it, for nothing else."""
    try:
        sequence = read_payload(Envelope.from_bytes(line).payload)["sequence"]
    except VerificationError:
        return None
    return int(str(sequence))


def _disorder(
    sequence: int, seen: tuple[int, int], place: str, rest: Iterable[bytes]
) -> VerificationError:
    """Name what is wrong where ``sequence`` came after ``seen``, all of them from, up to."""
    first, expected = seen
    if first <= sequence < expected:
        return _wrong(sequence, f"it stands twice, again in {place}")
    if sequence < first:
        return _wrong(sequence, f"it is out of order: {place} comes after record {first}")
    if any(_claimed(line) == expected for line in rest):
        return _wrong(expected, f"it is out of order: record {sequence} in {place} comes before it")
    return _missing(expected, sequence)


def _take(tally: Tally, envelope: bytes, sequence: int, key: PublicKey, origin: str) -> None:
    try:
        fields = verify_record(envelope, [key])
    except VerificationError as error:
        raise _wrong(sequence, str(error)) from None
    if fields["sequence"] != sequence:
        raise _wrong(sequence, f"record {fields['sequence']} stands in its place")
    if origin_of(str(fields["site"]), str(fields["device"])) != origin:
        raise _wrong(sequence, f"it is of site {fields['site']}, the ledger is {origin}")
    tally.add(fields)


def _add(tally: Tally, fields: Fields, sequence: int) -> None:
    try:
        tally.add(fields)
    except VerificationError as error:
        raise _wrong(sequence, str(error)) from None


def _key_of(origin: str, keys: Sequence[PublicKey]) -> PublicKey:
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
        raise _missing(expected, found)
    if found < expected:
        raise _wrong(found, "it stands twice")


def _missing(start: int, end: int) -> VerificationError:
    which = f"record {start} is" if end == start + 1 else f"records {start} to {end - 1} are"
    return VerificationError(f"{which} missing", sequence=start)


def _wrong(sequence: int, why: str) -> VerificationError:
    return VerificationError(f"record {sequence} is wrong: {why}", sequence=sequence)
