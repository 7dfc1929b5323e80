"""A whole node on the real firmware in its emulator: a site without a camera, sealed, verified."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edgekit.ledger.store import Ledger
from edgekit.node.status import read_state
from edgekit.records import Profile
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload
from edgekit.testing.emulator import EmulatedBoard

WINDOW_S = 2


@pytest.fixture
def board(firmware: Path, tmp_path: Path) -> Iterator[EmulatedBoard]:
    with EmulatedBoard.start(tmp_path, firmware) as board:
        yield board


class Site:
    """The site in a folder, as its files tell."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"

    def pid(self, role: str) -> int | None:
        found = read_state(self.data / "processes.json").get(role) or {}
        pid: int | None = found.get("pid")
        return pid

    def windows(self, metric: str) -> list[dict[str, Any]]:
        if not (self.data / "ledger.sqlite").exists():
            return []
        ledger = Ledger.open_readonly(self.data / "ledger.sqlite")
        try:
            found = [
                dict(read_payload(Envelope.from_bytes(one.envelope).payload))
                for one in ledger.records(0, ledger.size)
            ]
        finally:
            ledger.close()
        return [one for one in found if one["type"] == "aggregate" and one["metric"] == metric]

    def millilitres(self) -> int:
        return sum(one["volume_ml"] or 0 for one in self.windows("water.volume"))


@pytest.mark.emulator
def test_pulses_become_signed_litres_over_an_unplugged_board_and_a_killed_steward(
    board: EmulatedBoard,
    tmp_path: Path,
    write_site: Callable[..., None],
    wait: Callable[..., float],
) -> None:
    folder = tmp_path / "site"
    write_site(
        folder,
        Profile.LOCAL,
        *("water", "fire"),
        window_s=WINDOW_S,
        port=str(board.port),
        valid_from_s=int(time.time()) - 3600,
    )
    site, said = Site(folder), tmp_path / "node.log"
    with said.open("wb") as log:
        command = [sys.executable, "-m", "edgekit", "run", str(folder / "site.toml")]
        node = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        released = ("released", WINDOW_S)
        wait(lambda: released in _told(site), 60)
        board.pulse("D4", 3, 100_000)
        wait(lambda: site.millilitres() == 3_000, 60)

        first = site.pid("steward")
        board.tell("unplug")
        wait(lambda: ("gap", "source_lost") in _told(site), 60)
        board.tell("plug")
        wait(lambda: _told(site)[-1:] == [released], 60)

        old = site.pid("steward")
        assert old == first is not None  # the board's file was handed over: nothing began anew
        os.kill(old, signal.SIGKILL)
        wait(lambda: site.pid("steward") not in (None, old), 60)
        wait(lambda: _told(site)[-1:] == [released], 60)
        board.pulse("D4", 2, 100_000)
        wait(lambda: site.millilitres() == 5_000, 60)
    finally:
        node.terminate()
        node.wait(60)

    assert site.millilitres() == 5_000
    assert {one["seal"] for one in site.windows("water.volume")[1:]} == {"sealed"}
    key = folder / "keys" / "device.pub.pem"
    verify = [sys.executable, "-m", "edgekit", "verify", str(site.data / "ledger.sqlite")]
    assert subprocess.run([*verify, "--key", str(key)], check=False).returncode == 0


def _told(site: Site) -> list[tuple[str, object]]:
    """Return what became of each window of water: released with its length, or why not."""
    return [
        (one["status"], one["window_s"] if one["status"] == "released" else one["reason"])
        for one in site.windows("water.volume")
    ]
