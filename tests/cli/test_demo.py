import re
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of the rendered plaza as a file."""
    from edgekit.testing.plaza import PlazaSource  # noqa: PLC0415 -- only where it is drawn

    path = tmp_path_factory.mktemp("demo") / "plaza.avi"
    plaza = PlazaSource(clock_ms=lambda: 0, fps=10, seconds=4, realtime=False)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, plaza.size)
    while (frame := plaza.read()) is not None:
        writer.write(frame.pixels)
    writer.release()
    return path


def test_demo_on_a_video_ends_with_something_to_verify(
    video: Path, tmp_path: Path, edgekit: Run
) -> None:
    out = tmp_path / "a demo"

    code, table, _ = edgekit("demo", "--source", video, "--out", out)

    assert code == 0
    assert "What left this device: nothing" in table
    for name in ("demo.png", "data/records/records.jsonl", "data/preview.jpg", "notice"):
        assert (out / name).exists()
        assert name in table
    command = table.splitlines()[-1].strip()
    ledger, key = re.findall(r'"([^"]*)"', command)
    assert edgekit("verify", ledger, "--key", key)[0] == 0
    # It may replace what it made, and nothing else.
    (out / ".edgekit-demo").unlink()
    code, _, err = edgekit("demo", "--source", video, "--out", out)
    assert code == 2
    assert "no demo made" in err
    assert (out / "demo.png").exists()


@pytest.mark.parametrize("line", ["1,2,3", "0,0,9000,0", "5,5,5,5"])
def test_line_that_cannot_count_is_refused(
    line: str, video: Path, tmp_path: Path, edgekit: Run
) -> None:
    code, _, err = edgekit("demo", "--source", video, "--line", line, "--out", tmp_path / "out")

    assert code == 2
    assert err.startswith("edgekit: error: ")
    assert not (tmp_path / "out").exists()


def test_folder_that_cannot_be_written_is_named(video: Path, tmp_path: Path, edgekit: Run) -> None:
    (tmp_path / "file").touch()

    code, _, err = edgekit("demo", "--source", video, "--out", tmp_path / "file" / "out")

    assert code in (1, 2)
    assert "edgekit: error: " in err
