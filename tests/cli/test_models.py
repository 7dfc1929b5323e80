"""``edgekit models``: what it prints and how it ends."""

import argparse
import json
from pathlib import Path

import pytest

from edgekit.cli import models
from edgekit.errors import ModelError


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    models.add(parser.add_subparsers())
    options = parser.parse_args(["models", *map(str, words)])
    return int(options.run(options))


def test_list_names_every_model_and_what_it_finds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list", "--folder", tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12
    assert any(line.split()[0] == "nanodet_2022nov" and "person" in line for line in lines)
    assert run("list", "--folder", tmp_path, "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["installed"] for row in rows} == {False}
    assert {row["name"] for row in rows if row["readable"]} == {
        "centerface",
        "face_landmark",
        "lpd_yunet_2023mar",
        "nanodet_2022nov",
        "picodet_s_320",
        "ultralight_rfb320",
        "ultralight_slim320",
        "yolox_nano_416",
        "yunet_n_dynamic",
        "yunet_s_dynamic",
    }


def test_wrong_and_absent_models_are_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"x")
    for words in (
        ("add", "yunet_n_dynamic", wrong),
        ("add", "yunet_n_dynamic", tmp_path / "none"),
        ("add", "gpt", wrong),
        ("verify",),
    ):
        with pytest.raises(ModelError) as caught:
            run(*words, "--folder", tmp_path / "models")
        assert caught.value.hint or "cannot be read" in str(caught.value)


@pytest.mark.shared
def test_add_and_verify_a_real_model(
    shared_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "models"
    file = shared_models / "yunet_s_dynamic.onnx"
    assert run("add", "yunet_s_dynamic", file, "--folder", folder) == 0
    assert run("add", "yunet_s_dynamic", file, "--folder", folder, "--json") == 0
    assert run("verify", "--folder", folder) == 0
    assert run("verify", "--folder", folder, "--json") == 0
    lines = capsys.readouterr().out.splitlines()
    path = folder / "yunet_s_dynamic.onnx"
    assert lines[0] == str(path)
    assert lines[2] == "yunet_s_dynamic good"
    assert json.loads(lines[1]) == json.loads(lines[3])
    path.write_bytes(file.read_bytes()[:-1] + b"?")
    assert run("verify", "--folder", folder) == 1
    assert "removed" in capsys.readouterr().err
    assert not path.exists()
