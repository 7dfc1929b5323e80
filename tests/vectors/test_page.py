"""What the page on the record format says is run as it stands: shell, OpenSSL, Node, radio."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edgekit.records import Aggregate, Profile, QualityWord, Reason, Status, Unit
from edgekit.signing.keys import MemorySigner
from edgekit.signing.radio import Output, read_window, sign_window

FOLDER = Path(__file__).parent
PAGE = (FOLDER.parents[1] / "docs" / "record-format.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```(\w+)( [\w-]+)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = {f"{kind}{name}": text for kind, name, text in FENCED.findall(PAGE)}
SETS = {
    name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("records", "proofs")
}
# What a verifier of signatures alone decides: of all others the signature holds.
SIGNATURE = re.compile(
    "another key|signed by another, named as ours|signature (of zeros|with S|over the bare|cut)"
    "|character (3[14]|62|93|217|310|589) altered|payload empty$"
)


def vectors(kind: str) -> list[object]:
    chosen = []
    for number, vector in enumerate(SETS[kind]["vectors"]):
        told = SIGNATURE.match(vector["name"])
        if (vector["accept"] and number % 6 == 0) or vector["name"] == "ES256" or told:
            chosen.append(pytest.param(vector, id=vector["name"]))
    return chosen


def run(folder: Path, words: list[str]) -> int:
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False, env=env)
    return done.returncode


def written(folder: Path, vector: dict[str, str], kind: str = "records") -> Path:
    key = SETS[kind]["keys"][vector["key"]]
    for name, text in (
        ("record.json", vector["record"] + "\n"),
        ("device.pub.pem", key),
        ("record.tlog-proof", vector.get("proof", "")),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl absent")
@pytest.mark.parametrize("vector", vectors("records"))
def test_openssl(vector: dict[str, object], tmp_path: Path) -> None:
    done = run(written(tmp_path, vector), ["sh", "-eu", "-c", BLOCKS["sh record"]])
    assert (done == 0) == vector["accept"]


@pytest.mark.skipif(shutil.which("node") is None, reason="node absent (Debian: nodejs)")
def test_node(tmp_path: Path) -> None:
    (tmp_path / "verify.js").write_text(BLOCKS["js record"], encoding="utf-8")
    for chosen in vectors("records")[::3]:
        (vector,) = chosen.values
        done = run(written(tmp_path, vector), ["node", "verify.js"])
        assert (done == 0) == vector["accept"], vector["name"]


WAYS = re.compile(
    r"record \d+$|the proof of another|hash \d (altered|left out|given twice)"
    "|hashes in another|salt altered|index one|root altered"
)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl absent")
def test_the_shell_climbs_to_the_root(tmp_path: Path) -> None:
    chosen = [one for one in SETS["proofs"]["vectors"] if WAYS.match(one["name"])]
    for vector in chosen[::2]:
        done = run(written(tmp_path, vector, "proofs"), ["sh", "-eu", "-c", BLOCKS["sh path"]])
        assert (done == 0) == vector["accept"], vector["name"]


def test_the_radio_messages_are_what_we_make() -> None:
    pytest.importorskip("cbor2", reason="cbor2 absent: edgekit[cose]")
    signer = MemorySigner.from_seed(bytes(range(32)))
    outputs = (
        Output(metric="line.door.in", unit="count", window_s=900),
        Output(metric="light.illuminance", unit="illuminance_lux", window_s=300),
    )
    window = Aggregate(
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
    gap = Aggregate(
        metric="light.illuminance",
        unit=Unit.ILLUMINANCE_LUX,
        window_start_s=1_800_000_000,
        window_s=300,
        value=None,
        status=Status.GAP,
        reason=Reason.VIEW_COVERED,
        uptime_percent=25,
        quality=QualityWord.BLIND,
        profile=Profile.SDC_10_5,
    )
    for sequence, (name, release) in enumerate({"radio": window, "radio-gap": gap}.items()):
        message = bytes.fromhex(BLOCKS[f"text {name}"])
        assert message == sign_window(release, sequence, outputs, signer)
        assert read_window(message, outputs, signer.public_key).value == release.value
        assert len(message) <= 100
