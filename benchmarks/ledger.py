"""What signing, keeping and verifying cost over what they cannot do without.

    python benchmarks/ledger.py [--quick]

Every ratio is against a bare limit in the same run, in turns, on the same bytes: Ed25519 signatures
and rows of SQLite in the same groups with the same durability; Ed25519 verifications alone, in as
many processes. Then a log of ten million leaves: its size, a proof from it, and the memory for
both. No data is needed. With ``--quick`` a quarter of a year and a million leaves.
"""

import os
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from leaves import large, peak_kb
from logs import GROUP, SEED, SIGNER, append_all, opened
from report import Claim, Peer, arguments, finish

from edgekit.ledger.crew import PART, verify_by_many, verify_part
from edgekit.ledger.reader import LedgerReader
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import join_spans
from edgekit.signing.dsse import Envelope, pae
from edgekit.signing.record import RECORD_TYPE

YEAR = 35_040
LEAVES = 10_000_000


def bare_appends(path: Path, payloads: list[bytes], envelopes: list[bytes]) -> Iterator[float]:
    """Sign the same payloads and insert rows of the same size, as durably, and nothing else."""
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    store = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size = 8192", "journal_mode = WAL", "synchronous = FULL"):
        store.execute(f"PRAGMA {pragma}")
    store.execute("CREATE TABLE entry (sequence INTEGER PRIMARY KEY, envelope BLOB NOT NULL)")
    for first in range(0, len(payloads), GROUP):
        start = time.perf_counter()
        store.execute("BEGIN IMMEDIATE")
        rows = []
        for n in range(first, min(first + GROUP, len(payloads))):
            key.sign(payloads[n])
            rows.append((n, envelopes[n]))
        store.executemany("INSERT INTO entry VALUES (?, ?)", rows)
        store.execute("COMMIT")
        yield time.perf_counter() - start
    store.close()


def appends(folder: Path, count: int) -> tuple[float, ...]:
    """Return ours and the bare limit, in records a second."""
    list(append_all(folder / "warm.sqlite", count))
    ledger = opened(folder / "warm.sqlite")
    envelopes = [record.envelope for record in ledger.records(0, count)]
    ledger.close()
    payloads = [pae(RECORD_TYPE, Envelope.from_bytes(one).payload) for one in envelopes]
    ours, bare = [], []
    turns = zip(
        append_all(folder / "ours.sqlite", count),
        bare_appends(folder / "bare.sqlite", payloads, envelopes),
        strict=False,
    )
    for one, other in turns:
        ours.append(one)
        bare.append(other)
    # The quickest tenth: of each the groups that nobody else's work stood in the way of.
    return tuple(GROUP / statistics.quantiles(times, n=10)[0] for times in (ours, bare))


Signed = tuple[bytes, bytes]


def bare_verifies(signed: list[Signed]) -> int:
    key = Ed25519PublicKey.from_public_bytes(SIGNER.public_key.raw)
    for signature, data in signed:
        key.verify(signature, data)
    return len(signed)


def signatures(path: Path) -> list[Signed]:
    ledger = Ledger.open_readonly(path)
    found = []
    for entry in ledger.entries():
        envelope = Envelope.from_bytes(entry.envelope or b"")
        found.append((envelope.signatures[0].value, pae(RECORD_TYPE, envelope.payload)))
    ledger.close()
    return found


def by_parts(path: Path, signed: list[Signed], rounds: int) -> tuple[float, float]:
    """Return the CPU seconds of verifying all of it, ours and the signatures alone.

    In parts and in turns, of each part the least of some rounds: a busy machine slows both alike.
    """
    key = (SIGNER.algorithm, SIGNER.public_key.raw)
    ours = bare = 0.0
    spans = []
    for start in range(0, len(signed), PART):
        least = [float("inf")] * 2
        for _ in range(rounds):
            begin = time.process_time()
            part = verify_part(path, key, start, start + PART)
            middle = time.process_time()
            bare_verifies(signed[start : start + PART])
            end = time.process_time()
            least = [min(least[0], middle - begin), min(least[1], end - middle)]
        spans += part
        ours, bare = ours + least[0], bare + least[1]
    begin = time.process_time()
    ledger = LedgerReader.open_readonly(path)
    join_spans(ledger, SIGNER.public_key, spans)
    ledger.close()
    return ours + time.process_time() - begin, bare


