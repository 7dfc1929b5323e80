"""Whatever of a node is killed while the sign is lit: it goes dark."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.node.status import read_state
from edgekit.testing.emulator import EmulatedBoard
from edgekit.testing.warm_face import FeverDoor, Visitor
from tests.node.ward import write_ward

RELAY = "D6"
ONE = FeverDoor(seconds=120, visitors=(Visitor(start_s=5, stays_s=2.5, mouth_c=38.6),))
NODE = "node"
"""The supervisor, which all others end with."""


@pytest.fixture
def board(firmware: Path, tmp_path: Path) -> Iterator[EmulatedBoard]:
    with EmulatedBoard.start(tmp_path, firmware) as board:
        yield board


@pytest.mark.long
@pytest.mark.emulator
@pytest.mark.parametrize("role", ["eye", "clerk", "steward", NODE])
def test_the_sign_goes_dark(
    board: EmulatedBoard, tmp_path: Path, wait: Callable[..., float], role: str
) -> None:
    begun_s = int(time.time()) - 3600
    toml = write_ward(
        tmp_path / "ward", ONE, port=str(board.port), valid_from_s=begun_s, sign_ms=20_000
    )
    data = tmp_path / "ward" / "data"
    with (tmp_path / "node.log").open("wb") as log:
        node = subprocess.Popen(
            [sys.executable, "-m", "edgekit", "run", str(toml)], stdout=log, stderr=log
        )
    try:
        wait(lambda: board.level(RELAY), 60)
        pid = node.pid if role == NODE else read_state(data / "processes.json")[role]["pid"]
        os.kill(pid, signal.SIGKILL)
        wait(lambda: not board.level(RELAY), 60)
    finally:
        node.terminate()
        node.wait(60)
    assert not board.level(RELAY)
