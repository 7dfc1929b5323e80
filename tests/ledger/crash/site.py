"""A small site that writes: run under a faulty disk, or killed at any moment. Not a test itself.

    site.py faults FOLDER STEP     fails every STEP-th step of a whole run, in four ways
    site.py kills FOLDER ROUNDS    kills a process that appends at full speed, at random moments

Prints one JSON object. Each run goes on with what the one before left, as a device does.
"""

import ctypes
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.ledger.checkpoint import origin_of, read_unverified
from edgekit.ledger.store import Ledger
from edgekit.ledger.tiles import TileReader, publish
from edgekit.ledger.verify import verify_ledger
from edgekit.provenance import Source, Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Profile,
    QualityWord,
    RecordHead,
    Status,
    Unit,
)
from edgekit.signing.keys import MemorySigner
from edgekit.signing.scribe import Scribe

SIGNER = MemorySigner.from_seed(b"\x07" * 32)
ORIGIN = origin_of("plaza", SIGNER.key_id)
WAYS = ("broken", "full", "killed", "torn")
BATCHES, BATCH = 3, 90


def scribe() -> Scribe:
    """Return one for a new boot: what it signs differs from what any other has signed."""
    head = RecordHead(
        device=SIGNER.key_id,
        site="plaza",
        boot=os.urandom(8).hex(),
        sequence=0,
        clock=ClockTrust.NONE,
        wall=Wall(),
        source=Source.CAMERA,
        authorisation="sha256:" + "a" * 64,
        notice="sha256:" + "b" * 64,
        authority="self",
        software="edgekit",
    )
    return Scribe(head, SIGNER)


def window(sequence: int) -> Aggregate:
    return Aggregate(
        metric="line.door.in",
        unit=Unit.COUNT,
        window_start_s=900 * (2_000_000 + sequence),
        window_s=900,
        value=15,
        status=Status.RELEASED,
        reason=None,
        uptime_percent=100,
        quality=QualityWord.GOOD,
        profile=Profile.SDC_10_5,
    )


def append(ledger: Ledger, pen: Scribe, count: int, told: int) -> None:
    """Append and, only then, tell what was acknowledged: one line a record, sequence and digest."""
    first = ledger.size
    windows = [window(n) for n in range(first, first + count)]
    batch = pen.sign(windows, first, clock=ClockTrust.SYNCED, wall=Wall())
    ledger.append(batch, SIGNER)
    lines = [
        f"{one.sequence} {hashlib.sha256(one.envelope).hexdigest()}\n" for one in batch.records
    ]
    os.write(told, "".join(lines).encode())


def work(folder: Path, told: int) -> None:
    """Do all that a device does to its disk."""
    ledger = Ledger.open(folder / "ledger.sqlite", origin=ORIGIN, entropy=os.urandom)
    pen = scribe()
    for _ in range(BATCHES):
        append(ledger, pen, BATCH, told)
    ledger.set_delivered("file", ledger.size)
    ledger.erase([0])
    ledger.compact()
    ledger.copy_to(folder / f"copy-{os.getpid()}.sqlite")
    publish(ledger, str(ledger.latest_checkpoint()), folder / "www")
    ledger.close()


class Witnessed:
    """What somebody outside remembers of a device: each record that was ever told of."""

    def __init__(self) -> None:
        self.seen: dict[int, str] = {}
        self.checkpoints: dict[int, bytes] = {}

    def take(self, told: bytes) -> None:
        for line in told.decode().splitlines(keepends=True):
            if line.endswith("\n"):  # a line that was cut was not told
                sequence, digest = line.split()
                assert self.seen.setdefault(int(sequence), digest) == digest, "signed twice"

    def check(self, path: Path) -> None:
        """The ledger verifies, holds every record that was told of, and is no fork."""
        ledger = Ledger.open_readonly(path)
        assert ledger.problems() == []
        if self.seen:
            assert ledger.size > max(self.seen), "an acknowledged record is lost"
        if ledger.size:
            report = verify_ledger(ledger, [SIGNER.public_key])
            assert report.records == ledger.size
        for entry in ledger.entries():
            if entry.envelope is not None and entry.sequence in self.seen:
                digest = hashlib.sha256(entry.envelope).hexdigest()
                assert digest == self.seen[entry.sequence], "signed twice"
        for size, note in ledger.checkpoints():
            root = read_unverified(note).root
            assert self.checkpoints.setdefault(size, root) == root, "two checkpoints of one size"
        ledger.close()


