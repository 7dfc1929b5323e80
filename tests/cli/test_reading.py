"""What stands in a file that somebody named, or why it can't be read."""

from pathlib import Path

import pytest

from edgekit.cli.reading import read_bytes, unreadable
from edgekit.errors import ConfigError


def test_a_file_is_read_as_far_as_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"whole")

    assert read_bytes(tmp_path / "file") == b"whole"
    assert read_bytes(tmp_path / "file", 3) == b"who"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "is a folder: expected a file"),
        ("none", "none does not exist"),
        ("file/below", "below does not exist"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match=said) as caught:
        read_bytes(tmp_path / name)

    assert caught.value.hint


def test_other_reasons_are_those_of_the_system() -> None:
    refused = unreadable(Path("file"), PermissionError(13, "Permission denied"))

    assert str(refused) == "file cannot be read: Permission denied"
    assert refused.hint == "may this user read it, and its folder?"
