"""Units for alarms against the optimum, and exits against the printed capacities.

    python benchmarks/systems/emergency.py [--quick]

Nothing is read: 1000 random cases of up to 12 alarms and units, a fifth of the ways barred. The
oracle is scipy's linear_sum_assignment; the peer sends the nearest free unit to each in turn.
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish

from edgekit.systems.emergency_assign import assign
from edgekit.systems.emergency_egress import BOUNDARY_M, Exit, Way

CASES, BARRED, DEAREST = 1000, 0.2, 1e7
PRINTED = {
    Way.DOOR: 1.32,
    Way.CORRIDOR: 1.32,
    Way.STAIRS_75_10: 0.94,
    Way.STAIRS_7_11: 1.01,
    Way.STAIRS_65_12: 1.09,
    Way.STAIRS_65_13: 1.16,
}
Costs = list[list[float | None]]


def case(chance: random.Random) -> Costs:
    rows, columns = chance.randint(1, 12), chance.randint(1, 12)
    return [
        [None if chance.random() < BARRED else chance.uniform(0, 900) for _ in range(columns)]
        for _ in range(rows)
    ]


def worth(costs: Costs, found: list[int | None]) -> tuple[int, float]:
    """Return how many alarms have no unit, and the time of the others."""
    paired = [costs[r][c] for r, c in enumerate(found) if c is not None]
    return len(costs) - len(paired), sum(s for s in paired if s is not None)


def nearest(costs: Costs) -> list[int | None]:
    taken: set[int] = set()
    found: list[int | None] = []
    for row in costs:
        open_ways = [(s, c) for c, s in enumerate(row) if s is not None and c not in taken]
        column = min(open_ways)[1] if open_ways else None
        found.append(column)
        taken |= set() if column is None else {column}
    return found


def optimum(costs: Costs) -> list[int | None] | None:
    """Return scipy's pairs, None where scipy is absent."""
    try:
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 -- an oracle, not needed
    except ImportError:
        return None
    rows, columns = linear_sum_assignment([[DEAREST if s is None else s for s in r] for r in costs])
    found: list[int | None] = [None] * len(costs)
    for row, column in zip(rows, columns, strict=True):
        found[row] = None if costs[row][column] is None else int(column)
    return found


def main() -> None:
    arguments(__doc__ or "").parse_args()
    chance = random.Random(1)
    worse, short, extra, total, cpu_s, compared = 0, 0, 0.0, 0.0, 0.0, 0
    for _ in range(CASES):
        costs = case(chance)
        begun = time.process_time()
        alone, needed = worth(costs, list(assign(costs)))
        cpu_s += time.process_time() - begun
        best = optimum(costs)
        if best is not None:
            best_alone, best_needed = worth(costs, best)
            compared += 1
            worse += alone != best_alone or abs(needed - best_needed) > 1e-6
        greedy_alone, greedy = worth(costs, nearest(costs))
        short += greedy_alone > alone
        if greedy_alone == alone:
            extra, total = extra + greedy - needed, total + needed
    if not compared:
        print("peer absent: scipy")
    claims = [
        Claim(
            claim=f"random cases of {compared} that differ from the optimum",
            value=worse,
            unit="cases",
            target="<= 0",
            peer=Peer(name="nearest free unit in turn: cases that serve fewer", value=short),
        ),
        Claim(
            claim="nearest free unit in turn: more time than ours, where it serves as many",
            value=100 * extra / total,
            unit="%",
        ),
        Claim(claim="CPU an assignment", value=1000 * cpu_s / CASES, unit="ms"),
        Claim(
            claim="capacities off from the SFPE Handbook's printed ones, at most",
            value=max(
                abs(Exit(name="e", way=w, width_m=1 + 2 * BOUNDARY_M[w]).capacity_s - printed)
                for w, printed in PRINTED.items()
            ),
            unit="people/s/m",
            target="<= 0.006",
        ),
    ]
    finish("systems/emergency", claims)


if __name__ == "__main__":
    main()
