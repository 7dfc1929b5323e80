"""``edgekit redact IN OUT``: cover people in a picture, a folder of pictures or a video."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from edgekit.node.redaction_job import RedactionJob, RedactionStyle
    from edgekit.seams.eye import Detector

MODELS: Mapping[str, tuple[str, ...]] = {
    "faces": ("yunet_n_dynamic", "centerface", "yunet_s_dynamic"),
    "bodies": ("nanodet_2022nov",),
}
"""Which models are taken for a mode, the first that is installed."""

LOOK_MS = 160
"""A film is looked at six times a second; who comes in between is seen then, and covered before."""

BLUR_WARNING = "blur can be undone far enough to tell who somebody is; the default, solid, can't"

SMALL_BYTES = 1 << 20
"""A smaller model keeps up with the decoder on one thread, and several take more memory."""

MAX_LEARN_S = 86_400
MAX_LOOK_MS = 500


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "redact",
        help="cover people in an image, a folder or a video",
        description="Cover people. Mode foreground shows the empty place and flat silhouettes and "
        "needs no model; modes faces and bodies show everything else and need an installed one.",
    )
    parser.add_argument("source", type=Path, metavar="IN", help="picture, folder or video")
    parser.add_argument("target", type=Path, metavar="OUT", help="where the covered one goes")
    parser.add_argument("--mode", choices=("foreground", "faces", "bodies"), default="foreground")
    parser.add_argument(
        "--model", help="model of modes faces and bodies (default: one that is installed)"
    )
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="where the models lie")
    parser.add_argument(
        "--fill",
        choices=("solid", "pixelate", "blur"),
        default="solid",
        help="over faces and bodies; blur does not hide who somebody is",
    )
    parser.add_argument(
        "--shape", choices=("box", "ellipse"), default="box", help="of covers (default box)"
    )
    parser.add_argument(
        "--look-ms",
        type=int,
        default=LOOK_MS,
        metavar="MS",
        help=f"look at one frame of a video in so much time; 0 = at each (default {LOOK_MS})",
    )
    parser.add_argument(
        "--learn-s",
        type=int,
        default=30,
        metavar="S",
        help="how long something must stay to count as background (default 30)",
    )
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run it: 0 all redacted, 1 something could not be."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; help stays quick

    from edgekit.node.redacting import redact  # noqa: PLC0415 -- likewise

    style = _style(args)
    if args.fill == "blur" and args.mode != "foreground":
        print(f"edgekit: warning: {BLUR_WARNING}", file=sys.stderr)
    with tqdm(disable=not sys.stderr.isatty(), unit=" frames", leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total or None
            bar.update(done - bar.n)

        job = redact(args.source, args.target, style=style, force=args.force, progress=progress)
    for name, reason in job.failed:
        print(f"edgekit: error: {name} was not redacted: {reason}", file=sys.stderr)
    if job.skipped:
        print(f"edgekit: no pictures, left out: {', '.join(job.skipped)}", file=sys.stderr)
    _say_whole(job)
    if args.json:
        print(json.dumps(asdict(job) | {"target": str(args.target)}))
    else:
        print(f"{args.target}: {job.pictures} redacted, {job.whole} of them covered whole")
    return 1 if job.failed else 0


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


def _style(args: argparse.Namespace) -> "RedactionStyle":
    from edgekit.node.redaction_job import RedactionStyle  # noqa: PLC0415 -- help stays quick
    from edgekit.redaction.background import LearningRules  # noqa: PLC0415 -- likewise

    if not 1 <= args.learn_s <= MAX_LEARN_S:
        raise ConfigError(f"--learn-s {args.learn_s}: expected 1 to {MAX_LEARN_S}")
    if not 0 <= args.look_ms <= MAX_LOOK_MS:
        raise ConfigError(f"--look-ms {args.look_ms}: expected 0 to {MAX_LOOK_MS}")
    if args.mode != "foreground":
        detector, workers = _detector(args)
        return RedactionStyle(
            mode=args.mode,
            detector=detector,
            fill=args.fill,
            shape=args.shape,
            look_ms=args.look_ms,
            workers=workers,
        )
    if args.model:
        raise ConfigError("--model with mode foreground, which uses none", hint="--mode faces")
    learn_ms = args.learn_s * 1000
    relearn_ms = max(learn_ms, LearningRules().relearn_ms)
    return RedactionStyle(learning=LearningRules(learn_ms=learn_ms, relearn_ms=relearn_ms))


def _detector(args: argparse.Namespace) -> "tuple[Detector, int]":
    """The detector of a mode, and how many frames of a film it should look at at once."""
    from edgekit.models.catalog import load_catalog  # noqa: PLC0415 -- only these modes need models
    from edgekit.models.load import (  # noqa: PLC0415 -- likewise
        FILM_SCALES_PX,
        SCALES_PX,
        load_face_detector,
        load_people_detector,
    )
    from edgekit.models.store import ModelStore, default_folder  # noqa: PLC0415 -- likewise
    from edgekit.sensors.image import SUFFIXES  # noqa: PLC0415 -- likewise

    store = ModelStore(args.models or default_folder(), load_catalog())
    installed = store.installed()
    fit = [name for name in MODELS[args.mode] if name in installed]
    name = args.model or (fit or MODELS[args.mode])[0]
    heavy = store.catalog[name].bytes > SMALL_BYTES
    workers = (os.cpu_count() or 1) if heavy else 1
    if args.mode == "bodies":
        return load_people_detector(store, name), workers
    film = args.source.is_file() and args.source.suffix.lower() not in SUFFIXES
    scales_px = FILM_SCALES_PX if film else SCALES_PX
    return load_face_detector(store, name, scales_px=scales_px, quick=film), workers
