"""Files that hold a state: replaced whole and durably, or left as they were."""

import os
from contextlib import suppress
from pathlib import Path


class Files:
    """Writes through to the disk; tests put one that fails in its place.

    Every call is one that a full disk or a power cut can end; raises OSError.
    """

    def write(self, path: Path, data: bytes, mode: int) -> None:
        """Make a new file with these bytes, on the disk when this returns."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            self.sync(descriptor)

    def sync(self, descriptor: int) -> None:
        """Wait until the disk has it."""
        os.fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file a name, in place of the one that has it."""
        old.replace(new)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the disk has a folder's names."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)


def replace_durably(path: Path, data: bytes, files: Files, *, mode: int = 0o600) -> None:
    """Put new contents under a name: afterwards it has them, or after an error the old ones.

    Where only the last step fails, the wait for the folder, it may have either. Raises OSError.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        files.write(new, data, mode)
        files.rename(new, path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    files.sync_folder(path.parent)
