import json
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.cli.writing import replace_file
from edgekit.errors import ConfigError

Run = Callable[..., tuple[int, str, str]]

POINTS = ("--points", "160,440", "480,440", "425,215", "215,215")
CM = ("--cm", "100,0", "500,0", "600,900", "0,900")
SQUARE = "square:352,186,596,186,628,462,352,462"
BLOCK = (
    "[ground]\n"
    "points = [[160, 440], [480, 440], [425, 215], [215, 215]]\n"
    "cm = [[100, 0], [500, 0], [600, 900], [0, 900]]\n"
)
BLANK = ("calibrate", "--size", "640x480")


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_block_is_data_and_the_rest_is_talk(edgekit: Run, tmp_path: Path) -> None:
    code, out, err = edgekit(*BLANK, *POINTS, *CM, "--zone", SQUARE)
    assert (code, out) == (0, BLOCK)
    assert "square: 72." in err
    assert "stature = [[" in err
    assert cv2.imread(str(tmp_path / "check.png")).shape[1] == 1280


def test_a_rectangle_needs_no_centimetres(edgekit: Run) -> None:
    code, out, _ = edgekit(*BLANK, *POINTS, "--rectangle", "4.5x9", "-o", "other.png")
    assert code == 0
    assert tomllib.loads(out)["ground"]["cm"] == [[0, 0], [450, 0], [450, 900], [0, 900]]
    assert Path("other.png").exists()
    assert not Path("check.png").exists()


