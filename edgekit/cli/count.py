"""``edgekit count``: count people over lines and in zones of a video."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekit.cli.intervals import print_intervals, require_intervals
from edgekit.cli.writing import write_whole
from edgekit.errors import ConfigError
from edgekit.geometry import DWELL_CLASSES, Line, Point, Zone, dwell_class
from edgekit.geometry.lint import Severity, lint
from edgekit.records import Quality

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgekit.node.trying.counting import CountStep

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
        description="Count people over lines and in zones of a video, by motion or by a model. "
        "Points are pixels of the picture, origin top left. In is left to right of a line, "
        "looking from its first point to its second.",
    )
    parser.add_argument(
        "video", help='a video file, a folder of pictures, a camera or stream, or "plaza"'
    )
    parser.add_argument("--line", action="append", default=[], metavar="LINE", help=LINE_FORM)
    parser.add_argument("--zone", action="append", default=[], metavar="ZONE", help=ZONE_FORM)
    parser.add_argument(
        "--ground",
        type=Path,
        metavar="FILE",
        help="a file with a [ground], as edgekit calibrate writes it: gives people per m²",
    )
    parser.add_argument(
        "--heat-map",
        type=Path,
        metavar="FILE.png",
        help="draw where people stood, over the empty place in outline",
    )
    parser.add_argument(
        "--detector",
        default="motion",
        metavar="NAME",
        help='"motion" (default), or an installed model; see: edgekit models list',
    )
    parser.add_argument(
        "--vehicles", action="store_true", help="what moves is vehicles; motion can't tell"
    )
    parser.add_argument(
        "--every",
        type=int,
        metavar="SECONDS",
        help="print each interval of so many seconds, with --json one object a line",
    )
    parser.add_argument(
        "--start",
        metavar="TIME",
        help="when a video begins, as 2026-11-26T08:00:00+01:00; 0 s where it is not said",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--csv", action="store_true", help="print intervals as CSV, with --every")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Count to the end of the video, then print; Ctrl-C prints what was counted so far."""
    lines = [parse_line(text, number) for number, text in enumerate(args.line, start=1)]
    zones = [parse_zone(text) for text in args.zone]
    _require_distinct([line.name for line in lines], "line")
    _require_distinct([zone.name for zone in zones], "zone")
    require_intervals(args)
    _require_picture(args.heat_map)
    from edgekit.config.ground import load_ground  # noqa: PLC0415 -- only where it is asked for
    from edgekit.node.pictures.heat_map import HeatMap, learning_for  # noqa: PLC0415 -- likewise
    from edgekit.node.sensing.detector import open_detector  # noqa: PLC0415 -- likewise
    from edgekit.node.trying.counting import PLAZA_SECONDS, count, open_spec  # noqa: PLC0415 -- pixels only when needed
    from edgekit.testing.spec import is_plaza, plaza_seconds  # noqa: PLC0415 -- likewise

    ground = None if args.ground is None else load_ground(args.ground)
    source = open_spec(args.video)
    for finding in lint(lines, zones, size=source.size, fps=source.fps):
        if finding.severity is Severity.WARNING:
            print(f"edgekit: warning: {finding.text}; {finding.hint}", file=sys.stderr)
    detector = open_detector(source, args.detector, vehicles=args.vehicles)
    frames = getattr(source, "frames", None)
    seconds = plaza_seconds(args.video, default=PLAZA_SECONDS) if is_plaza(args.video) else None
    seconds = frames / source.fps if frames else seconds
    heat = HeatMap(source.size, learning=learning_for(seconds)) if args.heat_map else None
    steps = count(source, lines=lines, zones=zones, detector=detector, ground=ground, heat_map=heat)
    watched = _watched(steps, frames)
    if args.every is not None:
        names = [line.name for line in lines], [zone.name for zone in zones]
        return print_intervals(watched, source, args, names)
    result = _summary(watched, lines, zones)
    print(json.dumps(result) if args.json else _table(result))
    if heat is not None:
        picture = heat.draw(lines=lines, zones=zones)
        write_whole(args.heat_map.absolute().parent, {args.heat_map.name: picture})
    if result["seconds_not_good"]:
        print(
            f"edgekit: note: the view was covered, moved or blind for "
            f"{result['seconds_not_good']} s of {result['seconds']} s; do not trust these counts",
            file=sys.stderr,
        )
    if result["seconds_degraded"]:
        print(
            f"edgekit: note: quality was degraded for {result['seconds_degraded']} s of "
            f"{result['seconds']} s (dark, noise, rain, a shaking view, changing light, few frames "
            "a second or a dense crowd); counts are less sure there",
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


def _require_picture(path: Path | None) -> None:
    """Refuse, before anything is counted, what could not be written afterwards."""
    if path is not None and (path.suffix.lower() != ".png" or path.is_dir()):
        raise ConfigError(
            f"--heat-map {path}: expected a file that ends in .png", hint="use heat.png"
        )


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


class _ZoneSums:
    """What the frames of one zone add up to."""

    def __init__(self) -> None:
        self.people = self.people_most = self.queue = self.queue_most = 0
        self.density: float | None = None
        self.waits_ms: list[int] = []
        self.stays = [0] * len(DWELL_CLASSES)

    def add(self, step: "CountStep", index: int) -> None:
        zone, density = step.zones[index], step.density_per_m2[index]
        self.people += zone.people
        self.people_most = max(self.people_most, zone.people)
        self.queue += zone.queue
        self.queue_most = max(self.queue_most, zone.queue)
        self.waits_ms += zone.waits
        if density is not None:
            self.density = (self.density or 0.0) + density
        for stay in zone.stays:
            self.stays[dwell_class(stay.dwell_ms)] += 1

    def told(self, frames: int) -> dict[str, Any]:
        waits = self.waits_ms
        return {
            "people_mean": round(self.people / max(1, frames), 1),
            "people_most": self.people_most,
            "people_per_m2_mean": (
                None if self.density is None else round(self.density / max(1, frames), 3)
            ),
            "queue_mean": round(self.queue / max(1, frames), 1),
            "queue_most": self.queue_most,
            "waited": len(waits),
            "wait_mean_s": round(sum(waits) / len(waits) / 1000, 1) if waits else None,
            "stays": dict(zip(DWELL_CLASSES, self.stays, strict=True)),
        }


def _summary(steps: "Iterable[CountStep]", lines: list[Line], zones: list[Zone]) -> dict[str, Any]:
    frames = people_most = last_ms = bad_ms = degraded_ms = 0
    sums = [_ZoneSums() for _ in zones]
    passed = [(0, 0)] * len(lines)
    for step in steps:
        frames += 1
        bad_ms += (step.t_ms - last_ms) if step.health else 0
        degraded_ms += (step.t_ms - last_ms) if step.quality is Quality.DEGRADED else 0
        last_ms, passed = step.t_ms, list(step.lines)
        people_most = max(people_most, step.people)
        for index, zone in enumerate(sums):
            zone.add(step, index)
    return {
        "frames": frames,
        "seconds": round(last_ms / 1000),
        "seconds_not_good": round(bad_ms / 1000),
        "seconds_degraded": round(degraded_ms / 1000),
        "people_most": people_most,
        "lines": {
            line.name: {"in": came, "out": went}
            for line, (came, went) in zip(lines, passed, strict=True)
        },
        "zones": {zone.name: all_.told(frames) for zone, all_ in zip(zones, sums, strict=True)},
    }


def _table(result: dict[str, Any]) -> str:
    rows = []
    if result["lines"]:
        rows.append(f"{'line':<24} {'in':>6} {'out':>6}")
        rows += [f"{name:<24} {n['in']:>6} {n['out']:>6}" for name, n in result["lines"].items()]
    if result["zones"]:
        rows += _zone_table(result["zones"])
    rows.append(f"{result['frames']} frames, {result['seconds']} s")
    return "\n".join(rows)


_ZONE_COLUMNS: Mapping[str, str] = {
    "people": "people_mean",
    "most": "people_most",
    "per m²": "people_per_m2_mean",
    "queue": "queue_mean",
    "longest": "queue_most",
    "waits": "waited",
    "wait s": "wait_mean_s",
}


def _zone_table(zones: dict[str, Any]) -> list[str]:
    rows = [f"{'zone':<24}" + "".join(f" {head:>7}" for head in _ZONE_COLUMNS)]
    for name, zone in zones.items():
        cells = ("-" if zone[key] is None else zone[key] for key in _ZONE_COLUMNS.values())
        rows.append(f"{name:<24}" + "".join(f" {cell:>7}" for cell in cells))
    rows.append(f"{'stays':<24}" + "".join(f" {_words(name):>10}" for name in DWELL_CLASSES))
    for name, zone in zones.items():
        rows.append(f"{name:<24}" + "".join(f" {number:>10}" for number in zone["stays"].values()))
    return rows


def _words(dwell: str) -> str:
    """Head a column: ``< 30s``, ``30s-2min``."""
    return dwell.replace("under_", "< ").replace("over_", "> ").replace("_", "-")
