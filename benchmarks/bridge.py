"""The bridge against the wire's own limit, and what it costs this machine.

    python benchmarks/bridge.py [--quick]

Needs no data. Round trips are measured twice: in lockstep, where time is the board's and exact,
beside what the bytes take on the emulated wire; and in real time through a pseudo terminal. The
codec's cost stands beside what pyserial takes to read the same bytes from a pseudo terminal.
"""

import os
import pty
import statistics
import threading
import time
import tty
from collections.abc import Callable

import serial
from report import Claim, Peer, arguments, finish
from rig import build, started

from edgekit.bridge.board import Bridge
from edgekit.bridge.lockstep import LockstepHost
from edgekit.testing.emulator import EmulatedBoard
from edgekit.wire.channels import Channel, SampleLayout
from edgekit.wire.messages import Type
from edgekit.wire.packet import Packet, PacketDecoder

ECHO = bytes(8)
BAUD = 250_000
STEP_US = 20
CHUNK = 4096


def answer_us(board: EmulatedBoard, echo: bytes) -> tuple[float, float, int]:
    """When the first and the last byte of the reply to a PING came, and how many there were."""
    out, decoder = Packet(Type.PING, 1, 0, echo).to_bytes(), PacketDecoder()
    now_us, first_us, size = 0.0, 0.0, 0
    while True:
        received = board.exchange(out, STEP_US)
        out = b""
        now_us += STEP_US
        first_us = first_us or (now_us if received else 0.0)
        size += len(received)
        if decoder.feed(received):
            return first_us, now_us, size


def wire_us(board: EmulatedBoard) -> tuple[float, float]:
    """How long the emulated wire takes for a PING and its reply, and for one byte of the board's.

    By what each further byte costs: on the way there, that the reply to a longer PING begins later;
    on the way back, how its bytes follow each other.
    """
    longer = bytes(44)
    first_us, _, _ = answer_us(board, ECHO)
    later_us, last_us, size = answer_us(board, longer)
    up_us = (later_us - first_us) / (len(longer) - len(ECHO))
    down_us = (last_us - later_us) / (size - 1)
    request = len(Packet(Type.PING, 1, 0, ECHO).to_bytes())
    return request * up_us + (request + 4) * down_us, down_us


def exact_round_trip(count: int) -> tuple[float, float, float]:
    """Return (median round trip, its bytes on the wire, one byte of the board's), in ms."""
    with started("--step") as board:
        host = LockstepHost(board)
        host.greet()
        limit_us, byte_us = wire_us(board)
        trips = [answer_us(board, ECHO)[1] for _ in range(count)]
    return statistics.median(trips) / 1000, limit_us / 1000, byte_us / 1000


def exact_samples(seconds: float) -> float:
    """Samples a second that the board sends when asked for more than the wire carries."""
    with started("--step") as board:
        host = LockstepHost(board)
        host.greet()
        host.ask(Type.STREAM, b"\x01\0")
        begun_us = host.now_us
        while host.now_us < begun_us + 1e6 * seconds:
            host.step(1000)
        return len(host.unasked_packets) / seconds


