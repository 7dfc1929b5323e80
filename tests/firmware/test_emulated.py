"""The unmodified ATmega328P firmware in the emulator: size, pins, expiry, resets, the bus."""

import itertools
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.bridge.lockstep import LockstepHost
from edgekit.testing.emulator import EmulatedBoard
from edgekit.wire.channels import Channel, ChannelKind, Sample, SampleLayout
from edgekit.wire.messages import FULL, Command, Hello, Refusal, Stats, Type

Start = Callable[..., EmulatedBoard]

pytestmark = pytest.mark.emulator

FLASH_BYTES, RAM_BYTES = 12 * 1024, 1024
DIMMER, RELAY, VALVE = 9, 10, 11


def channels_of(host: LockstepHost) -> list[Channel]:
    count = host.greet().channels
    asked = (host.ask(Type.DESCRIBE, bytes([index])) for index in range(count))
    return [Channel.from_payload(packet.payload) for packet in asked]


def read(host: LockstepHost) -> Sample:
    layout = SampleLayout(channels_of(host))
    return layout.unpack(0, host.ask(Type.READ).payload)


def command(host: LockstepHost, channel: int, level: int, expires_ms: int = 5000) -> None:
    order = Command(channel=channel, level=level, expires_ms=expires_ms)
    host.ask(Type.SET, order.to_payload())


def measured_duty(board: EmulatedBoard) -> float:
    board.exchange(b"", 2000)
    board.duty("B1")
    board.exchange(b"", 10_000)
    return board.duty("B1")


