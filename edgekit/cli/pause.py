"""``edgekit pause site.toml``: the camera of a running node sees nothing for a while."""

import argparse

from edgekit.cli.objecting import add_site


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "pause",
        help="pause the camera of a running node",
        description="Pause the camera of a running node within a second. With the organisation's "
        "key for as long as is said, or until edgekit resume; without it for a quarter of an "
        "hour, as the button on the spot does.",
    )
    add_site(parser)
    parser.add_argument("--minutes", type=int, metavar="N", help="how long; needs the key")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Pause, and say for how long."""
    from edgekit.cli import objecting  # noqa: PLC0415 -- only what the verb needs
    from edgekit.config import Settings  # noqa: PLC0415 -- likewise
    from edgekit.consent.objection import Word  # noqa: PLC0415 -- likewise
    from edgekit.consent.pause import PAUSE_MS  # noqa: PLC0415 -- likewise
    from edgekit.errors import ConfigError  # noqa: PLC0415 -- likewise
    from edgekit.node.bell import PRESENT  # noqa: PLC0415 -- likewise

    settings = Settings.load(options.settings)
    key = objecting.key_of(settings, options.key)
    if key is None:
        if options.minutes is not None:
            raise ConfigError(
                "--minutes is the organisation's to say: expected --key",
                hint=f"without it a pause lasts {PAUSE_MS // 60_000} minutes",
            )
        objecting.tell(settings, PRESENT)
        print(f"Paused for {PAUSE_MS // 60_000} minutes.")
        return 0
    note = objecting.signed(settings, Word.PAUSE, key, minutes=options.minutes)
    objecting.tell(settings, note)
    until = f"for {options.minutes} minutes" if options.minutes else "until edgekit resume"
    print(f"Paused {until}.")
    return 0
