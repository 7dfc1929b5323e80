"""A log of a thousand records, tampered with in every place: each is noticed and named.

A sample of the places here, all of them by ``make prove``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from edgekit.errors import VerificationError
from edgekit.ledger.anchor import Anchors, hold
from edgekit.ledger.checkpoint import Checkpoint, origin_of
from edgekit.ledger.entry import Entry, commitment
from edgekit.ledger.lines import verify_lines
from edgekit.ledger.merkle import Frontier, leaf_hash, root_of
from edgekit.ledger.verify import spans_of, verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner, PublicKey

COUNT = 1_000
SIGNER = MemorySigner.from_seed(b"\x07" * 32)
ORIGIN = origin_of("plaza", SIGNER.key_id)


@dataclass
class Remembering:
    """A public key that checks each signature once; so a thousand logs of good records go fast."""

    key: PublicKey
    good: set[tuple[bytes, bytes]] = field(default_factory=set)

    @property
    def key_id(self) -> str:
        return self.key.key_id

    @property
    def raw(self) -> bytes:
        return self.key.raw

    @property
    def algorithm(self) -> str:
        return self.key.algorithm

    def verify(self, signature: bytes, data: bytes) -> None:
        if (signature, data) not in self.good:
            self.key.verify(signature, data)
            self.good.add((signature, data))


class Log:
    """A thousand records, in lines and as a ledger, and the checkpoint that a reader kept."""

    def __init__(self, records: list[SignedRecord]) -> None:
        self.key = Remembering(SIGNER.public_key)
        self.lines = [record.envelope + b"\n" for record in records]
        self.rows = [
            Entry(
                record.sequence,
                commitment(record.sequence.to_bytes(32, "big"), record.envelope),
                record.sequence.to_bytes(32, "big"),
                record.envelope,
            )
            for record in records
        ]
        self.leaves = [leaf_hash(row.commitment) for row in self.rows]
        root = root_of(self.leaves)
        state = Checkpoint(origin=ORIGIN, size=len(records), root=root)
        self.held = Anchors(notes=(state.to_note(ORIGIN, SIGNER),))
        _, nodes = Frontier().extend(self.leaves, stride=8)
        self.nodes = {(node.level, node.place): node.value for node in nodes}

    def refused(self, lines: list[bytes]) -> int | None:
        """Verify lines against the kept checkpoint; return what record is named."""
        with pytest.raises(VerificationError) as caught:
            self.judge(lines)
        return caught.value.sequence

    def judge(self, lines: list[bytes]) -> None:
        report = verify_lines(lines, [self.key])
        hold(report, self.held, origin=ORIGIN, key=self.key, root_at=None)


@pytest.fixture(scope="session")
def log(many_records: Callable[[int], list[SignedRecord]]) -> Log:
    found = Log(many_records(COUNT))
    found.judge(found.lines)  # from here on every good signature is known
    return found


class Ledger:
    """The rows as a ledger that says it holds so many."""

    origin = ORIGIN

    def __init__(self, log: Log, rows: list[Entry], size: int) -> None:
        self.log, self.rows, self.size = log, rows, size

    def entries(self) -> Iterator[Entry]:
        return iter(self.rows)

    def hash_at(self, level: int, index: int) -> bytes:
        return self.log.nodes[level, index]

    def checkpoints(self) -> list[tuple[int, str]]:
        return []

    def documents(self) -> list[tuple[str, bytes]]:
        return []


def each_byte(log: Log, every: int) -> int:
    """Alter every so many-th byte of all lines, alone; each is named. Return how many."""
    done = 0
    for sequence in range(1, COUNT):
        before, line = log.lines[sequence - 1], log.lines[sequence]
        for at in range(sequence % every, len(line), every):
            altered = bytearray(line)
            altered[at] ^= 1 + (sequence + at) % 255
            assert log.refused([before, bytes(altered)]) == sequence
            done += 1
    return done


def each_byte_of_the_ledger(log: Log, every: int) -> int:
    """Alter bytes of envelope, salt and commitment; each is named."""
    done = 0
    for row in log.rows:
        for name in ("envelope", "salt", "commitment"):
            data = getattr(row, name)
            for at in range(row.sequence % every % len(data), len(data), every):
                altered = bytearray(data)
                altered[at] ^= 1 + (row.sequence + at) % 255
                with pytest.raises(VerificationError) as caught:
                    list(spans_of([row._replace(**{name: bytes(altered)})], ORIGIN, log.key))
                assert caught.value.sequence == row.sequence
                done += 1
    return done


def each_cut(log: Log, every: int) -> int:
    """Cut the file after every so many-th byte."""
    done = 0
    for sequence in range(1, COUNT):
        before, line = log.lines[sequence - 1], log.lines[sequence]
        for at in range(1 + sequence % every, len(line), every):
            assert log.refused([before, line[:at]]) == sequence
            done += 1
    return done


def each_record(log: Log, every: int) -> int:
    """Drop, double, swap and cut off after every so many-th record."""
    done = 0
    for n in range(every % 7, COUNT, every):
        lines, rows = log.lines, log.rows
        assert log.refused(lines[:n]) == (n or None)
        if n:
            assert log.refused([*lines[:n], *lines[n + 1 :]]) == n
        else:  # older files may be gone, which the report says
            assert verify_lines(lines[1:], [log.key]).first_sequence == 1
        assert log.refused([*lines[: n + 1], *lines[n:]]) == n
        dropped = [*rows[:n], *rows[n + 1 :]]
        doubled = [*rows[: n + 1], *rows[n:]]
        for changed in (rows[:n], dropped, doubled):
            with pytest.raises(VerificationError) as caught:
                verify_ledger(Ledger(log, changed, COUNT), [log.key])
            assert caught.value.sequence == n
        done += 6
        if n + 1 < COUNT:
            swapped = [*lines[:n], lines[n + 1], lines[n], *lines[n + 2 :]]
            # Of the first two swapped the second stands where a file may begin.
            assert log.refused(swapped) == n
            done += 1
    return done


def test_a_sample_of_all_places(log: Log) -> None:
    assert each_byte(log, 1_009) > 900
    assert each_byte_of_the_ledger(log, 97) > 2_000
    assert each_cut(log, 1_009) > 900
    assert each_record(log, 199) > 30


@pytest.mark.long
def test_every_byte_of_the_lines(log: Log) -> None:
    print(each_byte(log, 1), "bytes altered, each named")


@pytest.mark.long
def test_every_byte_of_the_ledger(log: Log) -> None:
    print(each_byte_of_the_ledger(log, 1), "bytes altered, each named")


@pytest.mark.long
def test_every_cut_of_the_lines(log: Log) -> None:
    print(each_cut(log, 1), "cuts, each named")


@pytest.mark.long
def test_every_record_dropped_doubled_swapped_and_every_end(log: Log) -> None:
    print(each_record(log, 1), "changes of order and number, each named")