def in_child(job: Callable[[int], None], *, kill_after_s: float | None = None) -> tuple[bytes, int]:
    """Run a job in a process of its own; return what it told and how it ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        status = 1
        try:
            job(writer)
            status = 0
        except EdgekitError:
            status = 3
        finally:
            os._exit(status)
    os.close(writer)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return told, os.waitstatus_to_exitcode(status)


def faults(folder: Path, step: int) -> dict[str, object]:
    disk = ctypes.CDLL(None)
    ended: dict[str, int] = {}
    for way, name in enumerate(WAYS):
        nth = 1 + way % step
        while True:
            place = folder / f"{name}-{nth}"
            place.mkdir()
            witnessed = Witnessed()

            def job(told: int, nth: int = nth, way: int = way, place: Path = place) -> None:
                disk.fault_arm(str(place).encode(), ctypes.c_long(nth), way)
                work(place, told)
                os._exit(7 if disk.fault_left() > 0 else 0)

            told, code = in_child(job)
            assert code in (0, 3, 7, -signal.SIGKILL), f"{name} at {nth}: ended with {code}"
            witnessed.take(told)
            after(place, witnessed)
            shutil.rmtree(place)
            if code == 7:
                break
            nth += step
        ended[name] = nth - 1
    return {"steps": ended}


def after(place: Path, witnessed: Witnessed) -> None:
    """Look at what is left, then let the device start again and do all of it."""
    path = place / "ledger.sqlite"
    if path.exists():
        witnessed.check(path)
    if (place / "www" / "checkpoint").exists():
        verify_ledger(TileReader(place / "www"), [SIGNER.public_key])
    told, code = in_child(lambda told: again(place, told))
    assert code == 0, f"does not start again: {code}"
    witnessed.take(told)
    witnessed.check(path)


def again(place: Path, told: int) -> None:
    ledger = Ledger.open(place / "ledger.sqlite", origin=ORIGIN, entropy=os.urandom)
    append(ledger, scribe(), 2, told)
    publish(ledger, str(ledger.latest_checkpoint()), place / "www")
    ledger.close()
    verify_ledger(TileReader(place / "www"), [SIGNER.public_key])


def appending(path: Path, told: int) -> None:
    ledger, pen = Ledger.open(path, origin=ORIGIN, entropy=os.urandom), scribe()
    for n in range(1 << 20):
        append(ledger, pen, 1 + n % 7, told)


def kills(folder: Path, rounds: int) -> dict[str, object]:
    dice, records = random.Random(7), 0
    path, witnessed = folder / "ledger.sqlite", Witnessed()
    for n in range(rounds):
        if n % 10 == 0:  # a fresh log, so that it may die while it is made, too
            records += len(witnessed.seen)
            for file in folder.glob("ledger.sqlite*"):
                file.unlink()
            witnessed = Witnessed()
        told, code = in_child(
            lambda told: appending(path, told), kill_after_s=dice.random() ** 2 * 0.3
        )
        assert code == -signal.SIGKILL
        witnessed.take(told)
        if path.exists():
            witnessed.check(path)
    return {"rounds": rounds, "acknowledged": records + len(witnessed.seen)}


if __name__ == "__main__":
    what, where, number = sys.argv[1:]
    run = {"faults": faults, "kills": kills}[what]
    print(json.dumps(run(Path(where), int(number))))
