"""The import contracts hold, and a breach of each is seen."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = "Floors: imports go down only"
PIXELS = "What may leave cannot hold pixels"
BLIND = "The clerk and the herald cannot see"
MUTE = "The eye cannot speak"
PURE = "The core does no I/O"
GATE = "Only the clerk opens the gate"
KEYS = "Only the clerk, and who tends keys by hand, can read one"

BREACHES = (
    (FLOORS, "utils.py", '"""A room without a floor."""'),
    (FLOORS, "privacy/__init__.py", "import edgekit.perception.scene"),
    (FLOORS, "perception/__init__.py", "import edgekit.redaction"),
    (FLOORS, "consent/__init__.py", "import edgekit.ledger"),
    (PIXELS, "outlets/__init__.py", "import numpy"),
    (PIXELS, "outlets/__init__.py", "import edgekit.seams.eye"),
    (PIXELS, "records.py", "import edgekit.frames"),
    (BLIND, "node/clerk.py", "import cv2"),
    (BLIND, "node/herald.py", "import edgekit.frames"),
    (BLIND, "systems/__init__.py", "import edgekit.perception.line"),
    (BLIND, "config/__init__.py", "import onnxruntime"),
    (MUTE, "node/eye.py", "import edgekit.ledger"),
    (MUTE, "node/eye.py", "import edgekit.privacy.gate"),
    (MUTE, "perception/__init__.py", "import edgekit.outlets"),
    (MUTE, "sensors/__init__.py", "import edgekit.signers"),
    (PURE, "control/__init__.py", "import time"),
    (PURE, "redaction/__init__.py", "import random"),
    (PURE, "signing/__init__.py", "import socket"),
    (PURE, "ledger/merkle.py", "import os"),
    (GATE, "cli/__init__.py", "import edgekit.privacy.gate"),
    (GATE, "node/supervisor.py", "from edgekit.privacy import gate"),
    (KEYS, "node/herald.py", "import edgekit.signers.file"),
    (KEYS, "node/eye.py", "from edgekit.signers.open import open_signer"),
)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts on the package in this folder, which comes first on the path."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "edgekit", tmp_path / "edgekit", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_hold(house: Path) -> None:
    result = lint_imports(house)

    assert result.returncode == 0, result.stdout
    assert "7 kept, 0 broken" in result.stdout


@pytest.mark.parametrize(("contract", "file", "breach"), BREACHES)
def test_breach_is_caught(house: Path, contract: str, file: str, breach: str) -> None:
    path = house / "edgekit" / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{text}\n{breach}\n", encoding="utf-8")

    result = lint_imports(house)

    verdicts = [line for line in result.stdout.splitlines() if line.startswith(contract)]
    assert result.returncode == 1, result.stdout
    if file == "utils.py":
        assert "utils" in result.stdout
    else:
        assert verdicts, result.stdout
        assert verdicts[0].endswith("BROKEN")
