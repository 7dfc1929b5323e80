"""A hand count as it was made."""

import pytest

from edgekit.errors import ConfigError
from edgekit.evaluation.diary import PARTLY, Diary
from edgekit.evaluation.handcount import read_counts

LINE = "line.door.in"
ZONE = "zone.square.people"
SPANS = [(0, 10_000), (10_000, 20_000), (20_000, 30_000)]


def diary(rows: str, columns: str = "time,event,line,zone,direction") -> Diary:
    found = read_counts(f"{columns}\n{rows}".encode()).diary
    assert found is not None
    return found


def told(found: Diary, metric: str = LINE) -> list[float | str]:
    """Each interval's number, or why there is none."""
    readings = found.binned(metric, SPANS)
    return [reading.missing or reading.low for reading in readings]


def test_an_event_counts_in_the_interval_of_its_time() -> None:
    rows = (
        "0,begin,door,,in\n3,count,door,,in\n9.999,count,door,,in\n10,count,door,,in\n30,end,,,\n"
    )

    assert told(diary(rows)) == [2, 1, 0]


def test_what_is_taken_back_was_never_there() -> None:
    rows = "0,begin,door,,in\n9,count,door,,in\n9,undo,door,,in\n12,count,door,,in\n20,end,,,\n"

    assert told(diary(rows)) == [0, 1]


def test_nobody_watching_is_not_nobody_there() -> None:
    rows = (
        "0,begin,door,,in\n3,count,door,,in\n12,pause,,,\n15,resume,,,\n"
        "16,count,door,,in\n30,end,,,\n"
    )

    assert told(diary(rows)) == [1, PARTLY, 0]


def test_a_count_that_was_cut_off_ends_with_its_last_entry() -> None:
    crashed = "0,begin,door,,in\n3,count,door,,in\n14,count,door,,in\n"

    assert told(diary(crashed)) == [1, PARTLY]
    assert told(diary(crashed + "20,begin,door,,in\n30,end,,,\n")) == [1, PARTLY, 0]


def test_what_was_watched_without_a_count_is_a_zero() -> None:
    rows = "0,begin,door,,in\n0,begin,door,,out\n3,count,door,,in\n10,end,,,\n"

    assert told(diary(rows), "line.door.out") == [0]
    assert diary(rows).metrics() == (LINE, "line.door.out")


def test_two_counts_of_one_time_are_refused() -> None:
    rows = "0,begin,door,,in\n20,end,,,\n5,begin,door,,in\n9,end,,,\n"

    with pytest.raises(ConfigError, match="counted twice from 5 s"):
        told(diary(rows))


def test_without_begin_and_end_somebody_has_to_say_them() -> None:
    found = diary("3,door,in\n14,door,in\n", "time,line,direction")

    with pytest.raises(ConfigError, match="from when to when") as error:
        told(found)
    assert "--from" in str(error.value.hint)
    assert [r.low for r in found.binned(LINE, SPANS, (0, 30_000))] == [1, 1, 0]
    assert [r.missing for r in found.binned(LINE, SPANS, (5_000, 20_000))] == [PARTLY, ""]


def test_people_present_are_a_mean_over_time() -> None:
    rows = (
        "0,begin,,square,enter\n0,count,,square,enter\n5,count,,square,enter\n"
        "15,count,,square,leave\n15,count,,square,leave\n30,end,,,\n"
    )

    assert told(diary(rows), ZONE) == [1.5, 1.0, 0.0]


def test_an_undone_entry_into_a_zone_never_was() -> None:
    rows = "0,begin,,square,enter\n2,count,,square,enter\n2,undo,,square,enter\n10,end,,,\n"

    assert told(diary(rows), ZONE) == [0]


def test_nobody_leaves_who_had_not_entered() -> None:
    with pytest.raises(ConfigError, match="more had left than had entered"):
        told(diary("0,begin,,square,leave\n5,count,,square,leave\n30,end,,,\n"), ZONE)


def test_looks_at_a_zone_now_and_then_are_averaged() -> None:
    found = diary("2,square,4\n8,square,7\n25,square,1\n", "time,zone,count")

    assert [(r.start_ms, r.low) for r in found.binned(ZONE, SPANS)] == [(0, 5.5), (20_000, 1)]
