"""The type checker refuses an outlet anything but a signed record."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SNIPPET = """\
from edgekit.frames import Frame, Pixels, RedactedImage
from edgekit.records import Aggregate, Observation, SignedRecord
from edgekit.seams.clerk import Outlet


def send(
    outlet: Outlet,
    signed: SignedRecord,
    released: Aggregate,
    inside: Observation,
    frame: Frame,
    covered: RedactedImage,
    pixels: Pixels,
) -> None:
    outlet.send(signed)
    outlet.send(released)
    outlet.send(inside)
    outlet.send(frame)
    outlet.send(covered)
    outlet.send(pixels)
    outlet.send(signed.envelope)
"""


def test_an_outlet_takes_signed_records_only(tmp_path: Path) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET, encoding="utf-8")

    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(snippet)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    refused = [
        int(n) for n in re.findall(r"snippet\.py:(\d+): error: .*\[arg-type\]", result.stdout)
    ]
    sends = [n for n, line in enumerate(SNIPPET.splitlines(), 1) if "outlet.send(" in line]
    assert refused == sends[1:], result.stdout + result.stderr
    assert result.stdout.count("error:") == len(refused), result.stdout
