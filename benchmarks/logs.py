"""Logs to measure, for `ledger.py`: a device that signs windows of one metric."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.store import Ledger
from edgekit.provenance import Seal, Source, Wall
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

GROUP = 96
"""Records in one commit: a day's windows of one metric, or one window of as many metrics."""

SEED = b"\x07" * 32
SIGNER = MemorySigner.from_seed(SEED)
ORIGIN = origin_of("plaza", SIGNER.key_id)
HEAD = RecordHead(
    device=SIGNER.key_id,
    site="plaza",
    boot="0123456789abcdef",
    sequence=0,
    clock=ClockTrust.NONE,
    wall=Wall(),
    source=Source.CAMERA,
    authorisation="sha256:" + "a" * 64,
    notice="sha256:" + "b" * 64,
    authority="self",
    software="edgekit",
)
WINDOW = Aggregate(
    metric="line.door.in",
    unit=Unit.COUNT,
    window_start_s=1_800_000_000,
    window_s=900,
    value=35,
    status=Status.RELEASED,
    reason=None,
    uptime_percent=100,
    quality=QualityWord.GOOD,
    profile=Profile.SDC_10_5,
)


def windows(first: int, count: int) -> list[Aggregate]:
    """Windows of one metric, one after another, of changing value."""
    return [
        replace(WINDOW, window_start_s=900 * (2_000_000 + n), value=5 * (n % 40))
        for n in range(first, first + count)
    ]


def new_scribe() -> Scribe:
    return Scribe(HEAD, SIGNER)


def opened(path: Path) -> Ledger:
    return Ledger.open(path, origin=ORIGIN, entropy=os.urandom)


def append_all(path: Path, count: int, group: int = GROUP) -> Iterator[float]:
    """Sign and append; yield the seconds of each group."""
    ledger, scribe = opened(path), new_scribe()
    for first in range(ledger.size, ledger.size + count, group):
        releases = windows(first, group)
        start = time.perf_counter()
        batch = scribe.sign(releases, first, clock=ClockTrust.SYNCED, wall=Wall(eye=Seal.SEALED))
        ledger.append(batch, SIGNER)
        yield time.perf_counter() - start
    ledger.close()
