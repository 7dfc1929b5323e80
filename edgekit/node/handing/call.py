"""The one call of a herald: it is made before its closed list stands, and no other after it.

Whoever takes over a herald, by what a broker sends, can therefore speak to that broker and to
nobody else. A call that breaks off, or that nobody answers, is mended by a new herald.
"""

import secrets
import socket
import ssl
import threading
from dataclasses import dataclass, field

from edgekit.config import Settings
from edgekit.config.broker import Broker
from edgekit.config.login import read_login
from edgekit.errors import ConfigError, EdgekitError, OutletError
from edgekit.outlets.connection import Place
from edgekit.records import Profile

PATIENCE_S = 8.0
"""Names are looked up and the call is made in this time, or there is none: the supervisor waits
`edgekit.node.walls.inspection.PATIENCE_S` for a seal."""

CONNECT_S = 5.0
AGAIN_S = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
"""Waits before the next call, by how many were in vain; each is made up to a fifth longer, so that
not every node of a city calls a broker that has come back in the same second."""


def secure_of(broker: Broker) -> ssl.SSLContext | None:
    """Return by whom the broker's certificate has to be signed; None where it is called plainly.

    Raises:
        ConfigError: the file under ``ca`` holds no certificate.
    """
    if not broker.tls:
        return None
    try:
        context = ssl.create_default_context(cafile=broker.ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"outlet.ca {broker.ca} cannot be used: {error}",
            hint="expected a certificate in PEM, -----BEGIN CERTIFICATE-----",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def place_of(broker: Broker) -> Place:
    """Return the broker as an outlet is told of it, with what only the herald may read.

    Raises:
        ConfigError: its login or certificates cannot be used.
    """
    return Place(
        host=broker.host,
        port=broker.port,
        base=broker.topic,
        login=read_login(broker.login, "outlet.login"),
        tls=secure_of(broker),
    )


def again_s(unanswered: int) -> float:
    """Return how long to wait before the next call, after so many in vain."""
    wait_s = AGAIN_S[min(unanswered, len(AGAIN_S) - 1)]
    return wait_s * (1 + secrets.randbelow(201) / 1000)


def call(settings: Settings) -> socket.socket:
    """Call the site's broker; return the connected socket.

    Raises:
        OutletError: nobody answers in time, or the name stands for somebody else.
    """
    broker = settings.broker
    if broker is None:
        raise OutletError("no broker to call")
    attempt = _Attempt(broker, settings.site.profile)
    # A resolver may take longer than anybody waits for it, and cannot be told to stop.
    caller = threading.Thread(target=attempt.make, daemon=True)
    caller.start()
    caller.join(PATIENCE_S)
    return attempt.result()


@dataclass(slots=True)
class _Attempt:
    broker: Broker
    profile: Profile
    _made: socket.socket | None = None
    _why: str = f"it does not answer in {PATIENCE_S:g} s"
    _given_up: bool = False
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def make(self) -> None:
        try:
            made = self._connect()
        except (OSError, UnicodeError, EdgekitError) as error:
            with self._turn:
                self._why = getattr(error, "strerror", None) or str(error)
            return
        with self._turn:
            if self._given_up:
                made.close()  # one call that nobody waits for is one too many
            else:
                self._made = made

    def result(self) -> socket.socket:
        with self._turn:
            self._given_up = True
            if self._made is None:
                raise OutletError(f"{self.broker.name} is away: {self._why}")
            return self._made

    def _connect(self) -> socket.socket:
        found = socket.getaddrinfo(self.broker.host, self.broker.port, type=socket.SOCK_STREAM)
        for *_, address in found:
            self.broker.require_address(str(address[0]), self.profile)
        self.broker.host.encode("idna")  # TLS asks for this codec, which cannot be loaded later
        made = socket.create_connection((str(found[0][4][0]), self.broker.port), timeout=CONNECT_S)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made
