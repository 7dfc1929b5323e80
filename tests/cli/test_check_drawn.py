"""``check`` on lines and zones: words, JSON and a picture."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

Run = Callable[..., tuple[int, str, str]]
Edit = Callable[[Path, str, str], None]
STATURE = ("# stature = [[450, 190], [220, 70]]", "stature = [[440, 136], [204, 56]]")


def test_a_warning_is_told_and_wrong_is_nothing(
    home: Path, edgekit: Run, authorise: Run, edit: Edit
) -> None:
    edit(home / "site.toml", "[320, 460]", "[20, 460]")
    edit(home / "site.toml", "[320, 100]", "[20, 100]")
    authorise(home, "--site", home / "site.toml")

    code, out, _ = edgekit("check", home / "site.toml")

    assert code == 0
    assert "Worth a look (1):\n- warning: line 'middle' lies 20 px from the left edge" in out
    assert out.endswith("Nothing is wrong.\n")
    told = json.loads(edgekit("check", home / "site.toml", "--json")[1])
    assert [one["severity"] for one in told["drawn"]] == ["warning"]
    assert told["problems"] == []


def test_what_is_refused_is_a_problem_and_in_the_picture(
    home: Path, tmp_path: Path, edgekit: Run, edit: Edit
) -> None:
    edit(home / "site.toml", *STATURE)
    edit(home / "site.toml", "to = [320, 100]", "to = [320, 459]")
    path = tmp_path / "plan.png"

    code, out, err = edgekit("check", home / "site.toml", "--picture", path, "--blank")

    assert code == 1
    assert out.count("can never count") == 1
    assert err == ""
    assert cv2.imread(str(path)).shape[1] == 1280


def test_settings_refuse_what_the_stature_rules_out(home: Path, edgekit: Run, edit: Edit) -> None:
    edit(home / "site.toml", "to = [320, 100]", "to = [340, 30]")
    edit(home / "site.toml", "from = [320, 460]", "from = [300, 30]")
    assert edgekit("status", home / "site.toml")[0] != 2
    edit(home / "site.toml", *STATURE)

    code, _, err = edgekit("status", home / "site.toml")

    assert code == 2
    assert "nobody can stand there" in err


def test_the_drawn_plaza_is_shown_empty(
    home: Path, tmp_path: Path, edgekit: Run, edit: Edit
) -> None:
    edit(home / "site.toml", '"plaza"', '"plaza:12"')
    edit(home / "site.toml", "fps = 15", "fps = 3")
    path = tmp_path / "plan.png"

    assert edgekit("check", home / "site.toml", "--picture", path)[2] == ""

    row = cv2.imread(str(path))[900, 100:1100]
    assert row.std() > 3  # paving, not a blank ground


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--blank",), "--blank without --picture"),
        (("--picture", "plan.jpg"), "ends in .png"),
        (("--picture", "/proc/plan.png", "--blank"), "cannot write plan.png"),
    ],
)
def test_a_picture_that_cannot_be(
    words: tuple[str, ...], said: str, home: Path, edgekit: Run
) -> None:
    code, out, err = edgekit("check", home / "site.toml", *words)

    assert (code, out) == (2, "")
    assert said in err


def test_a_blank_ground_says_why(home: Path, tmp_path: Path, edgekit: Run, edit: Edit) -> None:
    edit(home / "site.toml", '"plaza"', '"/dev/video99"')

    _, _, err = edgekit("check", home / "site.toml", "--picture", tmp_path / "plan.png")

    assert err.startswith("edgekit: the picture has a blank ground: ")
    assert (tmp_path / "plan.png").exists()


def test_without_settings_there_is_no_picture(tmp_path: Path, edgekit: Run) -> None:
    code, out, err = edgekit("check", tmp_path / "no.toml", "--picture", tmp_path / "plan.png")

    assert code == 1
    assert "does not exist" in out
    assert "no picture" in err
    assert not (tmp_path / "plan.png").exists()
