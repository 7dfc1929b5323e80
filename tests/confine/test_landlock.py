"""Landlock on a real process, and on kernels that have less of it, or none."""

import errno
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.confine.landlock import landlock_abi, restrict
from edgekit.errors import SealError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.confine.conftest import FakeKernel

    Kernels = Callable[..., FakeKernel]

CREATE, ADD, RESTRICT = (
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
)


@pytest.fixture
def ruleset() -> int:
    """A descriptor that `restrict` may close."""
    import os  # noqa: PLC0415 -- nothing else here needs it

    return os.open("/dev/null", os.O_RDONLY)


class Versions:
    """A kernel whose first answer is its ABI, and the next a ruleset."""

    def __init__(self, kernel: "FakeKernel", abi: int, ruleset: int) -> None:
        self.kernel, self.abi, self.ruleset = kernel, abi, ruleset
        self.pid, self.parent = kernel.pid, kernel.parent
        self.system, self.machine = kernel.system, kernel.machine

    def prctl(self, option: int, value: int) -> None:
        self.kernel.prctl(option, value)

    def seccomp(self, number: int, program: bytes) -> int:
        return self.kernel.seccomp(number, program)

    def call(self, name: str, *arguments: int | bytes) -> int:
        answer = self.kernel.call(name, *arguments)
        if name != CREATE:
            return answer
        return self.abi if arguments[-1] == 1 else self.ruleset


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM])
def test_a_kernel_without_it_is_no_error(number: int, fake_kernel: "Kernels") -> None:
    kernel = fake_kernel(refusals={CREATE: number})
    assert landlock_abi(kernel) == 0
    assert not restrict(reads=[Path("/usr")], calls=False, kernel=kernel)
    assert not kernel.calls_of(RESTRICT)


def test_a_kernel_that_will_not_say_is_an_error(fake_kernel: "Kernels") -> None:
    with pytest.raises(SealError, match="cannot be asked"):
        landlock_abi(fake_kernel(refusals={CREATE: errno.ENOMEM}))


@pytest.mark.parametrize(
    ("abi", "rights", "words"),
    [(1, 13, 1), (2, 14, 1), (3, 15, 1), (4, 15, 2), (5, 16, 2), (6, 16, 3), (7, 16, 3)],
)
def test_each_version_is_asked_for_all_that_it_knows(
    abi: int, rights: int, words: int, fake_kernel: "Kernels", ruleset: int
) -> None:
    kernel = fake_kernel()
    assert restrict(reads=[], calls=False, kernel=Versions(kernel, abi, ruleset))
    _, (data, size, _) = kernel.calls_of(CREATE)
    assert isinstance(data, bytes)
    assert size == len(data) == 8 * words
    handled = struct.unpack(f"={words}Q", data)
    assert handled[0] == (1 << rights) - 1
    assert handled[1:] == ((3, 3)[: words - 1])
    assert kernel.asked == [(38, 1)]


def test_who_calls_is_not_kept_from_it(fake_kernel: "Kernels", ruleset: int) -> None:
    kernel = fake_kernel()
    restrict(reads=[], calls=True, kernel=Versions(kernel, 7, ruleset))
    data = kernel.calls_of(CREATE)[1][0]
    assert isinstance(data, bytes)
    assert struct.unpack("=3Q", data)[1] == 0


def test_rights_are_given_by_path(fake_kernel: "Kernels", ruleset: int, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    kernel = fake_kernel()
    restrict(
        reads=[tmp_path, file, tmp_path / "absent"],
        writes=[tmp_path],
        calls=False,
        kernel=Versions(kernel, 7, ruleset),
    )
    rules = [arguments[2] for arguments in kernel.calls_of(ADD)]
    given = [struct.unpack("=Qi", rule)[0] for rule in rules if isinstance(rule, bytes)]
    read_file, read_folder = 1 << 2, 1 << 3
    make_device, make_socket, run = 1 << 6 | 1 << 11, 1 << 9, 1
    assert given[:2] == [read_file | read_folder, read_file]
    assert not given[2] & (make_device | make_socket | run)
    assert given[2] & (1 << 1 | 1 << 8 | 1 << 13) == 1 << 1 | 1 << 8 | 1 << 13
    assert len(given) == 3


def test_a_refusal_is_said(fake_kernel: "Kernels", ruleset: int) -> None:
    kernel = fake_kernel(refusals={RESTRICT: errno.E2BIG})
    with pytest.raises(SealError, match="Landlock refused"):
        restrict(reads=[], calls=False, kernel=Versions(kernel, 7, ruleset))


PROBE = """
import sys
from pathlib import Path
from edgekit.confine.landlock import restrict
folder = Path(sys.argv[1])
stands = restrict(reads=[folder / "read"], writes=[folder / "write"], calls=False)
outcomes = [str(stands)]
def tried(what):
    try:
        what()
    except OSError as error:
        return "denied" if error.errno in (1, 13) else str(error)
    return "works"
outcomes.append(tried((folder / "read" / "a").read_text))
outcomes.append(tried(lambda: (folder / "read" / "b").write_text("x")))
outcomes.append(tried(lambda: (folder / "write" / "b").write_text("x")))
outcomes.append(tried((folder / "write" / "b").unlink))
outcomes.append(tried((folder / "key").read_text))
outcomes.append(tried(Path("/etc/passwd").read_text))
print(*outcomes)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_a_real_process_is_left_its_folders(tmp_path: Path) -> None:
    for name in ("read", "write"):
        (tmp_path / name).mkdir()
    (tmp_path / "read" / "a").write_text("x")
    (tmp_path / "key").write_text("x")
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    stands, *outcomes = done.stdout.split()
    if stands == "False":
        pytest.skip("this kernel has no Landlock")
    assert outcomes == ["works", "denied", "works", "works", "denied", "denied"]