def test_it_fits(firmware: Path, board: EmulatedBoard, host: LockstepHost) -> None:
    """Flash and RAM, with the stack at its deepest: all that is slow and nested at once."""
    key = bytes(range(16))
    host.ask(Type.ADOPT, b"edgekit1" + key)
    board.tell("reset")
    locked = LockstepHost(board, key=key)
    locked.greet()
    board.tell("i2c", 69, "80", "0000")
    locked.ask(Type.THERMAL, bytes([12, 20, 0]))
    locked.ask(Type.STREAM, b"\x05\0")
    for level in range(0, 0x10000, 0x2000):
        order = Command(channel=DIMMER, level=level, expires_ms=30).to_payload()
        locked.ask(Type.SET, order, sealed=True)
        board.pulse("D4", 9, 2000)
        locked.step(50_000)
    line = subprocess.run(
        ["avr-size", firmware / "bridge.elf"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[1]
    text, data, bss = map(int, line.split()[:3])

    assert text + data <= FLASH_BYTES
    assert board.stack() > 100
    assert data + bss + board.stack() <= RAM_BYTES


def test_every_input(board: EmulatedBoard, host: LockstepHost) -> None:
    for pin, millivolts in enumerate((1000, 2500, 4000, 750)):
        board.analog(pin, millivolts)
    board.pin("D2", True)
    board.pulse("D4", 37, 4000)
    board.pulse("D5", 5, 40_000)
    board.pulse("D7", 2, 60_000)
    board.exchange(b"", 300_000)

    values = read(host).values

    assert values[:4] == (204, 511, 818, 153)
    assert values[5:9] == ((1, 1), (0, 2), 37, 5)


def test_what_bounces_counts_once(board: EmulatedBoard, host: LockstepHost) -> None:
    for _ in range(3):  # each press: 12 flips within 3 ms, then held for 50 ms
        for level in itertools.islice(itertools.cycle((False, True)), 13):
            board.pin("D7", level)
            board.pin("D5", level)
            board.exchange(b"", 250)
        board.exchange(b"", 50_000)
        board.pin("D7", True)
        board.pin("D5", True)
        board.exchange(b"", 50_000)

    values = read(host).values

    assert (values[6], values[8]) == ((0, 3), 3)


def test_a_babbling_contact_costs_nothing(board: EmulatedBoard, host: LockstepHost) -> None:
    before = host.now_us
    host.ask(Type.PING)
    quiet_us = host.now_us - before
    for pin in ("D2", "D4", "D5", "D7"):
        board.pulse(pin, 4000, 50)
    before = host.now_us
    host.ask(Type.PING)

    assert host.now_us - before <= quiet_us + 500


@pytest.mark.parametrize("level", [0, 66, 0x2000, 0x7FFF, 0x8000, 0xC000, 0xFFEF, FULL])
def test_duty_at_the_pin(board: EmulatedBoard, host: LockstepHost, level: int) -> None:
    command(host, DIMMER, level)

    assert measured_duty(board) == pytest.approx(level / FULL, abs=1 / 4096)


def test_the_lamp_is_safe_from_reset_and_after_expiry(start: Start) -> None:
    board = start()
    board.exchange(b"", 3000)
    assert board.level("B1")  # a street lamp is on before anybody commands it

    host = LockstepHost(board)
    host.greet()
    for level in (0, 0x4000):
        command(host, DIMMER, level, 300)
        board.exchange(b"", 270_000)
        assert measured_duty(board) == pytest.approx(level / FULL, abs=0.001)
        board.exchange(b"", 20_000)
        assert measured_duty(board) == 1.0


def test_relay(board: EmulatedBoard, host: LockstepHost) -> None:
    assert not board.level("D6")
    command(host, RELAY, FULL, 200)
    assert board.level("D6")
    board.exchange(b"", 210_000)
    assert not board.level("D6")


def pulses(board: EmulatedBoard) -> tuple[bool, bool]:
    return board.level("B3"), board.level("B4")


def test_valve_gets_pulses_never_both(board: EmulatedBoard, host: LockstepHost) -> None:
    board.exchange(b"", 150_000)  # the pulse that closes it after a reset is over
    assert pulses(board) == (False, False)
    command(host, VALVE, FULL, 500)
    assert pulses(board) == (True, False)
    board.exchange(b"", 110_000)
    assert pulses(board) == (False, False)

    board.exchange(b"", 400_000)
    assert pulses(board) == (False, True)
    board.exchange(b"", 110_000)
    assert pulses(board) == (False, False)


def test_valve_closes_after_its_longest_time_open(start: Start) -> None:
    board = start("bridge-wrap.elf")  # 3 s instead of half an hour
    host = LockstepHost(board)
    host.greet()
    for _ in range(10):
        command(host, VALVE, FULL, 1000)
        board.exchange(b"", 280_000)
    closed = read(host).values[VALVE]
    board.exchange(b"", 300_000)

    assert (closed, read(host).values[VALVE]) == (FULL, 0)
    with pytest.raises(OSError, match="as long as it may"):
        command(host, VALVE, FULL)
    command(host, VALVE, 0)
    command(host, VALVE, FULL)


def test_a_hanging_program_ends_in_the_safe_state(board: EmulatedBoard, host: LockstepHost) -> None:
    command(host, DIMMER, 0, 60_000)
    assert not board.level("B1")
    board.tell("hang")
    board.exchange(b"", 2_300_000)  # the watchdog: 2 s, and its oscillator

    assert board.level("B1")
    fresh = LockstepHost(board)
    assert (fresh.greet().reset_cause, board.stats()[1]) == (8, 1)


def test_every_boot_has_another_id(board: EmulatedBoard, host: LockstepHost) -> None:
    seen = [host.greet().boot_id]
    for _ in range(3):
        board.tell("reset")
        fresh = LockstepHost(board)
        seen.append(fresh.greet().boot_id)

    assert seen == list(range(seen[0], seen[0] + 4))


def test_identity_is_written_once_and_kept(board: EmulatedBoard, host: LockstepHost) -> None:
    key = bytes(range(16))
    host.ask(Type.ADOPT, b"edgekit1" + key)
    host.ask(Type.ADOPT, b"edgekit1" + key)  # the reply got lost: asked again
    with pytest.raises(OSError, match="identity already"):
        host.ask(Type.ADOPT, b"edgekit2")

    board.tell("reset")
    locked = LockstepHost(board, key=key)
    assert locked.greet().uid == b"edgekit1"
    order = Command(channel=DIMMER, level=0, expires_ms=900).to_payload()
    with pytest.raises(OSError, match="not authenticated"):
        locked.ask(Type.SET, order)
    locked.ask(Type.SET, order, sealed=True)
    assert not board.level("B1")


def test_light_on_the_bus_comes_and_goes(board: EmulatedBoard, host: LockstepHost) -> None:
    assert read(host).values[4] is None
    board.tell("i2c", 23, 0, "1234")
    board.exchange(b"", 1_100_000)
    read(host)
    board.exchange(b"", 200_000)
    assert read(host).values[4] == 0x1234
    board.tell("i2c", 23, "off")
    assert read(host).values[4] is None


def test_an_absent_part_is_told_from_a_fitted_one(board: EmulatedBoard, host: LockstepHost) -> None:
    board.tell("i2c", 69, "80", "0000")
    fitted = {c.kind: c.fitted for c in channels_of(host)}

    assert fitted[ChannelKind.AMG8833]
    assert not fitted[ChannelKind.MLX90640]
    with pytest.raises(OSError, match="nothing on it"):
        host.ask(Type.THERMAL, bytes([13, 100, 0]))


def test_counters_of_the_board(host: LockstepHost, board: EmulatedBoard) -> None:
    before = Stats.from_payload(host.ask(Type.STATS).payload)
    board.exchange(b"\0\x05abc\0" + b"\0\x02\x02\0" + b"U" * 90 + b"\0", 20_000)
    after = Stats.from_payload(host.ask(Type.STATS).payload)

    assert (after.bad_cobs - before.bad_cobs, after.bad_length - before.bad_length) == (1, 2)


def test_refusals_are_told(host: LockstepHost) -> None:
    with pytest.raises(OSError, match="no such channel") as refused:
        host.ask(Type.SET, bytes([0, 0, 0, 1, 0]))
    assert Refusal(code=4).code == getattr(refused.value, "code", None)
    assert Hello.from_payload(host.ask(Type.HELLO).payload).firmware == (0, 1, 0)


def test_the_arduino_sketch_is_the_same_firmware(firmware: Path, start: Start) -> None:
    if not Path("/usr/share/arduino/hardware/arduino/avr").is_dir():
        pytest.skip("Arduino's core absent: arduino-core-avr")
    subprocess.run(["make", "-s", "-C", firmware.parent, "build/sketch.elf"], check=True)
    board = start("sketch.elf")
    host = LockstepHost(board)
    host.greet()
    board.analog(0, 2500)
    command(host, DIMMER, 0x4000)

    assert read(host).values[0] == 511
    assert measured_duty(board) == pytest.approx(0.25, abs=1 / 4096)


def test_an_input_is_held_while_an_output_of_its_port_changes(
    board: EmulatedBoard, host: LockstepHost
) -> None:
    board.pin("D7", False)
    for level in (FULL, 0, FULL):
        command(host, RELAY, level)
        board.exchange(b"", 50_000)
        assert read(host).values[6] == (1, 1)
