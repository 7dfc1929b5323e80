"""Whatever step of the disk fails and whenever the process is killed: nothing told is lost.

After each: the ledger opens and verifies, holds every record that was acknowledged, none is signed
twice with other content, no two checkpoints of one size differ, and the device starts again.
A few of the steps and moments here, all of them by ``make prove``.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def site(folder: Path, what: str, number: int, **env: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, FOLDER / "site.py", what, folder, str(number)],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ) | env,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    """The library that makes a disk fail."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("C compiler absent (Debian: gcc)")
    library = tmp_path / "faulty.so"
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", library, FOLDER / "faulty.c", "-ldl"]
    subprocess.run(words, check=True)
    return str(library)


def faults(tmp_path: Path, library: str, step: int) -> dict[str, int]:
    (tmp_path / "sites").mkdir()
    found = site(tmp_path / "sites", "faults", step, LD_PRELOAD=library)
    return found["steps"]


def test_some_failing_steps(tmp_path: Path, faulty: str) -> None:
    steps = faults(tmp_path, faulty, 223)
    assert set(steps) == {"broken", "full", "killed", "torn"}
    assert min(steps.values()) > 200


def test_some_kills(tmp_path: Path) -> None:
    assert site(tmp_path, "kills", 12)["rounds"] == 12


@pytest.mark.long
def test_every_failing_step(tmp_path: Path, faulty: str) -> None:
    steps = faults(tmp_path, faulty, 1)
    print(steps)
    assert min(steps.values()) > 200


@pytest.mark.long
def test_a_thousand_kills(tmp_path: Path) -> None:
    found = site(tmp_path, "kills", 1_000)
    print(found)
    assert int(str(found["acknowledged"])) > 1_000
