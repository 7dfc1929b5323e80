"""How sure an error is that was measured on a sample. No dice: the same counts, the same answer.

`ratio_interval` gives the 95 % limits of ours over by hand as the outer ones of two methods, each
of which covers where the other fails:

- the delete-one jackknife of a ratio over intervals, with Student's t (Tukey 1958; Cochran,
  *Sampling Techniques*, 3rd ed. 1977, section 6.17). It sees how much intervals differ, but sees
  nothing where hardly an error was made, and needs many intervals;
- exact Poisson limits (Garwood, Biometrika 28, 1936) of how many were counted too many and too few
  in the intervals, joined by MOVER (Zou and Donner, Statistics in Medicine 27, 2008). It knows that
  no error in 50 people may be three in 100, but takes errors for independent.

By simulation (`benchmarks/confidence.py`) the two together hold at least 94 % of the time, from one
interval on, for sound and poor counters, few people and many. Intervals are taken to be independent
of each other.
"""

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist

LEVEL = 0.95
_TAIL = (1 + LEVEL) / 2
_MANY = 400
_STEPS = 80

Limits = tuple[float, float]


def student_t(degrees: int) -> float:
    """Return the two-sided 95 % quantile of Student's t, degrees >= 1.

    By bisection of its distribution function, a finite sum for whole degrees of freedom
    (Abramowitz and Stegun, 26.7.3 and 26.7.4); normal beyond 400, which is right to 0.3 %.
    """
    if degrees > _MANY:
        return NormalDist().inv_cdf(_TAIL)
    return _bisect(lambda t: _within(t, degrees) < LEVEL, 0.0, 20.0)


def poisson_limits(count: int) -> Limits:
    """Return the exact 95 % limits of a Poisson mean where ``count`` were seen (Garwood 1936)."""
    most = count + 10 * math.sqrt(count + 1) + 10
    high = _bisect(lambda mean: _at_most(count, mean) > 1 - _TAIL, count, most)
    if not count:
        return 0.0, high
    return _bisect(lambda mean: _at_least(count, mean) < 1 - _TAIL, 0.0, count), high


def ratio_interval(hand: Sequence[float], ours: Sequence[float]) -> Limits | None:
    """Return 95 % limits of sum(ours) / sum(hand) over intervals; None where nobody was counted.

    Both have one entry an interval, passages.
    """
    if not sum(hand) > 0:
        return None
    low, high = _by_errors(hand, ours)
    if len(hand) > 1:
        first, last = _jackknife(hand, ours)
        low, high = min(low, first), max(high, last)
    return max(0.0, low), high


def level_interval(hand: Sequence[float], ours: Sequence[float]) -> Limits | None:
    """Return 95 % limits of mean(ours) / mean(hand) for people present; None where too few.

    The jackknife alone: people present are no events, so no Poisson law holds for them.
    """
    if not sum(hand) > 0 or len(hand) < 3:  # noqa: PLR2004 -- two intervals say nothing of spread
        return None
    low, high = _jackknife(hand, ours)
    return max(0.0, low), high


def _jackknife(hand: Sequence[float], ours: Sequence[float]) -> Limits:
    n, all_hand, all_ours = len(hand), sum(hand), sum(ours)
    ratio = all_ours / all_hand
    if any(h >= all_hand for h in hand):  # all in one interval: without it there is no ratio
        squares = sum((o - ratio * h) ** 2 for h, o in zip(hand, ours, strict=True))
        error = math.sqrt(n / (n - 1) * squares) / all_hand
    else:
        left = [(all_ours - o) / (all_hand - h) for h, o in zip(hand, ours, strict=True)]
        mean = sum(left) / n
        error = math.sqrt((n - 1) / n * sum((one - mean) ** 2 for one in left))
    reach = student_t(n - 1) * error
    return ratio - reach, ratio + reach


def _by_errors(hand: Sequence[float], ours: Sequence[float]) -> Limits:
    pairs = list(zip(hand, ours, strict=True))
    over = math.ceil(sum(max(0.0, o - h) for h, o in pairs))
    under = math.ceil(sum(max(0.0, h - o) for h, o in pairs))
    (over_low, over_high), (under_low, under_high) = poisson_limits(over), poisson_limits(under)
    down = math.hypot(over - over_low, under_high - under)
    up = math.hypot(over_high - over, under - under_low)
    low, high = (1 + (over - under + by) / sum(hand) for by in (-down, up))
    return low, high


def _within(t: float, degrees: int) -> float:
    """Probability that Student's t lies within -t and t."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine2, term, total = math.cos(angle) ** 2, 1.0, 1.0
    odd = degrees % 2
    for k in range(1 + odd, degrees - 2, 2):
        term *= cosine2 * (k / (k + 1))
        total += term
    if not odd:
        return math.sin(angle) * total
    tail = math.sin(angle) * math.cos(angle) * total if degrees > 1 else 0.0
    return 2 / math.pi * (angle + tail)


def _at_most(count: int, mean: float) -> float:
    """Probability of ``count`` or fewer of a Poisson mean >= count."""
    total, term = 0.0, _point(count, mean)
    for k in range(count, -1, -1):
        total += term
        term *= k / mean
        if term < total * 1e-17:
            break
    return total


def _at_least(count: int, mean: float) -> float:
    """Probability of ``count`` or more of a Poisson mean <= count."""
    total, term, k = 0.0, _point(count, mean), count
    while term > total * 1e-17:
        total += term
        k += 1
        term *= mean / k
    return total


def _point(count: int, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))


def _bisect(below: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2
