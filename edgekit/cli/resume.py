"""``edgekit resume site.toml``: the organisation ends its own pause."""

import argparse

from edgekit.cli.objecting import add_site


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "resume",
        help="end the organisation's pause of a node",
        description="End the organisation's own pause. One that somebody on the spot asked for "
        "goes on to its end.",
    )
    add_site(parser)
    parser.add_argument(
        "--clock",
        action="store_true",
        help="the node's clock was wrong and is right now: the times in its log no longer keep "
        "the camera shut",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Say so to the running node."""
    from edgekit.cli import objecting  # noqa: PLC0415 -- only what the verb needs
    from edgekit.config import Settings  # noqa: PLC0415 -- likewise
    from edgekit.consent.objection import Word  # noqa: PLC0415 -- likewise
    from edgekit.errors import ConfigError  # noqa: PLC0415 -- likewise

    settings = Settings.load(options.settings)
    key = objecting.key_of(settings, options.key)
    if key is None:
        raise ConfigError("only the organisation ends its pause: expected --key")
    word = Word.CLOCK if options.clock else Word.RESUME
    objecting.tell(settings, objecting.signed(settings, word, key))
    print("The clock counts anew." if options.clock else "The organisation's pause is over.")
    return 0
