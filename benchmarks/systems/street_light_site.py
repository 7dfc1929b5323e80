"""What a folder holds for `street_light.py`, by form: counts, sun times, place. No benchmark."""

import csv
import re
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from edgekit.control.sun import Place, elevation_deg
from edgekit.systems.street_light_state import Settings


class Site:
    """Where, when and how many: the folder's data.

    Args:
        folder: searched for files of the documented form.
        args: place and zone.
    """

    def __init__(self, folder: Path, args: Namespace) -> None:
        self.zone = ZoneInfo(args.timezone)
        self.counts: dict[datetime, int] = {}
        self.suns: list[Mapping[str, str]] = []
        self.latitude, self.longitude = args.latitude, args.longitude
        for path in sorted(folder.rglob("*.csv")):
            self._table(path)
        self.place = Place(latitude_deg=self.latitude, longitude_deg=self.longitude)

    def settings(self, **more: object) -> Settings:
        """Return the defaults for this place, changed as said."""
        rules = Settings(latitude_deg=self.latitude, longitude_deg=self.longitude, zone=self.zone)
        return replace(rules, **more)

    def noon_ms(self, day: date) -> int:
        """Return Unix time of noon on the wall's clock."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=self.zone)
        return round(noon.timestamp() * 1000)

    def count(self, t_ms: int) -> int:
        """Return the count of the hour on the wall's clock in which a moment falls."""
        wall = datetime.fromtimestamp(t_ms / 1000, UTC).astimezone(self.zone)
        return self.counts.get(wall.replace(tzinfo=None, minute=0, second=0, microsecond=0), 0)

    def busiest(self) -> float:
        """Return the 99th percentile of the hours' counts."""
        counts = sorted(self.counts.values())
        return float(counts[int(0.99 * len(counts))])

    def elevation_deg(self, t_ms: int) -> float:
        """Return the sun's elevation."""
        return elevation_deg(self.place, t_ms)

    def dates(self, most: int) -> list[date]:
        """Return days evenly chosen, no two of a kind of weekday in a row."""
        days = sorted({moment.date() for moment in self.counts})[1:-2]
        gap = max(1, len(days) // most)
        gap += gap % 7 == 0
        return days[::gap]

    def _look_for_place(self, folder: Path) -> None:
        for readme in folder.glob("README*"):
            text = readme.read_text(encoding="utf-8", errors="replace")
            found = re.search(r"([\d.]+) ([NS]),? ([\d.]+) ([EW])\b", text)
            if found is not None:
                north, south, east, west = found.groups()
                self.latitude = float(north) * (-1) ** (south == "S")
                self.longitude = float(east) * (-1) ** (west == "W")

    def _table(self, path: Path) -> None:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or []
            if columns and columns[0] == "Date":
                self.counts |= dict(_counted(reader))
                self._look_for_place(path.parent)
            elif {"sunrise_utc", "sunset_utc"} <= set(columns):
                self.suns += list(reader)


def _counted(rows: "csv.DictReader[str]") -> Iterator[tuple[datetime, int]]:
    for row in rows:
        when, *cells = row.values()
        try:
            moment = datetime.strptime(when, "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007 -- the wall's clock
        except ValueError:
            continue
        counts = [int(float(cell)) for cell in cells if cell]
        if counts:
            yield moment, sum(counts)
