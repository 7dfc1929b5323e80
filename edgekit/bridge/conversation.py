"""What a host says to a board and makes of its answers; no port, no thread, no clock of its own.

Bytes go in by `Conversation.receive`, time by `Conversation.poll`, which gives the bytes to send.
The same object talks over a port (`edgekit.bridge.link`) and, in tests, to firmware in lockstep.
"""

from collections import deque
from typing import Protocol

from edgekit.bridge.greeting import Greeting, refusal, require_board
from edgekit.bridge.patience import Patience
from edgekit.bridge.request import Attempt, Request
from edgekit.bridge.statistics import LinkStatistics
from edgekit.bridge.timeline import Timeline
from edgekit.errors import BridgeError, BridgeTimeoutError, DeviceResetError, PacketError
from edgekit.wire.authentication import seal
from edgekit.wire.messages import REPLY, Hello, Pong, Type
from edgekit.wire.packet import Fault, Packet, PacketDecoder

IDLE_NS = 1_000_000_000
"""How long a quiet link is left alone before a PING."""

MISSED_PINGS = 3
_ERR = Type.ERR | REPLY
_BOOT_BYTE = 0xFF


class Listener(Protocol):
    """Who wants to know; called by whoever calls receive and poll."""

    def ready(self, hello: Hello) -> None:
        """A board has said who it is."""
        ...

    def unasked(self, packet: Packet, received_ns: int) -> None:
        """A SAMPLE or PIECE came."""
        ...

    def reset(self) -> None:
        """The board has started anew, or is gone."""
        ...


