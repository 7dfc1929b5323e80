"""Verification of a large ledger by several processes, each with a part of the entries.

Signatures are nearly all of the work, and each stands for itself; order, tree and checkpoints are
checked by the one that puts the parts together.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from edgekit.errors import LedgerError
from edgekit.ledger.reader import LedgerReader
from edgekit.ledger.report import Report
from edgekit.ledger.verify import Span, join_spans, key_of, spans_of
from edgekit.signing.keys import PublicKey

PART = 4096
"""So many entries are one task."""

WORTH_IT = 4 * PART
"""Fewer than these are verified before other processes would have begun."""


def verify_by_many(path: Path, keys: Sequence[PublicKey], *, workers: int) -> Report:
    """Check everything that `verify.verify_ledger` checks, with so many processes.

    Raises VerificationError and LedgerError as that does.
    """
    ledger = LedgerReader.open_readonly(path)
    try:
        key = key_of(ledger.origin, keys)
        if workers < 2 or ledger.size < WORTH_IT:  # noqa: PLR2004 -- one is no crew
            return join_spans(ledger, key, spans_of(ledger.entries(), ledger.origin, key))
        return join_spans(ledger, key, _spans(path, ledger, key, workers))
    finally:
        ledger.close()


def _spans(path: Path, ledger: LedgerReader, key: PublicKey, workers: int) -> Iterator[Span]:
    ends = iter(range(PART, ledger.size + PART, PART))
    given = (path, (key.algorithm, key.raw))
    # Not fork: whatever threads the caller has would not come along.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        # A few tasks at a time: what is done and not yet joined would fill the memory.
        tasks = deque(
            pool.submit(verify_part, *given, end - PART, end) for end in islice(ends, 2 * workers)
        )
        try:
            while tasks:
                yield from tasks.popleft().result()
                tasks.extend(
                    pool.submit(verify_part, *given, end - PART, end) for end in islice(ends, 1)
                )
        except BrokenProcessPool:
            raise LedgerError("a process that verified was ended from outside") from None
        finally:
            pool.shutdown(cancel_futures=True)
    # What stands behind the last sequence that the ledger owns to is a fault, too.
    yield from spans_of(ledger.entries(ledger.size), ledger.origin, key)


def verify_part(path: Path, key: tuple[str, bytes], start: int, end: int) -> list[Span]:
    """Return the entries from ``start`` up to ``end`` or the last, each checked by itself."""
    ledger = LedgerReader.open_readonly(path)
    try:
        algorithm, raw = key
        public = PublicKey(raw=raw, algorithm=algorithm)
        entries = ledger.entries(start, min(end, ledger.size))
        return list(spans_of(entries, ledger.origin, public))
    finally:
        ledger.close()
