"""Models that are declared where they are used: held to their hash, points alone, own names."""

import os
from pathlib import Path

import pytest

from edgekit.cli.main import main
from edgekit.errors import EdgekitError, ModelError
from edgekit.models.catalog import load_catalog
from edgekit.models.declared import catalog_of, declare
from edgekit.models.load import hold_landmarks
from edgekit.models.marks import marks
from edgekit.models.store import ModelStore
from edgekit.testing.driver import FORM, SIDE, colours

DECLARATION = f'licence = "Apache-2.0"\nsource = "drawn"\n[form]\n{FORM}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "downloaded.onnx"
    path.write_bytes(marks(colours(), side=SIDE))
    return path


def written(tmp_path: Path, text: str = DECLARATION) -> Path:
    path = tmp_path / "form.toml"
    path.write_text(text)
    return path


def test_a_declared_model_is_listed_read_and_used(tmp_path: Path, file: Path) -> None:
    folder = tmp_path / "models"
    assert catalog_of(folder) == load_catalog()

    path = declare(folder, "dots", file, written(tmp_path))

    catalog = catalog_of(folder)
    assert path == folder / "dots.onnx"
    assert set(catalog) == {*load_catalog(), "dots"}
    assert catalog["dots"].outputs == ("points",)
    assert hold_landmarks(ModelStore(folder, catalog), "dots")().find.__name__ == "find"


def test_a_declared_file_that_was_altered_is_refused(tmp_path: Path, file: Path) -> None:
    folder = tmp_path / "models"
    path = declare(folder, "dots", file, written(tmp_path))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)

    with pytest.raises(ModelError, match="SHA-256"):
        hold_landmarks(ModelStore(folder, catalog_of(folder)), "dots")


def test_a_model_of_boxes_finds_no_landmarks(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected one of landmarks") as caught:
        hold_landmarks(ModelStore(tmp_path, load_catalog()), "yunet_n_dynamic")
    assert "--form" in str(caught.value.hint)


@pytest.mark.parametrize("name", ["centerface", "Dots", "../dots", "", "d" * 41])
def test_a_name_that_is_taken_or_none_is_refused(tmp_path: Path, file: Path, name: str) -> None:
    with pytest.raises(ModelError, match="expected a name of its own"):
        declare(tmp_path / "models", name, file, written(tmp_path))
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("licence = ", "not TOML"),
        ('licence = "MIT"', "expected licence, source"),
        ('licence = "MIT"\nsource = "x"\nform = 3', "expected licence, source"),
        (DECLARATION.replace("Apache-2.0", ""), "licence"),
        (DECLARATION.replace("nose = 12", "nose = 13"), "not all among"),
        (DECLARATION + "outputs = 3", "unknown keys"),
        ("", "expected 1 to"),
        ("a = " + "[" * 9_000, "not TOML"),
        ("a = " + "9" * 9_000, "not TOML"),
        (DECLARATION.replace('"drawn"', "[1]"), "source"),
        (DECLARATION.replace("drawn", "drawn \N{PENCIL}"), "plain letters"),
        (DECLARATION.replace("drawn", "d" * 1_001), "up to 1000 letters"),
        (DECLARATION.replace("nose = 12", "nose = 0x" + "f" * 9_000), "far too large"),
    ],
)
def test_a_wrong_declaration_leaves_nothing(
    tmp_path: Path, file: Path, text: str, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        declare(tmp_path / "models", "dots", file, written(tmp_path, text))
    assert not (tmp_path / "models").exists()


def test_a_declaration_of_boxes_or_of_another_name_is_refused(tmp_path: Path, file: Path) -> None:
    declare(tmp_path, "dots", file, written(tmp_path))
    good = (tmp_path / "dots.toml").read_text()
    (tmp_path / "form.toml").unlink()
    for text in (
        good.replace('"dots"', '"lids"'),
        good.replace('["points"]', '["boxes"]'),
        good.replace('decoder = "landmarks"', 'decoder = "yunet"'),
        good.replace('["points"]', '["names"]'),
        good.replace("[model.form]", "[other]"),
        "\xff",
        "model = [1]",
        "a = " + "[" * 9_000,
        good.replace("[model.form]", "licence2 = 0x" + "f" * 9_000 + "\n[model.form]"),
        good.replace('licence = "Apache-2.0"', "licence = 0x" + "f" * 9_000),
    ):
        (tmp_path / "dots.toml").write_bytes(text.encode("latin-1"))
        with pytest.raises(EdgekitError, match=r"model|declaration|UTF-8|catalogue"):
            catalog_of(tmp_path)
    (tmp_path / "dots.toml").unlink()
    os.mkfifo(tmp_path / "dots.toml")
    with pytest.raises(ModelError, match="a plain file"):
        catalog_of(tmp_path)


def test_the_command_takes_it_in_and_says_its_hash(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "models"
    form = written(tmp_path)

    words = ["models", "add", "dots", str(file), "--form", str(form), "--folder", str(folder)]
    assert main(words) == 0

    told = capsys.readouterr()
    assert told.out.strip() == str(folder / "dots.onnx")
    assert f"sha256:{catalog_of(folder)['dots'].sha256}" in told.err
    assert main(["models", "list", "--folder", str(folder)]) == 0
    assert "dots" in capsys.readouterr().out
    assert main(["models", "verify", "--folder", str(folder)]) == 0
