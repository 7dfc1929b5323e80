"""What is tried from within a sealed process: each row an attack that has to be refused.

The arguments are such that a kernel which lets the call through does nothing, or next to nothing,
with it. Numbers: Linux uapi, the same on x86-64 and aarch64.
"""

from collections.abc import Mapping

from edgekit.confine.attempt import Attack, Of, Promise

_AT_CWD = -100
_CREATE, _READ_WRITE, _TRUNCATE = 0o100, 0o2, 0o1000
_EMPTY_PATH = 0x1000
_UNIX, _INET, _INET6, _NETLINK, _PACKET, _VSOCK, _ALG = 1, 2, 10, 16, 17, 40, 38
_STREAM, _DATAGRAM, _RAW = 1, 2, 3
_PRIVATE_ANONYMOUS, _SHARED_ANONYMOUS, _PRIVATE = 0x22, 0x21, 0x02
_READ, _READ_WRITE_MAP, _ALL = 1, 3, 7
_PAGE = 4096
_NOWHERE = b"/nonexistent/edgekit"
_LOCALHOST = b"\x02\x00\x00\x09\x7f\x00\x00\x01" + bytes(8)  # AF_INET, port 9, 127.0.0.1
_ZEROS = bytes(256)
_IMPOSSIBLE_PROCESS = 0x800 | 17  # CLONE_SIGHAND without CLONE_VM: EINVAL once it is looked at

_F, _R, _C = Promise.FILES, Promise.READS, Promise.CALLS
_P, _O, _T = Promise.PROGRAMS, Promise.OTHERS, Promise.TRACES
_W, _S = Promise.WALLS, Promise.SYSTEM

OPENING: tuple[Attack, ...] = (
    Attack(_F, "open a file to write", "openat", (_AT_CWD, Of.FILE, _READ_WRITE)),
    Attack(_F, "make a file", "openat", (_AT_CWD, Of.ABSENT, _CREATE | _READ_WRITE, 0)),
    Attack(_F, "open a file to write, by openat2", "openat2", (_AT_CWD, Of.FILE, _ZEROS, 24)),
    Attack(_F, "make a file, by the old call", "creat", (_NOWHERE, 0)),
    Attack(_F, "make a folder", "mkdirat", (_AT_CWD, _NOWHERE, 0)),
    Attack(_F, "make a device", "mknodat", (_AT_CWD, _NOWHERE, 0, 0)),
    Attack(_F, "rename a file", "renameat2", (_AT_CWD, _NOWHERE, _AT_CWD, _NOWHERE, 0)),
    Attack(_F, "delete a file", "unlinkat", (_AT_CWD, _NOWHERE, 0)),
    Attack(_F, "link a file", "linkat", (_AT_CWD, _NOWHERE, _AT_CWD, _NOWHERE, 0)),
    Attack(_F, "make a symbolic link", "symlinkat", (_NOWHERE, _AT_CWD, _NOWHERE)),
    Attack(_F, "cut a file off", "truncate", (_NOWHERE, 0)),
    Attack(_F, "cut an open file off", "ftruncate", (Of.FREE, 0)),
    Attack(_F, "change a file's mode", "fchmodat", (_AT_CWD, _NOWHERE, 0)),
    Attack(_F, "change an open file's mode", "fchmod", (Of.FREE, 0)),
    Attack(_F, "change a file's owner", "fchownat", (_AT_CWD, _NOWHERE, -1, -1, 0)),
    Attack(_F, "change a file's times", "utimensat", (_AT_CWD, _NOWHERE, 0, 0)),
    Attack(_F, "mark a file with an attribute", "setxattr", (_NOWHERE, b"user.x", b"x", 1, 0)),
    Attack(_F, "mark an open file", "fsetxattr", (Of.FREE, b"user.x", b"x", 1, 0)),
    Attack(_F, "lock a file that others wait for", "flock", (Of.OPEN, 8)),
    Attack(_R, "open a file to read", "openat", (_AT_CWD, Of.FILE, 0)),
    Attack(_R, "open a file by a handle", "open_by_handle_at", (Of.FREE, _ZEROS, 0)),
    Attack(_R, "ask whether a file exists", "faccessat", (_AT_CWD, Of.FILE, 0)),
    Attack(_R, "ask what a file is", "newfstatat", (_AT_CWD, Of.FILE, bytes(256), 0)),
    Attack(_R, "ask what a file is, by statx", "statx", (_AT_CWD, Of.FILE, 0, 0xFFF, bytes(256))),
    Attack(_R, "ask what its own file is", "newfstatat", (Of.OPEN, b"", bytes(256), _EMPTY_PATH)),
    Attack(_R, "read a link", "readlinkat", (_AT_CWD, _NOWHERE, bytes(64), 64)),
    Attack(_R, "list a folder", "getdents64", (Of.FREE, bytes(64), 64)),
    Attack(_R, "watch a folder", "inotify_init1", (0,)),
    Attack(_R, "watch every file", "fanotify_init", (0, 0)),
)
"""Opening and changing files: what the clerk and the herald need some of."""

