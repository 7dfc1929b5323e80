"""A node whose processes are users of their own: whose they are, whose the files are."""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.confine.census import census
from edgekit.errors import ConfigError
from edgekit.node.clerking.bell import FOLDER, PRESENT, ring
from edgekit.node.processes.spawn import ENVIRONMENT
from edgekit.node.service.premises import BELL
from edgekit.node.service.users import prepare, settle_in, users_of
from edgekit.records import Profile
from tests.node.conftest import Places
from tests.own_users import UIDS

if TYPE_CHECKING:
    from tests.node.conftest import Node, Place

TESTS = Path(__file__).parents[2]
ROLES = ("eye", "reviewer", "clerk", "herald")


@pytest.fixture
def open_places() -> Iterator[Places]:
    """Sites in a folder that everybody may enter, as such a node needs them."""
    if os.geteuid() != 0:
        pytest.skip("not root: processes cannot be made users of their own")
    if subprocess.run(["unshare", "--mount", "true"], check=False, timeout=60).returncode:
        pytest.skip("this container may not mount: nobody new can be known in it")
    with tempfile.TemporaryDirectory(prefix="edgekit-users-") as name:
        Path(name).chmod(0o755)
        made = Places(Path(name))
        yield made
        made.end()


def require_own_users(node: "Node", place: "Place") -> None:
    """They are sealed, each the user that it should be, and the records say so."""
    for role in ROLES:
        seen = census(node.pid(role) or 0)
        assert seen.user == UIDS[f"edgekit-{role}"]
        assert set(seen.seccomp_modes) == {2}
        groups = Path(f"/proc/{seen.pid}/status").read_text().partition("Groups:")[2].split("\n")[0]
        assert groups.split() == ([] if role in ROLES[:2] else [str(UIDS["edgekit"])])
    last = place.payloads()[-1]
    assert (last["users"], last["seal"]) == ("own", "sealed")
    assert {last["seal_clerk"], last["seal_herald"]} == {"sealed"}


def require_clean_start(node: "Node") -> None:
    """Bare Python, nothing in the environment but what is ours, and nobody but root may look in."""
    for role in ROLES:
        home = Path(f"/proc/{node.pid(role)}")
        words = (home / "cmdline").read_bytes().split(b"\0")
        assert words[1:4] == [b"-I", b"-B", b"-S"]
        said = (home / "environ").read_text().split("\0")
        assert {word for word in said if word} == {f"{k}={v}" for k, v in ENVIRONMENT.items()}
    pids = [node.pid(role) for role in ROLES] + [node.state()["processes"]["supervisor"]]
    # Files in /proc are a process's own user's while it can be dumped, and root's where not.
    assert {Path(f"/proc/{pid}/status").stat().st_uid for pid in pids} == {0}


def require_own_files(place: "Place") -> None:
    """The key and the ledger are the clerk's alone, records the herald's, the log nobody's else."""
    wanted = {
        place.folder / "keys" / "device.key.pem": ("edgekit-clerk", 0o600),
        place.data / "ledger.sqlite": ("edgekit-clerk", 0o600),
        place.data / "preview.jpg": ("edgekit-clerk", 0o600),
        place.data / "records": ("edgekit-herald", 0o2750),
        place.data / "records" / "records.jsonl": ("edgekit-herald", 0o640),
        place.data / "node.log": ("edgekit", 0o644),
        place.data: ("edgekit", 0o3771),
    }
    found = {path: path.stat() for path in wanted}
    assert {p: (s.st_uid, s.st_mode & 0o7777) for p, s in found.items()} == {
        path: (UIDS[user], mode) for path, (user, mode) in wanted.items()
    }


