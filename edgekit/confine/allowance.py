"""The closed lists: what each sealed process may still do. Whatever no rule names is refused.

    rules = eye_allowance(pid=os.getpid(), outs=(3, 5), camera=True)
    program = assemble(rules, X86_64, otherwise=Verdict.NOT_PERMITTED)

Read a list from the top: each rule says which calls, under which conditions on their arguments,
and what for. The numbers are those of Linux on x86-64 and aarch64, where they agree:
uapi/asm-generic/mman-common.h, uapi/linux/sched.h, uapi/linux/futex.h, uapi/asm-generic/fcntl.h,
uapi/linux/videodev2.h (sizes of 64-bit systems), uapi/sound/asound.h.
"""

from collections.abc import Sequence

from edgekit.confine.bpf import Check, Is, Rule, Verdict

_EXECUTABLE = 0x4  # PROT_EXEC
_SHARED, _ANONYMOUS = 0x1, 0x20  # the lowest bit of MAP_SHARED and MAP_SHARED_VALIDATE; no file
_ADVICE = (4, 8, 10, 14, 15, 16)  # DONTNEED, FREE, DONTFORK, HUGEPAGE, NOHUGEPAGE, DONTDUMP
_NEW_THREAD = (0x3D0F00, 0x7D0F00)  # the flags of pthread_create in glibc and in musl, no others
_PRIVATE, _REALTIME = 128, 256
_WAITING = (0, 1, 3, 4, 5, 9, 10)  # WAIT, WAKE, REQUEUE, CMP_REQUEUE, WAKE_OP, and by a mask
_GET_FD, _GET_FLAGS, _SET_FLAGS = 1, 3, 4
_HARMLESS_FLAGS = 0o4003 | 0o100000 | 0o400000  # O_NONBLOCK; access mode and O_LARGEFILE stay
_LOCKING = (2, 5, 6, 7, 1030)  # F_SETFD, F_GETLK, F_SETLK, F_SETLKW, F_DUPFD_CLOEXEC
_NOT_WAITING = (0x5421, 0x5450, 0x5451, 0x541B)  # FIONBIO, FIONCLEX, FIOCLEX, FIONREAD
_ANSWERING = ((Check(5, Is.EQUAL, 0),),)  # no address: whom the socket is connected with
_NO_DELAY = ((Check(1, Is.EQUAL, 6), Check(2, Is.EQUAL, 1)),)  # IPPROTO_TCP, TCP_NODELAY
_PORT = (
    *(0x5401, 0x5402, 0x5403, 0x5404, 0x5409, 0x540B),  # TCGETS to TCSETSF, TCSBRK, TCFLSH
    *(0x802C542A, 0x402C542B, 0x402C542C, 0x402C542D),  # TCGETS2 to TCSETSF2: any speed
    *(0x540C, 0x540D, 0x5411, 0x5415, 0x5416, 0x5417, 0x5418),  # TIOCEXCL, …, TIOCMGET to TIOCMSET
)
"""What a serial port is set by (asm-generic/ioctls.h)."""
_SET_DUMPABLE = 4
_FRAMES = (0xC058560F, 0xC0585611, 0x40045612, 0x40045613)
"""VIDIOC_QBUF, VIDIOC_DQBUF, VIDIOC_STREAMON, VIDIOC_STREAMOFF: all that capturing needs."""

_SOUND = (0x4140, 0x4142)  # SNDRV_PCM_IOCTL_PREPARE, _START; sound itself comes by read


def any_of(argument: int, values: Sequence[int]) -> tuple[tuple[Check, ...], ...]:
    """Return the condition that an argument has one of these values."""
    return tuple((Check(argument, Is.EQUAL, value),) for value in values)


def may(
    why: str,
    *calls: str,
    when: tuple[tuple[Check, ...], ...] = (),
    verdict: Verdict = Verdict.ALLOW,
) -> Rule:
    """Return a rule that allows these calls, or only under a condition."""
    return Rule(why=why, calls=calls, when=when, verdict=verdict)


