"""The porter starts what its supervisor asks for, and ends what nobody waits for any more."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.confine.rules import Stage
from edgekit.confine.walls import Walls
from edgekit.errors import ConfigError
from edgekit.node.service import door
from edgekit.node.service.door import Lodger, door_of, knock
from edgekit.node.service.porter import is_from

WALLS = Walls(stage=Stage.FILES, reads=(), bare=True).to_word()
# A porter with a door in a folder of the test's, whose processes run a line of the test's.
PORTER = """
import sys
from pathlib import Path
from edgekit.node.service import door
from edgekit.node.service import porter
door.PLACES = Path(sys.argv[1])
porter.command = lambda role, walls, words: [sys.executable, "-I", "-S", "-c", *words]
porter.serve("eye", int(sys.argv[2]))
"""
SAYS_WHAT_IT_HAS = """
import json, os, sys
held = [number for number in range(1024) if os.path.exists(f"/proc/self/fd/{number}")]
os.write(int(sys.argv[1]), json.dumps([held, dict(os.environ), os.getcwd()]).encode())
sys.exit(7)
"""


@pytest.fixture
def eye_door(tmp_path: Path, wait: Callable[..., float]) -> Iterator[Path]:
    """The door of a porter that runs."""
    (tmp_path / "edgekit-eye").mkdir()
    command = [sys.executable, "-c", PORTER, str(tmp_path), str(os.getuid())]
    porter = subprocess.Popen(command)
    path = tmp_path / "edgekit-eye" / "door"
    wait(path.exists, 60)
    yield path
    porter.kill()
    porter.wait()


def start(path: Path, line: str, *fds: int) -> Lodger:
    with Path(os.devnull).open("wb") as log:
        return knock(path, WALLS, [line, *map(str, fds)], pass_fds=fds, log_fd=log.fileno())


def test_it_gets_its_descriptors_under_their_numbers_and_no_others(eye_door: Path) -> None:
    read, write = os.pipe()
    process = start(eye_door, SAYS_WHAT_IT_HAS, write)
    os.close(write)
    assert process.wait(60) == 7
    assert process.poll() == 7
    held, environment, folder = json.loads(os.read(read, 4096))
    assert held == [0, 1, 2, write]
    assert "ORT_DISABLE_TELEMETRY" in environment
    assert not {"PATH", "HOME"} & set(environment)
    assert folder == "/"
    os.close(read)


def test_a_page_gets_the_doors_that_its_porter_opened() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door_:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        read, write = os.pipe()
        program = (
            "from edgekit.node.service import porter; import sys;"
            "python = [sys.executable, '-I', '-S', '-c'];"
            "porter.command = lambda role, walls, words: [*python, *words];"
            "import socket; porter.keep(socket.socket(fileno=int(sys.argv[1])), 'page', "
            "[int(sys.argv[2])])"
        )
        numbers = (theirs.fileno(), door_.fileno())
        porter = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, numbers)], pass_fds=numbers
        )
        theirs.close()
        says = (
            "import os, socket, sys; at = socket.socket(fileno=int(sys.argv[2])).getsockname();"
            "os.write(int(sys.argv[1]), repr(at).encode())"
        )
        packet = json.dumps([WALLS, [says, str(write)], [write]]).encode()
        with Path(os.devnull).open("wb") as log:
            socket.send_fds(ours, [packet], [log.fileno(), write])
        os.close(write)
        with os.fdopen(read, "rb") as said:
            assert said.read() == repr(door_.getsockname()).encode()
        ours.close()
        porter.wait(60)


def test_who_hangs_up_has_it_killed(eye_door: Path) -> None:
    process = start(eye_door, "import time; time.sleep(600)")
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    process.kill()
    assert process.wait(60) == -signal.SIGKILL
    process.kill()


def test_it_goes_with_its_keeper(eye_door: Path) -> None:
    process = start(eye_door, "import time; time.sleep(600)")
    keeper = int(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(keeper, signal.SIGKILL)
    assert process.wait(60) == door.KILLED


def test_what_is_no_request_starts_nothing(eye_door: Path) -> None:
    for packet in (b"[]", b"x", json.dumps([WALLS, [], [4]]).encode()):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
            line.connect(str(eye_door))
            line.send(packet)
            line.settimeout(60)
            assert line.recv(64) == b""
    assert start(eye_door, "").wait(60) == 0


def test_who_calls_and_says_nothing_harms_nobody(eye_door: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.connect(str(eye_door))
        assert start(eye_door, "").wait(60) == 0


def test_only_the_supervisor_and_root_are_let_in() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        assert is_from(ours, os.getuid())
        assert is_from(ours, 12_345) is (os.getuid() == 0)


def test_a_stranger_is_not_let_in(eye_door: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("not root: nobody else can knock")
    eye_door.chmod(0o666)
    child = os.fork()
    if not child:
        answer = b"?"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
            os.chdir(eye_door.parent)
            os.setresuid(61_999, 61_999, 61_999)
            line.connect(eye_door.name)
            line.settimeout(60)
            try:
                line.send(json.dumps([WALLS, ["print()"], []]).encode())
                answer = line.recv(64)
            except OSError:
                answer = b""
        os._exit(len(answer))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_door_that_nobody_opens_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no porter answers at") as caught:
        start(tmp_path / "edgekit-eye" / "door", "")
    assert caught.value.hint == "see: systemctl status edgekit-eye"


def test_a_porter_that_starts_nothing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "door"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(path))
        listening.listen(1)
        child = os.fork()
        if not child:
            line = listening.accept()[0]
            line.recv(65_536)  # it has heard what to start, and starts nothing
            line.close()
            os._exit(0)
        with pytest.raises(ConfigError, match="started nothing"):
            start(path, "")
        os.waitpid(child, 0)


def test_each_role_has_a_door_of_its_own() -> None:
    assert door_of("clerk") == Path("/run/edgekit-clerk/door")
