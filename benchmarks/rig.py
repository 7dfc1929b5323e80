"""Emulated boards for the benchmarks of the serial wire; builds the firmware first."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edgekit.testing.emulator import EmulatedBoard

FIRMWARE = Path(__file__).parents[1] / "firmware_bridge"
BUILD = FIRMWARE / "build"


def build() -> None:
    """Bring the firmware, its emulator and the native core up to date, or end the program."""
    words = ["make", "-s", "-C", str(FIRMWARE)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 -- our own makefile
    if done.returncode:
        sys.exit(f"the firmware can't be built (.ci/run has the packages):\n{done.stderr[-800:]}")


@contextmanager
def started(*options: str, firmware: str = "bridge.elf") -> Iterator[EmulatedBoard]:
    """A board in a folder of its own, in real time unless ``--step`` is given."""
    with (
        tempfile.TemporaryDirectory(prefix="edgekit-") as folder,
        EmulatedBoard.start(Path(folder), BUILD, firmware=firmware, options=options) as board,
    ):
        yield board
