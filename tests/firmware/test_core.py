"""The C core, compiled for this machine: the same verdicts as the host's, and every rule of it."""

import random
import subprocess
from pathlib import Path

import pytest

from edgekit.testing.faults import FaultyWire, WireFaults
from edgekit.testing.native import NativeCore
from edgekit.wire.authentication import seal, session_key
from edgekit.wire.channels import Channel, ChannelKind, SampleLayout
from edgekit.wire.messages import FULL, Applied, Command, Hello, Refusal, Type
from edgekit.wire.packet import Fault, Packet, PacketDecoder
from edgekit.wire.thermal import Assembly, Piece, Words

pytestmark = pytest.mark.emulator

VERDICTS = {Fault.COBS: 2, Fault.LENGTH: 3, Fault.CRC: 4}
LIGHT, PRESENCE, PULSES, DIMMER, VALVE, ARRAY = range(6)
KEY = bytes(range(16))


def verdicts(data: bytes) -> bytes:
    """What the host makes of bytes, in the form of native/verdicts.c."""
    out = bytearray()
    for found in PacketDecoder().feed(data):
        if isinstance(found, Fault):
            out.append(VERDICTS[found])
            continue
        head = (found.version, found.type, found.seq, found.boot, len(found.payload))
        out += bytes((1, 5 + len(found.payload), *head)) + found.payload
    return bytes(out)


def mixed(dice: random.Random, count: int) -> bytes:
    """Packets, most of them damaged, and noise with many zeros."""
    faults = WireFaults(bit_error=0.003, dropped=0.01, doubled=0.01, garbage=0.005, truncated=0.002)
    wire = FaultyWire(faults, dice.randrange(1 << 30))
    parts = []
    for _ in range(count):
        packet = Packet(
            dice.randrange(256), dice.randrange(256), 1, dice.randbytes(dice.randrange(49))
        )
        noise = bytes(dice.choices((0, 1, 2, 5, 0x3B, 255), k=dice.randrange(70)))
        parts.append(dice.choice((wire.carry(packet.to_bytes()), packet.to_bytes(), noise)))
    return b"".join(parts)


