"""What happens to a link, on the real firmware: resets, other versions, a second host.

    python benchmarks/mishaps.py [--quick] [--table docs/bridge.md]

Needs no data. Each case is done many times; a case holds when it went well each time.
Time moves in lockstep: the figures are the same on every machine. `cable.py` has what can't be.
"""

import itertools
import random
from dataclasses import dataclass
from pathlib import Path

from report import Claim, arguments, finish, write_between
from rig import build, started

from edgekit.bridge.lockstep import LockstepHost
from edgekit.wire.messages import Command, Refusal, Type
from edgekit.wire.packet import Packet, PacketDecoder

DIMMER, LAMP_PIN = 9, "B1"
LONG_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How often a case was done and went well, how often a wrong value came, and what is told."""

    name: str
    done: int
    well: int
    wrong: int
    told: str


def off() -> bytes:
    """A command that turns the street lamp off, for a minute."""
    return Command(channel=DIMMER, level=0, expires_ms=LONG_MS).to_payload()


def flooded(count: int) -> Outcome:
    """Rubbish to the board at line speed: the lamp is safe when its command expires."""
    dice, well, late_ms = random.Random(13), 0, 0.0
    with started("--step") as board:
        host = LockstepHost(board)
        host.greet()
        order = Command(channel=DIMMER, level=0, expires_ms=100).to_payload()
        for _ in range(count):
            host.ask(Type.SET, order)
            waited_ms = 0
            while not board.level(LAMP_PIN) and waited_ms < 150:  # noqa: PLR2004 -- much too late
                board.exchange(bytes(dice.choices((0, 1, 9, 0x40, 255), k=11)), 1000)
                waited_ms += 1
            late_ms = max(late_ms, waited_ms - 100)
            board.exchange(b"\0", 20_000)
            well += waited_ms <= 110 and host.try_echo(b"well") == b"well"  # noqa: PLR2004 -- 10 ms
    return Outcome(
        name="host babbles at line speed",
        done=count,
        well=well,
        wrong=0,
        told=f"commands expire at most {late_ms:.0f} ms late",
    )


def reset_within_a_packet(count: int) -> Outcome:
    """The board starts anew somewhere in a request: told as a reset, greeted again."""
    dice, well, wrong, ready_ms = random.Random(14), 0, 0, []
    with started("--step") as board:
        host = LockstepHost(board)
        boot_id = host.greet().boot_id
        for _ in range(count):
            request = Packet(Type.SET, dice.randrange(256), 0, off()).to_bytes()
            board.exchange(request[: dice.randrange(1, len(request) - 1)], dice.randrange(1500))
            board.tell("reset")
            begun_us = host.now_us
            while host.conversation.hello is None or host.now_us < begun_us + 2000:
                host.step()
            ready_ms.append((host.now_us - begun_us) / 1000)
            found = host.conversation.hello
            wrong += not board.level(LAMP_PIN)
            well += found.boot_id == boot_id + 1 and host.try_echo(b"again") == b"again"
            boot_id = found.boot_id
    return Outcome(
        name="reset within a packet",
        done=count,
        well=well,
        wrong=wrong,
        told=f"greeted again within {max(ready_ms):.0f} ms",
    )


def other_version(count: int) -> Outcome:
    """Commands of another version: refused, with the versions spoken; nothing happens."""
    dice, well, wrong = random.Random(16), 0, 0
    with started("--step") as board:
        host = LockstepHost(board)
        host.greet()
        for _ in range(count):
            version = dice.choice([v for v in range(256) if v != 1])
            received = board.exchange(Packet(Type.SET, 7, 0, off(), version).to_bytes(), 8000)
            (answer,) = PacketDecoder().feed(received)
            well += isinstance(answer, Packet) and Refusal.from_payload(answer.payload).code == 1
            wrong += not board.level(LAMP_PIN)
    return Outcome(
        name="another version",
        done=count,
        well=well,
        wrong=wrong,
        told="refused, with the versions that are spoken",
    )


def clock_wraps(count: int) -> Outcome:
    """The board's clock goes over 2^32 ms while samples come: time goes on in even steps."""
    well = wrong = 0
    with started("--step", firmware="bridge-wrap.elf") as board:
        host = LockstepHost(board)
        host.greet()
        host.ask(Type.STREAM, b"\x0a\0")
        count = max(count, 200)  # two seconds: the clock wraps after one
        while len(host.unasked_packets) < count:
            host.step(1000)
        timeline = host.conversation.timeline
        ticks = [int.from_bytes(p.payload[:4], "little") for p in host.unasked_packets]
        times = [timeline.extend(t) for t in ticks]
        well = sum(later - earlier == 10 for earlier, later in itertools.pairwise(times))  # noqa: PLR2004 -- ms
        wrong = count - 1 - well
    return Outcome(
        name="clock wraps while samples come",
        done=count - 1,
        well=well if min(ticks) < max(ticks) - 2**31 else 0,
        wrong=wrong,
        told="samples keep 10 ms apart",
    )


