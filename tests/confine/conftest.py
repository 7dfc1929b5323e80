"""A kernel that does what a test wants of it."""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest


@dataclass
class FakeKernel:
    """A machine that takes filters, or does not; it remembers what it was asked.

    ``refusals``: an errno for each call, or a list of them, one for each time; 0 lets it through.
    ``answers``: what a call returns.
    """

    system: str = "linux"
    machine: str = "x86_64"
    pid: int = 4242
    parent: int = 1
    refuses: int | None = None
    refuses_options: bool = False
    missed: int = 0
    refusals: dict[str, int | list[int]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[int, int]] = field(default_factory=list)
    installed: list[tuple[int, bytes]] = field(default_factory=list)
    called: list[tuple[str, tuple[int | bytes, ...]]] = field(default_factory=list)

    def prctl(self, option: int, value: int) -> None:
        if self.refuses_options:
            raise OSError(errno.EINVAL, "Invalid argument")
        self.asked.append((option, value))

    def seccomp(self, number: int, program: bytes) -> int:
        if self.refuses:
            raise OSError(self.refuses, os.strerror(self.refuses))
        self.installed.append((number, program))
        return self.missed

    def call(self, name: str, *arguments: int | bytes) -> int:
        self.called.append((name, arguments))
        refusal = self.refusals.get(name, 0)
        number = refusal.pop(0) if isinstance(refusal, list) else refusal
        if number:
            raise OSError(number, os.strerror(number))
        return self.answers.get(name, 0)

    def calls_of(self, name: str) -> list[tuple[int | bytes, ...]]:
        return [arguments for called, arguments in self.called if called == name]


@pytest.fixture
def fake_kernel() -> Callable[..., FakeKernel]:
    """Make a kernel of one's own."""
    return FakeKernel
