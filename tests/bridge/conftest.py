"""A board in memory: the MicroPython firmware, run by this Python."""

import importlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from edgekit.bridge.board import Bridge
from edgekit.errors import LinkLostError
from edgekit.testing.memory_port import MemoryPort

MICROPYTHON = Path(__file__).parents[2] / "firmware_bridge" / "micropython"
PERIOD_S = 0.005


class MemoryBoard:
    """What is wired to it, and what happens to it.

    ``port`` is the open port; ``opened`` counts how often it was opened; ``absent`` keeps it shut.
    """

    def __init__(self, firmware: ModuleType) -> None:
        self._firmware = firmware
        self.light, self.pressed, self.presses, self.motion = 512, 0, 0, (0, 0)
        self.pulses: int | None = 0
        self.driven: dict[str, list[int]] = {"lamp": [], "relay": [], "valve": []}
        self.boot_id = 0x00010000
        self.absent = False
        self.opened = 0
        self.port: MemoryPort
        self.engine = None
        self._begun = time.monotonic()

    def open(self) -> MemoryPort:
        if self.absent:
            raise LinkLostError("memory can't be opened: it is absent")
        self.opened += 1
        self.port = MemoryPort(self.take, self.poll)
        if self.engine is None:
            self.boot()
        else:
            self.engine._write = self.port.deliver
        return self.port

    def take(self, data: bytes) -> None:
        self.engine.take(data)

    def poll(self) -> None:
        self.engine.poll()

    def boot(self) -> None:
        """Start anew, as after a reset."""
        fw = self._firmware
        self.boot_id += 1
        channels = [
            fw.Input(0x01, lambda: self.light, 5000),
            fw.Input(0x11, lambda: self.motion, 20),
            fw.Input(0x12, lambda: (self.pressed, self.presses), 20),
            fw.Input(0x21, lambda: self.pulses, 1),
            fw.Output(0x31, self.driven["lamp"].append, 0xFFFF),
            fw.Output(0x32, self.driven["relay"].append),
            fw.Output(0x33, self.driven["valve"].append, 0, 60),
            fw.Input(0x02, lambda: 614, 5000),
            fw.Input(0x03, lambda: 491, 5000),
            fw.Input(0x04, lambda: 153, 5000),
            fw.Input(0x05, lambda: 1200),
        ]
        self.engine = fw.Bridge(channels, self.port.deliver, self.ticks, b"memory..", self.boot_id)

    def ticks(self) -> int:
        return round((time.monotonic() - self._begun) * 1000) & 0xFFFFFFFF


@pytest.fixture(scope="session")
def micropython() -> Iterator[ModuleType]:
    sys.path.insert(0, str(MICROPYTHON))
    yield importlib.import_module("edgekit_bridge")
    sys.path.remove(str(MICROPYTHON))


@pytest.fixture
def board(micropython: ModuleType) -> MemoryBoard:
    return MemoryBoard(micropython)


@pytest.fixture
def bridge(board: MemoryBoard) -> Iterator[Bridge]:
    with Bridge("memory", open_port=board.open, period_s=PERIOD_S) as bridge:
        yield bridge
