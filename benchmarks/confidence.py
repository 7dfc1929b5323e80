"""How often the 95 % limits of `edgekit evaluate` hold, in simulated counts of known error.

    python benchmarks/confidence.py [--quick]

Poisson numbers of people come in busy and quiet intervals; a counter finds each with some
probability and counts some who are not there. The true error is then known, and limits should hold
it 95 times in 100. Beside them: the bias-corrected bootstrap over intervals (scipy's BCa), and the
jackknife alone. No data is needed.
"""

import itertools
import statistics
import warnings

import numpy as np
from report import Claim, Peer, arguments, finish
from scipy import stats

from edgekit.evaluation.confidence import ratio_interval, student_t

INTERVALS = (1, 3, 6, 12, 24, 48)
PEOPLE = (2, 8, 40)
COUNTERS = ((0.97, 0.02), (0.85, 0.05), (0.97, 0.0), (1.0, 0.1), (1.0, 0.4))
"""Probability that a person is found, and false counts a person."""

ENOUGH_FOR_BOOTSTRAP = 6
RESAMPLES = 999
LEVEL, NEARLY, ONE_IN = 0.95, 0.94, 0.001
Counts = tuple[np.ndarray, np.ndarray]
Limits = tuple[float, float]


def counts(
    dice: np.random.Generator, intervals: int, people: float, counter: tuple[float, float]
) -> Counts:
    """A hand count and a counter's, by interval; the first is never empty."""
    found, false = counter
    while True:
        rate = people * np.resize((0.5, 1.5), intervals) * dice.gamma(10, 0.1, intervals)
        hand = dice.poisson(rate)
        if hand.sum():
            return hand, dice.binomial(hand, found) + dice.poisson(false * rate)


def ours(hand: np.ndarray, counted: np.ndarray) -> Limits:
    """The limits of `edgekit evaluate`."""
    return ratio_interval(hand.tolist(), counted.tolist()) or (0.0, 0.0)


def jackknife(hand: np.ndarray, counted: np.ndarray) -> Limits:
    """Delete-one jackknife of the ratio with Student's t."""
    n, ratio = len(hand), counted.sum() / hand.sum()
    rest = hand.sum() - hand
    if not rest.all():
        return ratio, ratio
    left = (counted.sum() - counted) / rest
    reach = student_t(n - 1) * np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    return ratio - reach, ratio + reach


def bootstrap(dice: np.random.Generator, hand: np.ndarray, counted: np.ndarray) -> Limits:
    """Bias-corrected and accelerated bootstrap (Efron 1987) over intervals, as scipy has it."""

    def ratio(h: np.ndarray, c: np.ndarray, axis: int = -1) -> np.ndarray:
        return c.sum(axis=axis) / np.maximum(h.sum(axis=axis), 1)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # degenerate samples: the answer is nan, and does not hold
        found = stats.bootstrap(
            (hand, counted),
            ratio,
            paired=True,
            n_resamples=RESAMPLES,
            method="BCa",
            rng=dice,
        ).confidence_interval
    return float(found.low), float(found.high)


def holds(limits: Limits, truth: float) -> bool:
    return bool(limits[0] <= truth <= limits[1])


def failed(cells: dict[tuple[object, ...], float], rounds: int) -> int:
    """In how many cases limits held more rarely than 95 % do in 999 of 1000 such trials."""
    lowest = float(stats.binom.ppf(ONE_IN, rounds, LEVEL)) / rounds
    return sum(share < lowest for share in cells.values())


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    rounds = 250 if options.quick else 1500
    few = 40 if options.quick else 250
    dice = np.random.default_rng(11)
    held: dict[str, dict[tuple[object, ...], float]] = {"ours": {}, "jackknife": {}, "bca": {}}
    wider = []
    for cell in itertools.product(INTERVALS, PEOPLE, COUNTERS):
        intervals, people, counter = cell
        samples = [counts(dice, intervals, people, counter) for _ in range(rounds)]
        truth = sum(counter)
        limits = [ours(*sample) for sample in samples]
        held["ours"][cell] = statistics.mean(holds(one, truth) for one in limits)
        if intervals == 1:
            continue
        alone = [jackknife(*sample) for sample in samples]
        held["jackknife"][cell] = statistics.mean(holds(one, truth) for one in alone)
        if intervals >= ENOUGH_FOR_BOOTSTRAP:
            found = [holds(bootstrap(dice, *sample), truth) for sample in samples[:few]]
            held["bca"][cell] = statistics.mean(found)
        if held["jackknife"][cell] >= NEARLY:
            pairs = zip(limits, alone, strict=True)
            wider.append(statistics.median((b - a) / (d - c) for (a, b), (c, d) in pairs if d > c))
    least = {name: min(cells.values()) for name, cells in held.items()}
    finish(
        "confidence",
        [
            Claim(
                claim=f"cases of {len(held['ours'])} where 95 % limits hold too rarely",
                value=failed(held["ours"], rounds),
                unit="cases",
                target="<= 0",
                peer=Peer(
                    name=f"BCa bootstrap over intervals (scipy), of {len(held['bca'])}",
                    value=failed(held["bca"], few),
                ),
            ),
            Claim(
                claim="95 % limits hold the true error, least of the cases",
                value=100 * least["ours"],
                unit="%",
                peer=Peer(name="BCa bootstrap over intervals (scipy)", value=100 * least["bca"]),
            ),
            Claim(
                claim="the same, mean over cases",
                value=100 * statistics.mean(held["ours"].values()),
                unit="%",
                peer=Peer(
                    name="BCa bootstrap over intervals (scipy)",
                    value=100 * statistics.mean(held["bca"].values()),
                ),
            ),
            Claim(
                claim="the jackknife alone holds, least of the cases of more than one interval",
                value=100 * least["jackknife"],
                unit="%",
            ),
            Claim(
                claim="width over the jackknife's, median of the cases where that holds too",
                value=statistics.median(wider),
                unit="ratio",
            ),
        ],
        rounds=rounds,
    )


if __name__ == "__main__":
    main()
