"""A disk that fails when it is told to."""

import os
from pathlib import Path

import pytest

from edgekit.outlets.disk import PosixDisk


class Failing(PosixDisk):
    """Fails once, at the n-th call; a write leaves half of its bytes behind, or writes in bits."""

    def __init__(self, at: int, number: int, *, lasting: int = 1) -> None:
        self.calls = 0
        self._at = range(at, at + lasting)
        self._number = number

    @property
    def failed(self) -> bool:
        return self.calls >= self._at.start

    def _count(self) -> bool:
        self.calls += 1
        return self.calls in self._at

    def _may_fail(self) -> None:
        if self._count():
            raise OSError(self._number, os.strerror(self._number))

    def read(self, path: Path) -> bytes:
        self._may_fail()
        return super().read(path)

    def open(self, path: Path) -> int:
        self._may_fail()
        return super().open(path)

    def write(self, descriptor: int, data: bytes) -> int:
        if self._count():
            super().write(descriptor, data[: len(data) // 2])
            raise OSError(self._number, os.strerror(self._number))
        return super().write(descriptor, data[: max(1, len(data) * 2 // 3)])

    def sync(self, descriptor: int) -> None:
        self._may_fail()
        super().sync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        self._may_fail()
        super().truncate(descriptor, size)

    def rename(self, old: Path, new: Path) -> None:
        self._may_fail()
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self._may_fail()
        super().remove(path)


@pytest.fixture
def failing_disk() -> type[Failing]:
    """The class of disks that fail at the n-th call."""
    return Failing


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of real syncs take minutes, and show nothing that no power cut follows."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
