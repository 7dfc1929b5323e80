"""The sun against published sunrises, and the economy of looking."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from astral import Observer
from astral.sun import dawn, dusk, sunrise, sunset

from edgekit.control.sun import CIVIL_DEG, SUNRISE_DEG, Place, elevation_deg, look
from edgekit.errors import ConfigError

SEATTLE = Place(latitude_deg=47.648, longitude_deg=-122.35)
MARKS = (SUNRISE_DEG, CIVIL_DEG)


def ms(moment: datetime) -> int:
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000)


def crossed_ms(place: Place, t_ms: int, mark: float) -> int:
    """Return when the sun passes a mark within an hour of a time."""
    low, high = t_ms - 3_600_000, t_ms + 3_600_000
    below = elevation_deg(place, low) < mark
    while high - low > 500:
        middle = (low + high) // 2
        if (elevation_deg(place, middle) < mark) is below:
            low = middle
        else:
            high = middle
    return low


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 6, 21), date(2026, 12, 21)])
@pytest.mark.parametrize(
    ("latitude", "longitude"), [(47.648, -122.35), (-33.87, 151.21), (55.68, 12.57), (0.0, 0.0)]
)
def test_crossings_are_those_of_astral(day: date, latitude: float, longitude: float) -> None:
    place, observer = (
        Place(latitude_deg=latitude, longitude_deg=longitude),
        Observer(latitude, longitude, 0),
    )
    for event, mark in ((sunrise, SUNRISE_DEG), (sunset, SUNRISE_DEG), (dawn, -6.0), (dusk, -6.0)):
        expected = ms(event(observer, day))
        assert abs(crossed_ms(place, expected, mark) - expected) <= 60_000


@pytest.mark.shared
def test_crossings_are_those_of_the_shared_table(shared_data: Path) -> None:
    path = shared_data / "street_light" / "sun_times_2012_2016.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::91]
    assert rows
    for row in rows:
        for key, mark in (("sunrise_utc", SUNRISE_DEG), ("dusk6_utc", CIVIL_DEG)):
            expected = ms(datetime.fromisoformat(row[key]))
            assert abs(crossed_ms(SEATTLE, expected, mark) - expected) <= 60_000


def test_looking_seldom_sees_the_same() -> None:
    sun, looks = None, 0
    start = ms(datetime(2026, 11, 26, tzinfo=UTC))
    for t_ms in range(start, start + 86_400_000, 5_000):
        fresh = look(SEATTLE, sun, t_ms, MARKS)
        looks += fresh is not sun
        sun = fresh
        if t_ms % 300_000 == 0:
            real = elevation_deg(SEATTLE, t_ms)
            assert [sun.elevation_deg < mark for mark in MARKS] == [real < mark for mark in MARKS]
    assert looks < 500


def test_a_clock_that_goes_back_is_looked_at_again() -> None:
    t_ms = ms(datetime(2026, 11, 26, 12, tzinfo=UTC))
    sun = look(SEATTLE, None, t_ms, MARKS)

    assert look(SEATTLE, sun, t_ms + 1, MARKS) is sun
    assert look(SEATTLE, sun, t_ms - 1, MARKS) is not sun
    assert look(SEATTLE, None, t_ms + 12 * 3_600_000, MARKS).rising is not sun.rising


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (float("nan"), 0)])
def test_no_place_on_earth(latitude: float, longitude: float) -> None:
    with pytest.raises(ConfigError, match="expected -90 to 90"):
        Place(latitude_deg=latitude, longitude_deg=longitude)
