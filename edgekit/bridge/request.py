"""One question to a board, from the thread that asks to the thread that talks."""

from concurrent.futures import Future
from dataclasses import dataclass, field

from edgekit.wire.messages import Type
from edgekit.wire.packet import Packet

TRIES = 3
TIMEOUT_NS = 300_000_000


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """A request, and where its answer goes.

    ``sealed`` is authenticated where the board holds a key; ``boot_id``, if given, is the boot that
    it is meant for: after another reset it fails instead of being sent.
    """

    type: Type
    payload: bytes = b""
    sealed: bool = False
    boot_id: int | None = None
    answer: Future[Packet] = field(default_factory=Future)

    def fail(self, error: Exception) -> None:
        """Tell whoever waits, unless they have been told."""
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass(slots=True, kw_only=True)
class Attempt:
    """A request on the wire."""

    request: Request
    seq: int
    sent_ns: int
    number: int

    @property
    def deadline_ns(self) -> int:
        """When the reply is too late."""
        return self.sent_ns + TIMEOUT_NS
