"""One connection to an MQTT broker, by paho-mqtt: what it does, and no more than that.

It is made once. A connection that is lost is not made again: who wants another begins anew, and
sends again what was not acknowledged. What a broker sends is bounded, whatever it says of itself.

Source: MQTT 5.0, OASIS Standard: 3.1.2.11.4 (maximum packet size), 3.4.2.1 (PUBACK reason codes),
3.8.3.1 (subscription options).
"""

import logging
import select
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from edgekit.errors import MissingExtraError, OutletError
from edgekit.outlets.topics import OFFLINE, STATUS, Publication

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage
    from paho.mqtt.properties import Properties

Result = TypeVar("Result")
_log = logging.getLogger(__name__)

OPEN_S = 10.0
"""A broker that has not said yes by then is away."""

KEEP_ALIVE_S = 60
MAX_PACKET_BYTES = 4096
"""Nothing that a broker has to say to a node is longer."""

_TURN_S = 0.2
_NEVER_RETAINED = 2  # retain handling: what was retained is not sent on subscribing


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which broker, and as whom; ``login`` is (name, password), ``tls`` None where it is plain.

    ``base`` begins every topic of the node, and is its name on the broker.
    """

    host: str
    port: int
    base: str
    login: tuple[str, str] | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None

    @property
    def name(self) -> str:
        """How logs call it: without a name or password."""
        return f"mqtt {self.host}:{self.port}"


class Ears(Protocol):
    """Who is told what comes."""

    def acknowledged(self, number: int) -> None:
        """The broker has taken this message."""
        ...

    def told(self, payload: bytes) -> None:
        """A message to the node has come, as it stands."""
        ...


class Connection:
    """One call to one broker.

    Args:
        place: which.
        ears: told what comes.
        call: the connected socket, where the call was made already; it is closed with this.

    Raises:
        MissingExtraError: paho-mqtt is not installed.
    """

    def __init__(self, place: Place, ears: Ears, *, call: socket.socket | None = None) -> None:
        self._place = place
        self._ears = ears
        self._call = call
        self._accepted = False
        self._why: str | None = None
        self._client = _client(place, call)
        self._client.on_connect = lambda _c, _u, _f, reason, _p: self._answered(reason)
        self._client.on_publish = lambda _c, _u, mid, reason, _p: self._taken(mid, reason)
        self._client.on_subscribe = lambda _c, _u, _m, reasons, _p: self._heard(reasons)
        self._client.on_message = lambda _c, _u, message: self._message(message)

    def fileno(self) -> int:
        """Return the socket's descriptor; raises OutletError where there is none."""
        sock = self._client.socket()
        if sock is None:
            raise self._lost("the broker has hung up")
        return sock.fileno()

    @property
    def wants_write(self) -> bool:
        """Whether something waits for room on the wire."""
        return self._client.want_write()

    def open(self) -> None:
        """Shake hands and wait until the broker has said yes; raises OutletError."""
        until_s = time.monotonic() + OPEN_S
        try:
            self._client.connect(
                self._place.host,
                self._place.port,
                keepalive=KEEP_ALIVE_S,
                clean_start=True,
                properties=_properties("CONNECT", MaximumPacketSize=MAX_PACKET_BYTES),
            )
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or str(error)
            raise OutletError(
                f"{self._place.name}: no secure connection: {reason}",
                hint="name under ca who signed its certificate, and call it as that does",
            ) from error
        except (OSError, ValueError) as error:
            raise OutletError(f"{self._place.name} is away: {error}") from error
        while not self._accepted:
            if time.monotonic() > until_s:
                raise self._lost(f"it has not said yes in {OPEN_S:g} s")
            self.turn(_TURN_S)

    def publish(self, what: Publication) -> int:
        """Hand a message over (QoS 1); return its number. Raises OutletError."""
        expiry = {} if what.expires_s is None else {"MessageExpiryInterval": what.expires_s}
        sent = self._run(
            lambda: self._client.publish(
                what.topic,
                what.payload,
                qos=1,
                retain=what.retain,
                properties=_properties("PUBLISH", **expiry),
            )
        )
        self._require(sent.rc)
        return sent.mid

    def listen(self, topic: str) -> None:
        """Ask for what is sent to a topic from now on; nothing that was retained there."""
        from paho.mqtt.subscribeoptions import SubscribeOptions  # noqa: PLC0415 -- an extra

        options = SubscribeOptions(qos=1, noLocal=True, retainHandling=_NEVER_RETAINED)
        code, _ = self._run(lambda: self._client.subscribe(topic, options=options))
        self._require(code)

    def turn(self, wait_s: float) -> None:
        """Wait up to so long for something to come or go, and see to it; raises OutletError."""
        held = self.fileno()
        sock = self._client.socket()
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            wait_s = 0.0
        out = [held] if self._client.want_write() else []
        can_read, can_write, _ = select.select([held], out, [], wait_s)
        if can_read or (isinstance(sock, ssl.SSLSocket) and sock.pending()):
            self._require(self._run(self._client.loop_read))
        if can_write:
            self._require(self._run(self._client.loop_write))
        self._require(self._run(self._client.loop_misc))
        if self._client._in_packet["remaining_length"] > MAX_PACKET_BYTES:  # noqa: SLF001 -- paho has no bound of its own
            raise self._lost("it sends more than it was told to")
        if self._why is not None:
            raise self._lost(self._why)

    def close(self) -> None:
        """Say goodbye where that is still possible, and hang up; harmless when repeated."""
        with suppress(Exception):  # it was over already, whatever paho makes of it
            self._client.disconnect()
            self._client.loop_write()
        for sock in (self._client.socket(), self._call):
            if sock is not None:
                sock.close()

    def _answered(self, reason: object) -> None:
        if _failed(reason):
            self._why = f"it refuses the node: {reason}"
        self._accepted = not _failed(reason)

    def _taken(self, number: int, reason: object) -> None:
        if _failed(reason):
            self._why = f"it does not take a message: {reason}"
        else:
            self._ears.acknowledged(number)

    def _heard(self, reasons: object) -> None:
        if any(map(_failed, reasons if isinstance(reasons, list) else [reasons])):
            _log.warning("no pause by %s: it does not let the node listen", self._place.name)

    def _message(self, message: "MQTTMessage") -> None:
        if not message.retain:
            self._ears.told(bytes(message.payload))

    def _run(self, step: Callable[[], Result]) -> Result:
        try:
            return step()
        except OutletError:
            raise
        except Exception as error:  # whatever a broker's bytes make paho raise
            raise self._lost(f"it breaks the rules of MQTT ({type(error).__name__})") from error

    def _require(self, code: int) -> None:
        if code:
            from paho.mqtt.client import error_string  # noqa: PLC0415 -- an extra

            raise self._lost(self._why or error_string(code).rstrip(".").lower())

    def _lost(self, why: str) -> OutletError:
        hint = None
        if "refuses" in why or "not authorized" in why.lower():
            hint = "does the file under login say what the broker knows, and may it write there?"
        elif "rules of MQTT" in why:
            hint = "the broker has to speak MQTT 5: mosquitto does from 1.6 on"
        return OutletError(f"{self._place.name}: {why}", hint=hint)


