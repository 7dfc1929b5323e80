"""``edgekit redact IN OUT``: cover people in pictures, videos, and what a camera sees."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.cli.redact_style import add_style, choose
from edgekit.errors import ConfigError, OutletError

if TYPE_CHECKING:
    from edgekit.cli.redact_style import Chosen
    from edgekit.node.redacting.job import RedactionJob
    from edgekit.seams.eye import FrameSource
    from edgekit.signing.keys import Signer

BLUR_WARNING = "blur can be undone far enough to tell who somebody is; the default, solid, can't"

PIPE = "-"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "redact",
        help="cover people in an image, a folder or a video",
        description="Cover people. Mode foreground shows the empty place and flat silhouettes and "
        "needs no model; the other modes show everything else and need an installed one.",
    )
    parser.add_argument(
        "source",
        metavar="IN",
        help="picture, folder or video; camera (0, rtsp://…); - for raw frames, with --raw",
    )
    parser.add_argument(
        "target", type=Path, metavar="OUT", help="where the covered one goes; - with raw frames"
    )
    add_style(parser)
    parser.add_argument("--raw", metavar="WxH@FPS", help="what raw frames are like: BGR, 8 bits")
    parser.add_argument(
        "--seconds", type=int, metavar="S", help="end a camera or a pipe after so long"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write a signed report of what was covered"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="private key that signs it")
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run it: 0 all redacted, 1 something could not be."""
    signer = _signer(args)
    live = _is_live(args.source)
    chosen = choose(args, film=live or _is_film(Path(args.source)))
    if args.fill == "blur" and args.mode != "foreground":
        print(f"edgekit: warning: {BLUR_WARNING}", file=sys.stderr)
    job = _live(args, chosen) if live else _files(args, chosen)
    for name, reason in job.failed:
        print(f"edgekit: error: {name} was not redacted: {reason}", file=sys.stderr)
    if job.skipped:
        print(f"edgekit: no pictures, left out: {', '.join(job.skipped)}", file=sys.stderr)
    _say_whole(job)
    if signer is not None:
        _report(args, chosen, job, signer)
    said = f"{args.target}: {job.pictures} redacted, {job.whole} of them covered whole"
    if args.json and str(args.target) != PIPE:
        told = {name: value for name, value in asdict(job).items() if name != "files"}
        said = json.dumps(told | {"target": str(args.target)})
    # Raw frames go to stdout: nothing else may.
    print(said, file=sys.stderr if str(args.target) == PIPE else sys.stdout)
    return 1 if job.failed else 0


def _files(args: argparse.Namespace, chosen: "Chosen") -> "RedactionJob":
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; help stays quick

    from edgekit.node.redacting.files import redact  # noqa: PLC0415 -- likewise

    with tqdm(disable=not sys.stderr.isatty(), unit=" frames", leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total or None
            bar.update(done - bar.n)

        return redact(
            Path(args.source),
            args.target,
            style=chosen.style,
            force=args.force,
            progress=progress,
        )


def _live(args: argparse.Namespace, chosen: "Chosen") -> "RedactionJob":
    from edgekit.frames import RedactedImage  # noqa: PLC0415 -- help stays quick
    from edgekit.node.redacting.live import record, redact_frames  # noqa: PLC0415 -- likewise

    longest_ms = None if args.seconds is None else 1000 * args.seconds
    source = _source(args)
    if str(args.target) != PIPE:
        return record(source, args.target, chosen.style, force=args.force, longest_ms=longest_ms)

    def write(image: RedactedImage, _t_ms: int) -> None:
        sys.stdout.buffer.write(image.pixels.tobytes())

    job = redact_frames(source, write, chosen.style, longest_ms=longest_ms)
    sys.stdout.buffer.flush()
    return job


def _source(args: argparse.Namespace) -> "FrameSource":
    from edgekit.cli.points import sides  # noqa: PLC0415 -- help stays quick
    from edgekit.sensors.open import open_source  # noqa: PLC0415 -- likewise
    from edgekit.sensors.raw import RawSource  # noqa: PLC0415 -- likewise

    if args.seconds is not None and args.seconds < 1:
        raise ConfigError(f"--seconds {args.seconds}: expected at least 1")
    if args.source != PIPE:
        if str(args.target) == PIPE:
            raise ConfigError("raw frames to - from a camera", hint="name a video file as OUT")
        return open_source(args.source, clock_ms=lambda: time.time_ns() // 1_000_000)
    if not args.raw:
        raise ConfigError("raw frames of unknown size", hint="give --raw, such as 640x480@25")
    size, _, rate = args.raw.partition("@")
    width, height = sides(size, "--raw", "640x480@25")
    if not rate.replace(".", "", 1).isdecimal():
        raise ConfigError(f"--raw {args.raw!r}: expected WxH@FPS", hint="such as 640x480@25")
    return RawSource(sys.stdin.buffer, size=(round(width), round(height)), fps=float(rate))


def _is_live(source: str) -> bool:
    camera = source.isascii() and source.isdecimal() and not Path(source).exists()
    return source == PIPE or camera or "://" in source or source.startswith("/dev/")


def _is_film(source: Path) -> bool:
    from edgekit.sensors.image import SUFFIXES  # noqa: PLC0415 -- help stays quick

    return source.is_file() and source.suffix.lower() not in SUFFIXES


def _signer(args: argparse.Namespace) -> "Signer | None":
    """Whose key signs the report, if one is wanted: looked at before anything is redacted."""
    if bool(args.report) != bool(args.key):
        raise ConfigError("a report is signed: expected --report and --key, or neither")
    if args.report and _is_live(args.source):
        raise ConfigError("--report with a camera or a pipe: expected files", hint="record first")
    if args.report and args.report.exists() and not args.force:
        raise ConfigError(f"{args.report} exists", hint="name another place, or give --force")
    if not args.key:
        return None
    from edgekit.signers.file import load_signer  # noqa: PLC0415 -- help stays quick

    return load_signer(args.key)


def _report(
    args: argparse.Namespace, chosen: "Chosen", job: "RedactionJob", signer: "Signer"
) -> None:
    from edgekit.node.redacting.report import report, write_report  # noqa: PLC0415 -- as above

    said = report(job, chosen.style, chosen.model, at_s=int(time.time()))
    try:
        write_report(args.report, said, signer)
    except OutletError as error:
        raise OutletError(f"{args.target} was redacted, but {error}", hint=error.hint) from error


def _say_whole(job: "RedactionJob") -> None:
    """Say on stderr why there is less to see than somebody may expect."""
    if job.known_percent is not None and job.known_percent < 100:  # noqa: PLR2004 -- per cent
        print(
            f"edgekit: {job.known_percent} % of the background stayed empty for long enough to be "
            "shown; the rest is covered",
            file=sys.stderr,
        )
    elif job.whole and job.mode == "foreground":
        print(
            "edgekit: a single picture has no background to show, so it was covered whole; "
            "mode faces covers only faces and needs an installed model",
            file=sys.stderr,
        )
    elif job.whole:
        print(f"edgekit: {job.whole} covered whole: the detector failed on them", file=sys.stderr)
