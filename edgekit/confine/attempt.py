"""Trying what must not work, from inside a process, by bare system calls.

    tries = [attempt(attack, target) for attack in ATTACKS]

Each attack is formed so that it would do no harm if it were not refused: it aims at nothing that
exists, asks for something impossible, or changes nothing. What counts is how far it comes: a filter
refuses before the kernel looks at any of that.
"""

import errno
from dataclasses import dataclass
from enum import StrEnum

from edgekit.confine.kernel import Kernel

_REFUSED = (errno.EPERM, errno.EACCES)


class Promise(StrEnum):
    """What an attack would break, in the words of `edgekit audit`."""

    WRITES = "it cannot write, make, rename or delete a file, nor mark one"
    READS = "it cannot open a file, nor learn whether one exists"
    CALLS = "it cannot reach a network, nor another process by a socket"
    PROGRAMS = "it cannot start a program or process, nor turn data into code"
    OTHERS = "it cannot signal, slow down, look into or change another process"
    TRACES = "it cannot leave something for others in memory, keys or queues"
    WALLS = "it cannot take its own walls down, nor speak past its pipes"


class Of(StrEnum):
    """Arguments that are known only when an attack is made."""

    VICTIM = "another process of this user"
    FILE = "the path of a file that is there"
    ABSENT = "a path in a folder that is there"
    OPEN = "a descriptor that is open for reading"
    PIPE = "the descriptor of its pipe"
    FREE = "a descriptor that is not open"


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
        file: a file that it may write, as far as its user goes.
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
            Of.FILE: self.file.encode() + b"\0",
            Of.ABSENT: f"{self.file}.absent".encode() + b"\0",
            Of.OPEN: self.descriptor,
            Of.PIPE: self.pipe,
            Of.FREE: 999,
        }
        return values[argument]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How far an attack came: ``denied``, or what the kernel made of it."""

    attack: Attack
    denied: bool
    outcome: str


def attempt(attack: Attack, target: Target, kernel: Kernel) -> Attempt:
    """Make one attack; whatever comes of it is told, nothing is raised."""
    try:
        kernel.call(attack.call, *map(target.resolve, attack.arguments))
    except OSError as error:
        denied = error.errno in _REFUSED or _is_absent(attack, error)
        outcome = "denied" if denied else errno.errorcode.get(error.errno or 0, "failed")
        return Attempt(attack=attack, denied=denied, outcome=outcome)
    return Attempt(attack=attack, denied=False, outcome="worked")


def _is_absent(attack: Attack, error: OSError) -> bool:
    """A call that this architecture never had, or that clone3 is said to be, cannot be made."""
    return error.errno == errno.ENOSYS and bool(attack.call)
