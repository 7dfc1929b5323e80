"""The fault suite on the real firmware: what a bad wire costs; that no wrong value comes through.

    python benchmarks/faults.py [--quick] [--table docs/bridge.md]

Needs no data. Time in the emulator moves in lockstep: all but the codec's part is the same on every
machine. ``--table`` writes the table between the marks in a page.
"""

import random
from dataclasses import dataclass
from pathlib import Path

from report import Claim, arguments, finish, write_between
from rig import BUILD, build, started

from edgekit.bridge.lockstep import LockstepHost
from edgekit.testing.faults import WireFaults, both_ways
from edgekit.testing.native import NativeCore
from edgekit.wire.messages import Command, Stats, Type
from edgekit.wire.packet import Fault, Packet, PacketDecoder

DIMMER = 9
CASES = (
    ("clean", WireFaults()),
    ("bit errors 1e-4", WireFaults(bit_error=1e-4)),
    ("bit errors 1e-3", WireFaults(bit_error=1e-3)),
    ("0.5 % of bytes dropped", WireFaults(dropped=0.005)),
    ("0.5 % of bytes doubled", WireFaults(doubled=0.005)),
    ("0.5 % garbage bytes", WireFaults(garbage=0.005)),
    ("cut off at 0.5 % of bytes", WireFaults(truncated=0.005)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the echoes of one case."""

    name: str
    asked: int
    right: int
    wrong: int
    retries: int
    rate: float


def echoes(name: str, faults: WireFaults, count: int) -> Outcome:
    """Ask for so many echoes of 16 bytes over a bad wire."""
    with started("--step") as board:
        host = LockstepHost(board, **both_ways(faults, 20))
        host.greet()
        dice = random.Random(5)
        right = wrong = 0
        begun_us = host.now_us
        for _ in range(count):
            sent = dice.randbytes(16)
            got = host.try_echo(sent)
            right += got == sent
            wrong += got not in {None, sent}
        seconds = (host.now_us - begun_us) / 1e6
        return Outcome(
            name=name,
            asked=count,
            right=right,
            wrong=wrong,
            retries=host.statistics.retries,
            rate=right / seconds,
        )


def bend(packet: bytes, dice: random.Random) -> bytes:
    """Flip, drop or double bytes between the zeros; what comes out is never what went in."""
    bent = bytearray(packet)
    while bent == packet:
        for _ in range(dice.randrange(1, 4)):
            at = dice.randrange(1, len(bent) - 1)
            what = dice.randrange(6)
            if what == 0 and len(bent) > 4:  # noqa: PLR2004 -- two bytes between the zeros remain
                del bent[at]
            elif what == 1:
                bent.insert(at, bent[at])
            else:
                bent[at] ^= 1 << dice.randrange(8)
    return bytes(bent)


def commands_refused(count: int) -> tuple[int, int]:
    """Send bent commands; return how often the lamp moved, and the faults counted."""
    dice = random.Random(6)
    moved = 0
    with started("--step") as board:
        host = LockstepHost(board)
        host.greet()
        before = Stats.from_payload(host.ask(Type.STATS).payload)
        for _ in range(count):
            order = Command(channel=DIMMER, level=dice.randrange(0xFFF0), expires_ms=60_000)
            packet = Packet(Type.SET, dice.randrange(256), 0, order.to_payload())
            board.exchange(bend(packet.to_bytes(), dice), 1500)
            moved += not board.level("B1")
        after = Stats.from_payload(host.ask(Type.STATS).payload)
    names = ("bad_crc", "bad_cobs", "bad_length")
    return moved, sum((getattr(after, n) - getattr(before, n)) & 0xFFFF for n in names)


def resynchronised(count: int) -> int:
    """After so many kinds of rubbish, how often the very next packet is answered."""
    dice = random.Random(7)
    answered = 0
    with started("--step") as board:
        host = LockstepHost(board)
        host.greet()
        for _ in range(count):
            rubbish = bytes(dice.choices((0, 1, 5, 0x55, 200, 255), k=dice.randrange(1, 120)))
            board.exchange(rubbish, 15_000)
            retries = host.statistics.retries
            answered += host.try_echo(b"next") == b"next" and host.statistics.retries == retries
    return answered


def both_codecs(count: int) -> tuple[int, int]:
    """Bend packets; return those that the host accepts, and how often the C core differs."""
    core = NativeCore(BUILD / "libcore.so")
    dice = random.Random(8)
    wrong = differ = 0
    for _ in range(count // 1000):
        sent, parts = [], []
        for _ in range(1000):
            size = dice.randrange(49)
            packet = Packet(dice.randrange(256), dice.randrange(256), 1, dice.randbytes(size))
            sent.append(packet)
            parts.append(bend(packet.to_bytes(), dice))
        data = b"".join(parts)
        found = PacketDecoder().feed(data)
        wrong += sum(isinstance(f, Packet) for f in found)
        differ += core.verdicts(data) != as_verdicts(found)
    return wrong, differ


def as_verdicts(found: list[Packet | Fault]) -> bytes:
    """The host's findings in the form of native/verdicts.c."""
    codes = {Fault.COBS: 2, Fault.LENGTH: 3, Fault.CRC: 4}
    out = bytearray()
    for each in found:
        if isinstance(each, Fault):
            out.append(codes[each])
            continue
        head = (each.version, each.type, each.seq, each.boot, len(each.payload))
        out += bytes((1, 5 + len(each.payload), *head)) + each.payload
    return bytes(out)


def table(outcomes: list[Outcome], rows: list[tuple[str, str]]) -> str:
    """The table of docs/bridge.md."""
    clean = outcomes[0].rate
    lines = [
        "| case | answered | wrong | retries | a second | of clean |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {o.name} | {o.right} of {o.asked} | {o.wrong} | {o.retries} "
        f"| {o.rate:.0f} | {100 * o.rate / clean:.0f} % |"
        for o in outcomes
    ]
    return "\n".join(
        [*lines, "", "| figure | value |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]
    )


def main() -> None:
    parser = arguments("the serial wire under faults")
    parser.add_argument("--table", type=Path, help="write the table into this page")
    options = parser.parse_args()
    count, bent, codec = (200, 1000, 100_000) if options.quick else (400, 5000, 1_000_000)
    build()
    outcomes = [echoes(name, faults, count) for name, faults in CASES]
    moved, counted = commands_refused(bent)
    again = resynchronised(count)
    wrong, differ = both_codecs(codec)
    text = table(
        outcomes,
        [
            (f"bent commands to the firmware that moved the lamp, of {bent}", str(moved)),
            (f"next packet after rubbish answered at the first try, of {count}", str(again)),
            (f"bent packets that the host's codec took for a packet, of {codec:,}", str(wrong)),
            (
                f"thousands of them that the C core judges otherwise, of {codec // 1000}",
                str(differ),
            ),
        ],
    )
    print(text)
    if options.table:
        write_between(options.table, "faults", text)
    by_name = {outcome.name: outcome for outcome in outcomes}
    light = by_name["bit errors 1e-4"]
    share = 100 * light.rate / outcomes[0].rate
    finish(
        "faults",
        [
            Claim(
                claim="wrong values accepted, all cases",
                value=sum(o.wrong for o in outcomes),
                unit="",
                target="<= 0",
            ),
            Claim(
                claim="goodput at bit errors 1e-4, of clean", value=share, unit="%", target=">= 90"
            ),
            Claim(
                claim="answered at bit errors 1e-4",
                value=100 * light.right / count,
                unit="%",
                target=">= 100",
            ),
            Claim(claim="bent commands that moved the lamp", value=moved, unit="", target="<= 0"),
            Claim(
                claim="next packet after rubbish answered at once",
                value=100 * again / count,
                unit="%",
                target=">= 100",
            ),
            Claim(
                claim="bent packets accepted by the host's codec",
                value=wrong,
                unit="",
                target="<= 0",
            ),
            Claim(
                claim="thousands of packets on which C and Python differ",
                value=differ,
                unit="",
                target="<= 0",
            ),
        ],
        faults_counted_by_the_firmware=counted,
    )


if __name__ == "__main__":
    main()
