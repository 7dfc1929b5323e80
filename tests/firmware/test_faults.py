"""The fault suite, short: real firmware, a wire that goes wrong, time in lockstep. From a seed.

`make faults` runs the long one and prints the table of docs/bridge.md.
"""

import itertools
import random
from collections.abc import Callable

import pytest

from edgekit.bridge.lockstep import LockstepHost
from edgekit.errors import BridgeError
from edgekit.testing.emulator import EmulatedBoard
from edgekit.testing.faults import FaultyWire, WireFaults, both_ways
from edgekit.wire.messages import Command, Refusal, Stats, Type
from edgekit.wire.packet import Packet, PacketDecoder

Start = Callable[..., EmulatedBoard]

pytestmark = pytest.mark.emulator

ECHOES = 120
DIMMER = 9


def echo_all(host: LockstepHost, count: int) -> tuple[int, int, float]:
    """Return how many echoes came back right, how many wrong, and how many a second."""
    dice = random.Random(5)
    good = wrong = 0
    begun_us = host.now_us
    for _ in range(count):
        sent = dice.randbytes(16)
        got = host.try_echo(sent)
        good += got == sent
        wrong += got not in {None, sent}
    return good, wrong, good / (host.now_us - begun_us) * 1e6


@pytest.mark.parametrize(
    ("faults", "least_share", "least_good"),
    [
        (WireFaults(bit_error=1e-4), 0.9, ECHOES),
        (WireFaults(bit_error=1e-3), 0.5, ECHOES - 1),
        (WireFaults(dropped=0.005), 0.6, ECHOES - 1),
        (WireFaults(doubled=0.005), 0.6, ECHOES - 1),
        (WireFaults(garbage=0.005), 0.5, ECHOES - 1),
        (WireFaults(truncated=0.005), 0.6, ECHOES - 1),
    ],
    ids=["bits 1e-4", "bits 1e-3", "dropped", "doubled", "garbage", "truncated"],
)
def test_a_bad_wire(start: Start, faults: WireFaults, least_share: float, least_good: int) -> None:
    clean = LockstepHost(start())
    clean.greet()
    _, _, clean_rate = echo_all(clean, 40)
    host = LockstepHost(start(), **both_ways(faults, 1))
    host.greet()

    good, wrong, rate = echo_all(host, ECHOES)

    assert wrong == 0
    assert good >= least_good
    assert rate >= least_share * clean_rate


def test_the_same_seed_gives_the_same_bytes(start: Start) -> None:
    def run() -> tuple[object, ...]:
        host = LockstepHost(start(), **both_ways(WireFaults(bit_error=1e-3), 9))
        host.greet()
        return (*echo_all(host, 20), host.statistics)

    assert run() == run()


@pytest.mark.parametrize(
    "rubbish",
    [
        random.Random(2).randbytes(1000),
        b"\x55" * 900,
        Packet(Type.PING, 9, 0, b"cut short here").to_bytes()[:9],
        Packet(Type.SET, 9, 0, b"\x09\0\0\xff\xff").to_bytes()[:-3],
    ],
    ids=["random", "no delimiter", "truncated", "truncated command"],
)
def test_the_next_packet_after_rubbish_is_answered(
    board: EmulatedBoard, host: LockstepHost, rubbish: bytes
) -> None:
    board.exchange(rubbish, 100_000)  # so long does the emulated wire take for it
    retries = host.statistics.retries

    assert host.try_echo(b"after") == b"after"
    assert host.statistics.retries == retries
    assert board.level("B1")


def test_a_babbling_host_delays_no_expiry_and_fills_no_memory(
    board: EmulatedBoard, host: LockstepHost
) -> None:
    command = Command(channel=DIMMER, level=0, expires_ms=200)
    host.ask(Type.SET, command.to_payload())
    dice = random.Random(4)
    for _ in range(20):
        board.exchange(bytes(dice.choices((0, 1, 2, 3, 0x40, 255), k=250)), 10_000)
    board.exchange(b"", 11_000)  # within expiry + 10 ms

    assert board.level("B1")
    board.exchange(b"", 30_000)
    fresh = LockstepHost(board)
    fresh.greet()
    assert fresh.try_echo(b"well") == b"well"


def test_a_babbling_board_is_endured() -> None:
    dice = random.Random(6)
    decoder = PacketDecoder()
    for _ in range(200):
        decoder.feed(dice.randbytes(500))
    wanted = Packet(Type.PING | 0x80, 1, 0, b"1234")

    assert decoder.feed(wanted.to_bytes())[-1] == wanted
    assert len(decoder._rest) <= 59


def test_reset_in_the_middle_of_a_packet(board: EmulatedBoard, host: LockstepHost) -> None:
    before = host.greet().boot_id
    board.exchange(Packet(Type.PING, 99, 0, bytes(40)).to_bytes()[:30], 1000)
    board.tell("reset")
    host.step(20_000)

    assert host.resets == 1
    assert host.greet().boot_id == before + 1
    assert host.try_echo(b"again") == b"again"


