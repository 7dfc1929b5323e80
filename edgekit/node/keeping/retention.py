"""The clerk's own retention: a number goes when the authorisation's duration for it is over.

A page of records a turn, so that nothing waits for it. What a power cut stops half-way is done
again: the erasure is one transaction, and the journal is emptied at every start.
"""

from edgekit.consent.terms import since_s
from edgekit.errors import LedgerError
from edgekit.ledger.retention import PAGE, is_number
from edgekit.ledger.store import Ledger
from edgekit.node.log import say
from edgekit.records import ClockTrust, SignedRecord
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload, time_of

EVERY_MS = 60_000
"""What is not old yet is looked at again after so long."""


class Retention:
    """Erases what is too old, while the node runs.

    Args:
        ledger: the clerk's.
        duration: how long numbers may be kept (ISO 8601-1, 5.5.2).
        mended: (size, time): of so many first records the clock was wrong, and no time after this
            one counts for them.
    """

    def __init__(self, ledger: Ledger, duration: str, mended: tuple[int, int] = (0, 0)) -> None:
        self._ledger = ledger
        self._duration = duration
        self._mended = mended
        self._next = 0
        self._rested_ms: int | None = None
        self._untidy = True
        self._told = False
        self._erased = 0

    def turn(self, now_ms: int, clock: ClockTrust) -> None:
        """Go on by a page, where it is time and the clock is to be trusted."""
        resting = self._rested_ms is not None and 0 <= now_ms - self._rested_ms < EVERY_MS
        if clock is ClockTrust.NONE or resting:
            return
        self._rested_ms = None
        try:
            self._tidy()
            whole = self._page(since_s(self._duration, now_ms // 1000))
        except LedgerError as error:
            # Erased by hand meanwhile, or somebody reads, or the disk is full: later again.
            self._untidy, whole = True, True
            if not self._told:
                say("warning", f"erasing what is too old waits: {error}")
            self._told = True
        if whole:
            self._rest(now_ms)

    def _tidy(self) -> None:
        """Take what was erased before out of the journal, too."""
        if self._untidy:
            self._ledger.forget_journal()
            self._untidy = False

    def _page(self, before_s: int) -> bool:
        """Erase what is old among the next records; return whether nothing old comes after them."""
        found = self._ledger.records(self._next, PAGE)
        old: list[int] = []
        following, young = self._next, not found
        for record in found:
            time_s = self._number_s(record)
            if young := time_s is not None and time_s >= before_s:
                break
            old += [] if time_s is None else [record.sequence]
            following = record.sequence + 1
        if old:
            self._ledger.erase(old)
            self._erased += len(old)
        self._next = following
        return young

    def _number_s(self, record: SignedRecord) -> int | None:
        """Return the time of a number; None of what only says what became of the node."""
        fields = read_payload(Envelope.from_bytes(record.envelope).payload)
        if not is_number(fields):
            return None
        size, mended_s = self._mended
        time_s = time_of(fields)
        return min(time_s, mended_s) if record.sequence < size else time_s

    def _rest(self, now_ms: int) -> None:
        self._rested_ms = now_ms
        if self._erased:
            say("info", f"erased {self._erased} numbers: they are kept for {self._duration}")
            self._erased, self._told = 0, False
