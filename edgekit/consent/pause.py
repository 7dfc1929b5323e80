"""How long anybody may stop a camera, and how often: a right with bounds, and no name in it.

    pauses = asked(pauses, now_ms)

Whoever is present may ask. The bounds are against who would blind a counter for good: each pause is
short, and a day has room for so much of them. The organisation itself may pause for as long as it
likes. Times are milliseconds of a clock that nobody sets, so that a wrong one ends no pause.
"""

from dataclasses import dataclass, replace

from edgekit.errors import ConsentError

PAUSE_MS = 15 * 60_000
"""One pause by somebody present: time enough to go by, or to ask who is responsible."""

DAY_MS = 86_400_000
DAY_PAUSE_MS = 4 * 3_600_000
"""So much of a day may be paused by people present; beyond that they turn to the organisation."""

STAYED_MS = 60_000
"""A marker that is there again so soon after its pause was never taken away."""

FOR_EVER_MS = 2**53 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """The pauses of one site.

    Attributes:
        public_until_ms: until when people present paused it.
        held_until_ms: until when the organisation did; `FOR_EVER_MS` = until it resumes.
        day_ms: when the day began that `spent_ms` is of.
        spent_ms: of that day: so much was granted to people present.
    """

    public_until_ms: int = 0
    held_until_ms: int = 0
    day_ms: int = 0
    spent_ms: int = 0

    @property
    def until_ms(self) -> int:
        """When the last of them ends."""
        return max(self.public_until_ms, self.held_until_ms)


def asked(pauses: Pauses, now_ms: int) -> Pauses:
    """Grant a pause to somebody present; one that is under way is made longer.

    Raises:
        ConsentError: the day has no room for it any more.
    """
    if now_ms - pauses.day_ms >= DAY_MS:
        pauses = replace(pauses, day_ms=now_ms, spent_ms=0)
    from_ms = max(now_ms, pauses.public_until_ms)
    wanted_ms = now_ms + PAUSE_MS - from_ms
    granted_ms = min(wanted_ms, DAY_PAUSE_MS - pauses.spent_ms)
    if granted_ms <= 0 and from_ms == now_ms:
        raise ConsentError(
            f"the camera was paused for {DAY_PAUSE_MS // 3_600_000} hours of this day already",
            hint="the sign says who answers for it: they can pause it for longer",
        )
    return replace(
        pauses,
        public_until_ms=from_ms + granted_ms,
        spent_ms=pauses.spent_ms + granted_ms,
    )


def held(pauses: Pauses, now_ms: int, minutes: int | None) -> Pauses:
    """Pause by the organisation's word: for so long, or until it resumes."""
    until_ms = FOR_EVER_MS if minutes is None else now_ms + minutes * 60_000
    return replace(pauses, held_until_ms=max(pauses.held_until_ms, until_ms))


def let_go(pauses: Pauses) -> Pauses:
    """End the organisation's own pause; one that somebody present asked for goes on to its end."""
    return replace(pauses, held_until_ms=0)


def stays(pauses: Pauses, now_ms: int) -> bool:
    """Whether a marker seen now was there before its own pause: an obstruction, not a wish."""
    return pauses.public_until_ms > 0 and now_ms - pauses.public_until_ms < STAYED_MS
