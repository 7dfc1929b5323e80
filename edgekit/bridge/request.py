"""One question to a board, from the thread that asks to the thread that talks."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from edgekit.wire.messages import Type
from edgekit.wire.packet import Packet

PATIENCE_NS = 900_000_000
"""A request is tried for so long: about eleven times."""


_ECHOED: Mapping[Type, tuple[int, int | None]] = {
    Type.PING: (4, None),
    Type.SET: (0, 1),
    Type.DESCRIBE: (0, 1),
    Type.WORDS: (0, 3),
}
"""Where in a reply stands what the request began with, and how many bytes of it."""


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """A request, and where its answer goes.

    ``sealed`` is authenticated where the board holds a key; ``boot_id``, if given, is the boot that
    it is meant for: after another reset it fails instead of being sent. ``slow_ns`` is how long the
    board may take to carry it out.
    """

    type: Type
    payload: bytes = b""
    sealed: bool = False
    boot_id: int | None = None
    slow_ns: int = 0
    answer: Future[Packet] = field(default_factory=Future)

    def is_answered_by(self, payload: bytes) -> bool:
        """Whether a reply is about what was asked, not about what another host asked."""
        at, size = _ECHOED.get(self.type, (0, 0))
        asked = self.payload[:size]
        return payload[at : at + len(asked)] == asked

    def fail(self, error: Exception) -> None:
        """Tell whoever waits, unless they have been told."""
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass(slots=True, kw_only=True)
class Attempt:
    """A request on the wire: when each of its tries was sent, by ``seq``, and until when it waits.

    A late reply to an earlier try answers the same question: it is as good as one to the last.
    """

    request: Request
    begun_ns: int
    deadline_ns: int = 0
    sent_ns: dict[int, int] = field(default_factory=dict)

    @property
    def tries(self) -> int:
        """How often it has been sent."""
        return len(self.sent_ns)

    def is_hopeless(self, now_ns: int) -> bool:
        """Whether it has been tried for long enough."""
        return now_ns >= self.begun_ns + PATIENCE_NS
