import operator
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgekit.confine.hygiene import close_descriptors, hygiene, keep_memory_private
from edgekit.errors import SealError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


class FakeKernel:
    system = "linux"
    machine = "x86_64"
    pid = 2
    parent = 1

    def __init__(self, *, refuses: bool = False) -> None:
        self.asked: list[tuple[int, int]] = []
        self._refuses = refuses

    def prctl(self, option: int, value: int) -> None:
        if self._refuses:
            raise OSError(22, "Invalid argument")
        self.asked.append((option, value))

    def seccomp(self, number: int, program: bytes) -> int:
        raise AssertionError(number, program)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    mask = os.umask(0o22)
    yield
    os.umask(mask)


def test_memory_is_private_without_a_change_of_files() -> None:
    kernel = FakeKernel()
    keep_memory_private(kernel=kernel)
    assert kernel.asked == [(4, 0)]
    assert os.umask(0o22) == 0o22


def test_nothing_of_it_can_be_dumped_or_debugged() -> None:
    kernel = FakeKernel()
    hygiene(kernel=kernel)
    assert kernel.asked == [(4, 0)]
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    assert os.umask(0o22) == 0o777


def test_it_dies_with_its_parent() -> None:
    kernel = FakeKernel()
    hygiene(die_with=1, kernel=kernel)
    assert kernel.asked == [(1, 9), (4, 0)]


def test_a_parent_that_has_ended_already_is_said() -> None:
    with pytest.raises(SealError, match="process 77, has ended"):
        hygiene(die_with=77, kernel=FakeKernel())


def test_a_kernel_that_refuses_is_said() -> None:
    with pytest.raises(SealError, match="refused to protect"):
        hygiene(kernel=FakeKernel(refuses=True))


def test_a_real_process_cannot_be_dumped() -> None:
    code = (
        "import ctypes, os; from edgekit.confine.hygiene import hygiene;"
        "hygiene(die_with=os.getppid()); print(ctypes.CDLL(None).prctl(3))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def test_only_the_kept_descriptors_stay_open() -> None:
    before = {
        int(name) for name in map(operator.attrgetter("name"), Path("/proc/self/fd").iterdir())
    }
    extra = [os.open("/dev/null", os.O_RDONLY) for _ in range(4)]
    keep = (before | {extra[1]}) - {extra[0], extra[2], extra[3]}
    close_descriptors(keep)
    assert os.fstat(extra[1])
    os.close(extra[1])
    for closed in (extra[0], extra[2], extra[3]):
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(closed)


def test_without_proc_nothing_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="cannot list"):
        close_descriptors([0], proc=tmp_path)