def host_restarts(count: int) -> Outcome:
    """A host begins in the middle of a stream of samples, at any bit of it."""
    dice, well, bad = random.Random(17), 0, 0
    with started("--step") as board:
        first = LockstepHost(board)
        first.greet()
        first.ask(Type.STREAM, b"\x04\0")
        for _ in range(count):
            board.exchange(b"", dice.randrange(8000))
            host = LockstepHost(board)
            host.greet(1_000_000)
            well += host.try_echo(b"anew") == b"anew"
            bad += host.statistics.bad_crc
    return Outcome(
        name="host restarts while samples come",
        done=count,
        well=well,
        wrong=bad,
        told="the first packet cut in two costs that one",
    )


def two_hosts(count: int) -> Outcome:
    """Another host writes into the middle of requests: packets are spoilt, values are not."""
    dice, well, wrong = random.Random(18), 0, 0
    with started("--step") as board:
        host = LockstepHost(board)
        host.greet()
        for _ in range(count):
            other = Packet(Type.PING, dice.randrange(256), 0, dice.randbytes(20)).to_bytes()
            cut = dice.randrange(len(other))
            sent = dice.randbytes(16)
            host.step(extra=other[:cut])
            got = host.try_echo(sent)
            well += got == sent
            wrong += got not in {None, sent}
            host.step(extra=other[cut:])
    return Outcome(
        name="two hosts on one wire",
        done=count,
        well=well,
        wrong=wrong,
        told="requests are tried again",
    )


def table(outcomes: list[Outcome]) -> str:
    """The table of docs/bridge.md."""
    lines = ["| mishap | went well | wrong values | |", "|---|---|---|---|"]
    lines += [f"| {o.name} | {o.well} of {o.done} | {o.wrong} | {o.told} |" for o in outcomes]
    return "\n".join(lines)


CASES = (
    flooded,
    reset_within_a_packet,
    other_version,
    clock_wraps,
    host_restarts,
    two_hosts,
)


def main() -> None:
    parser = arguments("mishaps of the link to a board")
    parser.add_argument("--table", type=Path, help="write the table into this page")
    options = parser.parse_args()
    many = 50 if options.quick else 400
    build()
    outcomes = [case(many) for case in CASES]
    print(table(outcomes))
    if options.table:
        write_between(options.table, "mishaps", table(outcomes))
    shares = [100 * o.well / o.done for o in outcomes]
    wrong = sum(o.wrong for o in outcomes)
    finish(
        "mishaps",
        [
            Claim(claim="wrong values accepted, all cases", value=wrong, unit="", target="<= 0"),
            Claim(claim="went well, the worst case", value=min(shares), unit="%", target=">= 99"),
        ],
    )


if __name__ == "__main__":
    main()
