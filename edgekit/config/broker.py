"""``[[outlet]]`` of kind ``mqtt``: the one broker that the herald may call, and how.

[[outlet]]
kind = "mqtt"
host = "192.168.1.10"       # by its address the service can be held to it, by its name it cannot
port = 8883                 # 1883 without TLS
tls = true                  # left out: true, but for this device and addresses of a home network
ca = "keys/broker-ca.pem"   # who signed the broker's certificate; left out: whom the system trusts
login = "keys/mqtt.login"   # a file of mode 0600 with one line, name:password
topic = "edgekit/square"    # left out: edgekit/ and the site's name
discovery = "homeassistant" # where Home Assistant looks for devices; "off" tells it nothing
pause = true                # whoever sends the digits of the local page pauses the camera
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from edgekit.config.table import Table
from edgekit.errors import ConfigError
from edgekit.records import Profile

PORTS: Mapping[bool, int] = {True: 8883, False: 1883}
"""With and without TLS, as registered with IANA: secure-mqtt, mqtt."""

NO_DISCOVERY = "off"
_HOST_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*")
_TOPIC = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
_MAX_TOPIC = 100
_THIS_DEVICE = "localhost"
_HOME = tuple(
    map(
        ip_network,
        (
            *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
            *("::1/128", "fc00::/7", "fe80::/10"),
        ),
    )
)
"""This device, private networks and the link itself (RFC 1918, 3927, 4193, 4291)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where signed records go by MQTT; ``discovery`` is None where nothing is told."""

    host: str
    port: int
    tls: bool
    ca: Path | None
    login: Path | None
    topic: str
    discovery: str | None
    pause: bool

    @property
    def name(self) -> str:
        """How logs call it, and the ledger that keeps how far it is."""
        return f"mqtt {self.host}:{self.port}"

    def require_address(self, address: str, profile: Profile) -> None:
        """Refuse an address that the name turned out to stand for.

        Raises:
            ConfigError: it is on no home network, and exact or open numbers would go there.
        """
        if not is_at_home(address):
            _require_far(self.host, profile, tls=self.tls)


def is_at_home(address: str) -> bool:
    """Whether this is an address of this device or of a network that the internet cannot reach."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in _HOME)


def read_broker(table: Table, folder: Path, *, site: str, profile: Profile) -> Broker:
    """Read it. Paths start at ``folder``; raises ConfigError, also for what the profile bars."""
    host = _host(table)
    near = host == _THIS_DEVICE or is_at_home(host)
    tls = table.flag("tls", default=not near)
    discovery = _topic(table, "discovery", "homeassistant")
    broker = Broker(
        host=host,
        port=table.whole("port", 1, 65_535, PORTS[tls]),
        tls=tls,
        ca=table.path_or_none("ca", folder),
        login=table.path_or_none("login", folder),
        topic=_topic(table, "topic", f"edgekit/{site}"),
        discovery=None if discovery == NO_DISCOVERY else discovery,
        pause=table.flag("pause", default=True),
    )
    table.done()
    if profile is Profile.LOCAL:
        raise ConfigError(
            f"outlet {broker.name} leaves the device, and profile `local` lets nothing leave",
            hint="take the outlet out of site.toml, or choose another profile",
        )
    if not near and _is_address(host):
        _require_far(host, profile, tls=tls)
    if broker.ca is not None and not tls:
        raise ConfigError(
            "outlet.ca is for a broker that is called by TLS, and tls is false",
            hint="set tls = true, or take ca out",
        )
    return broker


def _host(table: Table) -> str:
    host = table.text("host")
    if "@" in host:
        raise ConfigError(
            "outlet.host holds a login: every process of the node reads it there",
            hint='put name:password into a file of mode 0600 and say login = "keys/mqtt.login"; '
            "only the herald is given that",
        )
    if not _is_address(host) and (not _HOST_NAME.fullmatch(host) or host[-1].isdecimal()):
        raise ConfigError(
            f"outlet.host: expected an address or a name of a broker, got {host!r}",
            hint='only that, as "192.168.1.10": no mqtt://, and the port under port',
        )
    return host.lower()


def _topic(table: Table, key: str, default: str) -> str:
    topic = table.text(key, default)
    if not _TOPIC.fullmatch(topic) or len(topic) > _MAX_TOPIC:
        raise ConfigError(
            f"outlet.{key}: expected a topic of letters, digits, _ . - and /, got {topic!r}",
            hint=f"of at most {_MAX_TOPIC} characters, without wildcards",
        )
    return topic


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _require_far(host: str, profile: Profile, *, tls: bool) -> None:
    """Raise ConfigError for what may not go to an address outside of a home network."""
    if profile is Profile.HOME:
        raise ConfigError(
            f"outlet.host: {host} is on no home network, and profile `home` tells exact numbers",
            hint="use a broker of your own network, as 192.168.…, 10.… or fd…",
        )
    if not tls:
        raise ConfigError(
            f"outlet.tls is false, and {host} is on no home network: expected TLS",
            hint="set tls = true; a broker on this device can forward by TLS, too",
        )
