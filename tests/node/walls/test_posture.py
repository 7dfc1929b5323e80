"""Which walls stand around which process, from the settings alone."""

from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.confine.rules import Stage
from edgekit.errors import ConfigError
from edgekit.node.walls import posture
from edgekit.node.walls.posture import models_of, walls_of
from edgekit.provenance import Source
from edgekit.records import Profile

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places


@pytest.fixture
def place(places: "Places") -> "Place":
    return places.make()


def with_key(place: "Place", description: str, *, confinement: str = "strict") -> Settings:
    (place.folder / "keys" / "chip.key.toml").write_text(description)
    text = place.settings.read_text().replace("[site]", f'[site]\nconfinement = "{confinement}"')
    place.settings.write_text(f'{text}\n[keys]\ndevice = "keys/chip.key.toml"\n')
    return Settings.load(place.settings)


CHIP = 'kind = "pkcs11"\nmodule = "/usr/lib/x.so"\ntoken = "t"\nlabel = "l"\npin_file = "pin"\n'


def test_a_key_that_takes_other_code_is_refused_to_a_sealed_clerk(place: "Place") -> None:
    settings = with_key(place, CHIP)
    with pytest.raises(ConfigError, match="kind 'pkcs11' needs a driver") as caught:
        walls_of("clerk", settings, models=place.folder)
    assert "maker" in (caught.value.hint or "")


def test_where_settings_allow_it_that_clerk_has_no_walls(place: "Place") -> None:
    settings = with_key(place, CHIP, confinement="maker")
    assert walls_of("clerk", settings, models=place.folder).bare
    assert not walls_of("herald", settings, models=place.folder).bare


def test_a_wrapped_key_is_read_behind_walls_with_what_lies_beside_it(place: "Place") -> None:
    settings = with_key(place, 'kind = "file"\npath = "x.pem"\npassphrase_file = "pass"\n')
    walls = walls_of("clerk", settings, models=place.folder)
    assert not walls.bare
    assert str(place.folder / "keys") in walls.reads


@pytest.mark.parametrize(
    ("source", "stage", "writes"),
    [
        ("plaza", Stage.FILES, ()),
        ("0", Stage.CAMERA_OPEN, ("/dev/video0",)),
        ("/dev/video7", Stage.CAMERA_OPEN, ("/dev/video7",)),
        ("rtsp://camera/1", Stage.FILES, ()),
    ],
)
def test_only_a_camera_is_opened_to_write(
    places: "Places", source: str, stage: Stage, writes: tuple[str, ...]
) -> None:
    settings = Settings.load(places.make(source=source).settings)
    eye = walls_of("eye", settings, models=Path("/models"), die_with=7)
    assert (eye.stage, eye.writes, eye.offline, eye.die_with) == (stage, writes, True, 7)
    assert "/models" in eye.reads
    assert str(settings.keys.device) not in eye.reads
    fetcher = walls_of("fetcher", settings, models=Path("/models"))
    assert not fetcher.offline
    assert str(settings.keys.device) not in fetcher.reads
    reviewer = walls_of("reviewer", settings, models=Path("/models"))
    assert (reviewer.stage, reviewer.writes, reviewer.offline) == (Stage.FILES, (), True)
    assert str(settings.keys.device) not in reviewer.reads


def test_a_cameras_password_is_the_fetchers_alone(places: "Places") -> None:
    place = places.make(source="rtsp://camera/1", camera='login = "keys/camera.login"')
    settings = Settings.load(place.settings)
    login = str(place.folder / "keys" / "camera.login")
    walls = {
        role: walls_of(role, settings, models=Path("/models"))
        for role in ("eye", "fetcher", "clerk", "herald")
    }
    assert [role for role in walls if login in walls[role].reads] == ["fetcher"]
    assert [role for role in walls if login in walls[role].hides] == ["clerk", "herald"]


@pytest.mark.parametrize("users", [False, True], ids=["strict", "users"])
def test_a_password_in_what_all_read_is_refused(places: "Places", users: bool) -> None:
    place = places.make(source="rtsp://viewer:secret@camera/1")
    text = place.settings.read_text()
    if users:
        text = text.replace("[site]", '[site]\nconfinement = "maker"') + "[users]\n"
    place.settings.write_text(text)
    with pytest.raises(ConfigError, match=r"camera\.source holds a login") as caught:
        Settings.load(place.settings)
    assert "secret" not in str(caught.value)


def test_a_maker_may_keep_it_there(places: "Places") -> None:
    place = places.make(source="rtsp://viewer:secret@camera/1")
    text = place.settings.read_text().replace("[site]", '[site]\nconfinement = "maker"')
    place.settings.write_text(text)
    assert Settings.load(place.settings).camera.kind is Source.NETWORK


def test_a_login_is_for_a_camera_on_the_network(places: "Places") -> None:
    place = places.make(source="0", camera='login = "keys/camera.login"')
    with pytest.raises(ConfigError, match="is for a camera on the network"):
        Settings.load(place.settings)


def test_the_herald_sees_no_key_and_the_clerk_no_camera(place: "Place") -> None:
    settings = Settings.load(place.settings)
    herald = walls_of("herald", settings, models=place.folder)
    assert str(settings.keys.device) in herald.hides
    assert "/dev" in walls_of("clerk", settings, models=place.folder).hides


def test_models_lie_beside_the_settings_or_with_the_user(place: "Place") -> None:
    settings = Settings.load(place.settings)
    assert models_of(settings) != place.folder / "models"
    (place.folder / "models").mkdir()
    assert models_of(settings) == place.folder / "models"


def test_a_herald_that_calls_reads_what_that_takes_and_others_do_not(places: "Places") -> None:
    extra = '[[outlet]]\nkind = "mqtt"\nhost = "127.0.0.1"\nlogin = "keys/mqtt.login"\n'
    place = places.make(
        window_s=60, profile=Profile.HOME, extra=f'{extra}tls = true\nca = "keys/ca.pem"'
    )
    settings = Settings.load(place.settings)
    login, ca = (str(place.folder / "keys" / name) for name in ("mqtt.login", "ca.pem"))
    herald = walls_of("herald", settings, models=place.folder)
    assert (herald.stage, herald.offline) == (Stage.OUTLETS, False)
    assert {login, ca, "/etc/resolv.conf", str(settings.authorisation.file)} <= {*herald.reads}
    assert str(settings.keys.device) in herald.hides
    assert login not in herald.hides
    clerk = walls_of("clerk", settings, models=place.folder)
    assert login in clerk.hides
    for role in ("clerk", "eye", "fetcher", "reviewer"):
        assert login not in walls_of(role, settings, models=place.folder).reads
    without = walls_of("herald", Settings.load(places.make("two").settings), models=place.folder)
    assert (without.stage, without.offline) == (Stage.BOOKS, True)


def test_packages_that_lie_below_no_prefix_are_read_too(
    place: "Place", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "site-packages"

    def found(name: str) -> ModuleSpec | None:
        origin = str(home / name / "__init__.py")
        return ModuleSpec(name, None, origin=origin) if name == "serial" else None

    monkeypatch.setattr(posture, "find_spec", found)
    walls = walls_of("clerk", Settings.load(place.settings), models=place.folder)
    assert str(home) in walls.reads