@pytest.mark.parametrize("services", [False, True], ids=["one program", "services"])
def test_each_process_is_a_user_of_its_own(
    open_places: Places, services: bool, wait: Callable[..., float]
) -> None:
    place = open_places.make(extra="[users]\n")
    how = [str(TESTS / "as_services.py")] if services else ["-m", "edgekit", "run"]
    words: Sequence[str] = [str(TESTS / "own_users.py"), sys.executable, *how, str(place.settings)]
    node = open_places.run_program(place, words)
    node.wait_seeing(90)
    wait((place.data / "preview.jpg").exists, 60)
    wait((place.data / "records" / "records.jsonl").exists, 60)
    wait(lambda: place.payloads()[-1]["seal"] == "sealed", 60)
    require_own_users(node, place)
    require_own_files(place)
    require_clean_start(node)
    if services:
        old = node.kill("eye")
        node.wait_new("eye", old, 60)
        old = node.kill("clerk")
        node.wait_new("clerk", old, 60)
        node.wait_seeing(90)
    node.process.terminate()
    assert node.end(60) == 0, node.log()
    place.require_sound()


@pytest.fixture
def settings(open_places: Places, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site with [users], where the system knows them all; nobody becomes anybody."""

    def known(name: str) -> pwd.struct_passwd:
        uid = UIDS[name]
        return pwd.struct_passwd((name, "x", uid, uid, "", "/", "/bin/false"))

    monkeypatch.setattr("edgekit.node.service.users.pwd.getpwnam", known)
    monkeypatch.setattr("edgekit.node.service.premises._require_entered", lambda _: None)
    return Settings.load(open_places.make(extra="[users]\n").settings)


def test_files_of_an_older_node_are_handed_over(settings: Settings) -> None:
    data = settings.storage.directory
    (data / "records").mkdir(parents=True)
    for name in ("ledger.sqlite", "node.log", "records/records.jsonl"):
        (data / name).touch()
    (data / "link").symlink_to("/etc/passwd")
    prepare(settings)
    prepare(settings)
    owners = {name: (data / name).stat().st_uid for name in ("ledger.sqlite", "node.log")}
    assert owners == {"ledger.sqlite": UIDS["edgekit-clerk"], "node.log": UIDS["edgekit"]}
    assert (data / "records" / "records.jsonl").stat().st_uid == UIDS["edgekit-herald"]
    assert Path("/etc/passwd").stat().st_uid == 0


def test_records_beside_the_ledger_are_the_heralds_all_the_same(settings: Settings) -> None:
    text = settings.path.read_text() + '[[outlet]]\nkind = "file"\npath = "data/out.jsonl"\n'
    settings.path.write_text(text)
    data = settings.storage.directory
    data.mkdir()
    for name in ("out.jsonl", "out-000000000000.jsonl", "status.json"):
        (data / name).touch()
    prepare(Settings.load(settings.path))
    owners = [
        (data / name).stat().st_uid
        for name in ("out.jsonl", "out-000000000000.jsonl", "status.json")
    ]
    herald, clerk = UIDS["edgekit-herald"], UIDS["edgekit-clerk"]
    assert owners == [herald, herald, clerk]


def test_models_are_everybodys_to_read(settings: Settings) -> None:
    models = settings.path.parent / "models"
    models.mkdir(mode=0o700)
    (models / "one.onnx").touch(0o600)
    prepare(settings)
    assert models.stat().st_mode & 0o777 == 0o755
    assert (models / "one.onnx").stat().st_mode & 0o777 == 0o644


def test_whoever_is_in_the_nodes_group_can_ask_for_a_pause(settings: Settings) -> None:
    prepare(settings)
    note = ring(settings.storage.directory, PRESENT)
    folder, left = note.parent.stat(), note.stat()
    clerk, group = UIDS["edgekit-clerk"], UIDS["edgekit"]
    assert (folder.st_uid, folder.st_gid, folder.st_mode & 0o7777) == (clerk, group, 0o2770)
    assert (left.st_gid, left.st_mode & 0o777) == (group, 0o640)
    assert note.parent.name == BELL == FOLDER


def test_a_cameras_login_is_the_fetchers_alone(open_places: Places, settings: Settings) -> None:
    del settings
    place = open_places.make(
        "two",
        source="rtsp://192.0.2.7/1",
        camera='login = "secrets/login"',
        extra="[users]\n",
    )
    login = place.folder / "secrets" / "login"
    login.parent.mkdir(mode=0o700)
    login.touch(0o644)
    prepare(Settings.load(place.settings))
    assert (login.stat().st_uid, login.stat().st_mode & 0o777) == (UIDS["edgekit-fetcher"], 0o600)
    assert login.parent.stat().st_mode & 0o777 == 0o711


def test_a_brokers_login_is_the_heralds_alone(open_places: Places, settings: Settings) -> None:
    del settings
    text = 'kind = "mqtt"\nhost = "127.0.0.1"\ntls = true\nlogin = "a/login"\nca = "a/ca.pem"'
    place = open_places.make(
        "two", window_s=60, profile=Profile.HOME, extra=f"[users]\n[[outlet]]\n{text}\n"
    )
    login, ca = (place.folder / "a" / name for name in ("login", "ca.pem"))
    login.parent.mkdir(mode=0o700)
    login.touch(0o644)
    ca.touch(0o600)
    prepare(Settings.load(place.settings))
    assert (login.stat().st_uid, login.stat().st_mode & 0o777) == (UIDS["edgekit-herald"], 0o600)
    assert ca.stat().st_mode & 0o777 == 0o644
    assert login.parent.stat().st_mode & 0o777 == 0o711


def test_models_in_somebodys_home_are_refused(open_places: Places, settings: Settings) -> None:
    del settings
    place = open_places.make("two", camera='detector = "yolox_nano"', extra="[users]\n")
    with pytest.raises(ConfigError, match=r"expected them beside site\.toml"):
        prepare(Settings.load(place.settings))


@pytest.mark.parametrize("kind", ["link", "second name"])
def test_root_follows_nobodys_link(settings: Settings, kind: str) -> None:
    key, other = settings.keys.device, settings.path.parent / "other"
    key.rename(other)
    key.symlink_to(other) if kind == "link" else key.hardlink_to(other)
    with pytest.raises(ConfigError, match=r"cannot be handed over|has other names"):
        prepare(settings)
    assert other.stat().st_uid == 0


@pytest.mark.parametrize("spoil", ["owner", "mode"])
def test_site_that_others_can_change_is_not_obeyed_by_root(settings: Settings, spoil: str) -> None:
    if spoil == "owner":
        os.chown(settings.path, 61_999, -1)
    else:
        settings.path.parent.chmod(0o777)
    with pytest.raises(ConfigError, match="expected root's and nobody else's to write"):
        prepare(settings)
    assert settings.keys.device.stat().st_uid == 0


def test_what_the_users_could_not_enter_is_said(
    open_places: Places, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(
        "edgekit.node.service.users.pwd.getpwnam",
        lambda name: pwd.struct_passwd((name, "x", UIDS[name], UIDS[name], "", "/", "/bin/false")),
    )
    open_places.root.chmod(0o700)
    with pytest.raises(ConfigError, match="may not be entered by the users"):
        prepare(settings)


def test_users_that_do_not_exist_are_named(open_places: Places) -> None:
    settings = Settings.load(open_places.make(extra='[users]\neye = "nobody-here"\n').settings)
    with pytest.raises(ConfigError, match="there is no user"):
        settle_in(settings)


def test_two_that_are_one_on_this_system_are_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(UIDS, "edgekit-eye", UIDS["edgekit-clerk"])
    with pytest.raises(ConfigError, match="are one user of the system"):
        users_of(settings)


def test_who_is_neither_root_nor_the_supervisor_cannot_start_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(ConfigError, match="expected root to start it, not user 1000"):
        settle_in(settings)
    monkeypatch.setattr("os.geteuid", lambda: UIDS["edgekit"])
    doors = {role: str(user.door) for role, user in settle_in(settings).items()}
    assert doors["eye"] == "/run/edgekit-eye/door"
    with pytest.raises(ConfigError, match="nothing to hand over"):
        prepare(settings)


def test_only_the_eye_may_open_a_camera(open_places: Places, settings: Settings) -> None:
    del settings
    with_camera = Settings.load(open_places.make("two", source="0", extra="[users]\n").settings)
    users = users_of(with_camera)
    assert [role for role, user in users.items() if len(user.groups) == 1] == [
        "eye",
        "clerk",
        "herald",
    ]
    assert users["eye"].groups != users["clerk"].groups == users["herald"].groups


def test_nothing_is_asked_where_no_users_are_wanted(places: Places) -> None:
    settings = Settings.load(places.make().settings)
    assert settle_in(settings) == {}
