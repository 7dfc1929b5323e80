"""Whether there may be an eye at this moment: authority, schedule and a clock to trust."""

from collections.abc import Callable
from dataclasses import dataclass, field

from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ConsentError
from edgekit.node import clock
from edgekit.records import ClockTrust, Reason

CLOCK_CHECK_MS = 10_000


@dataclass(frozen=True, slots=True)
class Shut:
    """Why there may be no eye: for the record, and in words, which may count down."""

    reason: Reason
    text: str = field(compare=False)


class Permission:
    """Judges authority and clock.

    Args:
        authorisation: what the organisation signed.
        last_record_s: time of the newest record, or None; asked at each look at the clock.
        synced: whether the kernel calls its clock disciplined.
    """

    def __init__(
        self,
        authorisation: SiteAuthorisation,
        *,
        last_record_s: Callable[[], int | None],
        synced: Callable[[], bool] = clock.kernel_synced,
    ) -> None:
        self._authorisation = authorisation
        self._last_record_s = last_record_s
        self._synced = synced
        self._checked_ms: int | None = None
        self.clock = ClockTrust.NONE

    def why_shut(self, now_ms: int) -> Shut | None:
        """Return why there may be no eye now, or None."""
        if self._checked_ms is None or abs(now_ms - self._checked_ms) >= CLOCK_CHECK_MS:
            self.look_at_clock(now_ms)
        if self.clock is ClockTrust.NONE:
            return Shut(
                Reason.CLOCK,
                "the clock stands before the last record or before this software was made",
            )
        try:
            self._authorisation.require_open(now_ms // 1000)
        except ConsentError as error:
            return Shut(Reason.NOT_AUTHORISED, str(error))
        return None

    def look_at_clock(self, now_ms: int) -> None:
        """Judge the clock anew."""
        self._checked_ms = now_ms
        self.clock = clock.trust(
            now_ms // 1000, last_record_s=self._last_record_s(), synced=self._synced()
        )
