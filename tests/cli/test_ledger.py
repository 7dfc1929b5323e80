"""What is done with a log by the command line: publish, prove, check, copy, erase, trim."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.ledger.checkpoint import origin_of, verifier_key
from edgekit.ledger.store import Ledger
from edgekit.records import Event, EventName, Profile
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_releases
from tests import sample

Run = Callable[..., tuple[int, str, str]]
SIGNER = MemorySigner.from_seed(b"\x07" * 32)
START_S = 1_767_225_600  # 2026-01-01


def signed(start: int, end: int) -> list[object]:
    head = replace(sample.HEAD, device=SIGNER.key_id, sequence=start)
    releases = [
        Event(name=EventName.PAUSE, t_s=START_S + 86_400 * n, reason=None, profile=Profile.SDC_10_5)
        for n in range(start, end)
    ]
    return sign_releases(releases, head, SIGNER)


class Log:
    """A ledger of ten records, one a day, and its public key."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path, self.key = folder, folder / "ledger.sqlite", folder / "d.pub.pem"
        self.key.write_bytes(SIGNER.public_key.to_pem())
        self.origin = origin_of("plaza", SIGNER.key_id)
        self.grow(10)

    def grow(self, end: int) -> None:
        ledger = Ledger.open(self.path, origin=self.origin, entropy=os.urandom)
        ledger.append(signed(ledger.size, end), SIGNER)
        ledger.close()


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def test_tiles_are_published_and_verify(log: Log, edgekit: Run) -> None:
    www = log.folder / "www"
    code, out, _ = edgekit("ledger", "tiles", log.path, www)
    assert (code, "10 records published, 4 files written" in out) == (0, True)
    assert edgekit("ledger", "tiles", log.path, www, "--page")[0] == 0
    assert b"async function verifyProof" in (www / "verify.html").read_bytes()
    code, out, _ = edgekit("verify", www, "--key", log.key)
    assert (code, f"{www}: 10 records verify" in out) == (0, True)
    (www / "tile/records/000.p/10").unlink()
    code, _, err = edgekit("verify", www, "--key", log.key)
    assert (code, "cannot be read" in err) == (3, True)


def test_a_record_proves_itself_alone(log: Log, edgekit: Run) -> None:
    code, out, _ = edgekit("ledger", "proof", log.path, 3)
    assert (code, out.startswith("c2sp.org/tlog-proof@v1\n")) == (0, True)
    code, out, _ = edgekit("ledger", "proof", log.path, 3, "-o", log.folder / "out")
    record, proof = map(Path, out.splitlines())
    assert proof.name == "record-3.tlog-proof"
    words = ("verify", record, "--proof", proof, "--key", log.key)
    code, out, _ = edgekit(*words)
    assert code == 0
    assert f"record 3 verifies, and stands in {log.origin}\n  says        event=pause" in out
    assert "unwitnessed: nobody independent has signed this" in out
    code, out, _ = edgekit(*words, "--json")
    found = json.loads(out)
    assert (found["record"]["sequence"], found["size"], found["witnessed"]) == (3, 10, None)
    edgekit("ledger", "proof", log.path, 4, "-o", log.folder / "out")
    other = record.with_name("record-4.json")
    code, _, err = edgekit("verify", other, "--proof", proof, "--key", log.key)
    assert (code, "does not lead to the root" in err) == (3, True)
    (log.folder / "note").write_text(edgekit("ledger", "checkpoint", log.path)[1])
    assert edgekit(*words, "--checkpoint", log.folder / "note")[0] == 0
    log.grow(12)
    (log.folder / "note").write_text(edgekit("ledger", "checkpoint", log.path)[1])
    code, _, err = edgekit(*words, "--checkpoint", log.folder / "note")
    assert (code, "under 10 records, the checkpoint that you hold over 12" in err) == (3, True)