def _failed(reason: object) -> bool:
    return bool(getattr(reason, "is_failure", False))


def _properties(packet: str, **values: int) -> "Properties":
    from paho.mqtt.packettypes import PacketTypes  # noqa: PLC0415 -- an extra
    from paho.mqtt.properties import Properties  # noqa: PLC0415 -- likewise

    made = Properties(getattr(PacketTypes, packet))  # type: ignore[no-untyped-call]  # -- paho's own
    for name, value in values.items():
        setattr(made, name, value)
    return made


def _client(place: Place, call: socket.socket | None) -> "Client":
    try:
        from paho.mqtt import client as paho  # noqa: PLC0415 -- an extra
        from paho.mqtt.enums import CallbackAPIVersion  # noqa: PLC0415 -- likewise
    except ImportError as error:
        raise MissingExtraError("an MQTT outlet needs paho-mqtt", extra="mqtt") from error

    class Client(paho.Client):
        """Speaks by a call that was made before: behind its seal a herald can make none."""

        def _create_socket_connection(self) -> socket.socket:
            return super()._create_socket_connection() if call is None else call

        def _ssl_wrap_socket(self, tcp_sock: socket.socket) -> ssl.SSLSocket:
            """Shake hands with the context's own checks; leave nothing open where that fails."""
            context = place.tls or ssl.create_default_context()
            secure = context.wrap_socket(
                tcp_sock, server_hostname=place.host, do_handshake_on_connect=False
            )
            secure.settimeout(OPEN_S)
            try:
                secure.do_handshake()
            except BaseException:
                secure.close()
                raise
            return secure

    # One name for one node: a broker then ends the connection before this one, and its last will
    # comes before what is said now, never after.
    made = Client(
        CallbackAPIVersion.VERSION2,
        client_id=place.base.replace("/", "-"),
        protocol=paho.MQTTv5,
    )
    made.will_set(f"{place.base}/{STATUS}", OFFLINE, qos=1, retain=True)
    if place.login is not None:
        made.username_pw_set(*place.login)
    if place.tls is not None:
        made.tls_set_context(place.tls)
    return made
