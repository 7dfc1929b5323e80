"""Files, folders, cameras and streams: what they give, and one clear error for each bad one."""

from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import cv2
import numpy as np
import pytest

from edgekit.errors import ConfigError, EdgekitError, SensorError
from edgekit.seams.eye import FrameSource
from edgekit.sensors.folder import FolderSource
from edgekit.sensors.image import read_image
from edgekit.sensors.network import NetworkSource, without_user
from edgekit.sensors.open import open_source
from edgekit.sensors.video import VideoSource

START_MS = 1_000_000


def start() -> int:
    return START_MS


def picture(level: int, *, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A motion-JPEG clip of 60 frames at 20 fps, each of its own grey."""
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (64, 48))
    for level in range(60):
        noise = np.random.default_rng(level).integers(0, 3, (48, 64, 3)).astype(np.uint8)
        writer.write(picture(level * 4) + noise)
    writer.release()
    return path


def test_a_video_gives_every_frame_in_order_with_its_time(clip: Path) -> None:
    source = open_source(str(clip), clock_ms=start)
    assert isinstance(source, VideoSource)
    assert (source.size, source.fps, source.live, source.frames) == ((64, 48), 20.0, False, 60)
    frames = list(iter(source.read, None))
    assert [frame.index for frame in frames] == list(range(60))
    assert [frame.t_ms for frame in frames] == [START_MS + 50 * i for i in range(60)]
    assert all(abs(float(f.pixels.mean()) - 4 * f.index) < 4 for f in frames)
    assert source.read() is None
    source.close()
    source.close()
    assert source.read() is None


def test_a_video_is_resized_where_asked(clip: Path) -> None:
    source = open_source(str(clip), clock_ms=start, width=32, height=20)
    frame = source.read()
    assert frame is not None
    assert frame.size == source.size == (32, 20)


def test_real_time_waits_and_time_never_goes_back(clip: Path) -> None:
    now = iter([0, 0, 0, 0, 0])
    source = VideoSource(clip, clock_ms=lambda: next(now), realtime=True)
    waits: list[float] = []
    source._closed.wait = waits.append
    for _ in range(3):
        source.read()
    assert waits == [0.05, 0.1]


def test_a_path_with_a_colon_is_a_file_and_no_address(clip: Path) -> None:
    odd = clip.rename(clip.with_name("concat:clip one.avi"))
    source = open_source(str(odd), clock_ms=start)
    assert source.read() is not None


def drain(source: FrameSource) -> None:
    while source.read() is not None:
        pass


def cut(clip: Path, share: float) -> Path:
    path = clip.with_name("cut.avi")
    data = clip.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def test_a_cut_off_video_says_so_at_its_end(clip: Path) -> None:
    source = open_source(str(cut(clip, 0.5)), clock_ms=start)
    with pytest.raises(SensorError, match=r"ends after \d+ of 60 frames"):
        drain(source)


def test_bad_files_each_give_one_clear_error(
    clip: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "words.jpg").write_text("hi\n")
    (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(1).bytes(5000))
    (tmp_path / "head.avi").write_bytes(clip.read_bytes()[:60])
    (tmp_path / "no pictures").mkdir()
    for spec, match in (
        ("missing.mp4", "does not exist"),
        ("empty.mp4", "0 bytes"),
        ("noise.mp4", "cannot be opened"),
        ("words.jpg", "holds no pictures|cannot be opened"),
        ("head.avi", "cannot be opened|ends after"),
        ("no pictures", "has no pictures"),
        ("/dev/video97", "camera /dev/video97 does not exist"),
        ("97", "camera /dev/video97 does not exist"),
        ("/dev/null", "cannot be opened"),
    ):
        with pytest.raises(SensorError, match=match) as caught:  # noqa: PT012 -- some open first
            source = open_source(str(tmp_path / spec) if "97" not in spec else spec, clock_ms=start)
            source.read()
        assert isinstance(caught.value, OSError)
        assert caught.value.hint
    with pytest.raises(SensorError, match="is a folder"):
        VideoSource(tmp_path, clock_ms=start)
    seen = capfd.readouterr()
    assert seen.out + seen.err == ""


@pytest.mark.parametrize(
    "options",
    [
        {"spec": ""},
        {"spec": "a.mp4", "width": 640},
        {"spec": "a.mp4", "width": 0, "height": 5},
        {"spec": "a.mp4", "width": 99999, "height": 5},
        {"spec": "a.mp4", "fps": 0.0},
        {"spec": "a.mp4", "fps": float("nan")},
        {"spec": "ftp://host/a"},
        {"spec": "rtsp://"},
        {"spec": "rtsp://[bad/"},
    ],
)
def test_arguments_that_mean_nothing_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        open_source(clock_ms=start, **options)


def test_a_dead_stream_is_refused_without_its_password() -> None:
    with pytest.raises(SensorError) as caught:
        NetworkSource("http://user:secret@127.0.0.1:9/a?token=secret", clock_ms=start)
    assert "http://127.0.0.1:9/a" in str(caught.value)
    assert "secret" not in f"{caught.value}{caught.value.hint}"
    assert without_user("rtsps://a:b@cam/1") == "rtsps://cam/1"


def test_a_folder_gives_its_pictures_by_name(tmp_path: Path) -> None:
    for name, level in (("b.png", 90), ("a.PNG", 10), ("c.jpg", 200)):
        cv2.imwrite(str(tmp_path / name), picture(level))
    (tmp_path / "notes.txt").touch()
    source = open_source(str(tmp_path), clock_ms=start, fps=4)
    frames = list(iter(source.read, None))
    assert [round(float(f.pixels.mean()) / 10) for f in frames] == [1, 9, 20]
    assert [f.t_ms - START_MS for f in frames] == [0, 250, 500]
    assert source.size == (64, 48)
    source.close()


def test_a_folder_paces_and_ends_when_closed(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), picture(1))
    cv2.imwrite(str(tmp_path / "b.png"), picture(1))
    source = FolderSource(tmp_path, clock_ms=start, fps=50, realtime=True)
    assert source.read() is not None
    source.close()
    assert source.read() is None


def test_a_folder_names_the_picture_that_is_wrong(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), picture(1))
    cv2.imwrite(str(tmp_path / "b.png"), picture(1, width=32))
    source = open_source(str(tmp_path), clock_ms=start)
    source.read()
    with pytest.raises(SensorError, match=r"b\.png is 32x48: expected 64x48"):
        source.read()
    sized = open_source(str(tmp_path), clock_ms=start, width=16, height=16)
    assert [f.size for f in iter(sized.read, None)] == [(16, 16), (16, 16)]


@pytest.mark.parametrize(
    ("content", "match"),
    [(None, "does not exist"), (b"", "0 bytes"), (b"\x89PNG\r\n\x1a\nrubbish", "cut off")],
)
def test_a_bad_picture_is_named(tmp_path: Path, content: bytes | None, match: str) -> None:
    path = tmp_path / "a.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SensorError, match=match) as caught:
        read_image(path)
    assert "a.png" in str(caught.value)


@pytest.mark.parametrize("name", ["clip.avi", "a.png", ""])
def test_what_this_user_may_not_read_is_called_unreadable(
    name: str, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip.rename(tmp_path / "clip.avi")
    (tmp_path / "a.png").write_bytes(b"a")

    def refuse(*_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    # Root may read everything, so that modes alone would show nothing there.
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(SensorError, match="cannot be read: Permission denied") as caught:
        open_source(str(tmp_path / name), clock_ms=start)
    assert caught.value.hint == "may this user read it, and its folder?"
    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(SensorError, match=r"^source .* cannot be read: Permission denied$"):
        open_source(str(tmp_path / name), clock_ms=start)


def test_a_folder_or_a_device_is_no_picture(tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(EdgekitError, match=r"folder|regular"):
            read_image(path)


@pytest.mark.shared
def test_a_real_clip_plays_to_its_end_and_a_cut_one_does_not(
    shared_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = shared_data / "vision" / "pets" / "vtest_480x360.avi"
    source = open_source(str(whole), clock_ms=start)
    times = [frame.t_ms for frame in iter(source.read, None)]
    assert len(times) == 795
    assert all(b > a for a, b in pairwise(times))
    assert abs(times[-1] - START_MS - 79_400) < 1000
    (tmp_path / "half.avi").write_bytes(whole.read_bytes()[:600_000])
    source = open_source(str(tmp_path / "half.avi"), clock_ms=start)
    with pytest.raises(SensorError, match="of 795 frames"):
        drain(source)
    assert capfd.readouterr().err == ""
