"""What a network's inflow is like without a leak: its week, its level and how far it strays.

A few weeks are learnt, and a leak may begin or end while they are. So the days are first searched
for one: each day's b (`fit`) is the weekday's mean + noise, + L from one day to another. All first
and last days are tried by least squares; L > 0 is a leak where n ln(SSE0/SSE1) is above `SURE`
(generalized likelihood ratio), and is taken off before the week is learnt. What then remains is
honest about itself: the spread is that of days to come, whose week was not among those learnt.
"""

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import mul

import numpy as np
from numpy.typing import NDArray

MAD_TO_SD = 1.4826
NINE_TENTHS_TO_SD = 1 / 1.6449
SURE = 20.0
"""Twice the log-likelihood ratio from which a leak among the learnt days is believed."""
STRAYS = 4
"""So many leaks are looked for, one after the other."""
LEAST_SHARE = 0.02
"""Of the least flow of a night, no smaller leak is taken off."""
WEEK_DAYS = 7
LEAST_FREE = 3
LEAST_LENGTH = 0.5
"""A day that is the only one of its weekday says nothing of a leak."""
QUARTERS = 4
LASTING_MOST = 0.7
RESOLVED = 0.002
"""A spread of less than this share of the mean flow is below what a flow meter repeats to."""
FLAT = 1e-6
FLOOR = 0.05
"""Of the mean of the week: less than that does not weigh more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The mean of one slot: its number since 1970 and within the local week."""

    number: int
    of_week: int
    flow_m3h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What flowed for some days and went: a leak that was mended, or somebody large."""

    last: int
    size_m3h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What is normal: the week, slot by slot; level and spread of a day's b; a day's misfit.

    ``leak_m3h`` is a leak that began while it was learnt and had not ended, 0 where there is none.
    """

    week: tuple[float, ...]
    level_m3h: float
    spread_m3h: float
    misfit_m3h: float
    leak_m3h: float = 0.0
    visits: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """flow = a x week + b, and the root mean square of what it leaves, at the mean flow."""

    a: float
    b_m3h: float
    misfit_m3h: float


