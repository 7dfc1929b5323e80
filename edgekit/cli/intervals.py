"""What ``edgekit count --every`` prints: one line an interval, as it ends."""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from edgekit.node.trying.counting import CountStep
    from edgekit.node.trying.intervals import CountInterval
    from edgekit.seams.eye import FrameSource

Names = tuple[Sequence[str], Sequence[str]]
"""Names of the lines and of the zones."""

DAY_S = 86_400
COLUMNS = ("start", "end", "line", "zone", "direction", "count", "uptime_percent")


def require_intervals(args: argparse.Namespace) -> None:
    """Raise ConfigError for options that do not go together."""
    if args.every is None:
        for option in ("csv", "start"):
            if getattr(args, option):
                raise ConfigError(f"--{option} without --every", hint="add --every 300")
    elif not 1 <= args.every <= DAY_S:
        raise ConfigError(f"--every {args.every}: expected 1 to {DAY_S} seconds")
    elif args.heat_map:
        raise ConfigError("--heat-map with --every", hint="draw it in a run of its own")


def print_intervals(
    steps: "Iterator[CountStep]",
    source: "FrameSource",
    args: argparse.Namespace,
    names: Names,
) -> int:
    """Print each interval."""
    from edgekit.node.trying.intervals import intervals  # noqa: PLC0415 -- only where intervals are asked for

    first = next(steps, None)
    if first is None:
        return 0
    found = intervals(
        _with(first, steps),
        start_ms=start_ms(args.start, live=source.live),
        every_ms=1000 * args.every,
        frame_ms=round(1000 / source.fps),
    )
    if args.csv:
        _print_csv(found, names)
        return 0
    for interval in found:
        text = json.dumps(_as_json(interval, names)) if args.json else _as_text(interval, names)
        print(text, flush=True)
    return 0


def start_ms(text: str | None, *, live: bool) -> int:
    """Return when what is seen now, or what a video shows first, happens or happened.

    Raises ConfigError for no time, or for one of what is live.
    """
    if text is None:
        return time.time_ns() // 1_000_000 if live else 0
    if live:
        raise ConfigError("--start with a live source: its time is now", hint="leave --start out")
    from edgekit.evaluation.timestamp import to_ms  # noqa: PLC0415 -- only where a time is given

    return to_ms(text)


def _with(first: "CountStep", rest: "Iterator[CountStep]") -> "Iterator[CountStep]":
    yield first
    yield from rest


def _as_json(interval: "CountInterval", names: Names) -> dict[str, object]:
    lines, zones = names
    return {
        "start_s": _seconds(interval.start_ms),
        "end_s": _seconds(interval.end_ms),
        "uptime_percent": interval.uptime_percent,
        "lines": {
            name: {"in": came, "out": went}
            for name, (came, went) in zip(lines, interval.lines, strict=True)
        },
        "zones": {
            name: {"people_mean": round(mean, 2), "people_most": most}
            for name, (mean, most) in zip(zones, interval.zones, strict=True)
        },
    }


def _as_text(interval: "CountInterval", names: Names) -> str:
    from edgekit.evaluation.timestamp import to_words  # noqa: PLC0415 -- only where intervals are asked for

    lines, zones = names
    parts = [f"{to_words(interval.start_ms)} to {to_words(interval.end_ms)}"]
    parts += [
        f"{name} {came} in {went} out"
        for name, (came, went) in zip(lines, interval.lines, strict=True)
    ]
    parts += [
        f"{name} {mean:.1f} people" for name, (mean, _) in zip(zones, interval.zones, strict=True)
    ]
    return " | ".join([*parts, f"seen {interval.uptime_percent} %"])


def _print_csv(found: "Iterator[CountInterval]", names: Names) -> None:
    from edgekit.evaluation.timestamp import to_text  # noqa: PLC0415 -- only where intervals are asked for

    lines, zones = names
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        times = (to_text(one.start_ms), to_text(one.end_ms))
        for name, ways in zip(lines, one.lines, strict=True):
            for way, number in zip(("in", "out"), ways, strict=True):
                writer.writerow((*times, name, "", way, number, one.uptime_percent))
        for name, (mean, _) in zip(zones, one.zones, strict=True):
            writer.writerow((*times, "", name, "", f"{mean:.2f}", one.uptime_percent))
        sys.stdout.flush()


def _seconds(t_ms: int) -> float:
    """Return seconds, as a whole number where they are."""
    return t_ms // 1000 if t_ms % 1000 == 0 else t_ms / 1000