def test_vectors(firmware: Path) -> None:
    done = subprocess.run(
        [firmware / "vectors", firmware.parent / "vectors"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "36 vectors, 0 failed" in done.stdout


def test_both_sides_agree_on_any_bytes(core: NativeCore) -> None:
    dice = random.Random(11)
    seen = set()
    for _ in range(20):
        data = mixed(dice, 150)
        assert core.verdicts(data) == verdicts(data)
        seen |= {type(f) if isinstance(f, Packet) else f for f in PacketDecoder().feed(data)}
    assert seen == {Packet, *Fault}


def set_level(core: NativeCore, channel: int, level: int, expires_ms: int) -> Packet:
    command = Command(channel=channel, level=level, expires_ms=expires_ms)
    return core.ask(Type.SET, command.to_payload())


def code_of(packet: Packet) -> int:
    assert packet.type == Type.ERR | 0x80
    return Refusal.from_payload(packet.payload).code


def test_hello(core: NativeCore) -> None:
    (boot,) = core.start(boot_id=0x00020007)
    assert (boot.type, boot.boot, boot.payload) == (Type.BOOT, 7, b"")

    hello = Hello.from_payload(core.ask(Type.HELLO).payload)
    assert (hello.lowest, hello.highest, hello.boot_id) == (1, 1, 0x00020007)
    assert (hello.channels, hello.uid, hello.nonce) == (6, b"native..", b"")


def test_what_is_refused(core: NativeCore) -> None:
    core.start()
    refused = core.ask(Type.PING, version=9)
    assert Refusal.from_payload(refused.payload) == Refusal(code=1, lowest=1, highest=1)
    cases = [
        (Type.PING, bytes(45), 2),
        (Type.SET, b"1234", 2),
        (Type.STREAM, b"1", 2),
        (Type.DESCRIBE, b"", 2),
        (Type.WORDS, b"\5\0\0\0", 2),
        (Type.WORDS, b"\5\0\0\x17", 2),
        (Type.THERMAL, b"\5\0", 2),
        (Type.ADOPT, b"1234567", 2),
        (0x3F, b"", 3),
        (Type.SET, b"\0\0\0\1\0", 4),
        (Type.SET, b"\x63\0\0\1\0", 4),
        (Type.DESCRIBE, b"\6", 4),
        (Type.WORDS, b"\0\0\0\1", 4),
        (Type.THERMAL, b"\x63\1\0", 4),
    ]
    for kind, payload, code in cases:
        assert code_of(core.ask(kind, payload)) == code, (kind, payload)


def test_an_echo_of_its_own_packets_is_not_answered(core: NativeCore) -> None:
    core.start()
    for kind in (Type.SAMPLE, Type.BOOT, Type.PING | 0x80, Type.ERR | 0x80):
        assert core.take(Packet(kind, 1, 0, b"\1\1").to_bytes()) == []


@pytest.mark.parametrize("begun", [0, 2**32 - 500])
def test_a_command_expires_also_while_the_clock_wraps(core: NativeCore, begun: int) -> None:
    core.start(ticks=begun)
    assert core.level(DIMMER) == FULL

    reply = set_level(core, DIMMER, 1000, 1000)
    assert Applied.from_payload(reply.payload) == Applied(channel=DIMMER, level=1000)
    core.poll(begun + 999)
    assert core.level(DIMMER) == 1000
    core.poll(begun + 1000)
    assert core.level(DIMMER) == FULL


def test_the_same_command_twice_is_one_effect_and_a_renewal(core: NativeCore) -> None:
    core.start()
    for now in (0, 0, 900):
        core.poll(now)
        set_level(core, DIMMER, 5, 1000)
    core.poll(1899)
    assert core.level(DIMMER) == 5
    core.poll(1900)
    assert core.level(DIMMER) == FULL


def test_expiry_zero_is_safe_now(core: NativeCore) -> None:
    core.start()
    set_level(core, VALVE, 40_000, 5000)
    assert core.level(VALVE) == FULL
    reply = set_level(core, VALVE, FULL, 0)
    assert Applied.from_payload(reply.payload).level == 0
    assert core.level(VALVE) == 0


def test_a_valve_closes_after_its_longest_time_and_stays_closed(core: NativeCore) -> None:
    core.start()
    for now in range(0, 3000, 500):
        core.poll(now)
        assert set_level(core, VALVE, FULL, 1000).type == Type.SET | 0x80
    core.poll(2999)
    assert core.level(VALVE) == FULL
    core.poll(3000)
    assert core.level(VALVE) == 0
    assert code_of(set_level(core, VALVE, FULL, 1000)) == 7

    set_level(core, VALVE, 0, 1000)
    assert set_level(core, VALVE, FULL, 1000).type == Type.SET | 0x80
    assert core.level(VALVE) == FULL


def test_samples_keep_their_rhythm_and_number(core: NativeCore) -> None:
    core.start()
    layout = SampleLayout(
        [
            Channel.from_payload(core.ask(Type.DESCRIBE, bytes([index])).payload)
            for index in range(6)
        ]
    )
    core.set_reading(LIGHT, 512)
    core.set_reading(PRESENCE, 1)
    core.set_reading(PULSES, 0xFFFFFFFF)  # the native board's way to say: none
    core.ask(Type.STREAM, b"\x64\0")

    samples = [layout.unpack(p.seq, p.payload) for now in range(1001) for p in core.poll(now)]
    assert [s.ticks for s in samples] == list(range(100, 1001, 100))
    assert [s.seq for s in samples] == list(range(10))
    assert samples[0].values == (512, (1, 1), None, FULL, 0, None)

    late = [packet for now in (5000, 5099, 5100) for packet in core.poll(now)]
    assert [layout.unpack(p.seq, p.payload).ticks for p in late] == [5000, 5100]
    core.ask(Type.STREAM, b"\0\0")
    assert [packet for now in range(6000, 7000) for packet in core.poll(now)] == []


def test_a_thermal_array_comes_in_pieces(core: NativeCore) -> None:
    core.start()
    words = Words.from_payload(core.ask(Type.WORDS, b"\5\7\0\x16").payload)
    assert (words.first, len(words.words)) == (7, 22)
    core.ask(Type.THERMAL, b"\5\x64\0")

    assembly = Assembly()
    pieces = [p for now in range(150) for p in core.poll(now)]
    found = [assembly.add(Piece.from_payload(p.payload)) for p in pieces]
    assert [p.type for p in pieces] == [Type.PIECE] * 4
    assert len(found[-1] or ()) == 65
    assert assembly.torn == 0


def greet(core: NativeCore) -> bytes:
    hello = Hello.from_payload(core.ask(Type.HELLO, b"hostsays").payload)
    return session_key(KEY, b"hostsays", hello.nonce)


def test_a_board_with_a_key_obeys_its_holder_alone(core: NativeCore) -> None:
    core.start(key=KEY)
    plain = Packet(Type.SET, 9, 0, Command(channel=3, level=7, expires_ms=900).to_payload())
    early = seal(plain, session_key(KEY, b"hostsays", b"nobody.."), 1)
    assert code_of(core.take(early.to_bytes())[0]) == 5

    session = greet(core)
    bent = bytearray(seal(plain, session, 1).payload)
    bent[1] ^= 1
    for packet in (plain, seal(plain, bytes(16), 1), Packet(Type.SET, 9, 0, bytes(bent))):
        assert code_of(core.take(packet.to_bytes())[0]) == 5
    assert core.level(DIMMER) == FULL

    sealed = seal(plain, session, 5)
    assert core.take(sealed.to_bytes())[0].type == Type.SET | 0x80
    assert core.level(DIMMER) == 7
    for again in (sealed, seal(plain, session, 4)):
        assert code_of(core.take(again.to_bytes())[0]) == 6

    assert greet(core) != session
    assert code_of(core.take(seal(plain, session, 6).to_bytes())[0]) == 5


def test_nonces_do_not_repeat(core: NativeCore) -> None:
    seen = set()
    for boot_id in (1, 2, 0x10001):
        core.start(boot_id=boot_id, key=KEY)
        seen |= {greet(core) for _ in range(5)}
    assert len(seen) == 15


def test_a_board_is_adopted_once(core: NativeCore) -> None:
    core.start()
    assert core.ask(Type.ADOPT, b"12345678" + KEY).payload == b"\0"
    assert code_of(core.ask(Type.ADOPT, b"87654321")) == 8
    assert code_of(set_level(core, DIMMER, 1, 100)) == 5
    greet(core)


def test_which_kinds_are_known_on_both_sides(core: NativeCore) -> None:
    core.start()
    kinds = [
        Channel.from_payload(core.ask(Type.DESCRIBE, bytes([index])).payload).kind
        for index in range(6)
    ]
    assert kinds[LIGHT] is ChannelKind.ANALOG_LIGHT
    assert kinds[ARRAY] is ChannelKind.AMG8833
