"""The page on the record format is true: its examples are what we make, its shell lines work."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edgekit.ledger.checkpoint import Checkpoint, origin_of, verifier_key
from edgekit.ledger.entry import commitment
from edgekit.ledger.merkle import leaf_hash
from edgekit.ledger.proof import Proof
from edgekit.provenance import Seal, Source, Users, Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    EventName,
    Profile,
    QualityWord,
    Reason,
    RecordHead,
    Status,
    Unit,
)
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_release
from edgekit.signing.schema import SCHEMAS

PAGE = (Path(__file__).parents[2] / "docs" / "record-format.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```(\w+)( [\w-]+)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS: dict[str, str] = {f"{kind}{name}": text for kind, name, text in FENCED.findall(PAGE)}
SIGNER = MemorySigner.from_seed(bytes(range(32)))
SALT = bytes(range(32))


def digest(name: str) -> str:
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def example() -> bytes:
    release = Aggregate(
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
    head = RecordHead(
        device=SIGNER.key_id,
        site="plaza",
        boot="5b1e0a9c44d27f63",
        sequence=0,
        clock=ClockTrust.SYNCED,
        wall=Wall(eye=Seal.SEALED, clerk=Seal.SEALED, herald=Seal.SEALED),
        source=Source.CAMERA,
        authorisation=digest("authorisation"),
        notice=digest("notice"),
        authority="self",
        software="edgekit 0.1.0",
    )
    return sign_release(release, head, SIGNER).envelope


def test_the_example_is_what_we_make() -> None:
    envelope = example()
    origin = origin_of("plaza", SIGNER.key_id)
    root = leaf_hash(commitment(SALT, envelope))
    note = Checkpoint(origin=origin, size=1, root=root).to_note(origin, SIGNER)
    assert BLOCKS["pem"] == SIGNER.public_key.to_pem().decode()
    assert f"`{SIGNER.key_id}`" in PAGE
    assert BLOCKS["json record"] == envelope.decode() + "\n"
    assert BLOCKS["json payload"] == Envelope.from_bytes(envelope).payload.decode() + "\n"
    assert BLOCKS["text checkpoint"] == note
    assert BLOCKS["text vkey"] == verifier_key(origin, SIGNER.public_key) + "\n"
    proof = Proof.from_text(BLOCKS["text proof"])
    assert proof == Proof(salt=SALT, index=0, path=(), note=note)
    assert proof.verify(envelope, origin=origin, key=SIGNER.public_key).size == 1


def test_every_field_and_every_word_is_listed() -> None:
    fields = set().union(*(schema.names for schema in SCHEMAS.values()))
    words = [
        word
        for kind in (Unit, Status, Reason, EventName, Profile, Seal, Source, Users)
        for word in kind
    ]
    for word in [*fields, *words, *ClockTrust]:
        assert f"`{word}`" in PAGE, word


def openssl_major() -> int:
    if shutil.which("openssl") is None:
        return 0
    told = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True)
    found = re.match(r"OpenSSL (\d+)", told.stdout)
    return int(found[1]) if found else 0


needs_openssl = pytest.mark.skipif(openssl_major() < 3, reason="openssl 3 absent")


def shell(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-eu", "-c", BLOCKS[name]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, block in [
        ("device.pub.pem", "pem"),
        ("record.json", "json record"),
        ("checkpoint.txt", "text checkpoint"),
        ("record.tlog-proof", "text proof"),
    ]:
        (tmp_path / name).write_text(BLOCKS[block], encoding="utf-8")
    return tmp_path


@needs_openssl
def test_openssl_verifies_the_record_and_refuses_an_altered_one(folder: Path) -> None:
    done = shell(folder, "sh record")
    assert (done.returncode, done.stdout) == (0, "Signature Verified Successfully\n")
    assert (folder / "payload").read_text(encoding="utf-8") + "\n" == BLOCKS["json payload"]
    path = folder / "record.json"
    path.write_text(path.read_text().replace("ImNvdW50IjozNSwi", "ImNvdW50IjozNiwi"))
    assert path.read_text() != BLOCKS["json record"]
    assert shell(folder, "sh record").returncode != 0


@needs_openssl
def test_openssl_tells_the_key_id(folder: Path) -> None:
    assert shell(folder, "sh key-id").stdout == f"{SIGNER.key_id}\n"


@needs_openssl
def test_openssl_verifies_the_checkpoint_and_refuses_an_altered_one(folder: Path) -> None:
    done = shell(folder, "sh checkpoint")
    assert (done.returncode, done.stdout) == (0, "Signature Verified Successfully\n")
    path = folder / "checkpoint.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("\n1\n", "\n2\n"), encoding="utf-8")
    assert shell(folder, "sh checkpoint").returncode != 0


@needs_openssl
def test_the_shell_finds_the_leaf_which_here_is_the_root(folder: Path) -> None:
    root = BLOCKS["text checkpoint"].split("\n")[2]
    assert shell(folder, "sh proof").stdout == f"{root}\n"
