"""Films: looked at now and then, by several threads, and covered before and after each sight."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.errors import ConfigError, OutletError
from edgekit.frames import Detections, Frame, RedactedImage
from edgekit.node.redacting.files import redact
from edgekit.node.redacting.job import RedactionStyle
from edgekit.node.redacting.video import video_writer
from edgekit.redaction.cover import COVER_BGR
from edgekit.redaction.redactor import Redactor
from edgekit.sensors.video import VideoSource

SIZE = (96, 72)
FPS = 10
FACE = (40.0, 20.0, 60.0, 44.0)


class Glimpse:
    """Sees a face from 2 s to 2.5 s only; remembers what it was shown, and fails at a time."""

    def __init__(self, fails_ms: int = -1) -> None:
        self.fails_ms = fails_ms
        self.seen_ms: list[int] = []

    def detect(self, frame: Frame) -> Detections:
        self.seen_ms.append(frame.t_ms)
        if frame.t_ms == self.fails_ms:
            raise RuntimeError
        return Detections.of(np.asarray([FACE] if 2000 <= frame.t_ms <= 2500 else [], np.float32))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "in.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, SIZE)
    for _ in range(5 * FPS):
        writer.write(np.full((SIZE[1], SIZE[0], 3), 200, np.uint8))
    writer.release()
    return path


def covered(path: Path) -> dict[int, bool]:
    """Whether the middle of the face has the cover's colour, by the time of the frame."""
    film = VideoSource(path, clock_ms=int)
    return {
        frame.t_ms: bool(np.abs(frame.pixels[32, 50].astype(int) - COVER_BGR).max() < 30)
        for frame in iter(film.read, None)
    }


def test_a_face_is_covered_from_before_its_first_sight_until_after_its_last(
    clip: Path, tmp_path: Path
) -> None:
    detector = Glimpse()
    style = RedactionStyle(mode="faces", detector=detector, look_ms=300, workers=2)
    job = redact(clip, tmp_path / "out.mp4", style=style)
    assert (job.pictures, job.whole) == (50, 0)
    assert sorted(detector.seen_ms) == [*range(0, 4900, 300), 4900]
    shown = covered(tmp_path / "out.mp4")
    assert len(shown) == 50
    assert all(shown[t] for t in range(1100, 3401, 100))
    assert not any(shown[t] for t in (0, 500, 4000, 4900))


def test_frames_between_a_failed_look_and_its_neighbours_are_covered_whole(
    clip: Path, tmp_path: Path
) -> None:
    av = pytest.importorskip("av")
    style = RedactionStyle(mode="faces", detector=Glimpse(fails_ms=4200), look_ms=300)
    job = redact(clip, tmp_path / "out.mp4", style=style)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.duration == 5_000_000
    assert job.whole == 5  # 4000 to 4400 ms: both neighbours were seen and are shown


def image(size: tuple[int, int], level: int) -> RedactedImage:
    pixels = np.full((size[1], size[0], 3), level, np.uint8)
    return Redactor(size, mode="faces", detector=Glimpse()).redact_at(Frame(pixels, 0, 0), ())


@pytest.mark.parametrize("size", [(96, 72), (95, 71)])
def test_h264_keeps_each_frame_its_own_time_and_carries_no_sound(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    av = pytest.importorskip("av")
    times = [0, 40, 80, 400, 401, 1000]
    path = tmp_path / "out.mp4"
    with video_writer(path, size=size, fps=25) as write:
        for number, t_ms in enumerate(times):
            write(image(size, 20 * number + 40), t_ms)
    with av.open(str(path)) as container:
        (stream,) = container.streams
        assert stream.codec_context.name == "h264"
        assert stream.average_rate >= 5
        frames = list(container.decode(stream))
    assert [round(frame.pts * stream.time_base * 1000) for frame in frames] == times
    assert (frames[0].width, frames[0].height) == size
    levels = [int(frame.to_ndarray(format="bgr24").mean()) for frame in frames]
    assert levels == pytest.approx([40, 60, 80, 100, 120, 140], abs=4)


def test_the_sound_and_the_title_of_a_film_do_not_survive(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "in.mp4"), "w") as film:
        film.metadata["title"] = "SECRET"
        picture, sound = film.add_stream("mpeg4", rate=10), film.add_stream("aac", rate=44_100)
        picture.width, picture.height, picture.pix_fmt = 96, 72, "yuv420p"
        silence = av.AudioFrame.from_ndarray(
            np.zeros((1, 44_100), np.float32), format="fltp", layout="mono"
        )
        silence.sample_rate = 44_100
        grey = np.full((72, 96, 3), 90, np.uint8)
        for _ in range(10):
            film.mux(picture.encode(av.VideoFrame.from_ndarray(grey, format="bgr24")))
        film.mux([*sound.encode(silence), *picture.encode(None), *sound.encode(None)])
    with av.open(str(tmp_path / "in.mp4")) as film:
        assert [one.type for one in film.streams] == ["video", "audio"]
    redact(tmp_path / "in.mp4", tmp_path / "out.mp4", style=RedactionStyle())
    assert b"SECRET" not in (tmp_path / "out.mp4").read_bytes()
    with av.open(str(tmp_path / "out.mp4")) as film:
        assert [one.type for one in film.streams] == ["video"]


def test_without_the_extra_a_film_is_written_all_the_same(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    job = redact(clip, tmp_path / "out.mp4", style=RedactionStyle(mode="faces", detector=Glimpse()))
    assert job.pictures == 50
    film = VideoSource(tmp_path / "out.mp4", clock_ms=int)
    assert (film.frames, film.fps) == (50, FPS)


def test_a_place_that_takes_no_film_is_an_error_of_ours(tmp_path: Path) -> None:
    with (
        pytest.raises(OutletError, match="no video can be written"),
        video_writer(tmp_path / "none" / "out.mp4", size=SIZE, fps=FPS) as write,
    ):
        write(image(SIZE, 90), 0)


def test_a_film_without_workers_is_refused(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="workers"):
        redact(clip, tmp_path / "o.avi", style=RedactionStyle(workers=0))
