import argparse
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.cli import verify
from edgekit.cli.main import main
from edgekit.errors import ConfigError, VerificationError
from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.store import Ledger
from edgekit.ledger.testimony import utc
from edgekit.provenance import Seal, Source, Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Event,
    EventName,
    Profile,
    QualityWord,
    Reason,
    SignedRecord,
    Status,
    Unit,
)
from edgekit.signers.file import create_key, load_signer
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_release
from tests import sample


def record(sequence: int, signer: MemorySigner) -> SignedRecord:
    t_s = 1_800_000_000 + 900 * sequence
    gap = sequence % 2
    release = (
        Event(name=EventName.START, t_s=t_s, reason=None, profile=Profile.LOCAL)
        if sequence % 4 == 0
        else Aggregate(
            metric="zone.square.people",
            unit=Unit.PEOPLE,
            window_start_s=t_s,
            window_s=900,
            value=None if gap else 7,
            status=Status.GAP if gap else Status.RELEASED,
            reason=Reason.VIEW_COVERED if gap else None,
            uptime_percent=20 if gap else 100,
            quality=QualityWord.GOOD,
            profile=Profile.LOCAL,
        )
    )
    head = replace(
        sample.HEAD,
        device=signer.key_id,
        boot="0123456789abcdef",
        sequence=sequence,
        clock=ClockTrust.FREE,
        wall=Wall(eye=Seal.PARTIAL),
        source=Source.FILE,
        software="edgekit 0.1.0",
    )
    return sign_release(release, head, signer)


class Site:
    """A site's folder: two keys, a ledger of ten records, the same ten in rotated files."""

    def __init__(self, folder: Path) -> None:
        create_key(folder / "device.key.pem", entropy=lambda size: b"\x01" * size)
        create_key(folder / "other.key.pem", entropy=lambda size: b"\x02" * size)
        self.key, self.other = folder / "device.pub.pem", folder / "other.pub.pem"
        self.signer = load_signer(folder / "device.key.pem")
        self.records = [record(sequence, self.signer) for sequence in range(10)]
        self.ledger = folder / "ledger.sqlite"
        ledger = Ledger.open(
            self.ledger, origin=origin_of("plaza", self.signer.key_id), entropy=os.urandom
        )
        ledger.append(self.records[:8])
        ledger.sign_checkpoint(self.signer)
        ledger.append(self.records[8:])
        ledger.close()
        self.exported = folder / "records"
        self.exported.mkdir()
        self.write("records-000000000000.jsonl", 0, 4)
        self.write("records-000000000004.jsonl", 4, 8)
        self.write("records.jsonl", 8, 10)

    def write(self, name: str, start: int, end: int) -> Path:
        path = self.exported / name
        path.write_bytes(b"".join(one.envelope + b"\n" for one in self.records[start:end]))
        return path

    def refused(self, path: Path, *, key: Path | None = None) -> tuple[str, int | None]:
        with pytest.raises(VerificationError) as caught:
            verified(path, key or self.key)
        return str(caught.value), caught.value.sequence


