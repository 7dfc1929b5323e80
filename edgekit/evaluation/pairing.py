"""A hand count and ours, brought to the same things and the same intervals.

Two counts can be compared from a common start to a common end. Where the one has quarters of an
hour and the other five minutes, three of the latter make one of the former. What one side lacks is
left out and told, never taken for zero.
"""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.evaluation.reading import WAYS, Reading, is_level, total
from edgekit.evaluation.timestamp import VIDEO_MS, to_words

UNEVEN = "begins or ends at another time"
NO_RECORD = "not in ours"

Readings = Mapping[str, tuple[Reading, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One interval in which both counted: by hand exactly, ours from ``low`` to ``high``.

    ``value`` is what ours says; None where something in it was suppressed.
    """

    start_ms: int
    end_ms: int
    hand: float
    low: float
    high: float
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """What can be compared of one metric, and how many intervals were left out for what reason."""

    metric: str
    cells: tuple[Cell, ...]
    left_out: Mapping[str, int]


def pair(hand: Readings, ours: Readings) -> tuple[Pairs, ...]:
    """Pair what was counted by hand with ours, in the order of the hand count.

    Raises:
        ConfigError: something counted by hand is not in ours, or nothing is of the same time.
    """
    pairs = tuple(
        _aligned(metric, *_both(metric, hand, ours)) for metric in _comparable(hand, ours)
    )
    if not any(one.cells or one.left_out for one in pairs):
        _raise_apart(hand, ours)
    return pairs


def _comparable(hand: Readings, ours: Readings) -> list[str]:
    """Return what to compare: totals where only totals are on one of the sides."""
    found: dict[str, None] = {}
    for metric in hand:
        stem, _, way = metric.rpartition(".")
        whole = f"{stem}.{WAYS[2]}"
        ways = {f"{stem}.{one}" for one in WAYS[:2]}
        if metric in ours or (way == WAYS[2] and ways <= set(ours)):
            found[metric] = None
        elif way in WAYS[:2] and whole in ours and ways <= set(hand):
            found[whole] = None
        else:
            _raise_unknown(metric, ours)
    return list(found)


def _both(
    metric: str, hand: Readings, ours: Readings
) -> tuple[Sequence[Reading], Sequence[Reading]]:
    return (
        hand[metric] if metric in hand else total(metric, hand),
        ours[metric] if metric in ours else total(metric, ours),
    )


def _aligned(metric: str, hand: Sequence[Reading], ours: Sequence[Reading]) -> Pairs:
    left_out: Counter[str] = Counter()
    cells = tuple(_cells(hand, ours, left_out, level=is_level(metric)))
    return Pairs(metric=metric, cells=cells, left_out=dict(left_out))


def _cells(
    hand: Sequence[Reading], ours: Sequence[Reading], left_out: Counter[str], *, level: bool
) -> Iterator[Cell]:
    i = j = 0
    while i < len(hand) and j < len(ours):
        one, other = hand[i], ours[j]
        if other.end_ms <= one.start_ms:
            j += 1
        elif one.end_ms <= other.start_ms:
            left_out[NO_RECORD] += 1
            i += 1
        elif one.start_ms != other.start_ms:
            left_out[UNEVEN] += 1
            i, j = (i + 1, j) if one.start_ms < other.start_ms else (i, j + 1)
        else:
            next_i, next_j = _common_end(hand, ours, i, j)
            if next_i == i:  # nowhere do both end
                left_out[UNEVEN] += 1
                i, j = (i + 1, j) if one.end_ms < other.end_ms else (i, j + 1)
                continue
            yield from _cell(hand[i:next_i], ours[j:next_j], left_out, level=level)
            i, j = next_i, next_j
    left_out[NO_RECORD] += len(hand) - i
    left_out += Counter()  # drops the zeros


def _common_end(
    hand: Sequence[Reading], ours: Sequence[Reading], i: int, j: int
) -> tuple[int, int]:
    """Return how far to go in both until they end together; (i, j) where they never do."""
    a, b = i, j
    while hand[a].end_ms != ours[b].end_ms:
        row, at = (hand, a) if hand[a].end_ms < ours[b].end_ms else (ours, b)
        if at + 1 == len(row) or row[at + 1].start_ms != row[at].end_ms:
            return i, j
        a, b = (a + 1, b) if row is hand else (a, b + 1)
    return a + 1, b + 1


def _cell(
    hand: Sequence[Reading], ours: Sequence[Reading], left_out: Counter[str], *, level: bool
) -> Iterator[Cell]:
    reason = next((reading.missing for reading in (*ours, *hand) if reading.missing), "")
    if reason:
        left_out[reason] += 1
        return
    values = [reading.value for reading in ours]
    known = [value for value in values if value is not None]
    yield Cell(
        start_ms=hand[0].start_ms,
        end_ms=hand[-1].end_ms,
        hand=_whole(hand, [reading.low for reading in hand], level=level),
        low=_whole(ours, [reading.low for reading in ours], level=level),
        high=_whole(ours, [reading.high for reading in ours], level=level),
        value=_whole(ours, known, level=level) if len(known) == len(values) else None,
    )


def _whole(readings: Sequence[Reading], values: Sequence[float], *, level: bool) -> float:
    """Return the sum of passages, or the mean of people present, over successive intervals."""
    if not level:
        return sum(values)
    spans = [reading.end_ms - reading.start_ms for reading in readings]
    return sum(v * span for v, span in zip(values, spans, strict=True)) / sum(spans)


def _raise_unknown(metric: str, ours: Readings) -> None:
    near = difflib.get_close_matches(metric, ours, n=1)
    raise ConfigError(
        f"{metric} was counted by hand, but is not in ours, which has "
        f"{', '.join(sorted(ours)) or 'nothing'}",
        hint=f"is it {near[0]}? Then call it so in the hand count" if near else None,
    )


def _raise_apart(hand: Readings, ours: Readings) -> None:
    starts, ends = [], []
    for side in (hand, ours):
        rows = [reading for row in side.values() for reading in row]
        starts.append(min((reading.start_ms for reading in rows), default=0))
        ends.append(max((reading.end_ms for reading in rows), default=0))
    mixed = (starts[0] < VIDEO_MS) != (starts[1] < VIDEO_MS)
    raise ConfigError(
        f"the hand count is from {to_words(starts[0])} to {to_words(ends[0])}, ours from "
        f"{to_words(starts[1])} to {to_words(ends[1])}: they have no time in common",
        hint="one has seconds of a video: give its begin to edgekit count --start and tally --start"
        if mixed
        else "are both of the same day, and their time zones right?",
    )


def together(pairs: Sequence[Pairs]) -> tuple[Cell, ...]:
    """Return the intervals of several metrics; a total is left out beside its in and out."""
    metrics = {one.metric for one in pairs}
    return tuple(
        cell
        for one in pairs
        if not (
            one.metric.endswith(f".{WAYS[2]}")
            and f"{one.metric.rpartition('.')[0]}.{WAYS[0]}" in metrics
        )
        for cell in one.cells
    )
