"""The MicroPython version: the same vectors and answers as the C core, here and in MicroPython.

Run by this Python always; by MicroPython's Unix port too where it is installed.
"""

import importlib
import os
import pty
import shutil
import subprocess
import sys
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from edgekit.bridge.board import Bridge
from edgekit.bridge.inputs import AnalogLight
from edgekit.bridge.outputs import Lamp
from edgekit.testing.native import NativeCore
from edgekit.wire.messages import Command, Type
from edgekit.wire.packet import Packet, PacketDecoder

FOLDER = Path(__file__).parents[2] / "firmware_bridge" / "micropython"
DECODE = """
import sys
sys.path.insert(0, {folder!r})
from edgekit_wire import Decoder
for line in sys.stdin:
    found = Decoder().feed(bytes.fromhex(line.strip()))
    print("; ".join(f if isinstance(f, str) else "packet" for f in found) or "nothing")
"""
ANSWER = """
import sys
sys.path.insert(0, {folder!r})
from edgekit_bridge import Bridge, Input, Output
now, sent = [0], []
channels = [
    Input(0x01, lambda: 0, 5000),
    Input(0x11, lambda: (0, 0), 20),
    Input(0x21, lambda: 0, 1),
    Output(0x31, lambda level: None, 0xFFFF),
    Output(0x33, lambda level: None, 0, 3),
]
board = Bridge(channels, sent.append, lambda: now[0], b"native..", 7)
for line in sys.stdin:
    ticks, request = line.split()
    now[0] = int(ticks)
    board.poll()
    sent.clear()
    board.take(bytes.fromhex(request))
    print(b"".join(sent).hex() or "-")
"""


def command(channel: int, level: int, expires_ms: int) -> Packet:
    payload = Command(channel=channel, level=level, expires_ms=expires_ms).to_payload()
    return Packet(Type.SET, 11, 0, payload)


# Requests whose answers do not depend on what is wired, and when each comes, in ms.
REQUESTS: tuple[tuple[int, Packet], ...] = (
    (0, Packet(Type.PING, 1, 0, b"echo")),
    (0, Packet(Type.PING, 2, 0, bytes(45))),
    (0, Packet(Type.PING, 3, 0, b"", 9)),
    (0, Packet(0x3F, 4, 0, b"")),
    (0, Packet(Type.SAMPLE, 5, 0, b"")),
    *((0, Packet(Type.DESCRIBE, 6, 0, bytes([index]))) for index in range(5)),
    (0, Packet(Type.DESCRIBE, 7, 0, b"")),
    (0, Packet(Type.SET, 8, 0, b"\3\0")),
    (0, command(0, 1, 1)),
    (0, Packet(Type.STREAM, 10, 0, b"\0")),
    *((t, command(4, 50_000, 900)) for t in range(0, 4000, 500)),
    (4000, command(4, 0, 900)),
    (4000, command(4, 40_000, 0)),
    (4000, command(3, 123, 500)),
    (4600, Packet(Type.STATS, 15, 0, b"")),
)


@pytest.fixture
def micropython() -> str:
    """MicroPython itself; `make install` brings it on x86-64."""
    beside = Path(sys.executable).with_name("micropython")
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        pytest.skip("micropython absent")
    return found


