"""The clerk's side of the page: what is released goes out, small questions are answered.

The page is where the network comes in. What it may ask is bounded: sixteen bytes each, few at once,
for what anybody may have. A page that asks for something else, or does not read, is left.
"""

import os
import selectors
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from edgekit import __version__
from edgekit.consent.pause import FOR_EVER_MS
from edgekit.consent.presence import DIGITS
from edgekit.consent.states import State
from edgekit.errors import LedgerError, PipeError
from edgekit.ledger.checkpoint import read_unverified
from edgekit.ledger.merkle import STRIDE
from edgekit.ledger.tiles import WIDTH, tile_data
from edgekit.node.clerking.bell import Bell, Way
from edgekit.node.clerking.permission import Permission, Shut
from edgekit.node.clock import steady_ms
from edgekit.node.control import close_all
from edgekit.node.handing.mail import encode_record
from edgekit.node.keeping.books import Books
from edgekit.node.log import say
from edgekit.node.page.parcels import (
    Ask,
    Parcel,
    Question,
    QuestionReader,
    about_to_bytes,
    condition_to_bytes,
    wrap,
    wrap_answer,
)
from edgekit.node.site import Site
from edgekit.provenance import Wall
from edgekit.records import Reason
from edgekit.web.board import MOST_RECORDS, About, Condition

AHEAD_BYTES = 1 << 22
"""So much may wait for a page that does not read."""

AT_ONCE = 64
SAY_MS = 5_000
"""How it stands is said so often at the least, so that silence tells something."""

MOST_RECORDS_ASKED = 256
MINUTE_S = 60


class Line:
    """One page's pipes.

    Args:
        parcels_fd: where parcels go; made non-blocking.
        questions_fd: where questions come from.
    """

    def __init__(self, parcels_fd: int, questions_fd: int) -> None:
        self._parcels_fd = parcels_fd
        self.questions_fd = questions_fd
        os.set_blocking(parcels_fd, False)
        os.set_blocking(questions_fd, False)
        self._questions = QuestionReader()
        self._pending: deque[memoryview] = deque()

    @property
    def waiting(self) -> int:
        """How many bytes wait to be read."""
        return sum(map(len, self._pending))

    def hand(self, parcel: bytes) -> None:
        """Hand a parcel over as soon as the pipe takes it."""
        self._pending.append(memoryview(parcel))

    def pump(self) -> None:
        """Write what the pipe takes; raises BrokenPipeError when the page is gone or asleep."""
        with suppress(BlockingIOError):
            while self._pending:
                sent = os.write(self._parcels_fd, self._pending[0])
                self._pending[0] = self._pending[0][sent:]
                if not self._pending[0]:
                    self._pending.popleft()
        if self.waiting > AHEAD_BYTES:
            raise BrokenPipeError

    def hear(self) -> list[Question]:
        """Return what it asks; raises BrokenPipeError at its end, PipeError on nonsense."""
        try:
            data = os.read(self.questions_fd, 1024)
        except BlockingIOError:
            return []
        if not data:
            raise BrokenPipeError
        return list(self._questions.feed(data))

    def close(self) -> None:
        """Close both pipes: the page sees the end and finishes."""
        close_all((self._parcels_fd, self.questions_fd))


@dataclass(slots=True)
class _Told:
    """What a page has been told already."""

    next_sequence: int
    note: str | None = None
    condition: bytes = b""
    said_ms: int = 0


