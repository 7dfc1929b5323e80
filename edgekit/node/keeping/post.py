"""The clerk's side of the herald: what is in the ledger goes out in order, and is ticked off.

The ledger is the queue, so nothing is lost when the herald falls, and nothing grows while an
outlet is away.
"""

import os
import selectors
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from edgekit.consent.presence import DIGITS
from edgekit.errors import PipeError
from edgekit.ledger.store import Ledger
from edgekit.node.clock import now_ms
from edgekit.node.control import close_all
from edgekit.node.handing.mail import (
    BROKER,
    FILES,
    GREETING,
    PAUSE,
    AnswerReader,
    encode_record,
    lane_of,
)
from edgekit.node.log import say

AHEAD = 256
"""How many records of a lane may be with the herald unanswered."""

HERALD = "herald"
"""What the ledger calls the lane of the files; the broker's is called by its address."""


@dataclass(slots=True)
class _Lane:
    number: int
    name: str
    next: int


class Post:
    """One herald's pipes.

    Args:
        ledger: the queue.
        records_fd: where records go; made non-blocking.
        answers_fd: where answers come from.
        broker: what the ledger calls the broker; None where there is none.
    """

    def __init__(
        self, ledger: Ledger, records_fd: int, answers_fd: int, *, broker: str | None = None
    ) -> None:
        self._ledger = ledger
        self._records_fd = records_fd
        self.answers_fd = answers_fd
        os.set_blocking(records_fd, False)
        os.set_blocking(answers_fd, False)
        names = {FILES: HERALD} | ({} if broker is None else {BROKER: broker})
        self._lanes = {
            number: _Lane(number, name, ledger.delivered(name)) for number, name in names.items()
        }
        self._answers = AnswerReader()
        self._pending = deque([memoryview(GREETING)])

    @property
    def idle(self) -> bool:
        """Whether everything in the ledger has been delivered."""
        lanes = self._lanes.values()
        return all(self._ledger.delivered(lane.name) >= self._ledger.size for lane in lanes)

    def pump(self) -> None:
        """Hand over as much as the pipe takes; raises BrokenPipeError when the herald is gone."""
        if not self._pending:
            for lane in self._lanes.values():
                self._fill(lane)
        try:
            while self._pending:
                sent = os.write(self._records_fd, self._pending[0])
                self._pending[0] = self._pending[0][sent:]
                if not self._pending[0]:
                    self._pending.popleft()
        except BlockingIOError:
            return

    def _fill(self, lane: _Lane) -> None:
        room = self._ledger.delivered(lane.name) + AHEAD - lane.next
        if room > 0:
            for record in self._ledger.records(lane.next, min(room, AHEAD)):
                self._pending.append(memoryview(encode_record(record, lane.number)))
                lane.next = record.sequence + 1

    def hear(self) -> tuple[str, ...]:
        """Take answers; return the tokens of those that ask for a pause.

        Raises BrokenPipeError at the end.
        """
        try:
            data = os.read(self.answers_fd, 4096)
        except BlockingIOError:
            return ()
        if not data:
            raise BrokenPipeError
        tokens = []
        for word, sequence in self._answers.feed(data):
            if word == PAUSE:
                tokens.append(f"{sequence:0{DIGITS}}")
            else:
                self._tick_off(self._lanes.get(lane_of(word)), sequence)
        return tuple(tokens)

    def _tick_off(self, lane: _Lane | None, sequence: int) -> None:
        """Remember how far a lane is, if it was given so much."""
        if lane is not None and self._ledger.delivered(lane.name) < sequence <= lane.next:
            self._ledger.set_delivered(lane.name, sequence)

    def close(self) -> None:
        """Close both pipes: the herald sees the end and finishes."""
        close_all((self._records_fd, self.answers_fd))


class PostOffice:
    """The post of one herald after another: where one falls, the next goes on.

    Args:
        ledger: the queue.
        selector: told which descriptor brings answers.
        present: told the token of whoever asks for a pause by an outlet.
        broker: what the ledger calls the broker. One that is new gets what is made from now on:
            what was made before was not for it.
    """

    def __init__(
        self,
        ledger: Ledger,
        selector: selectors.BaseSelector,
        present: Callable[[str], object] = lambda _token: None,
        *,
        broker: str | None = None,
    ) -> None:
        if broker is not None and ledger.delivered(broker, unknown=-1) < 0:
            ledger.set_delivered(broker, ledger.size)
        self._broker = broker
        self._names = (HERALD,) if broker is None else (HERALD, broker)
        self._ledger = ledger
        self._selector = selector
        self._present = present
        self._post: Post | None = None

    @property
    def idle(self) -> bool:
        """Whether there is nothing to wait for: all is delivered, or no herald is there."""
        return self._post is None or self._post.idle

    @property
    def delivered(self) -> int:
        """Every record before this sequence number is wherever it has to go."""
        return min(map(self._ledger.delivered, self._names))

    def open(self, descriptors: tuple[int, ...]) -> None:
        """Give the post to a new herald; ``descriptors``: records, answers."""
        self.close()
        self._post = Post(self._ledger, *descriptors, broker=self._broker)
        self._selector.register(self._post.answers_fd, selectors.EVENT_READ, self.pump)

    def pump(self) -> None:
        """Take answers and hand over records; a herald that is gone or talks nonsense is left."""
        if self._post is None:
            return
        try:
            for token in self._post.hear():
                self._present(token)
            self._post.pump()
        except (BrokenPipeError, PipeError) as error:
            say("info", f"the herald is gone: {str(error) or 'its pipe is closed'}")
            self.close()

    def progress(self) -> dict[str, int]:
        """Return how many records there are, and how many of them are wherever they have to go."""
        return {"records": self._ledger.size, "delivered": self.delivered}

    def finish(self, most_ms: int) -> None:
        """Let the herald take what it can within so long."""
        until_ms = now_ms() + most_ms
        while not self.idle and now_ms() < until_ms:
            self.pump()
            self._selector.select(0.05)

    def close(self) -> None:
        """Close the herald's pipes; harmless when repeated."""
        if self._post is not None:
            self._selector.unregister(self._post.answers_fd)
            self._post.close()
            self._post = None
