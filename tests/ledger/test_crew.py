"""Verification by several processes finds what one finds."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import LedgerError, VerificationError
from edgekit.ledger import crew
from edgekit.ledger.crew import verify_by_many, verify_part
from edgekit.ledger.reader import LedgerReader
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "PART", 100)
    monkeypatch.setattr(crew, "WORTH_IT", 200)


@pytest.mark.usefixtures("small_parts")
def test_many_find_what_one_finds(
    ledger: Ledger, many: list[SignedRecord], signer: MemorySigner, path: Path
) -> None:
    ledger.append(many, signer)
    ledger.erase([5])
    one = verify_ledger(ledger, [signer.public_key])
    assert verify_by_many(path, [signer.public_key], workers=1) == one
    assert verify_by_many(path, [signer.public_key], workers=2) == one
    ledger._store.write("UPDATE entry SET commitment = zeroblob(32) WHERE sequence = 250", [()])
    with pytest.raises(VerificationError, match="record 250 was altered") as caught:
        verify_by_many(path, [signer.public_key], workers=2)
    assert caught.value.sequence == 250


def test_few_are_verified_by_one(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], signer: MemorySigner, path: Path
) -> None:
    ledger.append(make(0, 5), signer)
    assert verify_by_many(path, [signer.public_key], workers=8).records == 5


def test_a_part_is_what_it_is(
    ledger: Ledger, many: list[SignedRecord], signer: MemorySigner, path: Path
) -> None:
    ledger.append(many, signer)
    (span,) = verify_part(path, (signer.algorithm, signer.public_key.raw), 1, 999)
    assert span.sequences == list(range(1, 301))
    assert len(span.leaves) == 300


@pytest.mark.usefixtures("small_parts")
def test_a_process_that_is_ended_is_an_error(
    ledger: Ledger,
    many: list[SignedRecord],
    signer: MemorySigner,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger.append(many, signer)
    monkeypatch.setattr(crew, "verify_part", killed)
    with pytest.raises(LedgerError, match="ended from outside"):
        verify_by_many(path, [signer.public_key], workers=2)
    opened = LedgerReader.open_readonly(path)
    opened.close()


def killed(*_: object) -> None:
    """What the system does to a process when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