def eye_allowance(
    *, pid: int, outs: Sequence[int], camera: bool, microphone: int | None = None
) -> tuple[Rule, ...]:
    """Return what is left to the eye once its source is open and its code is loaded.

    Args:
        pid: the eye.
        outs: numbers of the pipes that it may write to.
        camera: whether its source is a V4L2 device.
        microphone: number of its capture device, under which no call that is left can put another.
    """
    frames = (may("a camera's next frame", "ioctl", when=any_of(1, _FRAMES)),) if camera else ()
    if microphone is not None:
        when = tuple((Check(0, Is.EQUAL, microphone), *one) for one in any_of(1, _SOUND))
        frames = (may("a microphone begins, also after sound was lost", "ioctl", when=when),)
    return (
        may("what is open: the source, the leases", "read", "pread64", "lseek", "fstat", "close"),
        may("speaking, into its pipes alone", "write", when=any_of(0, outs)),
        *frames,
        *inside(pid),
    )


def fetcher_allowance(*, pid: int, out: int) -> tuple[Rule, ...]:
    """Return what is left to the fetcher once its camera on the network has answered.

    Args:
        pid: the fetcher.
        out: number of the pipe to the eye.
    """
    return (
        may("what the camera sends", "read", "fstat", "lseek", "close"),
        *_CALLED,
        may("handing it on, into its pipe alone", "write", when=any_of(0, (out,))),
        *inside(pid),
    )


def clerk_allowance(*, pid: int, control: int) -> tuple[Rule, ...]:
    """Return what is left to the clerk before it reads its key.

    Args:
        pid: the clerk.
        control: number of its line to the supervisor, over which it also gets its pipes.
    """
    return (
        *_FILES,
        may("hearing its supervisor", "recvmsg", "recvfrom", when=any_of(0, (control,))),
        may("answering it", "sendmsg", when=any_of(0, (control,))),
        may("what its clock is worth", "adjtimex", "clock_adjtime"),
        *_inside_with_files(pid),
    )


def herald_allowance(*, pid: int, calls: bool) -> tuple[Rule, ...]:
    """Return what is left to the herald before it takes its first record.

    Args:
        pid: the herald.
        calls: whether it has called a broker on the network, before this list stands.
    """
    return (*_FILES, *(_CALLED if calls else ()), *_inside_with_files(pid))


def page_allowance(*, pid: int, doors: Sequence[int], out: int) -> tuple[Rule, ...]:
    """Return what is left to the status page before it answers anybody.

    Args:
        pid: the page.
        doors: numbers of the sockets that it was handed listening, one at the least.
        out: number of the pipe by which it asks the clerk.
    """
    return (
        may("what it holds open: parcels, calls", "read", "recvfrom", "fstat", "close"),
        may("taking calls, at its own doors alone", "listen", "accept4", when=any_of(0, doors)),
        may("answering whom it was called by, nobody else", "sendto", when=_ANSWERING),
        may("the same from several buffers: no socket of it can call anybody", "sendmsg"),
        may("asking the clerk, by its pipe alone", "write", when=any_of(0, (out,))),
        may("how a call goes", "getsockopt", "shutdown", "getpeername", "getsockname"),
        may("answering at once, no other option of a call", "setsockopt", when=_NO_DELAY),
        may("waiting for several", "epoll_ctl", "epoll_wait", "epoll_pwait"),
        may("whether a call waits", "ioctl", when=any_of(1, _NOT_WAITING)),
        *inside(pid),
    )


def steward_allowance(*, pid: int, control: int) -> tuple[Rule, ...]:
    """Return what is left to the steward before it opens its boards.

    ``control``: number of the line on which it is handed ports that were plugged in again.
    """
    return (
        *_FILES,
        may("being handed ports", "recvmsg", when=any_of(0, (control,))),
        may("a port for itself alone", "flock"),
        may("waking its own threads", "pipe2"),
        *_inside_with_files(pid, controls=_PORT),
    )


def inside(pid: int) -> tuple[Rule, ...]:
    """Return what a process that sees may do within itself: it reaches nobody by it."""
    return (*_WAITS, *_OWN_MEMORY, *_MEMORY, *_THREADS, *_signals(pid), *_KNOWING)


def _inside_with_files(pid: int, *, controls: Sequence[int] = ()) -> tuple[Rule, ...]:
    """``controls``: what else may be set of a device that is open."""
    asked = may(
        "whether a descriptor waits or is inherited; what a serial port is set to",
        "ioctl",
        when=any_of(1, (*_NOT_WAITING, *controls)),
    )
    return (
        *_WAITS_WITH_FILES,
        asked,
        *_FILE_MEMORY,
        *_MEMORY,
        *_THREADS,
        *_signals(pid),
        *_KNOWING,
    )