def verified(path: Path, *keys: Path, as_json: bool = False) -> int:
    words = [str(path), *(word for key in keys for word in ("--key", str(key)))]
    parser = argparse.ArgumentParser()
    verify.add(parser.add_subparsers())
    return verify.run(parser.parse_args(["verify", *words, *(["--json"] if as_json else [])]))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_ledger_in_plain_words(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(site.ledger, site.key) == 0
    assert capsys.readouterr().out == (
        f"{site.ledger}: 10 records verify, 0 to 9, none missing between\n"
        f"  site        plaza\n"
        f"  device      {site.signer.key_id}\n"
        f"  time        2027-01-15 08:00:00 UTC to 2027-01-15 10:30:00 UTC\n"
        f"  windows     2 released, 0 suppressed, 5 gaps\n"
        f"  events      3\n"
        f"  metrics     zone.square.people\n"
        f"  profile     local; eye: partial\n"
        f"  checkpoint  8 of 10 records, signed by the device\n"
        f"  witness     unwitnessed: nobody independent has signed this\n"
        f"              who holds the device's key could have written "
        f"edgekit/plaza/{site.signer.key_id} anew\n"
    )


def test_a_folder_of_rotated_files(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(site.exported, site.other, site.key) == 0
    out = capsys.readouterr().out
    assert "10 records verify, 0 to 9" in out
    assert "whether records are missing after the last cannot be seen here" in out
    (site.exported / "records-000000000000.jsonl").unlink()
    assert verified(site.exported, site.key) == 0
    assert "records 0 to 3 are not here" in capsys.readouterr().out


def test_json(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(site.ledger, site.key, as_json=True) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["verified"], facts["witnessed"], facts["records"]) == (True, None, 10)
    assert (facts["head"]["size"], len(facts["head"]["root"])) == (8, 64)
    assert verified(site.exported / "records.jsonl", site.key, as_json=True) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["head"], facts["first_sequence"]) == (None, 8)


def test_an_erased_ledger_says_so(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    origin = origin_of("plaza", site.signer.key_id)
    ledger = Ledger.open(site.ledger, origin=origin, entropy=os.urandom)
    for sequence in range(10):
        ledger.erase([sequence])
    ledger.close()
    assert verified(site.ledger, site.key) == 0
    out = capsys.readouterr().out
    assert "0 records verify, 10 were erased" in out
    assert "erased      10 records: only their commitments verify" in out
    assert "time        unknown to unknown" in out


def test_a_time_beyond_the_calendar_is_still_printed() -> None:
    assert utc(2**53 - 1) == "second 9007199254740991"


def test_what_is_wrong_is_named(site: Site) -> None:
    device = site.signer.key_id
    message, sequence = site.refused(site.ledger, key=site.other)
    assert f"this is the ledger edgekit/plaza/{device} of another device" in message
    message, sequence = site.refused(site.exported, key=site.other)
    assert f"records-000000000000.jsonl line 1) is wrong: signed by key {device}" in message
    assert sequence == 0

    middle = site.exported / "records-000000000004.jsonl"
    whole = middle.read_bytes()
    middle.write_bytes(whole.replace(b'"payload":"ey', b'"payload":"eX', 2)[: len(whole)])
    message, sequence = site.refused(site.exported)
    assert message.startswith("record 4 (records-000000000004.jsonl line 1) is wrong")
    assert sequence == 4

    middle.write_bytes(whole[:-40])
    message, sequence = site.refused(site.exported)
    assert message.startswith("record 7 (records-000000000004.jsonl line 4) has no line end")
    assert sequence == 7

    middle.unlink()
    assert site.refused(site.exported) == ("records 4 to 7 are missing", 4)

    site.write("records-000000000004.jsonl", 3, 8)
    message, sequence = site.refused(site.exported)
    assert "stands twice, again in records-000000000004.jsonl line 1" in message
    assert sequence == 3


def test_files_that_verify_nothing_are_refused(site: Site, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    assert site.refused(empty)[0] == f"{empty} is an empty file: it verifies nothing"
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "holds no records.jsonl" in site.refused(folder)[0]
    with pytest.raises(VerificationError) as caught:
        verified(tmp_path, site.key)
    assert caught.value.hint == f"verify {site.ledger}"
    (folder / "records.jsonl").touch()
    assert "empty file verifies nothing" in site.refused(folder)[0]
    junk = tmp_path / "junk"
    junk.write_bytes(b"\x00\xff" * 3_000_000)
    assert "no line end" in site.refused(junk)[0]
    junk.write_bytes(b"x\n" * 3)
    assert "a record (junk line 1) is wrong: not a JSON text" in site.refused(junk)[0]


def test_a_damaged_ledger_is_not_verified(site: Site) -> None:
    whole = site.ledger.read_bytes()
    site.ledger.write_bytes(whole[: len(whole) // 2])
    assert f"ledger {site.ledger}" in site.refused(site.ledger)[0]
    site.ledger.write_bytes(b"x" * 2000)
    assert "not a database" in site.refused(site.ledger)[0]
    site.ledger.write_bytes(whole.replace(b"payloadType", b"PayloadType", 1))
    message, sequence = site.refused(site.ledger)
    assert (sequence is None) == (message.find("record ") < 0)


def test_paths_and_keys_are_checked_first(site: Site, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing cannot be read: No such file"):
        verified(tmp_path / "nothing", site.key)
    with pytest.raises(ConfigError, match="public key"):
        verified(site.ledger, tmp_path / "nothing")
    (site.exported / "records.jsonl").unlink()
    (site.exported / "records.jsonl").mkdir()
    with pytest.raises(ConfigError, match="is a folder"):
        verified(site.exported, site.key)


def test_a_refusal_says_what_to_do(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    (site.exported / "records-000000000004.jsonl").unlink()
    assert main(["verify", str(site.exported), "--key", str(site.key)]) == 3
    assert "edgekit: hint: use none of it" in capsys.readouterr().err


def test_exit_codes(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(site.ledger), "--key", str(site.key)]) == 0
    assert main(["verify", str(site.ledger), "--key", str(site.other)]) == 3
    assert main(["verify", str(site.ledger) + "x", "--key", str(site.key)]) == 2
    err = capsys.readouterr().err
    assert "edgekit: error: this is the ledger" in err
    assert "edgekit: hint: give the public key of the device that wrote it" in err


LIGHT = """
import sys
from edgekit.cli.main import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print(code, sorted({"numpy", "cv2", "onnxruntime", "tqdm"} & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("words", [["--help"], None])
def test_neither_help_nor_verb_imports_what_sees(site: Site, words: list[str] | None) -> None:
    arguments = words or [str(site.ledger), "--key", str(site.key)]
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, "verify", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "0 []\n"
