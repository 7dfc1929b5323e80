"""Every recipe runs as it stands, and so do the README's first example and its OpenSSL check."""

import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from edgekit.records import (
    Aggregate,
    ClockTrust,
    Profile,
    RecordHead,
    Seal,
    Status,
    Unit,
)
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_release

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
MEDIAN_LINES = 12
SAID = {
    "count_people": r"in, \d+ out",
    "illuminance": r"\d+ lux",
    "redact_video": r"nobody",
    "room_full": r"full, \d+ people",
    "verify_records": r"3 records of door, all signed by [0-9a-f]{16}",
}


@pytest.fixture
def handed_over(tmp_path: Path) -> Path:
    """A folder with three signed records and the key that verifies them."""
    signer = MemorySigner.from_seed(bytes(range(32)))
    lines = []
    for sequence in range(3):
        release = Aggregate(
            metric="line.door.in",
            unit=Unit.COUNT,
            window_start_s=1_800_000_000 + 900 * sequence,
            window_s=900,
            value=15,
            status=Status.RELEASED,
            reason=None,
            uptime_percent=100,
            profile=Profile.SDC_10_5,
        )
        head = RecordHead(
            device=signer.key_id,
            site="door",
            boot="0" * 16,
            sequence=sequence,
            clock=ClockTrust.SYNCED,
            seal=Seal.SEALED,
            authorisation="sha256:" + "a" * 64,
            notice="sha256:" + "b" * 64,
            authority="0" * 16,
            software="edgekit",
        )
        lines.append(sign_release(release, head, signer).envelope + b"\n")
    (tmp_path / "records.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "device.pub.pem").write_bytes(signer.public_key.to_pem())
    return tmp_path


def run(program: list[str], folder: Path) -> str:
    result = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def readme_block(language: str, containing: str) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return next(block for block in blocks if containing in block)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs(example: Path, handed_over: Path) -> None:
    said = run([sys.executable, "-I", str(example)], handed_over)

    assert re.search(SAID[example.stem], said), said


def test_examples_are_short() -> None:
    lengths = [
        sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())
        for path in EXAMPLES
    ]

    assert statistics.median(lengths) <= MEDIAN_LINES


def test_first_example_of_the_readme_is_four_lines_and_runs(tmp_path: Path) -> None:
    program = readme_block("python", "import")

    said = run([sys.executable, "-I", "-c", program], tmp_path)

    assert len(program.splitlines()) <= 4
    assert re.fullmatch(r"(\d+ \d+ \d+\n)+", said)


def test_openssl_verifies_a_record_as_the_readme_says(handed_over: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl absent")

    said = run(["sh", "-euc", readme_block("sh", "openssl")], handed_over)

    assert "Signature Verified Successfully" in said


def test_openssl_refuses_an_altered_record(handed_over: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl absent")
    block = readme_block("sh", "openssl").replace("; cat payload.json;", "; tr 5 6 <payload.json;")

    result = subprocess.run(
        ["sh", "-uc", block], cwd=handed_over, capture_output=True, text=True, check=False
    )

    assert result.returncode != 0
    assert "Verified Successfully" not in result.stdout
