"""``[web]``: the node's own page, which shows what has left, and by which anybody can pause it.

[web]
listen = ["127.0.0.1:8710", "192.168.1.20:8710"]  # its own screen, and an address of its network
languages = ["de", "en"]                          # the first where a reader asks for none of them
recipient = "everybody on the square's network"   # beyond this device: as the authorisation names
names = ["counter.example.org"]                   # by which it is called, besides its addresses
digits = true                                     # its own screen shows the digits of the minute
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from edgekit.config.table import Table
from edgekit.consent.texts import TEXTS
from edgekit.errors import ConfigError
from edgekit.records import Profile

DEFAULT = "127.0.0.1:8710"
FIRST_PORT, LAST_PORT = 1024, 65_535
MOST_ADDRESSES, MOST_NAMES = 4, 8
_PLACE = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):([0-9]{1,5})")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


@dataclass(frozen=True, slots=True)
class Address:
    """An address of this machine, and a port."""

    host: IPv4Address | IPv6Address
    port: int

    @property
    def is_own(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host.is_loopback

    def __str__(self) -> str:
        host = f"[{self.host}]" if self.host.version == 6 else f"{self.host}"  # noqa: PLR2004 -- IPv6
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """``[web]``: where the page is served, in which languages, to whom, by which names."""

    listen: tuple[Address, ...]
    languages: tuple[str, ...]
    recipient: str | None
    names: tuple[str, ...]
    digits: bool

    @property
    def is_own(self) -> bool:
        """Whether only this machine reaches it: its own screen."""
        return all(address.is_own for address in self.listen)

    @property
    def shows_digits(self) -> bool:
        """Whether there is a screen of its own that shows the digits of the minute."""
        return self.digits and any(address.is_own for address in self.listen)


def read_web(table: Table | None, profile: Profile) -> Web | None:
    """Read ``[web]``; None where it is absent. ConfigError also for what the profile bars."""
    if table is None:
        return None
    listen = tuple(map(read_address, table.texts("listen", (DEFAULT,), most=MOST_ADDRESSES)))
    languages = table.texts("languages", tuple(TEXTS), most=len(TEXTS))
    names = table.texts("names", (), most=MOST_NAMES)
    web = Web(
        listen=listen,
        languages=languages,
        recipient=table.text_or_none("recipient"),
        names=names,
        digits=table.flag("digits", default=True),
    )
    table.done()
    _require_distinct(web)
    _require_words(web)
    for address in listen:
        _require_allowed(address, profile)
    _require_recipient(web)
    return web


def read_address(text: str) -> Address:
    """Return an address of this machine with its port; ConfigError where the text is none."""
    found = _PLACE.fullmatch(text)
    try:
        host = ip_address((found[1] or found[2]) if found else "")
    except ValueError:
        raise ConfigError(
            f"web.listen: expected an address of this machine and a port, got {text!r}",
            hint=f'for its own screen "{DEFAULT}"; on a network the address itself, '
            'as "192.168.1.20:8710" or "[fd00::20]:8710"',
        ) from None
    port = int(found[3]) if found else 0
    if not FIRST_PORT <= port <= LAST_PORT:
        raise ConfigError(
            f"web.listen: port {port}: expected {FIRST_PORT} to {LAST_PORT}",
            hint="lower ports are root's; a web server before it can serve port 443",
        )
    if host.is_unspecified or host.is_multicast:
        raise ConfigError(
            f"web.listen: {host} is no address of one network",
            hint="name the address it is to be reached by, so that it is reached by no other",
        )
    return Address(host, port)


def _require_distinct(web: Web) -> None:
    for key in ("listen", "languages", "names"):
        values = getattr(web, key)
        if len(set(values)) < len(values):
            raise ConfigError(f"web.{key}: one stands there twice")


def _require_words(web: Web) -> None:
    if not web.listen or not web.languages:
        raise ConfigError("web.listen and web.languages: expected one at least")
    for language in web.languages:
        if language not in TEXTS:
            raise ConfigError(
                f"web.languages: there are no texts in {language!r}",
                hint=f"there are {', '.join(TEXTS)}",
            )
    for name in web.names:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"web.names: expected a host name in small letters, got {name!r}",
                hint='only the name, as "counter.example.org": no https://, no port, no path',
            )


def _require_allowed(address: Address, profile: Profile) -> None:
    """Exact numbers are shown where they are allowed to be: on this device, or at home."""
    if profile is Profile.LOCAL and not address.is_own:
        raise ConfigError(
            f"web.listen: {address} is reached from outside: under `local` nothing leaves",
            hint=f'listen on "{DEFAULT}", the device\'s own screen',
        )
    if profile is Profile.HOME and not (address.is_own or address.host.is_private):
        raise ConfigError(
            f"web.listen: {address} is no address of a home network, and profile `home` shows "
            "exact numbers",
            hint="listen on a private address, as 192.168.…, 10.… or fd…",
        )


def _require_recipient(web: Web) -> None:
    if not web.is_own and web.recipient is None:
        raise ConfigError(
            "web.recipient is missing: others than this device read the page",
            hint="name them as the authorisation does among the recipients of each number, "
            'as "everybody on the square\'s network"',
        )
    if web.is_own and web.recipient is not None:
        raise ConfigError(
            "web.recipient: nobody but this device's own screen reads the page",
            hint="take it out, or add the address of a network to web.listen",
        )