def test_a_proof_has_to_be_of_the_records_log(log: Log, edgekit: Run) -> None:
    edgekit("ledger", "proof", log.path, 0, "-o", log.folder)
    proof = log.folder / "record-0.tlog-proof"
    proof.write_text(proof.read_text(encoding="utf-8").replace("plaza", "market"))
    words = ("verify", log.folder / "record-0.json", "--proof", proof, "--key", log.key)
    code, _, err = edgekit(*words)
    assert (code, "is not the record's log" in err) == (3, True)


def test_the_end_that_is_held_or_expected(log: Log, edgekit: Run) -> None:
    note = log.folder / "note"
    note.write_text(edgekit("ledger", "checkpoint", log.path)[1])
    log.grow(12)
    words = ("verify", log.path, "--key", log.key)
    code, out, _ = edgekit(*words, "--checkpoint", note, "--expect-until", "2026-01-12")
    assert (code, "the checkpoint that you hold fits" in out) == (0, True)
    code, out, _ = edgekit(*words, "--checkpoint", note, "--checkpoint", note)
    assert "2 checkpoints that you hold fit\n" in out
    for text in ("2026-01-13", "2026-01-13T00:00", "1768262400"):
        code, _, err = edgekit(*words, "--expect-until", text)
        assert (code, "records from 12 on are missing" in err) == (3, True)
    code, _, err = edgekit(*words, "--expect-until", "tomorrow")
    assert (code, "expected ISO 8601 or Unix seconds" in err) == (2, True)
    code, _, err = edgekit(*words, "--checkpoint", log.folder / "none")
    assert (code, "none does not exist" in err) == (2, True)


def test_fsck_finds_what_is_wrong(log: Log, edgekit: Run) -> None:
    code, out, _ = edgekit("ledger", "fsck", log.path, "--key", log.key)
    assert (code, "sound; 10 records, 0 of them erased, 1 checkpoint\n" in out) == (0, True)
    code, _, err = edgekit("ledger", "fsck", log.path)
    assert (code, "expected --key" in err) == (2, True)
    data = bytearray(log.path.read_bytes())
    at = data.index(signed(4, 5)[0].envelope)
    data[at + 30] ^= 1
    log.path.write_bytes(data)
    code, _, err = edgekit("ledger", "fsck", log.path, "--key", log.key)
    assert (code, "record 4 was altered" in err) == (3, True), err


def test_a_copy_is_a_ledger(log: Log, edgekit: Run) -> None:
    copy = log.folder / "copy.sqlite"
    assert edgekit("ledger", "backup", log.path, copy)[:2] == (0, f"{copy}: a copy of 10 records\n")
    assert edgekit("verify", copy, "--key", log.key)[0] == 0
    code, _, err = edgekit("ledger", "backup", log.path, copy)
    assert (code, "exists already" in err) == (1, True)


def test_what_is_erased_stays_accounted_for(log: Log, edgekit: Run) -> None:
    code, out, _ = edgekit(
        "ledger", "erase", log.path, "--before", "2026-01-04", "--sequence", 1, "--sequence", 7
    )
    assert (code, out.splitlines()[0]) == (
        0,
        "4 records erased; their commitments stay, and the log verifies.",
    )
    assert "publish them again" in out
    code, out, _ = edgekit("verify", log.path, "--key", log.key)
    assert (code, "6 records verify, 4 were erased" in out) == (0, True)
    code, out, _ = edgekit("ledger", "compact", log.path)
    assert (code, "bytes before" in out) == (0, True)
    for words, message in (
        ((), "expected --sequence or --before"),
        (("--before", "then"), "expected ISO 8601 or Unix seconds"),
    ):
        code, _, err = edgekit("ledger", "erase", log.path, *words)
        assert (code, message in err) == (2, True)
    code, _, err = edgekit("ledger", "erase", log.path, "--sequence", 7)
    assert (code, "or erased" in err) == (1, True)


def test_an_empty_ledger_has_nothing_to_publish(log: Log, edgekit: Run) -> None:
    empty = log.folder / "empty.sqlite"
    Ledger.open(empty, origin=log.origin, entropy=os.urandom).close()
    assert edgekit("ledger", "checkpoint", empty)[:2] == (0, "")
    code, _, err = edgekit("ledger", "tiles", empty, log.folder / "www")
    assert (code, "no checkpoint yet" in err) == (2, True)


