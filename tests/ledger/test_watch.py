"""A witness's folder: nothing is signed that is not on the disk first, whatever fails."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import ForkError, LedgerError, VerificationError
from edgekit.ledger.checkpoint import log_key
from edgekit.ledger.cosignature import Witness, cosigned_at
from edgekit.ledger.files import Files, replace_durably
from edgekit.ledger.request import Request
from edgekit.ledger.store import Ledger
from edgekit.ledger.watch import EVIDENCE, LOGS, NAME, Watch
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner

Make = Callable[..., list[SignedRecord]]
NOW_S = 1_800_000_000


class Failing(Files):
    """Ends the n-th step that touches the disk, as a full disk or a power cut does."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(28, "No space left on device")

    def write(self, path: Path, data: bytes, mode: int) -> None:
        self._step()
        path.write_bytes(data[: len(data) // 2])  # a part of it may be there
        self._step()
        super().write(path, data, mode)

    def sync(self, descriptor: int) -> None:
        self._step()
        super().sync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        self._step()
        super().rename(old, new)


def until_one_passes(run: Callable[[Files], bool]) -> int:
    """Fail the n-th step for n = 1, 2, … until a run passes; return how many failed."""
    for nth in range(1, 60):
        if run(Failing(nth)):
            return nth - 1
    raise AssertionError("no run passed")


@pytest.fixture
def key() -> MemorySigner:
    return MemorySigner.from_seed(b"\x09" * 32)


@pytest.fixture
def witness(key: MemorySigner) -> Witness:
    return Witness(name="example.org/w", key=key.public_key)


@pytest.fixture
def folder(tmp_path: Path, witness: Witness) -> Path:
    Watch.begin(tmp_path / "w", witness)
    return tmp_path / "w"


@pytest.fixture
def watch(folder: Path, key: MemorySigner, origin: str, signer: MemorySigner) -> Watch:
    found = Watch(folder, key)
    found.trust(log_key(origin, signer.public_key))
    return found


@pytest.fixture
def grown(ledger: Ledger, make: Make, signer: MemorySigner) -> Callable[[int], Ledger]:
    def grow(size: int) -> Ledger:
        ledger.append(make(ledger.size, size), signer)
        return ledger

    return grow


def asked(ledger: Ledger, old: int) -> Request:
    return Request.from_text(ledger.request(old))


def test_a_log_is_followed_and_what_is_known_outlives_the_process(
    watch: Watch,
    grown: Callable[[int], Ledger],
    witness: Witness,
    folder: Path,
    key: MemorySigner,
    signer: MemorySigner,
) -> None:
    request = asked(grown(3), 0)
    line = watch.cosign(request, now_s=NOW_S)
    assert cosigned_at(request.note + line, [witness]) == {witness.name: NOW_S}
    ledger = grown(9)
    again = Watch(folder, key)
    note = asked(ledger, 3).note
    note += again.cosign(asked(ledger, 3), now_s=NOW_S + 5)
    assert [(one.size, one.t_s) for one in again.testimonies()] == [(9, NOW_S + 5)]
    assert ledger.keep_cosigned(note, key=signer.public_key, witnesses=[witness]) == 9
    assert ledger.witnessed_size() == 9
    assert witness.name in ledger.proof(1)


def test_a_restored_image_a_clone_and_a_cut_log_are_refused_and_kept_as_evidence(
    watch: Watch, ledger: Ledger, make: Make, signer: MemorySigner, tmp_path: Path, folder: Path
) -> None:
    ledger.append(make(0, 4), signer)
    ledger.copy_to(tmp_path / "image")  # an image of the card
    ledger.append(make(4, 6), signer)
    watch.cosign(asked(ledger, 0), now_s=NOW_S)
    restored = Ledger.open(tmp_path / "image", origin=ledger.origin, entropy=os.urandom)
    with pytest.raises(ForkError, match="ROLLBACK"):
        watch.cosign(asked(restored, 0), now_s=NOW_S + 1)
    restored.append(make(4, 6), signer)  # the same records, but other salts
    with pytest.raises(ForkError, match="FORK"):
        watch.cosign(asked(restored, 6), now_s=NOW_S + 2)
    restored.append(make(6, 9), signer)
    with pytest.raises(ForkError, match="FORK"):
        watch.cosign(asked(restored, 6), now_s=NOW_S + 3)
    evidence = sorted((folder / EVIDENCE).iterdir())
    assert len(evidence) == 3
    text = evidence[-1].read_text(encoding="utf-8")
    assert text.count(f"{ledger.origin}\n") == 2
    restored.close()
    ledger.append(make(6, 7), signer)
    watch.cosign(asked(ledger, 6), now_s=NOW_S + 9)  # the honest one goes on


def test_a_log_that_is_not_watched_or_changes_its_key_is_refused(
    watch: Watch, signer: MemorySigner, other: MemorySigner, make: Make, tmp_path: Path
) -> None:
    (known,) = watch.testimonies()
    watch.trust(log_key(known.log.name, signer.public_key))
    with pytest.raises(LedgerError, match="watched with key"):
        watch.trust(log_key(known.log.name, other.public_key))
    stranger = Ledger.open(tmp_path / "s", origin=f"edgekit/x/{other.key_id}", entropy=os.urandom)
    stranger.append(make(0, 2, by=other, site="x"), other)
    with pytest.raises(VerificationError, match="not watched here"):
        watch.cosign(asked(stranger, 0), now_s=NOW_S)
    stranger.close()


def test_whatever_step_fails_no_signature_is_given_out_that_is_not_kept(
    watch: Watch, grown: Callable[[int], Ledger], folder: Path, key: MemorySigner
) -> None:
    watch.cosign(asked(grown(2), 0), now_s=NOW_S)
    ledger = grown(5)

    def run(files: Files) -> bool:
        size = Watch(folder, key).testimony(ledger.origin).size
        assert size in (2, 5)
        try:
            Watch(folder, key, files=files).cosign(asked(ledger, size), now_s=NOW_S)
        except LedgerError:
            return False
        assert Watch(folder, key).testimony(ledger.origin).size == 5
        return True

    assert until_one_passes(run) == 5


def test_whatever_step_fails_a_beginning_can_be_repeated(
    tmp_path: Path, witness: Witness, key: MemorySigner
) -> None:
    def run(files: Files) -> bool:
        folder = tmp_path / str(files.left)
        try:
            Watch.begin(folder, witness, files=files)
        except LedgerError:
            if not (folder / NAME).exists():
                Watch.begin(folder, witness)
            Watch(folder, key)
            return False
        return True

    assert until_one_passes(run) == 5


def test_another_key_and_other_folders_are_refused(
    folder: Path, witness: Witness, signer: MemorySigner, tmp_path: Path
) -> None:
    with pytest.raises(LedgerError, match="witness of another key"):
        Watch(folder, signer)
    with pytest.raises(LedgerError, match="witness's folder already"):
        Watch.begin(folder, witness)
    with pytest.raises(LedgerError, match="No such file"):
        Watch(tmp_path / "none", signer)
    (folder / NAME).write_text("x+y+z")
    with pytest.raises(LedgerError, match="damaged"):
        Watch(folder, signer)


def test_a_damaged_memory_refuses_to_sign(
    watch: Watch, folder: Path, grown: Callable[[int], Ledger]
) -> None:
    (damaged,) = (folder / LOGS).iterdir()
    request = asked(grown(2), 0)
    damaged.write_bytes(b"{}")
    with pytest.raises(LedgerError, match="is damaged"):
        watch.cosign(request, now_s=NOW_S)
    with pytest.raises(LedgerError, match="is damaged"):
        watch.testimonies()
    damaged.unlink()
    damaged.mkdir()
    with pytest.raises(LedgerError, match="cannot be read"):
        watch.cosign(request, now_s=NOW_S)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "state"
    replace_durably(path, b"old", Files())

    def run(files: Files) -> bool:
        try:
            replace_durably(path, b"new", files)
        except OSError:
            assert path.read_bytes() in (b"old", b"new")
            assert not path.with_name("state.new").exists()
            replace_durably(path, b"old", Files())
            return False
        return path.read_bytes() == b"new"

    assert until_one_passes(run) == 5
