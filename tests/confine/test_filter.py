"""The filter on real processes, and what is said where it cannot be installed."""

import errno
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from edgekit.confine.allowance import eye_allowance
from edgekit.confine.filter import install, require_filters, seal
from edgekit.confine.kernel import LinuxKernel
from edgekit.confine.rules import Stage
from edgekit.confine.syscalls import ARCHITECTURES
from edgekit.errors import SealError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.confine.conftest import FakeKernel

    Kernels = Callable[..., FakeKernel]
    PutUp = Callable[[FakeKernel], None]

linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {a.machine for a in ARCHITECTURES},
    reason="seccomp needs 64-bit Linux",
)

OPEN = {"read", "thread", "own signal", "pipe", "memory", "random"}
CALLING = {"socket inet", "socket unix"}
LIST = eye_allowance(pid=4242, outs=(5,), camera=False)
PUT_UP: "dict[str, PutUp]" = {
    "first filter": lambda kernel: install(Stage.FILES, kernel=kernel),
    "closed list": lambda kernel: seal(LIST, kernel=kernel),
}


def _probe(stages: str, *arguments: str | Path) -> dict[str, dict[str, str]]:
    command = [sys.executable, str(Path(__file__).with_name("probes.py")), stages]
    done = subprocess.run(
        [*command, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # Else onnxruntime's telemetry holds the end of a process up that may not call anybody.
        env={**os.environ, "ORT_DISABLE_TELEMETRY": "1"},
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, dict[str, str]] = json.loads(done.stdout)
    return answers


def _works(outcomes: dict[str, str]) -> set[str]:
    assert set(outcomes.values()) <= {"works", "denied"}, outcomes
    return {name for name, outcome in outcomes.items() if outcome == "works"}


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "moving.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for value in range(5):
        writer.write(np.full((48, 64, 3), value * 40, np.uint8))
    writer.release()
    return path


@linux
def test_without_a_filter_the_probes_get_through(tmp_path: Path) -> None:
    """Else a denial below would prove nothing."""
    here = _probe("none", tmp_path)["here"]
    through = {"open to write", "np.save", "cv2.imwrite", "socketpair", "fork", "subprocess"}
    through |= {"signal by socket", "slow parent down", "move parent"}
    assert through | OPEN | CALLING <= {name for name, said in here.items() if said == "works"}
    assert {name: here[name] for name in ("connect", "execve")} == {
        "connect": f"errno {errno.ECONNREFUSED}",
        "execve": f"errno {errno.ENOENT}",
    }


@linux
def test_files_shuts_everything_but_reading(tmp_path: Path, video: Path) -> None:
    answers = _probe("files", tmp_path, video)
    assert _works(answers["here"]) == OPEN | {"video"}


@linux
def test_a_thread_that_was_there_before_is_confined_too(tmp_path: Path) -> None:
    assert _works(_probe("files", tmp_path)["older thread"]) == {"read"}


@linux
def test_a_camera_may_be_opened_both_ways_until_files(tmp_path: Path) -> None:
    before = _probe("camera_open", tmp_path)
    assert "open both ways" in _works(before["here"]) <= OPEN | {"open both ways", "own memory"}
    assert _works(_probe("camera_open+files", tmp_path)["here"]) == OPEN


@linux
def test_a_stream_may_be_called_and_never_listened_for(tmp_path: Path) -> None:
    before = _probe("stream_open", tmp_path)["here"]
    assert before.pop("connect") == f"errno {errno.ECONNREFUSED}"
    assert _works(before) == OPEN | CALLING
    for last in ("stream", "files"):
        assert _works(_probe(f"stream_open+{last}", tmp_path)["here"]) == OPEN


@linux
@pytest.mark.shared
def test_inference_goes_on(tmp_path: Path, video: Path, shared_models: Path) -> None:
    model = shared_models / "nanodet_m_416.onnx"
    if not model.is_file():
        pytest.skip("shared model files absent")
    assert _works(_probe("files", tmp_path, video, model)["here"]) == OPEN | {"video", "inference"}


@linux
def test_an_open_stream_may_answer_but_not_address_anybody() -> None:
    code = """
import errno, socket
from edgekit.confine.filter import install
from edgekit.confine.rules import Stage
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
free = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
install(Stage.STREAM_OPEN)
install(Stage.STREAM)
a.send(b"keep alive")
print(b.recv(16).decode())
try:
    free.sendto(b"x", ("127.0.0.1", 9))
except PermissionError:
    print("denied")
install(Stage.FILES)
try:
    a.send(b"x")
except PermissionError:
    print("denied")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["keep alive", "denied", "denied"]


@pytest.mark.parametrize(("machine", "number"), [("x86_64", 317), ("aarch64", 277)])
@pytest.mark.parametrize("put_up", PUT_UP.values(), ids=PUT_UP)
def test_privileges_are_given_up_before_the_filter(
    machine: str, number: int, put_up: "PutUp", fake_kernel: "Kernels"
) -> None:
    kernel = fake_kernel(machine=machine)
    put_up(kernel)
    assert kernel.asked == [(38, 1)]
    [(called, program)] = kernel.installed
    assert called == number
    assert len(program) % 8 == 0


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        ({"system": "darwin"}, "no seccomp on darwin"),
        ({"machine": "riscv64"}, "no seccomp rules for riscv64"),
        ({"machine": "aarch64 in 32 bits"}, "in 32 bits"),
        ({"refuses": errno.ENOSYS}, "refused by the kernel"),
        ({"missed": 77}, "thread 77"),
    ],
)
@pytest.mark.parametrize("put_up", PUT_UP.values(), ids=PUT_UP)
def test_where_it_cannot_be_installed_the_reason_is_said(
    kernel: dict[str, Any], said: str, put_up: "PutUp", fake_kernel: "Kernels"
) -> None:
    with pytest.raises(SealError, match=said) as caught:
        put_up(fake_kernel(**kernel))
    assert caught.value.hint


@linux
def test_the_real_kernel_answers() -> None:
    kernel = LinuxKernel()
    assert (kernel.system, kernel.pid, kernel.parent) == ("linux", os.getpid(), os.getppid())
    assert kernel.machine == platform.machine()
    kernel.prctl(3, 0)  # PR_GET_DUMPABLE
    with pytest.raises(OSError, match="Invalid argument"):
        kernel.prctl(123456, 0)
    getpid = {"x86_64": 39, "aarch64": 172}[kernel.machine]
    assert kernel.seccomp(getpid, b"") == os.getpid()
    with pytest.raises(OSError, match="Function not implemented"):
        kernel.seccomp(100_000, b"\0" * 8)
    assert kernel.call("getpid") == os.getpid()
    with pytest.raises(OSError, match="Bad file descriptor"):
        kernel.call("write", 999, b"x", 1)


@linux
def test_a_call_that_this_architecture_never_had_does_not_exist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    with pytest.raises(OSError, match="Function not implemented"):
        LinuxKernel().call("fork")


def test_whether_it_could_be_installed_is_asked_first(fake_kernel: "Kernels") -> None:
    require_filters(kernel=fake_kernel(refusals={"seccomp": errno.EFAULT}))
    require_filters(kernel=fake_kernel())
    with pytest.raises(SealError, match="refused by the kernel: Operation not permitted"):
        require_filters(kernel=fake_kernel(refusals={"seccomp": errno.EPERM}))
    with pytest.raises(SealError, match="no seccomp on darwin"):
        require_filters(kernel=fake_kernel(system="darwin"))


@linux
def test_asking_the_real_kernel_changes_nothing() -> None:
    require_filters()
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    assert "NoNewPrivs:\t0" in status


@linux
def test_a_process_of_32_bits_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edgekit.confine.kernel.struct.calcsize", lambda _: 4)
    with pytest.raises(SealError, match="in 32 bits"):
        install(Stage.FILES)
