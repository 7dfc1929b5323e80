"""Installing the first filter on this process: all its threads, now and later, for good.

install(Stage.CAMERA_OPEN)      # no network, programs, processes, files
capture = cv2.VideoCapture(0)
install(Stage.FILES)            # and no further device
"""

from edgekit.confine.bpf import assemble
from edgekit.confine.kernel import Kernel, LinuxKernel
from edgekit.confine.rules import Stage, first_filter
from edgekit.confine.syscalls import ARCHITECTURES, Architecture
from edgekit.errors import SealError

_SET_NO_NEW_PRIVS = 38  # linux/prctl.h


def install(stage: Stage, *, kernel: Kernel | None = None) -> None:
    """Put the filter of this stage on every thread of this process; it cannot be taken off.

    Raises:
        SealError: this system has no seccomp for it, or a thread could not be reached.
    """
    kernel = kernel or LinuxKernel()
    architecture = _architecture(kernel)
    program = assemble(first_filter(stage, pid=kernel.pid), architecture)
    code = b"".join(instruction.to_bytes() for instruction in program)
    try:
        kernel.prctl(_SET_NO_NEW_PRIVS, 1)
        missed = kernel.seccomp(architecture.seccomp, code)
    except OSError as e:
        raise SealError(
            f"seccomp filter refused by the kernel: {e.strerror}",
            hint="use a kernel with CONFIG_SECCOMP_FILTER, as Debian and Raspberry Pi OS have; "
            "in a container, allow the seccomp system call",
        ) from e
    if missed:
        raise SealError(
            f"thread {missed} has a filter of its own, so not every thread is confined",
            hint="install the filter before libraries that bring their own",
        )


def _architecture(kernel: Kernel) -> Architecture:
    if kernel.system != "linux":
        raise SealError(
            f"no seccomp on {kernel.system}: expected Linux",
            hint="run on Linux, or use edgekit's parts without a wall for trying things out",
        )
    for architecture in ARCHITECTURES:
        if architecture.machine == kernel.machine:
            return architecture
    known = " or ".join(architecture.machine for architecture in ARCHITECTURES)
    raise SealError(
        f"no seccomp rules for {kernel.machine}: expected {known}",
        hint="use a 64-bit system: on a Raspberry Pi, 64-bit Raspberry Pi OS",
    )
