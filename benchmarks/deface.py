"""deface as a peer: what it makes of pictures and clips. No benchmark of its own.

It is looked for as a command, in an environment of its own: it pins what edgekit must not.
"""

import shutil
import subprocess
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path

import cv2

from edgekit.frames import Pixels
from edgekit.sensors.image import read_image


def with_deface(parser: ArgumentParser) -> ArgumentParser:
    """Add ``--deface COMMAND``."""
    parser.add_argument(
        "--deface",
        default=shutil.which("deface"),
        metavar="COMMAND",
        help="the peer, if it is here",
    )
    return parser


def redacted(command: str, pictures: Mapping[str, Pixels], folder: Path) -> dict[str, Pixels]:
    """Return what deface makes of pictures, with its own settings."""
    sources = []
    for name, pixels in pictures.items():
        sources.append(folder / f"{name}.png")
        cv2.imwrite(str(sources[-1]), pixels)
    subprocess.run(  # noqa: S603 -- the command that was named
        [command, *map(str, sources)], check=True, capture_output=True
    )
    return {
        name: read_image(path.with_name(f"{name}_anonymized.png"))
        for name, path in zip(pictures, sources, strict=True)
    }
