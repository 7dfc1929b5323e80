"""What every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

from edgekit.records import (
    Aggregate,
    ClockTrust,
    Profile,
    QualityWord,
    RecordHead,
    Seal,
    Status,
    Unit,
)
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_release

# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture
def shared_data() -> Path:
    """The shared test data folder; skips where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("shared test data absent")
    return folder


@pytest.fixture
def shared_models() -> Path:
    """The shared model files; skips where they are absent."""
    folder = SHARED / "models"
    if not folder.is_dir():
        pytest.skip("shared model files absent")
    return folder


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
            quality=QualityWord.GOOD,
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
