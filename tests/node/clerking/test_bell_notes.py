"""What lies in the bell's folder and is no note."""

from pathlib import Path

from edgekit.node.clerking.bell import _notes, _read


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_folder_in_place_of_a_note_is_passed_over(tmp_path: Path) -> None:
    folder, note = tmp_path / "a.note", tmp_path / "b.note"
    folder.mkdir()
    note.write_bytes(b"present")
    held = descriptors()
    assert _notes(tmp_path) == [note]
    assert _read(folder) is None
    assert _read(note) == b"present"
    assert descriptors() == held
