from pathlib import Path

import pytest

from edgekit.config.ground import load_ground
from edgekit.errors import ConfigError

POINTS = "points = [[160, 440], [480, 440], [425, 215], [215, 215]]\n"
CM = "cm = [[0, 0], [400, 0], [500, 900], [-100, 900]]\n"


def test_a_ground_is_read_wherever_it_stands(tmp_path: Path) -> None:
    for text in (f"[ground]\n{POINTS}{CM}", f"version = 1\n[ground]\n{CM}{POINTS}[site]\nx = 1\n"):
        path = tmp_path / "ground.toml"
        path.write_text(text)
        ground = load_ground(path)
        assert ground.points[0] == (160, 440)
        assert ground.cm[3] == (-100, 900)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version = 1\n", r"has no \[ground\]"),
        (f"[ground]\n{POINTS}", "ground.cm: expected four points, got 0"),
        (f"[ground]\n{CM}points = [[1, 2]]\n", "ground.points: expected four points, got 1"),
        (f"[ground]\n{CM}{POINTS}extra = 1\n", "unknown key 'extra'"),
        (f"[ground]\n{POINTS}cm = [[0, 0], [1.5, 0], [2, 2], [0, 2]]\n", "ground.cm: expected"),
        (f"[ground]\n{POINTS}cm = [[0, 0], [4, 0], [4, 4], [0, 4]]\n", "nearly on one line"),
        ("[ground\n", "is not TOML"),
    ],
)
def test_what_is_no_ground_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "ground.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_ground(path)
