"""The service units: systemd takes them, and what they say follows from the site."""

import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.cli import main as cli
from edgekit.config import Settings
from edgekit.node.service import unit as units
from edgekit.node.service.unit import NAME, PREMISES, Plan, one_unit_of, sysusers_of, units_of
from edgekit.node.service.watchdog import EVERY_S, Watchdog
from edgekit.records import Profile

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

COMMAND = Path("/bin/true")
WORST_EXPOSURE, WITH_A_NETWORK = 2.0, 2.5
HERALD, CLERK, EYE = (f"edgekit-{role}.service" for role in ("herald", "clerk", "eye"))
FETCHER = "edgekit-fetcher.service"
REVIEWER = "edgekit-reviewer.service"
OFFLINE = ("PrivateNetwork=yes", "IPAddressDeny=any", "RestrictAddressFamilies=AF_UNIX")


def plan_of(place: "Place") -> Plan:
    return Plan(settings=Settings.load(place.settings), command=COMMAND, python=COMMAND)


def test_each_process_has_a_unit_and_a_user_of_its_own(places: "Places") -> None:
    plan = plan_of(places.make(source="/dev/video3"))
    made = {name: text.splitlines() for name, text in units_of(plan).items()}
    assert set(made) == {PREMISES, EYE, REVIEWER, CLERK, HERALD, NAME}
    users = {name: [one for one in text if one.startswith("User=")] for name, text in made.items()}
    assert users == {
        PREMISES: [],  # root's: it gives files away
        EYE: ["User=edgekit-eye"],
        REVIEWER: ["User=edgekit-reviewer"],
        CLERK: ["User=edgekit-clerk"],
        HERALD: ["User=edgekit-herald"],
        NAME: ["User=edgekit"],
    }
    for text in made.values():
        assert {"MemorySwapMax=0", "ProtectProc=invisible", "DevicePolicy=closed"} <= {*text}
        assert {*OFFLINE, "LimitCORE=0"} <= {*text}
    for name in (EYE, REVIEWER, CLERK, HERALD, NAME):
        assert {"WatchdogSec=30", "Type=notify"} <= {*made[name]}
    for name in (EYE, REVIEWER, CLERK, HERALD):
        assert "CapabilityBoundingSet=" in made[name]
    for name in (REVIEWER, CLERK, HERALD, NAME):
        assert "PrivateDevices=yes" in made[name]
    assert {"DeviceAllow=/dev/video3 rw", "SupplementaryGroups=video"} <= {*made[EYE]}
    assert sum("DeviceAllow" in line for text in made.values() for line in text) == 1
    writes = {n: [one for one in t if one.startswith("ReadWritePaths=")] for n, t in made.items()}
    data = plan.settings.storage.directory
    assert writes[EYE] == writes[REVIEWER] == []
    assert writes[CLERK] == writes[NAME] == [f"ReadWritePaths={data}"]
    assert writes[HERALD] == [f"ReadWritePaths={data / 'records'}"]


@pytest.mark.parametrize(
    ("source", "holds", "lacks"),
    [
        ("rtsp://192.0.2.7/1", "IPAddressDeny=any\nIPAddressAllow=192.0.2.7\n", "# By name"),
        ("rtsp://[2001:db8::7]/1", "IPAddressAllow=2001:db8::7\n", "# By name"),
        (
            "rtsp://camera/1",
            "# By name, not address: systemd cannot hold it to camera",
            "IPAddress",
        ),
    ],
)
def test_the_fetcher_calls_its_camera_and_nobody_else(
    places: "Places", source: str, holds: str, lacks: str
) -> None:
    made = units_of(plan_of(places.make(source=source)))
    assert holds in made[FETCHER]
    assert lacks not in made[FETCHER]
    assert "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6" in made[FETCHER]
    assert [name for name, text in made.items() if "AF_INET" in text] == [FETCHER]
    assert FETCHER in made[NAME]


@pytest.mark.parametrize(
    ("host", "holds"),
    [
        ("192.168.1.10", "IPAddressDeny=any\nIPAddressAllow=192.168.1.10\n"),
        ("ha.local", "# By name, not address: systemd cannot hold it to ha.local.\n"),
    ],
)
def test_the_herald_calls_its_broker_and_nobody_else(
    places: "Places", host: str, holds: str
) -> None:
    extra = f'[[outlet]]\nkind = "mqtt"\nhost = "{host}"'
    plan = plan_of(places.make(window_s=60, profile=Profile.HOME, extra=extra))
    made = units_of(plan)
    assert holds in made[HERALD]
    assert "network-online.target" in made[HERALD]
    assert [name for name, text in made.items() if "AF_INET" in text] == [HERALD]
    one = one_unit_of(plan, user="counter")
    assert holds in one
    assert "PrivateNetwork" not in one
    both = plan_of(
        places.make(
            "two", window_s=60, profile=Profile.HOME, extra=extra, source="rtsp://192.0.2.7/1"
        )
    )
    if "IPAddressAllow" in holds:
        assert "IPAddressAllow=192.0.2.7 192.168.1.10" in one_unit_of(both, user="counter")


