"""Run a program as on a kernel that lacks something: ``WITHOUT PROGRAM WORD…``.

``seccomp``, ``landlock``, ``namespaces``, a disk that takes ``fsync``, or several, joined by
``+``. A filter that stands before the program answers as such a kernel or container would.
"""

import errno
import os
import platform
import sys
from typing import cast

from edgekit.confine.bpf import Check, Is, Rule, Verdict, assemble
from edgekit.confine.kernel import LinuxKernel
from edgekit.confine.syscalls import ARCHITECTURES

GONE = Verdict.NO_SUCH_CALL
FAILS = cast("Verdict", 0x0005_0000 | errno.EIO)
SET_SECCOMP = 22  # linux/prctl.h
MISSING = {
    "seccomp": (
        Rule(why="no seccomp", calls=("seccomp",), verdict=GONE),
        Rule(
            why="nor by prctl",
            calls=("prctl",),
            verdict=GONE,
            when=((Check(0, Is.EQUAL, SET_SECCOMP),),),
        ),
    ),
    "landlock": (
        Rule(
            why="no Landlock",
            calls=("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"),
            verdict=GONE,
        ),
    ),
    "fsync": (Rule(why="a disk that fails", calls=("fsync", "fdatasync"), verdict=FAILS),),
    "namespaces": (Rule(why="no namespaces", calls=("unshare",)),),
}


def main() -> None:
    """Put up the filter and become the program."""
    rules = [rule for name in sys.argv[1].split("+") for rule in MISSING[name]]
    architecture = next(one for one in ARCHITECTURES if one.machine == platform.machine())
    program = b"".join(one.to_bytes() for one in assemble(rules, architecture))
    kernel = LinuxKernel()
    kernel.prctl(38, 1)
    assert kernel.seccomp(architecture.seccomp, program) == 0
    os.execv(sys.argv[2], sys.argv[2:])


main()
