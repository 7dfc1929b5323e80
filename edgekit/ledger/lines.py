"""Verification of exported records: lines in, a report or an error out."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from edgekit.errors import VerificationError
from edgekit.ledger.report import Report, Tally
from edgekit.signing.canonical import JsonValue
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import PublicKey
from edgekit.signing.line import open_envelope
from edgekit.signing.record import read_payload

Fields = Mapping[str, JsonValue]


def verify_record(envelope: bytes, keys: Sequence[PublicKey]) -> Fields:
    """Return the fields of one record that one of the keys signed, in its one exact form.

    Raises VerificationError.
    """
    return read_record(envelope, {key.key_id: key for key in keys})


def read_record(envelope: bytes, keys: Mapping[str, PublicKey]) -> Fields:
    """Return the fields of one record as `verify_record` does; ``keys`` by their ids."""
    key_id, payload = open_envelope(envelope, keys)
    fields = read_payload(payload)
    if fields["device"] != key_id:
        raise VerificationError(f"it says device {fields['device']}, but key {key_id} signed it")
    return fields


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
    known = {key.key_id: key for key in keys}
    first = end = -1
    for number, line in enumerate(rest, 1):
        expected = _claimed(line) if first < 0 else end
        fields = _line(line, where(number), expected, known)
        sequence = int(str(fields["sequence"]))
        if first < 0:
            first = end = sequence
        if sequence != end:
            raise _disorder(sequence, (first, end), where(number), rest)
        add_up(tally, fields, sequence)
        end = sequence + 1
    if first < 0:
        raise VerificationError("no records: an empty file verifies nothing")
    return tally.report(first, end)


def _line(line: bytes, place: str, expected: int | None, keys: Mapping[str, PublicKey]) -> Fields:
    name = "a record" if expected is None else f"record {expected}"
    if not line.endswith(b"\n"):
        raise VerificationError(
            f"{name} ({place}) has no line end: the file was cut off there",
            sequence=expected,
        )
    try:
        return read_record(line[:-1], keys)
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
        return wrong(sequence, f"it stands twice, again in {place}")
    if sequence < first:
        return wrong(sequence, f"it is out of order: {place} comes after record {first}")
    if any(_claimed(line) == expected for line in rest):
        return wrong(expected, f"it is out of order: record {sequence} in {place} comes before it")
    return missing(expected, sequence)


def add_up(tally: Tally, what: Fields | Tally, sequence: int) -> None:
    """Add to a sum; VerificationError naming the record where it belongs to another log."""
    try:
        tally.add(what)
    except VerificationError as error:
        raise wrong(sequence, str(error)) from None


def missing(start: int, end: int) -> VerificationError:
    """Return the error for records from ``start`` up to, without, ``end`` that are not there."""
    which = f"record {start} is" if end == start + 1 else f"records {start} to {end - 1} are"
    return VerificationError(f"{which} missing", sequence=start)


def wrong(sequence: int, why: str) -> VerificationError:
    """Return the error for one record."""
    return VerificationError(f"record {sequence} is wrong: {why}", sequence=sequence)
