"""``edgekit redact``: pictures, folders and videos, all of it or nothing."""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.cli import redact
from edgekit.errors import ConfigError, EdgekitError, ModelError, OutletError, SensorError
from edgekit.frames import Detections, Frame, RedactedImage
from edgekit.node.redacting import files as redacting
from edgekit.node.redacting.job import RedactionStyle
from edgekit.redaction.cover import COVER_BGR
from edgekit.sensors.image import read_image

WIDTH, HEIGHT, FPS = 96, 72, 10


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    redact.add(parser.add_subparsers())
    options = parser.parse_args(["redact", *map(str, words)])
    return int(options.run(options))


def place() -> np.ndarray:
    columns = np.linspace(60, 220, WIDTH).astype(np.uint8)
    return np.repeat(np.tile(columns, (HEIGHT, 1))[:, :, None], 3, axis=2)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "in.png"
    cv2.imwrite(str(path), place())
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Eight seconds of a place through which a black box walks."""
    path = tmp_path / "in.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    for i in range(8 * FPS):
        pixels = place()
        if 30 <= i < 50:
            pixels[20:60, 4 * (i - 30) : 4 * (i - 30) + 12] = 0
        writer.write(pixels)
    writer.release()
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def frames(path: Path) -> list[np.ndarray]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    found = []
    while (got := capture.read())[0]:
        found.append(got[1])
    return found


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".mkv"])
def test_a_video_shows_its_empty_place_from_the_first_frame(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    out = tmp_path / f"out{suffix}"
    assert run(clip, out, "--learn-s", "2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pictures"], told["whole"], told["known_percent"]) == (80, 0, 100)
    shown = frames(out)
    assert len(shown) == 80
    assert np.abs(shown[0].astype(int) - place()).max() < 24  # what compression does
    walker = shown[40][25:55, 42:50].reshape(-1, 3).astype(int)
    assert np.abs(walker - COVER_BGR).max() < 40
    assert names(tmp_path) == {"in.avi", out.name}


def test_a_video_too_short_to_learn_is_covered_whole_and_says_so(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(clip, tmp_path / "out.avi") == 0
    told = capsys.readouterr()
    assert "80 redacted, 80 of them covered whole" in told.out
    assert "0 % of the background" in told.err
    assert all(
        np.ptp(frame.reshape(-1, 3), axis=0).max() <= 2 for frame in frames(tmp_path / "out.avi")
    )


def test_a_cut_off_video_leaves_nothing_behind(clip: Path, tmp_path: Path) -> None:
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) // 2])
    for words in ((), ("--mode", "faces")):
        style = RedactionStyle(mode="faces", detector=NoFaces()) if words else RedactionStyle()
        with pytest.raises(SensorError, match="ends after"):
            redacting.redact(clip, tmp_path / "out.mp4", style=style)
        assert names(tmp_path) == {"in.avi"}


class NoFaces:
    """Finds none; fails on every third frame."""

    def __init__(self, *, fails: bool = False) -> None:
        self._fails = fails
        self._calls = 0

    def detect(self, _: Frame) -> Detections:
        self._calls += 1
        if self._fails and self._calls % 3 == 0:
            raise RuntimeError
        return Detections.of(np.zeros((0, 4), np.float32))


def test_frames_on_which_the_detector_fails_come_out_covered(clip: Path, tmp_path: Path) -> None:
    style = RedactionStyle(mode="faces", detector=NoFaces(fails=True))
    told: list[tuple[int, int]] = []
    job = redacting.redact(
        clip, tmp_path / "out.avi", style=style, progress=lambda *state: told.append(state)
    )
    assert (job.pictures, job.whole, job.known_percent) == (80, 26, None)
    assert told[-1] == (160, 160)
    for i, shown in enumerate(frames(tmp_path / "out.avi"), 1):
        flat = np.abs(shown.astype(int) - COVER_BGR).max() < 24
        assert flat == (i % 3 == 0)


def test_a_single_picture_is_covered_whole_and_says_so(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(picture, tmp_path / "out.png") == 0
    assert (read_image(tmp_path / "out.png") == COVER_BGR).all()
    assert "single picture has no background" in capsys.readouterr().err
    assert run(picture, tmp_path / "out.jpg", "--json") == 0
    assert names(tmp_path) == {"in.png", "out.png", "out.jpg"}


def test_a_folder_names_the_bad_picture_and_does_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for name in ("a.png", "c.jpg"):
        cv2.imwrite(str(source / name), place())
    (source / "b.png").write_bytes(b"rubbish")
    (source / "notes.txt").touch()
    assert run(source, out, "--json") == 1
    told = capsys.readouterr()
    assert "b.png was not redacted" in told.err
    assert "left out: notes.txt" in told.err
    assert json.loads(told.out)["pictures"] == 2
    assert names(out) == {"a.png", "c.jpg"}
    (out / "b.png").write_bytes(b"old")
    assert run(source, out, "--force") == 1
    assert names(out) == {"a.png", "c.jpg"}


def test_places_that_cannot_be_written_to_are_refused(picture: Path, clip: Path) -> None:
    folder = picture.parent
    (folder / "there.png").touch()
    (folder / "there").mkdir()
    (folder / "link.png").symlink_to(picture)
    for source, target in (
        (picture, picture),
        (picture, folder / "link.png"),
        (picture, folder / "there.png"),
        (picture, folder / "there"),
        (picture, folder / "out.mp4"),
        (clip, folder / "out.png"),
        (folder, folder / "inside"),
        (folder, folder),
    ):
        with pytest.raises(ConfigError):
            run(source, target)
    with pytest.raises(ConfigError, match="another kind"):
        run(picture, folder / "there", "--force")
    assert run(picture, folder / "there.png", "--force") == 0


def test_bad_sources_and_targets_each_give_one_clear_error(picture: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "void").mkdir()
    before = names(tmp_path)
    for source, target, kind, match in (
        ("none.png", "o.png", SensorError, "does not exist"),
        ("empty.png", "o.png", SensorError, "0 bytes"),
        ("empty.mp4", "o.mp4", SensorError, "0 bytes"),
        ("void", "o", SensorError, "no pictures"),
        ("in.png", "no/such/o.png", OutletError, "cannot be written"),
    ):
        with pytest.raises(kind, match=match):
            run(tmp_path / source, tmp_path / target)
    assert names(tmp_path) == before
    (tmp_path / "many").mkdir()
    cv2.imwrite(str(tmp_path / "many" / "a.png"), place())
    with pytest.raises(OutletError, match="cannot be made"):
        run(tmp_path / "many", picture / "below")


def test_a_disk_that_fills_up_leaves_nothing_behind(
    clip: Path, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("edgekit.node.redacting.file.os.fsync", full)
        with pytest.raises(OutletError, match="No space left"):
            run(picture, tmp_path / "out.png")

    class LosingWriter:
        """OpenCV's writer on a full disk: no error, no frames."""

        def __init__(self, path: str, *_: object) -> None:
            self.path = Path(path)

        def isOpened(self) -> bool:  # noqa: N802 -- OpenCV's name
            return True

        def write(self, _: np.ndarray) -> None:
            self.path.write_bytes(clip.read_bytes()[:3000])

        def release(self) -> None: ...

        fourcc = staticmethod(cv2.VideoWriter.fourcc)

    monkeypatch.setattr("edgekit.node.redacting.video.cv2.VideoWriter", LosingWriter)
    with pytest.raises(OutletError, match=r"nothing was written|were written"):
        run(clip, tmp_path / "out.avi")
    assert names(tmp_path) == {"in.avi", "in.png"}


