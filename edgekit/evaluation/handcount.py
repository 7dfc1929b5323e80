"""Counts in a CSV: of a person at the door, or of another counter.

One row an interval, or one row an event:

    start,end,line,direction,class,count
    2026-11-26T08:00:00+01:00,2026-11-26T08:15:00+01:00,door,in,person,37

    time,event,line,direction
    2026-11-26T07:00:03.120Z,count,door,in

``zone`` stands in place of ``line`` for people present (``count``, with decimals where it is a
mean). ``class`` may be missing: a person. ``edgekit tally`` writes the second form, see
`edgekit.evaluation.diary`.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from edgekit.errors import ConfigError
from edgekit.evaluation.diary import Diary, Entry, Mark
from edgekit.evaluation.reading import CLASSES, WAYS, Reading, exactly, gap, metric_of
from edgekit.evaluation.sheet import Row, read_sheet
from edgekit.evaluation.timestamp import to_ms

INTERVAL_COLUMNS = ("start", "end", "line", "zone", "direction", "class", "count")
EVENT_COLUMNS = ("time", "event", "line", "zone", "direction", "class", "count")
COLUMNS = (*INTERVAL_COLUMNS, "time", "event", "uptime_percent", "note")

LONGEST_MS = 86_400_000
ZONE_WAYS = ("enter", "leave")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a CSV holds: readings, or a diary of events."""

    readings: tuple[Reading, ...]
    diary: Diary | None


def read_counts(data: bytes, *, zone: tzinfo | None = None, min_uptime_percent: int = 0) -> Sheet:
    """Read a CSV of counts.

    Args:
        data: the file.
        zone: where clocks show times without an offset, or None to refuse those.
        min_uptime_percent: an interval with less of an ``uptime_percent`` is a gap, as is one
            with an ``uptime_percent`` and no count.

    Raises:
        ConfigError: what is wrong with it, and in which line.
    """
    columns, rows = read_sheet(data, COLUMNS)
    if not rows:
        raise ConfigError("the file has a header and no rows", hint="one row for each interval")
    if not columns & {"line", "zone"}:
        raise ConfigError("there is no column line or zone", hint=f"columns: {_words(columns)}")
    _require_one_clock(rows)
    if {"start", "end"} <= columns and "time" not in columns:
        if "count" not in columns:
            raise ConfigError("there is no column count", hint=f"columns: {_words(columns)}")
        readings = tuple(_reading(row, zone, min_uptime_percent) for row in rows)
        return Sheet(readings=readings, diary=None)
    if "time" in columns and not columns & {"start", "end"}:
        entries = tuple(_entries(rows, zone, marked="event" in columns))
        return Sheet(readings=(), diary=Diary(entries=entries, marked="event" in columns))
    raise ConfigError(
        f"columns {', '.join(sorted(columns))}: expected start and end, or time",
        hint=f"{','.join(INTERVAL_COLUMNS)} or {','.join(EVENT_COLUMNS)}",
    )


def _reading(row: Row, zone: tzinfo | None, min_uptime_percent: int) -> Reading:
    start_ms, end_ms = (_time(row, column, zone) for column in ("start", "end"))
    if not 0 < end_ms - start_ms <= LONGEST_MS:
        raise row.wrong(
            f"from {row.get('start')} to {row.get('end')}: expected an end up to a day after "
            "the start",
            hint="are both in the same unit, and of the same day?",
        )
    metric = _metric(row)
    up = row.whole("uptime_percent", 100)
    if up < min_uptime_percent or ("uptime_percent" in row.cells and not row.get("count")):
        return gap(metric, start_ms, end_ms, f"seen for less than {min_uptime_percent} %")
    return exactly(metric, start_ms, end_ms, _count(row, metric))


def _count(row: Row, metric: str) -> float:
    if not row.get("count"):
        raise row.wrong("there is no count", hint="write 0 where nobody came, or remove the row")
    return row.number("count") if metric.startswith("zone.") else row.whole("count")


def _entries(rows: tuple[Row, ...], zone: tzinfo | None, *, marked: bool) -> Iterator[Entry]:
    for row in rows:
        mark = _mark(row) if marked else Mark.COUNT
        named = bool(row.get("line") or row.get("zone"))
        if not named and mark in (Mark.COUNT, Mark.UNDO):
            raise row.wrong("there is no name of a line or zone")
        way = row.get("direction").lower() if row.get("zone") else ""
        if way and way not in (*ZONE_WAYS, "people"):
            raise row.wrong(f"direction {way!r:.40} of a zone: expected enter or leave")
        yield Entry(
            line=row.line,
            t_ms=_time(row, "time", zone),
            mark=mark,
            metric=_metric(row) if named else "",
            step={"enter": 1, "leave": -1}.get(way, 0),
            count=row.number("count") if row.get("count") else 1,
        )


def _mark(row: Row) -> Mark:
    word = row.get("event").lower()
    if word not in list(Mark):
        raise row.wrong(f"event {word!r:.40}: expected one of {', '.join(Mark)}")
    return Mark(word)


def _time(row: Row, column: str, zone: tzinfo | None) -> int:
    if not row.get(column):
        raise row.wrong(f"there is no {column}")
    try:
        return to_ms(row.get(column), zone=zone)
    except ConfigError as error:
        raise row.wrong(str(error), error.hint) from error


def _metric(row: Row) -> str:
    line, zone = row.get("line"), row.get("zone")
    if bool(line) == bool(zone):
        raise row.wrong("expected the name of a line or of a zone, one of them")
    if zone:
        return metric_of(kind="zone", name=zone, way="people")
    return metric_of(
        kind="line",
        name=line,
        way=_choice(row, "direction", WAYS),
        what=_choice(row, "class", CLASSES) if row.get("class") else CLASSES[0],
    )


def _choice(row: Row, column: str, words: tuple[str, ...]) -> str:
    word = row.get(column).lower()
    if word not in words:
        near = difflib.get_close_matches(word, words, n=1)
        raise row.wrong(
            f"{column} {word!r:.40}: expected one of {', '.join(words)}",
            hint=f"did you mean {near[0]!r}?" if near else None,
        )
    return word


def _require_one_clock(rows: tuple[Row, ...]) -> None:
    """Raise ConfigError where times are written in two ways: one of them is then wrong."""
    first: str | None = None
    for row in rows:
        for column in ("start", "end", "time"):
            text = row.get(column)
            form = "a date" if "-" in text else "seconds" if text else first
            if first is not None and form != first:
                raise row.wrong(
                    f"{column} {text:.40} is {form}, times before it are {first}",
                    hint="write all times in one way",
                )
            first = form


def _words(columns: frozenset[str]) -> str:
    wanted = EVENT_COLUMNS if "time" in columns else INTERVAL_COLUMNS
    return ",".join(wanted)
