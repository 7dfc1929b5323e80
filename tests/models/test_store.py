"""The folder of models: only what the catalogue pins gets in, and only that comes out."""

import hashlib
from pathlib import Path

import pytest

from edgekit.errors import ModelError
from edgekit.models.catalog import Catalog, ModelEntry
from edgekit.models.store import ModelStore, default_folder

DATA = b"weights" * 100


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    entry = ModelEntry(
        name="one",
        decoder="yunet",
        source="somewhere",
        fetch="",
        sha256=hashlib.sha256(DATA).hexdigest(),
        bytes=len(DATA),
        licence="MIT",
        input="BGR",
        meaning="boxes",
        outputs=("boxes",),
        classes=("face",),
    )
    return ModelStore(tmp_path / "deep" / "models", Catalog((entry,)))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "download.onnx"
    path.write_bytes(DATA)
    return path


def test_a_right_file_goes_in_and_comes_out(store: ModelStore, good: Path) -> None:
    assert store.installed() == ()
    path = store.add("one", good)
    assert (path.name, path.stat().st_mode & 0o777) == ("one.onnx", 0o644)
    assert store.installed() == ("one",)
    assert store.read("one") == DATA
    assert store.path("one") == path
    assert store.add("one", good) == path


@pytest.mark.parametrize("data", [b"", DATA[:-1], DATA + b"x", b"x" + DATA[1:]])
def test_other_bytes_leave_nothing_behind(store: ModelStore, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.onnx").write_bytes(data)
    with pytest.raises(ModelError, match=r"bytes|SHA-256") as caught:
        store.add("one", tmp_path / "bad.onnx")
    assert "somewhere" in str(caught.value.hint)
    assert not (tmp_path / "deep").exists()


def test_a_missing_file_a_folder_and_an_unknown_name_are_refused(
    store: ModelStore, tmp_path: Path, good: Path
) -> None:
    for name, file in (("one", tmp_path / "no"), ("one", tmp_path), ("two", good)):
        with pytest.raises(ModelError):
            store.add(name, file)


@pytest.mark.parametrize("data", [DATA[:-1], b"x" + DATA[1:]])
def test_an_altered_model_is_refused_and_removed(
    store: ModelStore, good: Path, data: bytes
) -> None:
    path = store.add("one", good)
    path.write_bytes(data)
    with pytest.raises(ModelError, match="removed"):
        store.path("one")
    assert not path.exists()
    with pytest.raises(ModelError, match="not installed") as caught:
        store.path("one")
    assert "edgekit models add one" in str(caught.value.hint)


def test_a_failing_disk_keeps_the_old_file_and_no_half_one(
    store: ModelStore, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store.add("one", good)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("edgekit.models.store.os.fsync", full)
    with pytest.raises(ModelError, match="No space left"):
        store.add("one", good)
    assert [file.name for file in path.parent.iterdir()] == ["one.onnx"]


def test_models_lie_in_the_users_data_folder_by_default() -> None:
    assert default_folder().parts[-4:] == (".local", "share", "edgekit", "models")