def test_a_site_stands_for_its_ledger(home: Path, edgekit: Run) -> None:
    code, _, err = edgekit("ledger", "fsck", home / "site.toml")
    assert (code, "ledger.sqlite is no file" in err) == (1, True)
    code, _, err = edgekit("ledger", "jws", home / "data/ledger.sqlite", 0)
    assert (code, "expected its site.toml" in err) == (2, True)


def test_witnesses_from_beginning_to_end(log: Log, edgekit: Run, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    code, out, _ = edgekit("witness", "init", folder, "--name", "example.org/w")
    vkey = out.splitlines()[1]
    assert (code, edgekit("witness", "list", folder)[1]) == (0, vkey + "\n")
    (folder / "line").write_text(verifier_key(log.origin, SIGNER.public_key) + "\n")
    assert edgekit("witness", "trust", folder, folder / "line")[0] == 0
    assert "never" in edgekit("witness", "list", folder)[1]
    ask, note = tmp_path / "ask", tmp_path / "note"

    def sign(path: Path, *more: object) -> tuple[int, str, str]:
        ask.write_text(edgekit("witness", "ask", path, *more)[1], encoding="utf-8")
        return edgekit("witness", "sign", folder, ask)

    code, signed_note, _ = sign(log.path)
    note.write_text(signed_note, encoding="utf-8")
    take = ("witness", "take", log.path, note, "--key", log.key, "--witness", vkey)
    code, out, _ = edgekit(*take)
    assert (code, out) == (0, "kept: 10 records are co-signed (example.org/w)\n")
    edgekit("ledger", "backup", log.path, tmp_path / "image.sqlite")
    log.grow(14)
    code, out, _ = sign(log.path)
    assert code == 0
    code, out, _ = edgekit("verify", log.path, "--key", log.key, "--witness", vkey)
    assert "example.org/w co-signed 10 records, by 20" in out
    assert "the last 4 are unwitnessed" in out
    (tmp_path / "vkey").write_text(vkey)
    by_file = ("--witness", tmp_path / "vkey")
    code, out, _ = edgekit("verify", log.path, "--key", log.key, *by_file, "--json")
    assert json.loads(out)["witnessed"]["size"] == 10
    code, _, err = edgekit("verify", log.path, "--key", log.key, *by_file, "--quorum", 2)
    assert (code, "quorum 2 of 1" in err) == (3, True)
    code, _, err = sign(tmp_path / "image.sqlite")
    assert (code, "ROLLBACK" in err) == (3, True)
    code, out, _ = edgekit("witness", "list", folder)
    assert (code, out.splitlines()[1].split()[0]) == (0, "14")


def test_a_witness_that_was_interrupted_begins_again(edgekit: Run, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    assert edgekit("witness", "init", folder, "--name", "a")[0] == 0
    (folder / "witness.vkey").unlink()
    key = (folder / "witness.key.pem").read_bytes()
    assert edgekit("witness", "init", folder, "--name", "a")[0] == 0
    assert (folder / "witness.key.pem").read_bytes() == key
    code, _, err = edgekit("witness", "init", folder, "--name", "a")
    assert (code, "witness's folder already" in err) == (1, True)
    (tmp_path / "file").touch()
    code, _, err = edgekit("witness", "init", tmp_path / "file" / "w", "--name", "a")
    assert (code, "cannot be made" in err) == (2, True)
    code, _, err = edgekit("witness", "list", tmp_path)
    assert (code, "is no witness's folder" in err) == (2, True)
    (tmp_path / "cut").write_text("example.org/w+12345678+ü")
    code, _, err = edgekit("witness", "trust", folder, tmp_path / "cut")
    assert (code, "other characters" in err, "ask for it once more" in err) == (3, True, True)
    code, _, err = edgekit("witness", "sign", folder, tmp_path / "none")
    assert (code, "none does not exist" in err) == (2, True)
