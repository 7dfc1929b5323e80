"""Emulated boards and the core compiled for this machine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from edgekit.bridge.lockstep import LockstepHost
from edgekit.testing.emulator import EmulatedBoard

Start = Callable[..., EmulatedBoard]


@pytest.fixture
def start(firmware: Path, tmp_path: Path) -> Iterator[Start]:
    """Start boards in lockstep, each with a folder of its own; they end with the test."""
    with ExitStack() as stack:

        def run(
            name: str = "bridge.elf", *, options: tuple[str, ...] = ("--step",)
        ) -> EmulatedBoard:
            folder = tmp_path / f"board{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            board = EmulatedBoard.start(folder, firmware, firmware=name, options=options)
            return stack.enter_context(board)

        yield run


@pytest.fixture
def board(start: Start) -> EmulatedBoard:
    return start()


@pytest.fixture
def host(board: EmulatedBoard) -> LockstepHost:
    host = LockstepHost(board)
    host.greet()
    return host
