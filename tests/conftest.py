"""What every test may use."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_release
from edgekit.testing.native import NativeCore
from tests import sample

# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("few", settings.get_profile("any machine"), max_examples=10)
settings.load_profile("any machine")

# A shell ignores it for what it runs in the background, and so would every process of a test.
signal.signal(signal.SIGINT, signal.default_int_handler)

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
        release = replace(sample.WINDOW, window_start_s=1_800_000_000 + 900 * sequence)
        head = replace(
            sample.HEAD, device=signer.key_id, site="door", sequence=sequence, authority="0" * 16
        )
        lines.append(sign_release(release, head, signer).envelope + b"\n")
    (tmp_path / "records.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "device.pub.pem").write_bytes(signer.public_key.to_pem())
    return tmp_path


FIRMWARE = Path(__file__).parents[1] / "firmware_bridge"
FIRMWARE_TOOLS = ("make", "gcc", "avr-gcc")
FIRMWARE_HEADERS = (
    Path("/usr/include/simavr/sim_avr.h"),
    Path("/usr/include/libelf.h"),
    Path("/usr/lib/avr/include/avr/io.h"),
)


@pytest.fixture
def vectors() -> Callable[[str], list[dict[str, str]]]:
    """Read the text vectors that the firmware's own tests read: ``field: value``, by stanza."""

    def read(name: str) -> list[dict[str, str]]:
        text = (FIRMWARE / "vectors" / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        blocks = "\n".join(lines).strip().split("\n\n")
        return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]

    return read


@pytest.fixture(scope="session")
def firmware() -> Path:
    """The folder with the built firmware, the emulator and the native core; skips without tools."""
    missing = [tool for tool in FIRMWARE_TOOLS if shutil.which(tool) is None]
    missing += [str(header) for header in FIRMWARE_HEADERS if not header.exists()]
    if missing:
        pytest.skip(f"firmware tools absent: {', '.join(missing)}")
    lock = Path(tempfile.gettempdir()) / f"edgekit-firmware-{os.getuid()}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # every worker of pytest-xdist comes by here
        subprocess.run(["make", "-s", "-C", str(FIRMWARE)], check=True, capture_output=True)
    return FIRMWARE / "build"


@pytest.fixture
def core(firmware: Path) -> NativeCore:
    return NativeCore(firmware / "libcore.so")
