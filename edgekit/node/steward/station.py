"""A weather station's readings, dropped into a folder as CSV or JSON by whoever hears the station.

    time,temperature_c,humidity,wind_m_s,radiation_w_m2,rain_mm
    2026-06-02T10:00:00+02:00,21.5,48,2.3,640,0

Each file is read when it is new or has changed; what was read before is passed over. JSON is a list
of objects with the same names, or one of them. A time without an offset is that of the zone. A last
line without an end may still be written: it is read when the file has stayed the same for a look.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from edgekit.node.steward.dropped import read_dropped
from edgekit.node.steward.wired import Every
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.irrigation_day import SENSORS, Sensed

MOST_BYTES = 4 * 1024 * 1024
"""Of a file, and after which no further one is read in the same look."""

LAST_MS = 4_102_444_800_000
"""No station tells of a time beyond 2100."""

SILENT_MS = 26 * HOUR_MS
"""A station whose file comes once a day is silent after more than a day."""

SUFFIXES = (".csv", ".json")
Row = Mapping[str, object]
Seen = tuple[int, int]
"""When a file was written last, and its size."""


class Station:
    """The files of one station.

    Args:
        folder: where they are dropped.
        zone: of times without an offset.
        say: called with a word for the log, its level first.
    """

    def __init__(self, folder: Path, zone: tzinfo, say: Callable[[str, str], None]) -> None:
        self._folder, self._zone, self._say = folder, zone, say
        self._every = Every(MINUTE_MS)
        self._files: dict[str, Seen] = {}
        self._begun: dict[str, Seen] = {}
        self._last_ms, self._heard_ms = -1, -1
        self._told = ""

    def read(self, t_ms: int) -> Iterator[Sensed]:
        """Yield what is new, the oldest first; after a day without any, that there is nothing."""
        if not self._every.due(t_ms):
            return
        self._heard_ms = t_ms if self._heard_ms < 0 else self._heard_ms
        rows, wrong = self._new(t_ms)
        self._tell(wrong)
        for row in sorted(rows, key=lambda one: one.t_ms):
            if row.t_ms > self._last_ms:
                self._last_ms = min(row.t_ms, t_ms)
                self._heard_ms = t_ms
                yield row
        if not 0 <= t_ms - self._heard_ms <= SILENT_MS:
            self._heard_ms = t_ms
            yield Sensed(t_ms=t_ms)

    def _new(self, t_ms: int) -> tuple[list[Sensed], str]:
        rows, wrong = list[Sensed](), ""
        try:
            paths = sorted(one for one in self._folder.iterdir() if one.suffix in SUFFIXES)
        except OSError as error:
            return [], f"{self._folder} cannot be read: {error.strerror}"
        there = {path.name for path in paths}
        self._files = {name: seen for name, seen in self._files.items() if name in there}
        self._begun = {name: seen for name, seen in self._begun.items() if name in there}
        read = 0
        for path in paths:
            try:
                found = path.stat()
                seen = found.st_mtime_ns, found.st_size
                if self._files.get(path.name) == seen:
                    continue
                if read and read + seen[1] > MOST_BYTES:
                    break
                rows += self._rows(path, seen, t_ms)
                read += seen[1]
            except (OSError, ValueError) as error:
                wrong = f"{path.name}: {error}"
        return rows, wrong

    def _rows(self, path: Path, seen: Seen, t_ms: int) -> list[Sensed]:
        data = read_dropped(path, MOST_BYTES)
        whole = path.suffix == ".json" or data.endswith(b"\n")
        whole = whole or self._begun.get(path.name) == seen
        kept = data if whole else data[: data.rfind(b"\n") + 1]
        rows = rows_of(kept, path.suffix, self._zone, heard_ms=t_ms)
        (self._files if whole else self._begun)[path.name] = seen
        return rows

    def _tell(self, wrong: str) -> None:
        if wrong != self._told:
            self._told = wrong
            self._say(
                "warning" if wrong else "info", f"weather station: {wrong or 'it can be read'}"
            )


def rows_of(data: bytes, suffix: str, zone: tzinfo, *, heard_ms: int) -> list[Sensed]:
    """Return the readings of one file, by the end of its name; ValueError where it has none."""
    try:
        return _rows_of(data.decode("utf-8-sig"), suffix, zone, heard_ms)
    except (csv.Error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _rows_of(text: str, suffix: str, zone: tzinfo, heard_ms: int) -> list[Sensed]:
    rows = _of_json(text) if suffix == ".json" else list(csv.DictReader(io.StringIO(text)))
    names = {name for row in rows for name in row}
    if rows and ("time" not in names or not names & SENSORS.keys()):
        raise ValueError(f"expected time and any of {', '.join(SENSORS)}")
    return [_sensed(row, zone, heard_ms) for row in rows]


def _of_json(text: str) -> list[Row]:
    found = json.loads(text)
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("expected an object, or a list of objects")
    return rows


def _sensed(row: Row, zone: tzinfo, heard_ms: int) -> Sensed:
    values = {name: _number(row.get(name)) for name in SENSORS}
    t_ms = _time_ms(row.get("time"), zone)
    if not 0 <= t_ms <= LAST_MS:
        raise ValueError(f"a time of {t_ms / 1000:g} s: expected one from 1970 to 2100")
    return Sensed(t_ms=t_ms, heard_ms=heard_ms, **values)


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is no number")  # noqa: TRY004 -- of a file, not of a caller
    return float(value)


def _time_ms(value: object, zone: tzinfo) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value * 1000)
    if not isinstance(value, str):
        raise ValueError("a row without a time")  # noqa: TRY004 -- of a file, not of a caller
    when = datetime.fromisoformat(value.strip())
    when = when.replace(tzinfo=zone) if when.tzinfo is None else when
    return round(when.astimezone(UTC).timestamp() * 1000)
