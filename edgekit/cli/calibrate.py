"""``edgekit calibrate``: tell metres from pixels by four points of the ground."""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekit.cli import calibrate_light
from edgekit.cli.count import ZONE_FORM, parse_zone
from edgekit.cli.points import four_points, pair, sides
from edgekit.cli.writing import replace_file, write_whole
from edgekit.errors import ConfigError
from edgekit.geometry import Ground, Zone

if TYPE_CHECKING:
    from edgekit.config import Settings
    from edgekit.frames import RedactedImage
    from edgekit.node.pictures.calibration import Calibration
    from edgekit.seams.eye import FrameSource

PICTURE = Path("check.png")
EXAMPLE = "--points 160,440 480,440 408,215 232,215 --rectangle 4x9"
KNOWN_PERCENT = 90


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "calibrate",
        help="tell metres from pixels by four points of the ground",
        description="Tell metres from pixels by four points of the ground that were measured, "
        "such as the corners of a parking space. Prints the [ground] of a site.toml and draws a "
        "picture to check it by: a metre grid, the zones with their areas, people in outline. "
        "Nobody is in the picture. Without points it draws rulers to read them off.",
        epilog=f"for example: edgekit calibrate plaza {EXAMPLE}",
    )
    add_view(parser)
    parser.add_argument(
        "--points", nargs=4, metavar="x,y", help="four points, in pixels, in order around"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--cm",
        nargs=4,
        metavar="X,Y",
        help="where they lie on the ground, in whole centimetres along two axes at right angles, "
        "none below 0",
    )
    where.add_argument(
        "--rectangle",
        metavar="WIDTHxDEPTH",
        help="the points are the corners of a rectangle of so many metres: WIDTH from the first to "
        "the second point, DEPTH from the second to the third",
    )
    parser.add_argument("--write", action="store_true", help="put it into the site.toml")
    parser.add_argument(
        "-o",
        dest="picture",
        type=Path,
        default=PICTURE,
        metavar="FILE.png",
        help="default check.png",
    )
    parser.add_argument(
        "--person-cm", type=int, default=170, metavar="CM", help="height of the outlines (170)"
    )
    parser.add_argument(
        "--axis",
        metavar="x,y",
        help="pixel where the lens's axis meets the picture, where it was cropped; its middle",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    calibrate_light.add(parser)
    parser.set_defaults(run=run)


def add_view(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say which picture, and what is drawn in it."""
    parser.add_argument(
        "source", nargs="?", help='a camera, stream, video or folder of pictures, or "plaza"'
    )
    parser.add_argument(
        "--site", type=Path, metavar="site.toml", help="take source, zones and [ground] from there"
    )
    parser.add_argument("--size", metavar="WxH", help="draw on blank paper, without any camera")
    parser.add_argument("--zone", action="append", default=[], metavar="ZONE", help=ZONE_FORM)


def run(args: argparse.Namespace) -> int:
    """Calibrate, say what follows, draw the picture, write the block."""
    if args.lux is not None:
        return calibrate_light.run(args)
    _require_sense(args)
    from edgekit.config.document import read_text  # noqa: PLC0415 -- only what is asked for
    from edgekit.node.pictures.calibration import Calibration  # noqa: PLC0415 -- likewise

    text = None if args.site is None else read_text(args.site)
    view = _view(args, text)
    ground = _ground(args, text)
    found = None
    if ground is not None:
        found = Calibration.of(
            ground,
            size=view.size,
            zones=view.zones,
            centre=pair(args.axis, "--axis") if args.axis else None,
            person_m=args.person_cm / 100,
        )
    covered = _covered(view)
    write_whole(args.picture.absolute().parent, {args.picture.name: _drawn(found, covered, view)})
    if found is None:
        _say(f"{args.picture} has rulers: read four points off it, then give --points and --cm")
        return 0
    if args.write:
        _write(args.site, text or "", found.ground)
    _report(found, args)
    return 0


def _report(found: "Calibration", args: argparse.Namespace) -> None:
    for words in found.words():
        _say(words)
    _say(f"look at {args.picture}: is the grid flat on the ground, are people as high as it says?")
    print(json.dumps(_as_json(found)) if args.json else block(found.ground), end="")
    if args.json:
        print()


def block(ground: Ground) -> str:
    """Return ``[ground]`` as it stands in a site.toml."""
    points, cm = (", ".join(f"[{x}, {y}]" for x, y in four) for four in (ground.points, ground.cm))
    return f"[ground]\npoints = [{points}]\ncm = [{cm}]\n"


def _as_json(found: "Calibration") -> dict[str, Any]:
    view = found.view
    return {
        "ground": {"points": found.ground.points, "cm": found.ground.cm},
        "areas": {
            patch.name: {
                "area_m2": round(patch.area_m2, 2),
                "spread_m2": round(patch.spread_m2, 2) if patch.spread_m2 < 1e9 else None,  # noqa: PLR2004 -- infinite
            }
            for patch in found.patches
        },
        "camera_height_m": None if view is None else round(view.height_m, 2),
        "focal_px": None if view is None else round(view.focal_px),
        "stature": found.stature,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    size: tuple[int, int]
    zones: tuple[Zone, ...]
    source: "FrameSource | None"
    rendered: bool


def _view(args: argparse.Namespace, text: str | None) -> _View:
    from edgekit.node.trying.counting import open_spec  # noqa: PLC0415 -- pixels only when needed
    from edgekit.testing.spec import is_plaza  # noqa: PLC0415 -- likewise

    zones = tuple(parse_zone(words) for words in args.zone)
    settings = None if text is None else _settings(text, args.site)
    if settings is not None:
        zones = settings.zones + zones
    if args.size:
        width, height = sides(args.size, "--size", "640x480")
        return _View(size=(round(width), round(height)), zones=zones, source=None, rendered=False)
    if args.source is None and settings is not None:
        source = _open(settings)
        spec = settings.camera.source
    else:
        spec = args.source
        source = open_spec(spec)
    return _View(size=source.size, zones=zones, source=source, rendered=is_plaza(spec))


def _settings(text: str, path: Path) -> "Settings":
    from edgekit.config import Settings  # noqa: PLC0415 -- only where a site is given
    from edgekit.config.patch import with_table  # noqa: PLC0415 -- likewise

    # Without its [ground]: a bad one is what this command is there to replace.
    return Settings.from_text(with_table(text, "ground", "", path=path), path=path)


def _open(settings: "Settings") -> "FrameSource":
    from edgekit.config.login import read_login  # noqa: PLC0415 -- only where a camera is opened
    from edgekit.node.clock import now_ms  # noqa: PLC0415 -- likewise
    from edgekit.node.site import require_look  # noqa: PLC0415 -- likewise
    from edgekit.node.trying.counting import open_spec  # noqa: PLC0415 -- likewise
    from edgekit.sensors.login import with_login  # noqa: PLC0415 -- likewise
    from edgekit.sensors.open import open_source  # noqa: PLC0415 -- likewise
    from edgekit.testing.spec import is_plaza  # noqa: PLC0415 -- likewise

    camera = settings.camera
    if is_plaza(camera.source):
        return open_spec(camera.source)
    require_look(settings, now_s=now_ms() // 1000)
    return open_source(
        with_login(camera.source, read_login(camera.login, "camera.login")),
        clock_ms=now_ms,
        width=camera.width,
        height=camera.height,
        fps=camera.fps,
    )


def _ground(args: argparse.Namespace, text: str | None) -> Ground | None:
    if args.points is None:
        if text is None:
            return None
        from edgekit.config.document import parse_toml  # noqa: PLC0415 -- only where a site is given
        from edgekit.config.ground import ground_of  # noqa: PLC0415 -- likewise
        from edgekit.config.table import Table  # noqa: PLC0415 -- likewise

        return ground_of(Table(parse_toml(text, args.site)).table("ground"))
    points = four_points(args.points, "--points")
    if args.rectangle is None:
        return Ground(points, four_points(args.cm, "--cm"))
    width_m, depth_m = sides(args.rectangle, "--rectangle", "4x9")
    return Ground.rectangle(points, width_cm=round(100 * width_m), depth_cm=round(100 * depth_m))


def _covered(view: _View) -> "RedactedImage | None":
    """Learn the empty place; say how much of it came to be known."""
    if view.source is None:
        return None
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; help stays quick

    from edgekit.node.pictures.covered_view import covered_view  # noqa: PLC0415 -- pixels only when needed
    from edgekit.node.sensing.sight import PLAZA_LEARN_MS  # noqa: PLC0415 -- likewise
    from edgekit.redaction.background import LearningRules  # noqa: PLC0415 -- likewise

    _say("watching until the empty place is known; no frame is kept")
    learning = LearningRules(learn_ms=PLAZA_LEARN_MS) if view.rendered else None
    with tqdm(total=100, unit="%", disable=not sys.stderr.isatty(), leave=False) as bar:
        covered, known = covered_view(
            view.source,
            learning=learning,
            progress=lambda share: bar.update(round(100 * share) - bar.n),
        )
    if 100 * known < KNOWN_PERCENT:
        _say(f"only {100 * known:.0f} % of the place could be learned; the rest is covered")
    return covered


def _drawn(found: "Calibration | None", covered: "RedactedImage | None", view: _View) -> bytes:
    from edgekit.node.pictures.check_picture import draw_check, draw_rulers  # noqa: PLC0415 -- pixels only when needed

    if found is None:
        return draw_rulers(covered, view.size)
    return draw_check(found, covered)


def _write(path: Path, text: str, ground: Ground) -> None:
    from edgekit.config.patch import with_table  # noqa: PLC0415 -- only where it is asked for

    replace_file(path, with_table(text, "ground", block(ground), path=path).encode())
    _say(f"{path} has the new [ground]; what was signed before no longer covers it")


def _require_sense(args: argparse.Namespace) -> None:
    """Refuse what does not go together before a camera is opened or a file is touched."""
    given = args.cm or args.rectangle
    if bool(args.points) != bool(given):
        raise ConfigError(
            "expected --points together with --cm or --rectangle", hint=f"for example {EXAMPLE}"
        )
    if args.write and (args.site is None or not args.points):
        raise ConfigError("--write needs --site and --points: expected a file and what to write")
    if args.source is None and args.site is None and args.size is None:
        raise ConfigError("nothing to look at: expected a source, --site or --size WxH")
    if args.size and args.source is not None:
        raise ConfigError("a source and --size: expected one of the two")
    if args.picture.suffix.lower() != ".png" or args.picture.is_dir():
        raise ConfigError(f"-o {args.picture}: expected a file that ends in .png")
    if not 50 <= args.person_cm <= 250:  # noqa: PLR2004 -- people
        raise ConfigError(f"--person-cm {args.person_cm}: expected 50 to 250")


def _say(words: str) -> None:
    print(f"edgekit: {words}", file=sys.stderr)
