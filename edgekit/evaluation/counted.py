"""Readings from what edgekit itself writes: signed records, and lines of ``edgekit count``."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.evaluation.reading import Reading, exactly, gap, is_level, metric_of
from edgekit.privacy.profile import RULES, Rule, band_of
from edgekit.records import Profile, QualityWord, Status, Unit
from edgekit.signing.canonical import JsonValue
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload

_COMPARED = re.compile(r"line\..+|zone\.[^.]+\.people")
"""What somebody can count by hand: passages and people present."""

_WORSE = (QualityWord.DEGRADED, QualityWord.BLIND)
MOST = 1e9
WITHIN = 4
"""Noise lies within so many scales of zero, 98 times of 100: 1 - 2 exp(-4.5) / (1 + exp(-0.5))."""
HALF = 0.5
"""A mean of people is rounded to whole ones before any rule is applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Readings of a node's records, and the profiles under which they were released.

    ``degraded`` is how many of them the node itself did not call good.
    """

    readings: tuple[Reading, ...]
    profiles: tuple[Profile, ...]
    degraded: int


def read_records(lines: Iterable[bytes], *, min_uptime_percent: int) -> Released:
    """Read ``records.jsonl``; signatures are checked elsewhere.

    What a profile has rounded or suppressed becomes a range. A gap stays one, with its reason; so
    does a window that was seen for less than ``min_uptime_percent``.

    Raises:
        VerificationError: a line is no record.
    """
    readings: list[Reading] = []
    profiles: dict[Profile, None] = {}
    degraded = 0
    for line in lines:
        fields = read_payload(Envelope.from_bytes(line.rstrip(b"\n")).payload)
        if fields["type"] == "aggregate" and _COMPARED.fullmatch(str(fields["metric"])):
            readings.append(_reading(fields, min_uptime_percent))
            profiles[Profile(str(fields["profile"]))] = None
            degraded += fields["quality"] in _WORSE
    return Released(readings=tuple(readings), profiles=tuple(profiles), degraded=degraded)


def read_intervals(lines: Iterable[bytes], *, min_uptime_percent: int) -> tuple[Reading, ...]:
    """Read the lines of ``edgekit count --json --every SECONDS``; ConfigError where they aren't."""
    return tuple(
        reading
        for number, line in enumerate(lines, 1)
        if line.strip()
        for reading in _interval(number, line, min_uptime_percent)
    )


def _reading(fields: Mapping[str, JsonValue], min_uptime_percent: int) -> Reading:
    metric = str(fields["metric"])
    start_ms = 1000 * _whole(fields["window_start_s"])
    end_ms = start_ms + 1000 * _whole(fields["window_s"])
    if fields["status"] == Status.GAP:
        return gap(metric, start_ms, end_ms, str(fields["reason"]))
    if _whole(fields["uptime_percent"]) < min_uptime_percent:
        return gap(metric, start_ms, end_ms, f"seen for less than {min_uptime_percent} %")
    unit = next(unit for unit in Unit if unit in fields)
    value = fields[unit]
    said = None if value is None else _whole(value)
    low, high = _range(RULES[Profile(str(fields["profile"]))], said)
    if is_level(metric):
        low, high = max(0.0, low - HALF), high + HALF
    return Reading(metric=metric, start_ms=start_ms, end_ms=end_ms, low=low, high=high, value=said)


def _range(rule: Rule, said: int | None) -> tuple[float, float]:
    """Return what may have been counted: rounding is half up, to a multiple of ``round_to``."""
    if said is None:
        return 0.0, rule.suppress_below - 1.0
    if rule.banded:
        low, high = band_of(said)
        return float(low), float(high)
    if rule.noise_scale:
        within = WITHIN * rule.noise_scale
        return float(max(0, said - within)), float(max(0, said + within))
    low = max(rule.suppress_below, said - rule.round_to // 2)
    return float(low), float(said + (rule.round_to - 1) // 2)


def _interval(number: int, line: bytes, min_uptime_percent: int) -> Iterator[Reading]:
    try:
        fields = json.loads(line)
        start_ms, end_ms = (round(1000 * fields[key]) for key in ("start_s", "end_s"))
        up = float(fields["uptime_percent"])
        counts = list(_counts(fields))
        if not 0 <= start_ms < end_ms or not all(0 <= value <= MOST for _, value in counts):
            raise ValueError("out of range")  # noqa: TRY301 -- told in our words below, as the others are
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise ConfigError(
            f"line {number} is no interval of edgekit count",
            hint="write them with: edgekit count VIDEO --line … --json --every 300",
        ) from error
    for metric, value in counts:
        if up < min_uptime_percent:
            yield gap(metric, start_ms, end_ms, f"seen for less than {min_uptime_percent} %")
        else:
            yield exactly(metric, start_ms, end_ms, value)


def _counts(fields: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[tuple[str, float]]:
    for name, ways in fields["lines"].items():
        for way in ("in", "out"):
            yield metric_of(kind="line", name=name, way=way), ways[way]
    for name, people in fields["zones"].items():
        yield metric_of(kind="zone", name=name, way="people"), people["people_mean"]


def _whole(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise ConfigError(f"record holds {value!r:.40}: expected a whole number")
    return value
