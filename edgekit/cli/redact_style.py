"""How ``edgekit redact`` covers, from its arguments."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from edgekit.geometry import Zone
    from edgekit.node.redacting.job import RedactionStyle
    from edgekit.seams.eye import Detector

MODELS: Mapping[str, tuple[str, ...]] = {
    "faces": ("yunet_n_dynamic", "centerface", "yunet_s_dynamic"),
    "bodies": ("nanodet_2022nov",),
    "vehicles": ("nanodet_2022nov",),
}
"""Which models are taken for a mode, the first that is installed."""

PLATES = "lpd_yunet_2023mar"
"""Mode vehicles looks for number plates too where this one is installed."""

LOOK_MS = 160
"""A film is looked at six times a second; who comes in between is seen then, and covered before."""

SMALL_BYTES = 1 << 20
"""A smaller model keeps up with the decoder on one thread."""

THREADS = 2
"""So many share one look of a larger one: two looks at once would take twice the memory."""

MAX_LEARN_S = 86_400
MAX_LOOK_MS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A style, and the name and SHA-256 of its model where it has one."""

    style: "RedactionStyle"
    model: tuple[str, str] | None


def add_style(parser: argparse.ArgumentParser) -> None:
    """Register the options that say how to cover."""
    parser.add_argument("--mode", choices=("foreground", *MODELS), default="foreground")
    parser.add_argument("--model", help="model of the other modes (default: one that is installed)")
    parser.add_argument(
        "--heads",
        action="store_true",
        help="mode faces: cover heads too whose face is not seen; needs a model of people as well",
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
        "--mask",
        action="append",
        default=[],
        metavar="[NAME:]X,Y,X,Y,X,Y",
        help="a polygon that is black in every picture, before anything looks at it",
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


def choose(args: argparse.Namespace, *, film: bool) -> Chosen:
    """Return the style that the arguments ask for; ``film`` = of frames that follow each other.

    Raises:
        ConfigError: options that do not go together, or out of range.
        ModelError: the model is not installed, or finds something else.
    """
    from edgekit.node.redacting.job import RedactionStyle  # noqa: PLC0415 -- help stays quick
    from edgekit.redaction.background import LearningRules  # noqa: PLC0415 -- likewise

    for name, most in (("learn_s", MAX_LEARN_S), ("look_ms", MAX_LOOK_MS)):
        value, least = getattr(args, name), int(name == "learn_s")
        if not least <= value <= most:
            option = name.replace("_", "-")
            raise ConfigError(f"--{option} {value}: expected {least} to {most}")
    masks = _masks(args.mask)
    if args.heads and args.mode != "faces":
        raise ConfigError(f"--heads with mode {args.mode}: expected mode faces")
    if args.mode != "foreground":
        detector, workers, model = _detector(args, film=film)
        style = RedactionStyle(
            mode=args.mode,
            detector=detector,
            fill=args.fill,
            shape=args.shape,
            look_ms=args.look_ms,
            workers=workers,
            masks=masks,
        )
        return Chosen(style=style, model=model)
    if args.model:
        raise ConfigError("--model with mode foreground, which uses none", hint="--mode faces")
    learn_ms = args.learn_s * 1000
    relearn_ms = max(learn_ms, LearningRules().relearn_ms)
    learning = LearningRules(learn_ms=learn_ms, relearn_ms=relearn_ms)
    return Chosen(style=RedactionStyle(learning=learning, masks=masks), model=None)


def _masks(texts: list[str]) -> "tuple[Zone, ...]":
    from edgekit.cli.count import parse_zone  # noqa: PLC0415 -- help stays quick

    return tuple(parse_zone(text) for text in texts)


def _detector(args: argparse.Namespace, *, film: bool) -> "tuple[Detector, int, tuple[str, str]]":
    """The detector of a mode, how many frames it should look at at once, and which model it is."""
    from edgekit.frames import PERSON, VEHICLES  # noqa: PLC0415 -- help stays quick
    from edgekit.models.catalog import load_catalog  # noqa: PLC0415 -- only these modes need models
    from edgekit.models.heads import HeadsDetector  # noqa: PLC0415 -- likewise
    from edgekit.models.load import (  # noqa: PLC0415 -- likewise
        load_face_detector,
        load_people_detector,
        load_plate_detector,
    )
    from edgekit.models.looks import ScalesDetector  # noqa: PLC0415 -- likewise
    from edgekit.models.store import ModelStore, default_folder  # noqa: PLC0415 -- likewise

    store = ModelStore(args.models or default_folder(), load_catalog())
    installed = store.installed()
    fit = [name for name in MODELS[args.mode] if name in installed]
    name = args.model or (fit or MODELS[args.mode])[0]
    entry = store.catalog[name]
    cores = (os.cpu_count() or 1) if entry.bytes > SMALL_BYTES else 1
    workers = 1 if args.mode == "faces" else cores
    if args.mode != "faces":
        classes = (PERSON,) if args.mode == "bodies" else VEHICLES
        detector = load_people_detector(store, name, classes=classes)
        if args.mode == "vehicles" and PLATES in installed:
            detector = ScalesDetector([detector, load_plate_detector(store, PLATES)])
    else:
        detector = load_face_detector(store, name, film=film, threads=min(cores, THREADS))
        if args.heads:
            people = load_people_detector(store, MODELS["bodies"][0])
            detector = HeadsDetector(detector, people)
    return detector, workers, (name, entry.sha256)