CALLING: tuple[Attack, ...] = (
    *(
        Attack(_C, f"open a socket: {name}", "socket", (family, kind, 0))
        for name, family, kind in (
            *(("IPv4", _INET, _STREAM), ("IPv4 datagrams", _INET, _DATAGRAM)),
            *(("IPv6", _INET6, _STREAM), ("local", _UNIX, _STREAM)),
            *(("kernel messages", _NETLINK, _RAW), ("raw packets", _PACKET, _RAW)),
            *(("virtual machines", _VSOCK, _STREAM), ("crypto", _ALG, 5)),
        )
    ),
    Attack(_C, "connect", "connect", (Of.FREE, _LOCALHOST, 16)),
    Attack(_C, "send a datagram", "sendto", (Of.FREE, b"x", 1, 0, _LOCALHOST, 16)),
    Attack(_C, "send several at once", "sendmmsg", (Of.FREE, _ZEROS, 1, 0)),
)
"""Calling somebody: who may call at all has done so before its closed list stands."""

BEING_CALLED: tuple[Attack, ...] = (
    Attack(_C, "make a pair of sockets", "socketpair", (_UNIX, _STREAM, 0, bytes(8))),
    Attack(_C, "give itself an address", "bind", (Of.FREE, _LOCALHOST, 16)),
    Attack(_C, "wait for callers", "listen", (Of.FREE, 1)),
    Attack(_C, "take a call", "accept4", (Of.FREE, 0, 0, 0)),
)

