"""The few calls to the file system that an outlet needs, as a seam: tests let any of them fail."""

import os
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    """Every method raises OSError as the system does."""

    def read(self, path: Path) -> bytes:
        """Return the whole file; empty where there is none."""
        ...

    def names(self, folder: Path) -> list[str]:
        """Return the names in a folder; none where it is missing."""
        ...

    def free(self, folder: Path) -> int:
        """Return how many bytes an ordinary user may still write there."""
        ...

    def open(self, path: Path) -> int:
        """Open a file for appending, make it and its folders where missing, durably."""
        ...

    def write(self, descriptor: int, data: bytes) -> int:
        """Write what fits at once; return how many bytes that were."""
        ...

    def sync(self, descriptor: int) -> None:
        """Return once everything written is on the disk."""
        ...

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file to this many bytes."""
        ...

    def close(self, descriptor: int) -> None:
        """Let go of the file."""
        ...

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name in the same folder, durably."""
        ...

    def remove(self, path: Path) -> None:
        """Delete a file."""
        ...


class PosixDisk:
    """The real one."""

    def read(self, path: Path) -> bytes:
        """Return the whole file; empty where there is none."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return b""

    def names(self, folder: Path) -> list[str]:
        """Return the names in a folder; none where it is missing."""
        try:
            return [entry.name for entry in folder.iterdir()]
        except FileNotFoundError:
            return []

    def free(self, folder: Path) -> int:
        """Return how many bytes an ordinary user may still write there."""
        volume = os.statvfs(folder)
        return volume.f_bavail * volume.f_frsize

    def open(self, path: Path) -> int:
        """Open a file for appending, make it and its folders where missing, durably."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        _sync_folder(path.parent)
        return descriptor

    def write(self, descriptor: int, data: bytes) -> int:
        """Write what fits at once; return how many bytes that were."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        """Return once everything written is on the disk."""
        os.fsync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file to this many bytes."""
        os.ftruncate(descriptor, size)

    def close(self, descriptor: int) -> None:
        """Let go of the file."""
        os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name in the same folder, durably."""
        old.rename(new)
        _sync_folder(new.parent)

    def remove(self, path: Path) -> None:
        """Delete a file."""
        path.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
