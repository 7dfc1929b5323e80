"""What edgekit itself has written, read for comparison."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError, VerificationError
from edgekit.evaluation.counted import read_intervals, read_records
from edgekit.evaluation.reading import Reading
from edgekit.privacy.profile import released_value
from edgekit.records import (
    Aggregate,
    Profile,
    QualityWord,
    Reason,
    Status,
    Unit,
)
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_release
from tests import sample

SIGNER = MemorySigner.from_seed(bytes(range(32)))


def record(
    value: int | None,
    *,
    metric: str = "line.door.in",
    profile: Profile = Profile.SDC_10_5,
    status: Status = Status.RELEASED,
    uptime: int = 100,
    quality: QualityWord = QualityWord.GOOD,
) -> bytes:
    unit = Unit.PEOPLE if metric.startswith("zone") else Unit.COUNT
    release = Aggregate(
        metric=metric,
        unit=unit,
        window_start_s=1_800_000_000,
        window_s=900,
        value=value,
        status=status,
        reason=None if status is Status.RELEASED else Reason.VIEW_COVERED,
        uptime_percent=uptime,
        quality=quality,
        profile=profile,
        epsilon_milli=500 if profile is Profile.DP else None,
        epsilon_day_milli=2_000 if profile is Profile.DP else None,
    )
    head = replace(sample.HEAD, device=SIGNER.key_id, site="door", authority="0" * 16)
    return sign_release(release, head, SIGNER).envelope + b"\n"


def read(line: bytes, min_uptime_percent: int = 90) -> Reading:
    (only,) = read_records([line], min_uptime_percent=min_uptime_percent).readings
    return only


@given(st.integers(0, 10_000), st.sampled_from([one for one in Profile if one is not Profile.DP]))
def test_what_was_counted_lies_in_the_range_of_what_was_released(
    counted: int, profile: Profile
) -> None:
    value = released_value(profile, counted)
    status = Status.SUPPRESSED if value is None else Status.RELEASED

    found = read(record(value, profile=profile, status=status))

    assert found.low <= counted <= found.high
    for outside in (int(found.low) - 1, int(found.high) + 1):
        assert outside < 0 or released_value(profile, outside) != value


@pytest.mark.parametrize(("value", "low", "high"), [(20, 12, 28), (-3, 0, 5), (-12, 0, 0)])
def test_noise_is_a_range_of_four_scales_and_nothing_is_below_zero(
    value: int, low: int, high: int
) -> None:
    found = read(record(value, profile=Profile.DP, quality=QualityWord.UNTOLD))

    assert (found.low, found.high, found.value) == (low, high, value)


@pytest.mark.parametrize(
    ("value", "low", "high"), [(15, 13, 17), (10, 10, 12), (None, 0, 9), (100, 98, 102)]
)
def test_rounded_and_suppressed(value: int | None, low: int, high: int) -> None:
    status = Status.SUPPRESSED if value is None else Status.RELEASED

    found = read(record(value, status=status))

    assert (found.low, found.high, found.value, found.missing) == (low, high, value, "")


def test_people_present_were_a_mean_before() -> None:
    found = read(record(4, metric="zone.square.people", profile=Profile.HOME))

    assert (found.low, found.high) == (3.5, 4.5)


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        (record(None, status=Status.GAP), "view_covered"),
        (record(15, uptime=85), "seen for less than 90 %"),
        (record(15, uptime=90), ""),
    ],
)
def test_a_gap_is_no_zero(line: bytes, missing: str) -> None:
    assert read(line).missing == missing


def test_what_the_node_calls_degraded_is_told() -> None:
    lines = [record(15), record(15, quality=QualityWord.DEGRADED)]

    assert read_records(lines, min_uptime_percent=90).degraded == 1


def test_no_record_is_refused(handed_over: Path) -> None:
    lines = (handed_over / "records.jsonl").read_bytes().splitlines(keepends=True)

    assert len(read_records(lines, min_uptime_percent=90).readings) == 3
    with pytest.raises(VerificationError):
        read_records([lines[0][:80]], min_uptime_percent=90)


INTERVAL = {
    "start_s": 0,
    "end_s": 300.5,
    "uptime_percent": 100,
    "lines": {"door": {"in": 3, "out": 2}},
    "zones": {"square": {"people_mean": 1.5, "people_most": 4}},
}


def test_intervals_of_count() -> None:
    found = read_intervals([json.dumps(INTERVAL).encode(), b"\n"], min_uptime_percent=90)

    assert [(r.metric, r.end_ms, r.value) for r in found] == [
        ("line.door.in", 300_500, 3),
        ("line.door.out", 300_500, 2),
        ("zone.square.people", 300_500, 1.5),
    ]


def test_an_interval_that_was_hardly_seen_is_a_gap() -> None:
    line = json.dumps(INTERVAL | {"uptime_percent": 40}).encode()

    assert {r.missing for r in read_intervals([line], min_uptime_percent=90)} == {
        "seen for less than 90 %"
    }


@pytest.mark.parametrize(
    "change",
    [
        {"end_s": 0},
        {"end_s": float("inf")},
        {"start_s": None},
        {"lines": [3]},
        {"lines": {"door": {"in": -1, "out": 0}}},
        {"zones": {"square": {"people_mean": float("nan")}}},
        {"zones": {"square": {}}},
        {"uptime_percent": "much"},
    ],
)
def test_other_json_is_told_how_to_make_it(change: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="line 1 is no interval") as error:
        read_intervals([json.dumps(INTERVAL | change).encode()], min_uptime_percent=90)
    assert "--every 300" in str(error.value.hint)


@given(st.binary(max_size=60))
def test_any_line_is_an_interval_or_one_error_of_ours(line: bytes) -> None:
    with pytest.raises(ConfigError):
        read_intervals([b"{" + line], min_uptime_percent=90)