def live(seconds: float, pings: int) -> dict[str, float]:
    """Return what a bridge in real time reaches."""
    with started() as board:
        with Bridge(str(board.port), period_s=1.0) as bridge:
            trips = sorted(1000 * bridge.ping(ECHO) for _ in range(pings))
        with Bridge(str(board.port), period_s=0.001) as bridge:
            time.sleep(0.3)
            before, cpu_s, wall_s = bridge.statistics, time.process_time(), time.monotonic()
            time.sleep(seconds)
            after, cpu_s = bridge.statistics, time.process_time() - cpu_s
            wall_s = time.monotonic() - wall_s
    samples = after.packets - before.packets
    return {
        "median": statistics.median(trips),
        "p99": trips[len(trips) * 99 // 100],
        "samples": samples / wall_s,
        "cpu_ms": 1e6 * cpu_s / samples,
    }


def a_sample() -> bytes:
    """A sample of the real board, as it goes over the wire."""
    with started("--step") as board:
        host = LockstepHost(board)
        host.greet()
        for pin, millivolts in enumerate((1234, 2345, 3456, 987)):
            board.analog(pin, millivolts)
        board.exchange(b"", 70_000)
        reply = host.ask(Type.READ)
    return Packet(Type.SAMPLE, 7, reply.boot, reply.payload).to_bytes()


def channels() -> SampleLayout:
    """The layout of the real board's samples."""
    with started("--step") as board:
        host = LockstepHost(board)
        asked = range(host.greet().channels)
        payloads = [host.ask(Type.DESCRIBE, bytes([index])).payload for index in asked]
    return SampleLayout([Channel.from_payload(payload) for payload in payloads])


def best_s(work: Callable[[], None], repeats: int = 5) -> float:
    """CPU time of this thread of the quickest of a few runs: what others take is left out."""
    times = []
    for _ in range(repeats):
        begun = time.thread_time()
        work()
        times.append(time.thread_time() - begun)
    return min(times)


def decoding(packet: bytes, count: int) -> tuple[float, float]:
    """Packets a second: decoded, and decoded with the sample's values read."""
    data = packet * count
    pieces = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    layout = channels()

    def decode() -> None:
        decoder = PacketDecoder()
        for piece in pieces:
            decoder.feed(piece)

    def read() -> None:
        decoder = PacketDecoder()
        for piece in pieces:
            for found in decoder.feed(piece):
                if isinstance(found, Packet):
                    layout.unpack(found.seq, found.payload)

    return count / best_s(decode), count / best_s(read)


def reading(packet: bytes, count: int) -> float:
    """Packets a second that pyserial reads from a pseudo terminal, not looking at them."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    port = serial.Serial(os.ttyname(slave), 250_000, timeout=1)
    data = packet * count
    writer = threading.Thread(target=_write_all, args=(master, data))
    writer.start()
    left, cpu = len(data), 0.0
    while left:
        port.read(1)  # waits
        begun = time.thread_time()
        left -= 1 + len(port.read(port.in_waiting))
        cpu += time.thread_time() - begun
    writer.join()
    port.close()
    os.close(master)
    os.close(slave)
    return count / cpu


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data[:CHUNK]) :]


def main() -> None:
    options = arguments("the bridge to microcontrollers").parse_args()
    build()
    trip_ms, limit_ms, byte_ms = exact_round_trip(20 if options.quick else 200)
    sent = exact_samples(2 if options.quick else 10)
    lively = live(2 if options.quick else 10, 100 if options.quick else 1000)
    packet = a_sample()
    count = 20_000 if options.quick else 100_000
    decoded, read = decoding(packet, count)
    serial_read = reading(packet, count // 4)
    hardware_ms = 1000 * 10 * (2 * len(Packet(Type.PING, 1, 0, ECHO).to_bytes()) + 4) / BAUD
    finish(
        "bridge",
        [
            Claim(claim="round trip of a PING of 8 bytes, board's time", value=trip_ms, unit="ms"),
            Claim(claim="its bytes on the emulated wire", value=limit_ms, unit="ms"),
            Claim(
                claim="round trip over its bytes on the emulated wire",
                value=trip_ms / limit_ms,
                unit="ratio",
                target="<= 1.2",
            ),
            Claim(claim="its bytes on a real wire, 8N1", value=hardware_ms, unit="ms"),
            Claim(claim="round trip in real time, median", value=lively["median"], unit="ms"),
            Claim(claim="round trip in real time, p99", value=lively["p99"], unit="ms"),
            Claim(claim="samples a second, real time", value=lively["samples"], unit="1/s"),
            Claim(claim="samples a second, board's time", value=sent, unit="1/s"),
            Claim(
                claim="samples a second of what the emulated wire carries",
                value=sent * len(packet) * byte_ms / 10,
                unit="%",
                target=">= 80",
            ),
            Claim(claim="host CPU for 1,000 samples", value=lively["cpu_ms"], unit="ms"),
            Claim(
                claim="packets decoded a second, one core",
                value=decoded,
                unit="1/s",
                target=">= 100000",
                peer=Peer(name="pyserial reading the same bytes", value=serial_read),
            ),
            Claim(claim="samples decoded and read a second, one core", value=read, unit="1/s"),
            Claim(
                claim="CPU of decoding over pyserial's of reading the same bytes",
                value=serial_read / decoded,
                unit="ratio",
            ),
        ],
        bytes_of_a_sample=len(packet),
    )


if __name__ == "__main__":
    main()