def fit(week: Sequence[float], slots: Sequence[Slot]) -> Line:
    """Fit by least squares, weighted by 1 / week: the variance of demand grows with demand.

    Where the week is flat, a is 1.
    """
    mean = max(sum(week) / len(week), 1e-9)
    weights = [mean / max(x, FLOOR * mean) for x in week]
    flows = [slot.flow_m3h for slot in slots]
    total = sum(weights)
    mid_x = sum(map(mul, weights, week)) / total
    mid_y = sum(map(mul, weights, flows)) / total
    off = [w * (x - mid_x) for w, x in zip(weights, week, strict=True)]
    spread = sum(map(mul, off, week))
    flat = spread <= (FLAT * mean) ** 2 * total
    a = 1.0 if flat else sum(map(mul, off, flows)) / spread
    b = mid_y - a * mid_x
    left = sum(w * (y - a * x - b) ** 2 for w, x, y in zip(weights, week, flows, strict=True))
    return Line(a=a, b_m3h=b, misfit_m3h=math.sqrt(left / len(flows)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stray:
    """A leak among the learnt days: from one to before another."""

    first: int
    last: int
    leak_m3h: float


def learn(slots: Sequence[Slot], per_day: int, share_seen: float, *, search: bool = True) -> Learnt:
    """Return what is normal by a few weeks of slots."""
    start = slots[0].number
    days = (slots[-1].number - start) // per_day + 1
    strays = _strays(slots, per_day, share_seen) if search else ()
    slots = [
        replace(one, flow_m3h=one.flow_m3h - _leaking(strays, (one.number - start) // per_day))
        for one in slots
    ]
    week = tuple(_week(slots, per_day, statistics.median))
    lines = list(_sliding(week, slots, per_day, share_seen))
    b = np.array([line.b_m3h for line in lines])
    level = float(np.median(b))
    off = np.abs(b - level)
    weeks = max(2.0, days / 7)
    # Each weekday's own mean took a share of the spread away, and takes one more in days to come.
    honest = math.sqrt((1 + 1 / weeks) / (1 - 1 / weeks))
    spread = honest * max(
        MAD_TO_SD * float(np.median(off)), NINE_TENTHS_TO_SD * float(np.quantile(off, 0.9))
    )
    # Days that follow the day before stray further together (Johnson and Bagshaw 1974).
    lasting = _lasting(b[::QUARTERS] - level)
    spread *= math.sqrt((1 + lasting) / (1 - lasting))
    least = max(RESOLVED * statistics.fmean(week), 1e-9)
    misfit = honest * statistics.median(line.misfit_m3h for line in lines)
    return Learnt(
        week=week,
        level_m3h=level,
        spread_m3h=max(spread, least),
        misfit_m3h=max(misfit, least),
        leak_m3h=_leaking(strays, days - 1),
        visits=tuple(
            Visit(last=start + one.last * per_day, size_m3h=one.leak_m3h)
            for one in strays
            if one.last < days
        ),
    )


def _lasting(off: NDArray[np.float64]) -> float:
    """Return by how much a day follows the day before: the correlation of neighbours."""
    total = float(off @ off)
    return min(LASTING_MOST, max(0.0, float(off[1:] @ off[:-1]) / total)) if total > 0 else 0.0


def _week(
    slots: Sequence[Slot], per_day: int, middle: Callable[[list[float]], float]
) -> Iterator[float]:
    """Yield the week; a slot that was never read is drawn between its neighbours."""
    by_slot: dict[int, list[float]] = {}
    for slot in slots:
        by_slot.setdefault(slot.of_week, []).append(slot.flow_m3h)
    at = np.array(sorted(by_slot))
    known = [middle(by_slot[one]) for one in at.tolist()]
    yield from np.interp(np.arange(7 * per_day), at, known, period=7 * per_day).tolist()


def _lines(
    week: Sequence[float], slots: Sequence[Slot], per_day: int, share_seen: float
) -> Mapping[int, Line]:
    """Return the line of each day, counted from the first slot, that was read enough of."""
    days: dict[int, list[Slot]] = {}
    for slot in slots:
        days.setdefault((slot.number - slots[0].number) // per_day, []).append(slot)
    return {
        day: fit([week[one.of_week] for one in them], them)
        for day, them in days.items()
        if len(them) >= per_day * share_seen
    }


def _sliding(
    week: Sequence[float], slots: Sequence[Slot], per_day: int, share_seen: float
) -> Iterator[Line]:
    """Yield the lines of 24 h, a new one every six hours."""
    by_number = {slot.number: slot for slot in slots}
    start, end = slots[0].number, slots[-1].number + 1
    for quarter in range(QUARTERS * ((end - start) // per_day) - QUARTERS + 1):
        first = start + quarter * per_day // QUARTERS
        day = [by_number[n] for n in range(first, first + per_day) if n in by_number]
        if len(day) >= per_day * share_seen:
            yield fit([week[one.of_week] for one in day], day)


def _leaking(strays: Sequence[_Stray], day: int) -> float:
    return sum(one.leak_m3h for one in strays if one.first <= day < one.last)


def _strays(slots: Sequence[Slot], per_day: int, share_seen: float) -> tuple[_Stray, ...]:
    """Return the likely leaks among the days: the likeliest, then the next of what remains."""
    week = tuple(_week(slots, per_day, statistics.fmean))
    lines = _lines(week, slots, per_day, share_seen)
    days = np.array(sorted(lines))
    off_weekday = _off_weekday(days)
    b = off_weekday @ np.array([lines[day].b_m3h for day in days.tolist()])
    free = len(days) - len(np.unique(days % WEEK_DAYS))
    least = LEAST_SHARE * min(week)
    found: list[tuple[int, int]] = []
    believed: tuple[_Stray, ...] = ()
    left, before = b, float(b @ b)
    least_left = 1e-12 * before
    while before > least_left and len(found) < min(STRAYS, free - LEAST_FREE):
        found.append(_likeliest(off_weekday, left))
        on = np.array([[f <= n < k for f, k in found] for n in range(len(days))], dtype=float)
        leaks = np.linalg.lstsq(off_weekday @ on, b)[0]
        left = b - off_weekday @ on @ leaks
        after = max(float(left @ left), least_left)
        # Two that are alike hide each other: they may be believed together.
        needed = SURE * (len(found) - len(believed))
        if (free - len(found)) * math.log(before / after) > needed and leaks.min() > least:
            before = after
            believed = tuple(
                _Stray(first=int(days[f]), last=int(days[k - 1]) + 1, leak_m3h=float(leak))
                for (f, k), leak in zip(found, leaks, strict=True)
            )
    return believed


def _likeliest(off_weekday: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[int, int]:
    """Return from which day to before which one leak explains most of b."""
    sums = np.r_[0.0, np.cumsum(b)]
    block = np.pad(off_weekday.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    first, last = np.triu_indices(len(b) + 1, 1)
    # The column of such a leak, without its weekdays: its length², and its product with b.
    length = block[last, last] - block[first, last] - block[last, first] + block[first, first]
    product = sums[last] - sums[first]
    gain = np.where(
        (length > LEAST_LENGTH) & (product > 0),
        product**2 / np.maximum(length, LEAST_LENGTH),
        0.0,
    )
    best = int(np.argmax(gain))
    return int(first[best]), int(last[best])


def _off_weekday(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the projection that takes each weekday's mean away."""
    same = (days[:, None] - days) % WEEK_DAYS == 0
    projected: NDArray[np.float64] = np.eye(len(days)) - same / same.sum(axis=1)
    return projected