def test_the_page_is_reached_at_its_port_and_has_no_more_than_its_share(
    places: "Places",
) -> None:
    plan = plan_of(places.make(extra='[web]\nlisten = ["127.0.0.1:8711", "[::1]:8711"]\n'))
    page = units_of(plan)["edgekit-page.service"].splitlines()
    assert {
        *("SocketBindAllow=tcp:8711", "SocketBindDeny=any", "IPAddressDeny=any"),
        *("IPAddressAllow=localhost", "CPUQuota=50%", "User=edgekit-page", "PrivateDevices=yes"),
    } <= set(page)
    (begins,) = [one for one in page if one.startswith("ExecStart=")]
    assert begins.endswith("porter page edgekit 127.0.0.1:8711 '[::1]:8711'")
    assert "PrivateNetwork=yes" not in page
    assert not any(one.startswith("ReadWritePaths=") for one in page)
    assert 'u edgekit-page - "edgekit, page" - -' in sysusers_of(plan)
    one = one_unit_of(plan, user="x").splitlines()
    assert "SocketBindAllow=tcp:8711" in one
    assert "PrivateNetwork=yes" not in one


def test_users_are_made_for_those_that_there_are(places: "Places") -> None:
    said = sysusers_of(plan_of(places.make()))
    assert [line.split()[1] for line in said.splitlines()] == [
        *("edgekit", "edgekit-eye", "edgekit-reviewer", "edgekit-clerk", "edgekit-herald")
    ]
    named = plan_of(places.make("two", source="rtsp://c/1", extra='[users]\neye = "sees"\n'))
    assert {"sees", "edgekit-fetcher"} < {
        line.split()[1] for line in sysusers_of(named).splitlines()
    }


def test_a_key_in_a_token_needs_its_device(places: "Places") -> None:
    place = places.make()
    text = place.settings.read_text() + '[keys]\ndevice = "keys/token.key.toml"\n'
    place.settings.write_text(text)
    assert "PrivateDevices" not in units_of(plan_of(place))[CLERK]


@pytest.mark.parametrize(
    ("source", "holds", "lacks"),
    [
        ("plaza", "PrivateNetwork=yes", "DeviceAllow="),
        ("/dev/video3", "DeviceAllow=/dev/video3 rw", "AF_INET"),
        ("rtsp://camera/1", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "PrivateNetwork"),
    ],
)
def test_one_unit_follows_the_site(places: "Places", source: str, holds: str, lacks: str) -> None:
    plan = plan_of(places.make(source=source))
    text = one_unit_of(plan, user="counter")
    assert holds in text
    assert lacks not in text
    assert "User=counter\n" in text
    assert f"ReadWritePaths={plan.settings.storage.directory}\n" in text
    assert f"ExecStart=/bin/true run {plan.settings.path}\n" in text


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    command = ["systemd-analyze", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("source", ["0", "rtsp://192.0.2.7/1"])
def test_systemd_takes_them_and_finds_little_exposed(
    places: "Places", tmp_path: Path, source: str
) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze absent")
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in units_of(plan_of(places.make(source=source))).items():
        (folder / name).write_text(text)
    paths = list(map(str, folder.iterdir()))
    verified = analyze("verify", *paths)
    assert (verified.returncode, verified.stderr) == (0, "")
    for path in paths:
        said = analyze("security", "--offline=true", "--no-pager", path).stdout
        found = re.search(r"Overall exposure level for (\S+): ([0-9.]+)", said)
        if found is None:
            pytest.skip("this systemd-analyze does not judge a file")
        print(found[0])
        assert float(found[2]) <= (WITH_A_NETWORK if "fetcher" in path else WORST_EXPOSURE)


def test_dry_run_prints_all_and_changes_nothing(
    places: "Places", capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = places.make()
    monkeypatch.setattr(units, "FOLDER", place.folder / "system")
    before = place.settings.read_text()
    assert cli.main(["install-service", str(place.settings), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert said.count("[Service]") == len(units_of(plan_of(place)))
    assert "# /etc/sysusers.d/edgekit.conf\nu edgekit " in said
    assert not units.FOLDER.exists()
    assert place.settings.read_text() == before


def test_they_are_written_whole_and_the_next_steps_are_said(
    places: "Places", capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = places.make()
    monkeypatch.setattr(units, "FOLDER", place.folder / "system")
    monkeypatch.setattr(units, "SYSUSERS", place.folder / "sysusers" / "edgekit.conf")
    for _ in range(2):
        assert cli.main(["install-service", str(place.settings)]) == 0
    assert Settings.load(place.settings).accounts is not None
    assert {path.name for path in units.FOLDER.iterdir()} == {
        PREMISES,
        EYE,
        REVIEWER,
        CLERK,
        HERALD,
        NAME,
    }
    assert units.SYSUSERS.read_text() == sysusers_of(plan_of(place))
    said = capsys.readouterr().err
    assert "systemd-sysusers" in said
    assert "systemctl enable --now edgekit.service" in said


def test_one_user_gets_one_unit(
    places: "Places", capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = places.make()
    monkeypatch.setattr(units, "FOLDER", place.folder / "system")
    assert cli.main(["install-service", str(place.settings), "--user", "counter"]) == 0
    assert [path.name for path in units.FOLDER.iterdir()] == [NAME]
    assert Settings.load(place.settings).accounts is None
    assert "useradd --system" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told(
    places: "Places", capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = places.make()
    monkeypatch.setattr(units, "FOLDER", place.settings / "no folder")
    assert cli.main(["install-service", str(place.settings), "--user", "counter"]) == 2
    assert "cannot be written" in capsys.readouterr().err


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
