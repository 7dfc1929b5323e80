"""``edgekit lamp``: what it refuses, in words."""

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
SITE = (
    'version = 1\n[site]\nname = "site"\n[camera]\nsource = "plaza"\n'
    '[[zone]]\nname = "way"\npolygon = [[60, 120], [580, 120], [580, 460], [60, 460]]\n'
)
LAMP = '[lamp]\nzone = "way"\ndaylight = "none"\nport = '


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SITE, "has no [lamp]"),
        (SITE + LAMP + '""\n', "lamp.port: expected a text"),
        (SITE + LAMP + '"COM3"\n', "serial port 'COM3'"),
    ],
)
def test_what_it_refuses(text: str, said: str, tmp_path: Path, edgekit: Run) -> None:
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")

    code, out, err = edgekit("lamp", tmp_path / "site.toml")

    assert (code, out) == (2, "")
    assert said in err
    assert "hint" in err or "expected" in err
