"""What was counted of one thing in one interval of time: by a node, a program or a person."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.evaluation.timestamp import to_words

CLASSES = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
WAYS = ("in", "out", "total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One number of one interval, as exactly as it is known.

    Attributes:
        metric: ``line.NAME.in``, ``line.NAME.CLASS.in`` or ``zone.NAME.people``.
        start_ms: begin of the interval.
        end_ms: its end, > start.
        low: what it was at least.
        high: and at most.
        value: what was said; None where nothing was, because it was too small or not seen.
        missing: why the interval can't be compared; empty where it can.
    """

    metric: str
    start_ms: int
    end_ms: int
    low: float
    high: float
    value: float | None
    missing: str = ""


def exactly(metric: str, start_ms: int, end_ms: int, value: float) -> Reading:
    """Return a reading that is known exactly."""
    return Reading(
        metric=metric, start_ms=start_ms, end_ms=end_ms, low=value, high=value, value=value
    )


def gap(metric: str, start_ms: int, end_ms: int, reason: str) -> Reading:
    """Return a reading that is not there, and why."""
    return Reading(
        metric=metric, start_ms=start_ms, end_ms=end_ms, low=0, high=0, value=None, missing=reason
    )


def metric_of(*, kind: str, name: str, way: str, what: str = "person") -> str:
    """Return the metric of a line's way and class, or of a zone."""
    if kind == "zone":
        return f"zone.{name}.people"
    return f"line.{name}.{way}" if what == "person" else f"line.{name}.{what}.{way}"


def is_level(metric: str) -> bool:
    """Whether a metric says how many are there, and not how many passed."""
    return metric.startswith("zone.")


def by_metric(readings: Iterable[Reading], what: str) -> Mapping[str, tuple[Reading, ...]]:
    """Return readings by metric, in order of time.

    Raises ConfigError where two of one metric are of the same time.
    """
    found: dict[str, list[Reading]] = {}
    for reading in readings:
        found.setdefault(reading.metric, []).append(reading)
    for metric, row in found.items():
        row.sort(key=lambda reading: reading.start_ms)
        for one, other in itertools.pairwise(row):
            if other.start_ms < one.end_ms:
                same = (one.start_ms, one.end_ms) == (other.start_ms, other.end_ms)
                how = "is there twice" if same else f"overlaps one from {to_words(other.start_ms)}"
                raise ConfigError(
                    f"{what}: {metric}: the interval from {to_words(one.start_ms)} {how}",
                    hint="remove one of them; the end of one may be the start of the next",
                )
    return {metric: tuple(row) for metric, row in found.items()}


def total(metric: str, parts: Mapping[str, tuple[Reading, ...]]) -> tuple[Reading, ...]:
    """Return in and out of a line added up, where both have the same intervals."""
    stem = metric.rpartition(".")[0]
    ways = [parts.get(f"{stem}.{way}", ()) for way in WAYS[:2]]
    others = {(reading.start_ms, reading.end_ms): reading for reading in ways[1]}
    return tuple(
        _added(metric, one, others[one.start_ms, one.end_ms])
        for one in ways[0]
        if (one.start_ms, one.end_ms) in others
    )


def _added(metric: str, one: Reading, other: Reading) -> Reading:
    known = one.value is not None and other.value is not None
    return Reading(
        metric=metric,
        start_ms=one.start_ms,
        end_ms=one.end_ms,
        low=one.low + other.low,
        high=one.high + other.high,
        value=(one.value or 0) + (other.value or 0) if known else None,
        missing=one.missing or other.missing,
    )