class Conversation:
    """One opening of a port: greets the board, then carries requests, one at a time.

    Args:
        greeting: whom to expect and how to prove who asks.
        listener: who is told about samples and resets.
        statistics: what is counted.
        now_ns: when the port was opened, monotonic.

    Attributes:
        hello: who answered; None until somebody did, and after a reset.
        timeline: the board's clock; None likewise.
    """

    def __init__(
        self, greeting: Greeting, listener: Listener, statistics: LinkStatistics, now_ns: int
    ) -> None:
        self.hello: Hello | None = None
        self.timeline: Timeline | None = None
        self.statistics = statistics
        self._greeting = greeting
        self._listener = listener
        self._decoder = PacketDecoder()
        self._queue: deque[Request] = deque()
        self._attempt: Attempt | None = None
        self._patience = Patience()
        self._seq = 0
        self._boot_id: int | None = None
        self._session = b""
        self._counter = 0
        self._heard_ns = self._asked_ns = now_ns
        self._missed = 0
        self._sample_seq: int | None = None
        self._out = bytearray()
        greeting.begin(now_ns)

    @property
    def is_asking(self) -> bool:
        """Whether a reply, or HELLO's, is waited for."""
        return self._attempt is not None or self.hello is None

    def submit(self, request: Request) -> None:
        """Ask as soon as the wire is free and the board has been greeted."""
        self._queue.append(request)

    def receive(self, data: bytes, now_ns: int) -> None:
        """Take bytes from the port. Raises BridgeError where this board is not to be talked to."""
        self.statistics.bytes_in += len(data)
        for found in self._decoder.feed(data):
            if isinstance(found, Fault):
                self._count_fault(found, now_ns)
            else:
                self.statistics.packets += 1
                self._take(found, now_ns)

    def poll(self, now_ns: int) -> bytes:
        """Let time pass; returns what is to be sent. Raises BridgeError on a silent board."""
        if self.hello is None:
            nonce = self._greeting.due(now_ns)
            if nonce is not None:
                self._send(Type.HELLO, nonce)
                self._asked_ns = now_ns
        else:
            self._poll_ready(now_ns)
        data = bytes(self._out)
        self._out.clear()
        self.statistics.bytes_out += len(data)
        return data

    def wake_ns(self) -> int:
        """When poll has something to do, at the latest."""
        if self.hello is None:
            return self._greeting.next_ns
        if self._attempt is not None:
            return self._attempt.deadline_ns
        return 0 if self._queue else max(self._heard_ns, self._asked_ns) + IDLE_NS

    def end(self, error: BridgeError) -> None:
        """Fail whatever is under way or waiting."""
        waiting = [] if self._attempt is None else [self._attempt.request]
        for request in (*waiting, *self._queue):
            request.fail(error)
        self._attempt = None
        self._queue.clear()

    def _poll_ready(self, now_ns: int) -> None:
        attempt = self._attempt
        if attempt is not None and now_ns >= attempt.deadline_ns:
            if attempt.is_hopeless(now_ns):
                self._give_up(attempt)
            else:
                self.statistics.retries += 1
                self._try(attempt, now_ns)
        if self._attempt is None and self._queue:
            self._ask(self._queue.popleft(), now_ns)
        elif self._attempt is None and now_ns >= max(self._heard_ns, self._asked_ns) + IDLE_NS:
            self._ask(Request(type=Type.PING), now_ns)

    def _ask(self, request: Request, now_ns: int) -> None:
        if request.boot_id not in {None, self._boot_id}:
            request.fail(DeviceResetError("the board has started anew since this was asked"))
            return
        self._attempt = Attempt(request=request, begun_ns=now_ns)
        self._try(self._attempt, now_ns)

    def _try(self, attempt: Attempt, now_ns: int) -> None:
        request = attempt.request
        wait_ns = max(request.slow_ns, self._patience.timeout_ns(attempt.tries))
        seq = self._send(request.type, request.payload, sealed=request.sealed)
        attempt.sent_ns[seq] = self._asked_ns = now_ns
        attempt.deadline_ns = now_ns + wait_ns

    def _give_up(self, attempt: Attempt) -> None:
        self._attempt = None
        self.statistics.timeouts += 1
        name = attempt.request.type.name
        attempt.request.fail(BridgeTimeoutError(f"{name}: no reply after {attempt.tries} tries"))
        self._missed += 1
        if self._missed >= MISSED_PINGS:
            raise BridgeTimeoutError(f"the board has missed {MISSED_PINGS} requests in a row")

    def _send(self, kind: Type, payload: bytes, *, sealed: bool = False) -> int:
        self._seq = (self._seq + 1) & _BOOT_BYTE
        packet = Packet(kind, self._seq, 0, payload)
        if sealed and self._session:
            self._counter += 1
            packet = seal(packet, self._session, self._counter)
        self._out += packet.to_bytes()
        return self._seq

    def _take(self, packet: Packet, now_ns: int) -> None:
        self._heard_ns = now_ns
        if packet.type == Type.BOOT or self._is_of_another_boot(packet):
            self._start_over(now_ns, booted=packet.type == Type.BOOT)
        elif self.hello is None:
            self._be_greeted(packet, now_ns)
        elif packet.type in {Type.SAMPLE, Type.PIECE}:
            self._count_gap(packet)
            self._listener.unasked(packet, now_ns)
        else:
            self._answer(packet, now_ns)

    def _is_of_another_boot(self, packet: Packet) -> bool:
        return self.hello is not None and packet.boot != self.hello.boot_id & _BOOT_BYTE

    def _start_over(self, now_ns: int, *, booted: bool) -> None:
        if self.hello is not None:
            self.statistics.resets += 1
            self.end(DeviceResetError("the board started anew while it was asked"))
            self.hello = None
            self.timeline = None
            self._sample_seq = None
            self._listener.reset()
        self._greeting.begin(now_ns, booted=booted)

    def _be_greeted(self, packet: Packet, now_ns: int) -> None:
        hello = require_board(packet, self._seq, self._greeting.uid)
        if hello is None:
            return
        self._patience.observe(now_ns - self._asked_ns)
        self._session = self._greeting.session_of(hello)
        self._counter = 0
        self._missed = 0
        self._boot_id = hello.boot_id
        self.timeline = Timeline(hello.tick_hz)
        self.hello = hello
        self._listener.ready(hello)

    def _answer(self, packet: Packet, now_ns: int) -> None:
        attempt = self._attempt
        wanted = None if attempt is None else attempt.request.type | REPLY
        sent_ns = None if attempt is None else attempt.sent_ns.get(packet.seq)
        if attempt is None or sent_ns is None or packet.type not in {wanted, _ERR}:
            self.statistics.strays += 1
            return
        if packet.type != _ERR and not attempt.request.is_answered_by(packet.payload):
            self.statistics.strays += 1
            return
        self._attempt = None
        self._missed = 0
        self._patience.observe(now_ns - sent_ns)
        if packet.type == _ERR:
            attempt.request.fail(refusal(attempt.request.type, packet.payload))
            return
        if packet.type == Type.PING | REPLY:
            self._observe(packet, sent_ns, now_ns)
        if not attempt.request.answer.done():
            attempt.request.answer.set_result(packet)

    def _observe(self, packet: Packet, sent_ns: int, now_ns: int) -> None:
        try:
            pong = Pong.from_payload(packet.payload)
        except PacketError:
            self.statistics.bad_payload += 1
            return
        if self.timeline is not None:
            self.timeline.observe(pong.ticks, sent_ns, now_ns)

    def _count_gap(self, packet: Packet) -> None:
        if packet.type != Type.SAMPLE:
            return
        if self._sample_seq is not None:
            self.statistics.gaps += (packet.seq - self._sample_seq - 1) & _BOOT_BYTE
        self._sample_seq = packet.seq

    def _count_fault(self, fault: Fault, now_ns: int) -> None:
        name = f"bad_{fault.value}"
        setattr(self.statistics, name, getattr(self.statistics, name) + 1)
        attempt = self._attempt
        if attempt is None or attempt.request.slow_ns:
            return
        if self._patience.is_due(now_ns - self._asked_ns):
            attempt.deadline_ns = now_ns  # it was the reply, most likely: nothing else will come
