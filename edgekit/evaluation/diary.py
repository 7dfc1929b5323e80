"""A hand count as it was made: begin, one entry for each person, pauses, end.

What was not watched is not zero: only intervals between begin and end, without a pause in them,
are counted. A diary without an end, because the power went, ends with its last entry.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from edgekit.errors import ConfigError
from edgekit.evaluation.reading import Reading, exactly, gap, is_level
from edgekit.evaluation.timestamp import to_words

Span = tuple[int, int]
"""From and to, in milliseconds."""

PARTLY = "partly counted by hand"


class Mark(StrEnum):
    """What an entry says."""

    BEGIN = "begin"
    """Somebody counts from now on; of one metric where it is named, else of all."""
    COUNT = "count"
    UNDO = "undo"
    """The entry of that metric and time was a mistake."""
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row: its line in the file, when, what; ``step`` is 1 for enter and -1 for leave."""

    line: int
    t_ms: int
    mark: Mark
    metric: str
    step: int
    count: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """Entries in the order of the file; ``marked`` tells whether begin and end are among them."""

    entries: tuple[Entry, ...]
    marked: bool

    def metrics(self) -> tuple[str, ...]:
        """Return what was counted, in the order of its first mention."""
        return tuple(dict.fromkeys(entry.metric for entry in self.entries if entry.metric))

    def spans(self, metric: str) -> tuple[Span, ...]:
        """Return when a metric was watched, in order; ConfigError where two spans overlap."""
        spans = sorted(_spans(self.entries, metric))
        for (_, end_ms), (start_ms, _) in itertools.pairwise(spans):
            if start_ms < end_ms:
                raise ConfigError(
                    f"{metric} was counted twice from {to_words(start_ms)} on",
                    hint="compare each of the two counts by itself",
                )
        return tuple(spans)

    def binned(
        self, metric: str, intervals: Iterable[Span], watched: Span | None = None
    ) -> Iterator[Reading]:
        """Yield what was counted of a metric in each interval that was watched at all.

        Args:
            metric: which.
            intervals: from and to.
            watched: from when to when, for a diary that does not say.

        Raises:
            ConfigError: nobody says when somebody watched, or more left a zone than had entered.
        """
        entries = self._of(metric)
        if is_level(metric) and not any(entry.step for entry in entries):
            yield from _samples(metric, entries, intervals)
            return
        if not self.marked and watched is None:
            raise ConfigError(
                "the hand count does not say from when to when somebody counted",
                hint="add --from TIME and --to TIME, or rows with event begin and end",
            )
        spans = self.spans(metric) if watched is None else (watched,)
        for start_ms, end_ms in intervals:
            if any(a <= start_ms and end_ms <= b for a, b in spans):
                count = _mean_level if is_level(metric) else _passages
                yield exactly(metric, start_ms, end_ms, count(entries, (start_ms, end_ms)))
            elif any(a < end_ms and start_ms < b for a, b in spans):
                yield gap(metric, start_ms, end_ms, PARTLY)

    def _of(self, metric: str) -> list[Entry]:
        """Return counts and undos of a metric in order of time."""
        wanted = (Mark.COUNT, Mark.UNDO)
        found = [e for e in self.entries if e.metric == metric and e.mark in wanted]
        return sorted(found, key=lambda entry: entry.t_ms)


def _passages(entries: Sequence[Entry], interval: Span) -> float:
    start_ms, end_ms = interval
    return sum(
        -entry.count if entry.mark is Mark.UNDO else entry.count
        for entry in entries
        if start_ms <= entry.t_ms < end_ms
    )


def _mean_level(entries: Sequence[Entry], interval: Span) -> float:
    """Return the mean number of people present, who entered and left one by one."""
    start_ms, end_ms = interval
    level, since_ms, area = 0.0, start_ms, 0.0
    for t_ms, step in _steps(entries):
        if t_ms >= end_ms:
            break
        if t_ms > start_ms:
            area += level * (t_ms - since_ms)
            since_ms = t_ms
        level += step
        if level < 0:
            raise ConfigError(
                f"{entries[0].metric}: at {to_words(t_ms)} more had left than had entered",
                hint="begin the count while it is empty, or press enter for those inside",
            )
    return (area + level * (end_ms - since_ms)) / (end_ms - start_ms)


def _steps(entries: Sequence[Entry]) -> Sequence[tuple[int, float]]:
    """Return (time, people more) with undone entries taken out, in order of time."""
    sums: dict[tuple[int, int], float] = {}
    for entry in entries:
        key = entry.t_ms, -entry.step  # who enters at the same time comes first
        sign = -1 if entry.mark is Mark.UNDO else 1
        sums[key] = sums.get(key, 0.0) + sign * entry.step * entry.count
    return [(t_ms, step) for (t_ms, _), step in sorted(sums.items()) if step]


def _samples(metric: str, entries: Sequence[Entry], intervals: Iterable[Span]) -> Iterator[Reading]:
    """Yield the mean of what was seen at moments within each interval."""
    for start_ms, end_ms in intervals:
        seen = [entry.count for entry in entries if start_ms <= entry.t_ms < end_ms]
        if seen:
            yield exactly(metric, start_ms, end_ms, sum(seen) / len(seen))


def _spans(entries: Sequence[Entry], metric: str) -> Iterator[Span]:
    """Yield when a metric was watched; what stays open ends with the last entry before."""
    since_ms: int | None = None
    last_ms = 0
    for entry in entries:
        about = entry.metric in ("", metric)
        if since_ms is not None and about and entry.mark in (Mark.BEGIN, Mark.PAUSE, Mark.END):
            crashed = entry.mark is Mark.BEGIN
            yield since_ms, last_ms if crashed else entry.t_ms
            since_ms = None
        if about and entry.mark in (Mark.BEGIN, Mark.RESUME):
            since_ms, last_ms = entry.t_ms, entry.t_ms
        last_ms = max(last_ms, entry.t_ms)
    if since_ms is not None:
        yield since_ms, last_ms
