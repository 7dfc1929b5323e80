"""Where the clerk begins: sealed, looked at from outside, and only then given its key."""

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from edgekit.config import Settings
from edgekit.confine.allowance import clerk_allowance
from edgekit.confine.hygiene import hide_memory
from edgekit.errors import EdgekitError
from edgekit.node import clock
from edgekit.node.clerk import Clerk
from edgekit.node.control import seen_from_outside
from edgekit.node.keeping.books import open_books
from edgekit.node.log import say
from edgekit.node.site import load_site
from edgekit.node.walls.posture import runs_code_to_sign
from edgekit.node.walls.shutting import shut_in


def main(words: Sequence[str]) -> int:
    """Run the clerk as a process of the node."""
    path, control = Path(words[0]), socket.socket(fileno=int(words[1]))
    try:
        allowance = clerk_allowance(pid=os.getpid(), control=control.fileno())
        settings = Settings.load(path)
        if runs_code_to_sign(settings):
            say("warning", "unsealed, as the settings allow: the key is in no file")
        else:
            shut_in(settings, allowance)
        if not seen_from_outside(control):
            return 0
        hide_memory()
        site = load_site(path, now_s=clock.now_ms() // 1000)
        Clerk(site, open_books(site), control).run()
    except EdgekitError as error:
        say("error", str(error), error=error)
        return 1
    return 0
