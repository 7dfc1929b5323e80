"""A site is written whole or not at all, and nothing is overwritten."""

import shlex
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from edgekit.config import Settings
from edgekit.errors import ConfigError
from edgekit.signers.file import load_public, load_signer

Run = Callable[..., tuple[int, str, str]]


def test_init_writes_a_whole_site(home: Path) -> None:
    modes = {
        str(path.relative_to(home)): stat.S_IMODE(path.stat().st_mode)
        for path in home.rglob("*")
        if path.is_file()
    }
    assert set(modes) == {
        "site.toml",
        "authorisation.draft.json",
        "keys/device.key.pem",
        "keys/device.pub.pem",
        "keys/organisation.key.pem",
        "keys/organisation.pub.pem",
    }
    assert {mode for name, mode in modes.items() if name.endswith(".key.pem")} == {0o600}
    site = Settings.load(home / "site.toml")
    assert site.site.name == "my-home"
    assert load_signer(site.keys.device).key_id != load_public(site.keys.organisation_public).key_id


def test_the_next_steps_can_be_pasted(tmp_path: Path, edgekit: Run) -> None:
    folder = tmp_path / "it's mine"
    _, out, _ = edgekit("init", folder)
    assert shlex.split(out.splitlines()[-1])[-1] == str(folder / "site.toml")


def test_a_public_place_gets_no_organisation_key(tmp_path: Path, edgekit: Run) -> None:
    folder = tmp_path / "plaza"
    code, out, _ = edgekit("init", folder, "--profile", "sdc-10-5", "--name", "plaza")
    assert code == 0
    assert sorted(path.name for path in (folder / "keys").iterdir()) == [
        "device.key.pem",
        "device.pub.pem",
    ]
    assert "--make-key" in out


def test_init_changes_nothing_that_is_there(home: Path, edgekit: Run) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    code, _, err = edgekit("init", home)
    assert code == 2
    assert "nothing was changed" in err
    assert before == {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_init_says_so_where_it_may_not_look(
    tmp_path: Path, edgekit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    code, _, err = edgekit("init", tmp_path / "closed")
    assert code == 2
    assert "closed cannot be looked into: Permission denied" in err


@pytest.mark.parametrize("taken", ["site.toml", "keys", "authorisation.draft.json"])
def test_init_refuses_a_folder_with_any_part_of_a_site(
    taken: str, tmp_path: Path, edgekit: Run
) -> None:
    (tmp_path / taken).write_text("mine")
    assert edgekit("init", tmp_path)[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == [taken]


def test_init_keeps_other_files_of_the_folder(tmp_path: Path, edgekit: Run) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert edgekit("init", tmp_path, "--name", "a")[0] == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("which", ["keys", "authorisation.draft.json", "site.toml"])
@pytest.mark.parametrize("there_already", [True, False])
def test_init_leaves_nothing_behind_when_it_fails(
    which: str, there_already: bool, tmp_path: Path, edgekit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    if there_already:
        folder.mkdir()
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if target == folder / which:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    code, _, err = edgekit("init", folder)
    assert code == 2
    assert "No space left" in err
    assert folder.exists() is there_already
    assert list(folder.glob("**/*")) == []


def test_init_says_what_is_wrong_with_its_arguments(tmp_path: Path, edgekit: Run) -> None:
    (tmp_path / "file").write_text("")
    for words, expected in (
        ((tmp_path / "file",), "expected a folder"),
        ((tmp_path / "new", "--name", "No Name"), "site name"),
        ((tmp_path / "new", "--source", "a\udcff.mp4"), "no text"),
        ((tmp_path / "new", "--source", ""), "camera.source"),
    ):
        code, _, err = edgekit("init", *words)
        assert code == 2
        assert expected in err
        assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("folder", "name"), [("42 Höhe", "h-he"), ("1", "site"), ("ä", "site"), ("Plaza_2", "plaza_2")]
)
def test_the_folder_names_the_site(folder: str, name: str, tmp_path: Path, edgekit: Run) -> None:
    edgekit("init", tmp_path / folder)
    found = Settings.load(tmp_path / folder / "site.toml").site.name
    assert found in (name, name.replace("-", ""))


def test_init_leaves_nothing_behind_when_a_key_cannot_be_made(
    tmp_path: Path, edgekit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, **_: object) -> None:
        raise ConfigError(f"key file {path} cannot be written")

    monkeypatch.setattr("edgekit.cli.init.create_key", refuse)
    assert edgekit("init", tmp_path / "site")[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_a_broker_is_set_up_and_named_as_recipient_in_one(
    tmp_path: Path, edgekit: Run, authorise: Run
) -> None:
    folder = tmp_path / "home"
    words = ("init", folder, "--profile", "home", "--source", "plaza", "--mqtt", "192.168.1.10")
    assert edgekit(*words)[0] == 0
    broker = Settings.load(folder / "site.toml").broker
    assert broker is not None
    assert (broker.host, broker.tls) == ("192.168.1.10", False)
    authorise(folder)
    code, out, _ = edgekit("check", folder / "site.toml")
    assert code == 0, out
    assert "the people who live here, by 192.168.1.10" in out


def test_check_says_that_a_broker_is_no_recipient(home: Path, edgekit: Run, authorise: Run) -> None:
    authorise(home)
    site = home / "site.toml"
    site.write_text(
        site.read_text().replace('profile = "local"', 'profile = "home"')
        + '[[outlet]]\nkind = "mqtt"\nhost = "192.168.1.10"\nlogin = "keys/mqtt.login"\n'
    )
    code, out, _ = edgekit("check", site)
    assert code == 1
    assert "no recipient names 192.168.1.10, to which an outlet would send it" in out
    assert "outlet.login" in out  # there is no such file
