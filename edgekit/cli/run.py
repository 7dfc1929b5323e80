"""``edgekit run``: a node, for as long as it runs."""

import argparse
import sys
from pathlib import Path


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "run",
        help="run a node until it is stopped",
        description="Run the node of a site until SIGTERM, Ctrl-C or the end of a recorded source.",
    )
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument(
        "--prepare",
        action="store_true",
        help="only hand the site's files over to its [users], as root, and end",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the node in the foreground; its log goes to stderr and to ``node.log``."""
    if options.prepare:
        from edgekit.config import Settings  # noqa: PLC0415 -- only what the verb needs
        from edgekit.node.service.users import prepare  # noqa: PLC0415 -- likewise

        prepare(Settings.load(options.settings))
        return 0
    from edgekit.node.service.watchdog import Watchdog  # noqa: PLC0415 -- likewise
    from edgekit.node.supervisor import Supervisor  # noqa: PLC0415 -- only what the verb needs

    Supervisor(
        options.settings,
        echo=lambda line: print(line, file=sys.stderr, flush=True),
        on_tick=Watchdog().tick,
    ).run()
    return 0
