"""``edgekit resume site.toml``: the organisation ends its own pause."""

import argparse

from edgekit.cli.objecting import add_site


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "resume",
        help="end the organisation's pause of a node",
        description="End the organisation's own pause. One that somebody on the spot asked for "
        "goes on to its end. After a camera was turned: confirm, with --view, that it was turned "
        "back.",
    )
    add_site(parser)
    other = parser.add_mutually_exclusive_group()
    other.add_argument(
        "--view",
        action="store_true",
        help="the camera was found turned, and looks where it was signed again: somebody of the "
        "organisation has seen to it",
    )
    other.add_argument(
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
    word, said = Word.RESUME, "The organisation's pause is over."
    if options.clock:
        word, said = Word.CLOCK, "The clock counts anew."
    elif options.view:
        word, said = Word.CONFIRM, "Confirmed: the camera looks where it was signed."
    objecting.tell(settings, objecting.signed(settings, word, key))
    print(said)
    return 0
