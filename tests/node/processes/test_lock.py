import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edgekit.errors import ConfigError, LedgerError
from edgekit.node.processes import lock
from edgekit.node.processes.lock import OneNode, StopSignals, is_held


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE_S", 0.1)


def test_folder_is_held_by_one(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    assert not is_held(directory)
    with OneNode(directory):
        assert is_held(directory)
        with pytest.raises(ConfigError, match="already runs"), OneNode(directory):
            pass
        assert is_held(directory)
    assert not is_held(directory)
    with OneNode(directory):
        pass


def test_whoever_inherits_the_lock_holds_the_folder(tmp_path: Path) -> None:
    with OneNode(tmp_path) as held:
        clerk = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(held,)
        )
    assert is_held(tmp_path)
    with pytest.raises(ConfigError), OneNode(tmp_path):
        pass
    clerk.communicate(b"\n")
    assert not is_held(tmp_path)


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")

    with pytest.raises(LedgerError, match="cannot write in") as caught, OneNode(tmp_path / "data"):
        pass
    assert caught.value.hint


def test_signals_ask_to_stop_and_are_given_back() -> None:
    asked: list[int] = []
    before = signal.getsignal(signal.SIGTERM)
    with StopSignals(lambda: asked.append(1)):
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
    assert len(asked) == 2
    assert signal.getsignal(signal.SIGTERM) == before
