"""Ports that are plugged in again: the supervisor looks for them, and hands them to the steward."""

import errno
import os
import socket
import termios
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edgekit.bridge import port as port_module
from edgekit.bridge.port import Port
from edgekit.errors import ConfigError, LinkLostError
from edgekit.node.control import Message, Word, hear, pair, say
from edgekit.node.processes import ports as ports_module
from edgekit.node.processes.ports import Ports, file_at
from edgekit.node.steward.boards import Boards
from edgekit.node.steward.handed import Handed


@dataclass
class Cable:
    """A pseudo terminal under a name that stays, as udev gives one."""

    path: Path
    ends: list[int] = field(default_factory=list)

    def plug(self) -> None:
        master, slave = os.openpty()
        self.ends = [master, slave]
        self.path.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        self.path.unlink()
        for end in self.ends:
            os.close(end)
        self.ends = []


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    cable = Cable(tmp_path / "port")
    cable.plug()
    yield cable
    if cable.ends:
        cable.unplug()


def held() -> int:
    """How many descriptors this process holds open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def walled(monkeypatch: pytest.MonkeyPatch) -> None:
    """No new file can be opened, as behind the steward's walls."""

    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(port_module.serial, "Serial", refuse)


def test_a_port_that_was_plugged_in_again_is_handed_over_once(cable: Cable) -> None:
    ports = Ports((str(cable.path),))
    ports.look(0.0)  # nobody to hand it to yet
    line = ports.begin()
    line.setblocking(False)
    ports.look(0.0)
    with pytest.raises(BlockingIOError):
        hear(line)  # the same file: the steward opened it itself

    cable.unplug()
    ports.look(1.0)
    cable.plug()
    ports.look(1.1)  # it looks five times a second
    with pytest.raises(BlockingIOError):
        hear(line)
    ports.look(2.0)
    message = hear(line)
    assert message is not None
    assert (message.word, message.text) == (Word.PORT, str(cable.path))
    (descriptor,) = message.descriptors
    assert os.fstat(descriptor).st_rdev == cable.path.stat().st_rdev
    os.close(descriptor)
    ports.look(3.0)
    with pytest.raises(BlockingIOError):
        hear(line)
    line.close()
    ports.close()


def test_what_cannot_be_opened_yet_is_tried_again_and_a_deaf_steward_stops_nobody(
    tmp_path: Path,
) -> None:
    path = tmp_path / "port"
    ports = Ports((str(path),))
    line = ports.begin()
    path.symlink_to(tmp_path / "nowhere")
    assert file_at(str(path)) is None
    path.unlink()
    path.mkdir()  # cannot be opened to write
    ports.look(1.0)
    path.rmdir()
    path.touch()
    ports.look(2.0)
    line.setblocking(False)
    with pytest.raises(BlockingIOError):
        hear(line)  # no port, but a file
    line.close()
    ports.close()


@pytest.mark.parametrize("error", [errno.EAGAIN, errno.EPIPE, errno.ETOOMANYREFS, None])
def test_a_steward_that_takes_nothing_ends_nobody_else(
    cable: Cable, monkeypatch: pytest.MonkeyPatch, error: int | None
) -> None:
    def refuse(*_: object) -> None:
        tried.append(error)
        raise OSError(error, "no")

    ports, tried = Ports((str(cable.path),)), list[int | None]()
    line = ports.begin()
    if error is None:
        line.close()  # it is gone
    else:
        monkeypatch.setattr(ports_module, "say", refuse)
    cable.unplug()
    ports.look(1.0)
    cable.plug()
    before = held()
    ports.look(2.0)
    assert held() == before
    assert tried == ([] if error is None else [error])
    line.close()
    ports.close()


@pytest.mark.usefixtures("walled")
def test_the_steward_uses_what_it_was_handed_where_it_can_open_nothing(cable: Cable) -> None:
    ours, theirs = pair()
    handed = Handed(theirs)
    name = str(cable.path)
    with pytest.raises(LinkLostError, match="Permission denied"):
        handed.open(name)
    for _ in range(2):  # the later one counts
        descriptor = os.open(cable.path, os.O_RDWR | os.O_NOCTTY)
        say(ours, Message(word=Word.PORT, text=name, descriptors=(descriptor,)))
        os.close(descriptor)
    found = file_at(name)
    assert found is not None
    assert handed.knows(name, found)
    opened = handed.open(name, 19_200)
    assert termios.tcgetattr(opened.descriptor)[4] == termios.B19200
    os.write(cable.ends[0], b"hello")
    assert opened.read(60.0, opened.descriptor) == b"hello"
    opened.write(b"back")
    assert os.read(cable.ends[0], 9) == b"back"
    assert handed.knows(name, found)
    opened.close()
    with pytest.raises(LinkLostError):
        handed.open(name)
    say(ours, Message(word=Word.PORT, text=name, descriptors=(cable.ends[1],)))
    handed.turn()
    handed.close()
    handed.close()
    ours.close()


def test_what_the_steward_opened_by_itself_is_not_kept_twice(cable: Cable) -> None:
    ours, theirs = pair()
    handed, name = Handed(theirs), str(cable.path)
    opened = handed.open(name)
    before = held()
    descriptor = os.open(cable.path, os.O_RDWR | os.O_NOCTTY)
    say(ours, Message(word=Word.PORT, text=name, descriptors=(descriptor,)))
    say(ours, Message(word=Word.STOP, descriptors=(descriptor,)))  # not its business
    ours.send(b"{")  # no word at all
    os.close(descriptor)
    handed.turn()
    assert held() == before
    opened.close()
    ours.close()
    handed.turn()
    handed.turn()


def test_a_descriptor_that_is_no_port_is_refused_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    descriptor = os.open(path, os.O_RDWR)
    with pytest.raises(LinkLostError, match="can't be opened"):
        Port(str(path), descriptor=descriptor)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_nobody_hands_anything_over_where_there_is_no_line(cable: Cable) -> None:
    handed = Handed(None)
    handed.turn()
    handed.open(str(cable.path)).close()
    handed.close()


def test_an_output_is_driven_by_one_system_alone() -> None:
    boards = Boards(open_board=lambda _: None, say=print, steady_ms=lambda: 0)  # type: ignore[arg-type,return-value] -- nothing is opened
    boards.claim("a", "fire", [10])
    boards.claim("a", "fire", [10])  # plugged in again
    boards.claim("b", "dispenser", [10])
    with pytest.raises(ConfigError, match="channel 10 of the board at a is driven by fire"):
        boards.claim("a", "dispenser", [9, 10])


def test_a_line_of_the_kernel_keeps_packets_whole() -> None:
    ours, theirs = pair()
    assert ours.type & socket.SOCK_SEQPACKET
    theirs.close()
    ours.close()
