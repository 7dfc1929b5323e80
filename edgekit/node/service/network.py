"""What a unit may do on the network: whom it may call, at which ports it may be called.

Source: systemd.resource-control(5), systemd.exec(5), as of systemd 252.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from edgekit.config import Settings
from edgekit.config.web import Web
from edgekit.node.service.hardening import OFFLINE
from edgekit.provenance import Source

FAMILIES = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"


def network_of(settings: Settings) -> Iterator[str]:
    """Yield what one unit for all of a node's processes has."""
    called = called_by(settings)
    if called or settings.web is None:
        yield egress(called)
    else:
        yield FAMILIES
    yield from doors_of(settings.web)


def doors_of(web: Web | None) -> Iterator[str]:
    """Yield at which ports the page's unit may listen, and who may call there."""
    if web is None:
        return
    yield from sorted({f"SocketBindAllow=tcp:{address.port}" for address in web.listen})
    yield "SocketBindDeny=any"
    if web.is_own:
        yield "IPAddressDeny=any"
        yield "IPAddressAllow=localhost"
    else:
        # Which network that is, no address tells. Nothing in the unit calls anybody.
        yield "# Hold it to its network: IPAddressDeny=any, and IPAddressAllow=192.168.1.0/24."


def egress(hosts: Sequence[str]) -> str:
    """Return whom a unit may call: these, where each is given by its address; else it is said."""
    if not hosts:
        return OFFLINE
    try:
        allowed = [str(ipaddress.ip_address(host)) for host in hosts]
    except ValueError:
        return f"# By name, not address: systemd cannot hold it to {' '.join(hosts)}.\n{FAMILIES}"
    return f"IPAddressDeny=any\nIPAddressAllow={' '.join(allowed)}\n{FAMILIES}"


def called_by(settings: Settings) -> tuple[str, ...]:
    """Return whom the node calls."""
    return (*camera_host(settings), *broker_host(settings))


def camera_host(settings: Settings) -> tuple[str, ...]:
    """Return the camera on the network, where there is one."""
    if settings.camera.kind is not Source.NETWORK:
        return ()
    try:
        return (urlsplit(settings.camera.source).hostname or "",)
    except ValueError:
        return ("",)  # the fetcher says what is wrong with it


def broker_host(settings: Settings) -> tuple[str, ...]:
    """Return the broker, where there is one."""
    return () if settings.broker is None else (settings.broker.host,)
