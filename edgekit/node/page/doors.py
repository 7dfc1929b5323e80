"""The doors of the page: sockets that listen, opened before its walls stand and handed to it open.

The page itself can open none: it takes calls at these, and has no network of its own to call out.
"""

import socket
from collections.abc import Sequence
from contextlib import ExitStack

from edgekit.config.web import Address
from edgekit.errors import OutletError

WAITING = 64
"""So many callers may wait to be answered."""


def open_doors(addresses: Sequence[Address]) -> list[socket.socket]:
    """Open one at each address, and at no other; raises OutletError where one cannot be."""
    with ExitStack() as opened:
        doors = [opened.enter_context(_open(address)) for address in addresses]
        opened.pop_all()
    return doors


def _open(address: Address) -> socket.socket:
    family = socket.AF_INET6 if address.host.version == 6 else socket.AF_INET  # noqa: PLR2004 -- IPv6
    door = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # also right after a restart
        if family == socket.AF_INET6:
            door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        door.bind((str(address.host), address.port))
        door.listen(WAITING)
        door.setblocking(False)
    except OSError as error:
        door.close()
        raise OutletError(
            f"the page cannot listen on {address}: {error.strerror}",
            hint="is it an address of this machine, and does nobody else listen there?",
        ) from error
    return door
