"""A picture that is shown elsewhere has left this machine."""

from pathlib import Path

import pytest

from edgekit.errors import ConfigError
from edgekit.node.pictures.screen import require_local_screen

LISTENING = "Num RefCount\n0: 2 0 0001 01 17 @/tmp/x/X3\n"


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, Path]:
    """An X server 0 with a socket in the folder, and a server 3 with an abstract one."""
    (tmp_path / "X0").touch()
    table = tmp_path / "unix"
    table.write_text(LISTENING.replace("/tmp/x", str(tmp_path)))
    return {"sockets": tmp_path, "abstract": table}


@pytest.mark.parametrize("display", [":0", ":0.1", "unix:0", ":3"])
def test_a_screen_of_this_machine(display: str, machine: dict[str, Path]) -> None:
    require_local_screen(display, **machine)


@pytest.mark.parametrize(
    ("display", "words"),
    [
        (None, "no screen"),
        ("", "no screen"),
        ("localhost:10.0", "through 'localhost': the picture would leave"),  # ssh -X
        ("elsewhere.example:0", "would leave"),
        ("[::1]:0", "would leave"),
        ("/private/tmp/launch/x:0", "would leave"),
        (":10", "no X server of this machine"),  # nobody knows where that ends
        (":", "names no screen"),
        ("0", "names no screen"),
        (":x", "names no screen"),
    ],
)
def test_any_other_is_refused(display: str | None, words: str, machine: dict[str, Path]) -> None:
    with pytest.raises(ConfigError, match=words):
        require_local_screen(display, **machine)


def test_without_a_table_of_sockets_only_files_count(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no X server"):
        require_local_screen(":3", sockets=tmp_path, abstract=tmp_path / "none")
