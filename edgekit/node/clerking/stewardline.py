"""The clerk's end of the steward's pipe: its systems tell under the rules of the eye's."""

import os
import selectors
from collections.abc import Callable
from contextlib import suppress

from edgekit.consent.decided import decided_at
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import PipeError
from edgekit.node import pipe
from edgekit.node.clerking.eyeline import READ_BYTES, SILENT_MS, START_MS
from edgekit.node.clock import now_ms, steady_ms
from edgekit.node.control import Message, Word, close_all
from edgekit.node.keeping.counts import Counts
from edgekit.node.log import say
from edgekit.privacy.message import Discard, Outage
from edgekit.privacy.systems import kinds_of, system_of
from edgekit.records import Decided, Health, Kind, Observation, Reason


class StewardLine:
    """The steward as the clerk knows it, one after the other: what it tells, and is asked.

    Args:
        authorisation: what is allowed at the site.
        counts: takes what is told.
        selector: tells when something has come.
        tell: says a word to the supervisor about the steward of a generation.
    """

    def __init__(
        self,
        authorisation: SiteAuthorisation,
        counts: Counts,
        selector: selectors.BaseSelector,
        tell: Callable[[Word, int, str], None],
    ) -> None:
        self._kinds = kinds_of(authorisation)
        self._deciding = frozenset(decided_at(authorisation))
        self._boards: dict[str, Health] = {}
        self._counts, self._selector, self._tell = counts, selector, tell
        self._descriptor: int | None = None
        self._said: int | None = None
        self._state = pipe.PipeState(generation=0, kinds=self._kinds)
        self._buffer = b""
        self._heard_ms = steady_ms()

    def open(self, message: Message) -> None:
        """Take a new steward, whose pipe comes with the message."""
        self.close(Reason.SYSTEM_DOWN)
        self._descriptor, self._said = message.descriptors
        for descriptor in message.descriptors:
            os.set_blocking(descriptor, False)
        self._state = pipe.PipeState(generation=message.generation, kinds=self._kinds)
        self._buffer, self._heard_ms = b"", steady_ms()
        self._selector.register(self._descriptor, selectors.EVENT_READ, self.hear)

    def gone(self, message: Message) -> None:
        """The supervisor says that a steward has ended."""
        if message.generation == self._state.generation:
            self.hear()
            self.close(Reason.SYSTEM_DOWN)

    def hear(self) -> None:
        """Take what has come."""
        if self._descriptor is None:
            return
        try:
            data = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return
        if not data:
            self.close(Reason.SYSTEM_DOWN)
            return
        self._heard_ms = steady_ms()
        messages, self._buffer = pipe.split(self._buffer + data)
        try:
            for one in messages:
                self._state, seen = pipe.step(self._state, one, now_ms())
                self._take(seen)
        except PipeError as error:
            self._expel(error)

    def order(self, word: Decided) -> None:
        """Ask for what an eye has decided; one that does not listen is late for its output."""
        if self._said is not None:
            with suppress(BlockingIOError, BrokenPipeError):
                os.write(self._said, bytes([word]))

    @property
    def away(self) -> dict[str, str]:
        """Say of which system's decisions nobody drives the output now."""
        return {
            f"{name}.board": "away"
            for name in sorted(self._deciding)
            if self._boards.get(name) is not Health.GOOD
        }

    def look(self) -> None:
        """Say the one bit; end a steward that hangs: its outputs then go to their safe states."""
        if self._said is not None:
            with suppress(BlockingIOError, BrokenPipeError):  # it is late for its own sign
                os.write(self._said, self._counts.crowding.word)
        patience_ms = SILENT_MS if self._state.next_seq else START_MS
        if self._descriptor is not None and steady_ms() - self._heard_ms > patience_ms:
            self._tell(Word.KILL_STEWARD, self._state.generation, "it has said nothing too long")
            self.close(Reason.STALLED)

    def close(self, reason: Reason) -> None:
        """Let go of it, and note why; harmless when repeated."""
        if self._descriptor is None:
            return
        with suppress(KeyError):
            self._selector.unregister(self._descriptor)
        close_all([one for one in (self._descriptor, self._said) if one is not None])
        self._descriptor = self._said = None
        self._boards.clear()
        self._counts.lose(Outage(now_ms=now_ms(), reason=reason))

    def _take(self, seen: Observation) -> None:
        name = system_of(seen.channel)
        if seen.kind is Kind.HELLO:
            self._counts.greet(seen)
        elif name is None:
            raise PipeError(f"{seen.kind.name} of no system")
        elif name in self._deciding:
            self._boards[name] = Health(seen.value)
        else:
            self._counts.tell(name, seen)

    def _expel(self, error: PipeError) -> None:
        say("error", f"the steward broke the rules of the pipe: {error}")
        self._tell(Word.KILL_STEWARD, self._state.generation, str(error))
        self._counts.lose(Discard(now_ms=now_ms(), reason=Reason.PIPE_BROKEN))
        self.close(Reason.PIPE_BROKEN)
