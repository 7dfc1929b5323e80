"""Any bytes, to the host's codec and the firmware's: no crash, the same verdicts, 10^6 times.

    python tests/fuzz/both_sides.py [INPUTS]

With atheris installed (`pip install atheris`) the inputs are grown by coverage; without it they are
drawn: noise of several kinds, and packets with damage. Whole or in pieces makes no difference.
"""

import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from edgekit.testing.native import NativeCore
from edgekit.wire import cobs
from edgekit.wire.packet import Fault, Packet, PacketDecoder, unpack

BUILD = Path(__file__).parents[2] / "firmware_bridge" / "build"
CODES = {Fault.COBS: 2, Fault.LENGTH: 3, Fault.CRC: 4}
INPUTS = 1_000_000


def verdicts(whole: Sequence[Packet | Fault]) -> bytes:
    """What the host makes of bytes, in the form of firmware_bridge/native/verdicts.c."""
    out = bytearray()
    for found in whole:
        if isinstance(found, Fault):
            out.append(CODES[found])
            continue
        head = (found.version, found.type, found.seq, found.boot, len(found.payload))
        out += bytes((1, 5 + len(found.payload), *head)) + found.payload
    return bytes(out)


def in_pieces(data: bytes) -> list[Packet | Fault]:
    """The same bytes cut in two somewhere; each eighth input one byte at a time, which is slow."""
    dice = crc32(data)
    cut = dice // 8 % (len(data) + 1)
    pieces = [data[:cut], data[cut:]] if dice % 8 else [bytes((byte,)) for byte in data]
    decoder = PacketDecoder()
    return [found for piece in pieces for found in decoder.feed(piece)]


def check(core: NativeCore, data: bytes) -> None:
    """Raise where the two sides, or the two ways to feed them, differ."""
    whole = PacketDecoder().feed(data)
    ours, theirs = verdicts(whole), core.verdicts(data)
    if ours != theirs:
        raise AssertionError(f"{data.hex()}: host {ours.hex()}, core {theirs.hex()}")
    if in_pieces(data) != whole:
        raise AssertionError(f"{data.hex()}: in pieces it gives something else")


def draw(dice: random.Random) -> bytes:
    """One input."""
    kind = dice.randrange(4)
    if kind == 0:
        return dice.randbytes(dice.randrange(80))
    if kind == 1:
        return bytes(dice.choices((0, 1, 2, 5, 10, 0x3A, 0x3B, 255), k=dice.randrange(130)))
    payload = dice.randbytes(dice.randrange(49))
    packet = bytearray(Packet(dice.randrange(256), 7, 0, payload).to_bytes())
    for _ in range(dice.randrange(4) if kind == 2 else 0):
        packet[dice.randrange(len(packet))] ^= 1 << dice.randrange(8)
    return bytes(packet)


def run(inputs: int, seed: int = 1) -> None:
    """Draw so many inputs; a hundred go through both sides at once, as one stream."""
    core, dice = NativeCore(BUILD / "libcore.so"), random.Random(seed)
    for _ in range(inputs // 100):
        check(core, b"\0".join(draw(dice) for _ in range(100)) + b"\0")


def main() -> None:
    try:
        import atheris  # noqa: PLC0415 -- optional
    except ImportError:
        run(int(sys.argv[1]) if len(sys.argv) > 1 else INPUTS)
        print("the same verdicts on both sides")
        return
    core = NativeCore(BUILD / "libcore.so")
    for function in (unpack, cobs.decode):  # all branches are there; `feed` only splits
        atheris.instrument_func(function)
    with tempfile.TemporaryDirectory() as seeds:
        dice = random.Random(1)
        for number in range(50):  # behind a CRC no mutation gets: it begins with packets
            Path(seeds, str(number)).write_bytes(draw(dice))
        words = [sys.argv[0], f"-runs={INPUTS}", "-max_len=130", seeds]
        atheris.Setup(words, lambda data: check(core, data))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
