"""``edgekit redact`` of pipes and cameras, with masks and with a report."""

import argparse
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.cli import redact
from edgekit.errors import ConfigError, OutletError, SensorError
from edgekit.frames import Detections, Frame
from edgekit.node.redacting.job import RedactionStyle, Stretches
from edgekit.node.redacting.live import record, redact_frames
from edgekit.node.redacting.report import PAYLOAD_TYPE, report
from edgekit.redaction.cover import COVER_BGR
from edgekit.sensors.image import read_image
from edgekit.sensors.raw import RawSource
from edgekit.sensors.video import VideoSource
from edgekit.signers.file import create_key
from edgekit.signing.dsse import Envelope, verify

SIZE = (32, 24)


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    redact.add(parser.add_subparsers())
    options = parser.parse_args(["redact", *map(str, words)])
    return int(options.run(options))


class Corner:
    """Finds a face in a corner, and remembers what it was shown."""

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []

    def detect(self, frame: Frame) -> Detections:
        self.seen.append(frame.pixels)
        return Detections.of(np.asarray([[0, 0, 8, 8]], np.float32))


def raw(frames: int) -> bytes:
    return bytes([200]) * (SIZE[0] * SIZE[1] * 3 * frames)


def source(frames: int = 5) -> RawSource:
    return RawSource(io.BytesIO(raw(frames)), size=SIZE, fps=10)


class Pipe(io.BytesIO):
    """Stands in for a text stream with bytes beneath."""

    @property
    def buffer(self) -> "Pipe":
        return self


@pytest.fixture
def pipes(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Pipe]:
    def start(data: bytes) -> Pipe:
        out = Pipe()
        monkeypatch.setattr(sys, "stdin", Pipe(data))
        monkeypatch.setattr(sys, "stdout", out)
        return out

    return start


def test_raw_frames_go_in_and_come_out_covered_and_nothing_else(
    pipes: Callable[[bytes], Pipe], capsys: pytest.CaptureFixture[str]
) -> None:
    out = pipes(raw(4))
    assert run("-", "-", "--raw", "32x24@10", "--mask", "0,0,17,0,17,17,0,17") == 0
    shown = np.frombuffer(out.getvalue(), np.uint8).reshape(4, 24, 32, 3)
    assert (shown[:, 20:, 20:] == COVER_BGR).all()  # nothing is known yet: all is covered
    assert not shown[:, 1:16, 1:16].any()
    assert "4 redacted, 4 of them covered whole" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (("-", "-"), "unknown size"),
        (("-", "-", "--raw", "32x24"), "WxH@FPS"),
        (("-", "-", "--raw", "32@5"), "two numbers"),
        (("-", "-", "--raw", "32x24@9", "--seconds", "0"), "at least 1"),
        (("rtsp://nobody/", "-"), "from a camera"),
        (("-", "-", "--raw", "32x24@9", "--mask", "1,1,5"), "zone"),
        (("-", "-", "--raw", "32x24@9", "--report", "r.json"), "--key"),
        (("-", "-", "--raw", "32x24@9", "--report", "r", "--key", "k"), "expected files"),
    ],
)
def test_pipes_that_make_no_sense_are_refused(words: tuple[str, ...], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        run(*words)


def test_a_recording_is_covered_and_ends_in_time(tmp_path: Path) -> None:
    style = RedactionStyle(mode="faces", detector=Corner())
    job = record(source(), tmp_path / "out.mp4", style, longest_ms=300)
    assert (job.pictures, job.whole) == (3, 0)
    film = VideoSource(tmp_path / "out.mp4", clock_ms=int)
    for frame in iter(film.read, None):
        assert abs(frame.pixels[4, 4].astype(int) - COVER_BGR).max() < 30
        assert abs(frame.pixels[20, 28].astype(int) - 200).max() < 8


def test_recordings_that_cannot_be_leave_nothing_behind(tmp_path: Path) -> None:
    style = RedactionStyle(mode="faces", detector=Corner())
    (tmp_path / "there.mp4").touch()
    for name, frames, kind in (
        ("there.mp4", 2, ConfigError),
        ("out.png", 2, ConfigError),
        ("out.mp4", 0, (SensorError, OutletError)),
        ("no/out.mp4", 2, OutletError),
    ):
        with pytest.raises(kind):
            record(source(frames), tmp_path / name, style)
    assert [p.name for p in tmp_path.iterdir()] == ["there.mp4"]


def test_an_interrupted_recording_keeps_what_there_is() -> None:
    frames: list[int] = []

    def write(_: object, t_ms: int) -> None:
        frames.append(t_ms)
        if len(frames) == 3:
            raise KeyboardInterrupt

    style = RedactionStyle(mode="faces", detector=Corner())
    assert redact_frames(source(), write, style).pictures == 2


def test_nobody_sees_what_lies_under_a_mask(tmp_path: Path) -> None:
    clip = tmp_path / "in.avi"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), 10, (96, 72))
    for _ in range(6):
        writer.write(np.full((72, 96, 3), 200, np.uint8))
    writer.release()
    from edgekit.cli.count import parse_zone  # noqa: PLC0415 -- one test needs it
    from edgekit.node.redacting.files import redact as redact_file  # noqa: PLC0415 -- likewise

    detector = Corner()
    mask = parse_zone("garden:40,40,90,40,90,70,40,70")
    style = RedactionStyle(mode="faces", detector=detector, masks=(mask,))
    redact_file(clip, tmp_path / "out.mp4", style=style)
    assert len(detector.seen) == 6
    assert not any(seen[42:68, 42:88].any() for seen in detector.seen)


