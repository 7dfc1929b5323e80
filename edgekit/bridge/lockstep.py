"""A conversation with emulated firmware, in time that moves when told to; for tests.

The same bytes give the same answers at the same microsecond: nothing depends on this machine.
"""

from collections.abc import Callable
from typing import Protocol

from edgekit.bridge.conversation import Conversation
from edgekit.bridge.greeting import Greeting
from edgekit.bridge.request import Request
from edgekit.bridge.statistics import LinkStatistics
from edgekit.errors import BridgeError, BridgeTimeoutError
from edgekit.wire.messages import Hello, Type
from edgekit.wire.packet import Packet

STEP_US = 250

Carry = Callable[[bytes], bytes]
"""What comes out of a wire's other end."""


class SteppedBoard(Protocol):
    """An emulator whose time moves by this alone."""

    def exchange(self, data: bytes, us: float) -> bytes:
        """Put bytes on the wire, let time pass, return what the board sent meanwhile."""
        ...


class LockstepHost:
    """A host on a board that was started with ``--step``.

    Args:
        board: the emulator.
        up: what happens to bytes on their way to the board.
        down: what happens to them on their way back.
        key: 16 bytes that the board holds too.

    Attributes:
        statistics: what the host has counted.
        unasked_packets: samples and pieces that came, in order.
        resets: how often the board was seen to start anew.
    """

    def __init__(
        self,
        board: SteppedBoard,
        *,
        up: Carry = bytes,
        down: Carry = bytes,
        key: bytes | None = None,
    ) -> None:
        self.board = board
        self.statistics = LinkStatistics()
        self.unasked_packets: list[Packet] = []
        self.resets = 0
        self._up = up
        self._down = down
        self._now_us = 0.0
        greeting = Greeting(nonce=lambda: b"lockstep", key=key)
        self.conversation = Conversation(greeting, self, self.statistics, 0)

    @property
    def now_us(self) -> float:
        """Virtual time since the host began."""
        return self._now_us

    def step(self, us: float = STEP_US, *, extra: bytes = b"") -> None:
        """Send what is due (and ``extra``), let time pass, take what came."""
        data = self.conversation.poll(round(self._now_us * 1000))
        received = self.board.exchange(self._up(data) + extra, us)
        self._now_us += us
        if received:
            self.conversation.receive(self._down(received), round(self._now_us * 1000))

    def greet(self, limit_us: float = 5_000_000) -> Hello:
        """Go on until the board has been greeted; raises BridgeTimeoutError."""
        end_us = self._now_us + limit_us
        while self.conversation.hello is None:
            if self._now_us > end_us:
                raise BridgeTimeoutError("nobody answered HELLO")
            self.step()
        return self.conversation.hello

    def ask(self, kind: Type, payload: bytes = b"", *, sealed: bool = False) -> Packet:
        """Ask, and go on until there is an answer; raises BridgeError."""
        request = Request(type=kind, payload=payload, sealed=sealed)
        self.conversation.submit(request)
        while not request.answer.done():
            self.step()
        return request.answer.result()

    def try_echo(self, echo: bytes) -> bytes | None:
        """Return what a PING brought back, without its ticks; None where it failed."""
        try:
            return self.ask(Type.PING, echo).payload[4:]
        except BridgeError:
            return None

    def ready(self, hello: Hello) -> None:
        """Listener: greeted."""

    def unasked(self, packet: Packet, received_ns: int) -> None:
        """Listener: a sample or piece."""
        del received_ns
        self.unasked_packets.append(packet)

    def reset(self) -> None:
        """Listener: the board started anew."""
        self.resets += 1
