"""The clerk as the page knows it: somebody who is asked by number, and may not answer in time."""

import asyncio
import os
from collections.abc import Sequence

from edgekit.consent.presence import DIGITS
from edgekit.errors import PipeError
from edgekit.node.handing.mail import RecordReader
from edgekit.node.page.parcels import Ask, Question, unwrap_answer
from edgekit.records import SignedRecord

PATIENCE_S = 5.0
MOST_ASKED = 8
"""So many questions may be open at a time: the rest of the readers wait for their turn, or go."""

AWAY = "away"


class DistantClerk:
    """Asks by a pipe; `edgekit.web.asking.Clerk` for the application.

    Args:
        questions_fd: where questions go; made non-blocking.

    ``listens`` is set once the clerk has spoken: nothing is asked before.
    """

    def __init__(self, questions_fd: int) -> None:
        os.set_blocking(questions_fd, False)
        self._questions_fd = questions_fd
        self._open: dict[int, asyncio.Future[bytes | None]] = {}
        self._number = 0
        self.listens = False

    def hear(self, body: bytes) -> None:
        """Take an answer; raises PipeError where it is none."""
        number, answer = unwrap_answer(body)
        waiting = self._open.pop(number, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    async def pause(self, token: str) -> str:
        """Show the digits of this minute; return what came of it, in a word."""
        if not (token.isascii() and token.isdecimal() and len(token) == DIGITS):
            return "wrong"
        answer = await self._ask(Ask.PAUSE, int(token))
        return AWAY if answer is None else answer.decode("ascii", "replace")

    async def records(self, start: int, count: int) -> Sequence[SignedRecord]:
        """Return up to so many records from there on."""
        answer = await self._ask(Ask.RECORDS, start, width=count)
        return [record for _, record in RecordReader().feed(answer or b"")]

    async def tile(self, level: str, index: int, width: int) -> bytes | None:
        """Return a tile of the log."""
        return await self._ask(Ask.TILE, index, width=width, level=level)

    async def proof(self, sequence: int) -> str | None:
        """Return the proof of a record."""
        answer = await self._ask(Ask.PROOF, sequence)
        return None if answer is None else answer.decode("utf-8", "replace")

    async def _ask(self, ask: Ask, place: int, *, width: int = 0, level: str = "0") -> bytes | None:
        if not self.listens or len(self._open) >= MOST_ASKED:
            return None
        self._number = (self._number + 1) % (1 << 32)
        number = self._number
        try:
            question = Question(ask=ask, number=number, place=place, width=width, level=level)
            os.write(self._questions_fd, question.to_bytes())
        except (BlockingIOError, BrokenPipeError, PipeError):
            return None
        waiting = self._open[number] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(waiting, PATIENCE_S)
        except TimeoutError:
            return None
        finally:
            self._open.pop(number, None)
