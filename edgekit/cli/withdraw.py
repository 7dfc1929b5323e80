"""``edgekit withdraw site.toml``: the organisation ends its authorisation, for ever."""

import argparse
from typing import TYPE_CHECKING

from edgekit.cli.objecting import add_site

if TYPE_CHECKING:
    from edgekit.config import Settings


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "withdraw",
        help="end an authorisation for ever",
        description="End the authorisation of a site for ever: a running node sees nothing from "
        "within a second on, and none starts with this document again. Going on takes a new "
        "version, signed by the organisation.",
    )
    add_site(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Leave the withdrawal beside the authorisation, and tell a node that runs."""
    from edgekit.cli import objecting  # noqa: PLC0415 -- only what the verb needs
    from edgekit.cli.writing import write_whole  # noqa: PLC0415 -- likewise
    from edgekit.config import Settings  # noqa: PLC0415 -- likewise
    from edgekit.consent.objection import Word  # noqa: PLC0415 -- likewise
    from edgekit.errors import ConfigError  # noqa: PLC0415 -- likewise
    from edgekit.node.processes.lock import is_held  # noqa: PLC0415 -- likewise
    from edgekit.node.site import withdrawal_of  # noqa: PLC0415 -- likewise

    settings = Settings.load(options.settings)
    key = objecting.key_of(settings, options.key)
    if key is None:
        raise ConfigError("only the organisation withdraws what it signed: expected --key")
    word = objecting.signed(settings, Word.WITHDRAW, key)
    path = withdrawal_of(settings)
    write_whole(path.parent, {path.name: word})
    if is_held(settings.storage.directory):
        objecting.tell(settings, word)
    else:
        _forget(settings)
    print(f"Withdrawn: {path}. No node starts with this authorisation again.")
    return 0


def _forget(settings: "Settings") -> None:
    """Destroy the keys of who is enrolled here, as a running node does; its log comes later."""
    from edgekit.node.keeping.enrolled import FOLDER  # noqa: PLC0415 -- only what the verb needs

    if (settings.storage.directory / FOLDER).is_dir():
        from edgekit.cli.consent import open_enrolled  # noqa: PLC0415 -- likewise

        print(f"Keys of enrolled people destroyed: {open_enrolled(settings).erase_all()}.")
