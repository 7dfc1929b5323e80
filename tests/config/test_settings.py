"""site.toml: everything checked, everything named, nothing guessed."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.config import Confinement, Outlet, Settings
from edgekit.errors import ConfigError
from edgekit.geometry import Line, Zone
from edgekit.records import Profile

HERE = Path("/home/pi/site/site.toml")
SMALL = 'version = 1\n[site]\nname = "plaza"\n[camera]\nsource = "plaza"\n'


def read(text: str) -> Settings:
    return Settings.from_text(text, path=HERE)


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as refusal:
        read(text)
    return refusal.value


def test_the_smallest_site_has_safe_defaults() -> None:
    site = read(SMALL)
    assert site.site.profile is Profile.LOCAL
    assert site.site.window_s == 60
    assert site.site.confinement is Confinement.STRICT
    assert (site.camera.width, site.camera.height, site.camera.fps) == (640, 480, 15)
    assert site.camera.detector == "motion"
    assert site.camera.stature is None
    assert site.keys.device == HERE.parent / "keys/device.key.pem"
    assert site.keys.organisation_public == HERE.parent / "keys/organisation.pub.pem"
    assert site.authorisation.file == HERE.parent / "authorisation.dsse.json"
    assert site.storage.directory == HERE.parent / "data"
    assert (site.lines, site.zones, site.outlets, site.written_for) == ((), (), (), 1)


def test_everything_can_be_said() -> None:
    text = SMALL + (
        "stature = [[450, 190], [220, 70]]\n"
        '[[line]]\nname = "a"\nfrom = [100, 100]\nto = [100, 400]\n'
        '[[zone]]\nname = "z"\npolygon = [[10, 10], [300, 10], [300, 300]]\n'
        '[keys]\ndevice = "/etc/d.key.pem"\norganisation_public = "o.pub.pem"\n'
        '[authorisation]\nfile = "a.json"\n'
        '[storage]\ndirectory = "/var/lib/edgekit"\nkeep_free_mb = 1\nrotate_mb = 2\n'
        '[[outlet]]\nkind = "file"\npath = "out.jsonl"\n'
    )
    site = read(text)
    assert site.lines == (Line("a", (100, 100), (100, 400)),)
    assert site.zones == (Zone("z", ((10, 10), (300, 10), (300, 300))),)
    assert site.camera.stature == ((450, 190), (220, 70))
    assert site.keys.device == Path("/etc/d.key.pem")
    assert site.outlets == (Outlet(kind="file", path=HERE.parent / "out.jsonl"),)
    assert site.view.lines == site.lines


@pytest.mark.parametrize("profile", Profile)
def test_the_template_reads_back(profile: Profile) -> None:
    text = Settings.template(name="plaza", profile=profile, source="plaza")
    site = read(text)
    assert site.site.profile is profile
    assert site.site.window_s == (60 if profile.at_home else 900)
    assert [line.name for line in site.lines] == ["middle"]
    assert max(map(len, text.splitlines())) <= 100


@given(source=st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_source_survives_the_template(source: str) -> None:
    text = Settings.template(name="plaza", profile=Profile.LOCAL, source=source)
    with suppress(ConfigError):
        site = read(text)
        assert site.camera.source in (source, str(HERE.parent / source))


def test_a_template_needs_a_name() -> None:
    with pytest.raises(ConfigError, match="site name"):
        Settings.template(name="Plaza!", profile=Profile.LOCAL, source="0")


@pytest.mark.parametrize(
    ("source", "becomes", "file"),
    [
        ("0", "0", None),
        ("/dev/video0", "/dev/video0", None),
        ("rtsp://camera/1", "rtsp://camera/1", None),
        ("plaza", "plaza", None),
        ("clip.mp4", "/home/pi/site/clip.mp4", Path("/home/pi/site/clip.mp4")),
        ("/data/clip.mp4", "/data/clip.mp4", Path("/data/clip.mp4")),
        ("pictures/", "/home/pi/site/pictures", Path("/home/pi/site/pictures")),
    ],
)
def test_a_file_is_looked_for_beside_the_settings(
    source: str, becomes: str, file: Path | None
) -> None:
    camera = read(
        SMALL.replace('"plaza"\n[camera]', '"a"\n[camera]').replace(
            'source = "plaza"', f'source = "{source}"'
        )
    ).camera
    assert camera.source == becomes
    assert camera.file == file


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        (SMALL + "[storag]\n", "storag", "storage"),
        (SMALL.replace("[camera]", "[camra]"), "camra", "camera"),
        (SMALL.replace("[camera]", "windows_s = 60\n[camera]"), "windows_s", "window_s"),
        (SMALL + "widht = 640\n", "widht", "width"),
        (SMALL + '[[line]]\nname="a"\nfrom=[9,9]\nto=[99,99]\nnames="b"\n', "names", "name"),
        (
            SMALL + '[[zone]]\nname="a"\npolygon=[[9,9],[99,9],[99,99]]\npoligon=1\n',
            "poligon",
            "polygon",
        ),
        (SMALL + '[keys]\ndevise = "x"\n', "devise", "device"),
        (SMALL + '[authorisation]\nfiles = "x"\n', "files", "file"),
        (SMALL + "[storage]\nkeep_free = 5\n", "keep_free", "keep_free_mb"),
        (SMALL + '[[outlet]]\npath = "x"\nkinds = "file"\n', "kinds", "kind"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest(text: str, key: str, nearest: str) -> None:
    error = refused(text)
    assert repr(key) in str(error)
    assert repr(nearest) in (error.hint or "")


def test_a_key_like_no_other_is_to_be_removed() -> None:
    assert refused(SMALL + "[zzzzzz]\n").hint == "remove it"


def test_a_missing_key_is_named_with_its_misspelling() -> None:
    error = refused(SMALL.replace("source", "sorce"))
    assert str(error) == "camera.source is missing"
    assert "'sorce'" in (error.hint or "")
    assert refused("version = 1\n").hint == "add 'name'"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SMALL.replace('"plaza"\n[camera]', "5\n[camera]"), "site.name: expected a text"),
        (SMALL.replace('"plaza"\n[camera]', '""\n[camera]'), "not empty"),
        (SMALL + "width = 640.5\n", "camera.width: expected a whole number from 64 to 8192"),
        (SMALL + "width = true\n", "true or false"),
        (SMALL + "width = 2000-01-01\n", "something else"),
        (SMALL + "width = 9\n", "from 64 to 8192"),
        (SMALL + f'detector = ["{"x" * 80}"]\n', "…"),
        (
            SMALL.replace("[camera]", 'profile = "public"\n[camera]'),
            '"sdc-10-5" or "dp" or "bands" or "home"',
        ),
        (SMALL.replace("[camera]", "profile = []\n[camera]"), "site.profile"),
        (SMALL + '[[line]]\nname = "a"\nfrom = 3\nto = [1, 2]\n', "line 1.from: expected a point"),
        (SMALL + '[[line]]\nname = "a"\nfrom = [1.5, 2]\nto = [1, 2]\n', "whole pixels"),
        (SMALL + '[[line]]\nname = "a"\nfrom = [1, 2, 3]\nto = [1, 2]\n', "whole pixels"),
        (SMALL + '[[line]]\nname = "a"\nfrom = [1, 99999]\nto = [1, 2]\n', "whole pixels"),
        (SMALL + '[[zone]]\nname = "a"\npolygon = 3\n', "list of points"),
        (SMALL + '[[zone]]\nname = "a"\npolygon = [[1, 2]]\n', "1 corners"),
        (SMALL.replace("version", "line = 3\nversion"), "expected tables [[line]]"),
        (SMALL.replace("version", "keys = 3\nversion"), "expected a table [keys]"),
        (SMALL + '[storage]\ndirectory = "a\\u0000b"\n', "expected a path"),
        (SMALL + '[[outlet]]\nkind = "http"\npath = "x"\n', "outlet 1.kind"),
        (SMALL.replace('"plaza"\n[camera]', '"Plaza"\n[camera]'), "site name 'Plaza'"),
        ("", "version is missing"),
        (SMALL.replace("1", '"1"', 1), "version: expected a whole number"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(text: str, words: str) -> None:
    assert words in str(refused(text))


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ('[[line]]\nname="a"\nfrom=[100,100]\nto=[900,100]\n', "outside the picture"),
        ('[[line]]\nname="a"\nfrom=[100,100]\nto=[101,100]\n', "can never count"),
        ('[[line]]\nname="a"\nfrom=[0,0]\nto=[0,480]\n', "picture's edge"),
        ('[[zone]]\nname="a"\npolygon=[[0,0],[641,0],[0,480]]\n', "outside the picture"),
        ('[[line]]\nname="a"\nfrom=[9,9]\nto=[99,99]\n' * 2, "two lines are called 'a'"),
    ],
)
def test_geometry_that_cannot_count_is_refused(extra: str, words: str) -> None:
    assert words in str(refused(SMALL + extra))


@pytest.mark.parametrize(
    "people", ["[[450, 190]]", "[[450, 190], [450, 70]]", "[[450, 190], [220, 0]]", "[[1, 2]]", "3"]
)
def test_calibration_takes_two_people_at_two_places(people: str) -> None:
    assert "camera.stature" in str(refused(SMALL + f"stature = {people}\n"))


def test_windows_must_fit_the_profile() -> None:
    public = SMALL.replace("[camera]", 'profile = "sdc-10-5"\nwindow_s = 60\n[camera]')
    error = refused(public)
    assert "at least 900 s" in str(error)
    assert "900" in (error.hint or "")
    assert "divide a day" in str(refused(SMALL.replace("[camera]", "window_s = 7\n[camera]")))


def test_the_draft_format_is_migrated() -> None:
    old = SMALL.replace("version = 1", "version = 0").replace("[camera]", "[source]")
    site = read(old)
    assert site.camera.source == "plaza"
    assert site.written_for == 0
    # In format 1 the old name is no longer known.
    assert "unknown key 'source'" in str(refused(SMALL.replace("[camera]", "[source]")))


def test_a_newer_format_is_refused_with_the_reason() -> None:
    error = refused(SMALL.replace("version = 1", "version = 2"))
    assert "written for version 2: this edgekit reads up to 1" in str(error)
    assert error.hint == "use a newer edgekit"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    cases = {
        tmp_path / "absent.toml": "does not exist",
        tmp_path: "is a folder",
        Path("a\0b"): "cannot be read",
    }
    for path, words in cases.items():
        with pytest.raises(ConfigError, match=words):
            Settings.load(path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"version = 1\n[site\n", "not TOML.*line 2"),
        (b"\n\n\xff", r"not UTF-8 text \(line 3\)"),
        (b"#" * 300_000, "at most"),
        (b"a=" + b"[" * 50_000, "not TOML"),
        (b"a=" + b"9" * 5_000, "not TOML"),
    ],
    ids=["syntax", "encoding", "size", "depth", "digits"],
)
def test_what_is_not_toml_is_refused(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=words):
        Settings.load(path)


def test_a_file_on_disk_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(SMALL)
    assert Settings.load(path).path == path


@given(st.text(alphabet='[]="\n.1aversionsite{},-', max_size=60))
def test_any_text_gives_settings_or_our_error(text: str) -> None:
    with suppress(ConfigError):
        read("version = 1\n" + text)


VALUE = st.recursive(
    st.sampled_from(['"a"', "1", "1.5", "true", "nan", "1979-05-27", "[]", "{}", '""', "-1"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=4,
)


@given(data=st.data())
def test_any_changed_value_gives_settings_or_our_error(data: st.DataObject) -> None:
    lines = Settings.template(name="a", profile=Profile.LOCAL, source="0").splitlines()
    at = data.draw(st.sampled_from([n for n, line in enumerate(lines) if " = " in line]))
    lines[at] = lines[at].split(" = ")[0].lstrip("# ") + " = " + data.draw(VALUE)
    with suppress(ConfigError):
        read("\n".join(lines))
