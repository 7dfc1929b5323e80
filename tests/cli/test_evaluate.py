"""A city compares its counter with a hand count."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

Run = Callable[..., tuple[int, str, str]]
WINDOWS = [1_800_000_000 + 900 * k for k in range(8)]
HEAD = "start,end,line,direction,count\n"


@pytest.fixture
def counted(tmp_path: Path) -> Path:
    """Eight quarters of an hour of `edgekit count`, one of them hardly seen."""
    path = tmp_path / "ours.jsonl"
    lines = [
        {
            "start_s": start,
            "end_s": start + 900,
            "uptime_percent": 40 if number == 3 else 100,
            "lines": {"door": {"in": 30 + number, "out": 20}},
            "zones": {"square": {"people_mean": 4.0, "people_most": 9}},
        }
        for number, start in enumerate(WINDOWS)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def hand(tmp_path: Path) -> Path:
    """The same by hand: always 31 in, 20 out, 5 in the square."""
    path = tmp_path / "hand.csv"
    rows = ["start;end;line;zone;direction;count"]
    for start in WINDOWS:
        rows += [f"{start};{start + 900};door;;in;31", f"{start};{start + 900};door;;out;20"]
        rows += [f"{start};{start + 900};;square;;5,0"]
    path.write_text("\r\n".join(rows), encoding="utf-8-sig")
    return path


def test_for_people_within_80_columns(counted: Path, hand: Path, edgekit: Run) -> None:
    code, out, err = edgekit("evaluate", counted, "--hand", hand)

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert max(map(len, lines[3:])) <= 80  # the first three hold paths
    table = {line.split()[0]: line.split()[1:] for line in lines[4:10] if line.strip()}
    assert table["line.door.in"][:4] == ["7", "217", "235", "+8.3"]
    assert table["line.door.out"][:4] == ["7", "140", "140", "+0.0"]
    assert table["zone.square.people"][:4] == ["7", "5.0", "4.0", "-20.0"]
    assert "  line.door.in: 1 seen for less than 90 %" in lines
    assert "GEH is below 5 in more than 85 % of intervals" in " ".join(out.split())
    assert "count at least" in out


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("door,,in,0", "nobody was counted by hand"),
        ("door,,in,90", "GEH is not below 5 in more than 85 % of intervals"),
        (",square,,4", "too few intervals to say how sure the error is"),
    ],
)
def test_what_it_means(rows: str, words: str, counted: Path, tmp_path: Path, edgekit: Run) -> None:
    hand = tmp_path / "hand.csv"
    times = [f"{start},{start + 900}" for start in WINDOWS[:2]]
    lines = "".join(f"{time},{rows}\n" for time in times)
    hand.write_text("start,end,line,zone,direction,count\n" + lines)

    code, out, _ = edgekit("evaluate", counted, "--hand", hand)

    assert code == 0
    assert words in " ".join(out.split())


def test_for_programs(counted: Path, hand: Path, edgekit: Run) -> None:
    found = json.loads(edgekit("evaluate", counted, "--hand", hand, "--json")[1])
    door = found["metrics"]["line.door.in"]

    assert door["left_out"] == {"seen for less than 90 %": 1}
    assert door["score"]["as_said"]["bias"] == pytest.approx(18 / 7)
    assert door["score"]["count_more"] > 0
    assert len(door["intervals"]) == 7
    assert found["all"]["intervals"] == 14
    assert found["all"]["error_percent_95"][0] < found["all"]["as_said"]["error_percent"]
    assert "jackknife" in found["method"]


def test_what_is_hardly_seen_counts_where_somebody_says_so(
    counted: Path, hand: Path, edgekit: Run
) -> None:
    words = ("evaluate", counted, "--hand", hand, "--min-uptime", 30, "--within", 50, "--json")
    found = json.loads(edgekit(*words)[1])

    assert found["metrics"]["line.door.in"]["score"]["intervals"] == 8
    assert found["all"]["count_more"] == 0


def test_signed_records_are_ranges(handed_over: Path, tmp_path: Path, edgekit: Run) -> None:
    hand = tmp_path / "hand.csv"
    rows = "".join(f"{s},{s + 300},door,in,5\n" for s in range(WINDOWS[0], WINDOWS[3], 300))
    hand.write_text(HEAD + rows)
    key = handed_over / "device.pub.pem"

    code, out, _ = edgekit("evaluate", handed_over, "--hand", hand, "--key", key)

    assert code == 0
    assert "(profile sdc-10-5; signatures hold)" in out
    rows = [line.split() for line in out.splitlines() if line.startswith(("line.door.in ", "  at"))]
    assert rows[0][:5] == ["line.door.in", "3", "45", "39..51", "-13.3..+13.3"]
    assert rows[1] == ["at", "its", "word", "3", "45", "+0.0"]
    assert "every measure is a range" in " ".join(out.split())


def test_a_record_that_does_not_verify_stops_it(
    handed_over: Path, hand: Path, edgekit: Run
) -> None:
    path = handed_over / "records.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0] * 2)

    code, out, err = edgekit(
        "evaluate", path, "--hand", hand, "--key", handed_over / "device.pub.pem"
    )

    assert (code, out) == (3, "")
    assert "edgekit: error:" in err


def test_a_tally_of_a_clip_meets_the_count_of_that_clip(tmp_path: Path, edgekit: Run) -> None:
    ours, hand = tmp_path / "ours.csv", tmp_path / "hand.csv"
    ours.write_text(
        "start,end,line,zone,direction,count,uptime_percent\n"
        "0.000,10.000,door,,in,2,100\n10.000,17.500,door,,in,1,100\n"
    )
    hand.write_text(
        "time,event,line,zone,direction,class\n0.000,begin,door,,in,person\n"
        "3.100,count,door,,in,person\n9.900,count,door,,in,person\n11.000,count,door,,in,person\n"
        "11.000,undo,door,,in,person\n17.500,end,,,,\n"
    )

    found = json.loads(edgekit("evaluate", ours, "--hand", hand, "--json")[1])

    assert [
        (one["hand"], one["ours"]) for one in found["metrics"]["line.door.in"]["intervals"]
    ] == [
        (2, 2),
        (0, 1),
    ]


def test_events_of_another_tool_need_their_times(
    counted: Path, tmp_path: Path, edgekit: Run
) -> None:
    hand = tmp_path / "hand.csv"
    hand.write_text("time,line,direction\n2027-01-15T09:03,door,in\n")
    words = ("evaluate", counted, "--hand", hand, "--timezone", "Europe/Berlin")

    assert "--from TIME" in edgekit(*words)[2]
    code, out, _ = edgekit(*words, "--from", "2027-01-15T09:00", "--to", "2027-01-15T09:15")
    assert code == 0
    assert "line.door.in               1       1           30" in out


BAD = {
    "name": (HEAD + f"{WINDOWS[0]},{WINDOWS[1]},dor,in,1\n", (), "line.dor.in was counted by hand"),
    "day": (HEAD + "0,900,door,in,1\n", (), "not in ours"),
    "gap": (HEAD + f"{WINDOWS[3]},{WINDOWS[4]},door,in,1\n", (), "seen for less than 90 %"),
    "twice": (HEAD + f"{WINDOWS[0]},{WINDOWS[1]},door,in,1\n" * 2, (), "is there twice"),
    "from": (HEAD + "0,900,door,in,1\n", ("--from", "0", "--to", "9"), "--from and --to with"),
    "half": ("time,line,direction\n1,door,in\n", ("--from", "0"), "belong together"),
    "order": ("time,line,direction\n1,d,in\n", ("--from", "9", "--to", "0"), "is not after"),
    "zone": (HEAD, ("--timezone", "Mars/Phobos"), "no such time zone"),
    "path as zone": (HEAD, ("--timezone", "../../etc/passwd"), "no such time zone"),
    "uptime": (HEAD, ("--min-uptime", "101"), "--min-uptime 101"),
    "within": (HEAD, ("--within", "0"), "--within 0"),
    "key": (HEAD, ("--key", "k.pem"), "holds no signed records"),
}


@pytest.mark.parametrize(("text", "words", "said"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_one_error(
    text: str, words: tuple[str, ...], said: str, counted: Path, tmp_path: Path, edgekit: Run
) -> None:
    hand = tmp_path / "hand.csv"
    hand.write_text(text)

    code, out, err = edgekit("evaluate", counted, "--hand", hand, *words)

    assert (code, out) == (2, "")
    assert err.count("edgekit: error: ") == 1
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.jsonl", None, "does not exist"),
        ("empty.csv", "", "the file is empty"),
        ("plain.json", '{"frames": 3, "lines": {}, "zones": {}}', "no interval of edgekit count"),
        ("tally.csv", "time,event,line,direction\n0,begin,d,in\n", "holds no counts by intervals"),
        ("folder", None, "holds no records.jsonl"),
    ],
)
def test_what_is_no_count_of_ours(
    name: str, text: str | None, said: str, hand: Path, tmp_path: Path, edgekit: Run
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    elif name == "folder":
        path.mkdir()

    code, _, err = edgekit("evaluate", path, "--hand", hand)

    assert code == 2
    assert said in err
    assert str(path) in err


def test_a_chart_of_both(
    counted: Path, hand: Path, handed_over: Path, tmp_path: Path, edgekit: Run
) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "chart.png"

    assert edgekit("evaluate", counted, "--hand", hand, "--plot", path)[0] == 0
    assert cv2.imread(str(path)).shape[0] > 600  # a row for each of three
    few = tmp_path / "few.csv"
    few.write_text(HEAD + f"{WINDOWS[0]},{WINDOWS[1]},door,in,15\n")
    code, _, err = edgekit("evaluate", handed_over, "--hand", few, "--plot", tmp_path)
    assert code == 2
    assert "cannot be written" in err


def test_without_matplotlib_it_says_what_to_install(
    counted: Path, hand: Path, edgekit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    code, out, err = edgekit("evaluate", counted, "--hand", hand, "--plot", "x.png")

    assert (code, out) == (1, "")
    assert "pip install '.[plot]'" in err