_SETTING_WAITS = (
    (Check(1, Is.EQUAL, _GET_FD),),
    (Check(1, Is.EQUAL, _GET_FLAGS),),
    (
        Check(1, Is.EQUAL, _SET_FLAGS),
        Check(2, Is.WITHOUT_ITS_BITS, 0xFFFF_FFFF & ~_HARMLESS_FLAGS),
    ),
)
_PASSING_TIME = may("letting time pass", "nanosleep", "clock_nanosleep", "restart_syscall")
_WAITS = (
    may("waiting for what is open", "poll", "ppoll", "select", "pselect6"),
    may("asking and setting whether a descriptor waits", "fcntl", when=_SETTING_WAITS),
    _PASSING_TIME,
)
_WAITS_WITH_FILES = (
    may(
        "waiting for what is open",
        *("poll", "ppoll", "select", "pselect6"),
        *("epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait"),
    ),
    may(
        "the same for files, and locking them",
        "fcntl",
        when=(*_SETTING_WAITS, *any_of(1, _LOCKING)),
    ),
    _PASSING_TIME,
)

_FILES = (
    may(
        "files, as far as its user, Landlock and its own view of folders let it",
        *("open", "openat", "read", "pread64", "write", "pwrite64", "close", "lseek"),
        *("fsync", "fdatasync", "ftruncate", "fallocate"),
        *("stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs"),
        *("access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd"),
        *("rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat"),
    ),
    may("whose files they are", "getuid", "geteuid", "getgid", "getegid"),
)

_CALLED = (
    may("what whom it called says", "recvfrom", "recvmsg"),
    may("answering whom it called, nobody else", "sendto", when=_ANSWERING),
    may("how the call goes", "getsockopt", "shutdown", "getpeername", "getsockname"),
)

_FILE_MEMORY = (
    may(
        "memory, also of files; never executable",
        "mmap",
        when=((Check(2, Is.WITHOUT_ITS_BITS, _EXECUTABLE),),),
    ),
)

_OWN_MEMORY = (
    may(
        "memory of its own: of no file, shared with nobody, never executable",
        "mmap",
        when=(
            (
                Check(2, Is.WITHOUT_ITS_BITS, _EXECUTABLE),
                Check(3, Is.WITHOUT_ITS_BITS, _SHARED),
                Check(3, Is.WITH_ANY_BIT, _ANONYMOUS),
            ),
        ),
    ),
)

_MEMORY = (
    may(
        "data never becomes code",
        "mprotect",
        when=((Check(2, Is.WITHOUT_ITS_BITS, _EXECUTABLE),),),
    ),
    may("giving memory back, or taking more of it", "munmap", "mremap", "brk"),
    may(
        "telling the kernel what memory is for; never that it may be dumped or merged",
        "madvise",
        when=any_of(2, _ADVICE),
    ),
)

_THREADS = (
    may("threads, which are under the same seal", "clone", when=any_of(0, _NEW_THREAD)),
    may(
        "its flags lie in memory, where a filter cannot look; glibc then takes clone",
        "clone3",
        verdict=Verdict.NO_SUCH_CALL,
    ),
    may(
        "locks between threads; none that lends another process its priority",
        "futex",
        when=any_of(
            1,
            [wait | private for wait in _WAITING for private in (0, _PRIVATE)]
            + [9 | _REALTIME, 9 | _PRIVATE | _REALTIME],
        ),
    ),
    may("a thread's own affairs", "set_robust_list", "rseq", "sched_yield", "gettid"),
    may("ending", "exit", "exit_group"),
)

_KNOWING = (
    may("the time", "clock_gettime", "clock_getres", "gettimeofday"),
    may("chance", "getrandom"),
    may("who it is", "getpid", "getppid"),
    may(
        "closing itself to debuggers and core dumps, never opening",
        "prctl",
        when=((Check(0, Is.EQUAL, _SET_DUMPABLE), Check(1, Is.EQUAL, 0)),),
    ),
)


def _signals(pid: int) -> tuple[Rule, ...]:
    return (
        may("signals to itself: abort()", "tgkill", when=((Check(0, Is.EQUAL, pid),),)),
        may(
            "what happens when one comes",
            *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack"),
        ),
    )
