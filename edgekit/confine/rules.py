"""The first filter, as a table: what a process of the node may no longer do, and why.

It is put on before any library is loaded and before a picture, model or key is touched. Reading
files, threads, timers, memory and devices that are open go on working; what no rule names is
allowed, so this is the outer of two walls. The inner one is a closed list
(`edgekit.confine.allowance`), put up once everything is loaded.

The numbers are those of Linux on x86-64 and aarch64, where they agree: uapi/asm-generic/fcntl.h,
linux/sched.h, linux/prctl.h, linux/fs.h, asm-generic/ioctls.h.
"""

from enum import StrEnum

from edgekit.confine.bpf import Check, Is, Rule, Verdict

_WRITE_ONLY, _READ_WRITE = 0o1, 0o2
_CHANGING = 0o100 | 0o1000 | 0o2000  # O_CREAT, O_TRUNC, O_APPEND; O_TMPFILE needs write access
_CLONE_THREAD = 0x10000
_SET_DUMPABLE, _SET_MM, _SET_PTRACER = 4, 35, 0x59616D61
_SIGNALLING = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_SIGNALLING_SOCKET = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP: the same by ioctl
_LOCKING = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
_LEASING = (1024, 1026)  # F_SETLEASE, F_NOTIFY: a signal when others touch a file
_EVERY_CONTROL = _SIGNALLING + _LEASING + _LOCKING
_CLOCK_CALLS = ("adjtimex", "clock_adjtime")
_TYPING = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_ATTRIBUTES = (
    *(0x40086602, 0x401C5820),  # FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR
    *(0x40087602, 0x40806685),  # FS_IOC_SETVERSION, FS_IOC_ENABLE_VERITY
)


class Stage(StrEnum):
    """How much is shut, by what the source of frames still has to open.

    Filters add up: go on to a stricter stage by installing it on top.
    """

    FILES = "files"
    """Everything at once: a video file, a folder, a rendered scene."""

    CAMERA_OPEN = "camera_open"
    """A V4L2 device may still be opened for reading and writing; then FILES."""

    STREAM_OPEN = "stream_open"
    """A network camera may still be called, never listened for; then STREAM."""

    STREAM = "stream"
    """FILES, but a connection that is open may still be answered: RTSP is kept alive by send()."""

    PAGE = "page"
    """FILES, but calls may be taken at doors that it was handed: the status page."""

    BOOKS = "books"
    """The clerk: files may be written, nobody may be called."""

    OUTLETS = "outlets"
    """The herald, where an outlet lies on the network: files may be written, others be called."""


_KEEPS_FILES = (Stage.BOOKS, Stage.OUTLETS)
_CALLS = (Stage.STREAM_OPEN, Stage.OUTLETS)


def first_filter(stage: Stage, *, pid: int) -> tuple[Rule, ...]:
    """Return the rules of a stage for the process ``pid``, which may signal itself alone."""
    files = () if stage in _KEEPS_FILES else (*_opening(stage), *_CHANGING_FILES)
    controls = _SIGNALLING + _LEASING if stage in _KEEPS_FILES else _EVERY_CONTROL
    signalled = Rule(
        why="having the kernel signal somebody; locks, which make those wait who may write",
        calls=("fcntl",),
        when=tuple((Check(1, Is.EQUAL, command),) for command in controls),
    )
    being_called = Rule(
        why="being called",
        calls=_OPENING_DOORS if stage is Stage.PAGE else (*_OPENING_DOORS, *_BEHIND_DOORS),
    )
    common = (*_reaching(pid), *_CONDITIONAL, being_called, *_OUTRIGHT)
    return (*files, signalled, *_speaking(stage), *common)


def _opening(stage: Stage) -> tuple[Rule, ...]:
    shut = _WRITE_ONLY | _CHANGING
    if stage is not Stage.CAMERA_OPEN:
        shut |= _READ_WRITE
    return tuple(
        Rule(
            why="opening something to write into it",
            calls=(call,),
            when=((Check(argument, Is.WITH_ANY_BIT, shut),),),
        )
        for call, argument in (("open", 1), ("openat", 2))
    )


def _speaking(stage: Stage) -> tuple[Rule, ...]:
    if stage in _CALLS:
        return ()
    new = Rule(why="reaching anybody by a socket", calls=("socket", "connect", "sendmmsg"))
    # Argument 5 is the length of the address: 0 sends to whom the socket was connected before.
    addressed = ((Check(5, Is.OTHER, 0),),) if stage in (Stage.STREAM, Stage.PAGE) else ()
    sending = Rule(why="sending by a socket", calls=("sendto",), when=addressed)
    # The clerk talks to its supervisor, and gets its pipes, by messages on one socket pair.
    passing = Rule(why="sending, and passing what is open", calls=("sendmsg",))
    return (new, sending) if stage in (Stage.BOOKS, Stage.PAGE) else (new, sending, passing)


