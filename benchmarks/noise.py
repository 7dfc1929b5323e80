"""Whether the noise of `dp` is what it says: against its probabilities, and against OpenDP's.

    python benchmarks/noise.py [--opendp-python PATH] [--quick]

A million draws of each scale from the kernel's randomness are held against the exact probabilities
of the discrete Laplace distribution (Pearson), and against as many of OpenDP's where an interpreter
has it (two samples, one distribution). Each test would fail an exact sampler once in a thousand
runs. Epsilon is compared with what OpenDP's map says of the same scale.
"""

import json
import math
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from report import Claim, arguments, finish
from scipy.stats import chi2

from edgekit.privacy.noise import discrete_laplace

SCALES = (1, 2, 5)
MANY, QUICK = 1_000_000, 60_000
LEAST = 10.0
"""So many draws are expected in the rarest cell that is looked at by itself."""

ASK = """
import json, sys
from collections import Counter
import opendp.prelude as dp
dp.enable_features("contrib")
scale, many = json.loads(sys.argv[1])
space = dp.atom_domain(T=int), dp.absolute_distance(T=int)
noise = dp.m.make_laplace(*space, scale=float(scale))
seen = Counter(noise(0) for _ in range(many))
print(json.dumps([noise.map(1), list(seen.items())]))
"""


def probability(x: int, scale: int) -> float:
    """Canonne, Kamath and Steinke (2020), definition 31."""
    q = math.exp(-1 / scale)
    return (1 - q) / (1 + q) * q ** abs(x)


def cells(scale: int, many: int) -> list[int]:
    found = [x for x in range(100 * scale) if many * probability(x, scale) >= LEAST]
    return [*(-x for x in found[:0:-1]), *found]


def against_the_law(seen: Counter[int], scale: int, many: int) -> float:
    """Return how likely an exact sampler differs by as much or more."""
    expected = {x: many * probability(x, scale) for x in cells(scale, many)}
    rest = many - sum(expected.values())
    found = sum((seen[x] - e) ** 2 / e for x, e in expected.items())
    found += (many - sum(seen[x] for x in expected) - rest) ** 2 / rest
    return float(chi2.sf(found, len(expected)))


def against_another(ours: Counter[int], theirs: Counter[int], scale: int, many: int) -> float:
    """Return how likely two samples of one distribution differ by as much or more."""
    inside = cells(scale, many)
    pairs = [(ours[x], theirs[x]) for x in inside]
    pairs.append((many - sum(a for a, _ in pairs), many - sum(b for _, b in pairs)))
    found = sum((a - b) ** 2 / (a + b) for a, b in pairs if a + b)
    return float(chi2.sf(found, len(pairs) - 1))


def opendp(python: Path, scale: int, many: int) -> tuple[float, Counter[int]] | None:
    """Return epsilon of one more or less, and draws; None where there is no OpenDP."""
    words = [str(python), "-c", ASK, json.dumps([scale, many])]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 -- what the user named
    if done.returncode:
        return None
    epsilon, seen = json.loads(done.stdout)
    return float(epsilon), Counter(dict(seen))


def claims(python: Path, many: int) -> Iterator[Claim]:
    for scale in SCALES:
        ours = Counter(discrete_laplace(scale, secrets.randbelow) for _ in range(many))
        words = f"scale {scale}, {many} draws"
        law = against_the_law(ours, scale, many)
        yield Claim(
            claim=f"{words}: p against the exact law", value=law, unit="p", target=">= 0.001"
        )
        theirs = opendp(python, scale, many)
        if theirs is None:
            print("OpenDP: peer absent (python3 -m venv .venv-opendp; pip install opendp)")
            continue
        epsilon, seen = theirs
        p = against_another(ours, seen, scale, many)
        yield Claim(claim=f"{words}: p against OpenDP", value=p, unit="p", target=">= 0.001")
        off = abs(epsilon - 1 / scale)
        yield Claim(
            claim=f"scale {scale}: epsilon off OpenDP's", value=off, unit="", target="<= 1e-9"
        )


def main() -> None:
    parser = arguments("Whether the noise of dp is what it says.")
    parser.add_argument(
        "--opendp-python", type=Path, default=Path(sys.executable), metavar="PATH",
        help="an interpreter with opendp",
    )  # fmt: skip
    args = parser.parse_args()
    finish("noise", list(claims(args.opendp_python, QUICK if args.quick else MANY)))


if __name__ == "__main__":
    main()
