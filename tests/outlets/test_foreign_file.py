"""What a mistaken path leads to is not the outlet's to repair."""

from pathlib import Path

import pytest

from edgekit.errors import OutletError
from edgekit.outlets.file import FileOutlet


@pytest.mark.parametrize("held", [b"a token without a line end", b'{"pay me"', b"\0\0PK"])
def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "mine"
    path.write_bytes(held)
    with pytest.raises(OutletError, match="no file of records"):
        FileOutlet(path)
    assert path.read_bytes() == held


@pytest.mark.parametrize("torn", [b"{", b'{"payload":"eyJ2', b'{"pay\0\0', bytes(40)])
def test_what_a_crash_left_of_the_first_record_is_cut_off(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(torn)
    FileOutlet(path, keep_free_bytes=0).close()
    assert path.read_bytes() == b""
