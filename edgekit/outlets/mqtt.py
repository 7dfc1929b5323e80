"""Signed records to an MQTT broker: for Home Assistant, a display, or a server that verifies.

    outlet = MqttOutlet(Place(host="127.0.0.1", port=1883, base="edgekit/door"))
    outlet.send(record)

`send` returns once the broker has acknowledged all that the record is (QoS 1). What is published
is in `edgekit.outlets.topics`, and nothing else is. Needs the extra ``mqtt``.
"""

import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from edgekit.errors import OutletError
from edgekit.outlets.connection import Connection, Ears, Place
from edgekit.outlets.topics import (
    OFFLINE,
    ONLINE,
    PAUSE,
    STATUS,
    Publication,
    publications,
    read_digits,
)
from edgekit.records import SignedRecord

__all__ = ["ACKNOWLEDGED_S", "AT_ONCE", "MqttOutlet", "Place"]

AT_ONCE = 16
"""So many records may be on their way to a broker unacknowledged: what waits is in the ledger."""

ACKNOWLEDGED_S = 30.0
"""A broker that has not acknowledged a record by then is away."""

DIGITS_A_MINUTE = 6
"""So many tries are handed on; who has the page before them needs one."""

_TURN_S = 0.5


class Line(Protocol):
    """What is needed of a connection; `Connection` is the real one. Each may raise OutletError."""

    def open(self) -> None:
        """Wait for the broker's yes."""
        ...

    def publish(self, what: Publication) -> int:
        """Hand over a message; return its number."""
        ...

    def listen(self, topic: str) -> None:
        """Ask for what is sent to a topic."""
        ...

    def turn(self, wait_s: float) -> None:
        """Wait up to so long; see to what comes and goes."""
        ...

    def fileno(self) -> int:
        """Return what to wait for."""
        ...

    @property
    def wants_write(self) -> bool:
        """Whether something waits for room."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


@dataclass(slots=True)
class _OnItsWay:
    sequence: int
    since_s: float
    numbers: set[int] = field(default_factory=set)


class MqttOutlet:
    """Publishes each record in order; one that comes twice changes nothing.

    A connection that breaks is not mended here: every later call raises, and who made the outlet
    makes another and sends again what `delivered` does not cover.

    Args:
        place: which broker.
        hello: (topic, payload) of what is published first and retained, as a discovery is.
        on_digits: told the six digits that somebody sends, as a number; nobody listens without.
        keeps_s: how long the broker may keep an envelope; None = for ever.
        call: the connected socket, where the call was made already.
        dial: makes the connection; a stand-in, for tests.
        now_s: Unix seconds; ``clock_s``: seconds that nobody sets.

    Raises:
        OutletError: the broker is away, refuses, or is not who it should be.
        MissingExtraError: paho-mqtt is not installed.
    """

    leaves_device = True

    def __init__(  # noqa: PLR0913 -- keyword-only, and all but the place have a default
        self,
        place: Place,
        *,
        hello: Sequence[tuple[str, bytes]] = (),
        on_digits: Callable[[int], object] | None = None,
        keeps_s: int | None = None,
        call: socket.socket | None = None,
        dial: Callable[..., Line] = Connection,
        now_s: Callable[[], float] = time.time,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = place.name
        self._base = place.base
        self._hello = tuple(hello)
        self._on_digits = on_digits
        self._keeps_s = keeps_s
        self._now_s, self._clock_s = now_s, clock_s
        self._waiting: deque[_OnItsWay] = deque()
        self._early: set[int] = set()
        self._tries: deque[float] = deque(maxlen=DIGITS_A_MINUTE)
        self._open = False
        self._closed = False
        ears: Ears = self
        self._line = dial(place, ears, call=call)
        self.delivered: int | None = None
        """Every record that was offered and comes before this one is with the broker."""

    @property
    def line(self) -> Line:
        """What to wait for between turns."""
        return self._line

    @property
    def has_room(self) -> bool:
        """Whether another record may be offered."""
        return len(self._waiting) < AT_ONCE

    def open(self) -> None:
        """Connect, say what there is and that the node is here; harmless when repeated."""
        if self._closed:
            raise OutletError(f"{self.name} is closed")
        if self._open:
            return
        try:
            self._line.open()
        except OutletError:
            self._line.close()
            raise
        self._open = True
        if self._on_digits is not None:
            self._line.listen(f"{self._base}/{PAUSE}")
        for topic, payload in (*self._hello, (f"{self._base}/{STATUS}", ONLINE)):
            self._publish(topic, payload)

    def offer(self, record: SignedRecord) -> None:
        """Publish a record; `turn` sees to what the broker says of it. Raises OutletError."""
        self.open()
        made = publications(
            record, base=self._base, now_s=int(self._now_s()), keeps_s=self._keeps_s
        )
        entry = _OnItsWay(record.sequence, self._clock_s())
        self._waiting.append(entry)
        for one in made:
            entry.numbers.add(self._line.publish(one))
        entry.numbers -= self._early  # a broker may be quicker than this loop
        self._early.clear()
        self._settle()

    def turn(self, wait_s: float = 0.0) -> None:
        """Take what the broker says; raises OutletError where it is away, or too slow."""
        self.open()
        self._line.turn(wait_s)
        self._settle()
        if self._waiting and self._clock_s() - self._waiting[0].since_s > ACKNOWLEDGED_S:
            raise OutletError(f"{self.name}: nothing was acknowledged in {ACKNOWLEDGED_S:g} s")

    def send(self, record: SignedRecord) -> None:
        """Publish one record and wait until the broker has it; raises OutletError."""
        self.offer(record)
        while self._waiting:
            self.turn(_TURN_S)

    def close(self) -> None:
        """Say that the node is gone, and hang up; harmless when repeated."""
        if self._open and not self._closed:
            with suppress(OutletError):  # the broker says it itself then
                self._publish(f"{self._base}/{STATUS}", OFFLINE)
        self._closed = True
        self._line.close()

    def acknowledged(self, number: int) -> None:
        """The broker has taken a message."""
        for entry in self._waiting:
            if number in entry.numbers:
                entry.numbers.discard(number)
                return
        self._early.add(number)

    def told(self, payload: bytes) -> None:
        """Somebody sends something to the node: digits are handed on, a few a minute."""
        digits = read_digits(payload)
        now_s = self._clock_s()
        tried_often = len(self._tries) == DIGITS_A_MINUTE and now_s - self._tries[0] < 60.0  # noqa: PLR2004 -- a minute
        if digits is None or tried_often or self._on_digits is None:
            return
        self._tries.append(now_s)
        self._on_digits(digits)

    def _settle(self) -> None:
        while self._waiting and not self._waiting[0].numbers:
            self.delivered = self._waiting.popleft().sequence + 1

    def _publish(self, topic: str, payload: bytes) -> None:
        self._line.publish(Publication(topic=topic, payload=payload, retain=True, expires_s=None))
