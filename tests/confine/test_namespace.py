"""Namespaces of a real process, and of systems that give none."""

import errno
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.confine.namespace import withdraw

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.confine.conftest import FakeKernel

    Kernels = Callable[..., FakeKernel]

MOUNTS, USER, NETWORK = 0x0002_0000, 0x1000_0000, 0x4000_0000


def test_root_needs_no_namespace_of_users(fake_kernel: "Kernels") -> None:
    kernel = fake_kernel()
    assert withdraw(offline=True, kernel=kernel) == ("network",)
    assert kernel.called == [("unshare", (NETWORK,))]


def test_others_get_one(fake_kernel: "Kernels") -> None:
    kernel = fake_kernel(refusals={"unshare": [errno.EPERM, 0]})
    assert withdraw(offline=True, kernel=kernel) == ("network",)
    assert kernel.calls_of("unshare") == [(NETWORK,), (NETWORK | USER,)]


def test_where_it_is_forbidden_nothing_is_done(fake_kernel: "Kernels", tmp_path: Path) -> None:
    kernel = fake_kernel(refusals={"unshare": errno.EPERM})
    assert withdraw(offline=True, hides=[tmp_path], kernel=kernel) == ()
    assert not kernel.calls_of("mount")


def test_who_hides_nothing_and_calls_is_left_alone(fake_kernel: "Kernels", tmp_path: Path) -> None:
    kernel = fake_kernel()
    assert withdraw(offline=False, hides=[tmp_path / "absent"], kernel=kernel) == ()
    assert kernel.called == []


def test_files_are_covered_before_folders(fake_kernel: "Kernels", tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch()
    kernel = fake_kernel()
    assert withdraw(offline=False, hides=[tmp_path, file], kernel=kernel) == ("files",)
    assert kernel.calls_of("unshare") == [(MOUNTS,)]
    covered = [arguments[1] for arguments in kernel.calls_of("mount")]
    assert covered == [b"/", str(file.resolve()).encode(), str(tmp_path.resolve()).encode()]


def test_a_system_that_forbids_mounting_still_gives_the_network(
    fake_kernel: "Kernels", tmp_path: Path
) -> None:
    kernel = fake_kernel(refusals={"mount": errno.EACCES})
    assert withdraw(offline=True, hides=[tmp_path], kernel=kernel) == ("network",)


@pytest.mark.parametrize("call", ["unshare", "mount"])
def test_what_nobody_expects_is_not_hidden(
    call: str, fake_kernel: "Kernels", tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="Input/output"):
        withdraw(offline=True, hides=[tmp_path], kernel=fake_kernel(refusals={call: errno.EIO}))


PROBE = """
import sys
from pathlib import Path
from edgekit.confine.namespace import withdraw
folder = Path(sys.argv[1])
done = withdraw(offline=True, hides=[folder / "key", folder / "secrets", Path("/proc")])
print(*done)
print(repr((folder / "key").read_text()), len(list((folder / "secrets").iterdir())))
print(len(list(Path("/proc").iterdir())), (folder / "other").read_text())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_a_real_process_does_not_see_what_is_hidden(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "x").touch()
    for name in ("key", "other"):
        (tmp_path / name).write_text(name)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    if lines[0] != "network files":
        pytest.skip("this system gives no namespaces")
    assert lines[1:] == ["'' 0", "0 other"]
    assert (tmp_path / "key").read_text() == "key"