def test_json_says_the_same(edgekit: Run) -> None:
    axis = ("--axis", "320,40", "--person-cm", "180")
    code, out, _ = edgekit(*BLANK, *POINTS, *CM, "--zone", SQUARE, *axis, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["ground"]["points"][1] == [480, 440]
    assert told["areas"]["square"]["area_m2"] == pytest.approx(72.5, abs=0.5)
    assert told["camera_height_m"] == pytest.approx(5.0, abs=0.05)
    (near, high), _ = told["stature"]
    assert high == pytest.approx((near - 40) / 5 * 1.8, abs=2)


def test_the_plaza_is_watched_until_it_is_known(edgekit: Run) -> None:
    code, out, err = edgekit("calibrate", "plaza:10", *POINTS, *CM)
    assert (code, out) == (0, BLOCK)
    assert "no frame is kept" in err
    assert "% of the place could be learned" in err
    check = cv2.imread("check.png")
    assert len({tuple(pixel) for pixel in check[::16, ::16].reshape(-1, 3).tolist()}) > 500


def test_without_points_it_draws_rulers(edgekit: Run) -> None:
    code, out, err = edgekit(*BLANK, "-o", "rulers.png")
    assert (code, out) == (0, "")
    assert "read four points off it" in err
    assert Path("rulers.png").exists()


def site(folder: Path, more: str = "") -> Path:
    path = folder / "site.toml"
    path.write_text(
        'version = 1\n[site]\nname = "door"\n[camera]\nsource = "plaza"  # drawn\n'
        "[[zone]]\nname = 'square'\n"
        f"polygon = [[352, 186], [596, 186], [628, 462], [352, 462]]\n{more}"
    )
    return path


def test_a_site_gives_size_and_zones_and_takes_the_block(edgekit: Run, tmp_path: Path) -> None:
    path = site(tmp_path)
    before = path.read_bytes()
    path.chmod(0o640)
    words = ("calibrate", "--site", path, "--size", "640x480", *POINTS, *CM)
    code, out, err = edgekit(*words)
    assert (code, out, path.read_bytes()) == (0, BLOCK, before)
    code, _, err = edgekit(*words, "--write")
    assert code == 0
    assert path.read_bytes() == before + b"\n" + BLOCK.encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert "square: 72." in err
    assert "no longer covers it" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["check.png", "site.toml"]


def test_the_block_of_a_site_can_be_looked_at_and_replaced(edgekit: Run, tmp_path: Path) -> None:
    path = site(tmp_path, f"\n# May\n{BLOCK}\n# the end\n")
    code, out, _ = edgekit("calibrate", "--site", path, "--size", "640x480")
    assert (code, out) == (0, BLOCK)
    words = ("--rectangle", "4x9", "--write")
    assert edgekit("calibrate", "--site", path, "--size", "640x480", *POINTS, *words)[0] == 0
    text = path.read_text()
    assert text.endswith("cm = [[0, 0], [400, 0], [400, 900], [0, 900]]\n\n# the end\n")
    assert "# May\n[ground]\n" in text


def test_the_source_of_a_site_is_watched(
    edgekit: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgekit.node.trying.counting.PLAZA_SECONDS", 1)
    path = site(tmp_path)
    code, out, err = edgekit("calibrate", "--site", path, *POINTS, *CM)
    assert (code, out) == (0, BLOCK)
    assert "watching" in err


def test_a_public_place_is_looked_at_only_under_its_authorisation(
    edgekit: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "square"
    assert edgekit("init", folder, "--profile", "sdc-10-5", "--source", "0")[0] == 0
    code, out, err = edgekit("calibrate", "--site", folder / "site.toml", *POINTS, *CM)
    assert (code, out) != (0, "")
    assert "public key" in err  # nobody has signed: there is no key to check it with


def test_a_video_of_a_site_is_watched(edgekit: Run, tmp_path: Path) -> None:
    code = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(tmp_path / "v.avi"), code, 5, (640, 480))
    for _ in range(5):
        writer.write(np.full((480, 640, 3), 120, np.uint8))
    writer.release()
    path = site(tmp_path)
    path.write_text(path.read_text().replace('"plaza"', '"v.avi"'))
    assert edgekit("calibrate", "--site", path, *POINTS, *CM)[:2] == (0, BLOCK)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("calibrate", "nothing to look at"),
        ("calibrate --size 640x480 --points 1,1 2,2 3,3 4,4", "together with --cm"),
        ("calibrate --size 640x480 --rectangle 4x9", "together with --cm"),
        ("calibrate plaza --size 640x480", "one of the two"),
        ("calibrate --size 640", "two numbers above 0"),
        ("calibrate --size 0x480", "two numbers above 0"),
        ("calibrate --size nanx480", "two numbers above 0"),
        ("calibrate --size 640x480 -o check.jpg", "ends in .png"),
        ("calibrate --size 640x480 --person-cm 3", "50 to 250"),
        ("calibrate --size 640x480 --write", "--write needs --site"),
        ("calibrate --size 640x480 --points 1,1 2,b 3,3 4,4 --rectangle 4x9", "expected x,y"),
        ("calibrate --size 640x480 --points 1,1 2,2.5 3,3 4,4 --rectangle 4x9", "whole numbers"),
        ("calibrate --size 640x480 --points 1,1 2,2 3,3 4,4 --rectangle 4x9", "on one line"),
        ("calibrate --size 640x480 --points 0,0 9,0 9,900 0,900 --rectangle 4x9", "outside"),
        ("calibrate --site none.toml", "does not exist"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    edgekit: Run, tmp_path: Path, words: str, said: str
) -> None:
    code, out, err = edgekit(*shlex.split(words))
    assert (code, out) == (2, "")
    assert err.startswith("edgekit: error: ")
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_zone_over_the_horizon_is_refused_before_a_site_is_touched(
    edgekit: Run, tmp_path: Path
) -> None:
    path = site(tmp_path)
    before = path.read_bytes()
    sky = ("--zone", "sky:0,10,300,10,300,400", "--write")
    code, out, err = edgekit("calibrate", "--site", path, "--size", "640x480", *POINTS, *CM, *sky)
    assert (code, out, path.read_bytes()) == (2, "", before)
    assert "zone 'sky'" in err
    assert not Path("check.png").exists()


def test_a_ground_in_another_form_is_refused(edgekit: Run, tmp_path: Path) -> None:
    path = site(tmp_path)
    path.write_text("ground = {cm = 1}\n" + path.read_text())
    code, _, err = edgekit("calibrate", "--site", path, "--size", "640x480", *POINTS, *CM)
    assert code == 2
    assert "expected [ground]" in err


def test_a_file_that_cannot_be_replaced_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"old")
    link.symlink_to(path)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConfigError, match="stands as it was") as caught:
        replace_file(path, b"newer")
    assert caught.value.hint
    assert path.read_bytes() == b"new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "link"]
