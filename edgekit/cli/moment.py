"""A moment and a time zone as they are typed on the command line."""

from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.evaluation.timestamp import to_ms


def to_s(text: str) -> int:
    """Return whole Unix seconds of ``2026-11-30``, ``2026-11-30T12:00`` (UTC) or Unix seconds.

    Raises:
        ConfigError: none of these.
    """
    return to_ms(text, zone=UTC) // 1000


def zone_of(name: str | None) -> tzinfo:
    """Return a time zone by its name, UTC without one; ConfigError for one unknown here."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- only where a zone is named

    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ConfigError(
            f"--timezone {name!r}: there is no such time zone on this computer",
            hint="such as Europe/Berlin; the names come with the package tzdata",
        ) from error
