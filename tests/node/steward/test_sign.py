"""A whole node at a door, on the real firmware in its emulator: a warm one lights the sign."""

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
FILM = FeverDoor(
    seconds=90,
    visitors=tuple(
        Visitor(start_s=start_s, stays_s=2.5, mouth_c=38.6) for start_s in range(5, 85, 5)
    ),
)


@pytest.fixture
def board(firmware: Path, tmp_path: Path) -> Iterator[EmulatedBoard]:
    with EmulatedBoard.start(tmp_path, firmware) as board:
        yield board


@pytest.mark.emulator
def test_a_warm_one_lights_the_sign_and_the_end_of_the_node_leaves_it_dark(
    board: EmulatedBoard, tmp_path: Path, wait: Callable[..., float]
) -> None:
    folder = tmp_path / "ward"
    toml = write_ward(
        folder, FILM, port=str(board.port), valid_from_s=int(time.time()) - 3600, sign_ms=60_000
    )
    said, data = tmp_path / "node.log", folder / "data"
    with said.open("wb") as log:
        command = [sys.executable, "-m", "edgekit", "run", str(toml)]
        node = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        state = lambda: read_state(data / "status.json")  # noqa: E731 -- read anew each time
        wait(lambda: state().get("decisions") == {"temperature": "ready"}, 60)
        assert not board.level(RELAY)
        wait(lambda: board.level(RELAY), 60)
        told = state()
    finally:
        node.terminate()
        node.wait(60)

    wait(lambda: not board.level(RELAY), 60)
    assert told["seal"] == "sealed"
    assert told["decisions"] == {"temperature": "ready"}
    words = said.read_text(encoding="utf-8").lower()
    assert "warm" not in words
    assert "38" not in str(told["decisions"])