class PageDesk:
    """The line to one page after another; where there is none, nothing.

    Args:
        site: its settings say whether the device's own screen shows the page.
        books: what lies in the log.
        bell: which checks the digits, and knows them.
        permission: how the authorisation stands.
        selector: told which descriptor brings questions.
    """

    def __init__(
        self,
        site: Site,
        books: Books,
        bell: Bell,
        permission: Permission,
        selector: selectors.BaseSelector,
    ) -> None:
        self._books = books
        self._bell = bell
        self._permission = permission
        self._selector = selector
        web = site.settings.web
        self._shows_digits = web is not None and web.shows_digits
        self._line: Line | None = None
        self._told = _Told(0)
        self._until: tuple[int, int] = (0, 0)

    def open(self, descriptors: tuple[int, ...]) -> None:
        """Begin with a new page; ``descriptors``: parcels, questions."""
        self.close()
        self._line = Line(*descriptors)
        self._told = _Told(max(0, self._books.ledger.size - MOST_RECORDS))
        self._selector.register(self._line.questions_fd, selectors.EVENT_READ, self.hear)
        key = self._books.public_key
        about = About(
            key_pem=key.to_pem().decode(),
            key_id=key.key_id,
            origin=self._books.ledger.origin,
            software=f"edgekit {__version__}",
        )
        self._line.hand(wrap(Parcel.ABOUT, about_to_bytes(about)))

    def until_s(self, now_ms: int) -> int | None:
        """Return when a pause ends, in full minutes; None where there is no end of it."""
        ends_ms = self._permission.standing.pauses.until_ms
        if ends_ms >= FOR_EVER_MS:
            return None
        if self._until[0] != ends_ms:  # worked out once, so that it does not waver
            left_s = (now_ms + max(0, ends_ms - steady_ms())) // 1000
            self._until = (ends_ms, (left_s + MINUTE_S - 1) // MINUTE_S * MINUTE_S)
        return self._until[1]

    def turn(
        self,
        now_ms: int,
        shut: Shut | None,
        wall: Wall,
        outage: Reason | None,
        live: Mapping[str, int],
    ) -> None:
        """Tell the page what is new.

        Args:
            now_ms: Unix time.
            shut: why no eye may see, None where one may.
            wall: how far the eye is sealed.
            outage: what is wrong with the view, None where nothing is.
            live: exact numbers of this moment, where they may be shown.
        """
        if self._line is None:
            return
        state = self._permission.standing.state
        condition = Condition(
            state=state,
            shut=shut.reason if shut else None,
            until_s=self.until_s(now_ms) if state is State.PAUSED else None,
            clock=self._permission.clock,
            seal=wall.eye,
            view=outage or "good",
            digits=self._bell.token if self._shows_digits else None,
            live=live if shut is None else {},
        )
        try:
            self._tell(self._line, now_ms, condition_to_bytes(condition))
            self._line.pump()
        except BrokenPipeError as error:
            self._leave(error)

    def hear(self) -> None:
        """Answer what is asked."""
        if self._line is None:
            return
        try:
            for question in self._line.hear():
                self._line.hand(wrap_answer(question.number, self._answer(question)))
            self._line.pump()
        except (BrokenPipeError, PipeError) as error:
            self._leave(error)

    def close(self) -> None:
        """Close the page's pipes; harmless when repeated."""
        if self._line is not None:
            self._selector.unregister(self._line.questions_fd)
            self._line.close()
            self._line = None

    def _leave(self, error: Exception) -> None:
        say("info", f"the page is gone: {str(error) or 'its pipe is closed'}")
        self.close()

    def _tell(self, line: Line, now_ms: int, condition: bytes) -> None:
        told, ledger = self._told, self._books.ledger
        if line.waiting < AHEAD_BYTES // 4 and told.next_sequence < ledger.size:
            records = ledger.records(told.next_sequence, AT_ONCE)
            last = records[-1].sequence + 1 if len(records) == AT_ONCE else ledger.size
            told.next_sequence = last  # erased ones are passed over
            line.hand(wrap(Parcel.RECORDS, b"".join(map(encode_record, records))))
        note = ledger.latest_checkpoint()
        if note is not None and note != told.note and told.next_sequence >= ledger.size:
            told.note = note
            line.hand(wrap(Parcel.NOTE, note.encode()))
        if condition != told.condition or now_ms - told.said_ms >= SAY_MS:
            told.condition, told.said_ms = condition, now_ms
            line.hand(wrap(Parcel.CONDITION, condition))

    def _answer(self, question: Question) -> bytes | None:
        """Return what is asked for; None where there is no such thing."""
        if question.ask is Ask.PAUSE:
            return self._bell.present(f"{question.place:0{DIGITS}}", Way.PAGE).encode()
        try:
            return self._found(question)
        except (LedgerError, OverflowError):  # beyond the log, erased, or no number of SQLite's
            return None

    def _found(self, question: Question) -> bytes | None:
        ledger = self._books.ledger
        if question.ask is Ask.RECORDS:
            records = ledger.records(question.place, min(question.width, MOST_RECORDS_ASKED))
            return b"".join(map(encode_record, records))
        if question.ask is Ask.PROOF:
            return ledger.proof(question.place).encode()
        note = ledger.latest_checkpoint()
        size = 0 if note is None else read_unverified(note).size
        level = int(question.level) if question.level.isdecimal() else 0
        ends = question.place * WIDTH + question.width
        if not (0 < question.width <= WIDTH and ends <= size >> STRIDE * level):
            return None
        return tile_data(ledger, question.level, question.place, question.width)
