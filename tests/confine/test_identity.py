"""Turning into another user: in which order, and what stays."""

import errno
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.confine.identity import SUPERVISING, Right, become
from edgekit.errors import SealError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.confine.conftest import FakeKernel

KEEP_CAPABILITIES = 8


def test_groups_go_before_the_user_and_rights_come_last(
    fake_kernel: "Callable[..., FakeKernel]",
) -> None:
    kernel = fake_kernel()
    become(uid=990, gid=991, keeps=SUPERVISING, kernel=kernel)
    assert kernel.asked == [(KEEP_CAPABILITIES, 1)]
    assert [name for name, _ in kernel.called] == ["setgroups", "setresgid", "setresuid", "capset"]
    assert kernel.calls_of("setgroups") == [(0, 0)]
    assert kernel.calls_of("setresgid") == [(991, 991, 991)]
    assert kernel.calls_of("setresuid") == [(990, 990, 990)]
    ((_, data),) = kernel.calls_of("capset")
    kept = sum(1 << right for right in Right)
    assert struct.unpack("=6I", bytes(data)) == (kept, kept, 0, 0, 0, 0)  # type: ignore[arg-type] -- bytes


def test_without_a_right_to_keep_none_is_left(fake_kernel: "Callable[..., FakeKernel]") -> None:
    kernel = fake_kernel()
    become(uid=990, gid=991, kernel=kernel)
    ((_, data),) = kernel.calls_of("capset")
    assert data == bytes(24)


@pytest.mark.parametrize("call", ["setgroups", "setresgid", "setresuid", "capset"])
def test_a_kernel_that_refuses_is_told(fake_kernel: "Callable[..., FakeKernel]", call: str) -> None:
    with pytest.raises(SealError, match="become user 990: Operation not permitted") as caught:
        become(uid=990, gid=991, kernel=fake_kernel(refusals={call: errno.EPERM}))
    assert "start it as root" in str(caught.value.hint)


def test_root_becomes_somebody_who_can_only_look_after_others() -> None:
    if os.geteuid() != 0:
        pytest.skip("not root: nobody else can be become")
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            become(uid=61_800, gid=61_801, keeps=(Right.SIGNAL_ANYBODY,))
            os.write(write, Path("/proc/self/status").read_bytes())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with os.fdopen(read) as said:
        rows = dict(line.rstrip("\n").split(":\t") for line in said if ":\t" in line)
    assert rows["Uid"].split() == ["61800"] * 4
    assert rows["Gid"].split() == ["61801"] * 4
    assert rows["Groups"].strip() == ""
    assert int(rows["CapEff"], 16) == int(rows["CapPrm"], 16) == 1 << Right.SIGNAL_ANYBODY
