"""``edgekit count``: count people over lines and in zones of a video."""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edgekit.errors import ConfigError
from edgekit.geometry import Line, Point, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgekit.node.counting import CountStep

LINE_FORM = "x1,y1,x2,y2 or NAME:x1,y1,x2,y2"
ZONE_FORM = "NAME:x,y,x,y,x,y,... with at least three corners"
EXAMPLES: Mapping[str, str] = {
    "line": "for example --line door:320,460,320,100",
    "zone": "for example --zone square:60,120,580,120,580,460,60,460",
}


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "count",
        help="count people over lines and in zones of a video",
        description="Count people over lines and in zones of a video, by motion alone. "
        "Points are pixels of the picture, origin top left. In is left to right of a line, "
        "looking from its first point to its second.",
    )
    parser.add_argument(
        "video", help='a video file, a folder of pictures, a camera or stream, or "plaza"'
    )
    parser.add_argument("--line", action="append", default=[], metavar="LINE", help=LINE_FORM)
    parser.add_argument("--zone", action="append", default=[], metavar="ZONE", help=ZONE_FORM)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Count to the end of the video, then print; Ctrl-C prints what was counted so far."""
    lines = [parse_line(text, number) for number, text in enumerate(args.line, start=1)]
    zones = [parse_zone(text) for text in args.zone]
    _require_distinct([line.name for line in lines], "line")
    _require_distinct([zone.name for zone in zones], "zone")
    from edgekit.node.counting import count, open_spec  # noqa: PLC0415 -- pixels only when needed

    source = open_spec(args.video)
    steps = count(source, lines=lines, zones=zones)
    result = _summary(_watched(steps, getattr(source, "frames", None)), lines, zones)
    print(json.dumps(result) if args.json else _table(result))
    if result["seconds_not_good"]:
        print(
            f"edgekit: note: the view was covered, moved or blind for "
            f"{result['seconds_not_good']} s of {result['seconds']} s; do not trust these counts",
            file=sys.stderr,
        )
    return 0


def parse_line(text: str, number: int) -> Line:
    """Read ``[NAME:]x1,y1,x2,y2``; ConfigError where it is no line."""
    name, points = _points(text, "line", LINE_FORM)
    if len(points) != 2:  # noqa: PLR2004 -- a line has two ends
        raise ConfigError(
            f"line {text!r} has {len(points)} points: expected {LINE_FORM}", hint=EXAMPLES["line"]
        )
    return Line(name or ("line" if number == 1 else f"line{number}"), points[0], points[1])


def parse_zone(text: str) -> Zone:
    """Read ``[NAME:]x,y,x,y,x,y,…``; ConfigError where it is no zone."""
    name, points = _points(text, "zone", ZONE_FORM)
    return Zone(name or "zone", points)


def _points(text: str, what: str, form: str) -> tuple[str, tuple[Point, ...]]:
    name, _, rest = text.rpartition(":")
    try:
        numbers = [float(part) for part in rest.split(",")]
    except ValueError as error:
        raise ConfigError(f"{what} {text!r}: expected {form}", hint=EXAMPLES[what]) from error
    if len(numbers) % 2 or not all(abs(number) < 1e6 for number in numbers):  # noqa: PLR2004 -- no picture is larger; refuses nan and inf
        raise ConfigError(f"{what} {text!r}: expected pairs of pixels, {form}", hint=EXAMPLES[what])
    return name.strip(), tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _require_distinct(names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(
                f"two {what}s are named {name!r}: expected different names",
                hint=f"name each of them: --{what} NAME:x1,y1,…",
            )


def _watched(steps: "Iterator[CountStep]", frames: int | None) -> "Iterator[CountStep]":
    """Show progress where somebody is watching; end quietly when they stop it."""
    from tqdm import tqdm  # type: ignore[import-untyped] # noqa: PLC0415 -- no types; only where something is counted

    with tqdm(
        total=frames or None, unit=" frames", file=sys.stderr, disable=not sys.stderr.isatty()
    ) as bar:
        try:
            for step in steps:
                bar.update()
                yield step
        except KeyboardInterrupt:
            bar.write("stopped", file=sys.stderr)


def _summary(steps: "Iterable[CountStep]", lines: list[Line], zones: list[Zone]) -> dict[str, Any]:
    frames = people_most = last_ms = bad_ms = 0
    inside = [0] * len(zones)
    most = [0] * len(zones)
    passed = [(0, 0)] * len(lines)
    for step in steps:
        frames += 1
        bad_ms += (step.t_ms - last_ms) if step.health else 0
        last_ms, passed = step.t_ms, list(step.lines)
        people_most = max(people_most, step.people)
        inside = [total + now for total, now in zip(inside, step.occupancy, strict=True)]
        most = [max(pair) for pair in zip(most, step.occupancy, strict=True)]
    return {
        "frames": frames,
        "seconds": round(last_ms / 1000),
        "seconds_not_good": round(bad_ms / 1000),
        "people_most": people_most,
        "lines": {
            line.name: {"in": came, "out": went}
            for line, (came, went) in zip(lines, passed, strict=True)
        },
        "zones": {
            zone.name: {"people_mean": round(total / max(1, frames), 1), "people_most": top}
            for zone, total, top in zip(zones, inside, most, strict=True)
        },
    }


def _table(result: dict[str, Any]) -> str:
    rows = []
    if result["lines"]:
        rows.append(f"{'line':<24} {'in':>6} {'out':>6}")
        rows += [f"{name:<24} {n['in']:>6} {n['out']:>6}" for name, n in result["lines"].items()]
    if result["zones"]:
        rows.append(f"{'zone':<24} {'mean':>6} {'most':>6}")
        rows += [
            f"{name:<24} {n['people_mean']:>6} {n['people_most']:>6}"
            for name, n in result["zones"].items()
        ]
    rows.append(f"{result['frames']} frames, {result['seconds']} s")
    return "\n".join(rows)
