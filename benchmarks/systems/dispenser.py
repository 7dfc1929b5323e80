"""Days at a dispenser: who goes without, and how much is wasted, rationed and not.

    python benchmarks/systems/dispenser.py [--quick]

Needs no data. Visitors come by chance, most around four peaks; each needs 1 to 3 portions and has
half a minute of patience; one in twelve takes as many as it can get, up to 15. The dispenser is
filled each morning with 1.5 portions for each need. Waste is what is taken beyond the need; starved
is who needed something and got nothing. Days differ in how many come (a fifth more or less).
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish

from edgekit.systems.dispenser import Asked, Refilled, Seen, Settings, begin, step

DAY_S, PEAKS_H, USUAL = 86_400, (8, 10.5, 13, 16), 200
PORTIONS = 600
HOARDER_WANTS, PATIENCE_S, ASK_S = 15, 30.0, 1.0
Random = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """When one comes, what it needs, and what it wants."""

    at_s: float
    needs: int
    wants: int


def visitors(random: Random) -> list[Visitor]:
    count = int(USUAL * random.uniform(0.8, 1.2))
    peaks = random.choice(PEAKS_H, count) + random.normal(0, 0.8, count)
    times = np.sort(np.clip(peaks, 0.1, 23.5)) * 3600
    # One at a time: who finds somebody there waits behind.
    found = []
    free_s = 0.0
    for at_s in times.tolist():
        needs = int(random.integers(1, 4))
        wants = HOARDER_WANTS if random.random() < 1 / 12 else needs
        start_s = max(at_s, free_s)
        found.append(Visitor(at_s=start_s, needs=needs, wants=wants))
        free_s = start_s + PATIENCE_S + 8
    return found


def rationed(days: int, random: Random) -> Iterator[tuple[Visitor, int]]:
    """Yield each visitor with what it got from us."""
    state = begin(Settings(portions=PORTIONS, usual_visits=USUAL))
    for day in range(days):
        midnight_ms = day * DAY_S * 1000
        state, _ = step(state, Refilled(t_ms=midnight_ms, portions=PORTIONS))
        for visitor in visitors(random):
            t_ms = midnight_ms + round(visitor.at_s * 1000)
            state, _ = step(state, Seen(t_ms=t_ms, present=True))
            got, waited_s = 0, 0.0
            while got < visitor.wants and waited_s < PATIENCE_S:
                waited_s += ASK_S
                now_ms = t_ms + round(waited_s * 1000)
                state, told = step(state, Asked(t_ms=now_ms))
                got += sum(one.command is not None for one in told)
                state, _ = step(state, Seen(t_ms=now_ms + 100, present=True))
            state, _ = step(state, Seen(t_ms=now_ms + 200, present=False))
            yield visitor, got


def unlimited(days: int, random: Random) -> Iterator[tuple[Visitor, int]]:
    """Yield the same where everybody takes what it wants while there is some."""
    for _ in range(days):
        stock = PORTIONS
        for visitor in visitors(random):
            got = min(visitor.wants, stock, int(PATIENCE_S / ASK_S))
            stock -= got
            yield visitor, got


def figures(
    serve: Callable[[int, Random], Iterator[tuple[Visitor, int]]], days: int
) -> tuple[float, float, float]:
    """Return starved, wasted portions (both a day) and the share of needs that were met."""
    starved = wasted = met = needed = 0
    for visitor, got in serve(days, np.random.default_rng(11)):
        starved += got == 0
        wasted += max(0, got - visitor.needs)
        met += min(got, visitor.needs)
        needed += visitor.needs
    return starved / days, wasted / days, 100 * met / needed


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    days = 20 if args.quick else 200
    starved, wasted, met = figures(rationed, days)
    theirs = figures(unlimited, days)
    claims = [
        Claim(
            claim=f"{days} days of some {USUAL} visitors: who got nothing",
            value=starved,
            unit="a day",
            target="<= 0",
            peer=Peer(name="unlimited", value=round(theirs[0], 2)),
        ),
        Claim(
            claim="portions beyond the need, over the unlimited case",
            value=wasted / max(theirs[1], 1e-9),
            unit="ratio",
            target="<= 0.5",
            peer=Peer(name="unlimited, portions a day", value=round(theirs[1], 1)),
        ),
        Claim(
            claim="of what was needed, given",
            value=met,
            unit="%",
            peer=Peer(name="unlimited", value=round(theirs[2], 1)),
        ),
    ]
    finish("systems/dispenser", claims)


if __name__ == "__main__":
    main()
