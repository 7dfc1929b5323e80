"""The first process of an emulated arm64 machine: run a whole node, sealed, and have it verified.

Prints what it was told, and a line after ``NODE`` last; the machine is switched off then. Standard
library only: everything else runs as a process of its own, as on any device.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

POWER_OFF = 0x4321FEDC  # LINUX_REBOOT_CMD_POWER_OFF
BIND = 4096  # MS_BIND
MOVE = 8192  # MS_MOVE
UP_FLAGS = 0x1 | 0x40  # IFF_UP, IFF_RUNNING
SITE = Path("/root/edgekit-demo")
FACES = "yunet_n_dynamic"
"""Small enough for an emulated processor: a detector of people takes it longer than an eye may."""


def mount(source: str, place: str, kind: str, flags: int = 0) -> None:
    """Mount, or end."""
    Path(place).mkdir(parents=True, exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode(), place.encode(), kind.encode(), flags, None):
        raise OSError(ctypes.get_errno(), f"mount {place}")


def enter_a_root() -> None:
    """Leave the first root, which cannot be pivoted: a device has one that can."""
    for kind, place in (("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")):
        mount("none", place, kind)
    mount("none", "/new", "tmpfs")
    for part in ("usr", "opt", "lib", "etc", "models"):
        if Path("/", part).is_symlink():
            Path("/new", part).symlink_to(Path("/", part).readlink())
        elif Path("/", part).exists():
            shutil.copytree(Path("/", part), Path("/new", part), symlinks=True)
    for part in ("tmp", "root", "run"):
        Path("/new", part).mkdir()
    for part in ("proc", "sys", "dev"):
        mount(f"/{part}", f"/new/{part}", "none", MOVE)
    os.chdir("/new")
    mount(".", "/", "none", MOVE)
    os.chroot(".")
    os.chdir("/root")
    mount("none", "/dev/shm", "tmpfs")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", UP_FLAGS))  # SIOCSIFFLAGS
    time.clock_settime(time.CLOCK_REALTIME, float(Path("/etc/now").read_text()))
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)


def edgekit(*words: str) -> str:
    """Run it; return its output, or end."""
    places = {"PYTHONPATH": "/opt/packages", "PATH": "/usr/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "edgekit", *words], env=places, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


def proved() -> dict[str, object]:
    """Run the demo, with who looks for faces where there is a model, and verify it."""
    model = Path(f"/models/{FACES}.onnx")
    if model.exists():
        print(edgekit("models", "add", FACES, str(model)))
    print(edgekit("demo", "--seconds", "40"))
    ledger, key = SITE / "data" / "ledger.sqlite", SITE / "keys" / "device.pub.pem"
    verified = edgekit("verify", str(ledger), "--key", str(key)).splitlines()[0]
    log = (SITE / "data" / "node.log").read_text(encoding="utf-8").splitlines()
    return {
        "machine": os.uname().machine,
        "kernel": os.uname().release,
        "sealed": sorted({one.split()[3] for one in log if "seal sealed" in one}),
        "complaints": [one for one in log if " error: " in one],
        "faces": model.exists() and not any("no detector of faces" in one for one in log),
        "verified": verified,
    }


def main() -> None:
    """Be the first process."""
    enter_a_root()
    try:
        with contextlib.suppress(subprocess.CalledProcessError):
            print("NODE", json.dumps(proved()), flush=True)
    finally:
        log = SITE / "data" / "node.log"
        print(log.read_text(encoding="utf-8") if log.exists() else "no log", flush=True)
        libc = ctypes.CDLL(None, use_errno=True)
        libc.sync()
        libc.reboot(POWER_OFF)


main()
