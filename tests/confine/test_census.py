"""What is seen of a process from outside: on made-up /proc folders, and on real children."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from edgekit.confine.census import (
    Census,
    Descriptor,
    census,
    filters_of,
    inherited_by,
    is_sealed,
    require_filtered,
)
from edgekit.errors import SealError

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc needs Linux")

CLEAN = Census(
    pid=7,
    threads=(7, 8),
    seccomp_modes=(2, 2),
    no_new_privs=(True, True),
    descriptors=(
        Descriptor(number=0, target="/dev/null", writable=False),
        Descriptor(number=3, target="pipe:[11]", writable=True),
        Descriptor(number=4, target="anon_inode:[eventpoll]", writable=True),
    ),
    children=(),
    filters=(2, 2),
    shared=(),
    tracer=0,
    user=1000,
)


def _changed(**changes: object) -> Census:
    fields = {name: getattr(CLEAN, name) for name in Census.__slots__}
    return Census(**{**fields, **changes})


def test_a_confined_process_passes() -> None:
    require_filtered(CLEAN, allowed=["pipe:[11]"])


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (_changed(seccomp_modes=(2, 0)), "thread 8 has no filter"),
        (_changed(seccomp_modes=(1, 2)), "thread 7 has no filter"),
        (_changed(no_new_privs=(True, False)), "thread 8 may gain privileges"),
        (_changed(children=(9,)), "it started process 9"),
        (_changed(descriptors=None), "cannot be read"),
        (_changed(tracer=66), "process 66 debugs it"),
        (_changed(shared=("/dev/shm/x",)), "it shares memory: /dev/shm/x"),
        (
            _changed(descriptors=(Descriptor(number=5, target="socket:[3]", writable=True),)),
            r"descriptor 5 leads out: socket:\[3\]",
        ),
    ],
)
def test_what_is_wrong_is_named(seen: Census, said: str) -> None:
    with pytest.raises(SealError, match=said):
        require_filtered(seen, allowed=["pipe:[11]"])


def test_a_filter_of_a_container_is_none_of_ours() -> None:
    require_filtered(CLEAN, allowed=["pipe:[11]"], inherited=1)
    with pytest.raises(SealError, match="thread 7 has no filter"):
        require_filtered(CLEAN, allowed=["pipe:[11]"], inherited=2)
    require_filtered(_changed(filters=(None, None)), allowed=["pipe:[11]"], inherited=2)


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(SealError, match=r"thread 8 has no filter; it started process 9; descr"):
        require_filtered(_changed(seccomp_modes=(2, 0), children=(9,)))


def test_unknown_descriptors_pass_only_when_accepted() -> None:
    require_filtered(_changed(descriptors=None), unknown_descriptors=True)


def _process(proc: Path, pid: int, status: str, parent: int = 1) -> Path:
    home = proc / str(pid)
    for folder in ("fd", "fdinfo", f"task/{pid}"):
        (home / folder).mkdir(parents=True)
    (home / "maps").touch()
    text = f"Name:\tx\nPPid:\t{parent}\n{status}"
    (home / "status").write_text(text)
    (home / "task" / str(pid) / "status").write_text(text)
    return home


def test_a_proc_folder_is_read(tmp_path: Path) -> None:
    said = "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\nTracerPid:\t66\nUid:\t1000\t1000\n"
    home = _process(tmp_path, 7, said)
    (home / "maps").write_text(
        "7f00-7f01 rw-s 00000000 00:05 9   /dev/video0\n"
        "7f02-7f03 r--s 00000000 00:05 9   /usr/lib/cache\n"
        "7f04-7f05 rw-p 00000000 00:00 0\n"
    )
    (home / "task" / "8").mkdir()  # a thread that ended while it was listed
    for number, target, flags in ((0, "/dev/null", "0100000"), (3, "pipe:[11]", "01")):
        (home / "fd" / str(number)).symlink_to(target)
        (home / "fdinfo" / str(number)).write_text(f"pos:\t0\nflags:\t{flags}\n")
    (home / "fd" / "5").symlink_to("/gone")
    _process(tmp_path, 9, "", parent=7)
    _process(tmp_path, 10, "", parent=70)
    (tmp_path / "11").mkdir()
    (tmp_path / "meminfo").touch()
    assert census(7, proc=tmp_path) == Census(
        pid=7,
        threads=(7,),
        seccomp_modes=(2,),
        no_new_privs=(True,),
        descriptors=(
            Descriptor(number=0, target="/dev/null", writable=False),
            Descriptor(number=3, target="pipe:[11]", writable=True),
        ),
        children=(9,),
        filters=(3,),
        shared=("/dev/video0",),
        tracer=66,
        user=1000,
    )
    assert filters_of(7, proc=tmp_path) == 3
    assert filters_of(9, proc=tmp_path) == filters_of(404, proc=tmp_path) == 0
    assert inherited_by(9, proc=tmp_path) == 3
    assert inherited_by(10, proc=tmp_path) == inherited_by(404, proc=tmp_path) == 0


def test_a_closed_list_is_known_by_the_number_of_filters() -> None:
    assert is_sealed(CLEAN, filters=2)
    assert not is_sealed(CLEAN, filters=3)
    assert not is_sealed(_changed(filters=(2, 1)), filters=2)
    assert not is_sealed(_changed(filters=(2, None)), filters=2)


def test_a_kernel_without_seccomp_shows_no_filter(tmp_path: Path) -> None:
    _process(tmp_path, 7, "")
    assert census(7, proc=tmp_path).seccomp_modes == (0,)


def test_a_process_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="process 7 is not there"):
        census(7, proc=tmp_path)


def test_hidden_descriptors_are_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _process(tmp_path, 7, "Seccomp:\t2\nNoNewPrivs:\t1\n")
    listing = Path.iterdir

    def hidden(folder: Path) -> object:
        if folder.name == "fd":
            raise PermissionError(13, "denied")
        return listing(folder)

    monkeypatch.setattr(Path, "iterdir", hidden)
    assert census(7, proc=tmp_path).descriptors is None


CHILD = """
import socket, sys, threading
from edgekit.confine.filter import install
from edgekit.confine.hygiene import begin_clean, hide_memory
from edgekit.confine.rules import Stage
stray = socket.socket()
threading.Thread(target=threading.Event().wait, args=(30,), daemon=True).start()
if "filter" in sys.argv:
    stray.close()
    begin_clean()
    hide_memory()
    install(Stage.FILES)
print("ready", flush=True)
sys.stdin.read()
"""


@linux
def test_a_real_child_is_seen_as_it_is() -> None:
    for arguments in ([], ["filter"]):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            seen = census(child.pid)
            pipe = str(Path(f"/proc/self/fd/{child.stdout.fileno()}").readlink())
            assert len(seen.threads) >= 2
            if arguments:
                require_filtered(seen, allowed=[pipe, os.devnull], unknown_descriptors=True)
            else:
                with pytest.raises(SealError, match=r"has no filter.*leads out: socket:"):
                    require_filtered(seen, allowed=[pipe])
            assert child.pid in census(os.getpid()).children
            child.stdin.close()
