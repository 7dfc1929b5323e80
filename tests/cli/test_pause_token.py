"""edgekit pause --token: the digits of the node's page, typed where its files are."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.cli import objecting
from edgekit.config import Settings
from edgekit.node.clerking.bell import FOLDER, TOKEN
from edgekit.node.processes.lock import OneNode
from edgekit.node.status import CLERK, write_state

Run = Callable[..., tuple[int, str, str]]
GOOD = "123456"


@pytest.fixture
def site(home: Path, authorise: Run) -> Path:
    assert authorise(home)[0] == 0
    return home


@pytest.fixture
def node(site: Path) -> Iterator[None]:
    """Pause at one token, and say so as a clerk does."""
    folder = Settings.load(site / "site.toml").storage.directory
    folder.mkdir(parents=True, exist_ok=True)
    over = threading.Event()

    def listen() -> None:
        state = "active"
        while not over.wait(0.02):
            for path in (folder / FOLDER).glob("*.note"):
                state = "paused" if path.read_bytes() == TOKEN + GOOD.encode() else state
                path.unlink()
            write_state(folder / CLERK, {"t_s": int(time.time()) + 1, "authorisation": state})

    with OneNode(folder):
        listener = threading.Thread(target=listen)
        listener.start()
        yield
        over.set()
        listener.join()


@pytest.mark.usefixtures("node")
def test_the_digits_of_this_minute_pause_and_others_do_not(site: Path, edgekit: Run) -> None:
    code, out, err = edgekit("pause", site / "site.toml", "--token", "654321")
    assert (code, out) == (1, "")
    assert "did not pause" in err
    assert "edgekit: hint: read it from the page again" in err

    code, out, _ = edgekit("pause", site / "site.toml", "--token", GOOD)
    assert (code, out) == (0, "Paused, as by the button.\n")


@pytest.mark.parametrize("token", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
def test_what_is_no_token_is_said_at_once(site: Path, edgekit: Run, token: str) -> None:
    code, _, err = edgekit("pause", site / "site.toml", "--token", token)
    assert code != 0
    assert "expected 6 digits" in err


@pytest.mark.parametrize("more", [["--minutes", "5"], ["--key", "organisation.key.pem"]])
def test_a_token_is_of_somebody_present_and_not_of_the_organisation(
    site: Path, edgekit: Run, more: list[str]
) -> None:
    code, _, err = edgekit("pause", site / "site.toml", "--token", GOOD, *more)
    assert code != 0
    assert "somebody present" in err


def test_a_node_that_says_nothing_afterwards_is_not_believed(
    site: Path, edgekit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objecting, "TAKEN_S", 0.2)
    monkeypatch.setattr(objecting, "tell", lambda _settings, _note: None)
    code, _, err = edgekit("pause", site / "site.toml", "--token", GOOD)
    assert code == 1
    assert "does not say what came of it" in err
