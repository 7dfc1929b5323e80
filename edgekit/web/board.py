"""What the page knows: what the clerk has handed it, and nothing besides.

    board = Board(site, keep_s=86_400)
    board.take(record); board.set_state(state)
    await board.changed(since)

Records are the ledger's, hence released and signed; how the node stands is words.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.states import State
from edgekit.consent.terms import since_s
from edgekit.provenance import Seal
from edgekit.records import ClockTrust, Reason, SignedRecord
from edgekit.web.reading import Reading, read

WINDOWS = 96
"""So many windows of each metric are drawn: a day of quarters of an hour."""

DAY_S = 86_400
MOST_RECORDS = 2_048
FRESH_S = 20
"""A clerk says how it stands every five seconds at the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What stays the same while a node runs.

    Attributes:
        key_pem: the device's public key.
        key_id: its short name.
        origin: the name of the log.
        software: as the records name it.
    """

    key_pem: str
    key_id: str
    origin: str
    software: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How the node stands at this moment.

    Attributes:
        state: of its authorisation.
        shut: why no eye may see now, None where one may.
        until_s: when a pause ends, in full minutes; None where there is none, or no end.
        clock: what the clock is worth.
        seal: of the process that sees.
        view: ``good``, or what is wrong with it.
        digits: of this minute; None where no screen of the device's own shows the page.
        live: exact numbers of this moment: under `home` and `local` alone.
    """

    state: State
    shut: Reason | None
    until_s: int | None
    clock: ClockTrust
    seal: Seal
    view: str
    digits: str | None = None
    live: Mapping[str, int] = field(default_factory=dict)


class Board:
    """Keeps the latest of all that it is told, for a day and never beyond the authorisation's word.

    Args:
        site: whose numbers these are.
    """

    def __init__(self, site: SiteAuthorisation) -> None:
        self.site = site
        self.about: About | None = None
        self.condition: Condition | None = None
        self.note: str | None = None
        self.heard_s = 0
        self.records: deque[SignedRecord] = deque(maxlen=MOST_RECORDS)
        self._times: deque[int] = deque(maxlen=MOST_RECORDS)
        self._readings: dict[str, deque[Reading]] = {
            output.metric: deque(maxlen=WINDOWS) for output in site.outputs
        }
        self._turn = 0
        self._wakers: set[asyncio.Event] = set()

    @property
    def turn(self) -> int:
        """A number that grows whenever something changes."""
        return self._turn

    @property
    def readings(self) -> Mapping[str, Sequence[Reading]]:
        """The last windows of each authorised metric, oldest first."""
        return self._readings

    @property
    def next_sequence(self) -> int:
        """The number that the next record will have; 0 before the first."""
        return self.records[-1].sequence + 1 if self.records else 0

    def begin(self, about: About) -> None:
        """Take what stays the same."""
        self.about = about
        self._wake()

    def take(self, record: SignedRecord, now_s: int) -> None:
        """Take the next record of the log; raises VerificationError where it is none."""
        reading = read(record)
        self.records.append(record)
        self._times.append(reading.end_s if reading else now_s)
        if reading is not None and reading.metric.text in self._readings:
            self._readings[reading.metric.text].append(reading)
        self.forget(now_s)
        self._wake()

    def forget(self, now_s: int) -> None:
        """Let go of what is older than a day, or than the authorisation lets numbers be kept."""
        oldest_s = max(now_s - DAY_S, since_s(self.site.aggregate_retention, now_s))
        while self._times and self._times[0] < oldest_s:
            self._times.popleft()
            self.records.popleft()
        for kept in self._readings.values():
            while kept and kept[0].end_s < oldest_s:
                kept.popleft()

    def set_condition(self, condition: Condition, now_s: int) -> None:
        """Take how the node stands."""
        self.heard_s = now_s
        self.forget(now_s)
        if condition != self.condition:
            self.condition = condition
            self._wake()

    def set_note(self, note: str) -> None:
        """Take the latest checkpoint."""
        self.note = note
        self._wake()

    def is_fresh(self, now_s: int) -> bool:
        """Whether the clerk has spoken a moment ago."""
        return self.condition is not None and abs(now_s - self.heard_s) <= FRESH_S

    async def changed(self, since: int, timeout_s: float) -> bool:
        """Wait until the turn is another; False where that takes too long."""
        if self._turn != since:
            return True
        waker = asyncio.Event()
        self._wakers.add(waker)
        try:
            await asyncio.wait_for(waker.wait(), timeout_s)
        except TimeoutError:
            return False
        finally:
            self._wakers.discard(waker)
        return True

    def _wake(self) -> None:
        self._turn += 1
        for waker in self._wakers:
            waker.set()
