"""The service unit: systemd takes it, and what it says follows from the site."""

import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.cli import main as cli
from edgekit.config import Settings
from edgekit.node import unit as units
from edgekit.node.unit import unit_of
from edgekit.node.watchdog import EVERY_S, Watchdog

if TYPE_CHECKING:
    from tests.node.conftest import Places

COMMAND = Path("/bin/true")
WORST_EXPOSURE = 2.0


@pytest.mark.parametrize(
    ("source", "holds", "lacks"),
    [
        ("plaza", "PrivateNetwork=yes", "DeviceAllow="),
        ("/dev/video3", "DeviceAllow=/dev/video3 rw", "AF_INET"),
        ("rtsp://camera/1", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "PrivateNetwork"),
    ],
)
def test_it_follows_the_site(places: "Places", source: str, holds: str, lacks: str) -> None:
    settings = Settings.load(places.make(source=source).settings)
    text = unit_of(settings, command=COMMAND, user="edgekit")
    assert holds in text
    assert lacks not in text
    assert f"ReadWritePaths={settings.storage.directory}\n" in text
    assert f"ExecStart=/bin/true run {settings.path}\n" in text


def test_systemd_takes_it_and_finds_little_exposed(places: "Places", tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze absent")
    unit = tmp_path / "edgekit.service"
    settings = Settings.load(places.make(source="0").settings)
    unit.write_text(unit_of(settings, command=COMMAND, user="daemon"))

    def analyze(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["systemd-analyze", *words, str(unit)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    verified = analyze("verify")
    assert (verified.returncode, verified.stderr) == (0, "")
    said = analyze("security", "--offline=true", "--no-pager").stdout
    found = re.search(r"Overall exposure level for edgekit.service: ([0-9.]+)", said)
    if found is None:
        pytest.skip("this systemd-analyze does not judge a file")
    print(found[0])
    assert float(found[1]) <= WORST_EXPOSURE


def test_dry_run_prints_it_and_changes_nothing(
    places: "Places", capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = places.make()
    monkeypatch.setattr(units, "PLACE", place.folder / "edgekit.service")
    assert cli.main(["install-service", str(place.settings), "--dry-run"]) == 0
    assert "[Service]" in capsys.readouterr().out
    assert not units.PLACE.exists()


def test_it_is_written_whole_and_the_next_steps_are_said(
    places: "Places", capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = places.make()
    monkeypatch.setattr(units, "PLACE", place.folder / "edgekit.service")
    assert cli.main(["install-service", str(place.settings), "--user", "counter"]) == 0
    assert "User=counter\n" in units.PLACE.read_text()
    said = capsys.readouterr().err
    assert "useradd --system" in said
    assert "systemctl enable --now edgekit.service" in said


def test_the_service_manager_hears_that_it_is_ready_and_goes_on(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(5)
        now = [0.0]
        dog = Watchdog({"NOTIFY_SOCKET": address}, clock_s=lambda: now[0])
        dog.tick()
        dog.tick()
        assert manager.recv(64) == b"READY=1"
        now[0] = EVERY_S
        dog.tick()
        assert manager.recv(64) == b"WATCHDOG=1"
    now[0] = 2 * EVERY_S
    dog.tick()  # a manager that has gone is nobody's trouble


def test_an_abstract_address_is_one_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0edgekit-test-notify")
        manager.settimeout(5)
        Watchdog({"NOTIFY_SOCKET": "@edgekit-test-notify"}).tick()
        assert manager.recv(64) == b"READY=1"


def test_nobody_is_told_where_nobody_asked() -> None:
    Watchdog({}, clock_s=lambda: 0.0).tick()
