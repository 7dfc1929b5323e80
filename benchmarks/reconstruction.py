"""What published tables give away: the interval in which each true count must lie, rule by rule.

    python benchmarks/reconstruction.py [--quick]

An attacker holds all that a site may publish, and the rules. For each count that he was not told he
asks a linear programme for the least and the most that everything published allows (Dinur and
Nissim, 2003; Cox, 1980). He takes differences: of a total and its ways, of groups, of zones that
share ground, of windows that overlap. And he walks himself: an active insider adds crossings of his
own, which he knows. What an authorisation refuses to list together is tried too, to show why.
No data is read: the counts are made here.
"""

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.optimize import linprog

sys.path.insert(0, str(Path(__file__).parent))

from report import Claim, arguments, finish

from edgekit.privacy.noise import discrete_laplace
from edgekit.privacy.profile import RULES, released_value
from edgekit.records import Profile

MOST = 200
"""No count is taken to be larger: it bounds every programme."""

OWN = 12
"""Crossings of the insider's own, under noise, where no number of them is better than another."""

SMALL = RULES[Profile.SDC_10_5].suppress_below
Table = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Attack:
    """Tables over the same people: each published number is a sum of cells that nobody is told.

    ``allowed`` says whether an authorisation may list them together.
    """

    name: str
    cells: int
    tables: Table
    allowed: bool


ATTACKS = (
    Attack("two ways of a line", 2, {"in": (0,), "out": (1,)}, True),
    Attack("a total beside its ways", 2, {"in": (0,), "out": (1,), "total": (0, 1)}, False),
    Attack("all, and each group", 3, {"all": (0, 1, 2), "cars": (1,), "buses": (2,)}, False),
    Attack("two zones that share ground", 3, {"left": (0, 1), "right": (1, 2)}, False),
    Attack("two zones apart", 2, {"left": (0,), "right": (1,)}, True),
    Attack("windows that overlap", 3, {"hour": (0, 1), "next": (1, 2)}, False),
    Attack("lines that run on from each other", 2, {"first": (0, 1), "second": (0,)}, False),
    Attack("windows one after another", 3, {"1": (0,), "2": (1,), "3": (2,)}, True),
)


def told(profile: Profile, true: int) -> tuple[int, int]:
    """Return the least and most that a reader can take a count for, from what is released of it."""
    value = released_value(profile, true)
    alike = [n for n in range(MOST + 1) if released_value(profile, n) == value]
    return alike[0], alike[-1]


def intervals(
    attack: Attack, profile: Profile, counts: Sequence[int], known: Mapping[int, int]
) -> list[tuple[int, int]]:
    """Return what all tables together leave of each cell; ``known`` is the attacker's own part."""
    rows: list[list[int]] = []
    limits: list[int] = []
    for cells in attack.tables.values():
        mine = sum(known.get(cell, 0) for cell in cells)
        low, high = told(profile, sum(counts[cell] for cell in cells) + mine)
        row = [int(cell in cells) for cell in range(attack.cells)]
        rows += [row, [-one for one in row]]
        limits += [high - mine, mine - low]
    found = []
    for cell in range(attack.cells):
        ends = []
        for sign in (1, -1):
            goal = [sign * int(one == cell) for one in range(attack.cells)]
            solved = linprog(
                goal, A_ub=rows, b_ub=limits, bounds=[(0, MOST)] * attack.cells, integrality=1
            )
            ends.append(round(sign * solved.fun))
        found.append((ends[0], ends[1]))
    return found


def narrowest(attack: Attack, profile: Profile, draws: int) -> tuple[int, int]:
    """Return the fewest values left of a small count, and of any, over so many made tables."""
    chance = random.Random(20_261_126)
    small, every = MOST, MOST
    for _ in range(draws):
        counts = [chance.choice((0, 1, 3, 9, 12, 18, 40)) for _ in range(attack.cells)]
        for true, (low, high) in zip(counts, intervals(attack, profile, counts, {}), strict=True):
            width = high - low + 1
            every = min(every, width)
            if true < SMALL:
                small = min(small, width)
    return small, every


def insider(profile: Profile) -> int:
    """Return the fewest crossings of his own by which somebody tells one other person from none."""

    def gives_away(own: int) -> bool:
        none, one = (released_value(profile, own + n) for n in (0, 1))
        return none != one

    return next(filter(gives_away, range(MOST)))


def insider_under_noise(draws: int) -> float:
    """Return how much oftener an insider is right about one other person than by tossing a coin."""
    chance, scale = random.Random(7), RULES[Profile.DP].noise_scale
    right = 0
    for _ in range(draws):
        other = chance.randrange(2)
        noisy = OWN + other + discrete_laplace(scale, chance.randrange)
        right += int(noisy > OWN) == other
    return right / draws - 0.5


def main() -> None:
    options = arguments(__doc__ or "").parse_args()
    draws = 6 if options.quick else 60
    claims = []
    for profile in (Profile.SDC_10_5, Profile.BANDS):
        for attack in ATTACKS:
            small, every = narrowest(attack, profile, draws)
            claims.append(
                Claim(
                    claim=f"{profile}: {attack.name}: values left of a count below {SMALL}"
                    + ("" if attack.allowed else " (refused together)"),
                    value=small,
                    unit="values",
                    target=f">= {SMALL}" if attack.allowed else None,
                )
            )
            claims.append(
                Claim(claim=f"{profile}: {attack.name}: of any", value=every, unit="values")
            )
        claims.append(
            Claim(
                claim=f"{profile}: own crossings that tell one other person from none",
                value=insider(profile),
                unit="crossings",
            )
        )
    many = 20_000 if options.quick else 200_000
    claims.append(
        Claim(
            claim="dp: the same insider is right oftener than a coin, by",
            value=round(insider_under_noise(many), 4),
            unit="of 1",
            # Half of tanh(epsilon / 2), Kairouz et al. (2015), and three standard errors.
            target=f"<= {0.1225 + 3 * 0.5 / many**0.5:.4f}",
        )
    )
    finish("reconstruction", claims)


if __name__ == "__main__":
    main()