def test_another_version_is_told_and_nothing_happens(
    board: EmulatedBoard, host: LockstepHost
) -> None:
    order = Command(channel=DIMMER, level=0, expires_ms=60_000).to_payload()
    received = board.exchange(Packet(Type.SET, 77, 0, order, version=9).to_bytes(), 20_000)

    (answer,) = PacketDecoder().feed(received)
    assert isinstance(answer, Packet)
    assert (answer.type, answer.seq) == (0xFF, 77)
    assert Refusal.from_payload(answer.payload) == Refusal(code=1, lowest=1, highest=1)
    assert board.level("B1")
    assert host.greet()


def test_the_clock_wraps_while_streaming_and_a_command_expires(start: Start) -> None:
    board = start("bridge-wrap.elf")  # its clock starts a second before the wrap
    host = LockstepHost(board)
    host.greet()
    host.ask(Type.STREAM, b"\x32\0")
    host.ask(Type.SET, Command(channel=DIMMER, level=0, expires_ms=1500).to_payload())
    assert not board.level("B1")
    begun_us = host.now_us
    while host.now_us < begun_us + 1_510_000:
        host.step(1000)
    timeline = host.conversation.timeline
    assert timeline is not None
    ticks = [int.from_bytes(p.payload[:4], "little") for p in host.unasked_packets]
    times = [timeline.extend(t) for t in ticks]
    steps = {b - a for a, b in itertools.pairwise(times)}

    assert board.level("B1")
    assert min(ticks) < 1000 < 2**32 - 1000 < max(ticks)
    assert steps == {50}
    assert host.statistics.gaps == 0


def test_a_host_that_restarts_while_samples_come(board: EmulatedBoard, host: LockstepHost) -> None:
    host.ask(Type.STREAM, b"\x05\0")
    for _ in range(20):
        host.step(2000)
    second = LockstepHost(board)

    assert second.greet(1_000_000).boot_id == host.greet().boot_id
    assert second.try_echo(b"anew") == b"anew"
    assert second.statistics.bad_crc == 0
    assert second.unasked_packets


def test_samples_give_way_to_replies(board: EmulatedBoard, host: LockstepHost) -> None:
    host.ask(Type.STREAM, b"\x01\0")  # more than the wire can carry
    good, wrong, _ = echo_all(host, 40)

    assert (good, wrong) == (40, 0)
    assert host.statistics.timeouts == 0
    assert host.statistics.gaps > 100
    assert Stats.from_payload(host.ask(Type.STATS).payload).overflows == 0
    assert board.level("B1")


def test_two_hosts_on_one_wire_spoil_packets_not_values(host: LockstepHost) -> None:
    dice = random.Random(8)
    other = [
        Packet(Type.PING, dice.randrange(256), 0, dice.randbytes(20)).to_bytes() for _ in range(400)
    ]
    wrong = right = 0
    for packet in other:
        sent = dice.randbytes(16)
        cut = dice.randrange(len(packet))
        host.step(extra=packet[:cut])
        got = host.try_echo(sent)
        right += got == sent
        wrong += got not in {None, sent}
        host.step(extra=packet[cut:])

    assert wrong == 0
    assert right >= 380


def test_corrupted_packets_at_the_codec_and_in_the_firmware(
    board: EmulatedBoard, host: LockstepHost
) -> None:
    wire = FaultyWire(WireFaults(bit_error=0.01, dropped=0.002, doubled=0.002), 3)
    dice = random.Random(3)
    decoder = PacketDecoder()
    before = Stats.from_payload(host.ask(Type.STATS).payload)
    accepted = 0
    for _ in range(1500):
        sent = Packet(Type.PING, dice.randrange(256), 0, dice.randbytes(12))
        bent = wire.carry(sent.to_bytes())
        accepted += sum(isinstance(f, Packet) and f != sent for f in decoder.feed(bent))
    for _ in range(300):
        packet = Packet(Type.SET, 1, 0, Command(channel=DIMMER, level=0, expires_ms=9).to_payload())
        bent = bytearray(packet.to_bytes())
        for bit in dice.sample(range(8, 8 * len(bent) - 8), dice.randrange(1, 6)):
            bent[bit // 8] ^= 1 << bit % 8
        board.exchange(bytes(bent), 1500)
        assert board.level("B1")
    after = Stats.from_payload(host.ask(Type.STATS).payload)

    assert accepted == 0
    assert wire.hit > 1200
    faults = after.bad_crc + after.bad_cobs + after.bad_length
    assert faults - before.bad_crc - before.bad_cobs - before.bad_length >= 300


def test_silence_is_told(start: Start) -> None:
    host = LockstepHost(start(), **both_ways(WireFaults(dropped=1.0), 1))

    with pytest.raises(BridgeError, match="no board has answered for 5 s"):
        host.greet(10_000_000)