def run(program: list[str], lines: list[str]) -> list[str]:
    done = subprocess.run(
        program, input="\n".join(lines) + "\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@contextmanager
def unix_board(micropython: str) -> Iterator[str]:
    """A board in MicroPython, and its port."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    words = [micropython, str(FOLDER / "unix.py"), "7"]
    with subprocess.Popen(words, stdin=master, stdout=master, stderr=subprocess.DEVNULL) as board:
        os.close(master)
        try:
            yield os.ttyname(slave)
        finally:
            board.kill()
            os.close(slave)


@pytest.fixture
def wire() -> Iterator[ModuleType]:
    sys.path.insert(0, str(FOLDER))
    yield importlib.import_module("edgekit_wire")
    sys.path.remove(str(FOLDER))


@pytest.fixture
def engine(wire: ModuleType) -> ModuleType:
    assert wire
    return importlib.import_module("edgekit_bridge")


def told(found: object) -> str:
    if isinstance(found, str):
        return found
    version, kind, seq, boot, payload = found  # type: ignore[misc] -- a tuple, as MicroPython has it
    return f"packet {version:02x} {kind:02x} {seq:02x} {boot:02x} {payload.hex() or '-'}"


def test_vectors(wire: ModuleType, vectors: Callable[[str], list[dict[str, str]]]) -> None:
    for stanza in vectors("packets.txt"):
        data = bytes.fromhex(stanza["bytes"])
        whole = wire.Decoder().feed(data)
        single = wire.Decoder()
        assert ("; ".join(map(told, whole)) or "nothing") == stanza["expect"], stanza["name"]
        assert [f for byte in data for f in single.feed(bytes((byte,)))] == whole


def test_what_it_sends_is_what_the_host_sends(wire: ModuleType) -> None:
    for payload in (b"", bytes(48), bytes(range(48)), b"\xff" * 48, b"\0\1\0"):
        assert wire.encode(7, 8, 9, payload) == Packet(7, 8, 9, payload).to_bytes()


@pytest.mark.emulator
@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
def test_it_answers_as_the_c_core_does(
    interpreter: str, firmware: Path, request: pytest.FixtureRequest
) -> None:
    core = NativeCore(firmware / "libcore.so")
    core.start(boot_id=7)
    theirs = []
    for t, packet in REQUESTS:
        core.poll(t)
        theirs.append(core.take(packet.to_bytes()))
    program = sys.executable if interpreter == "cpython" else request.getfixturevalue("micropython")

    said = run(
        [program, "-c", ANSWER.format(folder=str(FOLDER))],
        [f"{t} {packet.to_bytes().hex()}" for t, packet in REQUESTS],
    )

    ours = [PacketDecoder().feed(bytes.fromhex(line.strip("-"))) for line in said]
    assert sum(map(len, ours)) > len(REQUESTS) - 2
    assert ours == theirs


def test_a_clock_that_wraps_while_a_command_is_in_force(engine: ModuleType) -> None:
    levels: list[int] = []
    now = [2**32 - 100]
    lamp = engine.Output(0x31, levels.append, 0xFFFF)
    board = engine.Bridge([lamp], lambda _: None, lambda: now[0], b"12345678", 1)
    board.take(
        Packet(Type.SET, 1, 0, Command(channel=0, level=5, expires_ms=300).to_payload()).to_bytes()
    )
    for now[0], expected in ((2**32 - 1, 5), (199, 5), (200, 0xFFFF)):
        board.poll()
        assert levels[-1] == expected


def test_vectors_in_micropython(
    micropython: str, vectors: Callable[[str], list[dict[str, str]]]
) -> None:
    stanzas = vectors("packets.txt")
    said = run(
        [micropython, "-c", DECODE.format(folder=str(FOLDER))],
        [stanza["bytes"] for stanza in stanzas],
    )

    for line, stanza in zip(said, stanzas, strict=True):
        kinds = [part.split()[0] for part in stanza["expect"].split("; ")]
        assert line.split("; ") == kinds, stanza["name"]


def test_a_bridge_to_micropython(micropython: str) -> None:
    with unix_board(micropython) as port, Bridge(port, period_s=0.01) as bridge:
        lamp = Lamp(bridge)
        bridge.wait_snapshot(None, 1)
        assert AnalogLight(bridge, lux_per_volt=100).value == pytest.approx(512 / 1023 * 500)
        assert bridge.ping(b"micro") < 1

        lamp.set(0.25, expires_s=1)
        applied = []
        while 1.0 not in applied[1:] and len(applied) < 500:
            bridge.wait_snapshot(bridge.snapshot, 1)
            applied.append(lamp.value)

    assert min(level for level in applied if level is not None) == pytest.approx(0.25, abs=1e-4)
    assert applied[-1] == 1.0
    assert bridge.statistics.bad_crc == 0
