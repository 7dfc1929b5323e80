"""Run in a child: confine it, try what is shut and what stays open, print the outcomes as JSON.

python probes.py STAGE FOLDER [VIDEO [MODEL]]
"""

import ctypes
import errno
import fcntl
import json
import mmap
import os
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort

from edgekit.confine.filter import install
from edgekit.confine.rules import Stage
from edgekit.confine.syscalls import ARCHITECTURES, NUMBERS

LIBC = ctypes.CDLL(None, use_errno=True)
COLUMN = next(a.column for a in ARCHITECTURES if a.machine == os.uname().machine)
FOLDER = Path(sys.argv[2])
READABLE = FOLDER / "readable.txt"
INHERITED, _ = socket.socketpair()


def _require(result: int) -> None:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def _call(name: str, *arguments: int) -> None:
    number = NUMBERS[name][COLUMN]
    assert number is not None
    _require(LIBC.syscall(number, *(ctypes.c_long(a) for a in arguments)))


def _dumpable() -> None:
    _require(LIBC.prctl(4, 1, 0, 0, 0))


def _imwrite() -> None:
    if not cv2.imwrite(str(FOLDER / "x.png"), np.zeros((4, 4, 3), np.uint8)):
        raise PermissionError(1, "not written")


def _open_both_ways() -> None:
    os.close(os.open(READABLE, os.O_RDWR))


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.settimeout(1)
        s.connect(("127.0.0.1", 9))


def _bind() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.bind(("127.0.0.1", 0))


def _readable() -> None:
    assert READABLE.read_text() == "here"


def _thread() -> None:
    done = threading.Event()
    threading.Thread(target=done.set).start()
    assert done.wait(60)


def _attributes() -> None:
    with READABLE.open() as f:
        fcntl.ioctl(f, 0x40086602, b"\0" * 8)


def _generation() -> None:
    with READABLE.open() as f:
        try:
            fcntl.ioctl(f, 0x40087602, b"\1" * 8)  # FS_IOC_SETVERSION
        except OSError as e:
            if e.errno != errno.ENOTTY:  # not every file system has it
                raise


def _lock() -> None:
    with READABLE.open() as f:
        fcntl.flock(f, fcntl.LOCK_EX)


def _lock_part() -> None:
    with READABLE.open() as f:
        fcntl.lockf(f, fcntl.LOCK_SH)


def _lease() -> None:
    with READABLE.open() as f:
        fcntl.fcntl(f, fcntl.F_SETLEASE, fcntl.F_RDLCK)


def _signal_by_pipe() -> None:
    r, _ = os.pipe()
    fcntl.fcntl(r, fcntl.F_SETOWN, os.getppid())


def _signal_by_socket() -> None:
    fcntl.ioctl(INHERITED.fileno(), 0x8901, struct.pack("i", os.getppid()))


def _slow_parent_down() -> None:
    parent = os.getppid()
    os.setpriority(os.PRIO_PROCESS, parent, os.getpriority(os.PRIO_PROCESS, parent))


def _move_parent() -> None:
    os.sched_setaffinity(os.getppid(), os.sched_getaffinity(os.getppid()))


def _own_signal() -> None:
    got: list[int] = []
    signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
    os.kill(os.getpid(), signal.SIGUSR1)
    time.sleep(0.01)
    assert got


def _video() -> None:
    capture = cv2.VideoCapture(sys.argv[3])
    assert capture.read()[0]
    capture.release()


def _pipe() -> None:
    r, w = os.pipe()
    os.write(w, b"x")
    assert os.read(r, 1) == b"x"


