"""``edgekit redact`` with models: which is taken, and what is refused."""

import argparse
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.cli import redact
from edgekit.errors import ConfigError, ModelError
from edgekit.sensors.video import VideoSource


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    redact.add(parser.add_subparsers())
    options = parser.parse_args(["redact", *map(str, words)])
    return int(options.run(options))


@pytest.mark.shared
def test_the_model_that_is_installed_is_taken(
    shared_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models, picture, clip = (tmp_path / name for name in ("models", "in.png", "in.avi"))
    models.mkdir()
    (models / "yunet_s_dynamic.onnx").write_bytes(
        (shared_models / "yunet_s_dynamic.onnx").read_bytes()
    )
    pixels = np.full((72, 96, 3), 90, np.uint8)
    cv2.imwrite(str(picture), pixels)
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), 10, (96, 72))
    for _ in range(8):
        writer.write(pixels)
    writer.release()
    words = ("--mode", "faces", "--models", models)
    assert run(picture, tmp_path / "out.png", *words, "--shape", "ellipse") == 0
    assert run(picture, tmp_path / "blurred.png", *words, "--fill", "blur") == 0
    assert "warning: blur" in capsys.readouterr().err
    assert run(clip, tmp_path / "out.mp4", *words, "--look-ms", "500") == 0
    assert VideoSource(tmp_path / "out.mp4", clock_ms=int).frames == 8
    for bad in ("-1", "501"):
        with pytest.raises(ConfigError, match="look-ms"):
            run(clip, tmp_path / "o.mp4", *words, "--look-ms", bad)
    for mode in ("bodies", "vehicles"):
        with pytest.raises(ModelError, match="nanodet_2022nov"):
            run(picture, tmp_path / "o.png", "--mode", mode, "--models", models)