def test_stretches_are_put_together_frame_by_frame() -> None:
    stretches = Stretches()
    for t_ms, so in ((0, False), (40, True), (80, True), (120, False), (160, True)):
        stretches.add(t_ms, so=so)
    assert stretches.spans == [(40, 80), (160, 160)]


def test_a_report_says_what_was_done_and_verifies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out, said = (tmp_path / name for name in ("in", "out", "report.json"))
    folder.mkdir()
    cv2.imwrite(str(folder / "secret name.png"), np.full((24, 32, 3), 9, np.uint8))
    key = create_key(tmp_path / "a.key.pem", entropy=lambda n: bytes(range(n)))
    words = ("--report", said, "--key", tmp_path / "a.key.pem", "--json")
    assert run(folder, out, *words) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 1
    envelope = Envelope.from_bytes(said.read_bytes().strip())
    verify(envelope, [key], payload_type=PAYLOAD_TYPE)
    told = json.loads(envelope.payload)
    assert (told["mode"], told["pictures"], told["whole"]) == ("foreground", 1, 1)
    assert told["model"] is None
    assert told["files"][0]["whole_ms"] == [[0, 0]]
    assert "secret" not in said.read_text() + envelope.payload.decode()
    assert len({told["files"][0][f"{which}_sha256"] for which in ("source", "target")}) == 2
    with pytest.raises(ConfigError, match="exists"):
        run(folder, tmp_path / "again", *words)
    assert not (tmp_path / "again").exists()


def test_a_report_about_a_file_that_has_gone_is_refused(tmp_path: Path) -> None:
    from edgekit.node.redacting.files import redact as redact_file  # noqa: PLC0415 -- one test needs it

    cv2.imwrite(str(tmp_path / "in.png"), np.full((24, 32, 3), 9, np.uint8))
    job = redact_file(tmp_path / "in.png", tmp_path / "out.png")
    assert read_image(tmp_path / "out.png").shape == (24, 32, 3)
    (tmp_path / "out.png").unlink()
    with pytest.raises(OutletError, match="read again"):
        report(job, RedactionStyle(), ("m", "0" * 64), at_s=0)
