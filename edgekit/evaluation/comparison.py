"""How right a count is, measured against a hand count.

    score = evaluate(pairs.cells, within_percent=5)
    score.error_percent, score.interval_percent, score.low.geh_below_5

Errors are ours less by hand. What the rule of a place has rounded or suppressed is a range and not
a number: every measure is then given as the least and the most that it can be.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edgekit.evaluation.confidence import Limits, level_interval, ratio_interval
from edgekit.evaluation.pairing import Cell

HOUR_MS = 3_600_000
GEH_GOOD = 5.0
"""UK DMRB vol. 12 and TAG unit M3.1, table 2: GEH below 5 in more than 85 % of cases."""

ENOUGH_INTERVALS = 6
"""With fewer, how much intervals differ can hardly be told."""

Interval = Callable[[Sequence[float], Sequence[float]], Limits | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What one set of numbers says.

    Attributes:
        ours: the sum of passages, or the mean of people present.
        error_percent: of ``ours``; None where nobody was counted by hand.
        mae: mean absolute error an interval.
        bias: mean error an interval.
        rmse: root of the mean squared error an interval.
        geh_mean: mean GEH of hourly flows; None for people present.
        geh_worst: the largest.
        geh_below_5: share of intervals with a GEH below 5, 0..1.
    """

    ours: float
    error_percent: float | None
    mae: float
    bias: float
    rmse: float
    geh_mean: float | None
    geh_worst: float | None
    geh_below_5: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one metric, or all, compare.

    Attributes:
        intervals: how many were compared, of every line and way.
        times: of how many different times they are.
        shortest_s: the length of the shortest.
        suppressed: in how many of them ours was suppressed.
        seconds: their length together.
        hand: the sum of passages counted by hand, or the mean of people present.
        face: measures of what ours says, taken at its word, in intervals where it says something;
            None where it says nothing.
        low: the least that each measure can be, over all intervals.
        high: the most; equal to ``low`` where ours is exact.
        interval_percent: 95 % limits of the error; None where they can't be told.
        more: so many more have to be counted by hand until the limits are as narrow as wanted;
            0 where they are; None where it can't be told, or where ours is rounded: counting on
            makes no range of it narrower.
    """

    intervals: int
    times: int
    shortest_s: float
    suppressed: int
    seconds: float
    hand: float
    face: Measures | None
    low: Measures
    high: Measures
    interval_percent: Limits | None
    more: int | None

    @property
    def exact(self) -> bool:
        """Whether ours is known exactly."""
        return self.low == self.high

    @property
    def error_percent(self) -> float | None:
        """The error of what ours says."""
        return self.face.error_percent if self.face else None


def geh(ours: float, hand: float, hours: float) -> float:
    """Return the GEH statistic of two counts over some hours.

    sqrt(2 (M - C)^2 / (M + C)) with hourly flows M (ours) and C (by hand): TAG unit M3.1, 3.2.
    """
    m, c = ours / hours, hand / hours
    return math.sqrt(2 * (m - c) ** 2 / (m + c)) if m + c else 0.0


def evaluate(cells: Sequence[Cell], *, within_percent: float, level: bool = False) -> Score | None:
    """Return the score of some intervals; None for none.

    Args:
        cells: intervals; several of one time (other lines, other ways) count as one for how sure
            the error is, for they err together.
        within_percent: how narrow the 95 % limits of the error are wanted, to each side.
        level: people present instead of passages.
    """
    if not cells:
        return None
    told = [cell for cell in cells if cell.value is not None]
    low, high = _extremes(cells, level=level)
    limits = _limits(cells, level_interval if level else ratio_interval)
    hand = sum(cell.hand for cell in cells)
    spans = {(cell.start_ms, cell.end_ms) for cell in cells}
    return Score(
        intervals=len(cells),
        times=len(spans),
        shortest_s=min(end - start for start, end in spans) / 1000,
        suppressed=len(cells) - len(told),
        seconds=sum(end - start for start, end in spans) / 1000,
        hand=hand / len(cells) if level else hand,
        face=_measures(told, [cell.value or 0.0 for cell in told], level=level) if told else None,
        low=low,
        high=high,
        interval_percent=limits,
        more=None
        if limits is None or level or low != high
        else _more(hand, limits, within_percent),
    )


def _measures(cells: Sequence[Cell], ours: Sequence[float], *, level: bool) -> Measures:
    errors = [value - cell.hand for cell, value in zip(cells, ours, strict=True)]
    hand, n = sum(cell.hand for cell in cells), len(cells)
    gehs = [
        geh(value, cell.hand, (cell.end_ms - cell.start_ms) / HOUR_MS)
        for cell, value in zip(cells, ours, strict=True)
    ]
    return Measures(
        ours=sum(ours) / n if level else sum(ours),
        error_percent=100 * sum(errors) / hand if hand else None,
        mae=sum(map(abs, errors)) / n,
        bias=sum(errors) / n,
        rmse=math.sqrt(sum(error * error for error in errors) / n),
        geh_mean=None if level else sum(gehs) / n,
        geh_worst=None if level else max(gehs),
        geh_below_5=None if level else sum(one < GEH_GOOD for one in gehs) / n,
    )


def _extremes(cells: Sequence[Cell], *, level: bool) -> tuple[Measures, Measures]:
    """Return the least and the most of each measure over all that ours may mean."""
    lows, highs = [cell.low for cell in cells], [cell.high for cell in cells]
    nearest = [min(max(cell.hand, cell.low), cell.high) for cell in cells]
    farthest = [
        cell.low if cell.hand - cell.low > cell.high - cell.hand else cell.high for cell in cells
    ]
    least, most, kind, unkind = (
        _measures(cells, values, level=level) for values in (lows, highs, nearest, farthest)
    )
    low, high = (
        Measures(
            ours=end.ours,
            error_percent=end.error_percent,
            mae=spread.mae,
            bias=end.bias,
            rmse=spread.rmse,
            geh_mean=spread.geh_mean,
            geh_worst=spread.geh_worst,
            geh_below_5=share.geh_below_5,
        )
        for end, spread, share in ((least, kind, unkind), (most, unkind, kind))
    )
    return low, high


def _limits(cells: Sequence[Cell], interval: Interval) -> Limits | None:
    """Return 95 % limits of the error in percent, whatever ours means within its ranges."""
    sums: dict[tuple[int, int], tuple[float, float, float]] = {}
    for cell in cells:
        hand, low, high = sums.get((cell.start_ms, cell.end_ms), (0.0, 0.0, 0.0))
        sums[cell.start_ms, cell.end_ms] = (hand + cell.hand, low + cell.low, high + cell.high)
    hands, lows, highs = (list(column) for column in zip(*sums.values(), strict=True))
    found = [interval(hands, values) for values in (lows, highs)]
    if found[0] is None or found[1] is None:
        return None
    return 100 * (min(found[0][0], found[1][0]) - 1), 100 * (max(found[0][1], found[1][1]) - 1)


def _more(hand: float, limits: Limits, within_percent: float) -> int:
    """Return how many more to count: limits narrow with the root of what was counted."""
    half = (limits[1] - limits[0]) / 2
    return max(0, math.ceil(hand * ((half / within_percent) ** 2 - 1)))
