"""Litres lost or invented by a meter's reader, over every fault of the table, on made meters.

A made household draws water for a month; a meter counts it; what the reader sees is spoilt by one
fault. What it tells (days, silences, the day that is not over) is set against what went by, or,
where a meter was swapped, against what both meters counted while they were read. The peer is the
rule that most home automation uses: a difference, and a total that fell is a meter that began anew.
Needs no data.
"""

import itertools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish

from edgekit.systems.contact import Edge
from edgekit.systems.register import Total
from edgekit.systems.water import Settings, Volume, begin, step

START_MS, STEP_MS = 1_780_000_000_000, 900_000
MODULUS = 10_000
Random = np.random.Generator
Meter = list[tuple[int, int, str]]
"""When, what it shows, and which meter."""


def household(random: Random, steps: int) -> Meter:
    """Return what a true meter shows each quarter of an hour."""
    drawn = random.poisson(8, steps) * (random.random(steps) < 0.3)
    totals = random.integers(0, MODULUS) + np.cumsum(drawn)
    return [(START_MS + k * STEP_MS, int(total), "A") for k, total in enumerate(totals)]


def as_it_is(_: Random, meter: Meter) -> tuple[Meter, int]:
    return meter, meter[-1][1] - meter[0][1]


def missing(random: Random, meter: Meter) -> tuple[Meter, int]:
    kept = [one for one in meter if random.random() < 0.4]
    return kept, kept[-1][1] - kept[0][1]


def missing_nights(_: Random, meter: Meter) -> tuple[Meter, int]:
    kept = [one for number, one in enumerate(meter) if number % 96 > 30]
    return kept, kept[-1][1] - kept[0][1]


def twice_and_late(random: Random, meter: Meter) -> tuple[Meter, int]:
    seen = [again for one in meter for again in [one] * (1 + (random.random() < 0.1))]
    for at in random.integers(1, len(seen) - 2, 20):
        seen[at], seen[at - 1] = seen[at - 1], seen[at]
    last = max(meter)
    return [*seen, last], last[1] - seen[0][1]


def back_flow(random: Random, meter: Meter) -> tuple[Meter, int]:
    back = np.cumsum(random.random(len(meter)) < 0.01) * 3
    seen = [(t, total - int(b), name) for (t, total, name), b in zip(meter, back, strict=True)]
    return seen, seen[-1][1] - seen[0][1]


def clock(random: Random, meter: Meter) -> tuple[Meter, int]:
    at = int(random.integers(200, len(meter) - 200))
    by_ms = int(random.choice([-3_600_000, 3_600_000, -86_400_000, 86_400_000]))
    seen = [(t + (by_ms if number >= at else 0), n, m) for number, (t, n, m) in enumerate(meter)]
    return seen, seen[-1][1] - seen[0][1]


def swap(random: Random, meter: Meter) -> tuple[Meter, int]:
    at = int(random.integers(200, len(meter) - 200))
    known = (meter[at - 1][1] - meter[0][1]) + (meter[-1][1] - meter[at][1])
    fresh = [(t, total - meter[at][1] + 7, "B") for t, total, _ in meter[at:]]
    return [*meter[:at], *fresh], known


FAULTS: Sequence[tuple[str, Callable[[Random, Meter], tuple[Meter, int]]]] = (
    ("as it is, roll-over included", as_it_is),
    ("readings missing", missing),
    ("nights missing", missing_nights),
    ("readings twice and out of order", twice_and_late),
    ("back-flow", back_flow),
    ("clock jumps an hour or a day", clock),
    ("meter swap", swap),
)


def ours(seen: Meter) -> int:
    """Return the litres that are told."""
    state = begin(Settings(modulus=MODULUS))
    told = 0
    for t_ms, total, name in seen:
        state, decisions = step(state, Total(t_ms=t_ms, total=total % MODULUS, meter=name))
        told += sum(one.volume_ml for one in decisions if isinstance(one, Volume))
    return (told + state.day_ml) // 1000


def theirs(seen: Meter) -> int:
    """Return the litres by differences, where a total that fell is one that began anew."""
    totals = [total % MODULUS for _, total, _ in seen]
    pairs = itertools.pairwise(totals)
    return sum(now - before if now >= before else now for before, now in pairs)


def bounce(random: Random) -> tuple[int, int, int]:
    """Return the pulses of a reed that bounces: true, ours, and by closings alone."""
    state = begin(Settings(ml_per_unit=1000))
    t_ms, true, closings = START_MS, 0, 0
    for _ in range(500):
        t_ms += int(random.integers(1_200, 60_000))
        true += 1
        bounces = random.integers(1, 4, 2 * int(random.integers(0, 4))).cumsum()
        levels = [0, *bounces.tolist(), 200]
        for number, after_ms in enumerate(levels):
            closed = number % 2 == 0
            closings += closed
            state, _ = step(state, Edge(t_ms=t_ms + after_ms, closed=closed))
    state, _ = step(state, Edge(t_ms=t_ms + 1000, closed=None))
    return true, state.known_ml // 1000, closings


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    homes = 10 if args.quick else 100
    claims = []
    for name, fault in FAULTS:
        random = np.random.default_rng(9)
        wrong, theirs_wrong = 0, 0
        for _ in range(homes):
            seen, true = fault(random, household(random, 96 * 30))
            wrong += abs(ours(seen) - true)
            theirs_wrong += abs(theirs(seen) - true)
        peer = Peer(name="differences, a fall is a new start", value=theirs_wrong / homes)
        words = f"{name}: litres lost or invented a home and month"
        claims.append(Claim(claim=words, value=wrong / homes, unit="l", target="<= 0", peer=peer))
    true, told, closings = bounce(np.random.default_rng(9))
    claims.append(
        Claim(
            claim="a reed that bounces: litres lost or invented of 500",
            value=abs(told - true),
            unit="l",
            target="<= 0",
            peer=Peer(name="every closing counts", value=abs(closings - true)),
        )
    )
    finish("systems/water", claims, homes=homes)


if __name__ == "__main__":
    main()