def _reaching(pid: int) -> tuple[Rule, ...]:
    """Calls that take a process: only the caller itself."""
    return (
        Rule(
            why="signals to others",
            calls=("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
            when=((Check(0, Is.OTHER, pid),),),
        ),
        Rule(
            why="limits of others",
            calls=("prlimit64",),
            when=((Check(0, Is.OTHER, pid), Check(0, Is.OTHER, 0)),),
        ),
    )


_CONDITIONAL = (
    Rule(
        why="another process: only a thread may be started",
        calls=("clone",),
        when=((Check(0, Is.WITHOUT_ITS_BITS, _CLONE_THREAD),),),
    ),
    Rule(
        why="its flags lie in memory, where a filter cannot look; glibc then takes clone",
        calls=("clone3",),
        verdict=Verdict.NO_SUCH_CALL,
    ),
    Rule(
        why="becoming readable for a debugger, or moving its own memory map",
        calls=("prctl",),
        when=(
            (Check(0, Is.EQUAL, _SET_DUMPABLE), Check(1, Is.OTHER, 0)),
            (Check(0, Is.EQUAL, _SET_MM),),
            (Check(0, Is.EQUAL, _SET_PTRACER),),
        ),
    ),
    Rule(
        why="typing into a terminal; attributes of a file that is open for reading; "
        "having the kernel signal somebody when data comes",
        calls=("ioctl",),
        when=tuple(
            (Check(1, Is.EQUAL, request),)
            for request in (*_TYPING, *_ATTRIBUTES, *_SIGNALLING_SOCKET)
        ),
    ),
)

_CHANGING_FILES = (
    Rule(
        why="changing folders: a name is a message, too",
        calls=(
            *("mknod", "mknodat", "link", "linkat", "symlink", "symlinkat"),
            *("rename", "renameat", "renameat2", "unlink", "unlinkat"),
            *("mkdir", "mkdirat", "rmdir", "truncate"),
        ),
    ),
    Rule(
        why="changing what a file says about itself: mode, owner, attributes, times",
        calls=(
            *("chmod", "fchmod", "fchmodat", "fchmodat2"),
            *("chown", "fchown", "lchown", "fchownat"),
            *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
            *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
            *("utime", "utimes", "utimensat", "futimesat", "file_setattr"),
        ),
    ),
    Rule(why="locks, which make those wait who may write", calls=("flock",)),
    Rule(why="asking the clock how it is set, by the call that sets it", calls=_CLOCK_CALLS),
)

_OPENING_DOORS = ("bind", "accept")
_BEHIND_DOORS = ("socketpair", "listen", "accept4")
"""What a loop that takes calls does with a door that somebody else has opened."""

_OUTRIGHT = (
    Rule(
        why="other programs and processes",
        calls=("execve", "execveat", "uselib", "fork", "vfork"),
    ),
    Rule(
        why="opening by ways whose flags a filter cannot see",
        calls=("openat2", "creat", "open_by_handle_at", "name_to_handle_at"),
    ),
    Rule(
        why="signals by thread or descriptor",
        calls=("tkill", "pidfd_send_signal", "pidfd_open", "pidfd_getfd"),
    ),
    Rule(
        why="other processes' memory",
        calls=(
            *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise"),
            *("process_mrelease", "kcmp", "perf_event_open", "userfaultfd", "bpf"),
        ),
    ),
    Rule(
        why="how fast, where and in which memory others run",
        calls=(
            *("setpriority", "ioprio_set", "sched_setparam", "sched_setscheduler"),
            *("sched_setattr", "sched_setaffinity", "migrate_pages", "move_pages"),
        ),
    ),
    Rule(
        why="keeping or passing things without writing: keys, shared memory, queues, locks",
        calls=(
            *("keyctl", "add_key", "request_key", "memfd_create", "memfd_secret"),
            *("shmget", "shmat", "msgget", "msgsnd", "semget"),
            *("shmctl", "msgctl", "msgrcv", "semctl", "semop", "semtimedop"),
            *("mq_open", "mq_timedsend", "mq_unlink"),
        ),
    ),
    Rule(
        why="input and output past the filter, or without reading",
        calls=(
            *("io_uring_setup", "io_uring_enter", "io_uring_register"),
            *("splice", "tee", "vmsplice", "copy_file_range", "sendfile"),
        ),
    ),
    Rule(
        why="another view of the system",
        calls=(
            *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "move_mount"),
            *("open_tree", "open_tree_attr", "fsopen", "fsconfig", "fsmount", "fspick"),
            *("mount_setattr", "fanotify_init", "quotactl", "quotactl_fd"),
        ),
    ),
    Rule(
        why="the machine itself",
        calls=(
            *("kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module"),
            *("reboot", "swapon", "swapoff", "personality", "acct", "vhangup"),
            *("settimeofday", "clock_settime"),
            *("sethostname", "setdomainname", "iopl", "ioperm"),
        ),
    ),
)