ALWAYS: tuple[Attack, ...] = (
    Attack(_P, "start a program", "execve", (_NOWHERE, 0, 0)),
    Attack(_P, "start a program by a descriptor", "execveat", (Of.FREE, b"", 0, 0, _EMPTY_PATH)),
    Attack(_P, "start a process", "clone", (_IMPOSSIBLE_PROCESS, 0, 0, 0, 0)),
    Attack(_P, "start a process, by clone3", "clone3", (_ZEROS, 1)),
    Attack(_P, "map code", "mmap", (0, _PAGE, _ALL, _PRIVATE_ANONYMOUS, -1, 0)),
    Attack(_P, "turn data into code", "mprotect", (0, 0, _ALL)),
    Attack(_P, "turn data into code by a key", "pkey_mprotect", (0, 0, _ALL, -1)),
    Attack(_P, "load a kernel module", "init_module", (0, 0, b"")),
    Attack(_P, "load code into the kernel", "bpf", (5, _ZEROS, 48)),
    Attack(_O, "signal another process", "kill", (Of.VICTIM, 0)),
    Attack(_O, "signal a thread of another", "tgkill", (Of.VICTIM, Of.VICTIM, 0)),
    Attack(_O, "signal a thread by its number", "tkill", (Of.VICTIM, 0)),
    Attack(_O, "queue a signal to another", "rt_sigqueueinfo", (Of.VICTIM, 0, _ZEROS)),
    Attack(_O, "hold on to another process", "pidfd_open", (Of.VICTIM, 0)),
    Attack(_O, "take another's descriptor", "pidfd_getfd", (Of.FREE, 0, 0)),
    Attack(_O, "debug another process", "ptrace", (2, Of.VICTIM, 0, 0)),
    Attack(_O, "read another's memory", "process_vm_readv", (Of.VICTIM, 0, 0, 0, 0, 0)),
    Attack(_O, "write another's memory", "process_vm_writev", (Of.VICTIM, 0, 0, 0, 0, 0)),
    Attack(_O, "read another's limits", "prlimit64", (Of.VICTIM, 7, 0, bytes(16))),
    Attack(_O, "move another to a processor", "sched_setaffinity", (Of.VICTIM, 0, b"")),
    Attack(_O, "slow another down", "setpriority", (3, Of.VICTIM, 19)),
    Attack(_O, "slow another's disk down", "ioprio_set", (1, Of.VICTIM, 0)),
    Attack(_O, "compare itself with another", "kcmp", (Of.VICTIM, Of.VICTIM, 0, 0, 0)),
    Attack(_O, "measure another", "perf_event_open", (_ZEROS, Of.VICTIM, -1, -1, 0)),
    Attack(_O, "advise on another's memory", "process_madvise", (Of.FREE, 0, 0, 0, 0)),
    Attack(_O, "have the kernel signal another", "fcntl", (Of.OPEN, 8, Of.VICTIM)),
    Attack(_O, "choose which signal that is", "fcntl", (Of.OPEN, 10, 9)),
    Attack(_T, "make a file in memory", "memfd_create", (b"x", 0)),
    Attack(_T, "make a secret file in memory", "memfd_secret", (0,)),
    Attack(_T, "share memory, System V", "shmget", (0x7E57, _PAGE, 0)),
    Attack(_T, "attach shared memory", "shmat", (-1, 0, 0)),
    Attack(_T, "make a queue, System V", "msgget", (0x7E57, 0)),
    Attack(_T, "make semaphores", "semget", (0x7E57, 1, 0)),
    Attack(_T, "open a queue, POSIX", "mq_open", (b"edgekit", 0, 0, 0)),
    Attack(_T, "keep a key in the kernel", "add_key", (b"user", b"x", b"x", 1, 0)),
    Attack(_T, "use the kernel's keys", "keyctl", (0, 0, 0, 0, 0)),
    Attack(_W, "take itself out of a debugger's reach no more", "prctl", (4, 1, 0, 0, 0)),
    Attack(_W, "let another debug it", "prctl", (0x59616D61, Of.VICTIM, 0, 0, 0)),
    Attack(_W, "put up a filter of its own", "seccomp", (1, 0, 0)),
    Attack(_W, "gain rights", "capset", (_ZEROS, 0)),
    Attack(_W, "become another user", "setresuid", (-1, -1, -1)),
    Attack(_W, "input and output past filters", "io_uring_setup", (0, _ZEROS)),
    Attack(_W, "handle its own page faults", "userfaultfd", (0,)),
    Attack(_W, "pipe without reading", "splice", (Of.FREE, 0, Of.FREE, 0, 0, 0)),
    Attack(_W, "copy between pipes", "tee", (Of.FREE, Of.FREE, 0, 0)),
    Attack(_W, "copy between files", "copy_file_range", (Of.FREE, 0, Of.FREE, 0, 0, 0)),
    Attack(_W, "move a descriptor to a number that may be written", "dup", (Of.OPEN,)),
    Attack(_W, "the same by dup3", "dup3", (Of.OPEN, Of.PIPE, 1 << 30)),
    Attack(_W, "type into a terminal", "ioctl", (Of.OPEN, 0x5412, b"x")),
    Attack(_S, "mount a folder", "mount", (b"", _NOWHERE, b"none", 0, 0)),
    Attack(_S, "change its root", "chroot", (_NOWHERE,)),
    Attack(_S, "make namespaces", "unshare", (0x1000_0000 | 0x800,)),
    Attack(_S, "enter another's namespaces", "setns", (Of.FREE, 0)),
    Attack(_S, "set the clock", "clock_settime", (0, 0)),
    Attack(_S, "name the machine", "sethostname", (b"", -1)),
    Attack(_S, "restart the machine", "reboot", (0, 0, 0, 0)),
    Attack(_S, "read the kernel's log", "syslog", (3, bytes(64), 64)),
)
"""What none of the processes may."""

