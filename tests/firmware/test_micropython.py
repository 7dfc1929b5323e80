"""The MicroPython version: the same vectors and answers as the C core, here and in MicroPython.

Run by this Python always; by MicroPython too where `micropython` is installed.
"""

import importlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from edgekit.testing.native import NativeCore
from edgekit.wire.messages import Command, Type
from edgekit.wire.packet import Packet, PacketDecoder

FOLDER = Path(__file__).parents[2] / "firmware_bridge" / "micropython"
SNIPPET = """
import sys
sys.path.insert(0, {folder!r})
from edgekit_wire import Decoder
for line in sys.stdin:
    found = Decoder().feed(bytes.fromhex(line.strip()))
    print("; ".join(f if isinstance(f, str) else "packet" for f in found) or "nothing")
"""


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
def test_it_answers_as_the_c_core_does(engine: ModuleType, firmware: Path) -> None:
    """Requests whose answers do not depend on what is wired."""
    core = NativeCore(firmware / "libcore.so")
    core.start(boot_id=7)
    sent: list[bytes] = []
    now = [0]
    channels = [
        engine.Input(0x01, lambda: 0, 5000),
        engine.Input(0x11, lambda: (0, 0), 20),
        engine.Input(0x21, lambda: 0, 1),
        engine.Output(0x31, lambda _: None, 0xFFFF),
        engine.Output(0x33, lambda _: None, 0, 3),
    ]
    board = engine.Bridge(channels, sent.append, lambda: now[0], b"native..", 7)
    sent.clear()
    requests: list[tuple[int, Packet]] = [
        (0, Packet(Type.PING, 1, 0, b"echo")),
        (0, Packet(Type.PING, 2, 0, bytes(45))),
        (0, Packet(Type.PING, 3, 0, b"", 9)),
        (0, Packet(0x3F, 4, 0, b"")),
        (0, Packet(Type.SAMPLE, 5, 0, b"")),
        *((0, Packet(Type.DESCRIBE, 6, 0, bytes([index]))) for index in range(5)),
        (0, Packet(Type.DESCRIBE, 7, 0, b"")),
        (0, Packet(Type.SET, 8, 0, b"\3\0")),
        (0, Packet(Type.SET, 9, 0, Command(channel=0, level=1, expires_ms=1).to_payload())),
        (0, Packet(Type.STREAM, 10, 0, b"\0")),
        *(
            (
                t,
                Packet(
                    Type.SET, 11, 0, Command(channel=4, level=50_000, expires_ms=900).to_payload()
                ),
            )
            for t in range(0, 4000, 500)
        ),
        (4000, Packet(Type.SET, 12, 0, Command(channel=4, level=0, expires_ms=900).to_payload())),
        (
            4000,
            Packet(Type.SET, 13, 0, Command(channel=4, level=40_000, expires_ms=0).to_payload()),
        ),
        (4000, Packet(Type.SET, 14, 0, Command(channel=3, level=123, expires_ms=500).to_payload())),
        (4600, Packet(Type.STATS, 15, 0, b"")),
    ]
    for t, request in requests:
        core.poll(t)
        now[0] = t
        board.poll()
        wire = request.to_bytes()
        board.take(wire)
        ours = [f for data in sent for f in PacketDecoder().feed(data)]
        sent.clear()
        assert ours == core.take(wire), request


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


@pytest.mark.skipif(shutil.which("micropython") is None, reason="micropython absent")
def test_vectors_in_micropython(vectors: Callable[[str], list[dict[str, str]]]) -> None:
    stanzas = vectors("packets.txt")
    done = subprocess.run(
        ["micropython", "-c", SNIPPET.format(folder=str(FOLDER))],
        input="\n".join(stanza["bytes"] for stanza in stanzas) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    for line, stanza in zip(done.stdout.splitlines(), stanzas, strict=True):
        kinds = [part.split()[0] for part in stanza["expect"].split("; ")]
        assert line.split("; ") == kinds, stanza["name"]
