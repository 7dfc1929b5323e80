"""``edgekit lamp``: the lamp of a site, for as long as it runs."""

import argparse
import sys
from pathlib import Path


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "lamp",
        help="run the lamp of a site until it is stopped",
        description="Run the lamp that site.toml describes in [lamp]: it follows the people of a "
        "zone, as the node beside it counts them, and goes to full light whenever anything fails.",
    )
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run it in the foreground; what it has to say goes to stderr."""
    import threading  # noqa: PLC0415 -- only what the verb needs

    from edgekit.config import Settings  # noqa: PLC0415 -- likewise
    from edgekit.errors import ConfigError  # noqa: PLC0415 -- likewise
    from edgekit.node.lamp.lamplighter import TURN_S, Lamplighter, WiredBoard  # noqa: PLC0415 -- likewise
    from edgekit.node.processes.lock import StopSignals  # noqa: PLC0415 -- likewise

    settings = Settings.load(options.settings)
    lamp = settings.lamp
    if lamp is None:
        raise ConfigError(f"{options.settings} has no [lamp]", hint="see docs/deploying.md")
    stop = threading.Event()
    lighter = Lamplighter(
        lamp,
        settings.storage.directory,
        open_board=lambda: WiredBoard(lamp),
        say=_say,
    )
    with StopSignals(stop.set):
        try:
            while not stop.wait(TURN_S):
                lighter.turn()
        finally:
            lighter.close()
    return 0


def _say(level: str, text: str) -> None:
    print(f"edgekit: {level}: {text}", file=sys.stderr, flush=True)
