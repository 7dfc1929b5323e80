"""``edgekit tally``: count by hand with keys, at the door or at a screen; only that is stored."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import ConfigError
from edgekit.geometry import Line, Zone

if TYPE_CHECKING:
    from edgekit.evaluation.tallying import Key

PAIRS = "asdfjkl;ghuiopzxcvbnm"
"""Keys for the two ways of each line, in the order of the lines."""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "tally",
        help="count by hand with keys; nothing is stored but the tally",
        description="Count by hand. Without --source: keys in this terminal, for somebody at the "
        "door. With --source: a window on this machine's own screen shows the camera or a clip. "
        "Each press is on the disk at once; edgekit evaluate reads the file.",
    )
    parser.add_argument(
        "out", type=Path, metavar="OUT.csv", help="a new file, or one to go on with"
    )
    parser.add_argument(
        "--keys",
        metavar="KEYS",
        help='"a=door.in,l=door.out"; with a class "b=road.bicycle.in", '
        'of a zone "e=square.enter,x=square.leave"',
    )
    parser.add_argument("--source", help="a camera (0), a stream, a video file or a folder")
    parser.add_argument(
        "--site", type=Path, metavar="site.toml", help="whose lines and zones are counted and drawn"
    )
    parser.add_argument(
        "--start",
        metavar="TIME",
        help="when a clip begins, as 2026-11-26T08:00:00+01:00; 0 s where it is not said",
    )
    parser.add_argument(
        "--every", type=int, default=300, metavar="SECONDS", help="intervals of the table (300)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Count until q is pressed."""
    from edgekit.evaluation.tallying import parse_keys  # noqa: PLC0415 -- likewise
    from edgekit.node.handcount.file import TallyFile  # noqa: PLC0415 -- help stays quick

    if not 1 <= args.every <= 86_400:  # noqa: PLR2004 -- a day
        raise ConfigError(f"--every {args.every}: expected 1 to 86400 seconds")
    size, lines, zones = _drawn(args)
    names = [line.name for line in lines], [zone.name for zone in zones]
    text = args.keys or ",".join(_usual(*names))
    if not text:
        raise ConfigError("no keys given", hint='--keys "a=door.in,l=door.out"')
    keys = parse_keys(text, lines=names[0], zones=names[1])
    if args.source is None:
        if args.start is not None:
            raise ConfigError("--start without --source: the time is now", hint="leave it out")
        return _in_terminal(args, keys)
    from edgekit.node.handcount.window import TallyWindow  # noqa: PLC0415 -- pixels only where shown

    window = TallyWindow(
        args.source, start_ms=_start_ms(args.start), size=size, lines=lines, zones=zones
    )
    with TallyFile(args.out) as file:
        window.run(file, keys, every_s=args.every)
    print(f"edgekit: the tally is in {args.out}", file=sys.stderr)
    return 0


def _in_terminal(args: argparse.Namespace, keys: "tuple[Key, ...]") -> int:
    from edgekit.node.handcount.file import TallyFile  # noqa: PLC0415 -- help stays quick
    from edgekit.node.handcount.session import TallySession  # noqa: PLC0415 -- likewise
    from edgekit.node.handcount.terminal import count_in_terminal, require_terminal  # noqa: PLC0415 -- likewise

    require_terminal()
    with TallyFile(args.out) as file:
        session = TallySession(
            file, keys, clock_ms=lambda: time.time_ns() // 1_000_000, every_s=args.every
        )
        count_in_terminal(session)
    return 0


def _drawn(
    args: argparse.Namespace,
) -> tuple[tuple[int, int] | None, Sequence[Line], Sequence[Zone]]:
    """Return size, lines and zones of the site; its authorisation has to hold where others walk.

    A look at a public place to check a count is a look too: the authorisation covers it or nobody
    looks.
    """
    if args.site is None:
        return None, (), ()
    from edgekit.config import Settings  # noqa: PLC0415 -- only where a site is given
    from edgekit.node.site import SELF_AUTHORISED, load_site  # noqa: PLC0415 -- likewise

    settings = Settings.load(args.site)
    if args.source is not None and settings.site.profile not in SELF_AUTHORISED:
        load_site(args.site, now_s=int(time.time()))
    return settings.camera.size, settings.lines, settings.zones


def _usual(lines: Sequence[str], zones: Sequence[str]) -> Iterator[str]:
    """Yield keys for everything that is drawn, in pairs of neighbours."""
    counts = [(f"{line}.in", f"{line}.out") for line in lines]
    counts += [(f"{zone}.enter", f"{zone}.leave") for zone in zones]
    for (first, second), place in zip(counts, range(0, len(PAIRS) - 1, 2), strict=False):
        yield f"{PAIRS[place]}={first}"
        yield f"{PAIRS[place + 1]}={second}"


def _start_ms(text: str | None) -> int:
    from edgekit.evaluation.timestamp import to_ms  # noqa: PLC0415 -- only where a time is given

    return 0 if text is None else to_ms(text)
