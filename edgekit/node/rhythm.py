"""When an eye that hears may say a thing: so that no rhythm of its own can hold speech."""

import math
from collections.abc import Mapping

from edgekit.errors import PipeError
from edgekit.records import Health, Kind, Observation, Quality
from edgekit.systems.noise import HIGHEST_DB, LOWEST_DB, NUMBERS

SECOND_MS = 1_000
EVERY_MS: Mapping[Kind, int] = {
    Kind.HEARTBEAT: SECOND_MS,
    Kind.HEALTH: 10_000,
    Kind.QUALITY: 10_000,
}
"""The moments at which it may say a thing, and each of them once: multiples of these."""

ONCE = frozenset({Kind.HELLO, Kind.AUTHORITY, Kind.FAULT})
"""What it says once in its life."""

_VALUES: Mapping[Kind, tuple[int, int]] = {
    Kind.HEARTBEAT: (1, 1),
    Kind.HEALTH: (min(Health), max(Health)),
    Kind.QUALITY: (min(Quality), max(Quality)),
    Kind.READING: (LOWEST_DB, HIGHEST_DB),
}


def last_ms(end_ms: int) -> int:
    """Return the time that the numbers of a window carry, by the end of it."""
    return end_ms - 1


def require_moment(
    seen: Observation, *, before_ms: Mapping[tuple[Kind, int], int], window_ms: int
) -> None:
    """Raise PipeError unless a word has its moment, and a value that it can have.

    Args:
        seen: what is said.
        before_ms: when each kind was said last on each channel.
        window_ms: of the numbers.
    """
    if seen.kind is Kind.READING:
        fits = (seen.t_ms - last_ms(0)) % window_ms == 0
    elif seen.kind in EVERY_MS:
        fits = seen.t_ms % EVERY_MS[seen.kind] == 0
    else:
        fits = seen.kind in ONCE
    last = before_ms.get((seen.kind, seen.channel))
    again = last is not None and (seen.kind in ONCE or seen.t_ms <= last)
    low, high = _VALUES.get(seen.kind, (seen.value, seen.value))
    if not fits or again or not low <= seen.value <= high:
        raise PipeError(f"{seen.kind.name} of an eye that hears, at no moment or value of its own")


def bits_per_s(window_s: int) -> float:
    """Return the most that the words of an eye that hears can tell the clerk, in bits a second.

    Each moment tells no more than which of the values was said, or that none was; of the beginning
    and the end, which come once, nothing is counted. What leaves the node is far less: the numbers
    of a window (`edgekit.systems.noise`).
    """
    moments = [(SECOND_MS / every_ms, _values(kind)) for kind, every_ms in EVERY_MS.items()]
    moments.append((NUMBERS / window_s, _values(Kind.READING)))
    return sum(rate * math.log2(1 + values) for rate, values in moments)


def _values(kind: Kind) -> int:
    low, high = _VALUES[kind]
    return high - low + 1