def test_an_interrupted_job_leaves_nothing_behind(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> RedactedImage:
        raise KeyboardInterrupt

    monkeypatch.setattr("edgekit.redaction.redactor.Redactor.redact", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(clip, tmp_path / "out.avi")
    assert names(tmp_path) == {"in.avi"}


def test_options_that_do_not_go_together_are_refused(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    for words in (("--learn-s", "0"), ("--model", "yunet_n_dynamic"), ("--learn-s", "9999999")):
        with pytest.raises(ConfigError):
            run(picture, out, *words)
    for words, match in ((("--mode", "faces"), "not installed"), (("--model", "x"), "catalogue")):
        with pytest.raises(ModelError, match=match):
            run(picture, out, "--mode", "faces", "--models", tmp_path, *words)
    with pytest.raises(EdgekitError, match="without a detector"):
        redacting.redact(picture, out, style=RedactionStyle(mode="faces"))
    assert not out.exists()


@pytest.mark.shared
def test_faces_of_a_real_picture_are_covered(
    shared_models: Path, shared_data: Path, tmp_path: Path
) -> None:
    (tmp_path / "yunet_n_dynamic.onnx").write_bytes(
        (shared_models / "yunet_n_dynamic.onnx").read_bytes()
    )
    folder = shared_data / "vision" / "faces"
    labels = json.loads((folder / "labels.json").read_text())
    covered = there = 0
    for name in sorted(labels)[12:18]:
        source, out = folder / "images" / name, tmp_path / f"{name}.png"
        words = ("--mode", "faces", "--models", tmp_path)
        assert run(source, out, *words) == 0
        shown = (read_image(out) == COVER_BGR).all(axis=2)
        for face in labels[name]["faces"]:
            x1, y1, x2, y2 = (round(v) for v in face["box"])
            covered += bool(shown[y1:y2, x1:x2].mean() > 0.9)
            there += 1
    assert covered / there > 0.95
