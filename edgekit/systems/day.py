"""Days as people live them: from one local midnight to the next, 23, 24 or 25 hours long."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDay:
    """One local day: its date (ISO 8601) and when it starts and ends, Unix time in ms."""

    date: str
    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """How long it is; other than 24 h on the two days when clocks change."""
        return self.end_ms - self.start_ms

    @property
    def clock_change(self) -> str | None:
        """Say so in words where clocks change in it."""
        if self.length_ms == DAY_MS:
            return None
        return f"clocks changed: {self.date} had {self.length_ms / HOUR_MS:g} hours"


def local_day(t_ms: int, zone: tzinfo) -> LocalDay:
    """Return the local day in which a moment falls."""
    midnight = local_time(t_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    after = (midnight.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone)
    return LocalDay(date=midnight.date().isoformat(), start_ms=_ms(midnight), end_ms=_ms(after))


def local_time(t_ms: int, zone: tzinfo) -> datetime:
    """Return what a clock on the wall shows."""
    return datetime.fromtimestamp(t_ms // 1000, UTC).astimezone(zone)


def minute_of_day(t_ms: int, zone: tzinfo) -> int:
    """Return the minutes that a clock on the wall shows since midnight, 0 to 1439."""
    shown = local_time(t_ms, zone)
    return shown.hour * 60 + shown.minute


def within(minute: int, start: int, end: int) -> bool:
    """Whether a minute of the day lies from ``start`` to before ``end``, over midnight too."""
    return start <= minute < end if start <= end else minute >= start or minute < end


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
