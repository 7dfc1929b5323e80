import errno
import os
import resource
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.confine import hygiene
from edgekit.confine.hygiene import (
    begin_clean,
    drop_capabilities,
    hide_memory,
    keep_memory_private,
    lock_memory,
)
from edgekit.errors import SealError

if TYPE_CHECKING:
    from tests.confine.conftest import FakeKernel

    Kernels = Callable[..., FakeKernel]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


@pytest.fixture(autouse=True)
def _restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(hygiene, "DUMPED", tmp_path / "coredump_filter")
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    mask = os.umask(0o22)
    yield
    os.umask(mask)


def test_memory_is_private_without_a_change_of_files(fake_kernel: "Kernels") -> None:
    kernel = fake_kernel()
    keep_memory_private(kernel=kernel)
    assert kernel.asked == [(4, 0)]
    assert os.umask(0o22) == 0o22


def test_nothing_of_it_is_dumped_and_what_it_makes_opens_for_nobody(
    fake_kernel: "Kernels", monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limit: limits.append((what, limit)))
    begin_clean(kernel=fake_kernel())
    assert limits == [(resource.RLIMIT_CORE, (0, 0))]
    assert os.umask(0o22) == 0o777
    assert hygiene.DUMPED.read_text() == "0"


def test_who_keeps_files_may_open_them(
    fake_kernel: "Kernels", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(hygiene, "DUMPED", tmp_path / "absent" / "coredump_filter")
    begin_clean(keeps_files=True, kernel=fake_kernel())
    assert os.umask(0o22) == 0o22


def test_it_dies_with_its_parent(fake_kernel: "Kernels") -> None:
    kernel = fake_kernel()
    begin_clean(die_with=1, kernel=kernel)
    assert kernel.asked == [(1, 9)]


def test_a_parent_that_has_ended_already_is_said(fake_kernel: "Kernels") -> None:
    with pytest.raises(SealError, match="process 77, has ended"):
        begin_clean(die_with=77, kernel=fake_kernel())


def test_a_kernel_that_refuses_is_said(fake_kernel: "Kernels") -> None:
    with pytest.raises(SealError, match="refused to protect"):
        hide_memory(kernel=fake_kernel(refuses_options=True))


def test_memory_is_locked_as_it_is_touched(fake_kernel: "Kernels") -> None:
    kernel = fake_kernel()
    assert lock_memory(kernel=kernel)
    assert kernel.called == [("mlockall", (7,))]


def test_memory_is_not_locked_where_it_would_run_out(
    fake_kernel: "Kernels", monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(*_: object) -> None:
        raise ValueError("not allowed to raise maximum limit")

    assert not lock_memory(kernel=fake_kernel(refusals={"mlockall": errno.EINVAL}))
    monkeypatch.setattr(resource, "setrlimit", limited)
    kernel = fake_kernel()
    assert not lock_memory(kernel=kernel)
    assert kernel.called == []


@pytest.mark.parametrize(("user", "kept"), [(0, 2), (1000, 0)])
def test_root_keeps_the_right_to_open_files_and_nothing_else(
    user: int, kept: int, fake_kernel: "Kernels", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    kernel = fake_kernel()
    drop_capabilities(kernel=kernel)
    [(header, data)] = kernel.calls_of("capset")
    assert isinstance(header, bytes)
    assert isinstance(data, bytes)
    assert struct.unpack("=Ii", header) == (0x20080522, 0)
    assert struct.unpack("=6I", data) == (kept, kept, 0, 0, 0, 0)


def test_root_of_a_container_may_have_less_to_keep(fake_kernel: "Kernels") -> None:
    kernel = fake_kernel(refusals={"capset": [errno.EPERM, 0]})
    drop_capabilities(kernel=kernel)
    assert kernel.calls_of("capset")[1][1] == bytes(24)


def test_capabilities_that_cannot_be_given_up_are_said(fake_kernel: "Kernels") -> None:
    with pytest.raises(SealError, match="did not take capabilities"):
        drop_capabilities(kernel=fake_kernel(refusals={"capset": errno.EPERM}))


def test_a_real_process_cannot_be_dumped_and_has_given_up_its_rights() -> None:
    code = (
        "import ctypes, os; from edgekit.confine.hygiene import *;"
        "begin_clean(die_with=os.getppid()); lock_memory(); drop_capabilities(); hide_memory();"
        "print(ctypes.CDLL(None).prctl(3)); print(open('/proc/self/status').read());"
        "print(open('/proc/self/coredump_filter').read())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stdout.split("\n")
    assert lines[0] == "0"
    held = next(int(line.split()[1], 16) for line in lines if line.startswith("CapEff:"))
    assert held & ~2 == 0
    assert int(lines[-3] or lines[-2], 16) == 0