PROBES: dict[str, Callable[[], object]] = {
    "read": _readable,
    "thread": _thread,
    "own signal": _own_signal,
    "pipe": _pipe,
    "memory": lambda: mmap.mmap(-1, 4096),
    "random": lambda: os.urandom(8) + os.getrandom(8),
    "open to write": lambda: (FOLDER / "new").write_text("x"),
    "open both ways": _open_both_ways,
    "append": lambda: READABLE.open("a"),
    "np.save": lambda: np.save(FOLDER / "x.npy", np.zeros(3)),
    "cv2.imwrite": _imwrite,
    "own memory": lambda: Path("/proc/self/mem").open("r+b"),  # noqa: SIM115 -- never opens
    "socket inet": lambda: socket.socket(socket.AF_INET).close(),
    "socket unix": lambda: socket.socket(socket.AF_UNIX).close(),
    "socketpair": socket.socketpair,
    "connect": _connect,
    "bind": _bind,
    "subprocess": lambda: subprocess.run(["/bin/true"], check=True),
    "fork": os.fork,
    "execve": lambda: os.execv("/nowhere", ["nowhere"]),
    "memfd": lambda: os.memfd_create("x"),
    "ptrace": lambda: _call("ptrace", 2, 0, 0, 0),  # PTRACE_PEEKDATA of nobody
    "shmget": lambda: _call("shmget", 0, 4096, 0o1600),
    "io_uring": lambda: _call("io_uring_setup", 8, 0),
    "kill parent": lambda: os.kill(os.getppid(), 0),
    "tgkill parent": lambda: _call("tgkill", os.getppid(), os.getppid(), 0),
    "limits of parent": lambda: _call("prlimit64", os.getppid(), 7, 0, 0),
    "dumpable": _dumpable,
    "mkdir": (FOLDER / "d").mkdir,
    "rename": lambda: READABLE.rename(FOLDER / "other"),
    "unlink": READABLE.unlink,
    "chmod": lambda: READABLE.chmod(0o600),
    "utime": lambda: os.utime(READABLE),
    "setxattr": lambda: os.setxattr(READABLE, "user.x", b"y"),
    "attributes": _attributes,
    "generation": _generation,
    "lock": _lock,
    "lock a part": _lock_part,
    "lease": _lease,
    "signal by pipe": _signal_by_pipe,
    "signal by socket": _signal_by_socket,
    "slow parent down": _slow_parent_down,
    "move parent": _move_parent,
    "parent's rank": lambda: _call("ioprio_set", 1, os.getppid(), (2 << 13) | 4),
    "semaphores": lambda: _call("semctl", 0, 0, 19, 0),  # SEM_INFO
}


def outcome(probe: Callable[[], object]) -> str:
    try:
        if probe() == 0 and probe is os.fork:
            os._exit(0)
    except OSError as e:
        return {1: "denied", 13: "denied"}.get(e.errno or 0, f"errno {e.errno}")
    except Exception as e:  # noqa: BLE001 -- the outcome is what is reported
        return repr(e)
    return "works"


def main() -> None:
    READABLE.write_text("here")
    probes = dict(PROBES)
    if len(sys.argv) > 3:
        probes["video"] = _video
    if len(sys.argv) > 4:
        session = ort.InferenceSession(sys.argv[4], providers=["CPUExecutionProvider"])
        entry = session.get_inputs()[0]
        shape = [n if isinstance(n, int) else 1 for n in entry.shape]
        picture = np.zeros(shape, np.float32)
        probes["inference"] = lambda: session.run(None, {entry.name: picture})
    tasks: queue.Queue[Callable[[], object] | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()

    def older() -> None:
        while probe := tasks.get():
            answers.put(outcome(probe))

    thread = threading.Thread(target=older)
    thread.start()
    for stage in sys.argv[1].split("+"):
        if stage != "none":
            install(Stage(stage))
    here = {name: outcome(probe) for name, probe in probes.items()}
    there = {}
    for name in ("open to write", "socket inet", "kill parent", "memfd", "read"):
        tasks.put(probes[name])
        there[name] = answers.get()
    tasks.put(None)
    thread.join()
    print(json.dumps({"here": here, "older thread": there}))


main()
