import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.cli.main import main

WALL = np.random.default_rng(0).integers(60, 200, (240, 320, 3)).astype(np.uint8)
LINE = "door:20,120,300,120"


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven seconds: a figure walks down through a wall's middle."""
    path = tmp_path_factory.mktemp("video") / "walk.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    for index in range(70):
        pixels = WALL.copy()
        if index > 10:
            y = 4 * (index - 10)
            pixels[y : y + 60, 140:165] = (20, 20, 220)
        writer.write(pixels)
    writer.release()
    return path


def test_a_table_on_stdout_and_nothing_on_stderr(
    video: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["count", str(video), "--line", LINE]) == 0
    shown = capsys.readouterr()
    assert [line.split() for line in shown.out.splitlines()] == [
        ["line", "in", "out"],
        ["door", "1", "0"],
        ["70", "frames,", "7", "s"],
    ]
    assert shown.err == ""


def test_one_json_object_with_lines_and_zones(
    video: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zones = ["--zone", "low:0,120,320,120,320,240,0,240", "--zone", "corner:0,0,60,0,0,60"]
    code = main(["count", str(video), "--json", "--line", "20,120,300,120", *zones])
    assert code == 0
    result = json.loads(capsys.readouterr().out)
    assert result["frames"] == 70
    assert result["lines"] == {"line": {"in": 1, "out": 0}}
    low, corner = result["zones"]["low"], result["zones"]["corner"]
    assert (low["people_most"], low["queue_most"], low["waited"]) == (1, 0, 0)
    assert low["people_per_m2_mean"] is None
    assert sum(corner.pop("stays").values()) == 0
    assert set(corner.values()) == {0, None}
    assert result["seconds_not_good"] == 0


def test_a_ground_gives_people_per_square_metre(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ground = tmp_path / "ground.toml"
    ground.write_text(
        "[ground]\npoints = [[20, 230], [300, 230], [300, 20], [20, 20]]\n"
        "cm = [[0, 0], [280, 0], [280, 210], [0, 210]]\n"
    )
    words = [
        "count",
        str(video),
        "--ground",
        str(ground),
        "--zone",
        "all:20,20,300,20,300,230,20,230",
    ]
    assert main([*words, "--json"]) == 0
    zone = json.loads(capsys.readouterr().out)["zones"]["all"]
    assert zone["people_per_m2_mean"] == pytest.approx(zone["people_mean"] / (2.8 * 2.1), abs=0.02)
    assert zone["people_per_m2_mean"] > 0
    assert main(words) == 0
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == "zone people most per m² queue longest waits wait s"
    assert rows[1].startswith(f"all {zone['people_mean']} 1 ")
    assert rows[1].endswith(" 0 -")
    assert rows[2] == "stays < 30s 30s-2min 2min-5min 5min-15min > 15min"
    assert rows[3].startswith("all ")


def test_a_heat_map_is_drawn(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new" / "heat.png"
    assert main(["count", str(video), "--line", LINE, "--heat-map", str(path)]) == 0
    picture = cv2.imread(str(path))
    assert picture.shape[1] == 1280
    warm = picture[..., 2].astype(int) - picture[..., 0] > 60
    assert 0.005 < warm.mean() < 0.3
    for bad in (tmp_path / "heat.jpg", tmp_path / "new"):
        assert main(["count", str(video), "--line", LINE, "--heat-map", str(bad)]) == 2
        assert "ends in .png" in capsys.readouterr().err
        assert bad.suffix == "" or not bad.exists()


def test_unnamed_lines_get_different_names(video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--line", "20,120,300,120", "--line", "300,120,20,120", "--zone", "0,0,320,0,0,240"]
    assert main(["count", str(video), "--json", *words]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["lines"] == {"line": {"in": 1, "out": 0}, "line2": {"in": 0, "out": 1}}
    assert list(result["zones"]) == ["zone"]


def test_a_covered_view_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "dark.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 5, (320, 240))
    for _ in range(50):
        writer.write(np.full((240, 320, 3), 9, np.uint8))
    writer.release()
    assert main(["count", str(path), "--zone", "all:0,0,320,0,320,240"]) == 0
    shown = capsys.readouterr()
    assert "do not trust" in shown.err
    assert "zone" in shown.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "nothing to count"),
        (["--line", "1,2,3"], 2, "pairs of pixels"),
        (["--line", "1,2,3,4,5,6"], 2, "3 points"),
        (["--line", "a,b,c,d"], 2, "expected x1,y1,x2,y2"),
        (["--line", "nan,1,50,50"], 2, "pairs of pixels"),
        (["--line", "10,10,12,12"], 2, "can never count"),
        (["--line", "4,0,4,240"], 2, "edge"),
        (["--line", "0,0,400,0"], 2, "outside the picture, which is 320x240"),
        (["--line", LINE, "--line", LINE], 2, "different names"),
        (["--line", "Bad Name:1,1,90,90"], 2, "line name"),
        (["--zone", "z:1,1,50,50"], 2, "2 corners"),
        (["--zone", "z:1,1,50,50,900,1"], 2, "outside the picture"),
    ],
)
def test_what_can_never_count_is_refused_with_the_reason(
    video: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert main(["count", str(video), *words]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("edgekit: error: ")
    assert said in shown.err
    assert "\nedgekit: hint: " in shown.err


def test_files_that_are_no_video_are_refused(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.avi"
    empty.touch()
    text = tmp_path / "text.avi"
    text.write_text("no video" * 100)
    cut = tmp_path / "cut.avi"
    cut.write_bytes(video.read_bytes()[: video.stat().st_size // 3])
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (tmp_path / "none.avi", empty, text, cut, folder):
        assert main(["count", str(path), "--line", LINE]) == 1, path
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.startswith("edgekit: error: ")
        assert path.name in shown.err
        assert "\nedgekit: hint: " in shown.err


def test_progress_is_shown_to_a_terminal_only(
    video: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["count", str(video), "--line", LINE]) == 0
    assert "70" in capsys.readouterr().err


def test_interrupted_it_prints_what_was_counted(
    video: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from edgekit.sensors.video import VideoSource  # noqa: PLC0415 -- patched only here

    read = VideoSource.read

    def interrupted(self: VideoSource) -> object:
        frame = read(self)
        if frame is None or frame.index == 20:
            raise KeyboardInterrupt
        return frame

    monkeypatch.setattr(VideoSource, "read", interrupted)
    assert main(["count", str(video), "--line", LINE]) == 0
    shown = capsys.readouterr()
    assert "20 frames" in shown.out
    assert "stopped" in shown.err
