"""The end of a number's time: what is too old is erased, and the disk is searched for what is left.

The commitments stay, salted, so that the log verifies as before and nothing can be guessed back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import LedgerError
from edgekit.ledger.reader import LedgerReader
from edgekit.ledger.store import Ledger
from edgekit.records import EventName
from edgekit.signing.canonical import JsonValue
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload, time_of

PAGE, BATCH = 256, 4096
CHUNK_BYTES = 1 << 22
_SIGNATURE = re.compile(rb'"sig":"([A-Za-z0-9+/=]{16,128})"')
_OVERLAP = 256
_WITNESSES = 32
"""Of so many erased records, spread over all, salt and payload are looked for piece by piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased: how many records, from which to which, and the files that were searched."""

    records: int
    first_s: int | None
    last_s: int | None
    searched: tuple[Path, ...]


def aged(ledger: LedgerReader, before_s: int) -> Iterator[tuple[int, int]]:
    """Yield sequence and time of each number that is older: aggregates and corrections.

    Other events say what became of the node, not what it counted; they stay.
    """
    start = 0
    while found := ledger.records(start, PAGE):
        for record in found:
            fields = read_payload(Envelope.from_bytes(record.envelope).payload)
            if is_number(fields) and time_of(fields) < before_s:
                yield record.sequence, time_of(fields)
        start = found[-1].sequence + 1


def is_number(fields: Mapping[str, JsonValue]) -> bool:
    """Whether a record tells what was counted, and not only what the node did."""
    return fields["type"] == "aggregate" or fields["event"] == EventName.CORRECTION


def retire(ledger: Ledger, path: Path, before_s: int) -> Erased:
    """Erase every number older than that, then search the ledger's folder for what is left of it.

    Args:
        ledger: open for writing; the node may run.
        path: its file; everything in its folder is searched.
        before_s: Unix seconds.

    Raises:
        LedgerError: it cannot be erased, or a byte of it was found afterwards.
    """
    old = list(aged(ledger, before_s))
    chosen = [sequence for sequence, _ in old]
    pieces = tuple(_pieces(ledger, chosen))
    signatures = frozenset(_signatures(ledger, chosen))
    for at in range(0, len(chosen), BATCH):
        ledger.erase(chosen[at : at + BATCH])
    searched = tuple(_beside(path))
    for file in searched:
        if _found(file, signatures, pieces):
            raise LedgerError(
                f"{file} still holds a part of what was erased",
                hint="wait until nobody reads the ledger, then run `edgekit ledger compact`",
            )
    times = [time_s for _, time_s in old]
    return Erased(
        records=len(old),
        first_s=min(times, default=None),
        last_s=max(times, default=None),
        searched=searched,
    )


def _signatures(ledger: LedgerReader, sequences: Sequence[int]) -> Iterator[bytes]:
    for sequence in sequences:
        yield from _SIGNATURE.findall(ledger.record(sequence).envelope)


def _pieces(ledger: LedgerReader, sequences: Sequence[int]) -> Iterator[bytes]:
    """Yield salts and slices of payloads of some, which no other record has."""
    step = max(1, len(sequences) // _WITNESSES)
    for sequence in sequences[::step]:
        (entry,) = ledger.entries(sequence, sequence + 1)
        yield from filter(None, (entry.salt, (entry.envelope or b"")[-80:-8]))


def _beside(path: Path) -> Iterator[Path]:
    """Yield the ledger's file, its journals, and whatever temporary file lies beside them."""
    names = (path.name, "etilqs_", ".edgekit-", "tmp")
    files = filter(Path.is_file, sorted(path.parent.iterdir()))
    yield from (file for file in files if file.name.startswith(names))


def _found(file: Path, signatures: frozenset[bytes], pieces: Sequence[bytes]) -> bool:
    try:
        with file.open("rb") as opened:
            tail = b""
            while data := opened.read(CHUNK_BYTES):
                seen = tail + data
                if not signatures.isdisjoint(_SIGNATURE.findall(seen)):
                    return True
                if any(piece in seen for piece in pieces):
                    return True
                tail = seen[-_OVERLAP:]
    except OSError as error:
        raise LedgerError(f"{file} cannot be searched: {error.strerror}") from error
    return False
