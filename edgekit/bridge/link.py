"""A conversation over a port, kept up by one thread.

The thread opens the port, talks, closes it when something goes wrong and opens it again. No other
touches the port or the conversation: questions reach the thread through a queue.
"""

import contextlib
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from edgekit.bridge.conversation import Conversation, Listener
from edgekit.bridge.greeting import Greeting
from edgekit.bridge.lifecycle import Lifecycle, LinkEvent, LinkState, step
from edgekit.bridge.port import Port
from edgekit.bridge.request import PATIENCE_NS, Request
from edgekit.bridge.statistics import LinkStatistics
from edgekit.errors import BridgeError, BridgeTimeoutError, LinkLostError
from edgekit.wire.messages import Hello
from edgekit.wire.packet import Packet

LOG = logging.getLogger(__name__)
LONGEST_NAP_NS = 1_000_000_000
GATHER_S = 0.003  # while nobody waits for a reply: a sample may be so late
ANSWER_S = 5 * PATIENCE_NS / 1e9  # the tries of a request, and of those before it
_JOIN_S = 5.0

Chore = Callable[[int], int]
"""Takes monotonic ns and returns when it wants to be called again; called by the link's thread."""


class Link:
    """Keeps a board reachable.

    Args:
        open_port: opens the port, each time anew.
        make_greeting: how to greet, each time anew.
        listener: told about samples and resets, by the link's thread: it must not wait.
    """

    def __init__(
        self,
        open_port: Callable[[], Port],
        make_greeting: Callable[[], Greeting],
        listener: Listener,
    ) -> None:
        self._open_port = open_port
        self._make_greeting = make_greeting
        self._listener = listener
        self._statistics = LinkStatistics()
        self._chores: list[Chore] = []
        self._inbox: deque[Request] = deque()
        self._changed = threading.Condition()
        self._lifecycle = Lifecycle()
        self._failure: BridgeError | None = None
        self._port: Port | None = None
        self._conversation: Conversation | None = None
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name="edgekit-link", daemon=True)
        self._closing = False
        self._was_lost = False

    @property
    def state(self) -> LinkState:
        """What the link is doing."""
        return self._lifecycle.state

    @property
    def statistics(self) -> LinkStatistics:
        """A copy of what has been counted since the link was opened."""
        return replace(self._statistics)

    @property
    def failure(self) -> BridgeError | None:
        """Why the port was last closed; None while all is well."""
        return self._failure

    def start(self) -> None:
        """Begin to open the port."""
        self._thread.start()

    def add_chore(self, chore: Chore) -> None:
        """Have something called by the link's thread while the board is ready."""
        self._chores.append(chore)
        self.wake()

    def submit(self, request: Request) -> None:
        """Ask without waiting; the answer goes to ``request.answer``."""
        if self._closing:
            request.fail(LinkLostError("the link is closed"))
            return
        self._inbox.append(request)
        self.wake()

    def ask(self, request: Request) -> Packet:
        """Ask and wait for the reply.

        Raises:
            LinkLostError: the port is closed or gone.
            DeviceResetError: the board started anew meanwhile.
            BridgeTimeoutError: no answer for 0.9 s, however often it was asked.
            RefusedError: the board said no.
        """
        if threading.current_thread() is self._thread:
            raise BridgeError("the link's own thread can't wait for itself")
        self.submit(request)
        try:
            return request.answer.result(ANSWER_S)
        except TimeoutError as error:
            if isinstance(error, BridgeError):
                raise
            raise BridgeTimeoutError(f"{request.type.name}: no reply") from error

    def wait(self, *states: LinkState, timeout_s: float) -> bool:
        """Wait until the link is in one of these states; tell whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self.state in states, timeout_s)

    def wake(self) -> None:
        """Have the thread look at its queue."""
        with contextlib.suppress(BlockingIOError):  # full: it will wake up anyway
            os.write(self._wake_write, b"w")

    def close(self) -> None:
        """End the thread and close the port; harmless when repeated."""
        if self._closing:
            return
        self._closing = True
        if self._thread.is_alive():
            self.wake()
            self._thread.join(_JOIN_S)
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _run(self) -> None:
        self._step(LinkEvent.OPEN)
        while not self._closing:
            try:
                self._turn()
            except BridgeError as error:
                self._lose(error)
            except Exception:  # a mistake of ours must not leave everybody waiting
                LOG.exception("link=failed")
                self._lose(BridgeError("the link failed: see the log"))
        self._lose(LinkLostError("the link was closed"))
        self._step(LinkEvent.CLOSE)

    def _turn(self) -> None:
        match self.state:
            case LinkState.OPENING:
                self._open()
            case LinkState.LOST:
                self._drain(LinkLostError(f"no link: {self._failure}"))
                self._nap(self._lifecycle.retry_ns - time.monotonic_ns())
                self._step(LinkEvent.TIMER)
            case _:
                self._talk()

    def _open(self) -> None:
        self._port = self._open_port()
        self._conversation = Conversation(
            self._make_greeting(), self, self._statistics, time.monotonic_ns()
        )
        self._step(LinkEvent.OPENED)

    def _talk(self) -> None:
        port, conversation = self._port, self._conversation
        if port is None or conversation is None:
            raise LinkLostError("there is no port")
        while self._inbox:
            conversation.submit(self._inbox.popleft())
        now_ns = time.monotonic_ns()
        next_ns = self._do_chores(now_ns)
        data = conversation.poll(now_ns)
        if data:
            port.write(data)
        wait_ns = min(next_ns, conversation.wake_ns()) - time.monotonic_ns()
        gather_s = 0.0 if conversation.is_asking else GATHER_S
        received = port.read(min(wait_ns, LONGEST_NAP_NS) / 1e9, self._wake_read, gather_s)
        self._clear_wake()  # when bytes came too: a board that never pauses kept it busy
        if received:
            conversation.receive(received, time.monotonic_ns())

    def _do_chores(self, now_ns: int) -> int:
        next_ns = now_ns + LONGEST_NAP_NS
        if self.state is LinkState.READY:
            for chore in self._chores:
                next_ns = min(next_ns, chore(now_ns))
            conversation = self._conversation
            while self._inbox and conversation is not None:
                conversation.submit(self._inbox.popleft())
        return next_ns

    def _nap(self, wait_ns: int) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._closing, min(max(wait_ns, 0), LONGEST_NAP_NS // 50) / 1e9
            )

    def _clear_wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)

    def _drain(self, error: BridgeError) -> None:
        while self._inbox:
            self._inbox.popleft().fail(error)

    def _lose(self, error: BridgeError) -> None:
        was_ready = self.state is LinkState.READY
        self._failure = error
        self._step(LinkEvent.FAILED)  # first: whoever hears of it below finds it so
        if self._conversation is not None:
            self._conversation.end(LinkLostError(f"the link is lost: {error}"))
            self._conversation = None
        if self._port is not None:
            with contextlib.suppress(BridgeError):  # it is gone anyway
                self._port.close()
            self._port = None
        self._drain(LinkLostError(f"the link is lost: {error}"))
        if was_ready:
            self._was_lost = True
            self._listener.reset()
        if was_ready and not self._closing:
            LOG.warning("link=lost reason=%r", str(error))

    def _step(self, event: LinkEvent) -> None:
        with self._changed:
            self._lifecycle = step(self._lifecycle, event, time.monotonic_ns())
            self._changed.notify_all()

    # What the conversation tells its listener passes through here: the state follows it.

    def ready(self, hello: Hello) -> None:
        """Pass on that the board has been greeted."""
        self._failure = None
        self._statistics.reconnects += self._was_lost
        self._was_lost = False
        self._step(LinkEvent.GREETED)
        self._listener.ready(hello)

    def unasked(self, packet: Packet, received_ns: int) -> None:
        """Pass on a sample or piece."""
        self._listener.unasked(packet, received_ns)

    def reset(self) -> None:
        """Pass on that the board has started anew."""
        self._step(LinkEvent.RESET)
        self._listener.reset()
