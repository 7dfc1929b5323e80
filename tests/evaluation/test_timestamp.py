"""Times as people write them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.evaluation.timestamp import VIDEO_MS, to_ms, to_text, to_words

BERLIN = ZoneInfo("Europe/Berlin")


@given(st.integers(0, 2**42))
def test_what_is_written_is_read_back(t_ms: int) -> None:
    assert to_ms(to_text(t_ms)) == t_ms


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 -- the offset is added
    st.integers(-14 * 60, 14 * 60),
)
def test_an_offset_is_obeyed(moment: datetime, minutes: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)

    assert to_ms(aware.isoformat()) == (aware - epoch) // timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("text", "t_ms"),
    [
        ("0", 0),
        (" 12.5 ", 12_500),
        ("12,5", 12_500),
        ("1800000000", 1_800_000_000_000),
        ("2027-01-15T08:00:00Z", 1_800_000_000_000),
        ("2027-01-15 09:00:00+01:00", 1_800_000_000_000),
    ],
)
def test_forms(text: str, t_ms: int) -> None:
    assert to_ms(text) == t_ms


def test_a_clock_without_offset_needs_a_zone() -> None:
    assert to_ms("2027-01-15T09:00", zone=BERLIN) == 1_800_000_000_000
    with pytest.raises(ConfigError, match="no time zone") as error:
        to_ms("2027-01-15T09:00")
    assert "--timezone" in str(error.value.hint)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-03-29T02:30", "does not exist"),
        ("2026-10-25T02:30", "shown twice"),
        ("1800000000000", "milliseconds"),
        ("26.11.2026 08:00", "expected ISO 8601"),
        ("8 o'clock", "expected ISO 8601"),
        ("", "expected ISO 8601"),
        ("-5", "expected ISO 8601"),
        ("nan", "expected ISO 8601"),
        ("0001-01-01T00:00:00+14:00", "expected a year"),
    ],
)
def test_doubtful_times_are_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        to_ms(text, zone=BERLIN)


def test_on_the_night_of_a_change_an_offset_decides() -> None:
    hour = to_ms("2026-10-25T02:30+01:00") - to_ms("2026-10-25T02:30+02:00")

    assert hour == 3_600_000


def test_words_for_people() -> None:
    assert to_words(79_500) == "79.5 s"
    assert to_words(VIDEO_MS - 1).endswith(" s")
    assert to_words(1_800_000_000_000) == "2027-01-15 08:00:00 UTC"
