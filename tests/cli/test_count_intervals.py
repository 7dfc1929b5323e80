"""Counts by intervals, for people and for `edgekit evaluate`."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

Run = Callable[..., tuple[int, str, str]]
WALL = np.random.default_rng(0).integers(60, 200, (240, 320, 3)).astype(np.uint8)
WORDS = ("--line", "door:20,120,300,120", "--zone", "low:0,120,320,120,320,230,0,230")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven seconds and a half: a figure walks down and leaves, over the line after 2.5."""
    path = tmp_path_factory.mktemp("video") / "walk.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    for index in range(75):
        pixels = WALL.copy()
        if index > 10:
            y = 4 * (index - 10)
            pixels[y : y + 60, 140:165] = (20, 20, 220)
        writer.write(pixels)
    writer.release()
    return path


def test_one_object_an_interval(video: Path, edgekit: Run) -> None:
    code, out, err = edgekit("count", video, *WORDS, "--every", 3, "--json")
    found = [json.loads(line) for line in out.splitlines()]

    assert (code, err) == (0, "")
    assert [(one["start_s"], one["end_s"]) for one in found] == [(0, 3), (3, 6), (6, 7.5)]
    assert [one["lines"]["door"]["in"] for one in found] == [1, 0, 0]
    assert {one["uptime_percent"] for one in found} == {100}
    assert found[1]["zones"]["low"]["people_most"] == 1


def test_as_csv_from_the_time_when_it_was_taken(video: Path, edgekit: Run) -> None:
    start = "2026-11-26T08:00:01+01:00"
    code, out, _ = edgekit("count", video, *WORDS, "--every", 3, "--csv", "--start", start)
    rows = list(csv.DictReader(io.StringIO(out)))

    assert code == 0
    assert rows[0]["start"] == "2026-11-26T07:00:01.000Z"
    assert [row["end"][17:23] for row in rows if row["direction"] == "in"] == [
        "03.000",  # on the grid of the clock
        "06.000",
        "08.500",
    ]
    assert sum(int(row["count"]) for row in rows if row["direction"] == "in") == 1
    assert [row["line"] for row in rows if row["zone"]] == ["", "", ""]


def test_for_people(video: Path, edgekit: Run) -> None:
    out = edgekit("count", video, *WORDS, "--every", 60)[1]

    assert out.startswith("0 s to 7.5 s | door 1 in 0 out | low ")
    assert out.endswith(" people | seen 100 %\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--every", "0"), "--every 0: expected 1 to 86400"),
        (("--csv",), "--csv without --every"),
        (("--start", "0"), "--start without --every"),
        (("--every", "3", "--start", "8:00"), "expected ISO 8601"),
    ],
)
def test_options_that_do_not_go_together(
    words: tuple[str, ...], said: str, video: Path, edgekit: Run
) -> None:
    code, out, err = edgekit("count", video, *WORDS, *words)

    assert (code, out) == (2, "")
    assert said in err


def test_a_line_near_the_edge_is_warned_of(video: Path, edgekit: Run) -> None:
    code, _, err = edgekit("count", video, "--line", "edge:14,230,14,10")

    assert code == 0
    assert err.startswith("edgekit: warning: line 'edge' lies 14 px from the left edge")
