"""Days of 23, 24 and 25 hours, and decisions that say why."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, local_day, minute_of_day, within
from edgekit.systems.decision import Decision

BERLIN = ZoneInfo("Europe/Berlin")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "date", "hours"),
    [
        ("2026-11-26T08:00:00+01:00", "2026-11-26", 24),
        ("2026-03-29T12:00:00+02:00", "2026-03-29", 23),
        ("2026-10-25T00:00:00+02:00", "2026-10-25", 25),
        ("2026-10-25T23:59:59+01:00", "2026-10-25", 25),
        ("2026-10-25T22:30:00+00:00", "2026-10-25", 25),
        ("2026-10-25T23:00:00+00:00", "2026-10-26", 24),
    ],
)
def test_a_day_is_from_midnight_to_midnight(moment: str, date: str, hours: int) -> None:
    day = local_day(ms(moment), BERLIN)

    assert (day.date, day.length_ms) == (date, hours * HOUR_MS)
    assert (day.clock_change is None) is (hours == 24)


@given(st.integers(0, 2 * 10**12), st.sampled_from([UTC, BERLIN, ZoneInfo("America/Santiago")]))
def test_every_moment_is_in_its_day_and_days_follow_each_other(t_ms: int, zone: ZoneInfo) -> None:
    day = local_day(t_ms, zone)
    after = local_day(day.end_ms, zone)

    assert day.start_ms <= t_ms < day.end_ms
    assert after.start_ms == day.end_ms
    first = datetime.fromisoformat(day.date)
    assert datetime.fromisoformat(after.date) == first + timedelta(days=1)


def test_minutes_and_spans_over_midnight() -> None:
    assert minute_of_day(ms("2026-11-26T23:30:00+01:00"), BERLIN) == 23 * 60 + 30
    assert [within(minute, 1320, 360) for minute in (1319, 1320, 0, 359, 360)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert within(100, 60, 120)
    assert not within(120, 60, 120)


@pytest.mark.parametrize(("what", "reason"), [("", "words"), ("leak", " ")])
def test_a_decision_has_words(what: str, reason: str) -> None:
    with pytest.raises(ConfigError, match="without its reason"):
        Decision(t_ms=0, what=what, reason=reason)
