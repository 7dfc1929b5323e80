"""Lamps on a DALI line (IEC 62386), behind the same seam as a board's dimmer.

with DaliBus(open_gateway("daliserver://localhost:55825")) as bus:
    lamp = DaliLamp(bus, address=3)
    lamp.set(0.4, expires_s=60)

Needs ``pip install '.[dali]'`` (python-dali, whose drivers know the gateways). DALI has no
commands that expire: this process brings a lamp to its safe level when the time is over and when
the bus is closed. Where the process may be killed, set the gear's SYSTEM FAILURE LEVEL and POWER ON
LEVEL too, or put the lamp on a board.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from edgekit.control import dimming
from edgekit.errors import BridgeError, BridgeTimeoutError, ConfigError, MissingExtraError
from edgekit.seams.closing import Closing

LOG = logging.getLogger(__name__)
STALE_POLLS = 5
FIRST_WAIT_S, LONGEST_WAIT_S = 3.0, 60.0
_ANSWER_S = 2.0  # a gateway takes 25 ms for a frame and its answer
_ADDRESSES = range(64)
_GATEWAY, _GATEWAY_PORT = "daliserver", 55825

Send = Callable[[Any], Any]
"""Takes a command of python-dali and returns its response, or None: a driver's ``send``."""


def open_gateway(spec: str) -> Send:
    """Return what sends to ``daliserver://host:port``; the gateway is asked by the first command.

    Raises ConfigError where the words mean nothing, MissingExtraError without python-dali.
    """
    parts = urlsplit(spec)
    if parts.scheme != _GATEWAY or not parts.hostname:
        raise ConfigError(f"DALI gateway {spec!r}: expected daliserver://host or …:port")
    try:
        from dali.driver.daliserver import DaliServer  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise _missing() from error
    send: Send = DaliServer(parts.hostname, parts.port or _GATEWAY_PORT).send
    return send


def level_of(value: float) -> int:
    """Return the arc power level, 0..254, of a share of full light; ConfigError outside 0..1."""
    if not 0 <= value <= 1:
        raise ConfigError(f"light of {value}: expected 0 to 1")
    return dimming.nearest_arc(value)


def value_of(level: int) -> float:
    """Return the share of full light of an arc power level, 0..254."""
    return dimming.share_of(level) if level else 0.0


class DaliBus(Closing):
    """One DALI line: one thread talks to its gateway, looks at lamps and lets commands expire.

    Args:
        send: a gateway of `open_gateway`, or the ``send`` of another synchronous driver.
        poll_s: seconds between two looks at a lamp's level.

    Raises:
        ConfigError: the arguments mean nothing.
    """

    def __init__(self, send: Send, *, poll_s: float = 1.0) -> None:
        if not poll_s > 0:
            raise ConfigError(f"poll_s {poll_s}: expected more than 0")
        self.poll_s = poll_s
        self._send = send
        self._lamps: list[DaliLamp] = []
        self._jobs: deque[tuple[Callable[[], object], Future[None]]] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._wait_s, self._due_s = poll_s, 0.0
        self._thread = threading.Thread(target=self._run, name="edgekit-dali", daemon=True)
        self._thread.start()

    def add(self, lamp: "DaliLamp") -> None:
        """Have a lamp looked at."""
        with self._changed:
            self._lamps.append(lamp)
            self._due_s = 0.0
            self._changed.notify_all()

    def do(self, job: Callable[[], object]) -> None:
        """Have the bus's own thread do something, and wait; raises BridgeError."""
        done: Future[None] = Future()
        with self._changed:
            if self._closing:
                raise BridgeError("the DALI line is closed")
            self._jobs.append((job, done))
            self._changed.notify_all()
        try:
            done.result(_ANSWER_S)
        except TimeoutError as error:
            done.cancel()  # too late now: it is not done behind the caller's back
            raise BridgeTimeoutError("the DALI gateway does not answer") from error

    def close(self) -> None:
        """Bring every lamp that was commanded to its safe level and end; harmless when repeated."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(_ANSWER_S)

    def _run(self) -> None:
        while not self._closing:
            with self._changed:
                if not self._jobs and not self._closing:
                    self._changed.wait(max(0.0, self._next_s() - time.monotonic()))
                jobs, self._jobs = self._jobs, deque()
            for job, done in jobs:
                _finish(job, done)
            self._expire()
            if time.monotonic() >= self._due_s:
                self._look()
        self._end()

    def _next_s(self) -> float:
        expiries = [lamp.expires_s for lamp in self._lamps if lamp.expires_s is not None]
        return min([self._due_s, *expiries])

    def transmit(self, command: Any) -> Any:  # noqa: ANN401 -- python-dali has no types
        """Send one command from the bus's own thread; raises BridgeError."""
        try:
            return self._send(command)
        except Exception as error:  # each driver has errors of its own, beside the system's
            raise BridgeError(
                f"DALI gateway: {error}", hint="is it switched on, and the line powered?"
            ) from error

    def _expire(self) -> None:
        for lamp in tuple(self._lamps):
            if lamp.expires_s is not None and time.monotonic() >= lamp.expires_s:
                self._make_safe(lamp)

    def _make_safe(self, lamp: "DaliLamp") -> None:
        try:
            lamp.go_safe()
        except BridgeError as error:
            LOG.warning("lamp=%d safe=failed reason=%r", lamp.address, str(error))
            lamp.expires_s = time.monotonic() + self.poll_s  # again, until it is there

    def _look(self) -> None:
        try:
            for lamp in tuple(self._lamps):
                lamp.look()
            self._wait_s = self.poll_s
        except BridgeError as error:
            if self._wait_s <= self.poll_s:
                LOG.warning("dali=lost reason=%r", str(error))
            self._wait_s = min(max(2 * self._wait_s, FIRST_WAIT_S), LONGEST_WAIT_S)
        self._due_s = time.monotonic() + self._wait_s

    def _end(self) -> None:
        for lamp in self._lamps:
            if lamp.commanded:
                self._make_safe(lamp)
        while self._jobs:
            self._jobs.popleft()[1].set_exception(BridgeError("the DALI line is closed"))


