"""Where the clerk begins: sealed, looked at from outside, and only then given its key."""

import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from edgekit.config import Settings
from edgekit.confine.allowance import clerk_allowance
from edgekit.confine.hygiene import hide_memory
from edgekit.errors import ConsentError, EdgekitError
from edgekit.node import clock
from edgekit.node.clerk import Clerk
from edgekit.node.control import seen_from_outside
from edgekit.node.keeping.books import open_books
from edgekit.node.log import say
from edgekit.node.site import load_site, withdrawal_of
from edgekit.node.walls.posture import runs_code_to_sign
from edgekit.node.walls.shutting import shut_in


def open_clerk(path: Path, control: socket.socket) -> Clerk:
    """Return the clerk of a site, sealed or not; raises as `load_site` and `open_books` do."""
    now_s = clock.now_ms() // 1000
    try:
        site = load_site(path, now_s=now_s)
    except ConsentError:
        with suppress(EdgekitError, OSError):  # what is wrong is said by the first error
            _write_down(path, now_s, control)
        raise
    return Clerk(site, open_books(site), control)


def _write_down(path: Path, now_s: int, control: socket.socket) -> None:
    """Keep a withdrawal that was said while no node ran: then it holds without its file, too."""
    note = withdrawal_of(Settings.load(path)).read_bytes()
    site = load_site(path, now_s=now_s, withdrawn=True)
    books = open_books(site)
    try:
        Clerk(site, books, control).withdraw(note)
    finally:
        books.ledger.close()


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
        open_clerk(path, control).run()
    except EdgekitError as error:
        say("error", str(error), error=error)
        return 1
    return 0
