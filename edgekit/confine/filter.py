"""Installing filters on this process: all its threads, now and later, for good.

install(Stage.CAMERA_OPEN)      # no network, programs, processes, files
capture = cv2.VideoCapture(0)
install(Stage.FILES)            # and no further device
seal(eye_allowance(pid=os.getpid(), outs=(5,), camera=True))    # and nothing but what is listed

Filters add up: a call has to pass all of them.
"""

import errno
from collections.abc import Sequence

from edgekit.confine.bpf import Rule, Verdict, assemble
from edgekit.confine.kernel import Kernel, LinuxKernel, require_architecture
from edgekit.confine.rules import Stage, first_filter
from edgekit.errors import SealError

_SET_NO_NEW_PRIVS = 38  # linux/prctl.h
_SET_MODE_FILTER = 1  # linux/seccomp.h


def install(stage: Stage, *, kernel: Kernel | None = None) -> None:
    """Put the filter of this stage on every thread of this process; it cannot be taken off.

    Raises:
        SealError: this system has no seccomp for it, or a thread could not be reached.
    """
    kernel = kernel or LinuxKernel()
    _put_up(first_filter(stage, pid=kernel.pid), Verdict.ALLOW, kernel)


def seal(allowance: Sequence[Rule], *, kernel: Kernel | None = None) -> None:
    """Leave every thread of this process what the list allows, and nothing else, for good.

    Raises:
        SealError: as `install`.
    """
    _put_up(allowance, Verdict.NOT_PERMITTED, kernel or LinuxKernel())


def require_filters(*, kernel: Kernel | None = None) -> None:
    """Ask whether filters can be installed here at all; nothing changes by it.

    Raises:
        SealError: with the reason, if not.
    """
    kernel = kernel or LinuxKernel()
    require_architecture(kernel)
    try:
        kernel.call("seccomp", _SET_MODE_FILTER, 0, 0)
    except OSError as e:
        if e.errno != errno.EFAULT:  # seccomp(2): "the filter is no valid address" comes last
            raise _refused(e) from e


def _refused(error: OSError) -> SealError:
    return SealError(
        f"seccomp filter refused by the kernel: {error.strerror}",
        hint="use a kernel with CONFIG_SECCOMP_FILTER, as Debian and Raspberry Pi OS have; "
        "in a container, allow the seccomp system call",
    )


def _put_up(rules: Sequence[Rule], otherwise: Verdict, kernel: Kernel) -> None:
    architecture = require_architecture(kernel)
    program = assemble(rules, architecture, otherwise=otherwise)
    code = b"".join(instruction.to_bytes() for instruction in program)
    try:
        kernel.prctl(_SET_NO_NEW_PRIVS, 1)
        missed = kernel.seccomp(architecture.seccomp, code)
    except OSError as e:
        raise _refused(e) from e
    if missed:
        raise SealError(
            f"thread {missed} has a filter of its own, so not every thread is confined",
            hint="install the filter before libraries that bring their own",
        )
