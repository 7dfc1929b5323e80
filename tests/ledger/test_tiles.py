"""A log as static files (c2sp.org/tlog-tiles): what is written, and what a reader notices."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import LedgerError, VerificationError
from edgekit.ledger.files import Files
from edgekit.ledger.merkle import leaf_hash, root_of
from edgekit.ledger.store import Ledger
from edgekit.ledger.tiles import TileReader, publish, tile_data, tile_path, tiles_of
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner

Make = Callable[..., list[SignedRecord]]


@pytest.fixture
def large(ledger: Ledger, many: list[SignedRecord], signer: MemorySigner, tmp_path: Path) -> Ledger:
    """A ledger of 301 records, published in ``tmp_path / "www"``."""
    ledger.append(many, signer)
    assert publish(ledger, str(ledger.latest_checkpoint()), tmp_path / "www") == 8
    return ledger


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_paths_are_those_of_the_specification() -> None:
    # c2sp.org/tlog-tiles, "Merkle Tree": the examples.
    assert tile_path("0", 1234067, 256) == "tile/0/x001/x234/067"
    assert tile_path("entries", 1234067, 112) == "tile/entries/x001/x234/067.p/112"
    assert tile_path("1", 0, 1) == "tile/1/000.p/1"
    # The tiles of a tree of 70,000 as the specification counts them.
    tiles = list(tiles_of(70_000))
    assert len([one for one in tiles if one[0] == 0]) == 274
    assert [one for one in tiles if one[0] > 0] == [(1, 0, 256), (1, 1, 17), (2, 0, 1)]
    assert (0, 273, 112) in tiles
    assert list(tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]


def test_what_is_published_verifies_and_is_what_the_tree_holds(
    large: Ledger, signer: MemorySigner, tmp_path: Path
) -> None:
    www = tmp_path / "www"
    assert names(www) == {
        "checkpoint",
        *("tile/0/000", "tile/0/001.p/45", "tile/1/000.p/1"),
        *("tile/entries/000", "tile/entries/001.p/45"),
        *("tile/records/000", "tile/records/001.p/45"),
    }
    log = TileReader(www)
    assert verify_ledger(log, [signer.public_key]).records == 301
    assert (log.origin, log.size) == (large.origin, 301)
    assert [log.root_at(n) for n in (0, 1, 256, 301)] == [
        large.frontier(n).root() for n in (0, 1, 256, 301)
    ]
    with pytest.raises(VerificationError, match="holds 301 records, not 302"):
        log.root_at(302)
    # By hand, as another reader of tlog-tiles does: a bundle's entries hash to its tile.
    bundle, tile = ((www / f"tile/{kind}/000").read_bytes() for kind in ("entries", "0"))
    leaves = [
        hashlib.sha256(b"\0" + bundle[n + 2 : n + 34]).digest() for n in range(0, 34 * 256, 34)
    ]
    assert b"".join(leaves) == tile
    assert (www / "tile/1/000.p/1").read_bytes() == root_of(leaves)


def test_publishing_again_writes_what_is_new_alone(
    large: Ledger, signer: MemorySigner, tmp_path: Path, make: Make
) -> None:
    www = tmp_path / "www"
    assert publish(large, str(large.latest_checkpoint()), www) == 0
    before = (www / "tile/0/000").stat().st_mtime_ns
    large.append(make(301, 303), signer)
    assert publish(large, str(large.latest_checkpoint()), www) == 4
    assert (www / "tile/0/000").stat().st_mtime_ns == before
    assert not (www / "tile/0/001.p/45").exists()
    assert verify_ledger(TileReader(www), [signer.public_key]).records == 303


def test_what_is_erased_is_erased_when_published_again(
    large: Ledger, signer: MemorySigner, tmp_path: Path, many: list[SignedRecord]
) -> None:
    www = tmp_path / "www"
    large.erase([3, 299])
    assert publish(large, str(large.latest_checkpoint()), www) == 2
    report = verify_ledger(TileReader(www), [signer.public_key])
    assert (report.records, report.erased) == (301, 2)
    for file in www.rglob("*"):
        assert not file.is_file() or many[3].envelope not in file.read_bytes()


class Failing(Files):
    def __init__(self, nth: int) -> None:
        self.left = nth

    def sync(self, descriptor: int) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(28, "No space left on device")
        super().sync(descriptor)


def test_whatever_write_fails_a_reader_finds_a_whole_log_and_a_second_run_goes_on(
    large: Ledger, signer: MemorySigner, tmp_path: Path, make: Make
) -> None:
    www = tmp_path / "www"
    large.append(make(301, 310), signer)
    note = str(large.latest_checkpoint())
    for nth in range(1, 40):
        try:
            publish(large, note, www, files=Failing(nth))
        except LedgerError:
            assert verify_ledger(TileReader(www), [signer.public_key]).records in (301, 310)
            continue
        break
    assert verify_ledger(TileReader(www), [signer.public_key]).records == 310
    assert nth > 4


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("tile/0/000", lambda d: d[:-1], "expected 256 hashes"),
        ("tile/0/000", lambda d: bytes([d[0] ^ 1]) + d[1:], "record 0 is wrong: .* do not agree"),
        ("tile/entries/000", lambda d: d[:-1], "expected 256 entries"),
        ("tile/entries/000", lambda d: b"\1" + d[1:], "record 0 is wrong: .* do not agree"),
        ("tile/records/000", lambda d: d[:-1], "or its records: expected 256"),
        ("tile/records/000", lambda d: d.replace(b" ", b"", 1), "base64"),
        ("tile/records/000", lambda d: d.replace(b" ", b"\n", 1), "or its records"),
        ("tile/records/000", lambda d: d.split(b" ", 1)[1], "base64"),
        ("tile/records/000", lambda d: d[:44] + d[d.index(b"\n") :], "erased by halves"),
        ("checkpoint", lambda _: b"", "note without a text"),
        ("checkpoint", lambda d: d.replace(b"\n301\n", b"\n302\n"), "does not fit"),
    ],
    ids=range(11),
)
@pytest.mark.usefixtures("large")
def test_altered_files_are_named(
    signer: MemorySigner,
    tmp_path: Path,
    name: str,
    change: Callable[[bytes], bytes],
    message: str,
) -> None:
    path = tmp_path / "www" / name
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(VerificationError, match=message):
        verify_ledger(TileReader(tmp_path / "www"), [signer.public_key])


@pytest.mark.usefixtures("large")
def test_missing_and_monstrous_files_are_named(signer: MemorySigner, tmp_path: Path) -> None:
    www = tmp_path / "www"
    os.truncate(www / "tile/records/000", 1 << 29)
    with pytest.raises(VerificationError, match="longer than any file of a log"):
        verify_ledger(TileReader(www), [signer.public_key])
    (www / "tile/records/000").unlink()
    with pytest.raises(VerificationError, match="cannot be read"):
        verify_ledger(TileReader(www), [signer.public_key])


def test_a_folder_that_cannot_be_written_is_named(large: Ledger, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="cannot be written"):
        publish(large, str(large.latest_checkpoint()), tmp_path / "file")


def test_a_source_that_is_damaged_says_so_itself(large: Ledger, tmp_path: Path) -> None:
    large._store.write("DELETE FROM node", [()])
    with pytest.raises(LedgerError, match="nodes 0 of level 8 are missing"):
        publish(large, str(large.latest_checkpoint()), tmp_path / "elsewhere")
    assert leaf_hash(b"") != b""


def test_a_tile_of_entries_that_are_not_there_is_refused(large: Ledger) -> None:
    with pytest.raises(LedgerError, match="the log has no entry"):
        tile_data(large, "entries", large.size // 256 + 1, 1)
