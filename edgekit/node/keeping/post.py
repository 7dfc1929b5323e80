"""The clerk's side of the herald: what is in the ledger goes out in order, and is ticked off.

The ledger is the queue, so nothing is lost when the herald falls, and nothing grows while an
outlet is away.
"""

import os
import selectors
from collections import deque

from edgekit.errors import PipeError
from edgekit.ledger.store import Ledger
from edgekit.node.clock import steady_ms
from edgekit.node.control import close_all
from edgekit.node.log import say
from edgekit.node.mail import DELIVERED, PAUSE, AnswerReader, encode_record

AHEAD = 256
"""How many records may be with the herald unanswered."""

HERALD = "herald"
_MOMENT_S = 0.05


class Post:
    """One herald's pipes.

    Args:
        ledger: the queue.
        records_fd: where records go; made non-blocking.
        answers_fd: where answers come from.
    """

    def __init__(self, ledger: Ledger, records_fd: int, answers_fd: int) -> None:
        self._ledger = ledger
        self._records_fd = records_fd
        self.answers_fd = answers_fd
        os.set_blocking(records_fd, False)
        os.set_blocking(answers_fd, False)
        self._next = ledger.delivered(HERALD)
        self._answers = AnswerReader()
        self._pending: deque[memoryview] = deque()

    @property
    def idle(self) -> bool:
        """Whether everything in the ledger has been delivered."""
        return self._ledger.delivered(HERALD) >= self._ledger.size

    def pump(self) -> None:
        """Hand over as much as the pipe takes; raises BrokenPipeError when the herald is gone."""
        delivered = self._ledger.delivered(HERALD)
        room = delivered + AHEAD - self._next
        if not self._pending and room > 0:
            for record in self._ledger.records(self._next, min(room, AHEAD)):
                self._pending.append(memoryview(encode_record(record)))
                self._next = record.sequence + 1
        try:
            while self._pending:
                sent = os.write(self._records_fd, self._pending[0])
                self._pending[0] = self._pending[0][sent:]
                if not self._pending[0]:
                    self._pending.popleft()
        except BlockingIOError:
            return

    def hear(self) -> bool:
        """Take answers; True when one asks for a pause. Raises BrokenPipeError at the end."""
        try:
            data = os.read(self.answers_fd, 4096)
        except BlockingIOError:
            return False
        if not data:
            raise BrokenPipeError
        pause = False
        for word, sequence in self._answers.feed(data):
            if word == DELIVERED and self._ledger.delivered(HERALD) < sequence <= self._next:
                self._ledger.set_delivered(HERALD, sequence)
            pause = pause or word == PAUSE
        return pause

    def close(self) -> None:
        """Close both pipes: the herald sees the end and finishes."""
        close_all((self._records_fd, self.answers_fd))


class PostOffice:
    """The post of one herald after another: where one falls, the next goes on.

    Args:
        ledger: the queue.
        selector: told which descriptor brings answers.
    """

    def __init__(self, ledger: Ledger, selector: selectors.BaseSelector) -> None:
        self._ledger = ledger
        self._selector = selector
        self._post: Post | None = None

    @property
    def idle(self) -> bool:
        """Whether there is nothing to wait for: all is delivered, or no herald is there."""
        return self._post is None or self._post.idle

    def open(self, descriptors: tuple[int, ...]) -> None:
        """Give the post to a new herald; ``descriptors``: records, answers."""
        self.close()
        self._post = Post(self._ledger, *descriptors)
        self._selector.register(self._post.answers_fd, selectors.EVENT_READ, self.pump)

    def pump(self) -> None:
        """Take answers and hand over records; a herald that is gone or talks nonsense is left."""
        if self._post is None:
            return
        try:
            self._post.hear()
            self._post.pump()
        except (BrokenPipeError, PipeError) as error:
            say("info", f"the herald is gone: {str(error) or 'its pipe is closed'}")
            self.close()

    def flush(self, span_ms: int) -> None:
        """Hand over what the herald takes in so many milliseconds."""
        until = steady_ms() + span_ms
        while not self.idle and steady_ms() < until:
            self.pump()
            self._selector.select(_MOMENT_S)

    def close(self) -> None:
        """Close the herald's pipes; harmless when repeated."""
        if self._post is not None:
            self._selector.unregister(self._post.answers_fd)
            self._post.close()
            self._post = None
