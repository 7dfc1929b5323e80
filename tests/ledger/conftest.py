"""A small log of one device, made of nothing random."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.store import Ledger
from edgekit.records import (
    Aggregate,
    Event,
    EventName,
    Profile,
    Reason,
    RecordHead,
    SignedRecord,
    Status,
)
from edgekit.signing.keys import MemorySigner, Signer
from edgekit.signing.record import sign_releases
from tests import sample

START_S = 1_800_000_000


def release(sequence: int) -> Aggregate | Event:
    """Every fifth an event; of the aggregates every third suppressed."""
    t_s = START_S + 900 * sequence
    if sequence % 5 == 0:
        return Event(name=EventName.START, t_s=t_s, reason=None, profile=Profile.SDC_10_5)
    hidden = sequence % 3 == 0
    return replace(
        sample.WINDOW,
        window_start_s=t_s,
        value=None if hidden else 10 + 5 * sequence,
        status=Status.SUPPRESSED if hidden else Status.RELEASED,
        reason=Reason.BELOW_THRESHOLD if hidden else None,
        uptime_percent=95,
    )


@pytest.fixture
def signer() -> MemorySigner:
    return MemorySigner.from_seed(b"\x07" * 32)


@pytest.fixture
def other() -> MemorySigner:
    return MemorySigner.from_seed(b"\x08" * 32)


def head(start: int, by: Signer, site: str) -> RecordHead:
    """What records from ``start`` on have in common."""
    return replace(
        sample.HEAD,
        device=by.key_id,
        site=site,
        boot="0123456789abcdef",
        sequence=start,
        software="edgekit 0.1.0",
    )


def records(start: int, end: int, by: MemorySigner, *, site: str = "plaza") -> list[SignedRecord]:
    """Make records ``start`` up to, without, ``end``."""
    made = [release(sequence) for sequence in range(start, end)]
    return sign_releases(made, head(start, by, site), by)


@pytest.fixture
def make(signer: MemorySigner) -> Callable[..., list[SignedRecord]]:
    """Make records ``start`` up to, without, ``end``; by another key or at another site on wish."""

    def made(
        start: int, end: int, *, by: MemorySigner = signer, site: str = "plaza"
    ) -> list[SignedRecord]:
        return records(start, end, by, site=site)

    return made


@pytest.fixture(scope="session")
def many_records() -> Callable[[int], list[SignedRecord]]:
    """Make the first so many records."""
    return lambda count: records(0, count, MemorySigner.from_seed(b"\x07" * 32))


@pytest.fixture(scope="session")
def many() -> list[SignedRecord]:
    """More records than one kept node of the tree covers."""
    return records(0, 301, MemorySigner.from_seed(b"\x07" * 32))


@pytest.fixture
def origin(signer: MemorySigner) -> str:
    return origin_of("plaza", signer.key_id)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path, origin: str) -> Ledger:
    path.parent.mkdir()
    opened = Ledger.open(path, origin=origin, entropy=os.urandom)
    yield opened
    opened.close()