KEEPING: tuple[Attack, ...] = (
    Attack(_T, "share memory without a file", "mmap", (0, _PAGE, 3, _SHARED_ANONYMOUS, -1, 0)),
    Attack(_T, "map an open file", "mmap", (0, _PAGE, _READ, _PRIVATE, Of.OPEN, 0)),
    Attack(_T, "let memory be merged with another's", "madvise", (0, 0, 12)),
    Attack(_W, "write to its log", "write", (2, b"x", 1)),
    Attack(_W, "write to another number", "write", (Of.FREE, b"x", 1)),
    Attack(_W, "write at a place", "pwrite64", (Of.PIPE, b"x", 1, 0)),
    Attack(_W, "write from several buffers", "writev", (Of.PIPE, 0, 0)),
    Attack(_W, "make a pipe", "pipe2", (bytes(8), 0)),
    Attack(_W, "copy a descriptor by fcntl", "fcntl", (Of.OPEN, 0, 0)),
    Attack(_W, "watch a descriptor's lease", "fcntl", (Of.OPEN, 1024, 2)),
    Attack(_W, "control a device", "ioctl", (Of.OPEN, 0x8008_5600, bytes(128))),
    Attack(_S, "ask how busy the machine is", "sysinfo", (bytes(128),)),
)
"""What those may not that keep nothing: neither in memory of others, nor by another descriptor."""

SERVING: tuple[Attack, ...] = (*OPENING, *KEEPING)
"""What the page may not besides: it answers who calls, and makes and opens nothing."""

SEEING: tuple[Attack, ...] = (
    *SERVING,
    Attack(_C, "send a message", "sendmsg", (Of.FREE, _ZEROS, 0)),
)
"""What those that have to do with pictures may not besides: eye, fetcher, reviewer."""


HANDED: tuple[Attack, ...] = (
    Attack(_C, "pass on what it was handed", "sendmsg", (Of.FREE, _ZEROS, 0)),
    Attack(_C, "be handed a file on a line of its own", "recvmsg", (Of.FREE, _ZEROS, 0)),
    Attack(_C, "be handed many at once", "recvmmsg", (Of.FREE, _ZEROS, 0, 0, 0)),
    Attack(_W, "control a device that is no port", "ioctl", (Of.OPEN, 0x8008_5600, bytes(128))),
)
"""What the steward may not besides: it takes ports from one line, and gives nothing away."""


def attacks_on(role: str) -> tuple[Attack, ...]:
    """Return what has to be refused to a process of the node.

    Args:
        role: ``eye``, ``fetcher``, ``reviewer``, ``clerk``, ``herald``, ``page``
            or ``steward``.
    """
    return (*_OF_ROLE[role], *CALLING, *BEING_CALLED, *ALWAYS)


_OF_ROLE: Mapping[str, tuple[Attack, ...]] = {
    "eye": SEEING,
    "fetcher": SEEING,
    "reviewer": SEEING,
    "clerk": (),
    "herald": (),
    "page": SERVING,
    "steward": HANDED,
}