def together(path: Path, cores: int) -> int:
    return verify_by_many(path, [SIGNER.public_key], workers=cores).records


def bare_together(signed: list[Signed], cores: int) -> int:
    parts = [signed[n::cores] for n in range(cores)]
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(bare_verifies, parts))


def in_turns(
    ours: Callable[[], int], bare: Callable[[], int], rounds: int
) -> tuple[float, float, float]:
    """Return the least CPU seconds of each, its processes with it, and our least by the clock."""
    least = [float("inf")] * 3
    for _ in range(rounds):
        for n, run in enumerate((ours, bare)):
            began, start = spent(), time.perf_counter()
            run()
            least[n] = min(least[n], spent() - began)
            if not n:
                least[2] = min(least[2], time.perf_counter() - start)
    return least[0], least[1], least[2]


def spent() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, who))


def year(folder: Path, count: int) -> list[Claim]:
    """Append and verify a year of records."""
    ours, bare = appends(folder, count)
    path, cores = folder / "warm.sqlite", len(os.sched_getaffinity(0))
    signed = signatures(path)
    one = by_parts(path, signed, rounds=9 if count < YEAR // 2 else 5)
    many = in_turns(lambda: together(path, cores), lambda: bare_together(signed, cores), rounds=3)
    ledger = opened(path)
    ledger.compact()
    size, held = ledger.size, sum(len(entry.envelope or b"") for entry in ledger.entries())
    ledger.close()
    allowed = 1.3 * held + 64 * size
    small, large = (folder / f"memory-{n}.sqlite" for n in "ab")
    few = 24 * GROUP
    memory = [
        peak_kb(what, path, n)
        for what in ("append", "verify")
        for path, n in ((small, few), (large, count))
    ]
    return [
        Claim(
            claim=f"Signed durable appends, share of bare signing and commits of {GROUP}",
            value=ours / bare,
            unit="ratio",
            target=">= 0.7",
            peer=Peer(name="Ed25519 + SQLite, records/s", value=bare),
        ),
        Claim(claim="Signed durable appends", value=ours, unit="records/s"),
        Claim(
            claim=f"Verify {size} records over bare Ed25519 verifications of them, CPU",
            value=one[0] / one[1],
            unit="ratio",
            target="<= 1.2",
            peer=Peer(name="Ed25519 alone, s", value=one[1]),
        ),
        Claim(claim=f"Verify {size} records, one core", value=one[0], unit="s CPU"),
        Claim(
            claim=f"The same by {cores} processes over bare verifications by as many, CPU",
            value=many[0] / many[1],
            unit="ratio",
            target="<= 1.2",
            peer=Peer(name=f"Ed25519 alone in {cores} processes, s", value=many[1]),
        ),
        Claim(claim=f"Verify {size} records, {cores} processes", value=many[2], unit="s"),
        Claim(
            claim="Disk of these records over 1.3 of their envelopes + 64 B a leaf",
            value=path.stat().st_size / allowed,
            unit="ratio",
            target="<= 1",
        ),
        Claim(
            claim=f"Peak memory of appending {count} records over {few}",
            value=memory[1] / memory[0],
            unit="ratio",
            target="<= 1.1",
        ),
        Claim(
            claim=f"Peak memory of verifying {count} records over {few}",
            value=memory[3] / memory[2],
            unit="ratio",
            target="<= 1.1",
        ),
    ]


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--leaves", type=int, help="of the large log; default: ten million")
    args = parser.parse_args()
    count = YEAR // 4 if args.quick else YEAR
    leaves = args.leaves or (LEAVES // 10 if args.quick else LEAVES)
    with tempfile.TemporaryDirectory() as folder:
        claims = [*year(Path(folder), count // GROUP * GROUP), *large(Path(folder), leaves)]
    finish("ledger", claims, records=count, leaves=leaves, group=GROUP)


if __name__ == "__main__":
    main()
