"""The part of `ledger.py` that makes a log of ten million leaves, and looks at its memory.

It is no benchmark of its own: ``python benchmarks/ledger.py`` runs it.
"""

import hashlib
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from logs import ORIGIN, SIGNER, append_all, new_scribe, opened, windows
from report import Claim
from tqdm import tqdm

from edgekit.ledger.entry import SALT_BYTES, commitment
from edgekit.ledger.merkle import STRIDE, Frontier, leaf_hash
from edgekit.ledger.proof import Proof
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.provenance import Seal, Wall
from edgekit.records import ClockTrust


def grown(path: Path, leaves: int, samples: int) -> list[int]:
    """Make a log of so many leaves, of which a few hold records; return which.

    Of the others salt and envelope are erased, as they may be: the tree is what is measured.
    """
    scribe = new_scribe()
    kept = set(range(leaves // samples // 2, leaves, leaves // samples))
    releases = windows(0, 1)
    ledger = opened(path)
    store, frontier = ledger._store, Frontier()  # noqa: SLF001 -- ten million appends take an hour
    chunk = 100_000
    for start in tqdm(range(0, leaves, chunk), disable=not sys.stderr.isatty(), leave=False):
        rows: list[tuple[int, bytes, bytes | None, bytes | None]] = []
        for n in range(start, min(start + chunk, leaves)):
            if n in kept:
                batch = scribe.sign(
                    releases, n, clock=ClockTrust.SYNCED, wall=Wall(eye=Seal.SEALED)
                )
                salt, envelope = os.urandom(SALT_BYTES), batch.records[0].envelope
                rows.append((n, commitment(salt, envelope), salt, envelope))
            else:
                rows.append((n, hashlib.sha256(b"%d" % n).digest(), None, None))
        frontier, nodes = frontier.extend([leaf_hash(row[1]) for row in rows], stride=STRIDE)
        with store.transaction():
            store.write("INSERT INTO entry VALUES (?, ?, ?, ?)", rows)
            store.write("INSERT INTO node VALUES (?, ?, ?)", nodes)
            store.write("UPDATE log SET size = ?", [(frontier.size,)])
    ledger.close()
    ledger = opened(path)
    ledger.sign_checkpoint(SIGNER)
    ledger.close()
    return sorted(kept)


def proofs(path: Path, sequences: list[int]) -> float:
    """Return the median milliseconds of CPU that a proof takes, read from the disk and verified."""
    ledger = Ledger.open_readonly(path)
    times = []
    for sequence in sequences:
        start = time.process_time()
        text = ledger.proof(sequence)
        times.append(1e3 * (time.process_time() - start))
        envelope = ledger.record(sequence).envelope
        Proof.from_text(text).verify(envelope, origin=ORIGIN, key=SIGNER.public_key)
    ledger.close()
    return statistics.median(times)


def peak_kb(what: str, path: Path, count: int) -> int:
    """Return the peak memory of a process of its own that does this."""
    words = [sys.executable, __file__, what, str(path), str(count)]
    done = subprocess.run(  # noqa: S603 -- ourselves
        words, capture_output=True, text=True, check=True
    )
    return int(done.stdout.split()[-1])


def only(what: str, path: Path, count: int) -> None:
    if what == "append":
        for _ in append_all(path, count):
            pass
    elif what == "verify":
        ledger = Ledger.open_readonly(path)
        verify_ledger(ledger, [SIGNER.public_key])
        ledger.close()
    elif what == "prove":
        ledger = Ledger.open_readonly(path)
        ledger.proof(count)
        ledger.close()
    # Not ru_maxrss: that of a child begins with its parent's.
    print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])


def large(folder: Path, leaves: int) -> list[Claim]:
    """Prove records out of a large log."""
    path = folder / "large.sqlite"
    kept = grown(path, leaves, 200)
    median_ms = proofs(path, kept)
    small = folder / "small.sqlite"
    sample = grown(small, 10_000, 10)
    memory = peak_kb("prove", path, kept[-1]), peak_kb("prove", small, sample[-1])
    return [
        Claim(
            claim=f"Inclusion proof out of {leaves} leaves, median of CPU",
            value=median_ms,
            unit="ms",
            target="<= 5",
        ),
        Claim(
            claim=f"Disk of {leaves} leaves whose records are erased",
            value=path.stat().st_size / leaves,
            unit="B/leaf",
            target="<= 64",
        ),
        Claim(
            claim=f"Peak memory of a proof out of {leaves} leaves over 10000",
            value=memory[0] / memory[1],
            unit="ratio",
            target="<= 1.1",
        ),
    ]


if __name__ == "__main__" and sys.argv[3:]:
    only(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
