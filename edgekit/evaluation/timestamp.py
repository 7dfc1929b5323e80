"""Times as people and programs write them, in milliseconds since 1970 UTC or since a video began.

ISO 8601 with an offset (``2026-11-26T08:00:00+01:00``, ``…Z``), or seconds: Unix time, or seconds
of a video. A time without an offset needs a time zone; where a clock change makes it mean two times
or none, it is refused.
"""

import re
from datetime import UTC, datetime, tzinfo

from edgekit.errors import ConfigError

VIDEO_MS = 10 * 86_400_000
"""No video is as long, no clock as early: smaller times are those of a video."""

FIRST_YEAR, LAST_YEAR = 1969, 9000

FORM = "2026-11-26T08:00:00+01:00"

_SECONDS = re.compile(r"\d+([.,]\d+)?")
_MOST_S = 1e11


def to_ms(text: str, *, zone: tzinfo | None = None) -> int:
    """Return a time in milliseconds.

    Args:
        text: the time.
        zone: where clocks show times without an offset, or None to refuse those.

    Raises:
        ConfigError: no time, one without a zone, or one that a clock change makes doubtful.
    """
    word = text.strip()
    if _SECONDS.fullmatch(word):
        seconds = float(word.replace(",", "."))
        if seconds >= _MOST_S:
            raise ConfigError(
                f"time {word}: expected seconds, this looks like milliseconds",
                hint="divide by 1000",
            )
        return round(seconds * 1000)
    try:
        moment = datetime.fromisoformat(word)
    except ValueError as error:
        raise ConfigError(
            f"time {word!r:.60}: expected ISO 8601 or Unix seconds", hint=f"write {FORM}"
        ) from error
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        raise ConfigError(f"time {word}: expected a year from {FIRST_YEAR + 1} on")
    if moment.tzinfo is None:
        moment = _in_zone(moment, zone, word)
    return max(0, round(moment.timestamp() * 1000))


def to_text(t_ms: int) -> str:
    """Return a time as it is written to files: ISO 8601 in UTC, or seconds of a video."""
    if t_ms < VIDEO_MS:
        return f"{t_ms / 1000:.3f}"
    return f"{datetime.fromtimestamp(t_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{t_ms % 1000:03}Z"


def to_words(t_ms: int, zone: tzinfo = UTC) -> str:
    """Return a time for people, to the second, as clocks in ``zone`` show it."""
    if t_ms < VIDEO_MS:
        return f"{t_ms / 1000:g} s"
    return f"{datetime.fromtimestamp(t_ms // 1000, zone):%Y-%m-%d %H:%M:%S %Z}"


def _in_zone(moment: datetime, zone: tzinfo | None, word: str) -> datetime:
    if zone is None:
        raise ConfigError(
            f"time {word} has no time zone",
            hint=f"write {FORM}, or say where the clock hung: --timezone Europe/Berlin",
        )
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if back != moment:
        raise ConfigError(
            f"time {word} does not exist: clocks were set forward over it",
            hint="write the offset with that time",
        )
    raise ConfigError(
        f"time {word} was shown twice, before and after clocks were set back",
        hint="write the offset with that time",
    )
