"""Counts in a CSV, as programs and spreadsheets save them."""

import csv
import io
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.evaluation.handcount import read_counts
from edgekit.evaluation.reading import CLASSES, WAYS, by_metric, metric_of
from edgekit.evaluation.timestamp import to_text

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,10}", fullmatch=True)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 2**40),
        st.integers(1, 86_400_000),
        NAMES,
        st.sampled_from(WAYS),
        st.sampled_from(CLASSES),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=30)
@given(ROWS, st.sampled_from(",;\t"), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_what_a_program_writes_is_read(
    rows: list[tuple[int, int, str, str, str, int]], delimiter: str, bom: bool, end: str
) -> None:
    dated = [(2_000_000_000 + start, length, *rest) for start, length, *rest in rows]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow(["Start", "end", "LINE", "direction", "class", "count"])
    for start, length, name, way, what, count in dated:
        writer.writerow([to_text(start), to_text(start + length), name, way, what, count])

    found = read_counts(text.getvalue().encode("utf-8-sig" if bom else "utf-8")).readings

    assert [(r.metric, r.start_ms, r.end_ms, r.low, r.high, r.value) for r in found] == [
        (metric_of(kind="line", name=n, way=w, what=c), s, s + d, k, k, k)
        for s, d, n, w, c, k in dated
    ]


def test_a_zone_has_a_mean_with_a_decimal_comma() -> None:
    found = read_counts("start;end;zone;count\n0;300;square;3,5\n".encode("utf-16"))

    assert [(r.metric, r.value) for r in found.readings] == [("zone.square.people", 3.5)]


def test_a_person_is_what_has_no_class_and_blank_lines_and_notes_are_nothing() -> None:
    found = read_counts(b"start,end,line,direction,count,note\n\n# rain\n0,9,d,IN,4,wet\n,,,,,\n")

    assert [(r.metric, r.value) for r in found.readings] == [("line.d.in", 4)]


def test_ours_without_a_count_is_a_gap() -> None:
    data = b"start,end,line,direction,count,uptime_percent\n0,9,d,in,,20\n9,18,d,in,3,80\n"

    kept = read_counts(data, min_uptime_percent=50).readings
    strict = read_counts(data, min_uptime_percent=90).readings

    assert [bool(reading.missing) for reading in kept] == [True, False]
    assert [reading.missing for reading in strict] == ["seen for less than 90 %"] * 2


HEAD = "start,end,line,direction,count\n"
BAD = {
    "empty": ("", "the file is empty"),
    "blank": ("\n \n", "the file is empty"),
    "header alone": (HEAD, "no rows"),
    "binary": (b"\xff\xd8\xff\x00", "no text in UTF-8"),
    "unknown column": ("start,end,lin,direction,count\n0,9,d,in,1\n", "column 'lin'"),
    "doubled column": ("start,end,line,line,count\n0,9,d,d,1\n", "there twice"),
    "no name": ("start,end,direction,count\n0,9,in,1\n", "no column line or zone"),
    "no count": ("start,end,line,direction\n0,9,d,in\n", "no column count"),
    "no time": ("line,direction,count\nd,in,1\n", "expected start and end, or time"),
    "both times": ("start,end,time,line,direction,count\n0,9,1,d,in,1\n", "expected start and end"),
    "row too long": (HEAD + "0,9,d,in,1,5\n", "line 2 has 6 cells"),
    "decimal comma among commas": (HEAD + "0,9,d,in,1,5\n", "the header has 5"),
    "half a person": (HEAD + "0,9,d,in,1.5\n", "line 2: count '1.5'"),
    "negative": (HEAD + "0,9,d,in,-1\n", "whole number of 0 or more"),
    "thousands": (HEAD + '0,9,d,in,"1 200"\n', "whole number"),
    "digits without end": (HEAD + f"0,9,d,in,{'9' * 400}\n", "whole number"),
    "other digits": (HEAD + "0,9,d,in,\u0663\n", "whole number"),  # an Arabic three
    "missing count": (HEAD + "0,9,d,in,\n", "there is no count"),
    "missing start": (HEAD + ",9,d,in,1\n", "there is no start"),
    "direction": (HEAD + "0,9,d,inn,1\n", "direction 'inn'"),
    "class": ("start,end,line,direction,class,count\n0,9,d,in,bike,1\n", "class 'bike'"),
    "line and zone": ("start,end,line,zone,direction,count\n0,9,d,z,in,1\n", "one of them"),
    "end before start": (HEAD + "9,0,d,in,1\n", "expected an end up to a day after"),
    "mixed units": (HEAD + "0,900000,d,in,1\n", "same unit"),
    "milliseconds": (HEAD + "1800000000000,1800000900000,d,in,1\n", "milliseconds"),
    "two clocks": (HEAD + "0,9,d,in,1\n2026-11-26T08:00Z,2026-11-26T09:00Z,d,in,1\n", "line 3"),
    "no zone": (HEAD + "2026-11-26T08:00,2026-11-26T09:00,d,in,1\n", "no time zone"),
    "open quote": (HEAD + '0,9,d,in,"1\n', "is no CSV"),
    "event": ("time,event,line,direction\n0,press,d,in\n", "event 'press'"),
    "nameless event": ("time,event,line,direction\n0,count,,\n", "no name of a line or zone"),
    "way of a zone": ("time,event,zone,direction\n0,count,z,in\n", "expected enter or leave"),
}


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_named(text: str | bytes, words: str) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ConfigError) as error:
        read_counts(data)
    assert words in f"{error.value} {error.value.hint}"


@given(st.binary(max_size=200))
def test_any_bytes_are_counts_or_one_error_of_ours(data: bytes) -> None:
    try:
        read_counts(data)
    except ConfigError as error:
        assert str(error)  # noqa: PT017 -- either is right, nothing else is


def test_a_file_too_large_is_not_read() -> None:
    with pytest.raises(ConfigError, match="expected at most"):
        read_counts(bytes(65 * 1024 * 1024))


@pytest.mark.parametrize(
    ("rows", "words"),
    [("0,9,d,in,1\n0,9,d,in,1\n", "is there twice"), ("0,9,d,in,1\n8,20,d,in,1\n", "overlaps")],
)
def test_one_time_is_counted_once(rows: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        by_metric(read_counts((HEAD + rows).encode()).readings, "the hand count")


def test_summer_time_ends_within_the_count() -> None:
    rows = "2026-10-25T01:45,2026-10-25T03:15,d,in,7\n"

    found = read_counts((HEAD + rows).encode(), zone=ZoneInfo("Europe/Berlin")).readings

    assert found[0].end_ms - found[0].start_ms == 150 * 60_000  # two hours and a half, by the sun
