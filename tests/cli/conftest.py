"""One person's way through the verbs of a site."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.cli.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def edgekit(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def home(tmp_path: Path, edgekit: Run) -> Path:
    """A site at home as ``init`` writes it."""
    folder = tmp_path / "my home"
    assert edgekit("init", folder, "--source", "plaza")[0] == 0
    return folder


@pytest.fixture
def authorise(edgekit: Run) -> Run:
    """Sign a site's draft with the key in its own folder."""

    def run(folder: Path, *more: object) -> tuple[int, str, str]:
        draft, key = folder / "authorisation.draft.json", folder / "keys/organisation.key.pem"
        return edgekit("authorise", draft, "--key", key, *more)

    return run


@pytest.fixture
def problems(edgekit: Run) -> Callable[[Path], list[str]]:
    """Ask ``check`` what is wrong."""

    def run(folder: Path) -> list[str]:
        code, out, _ = edgekit("check", folder / "site.toml", "--json")
        told = json.loads(out)
        assert code == (1 if told["problems"] else 0)
        return [problem["problem"] for problem in told["problems"]]

    return run


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replace words in a file, which must be there."""

    def run(path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return run


@pytest.fixture
def change_draft() -> Callable[..., None]:
    """Fill in fields of a draft."""

    def run(folder: Path, **fields: object) -> None:
        path = folder / "authorisation.draft.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | fields))

    return run


@pytest.fixture
def fill_in(change_draft: Callable[..., None]) -> Callable[[Path], None]:
    """Fill in what only the organisation knows."""

    def run(folder: Path) -> None:
        change_draft(
            folder,
            controller={"name": "City of Lindenau", "contact": "Market 1", "dpo": None},
            purposes=[{"id": "how-busy", "text": "to know when the square is full"}],
            place="the market square",
            dpia_reference="lindenau.example/dpia",
            objection="0341 555 011",
            supervisory_authority="Data Protection Commissioner",
        )

    return run