class DaliLamp:
    """A lamp, or a group of them; fills the seam `edgekit.seams.channels.Dimmer`.

    Args:
        bus: the line it is on.
        address: short address, 0 to 63.
        safe: share of full light that it goes to when a command expires: a street lamp goes on.

    Attributes:
        commanded: whether it was told something since it was last safe.
        expires_s: monotonic seconds when the command in force ends; None without one that ends.

    Raises:
        ConfigError: address or safe level can't be.
        MissingExtraError: python-dali is not installed.
    """

    def __init__(self, bus: DaliBus, *, address: int, safe: float = 1.0) -> None:
        if address not in _ADDRESSES:
            raise ConfigError(f"DALI address {address}: expected 0 to 63")
        try:
            from dali import address as addresses  # noqa: PLC0415 -- an extra
            from dali.gear import general  # noqa: PLC0415 -- likewise
        except ImportError as error:
            raise _missing() from error
        self.address = address
        self.commanded = False
        self.expires_s: float | None = None
        self._bus = bus
        self._gear = addresses.GearShort(address)
        self._commands = general
        self._safe_level = level_of(safe)
        self._level: int | None = None
        self._seen_s = -math.inf
        bus.add(self)

    @property
    def value(self) -> float | None:
        """The share of full light that the gear says; None where it is silent or its lamp fails."""
        fresh = time.monotonic() - self._seen_s <= STALE_POLLS * self._bus.poll_s
        return value_of(self._level) if fresh and self._level is not None else None

    def set(self, value: float, *, expires_s: float | None = None) -> None:
        """Bring it to a level, until told otherwise or for so long; then it goes to its safe level.

        Raises ConfigError on what can't be, BridgeError where the gateway did not take it.
        """
        if expires_s is not None and not 0 <= expires_s < math.inf:
            raise ConfigError(f"expiry of {expires_s} s: expected 0 or more")
        level = self._safe_level if expires_s == 0 else level_of(value)
        self._bus.do(lambda: self._apply(level, expires_s))

    def safe(self) -> None:
        """Send it to its safe level now; raises BridgeError."""
        self._bus.do(self.go_safe)

    def go_safe(self) -> None:
        """The same from the bus's own thread; raises BridgeError."""
        self._apply(self._safe_level, None)

    def look(self) -> None:
        """Ask it for its level, from the bus's own thread; raises BridgeError."""
        found = self._bus.transmit(self._commands.QueryActualLevel(self._gear))
        raw = getattr(found, "raw_value", None)
        if raw is None or raw.error or not 0 <= raw.as_integer <= dimming.HIGHEST:
            return  # silent, garbled, or "MASK": it starts up, or its lamp has failed
        self._level, self._seen_s = raw.as_integer, time.monotonic()

    def _apply(self, level: int, expires_s: float | None) -> None:
        self._bus.transmit(self._commands.DAPC(self._gear, level))
        self.commanded = level != self._safe_level
        ends = self.commanded and expires_s is not None
        self.expires_s = time.monotonic() + (expires_s or 0.0) if ends else None


def _finish(job: Callable[[], object], done: Future[None]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        job()
    except BridgeError as error:
        done.set_exception(error)
    else:
        done.set_result(None)


def _missing() -> MissingExtraError:
    return MissingExtraError("DALI lamps need python-dali", extra="dali")
