"""Trying what must not work, from inside a process, by bare system calls.

    tries = [attempt(attack, target) for attack in ATTACKS]

Each attack is formed so that it would do no harm if it were not refused: it aims at nothing that
exists, asks for something impossible, or changes nothing. What counts is how far it comes: a filter
refuses before the kernel looks at any of that.
"""

import errno
import os
from dataclasses import dataclass
from enum import StrEnum

from edgekit.confine.kernel import Kernel, LinuxKernel

_REFUSED = (errno.EPERM, errno.EACCES, errno.ENOSYS)
"""A call that this kernel says it does not have cannot be made either."""

_MISSING = (*_REFUSED, errno.ENOENT, errno.ENOTDIR)


class Promise(StrEnum):
    """What an attack would break, in words for whoever has to answer for the camera."""

    FILES = "it cannot write, make, rename, mark or delete a file"
    READS = "it cannot open a file, nor learn whether one exists"
    CALLS = "it cannot reach a network, nor anybody by a socket"
    PROGRAMS = "it cannot start a program or process, nor turn data into code"
    OTHERS = "it cannot signal, slow down, look into or change another process"
    TRACES = "it cannot leave something for others in memory, keys or queues"
    WALLS = "it cannot take its walls down, nor speak past its pipes"
    SYSTEM = "it cannot change the machine, its clock or its view of it"
    KEY = "it cannot read the device's key"
    CAMERA = "it cannot open a camera"
    PROCESSES = "it does not see other processes"


class Of(StrEnum):
    """Arguments that are known only when an attack is made."""

    VICTIM = "another process of this user"
    FILE = "the path of a file that is there"
    ABSENT = "the path of a file that is not there, in a folder that is"
    OPEN = "a descriptor that is open for reading"
    PIPE = "the descriptor of its pipe"
    FREE = "the number of no descriptor"


Argument = int | bytes | Of


@dataclass(frozen=True, slots=True)
class Attack:
    """One system call that must be refused: what it would break, in words, its arguments."""

    promise: Promise
    words: str
    call: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What attacks aim at.

    Attributes:
        victim: another process of the same user.
        file: a file that its user may write.
        descriptor: something that is open for reading.
        pipe: what it may write to.
    """

    victim: int
    file: str
    descriptor: int
    pipe: int

    def resolve(self, argument: Argument) -> int | bytes:
        """Return the argument's value."""
        if not isinstance(argument, Of):
            return argument
        values: dict[Of, int | bytes] = {
            Of.VICTIM: self.victim,
            Of.FILE: os.fsencode(self.file),
            Of.ABSENT: os.fsencode(self.file) + b".absent",
            Of.OPEN: self.descriptor,
            Of.PIPE: self.pipe,
            Of.FREE: 999,
        }
        return values[argument]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How far an attack came: ``denied``, or what the kernel made of it."""

    promise: Promise
    words: str
    denied: bool
    outcome: str


def attempt(attack: Attack, target: Target, *, kernel: Kernel | None = None) -> Attempt:
    """Make one attack; whatever comes of it is told, nothing is raised."""
    kernel = kernel or LinuxKernel()
    outcome, denied = "worked", False
    try:
        kernel.call(attack.call, *map(target.resolve, attack.arguments))
    except OSError as error:
        denied = error.errno in _REFUSED
        outcome = errno.errorcode.get(error.errno or 0, "failed")
    return Attempt(promise=attack.promise, words=attack.words, denied=denied, outcome=outcome)


def peek(promise: Promise, words: str, path: str) -> Attempt:
    """Try to read a file of which others know that it is there and holds something."""
    outcome, denied = "worked", False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not os.read(descriptor, 1):
                outcome, denied = "empty", True
        finally:
            os.close(descriptor)
    except OSError as error:
        denied = error.errno in _MISSING
        outcome = errno.errorcode.get(error.errno or 0, "failed")
    return Attempt(promise=promise, words=words, denied=denied, outcome=outcome)
