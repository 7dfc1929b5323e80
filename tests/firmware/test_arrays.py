"""Thermal arrays on the unmodified firmware in the emulator: raw words, whole and in order."""

import pytest

from edgekit.bridge.lockstep import LockstepHost
from edgekit.testing.emulator import EmulatedBoard
from edgekit.wire.messages import Type
from edgekit.wire.thermal import Assembly, Piece, Words

pytestmark = pytest.mark.emulator


def readings(host: LockstepHost, us: float) -> list[tuple[int, ...]]:
    assembly = Assembly()
    host.unasked_packets.clear()
    end_us = host.now_us + us
    while host.now_us < end_us:
        host.step(1000)
    found = [assembly.add(Piece.from_payload(p.payload)) for p in host.unasked_packets]
    assert assembly.torn == 0
    return [words for words in found if words]


def test_small_thermal_array(board: EmulatedBoard, host: LockstepHost) -> None:
    pixels = [80 + i for i in range(64)]
    board.tell("i2c", 69, "80", b"".join(p.to_bytes(2, "little") for p in pixels).hex())
    board.tell("i2c", 69, "0e", (0x190).to_bytes(2, "little").hex())
    host.ask(Type.THERMAL, bytes([12, 100, 0]))

    got = readings(host, 450_000)

    assert len(got) == 4
    assert set(got) == {(*pixels, 0x190)}


def test_large_thermal_array(board: EmulatedBoard, host: LockstepHost) -> None:
    ram = [(7 * i) & 0xFFFF for i in range(832)]
    eeprom = [(3 * i + 1) & 0xFFFF for i in range(832)]
    for first, words in (("0400", ram), ("2400", eeprom), ("800d", [0x1901])):
        board.tell("i2c", 33, first, b"".join(w.to_bytes(2, "big") for w in words).hex())
    memory: list[int] = []
    for first in range(0, 832, 22):
        asked = bytes([13, first & 255, first >> 8, min(22, 832 - first)])
        memory += Words.from_payload(host.ask(Type.WORDS, asked).payload).words
    host.ask(Type.THERMAL, bytes([13, 100, 0]))

    got = readings(host, 1_600_000)

    assert memory == eeprom
    assert len(got) in {2, 3}
    assert all(words[:833] == (*ram, 0x1901) for words in got)
    assert [words[833] & 1 for words in got[:2]] in ([0, 1], [1, 0])
    assert all(words[833] & 8 and not words[834] & 8 for words in got)
