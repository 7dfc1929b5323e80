"""The first minute of a driver's eye, and the last one: what open is, and how long it was shut."""

import statistics
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from edgekit.systems.day import MINUTE_MS
from edgekit.systems.drowsiness_blinks import BLINK_SHARE, Eye

BIN, BINS = 0.01, 71
OPEN_QUANTILE = 0.9
"""Open is what nine in ten frames of a person awake do not exceed."""
CLOSED_OF_OPEN = 0.45
"""Shut, by the ratio wide open: 0.30 open goes with some 0.14 shut (Soukupova and Cech, fig. 1)."""
LEAST_OPEN = 0.15
LEAST_LIDS = 4
"""In so many frames of its first minute an eye is in a blink, or it is none that is seen."""
MOST_GAP_MS = 500
SECONDS, SECOND_MS = 60, 1_000
KNOWN_MS = 30_000
FRAMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """How many frames had which ratio, by hundredths, and how long was watched."""

    t_ms: int | None = None
    watched_ms: int = 0
    counts: tuple[int, ...] = (0,) * BINS


def learned(learning: Learning, t_ms: int, ear: float) -> Learning:
    """Take one frame."""
    gap_ms = 0 if learning.t_ms is None else t_ms - learning.t_ms
    watched = learning.watched_ms + (gap_ms if 0 < gap_ms <= MOST_GAP_MS else 0)
    where = min(BINS - 1, int(ear / BIN))
    counts = (*learning.counts[:where], learning.counts[where] + 1, *learning.counts[where + 1 :])
    return Learning(t_ms=t_ms, watched_ms=watched, counts=counts)


def eye_of(learning: Learning) -> Eye | str:
    """Return the eye after a minute; a text is why there is none, empty while it is too early."""
    if learning.watched_ms < MINUTE_MS:
        return ""
    most = OPEN_QUANTILE * sum(learning.counts)
    reached = (at for at, below in enumerate(accumulate(learning.counts)) if below >= most)
    open_ear = (next(reached) + 0.5) * BIN
    if open_ear < LEAST_OPEN:
        return f"an eye wide open of {open_ear:.2f} can't be (sunglasses, or shut)"
    eye = Eye(open_ear=open_ear, closed_ear=open_ear * CLOSED_OF_OPEN)
    if sum(learning.counts[: int(eye.level(BLINK_SHARE) / BIN)]) < LEAST_LIDS:
        return "no blink in a minute (sunglasses, or no eye)"
    return eye


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """The last minute by seconds: how long an eye was followed, and how long of that it was shut.

    ``frames`` holds the times of the last frames, with an eye in them or not.
    """

    frames: tuple[int, ...] = ()
    t_ms: int | None = None
    seconds: tuple[tuple[int, int, int], ...] = ()

    @property
    def gap_ms(self) -> float | None:
        """The usual time between two frames; None before ten of them."""
        if len(self.frames) < FRAMES:
            return None
        return statistics.median(b - a for a, b in pairwise(self.frames))


def framed(minute: Minute, t_ms: int) -> Minute:
    """Take the time of a frame; one from before the last begins all anew."""
    if minute.frames and t_ms < minute.frames[-1]:
        return Minute(frames=(t_ms,))
    return replace(minute, frames=(*minute.frames, t_ms)[-FRAMES:])


def timed(minute: Minute, t_ms: int, *, shut: bool) -> Minute:
    """Take an eye that was followed until now."""
    gap_ms = 0 if minute.t_ms is None else t_ms - minute.t_ms
    if not 0 < gap_ms <= MOST_GAP_MS:
        return replace(minute, t_ms=t_ms)
    second = t_ms // SECOND_MS
    kept = tuple(one for one in minute.seconds if second - SECONDS < one[0] < second)
    begun = next((one for one in minute.seconds if one[0] == second), (second, 0, 0))
    now = (second, begun[1] + gap_ms, begun[2] + (gap_ms if shut else 0))
    return replace(minute, t_ms=t_ms, seconds=(*kept, now))


def shut_share(minute: Minute) -> float | None:
    """Return for which share of the last minute the eye was shut; None below half a minute seen."""
    seen_ms = sum(one[1] for one in minute.seconds)
    return None if seen_ms < KNOWN_MS else sum(one[2] for one in minute.seconds) / seen_ms
