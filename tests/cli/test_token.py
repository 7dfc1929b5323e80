"""``edgekit systems token``: a consent, and its end."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.cli.main import main
from edgekit.systems.building_entry import digest_of

TOKEN = "5f2c9a1be07d4463"
SITE = 'version = 1\n[site]\nname = "yard"\n[systems.building]\nport = "/dev/ttyACM0"\n'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(SITE + 'door = true\ntokens = "tokens"\n', encoding="utf-8")
    return path


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def token(site: Path, *words: str) -> int:
    return main(["systems", "token", str(site), *words])


def test_a_token_is_kept_as_its_digest_until_it_is_withdrawn(
    site: Path, type_in: Callable[[str], None]
) -> None:
    type_in(f"{TOKEN}\n")
    assert token(site, "--days", "30") == 0
    kept = site.parent / "tokens" / digest_of(TOKEN)
    assert TOKEN not in kept.read_text(encoding="ascii")

    type_in(f"{TOKEN}\n")
    assert token(site, "--withdraw") == 0
    assert not kept.exists()
    type_in(f"{TOKEN}\n")
    assert token(site, "--withdraw") == 1


class Holding(io.StringIO):
    """Who reads what is asked for, and holds the token to the reader then."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self._line = line

    def write(self, text: str) -> int:
        if "hold the token to the reader" in text:
            os.write(self._line, f"\x02{TOKEN}\x03".encode())
        return super().write(text)


def test_it_may_be_held_to_the_reader(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line, end = os.openpty()
    said = Holding(line)
    monkeypatch.setattr("sys.stderr", said)
    assert token(site, "--reader", os.ttyname(end)) == 0
    assert "hold the token to the reader" in said.getvalue()
    assert (site.parent / "tokens" / digest_of(TOKEN)).exists()


@pytest.mark.parametrize(
    ("words", "typed", "code", "said"),
    [
        ((), "anna\n", 2, "a token of 4 characters"),
        (("--days", "0"), TOKEN, 2, "--days 0: expected more than 0"),
        (("--reader", "/dev/nowhere"), "", 1, "can't be opened"),
    ],
)
def test_what_cannot_be_is_refused(  # noqa: PLR0913, PLR0917 -- a table's columns and fixtures
    site: Path,
    type_in: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    typed: str,
    code: int,
    said: str,
) -> None:
    type_in(typed)
    assert token(site, *words) == code
    assert said in capsys.readouterr().err
    assert not (site.parent / "tokens").exists()


def test_a_site_without_a_door_says_how_to_get_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    assert token(path) == 2
    assert "door = true" in capsys.readouterr().err
