"""``edgekit logs``: what a node has done."""

import argparse
from pathlib import Path

from edgekit.errors import SensorError


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "logs",
        help="show what a node has done",
        description="Show the end of what a node has said about itself. No picture, no key and no "
        "number that was not released stands in it.",
    )
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument(
        "--lines", type=int, default=40, metavar="N", help="how many of the last (40)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the end of the node's log."""
    from edgekit.config import Settings  # noqa: PLC0415 -- only what the verb needs

    directory = Settings.load(options.settings).storage.directory
    files = [directory / "node.old.log", directory / "node.log"]
    lines = [
        line
        for path in files
        if path.exists()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    if not lines:
        raise SensorError(
            f"no node has run in {directory}", hint="start one with `edgekit run site.toml`"
        )
    print("\n".join(lines[-max(1, options.lines) :]))
    return 0
