"""Whether there may be an eye at this moment: authority, schedule and a clock to trust."""

from collections.abc import Callable
from dataclasses import dataclass, field

from edgekit.consent.objection import Objection
from edgekit.consent.pause import stays
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.standing import Asked, Look, Message, Said, Standing, Turned, step
from edgekit.consent.states import State
from edgekit.errors import ConsentError
from edgekit.node import clock
from edgekit.records import ClockTrust, EventName, Reason

CLOCK_CHECK_MS = 10_000

_PAUSED = "a pause was asked for"
_TURNED = (
    "the camera was turned and looks elsewhere than was signed: turn it back and have the "
    "organisation confirm it (edgekit resume --view), or have a new version signed for what it "
    "sees now"
)


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
        steady_ms: milliseconds of a clock that nobody sets.
        standing: of that authorisation, where something is known of it from before.
        unconsented: says why nobody who is enrolled may be seen now; nothing where it needs none.
    """

    def __init__(
        self,
        authorisation: SiteAuthorisation,
        *,
        last_record_s: Callable[[], int | None],
        synced: Callable[[], bool] = clock.kernel_synced,
        steady_ms: Callable[[], int] = clock.steady_ms,
        standing: Standing | None = None,
        unconsented: Callable[[int], str] = lambda _: "",
    ) -> None:
        self._unconsented = unconsented
        self._last_record_s = last_record_s
        self._synced = synced
        self._steady_ms = steady_ms
        self._checked_ms: int | None = None
        self._disciplined = False
        self._told: list[EventName] = []
        self.standing = standing or Standing(authorisation=authorisation)
        self.clock = ClockTrust.NONE

    @property
    def withdrawn(self) -> bool:
        """Whether the organisation has ended its authorisation."""
        return self.standing.state is State.WITHDRAWN

    @property
    def clock_mended(self) -> bool:
        """Whether the organisation has said that the clock was wrong: a new start is due."""
        return self.standing.clock_from_s > 0

    @property
    def paused(self) -> bool:
        """Whether somebody has asked for it."""
        return self.standing.state is State.PAUSED

    def why_shut(self, now_ms: int) -> Shut | None:
        """Return why there may be no eye now, or None."""
        self.look_at_clock(now_ms)
        now_s = now_ms // 1000
        self._step(Look(now_s=now_s, steady_ms=self._steady_ms(), clock=self.clock))
        if self.paused:
            return Shut(Reason.PAUSED, _PAUSED)
        if self.standing.state is State.TURNED:
            return Shut(Reason.VIEW_MOVED, _TURNED)
        if self.clock is ClockTrust.NONE and not self.withdrawn:
            return Shut(
                Reason.CLOCK,
                "the clock stands before the last record or before this software was made",
            )
        try:
            self.standing.authorisation.require_open(now_s)
            self.standing.require_seeing(now_s, self.clock)
        except ConsentError as error:
            return Shut(Reason.NOT_AUTHORISED, str(error))
        why = self._unconsented(now_s)
        return Shut(Reason.NOT_AUTHORISED, why) if why else None

    def ask(self) -> None:
        """Pause for somebody who is there; raises ConsentError where it is not granted."""
        self._step(Asked(steady_ms=self._steady_ms()))

    def turned(self) -> None:
        """Close it: the eye looks elsewhere than was signed."""
        self._step(Turned())

    def obey(self, objection: Objection) -> None:
        """Take the organisation's word; raises ConsentError where it cannot be followed."""
        self._step(Said(steady_ms=self._steady_ms(), objection=objection))

    def stays(self) -> bool:
        """Whether a marker that is seen now was never taken away after its pause."""
        return stays(self.standing.pauses, self._steady_ms())

    def shown(self) -> dict[str, str]:
        """Return clock and authorisation as the status shows them."""
        return {"clock": self.clock.value, "authorisation": self.standing.state.value}

    def told(self) -> tuple[EventName, ...]:
        """Return what has happened since this was last asked."""
        told, self._told = tuple(self._told), []
        return told

    def look_at_clock(self, now_ms: int) -> None:
        """Judge the clock anew; the kernel is asked about it every ten seconds."""
        if self._checked_ms is None or abs(now_ms - self._checked_ms) >= CLOCK_CHECK_MS:
            self._checked_ms, self._disciplined = now_ms, self._synced()
        self.clock = clock.trust(
            now_ms // 1000, last_record_s=self._last_record_s(), synced=self._disciplined
        )

    def _step(self, message: Message) -> None:
        self.standing, told = step(self.standing, message)
        self._told += told
