"""System call numbers of the two architectures that edgekit runs on.

Source: Linux 6.17, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h;
only the calls that a rule names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NEWEST = 469
"""file_setattr (Linux 6.17): what a later kernel adds is unknown here, and refused."""

NUMBERS: Mapping[str, tuple[int | None, int | None]] = MappingProxyType(
    {
        # name: (x86-64, aarch64); None where the architecture never had it
        "socket": (41, 198),
        "socketpair": (53, 199),
        "connect": (42, 203),
        "bind": (49, 200),
        "listen": (50, 201),
        "accept": (43, 202),
        "accept4": (288, 242),
        "sendto": (44, 206),
        "sendmsg": (46, 211),
        "sendmmsg": (307, 269),
        "execve": (59, 221),
        "execveat": (322, 281),
        "fork": (57, None),
        "vfork": (58, None),
        "clone": (56, 220),
        "clone3": (435, 435),
        "open": (2, None),
        "openat": (257, 56),
        "openat2": (437, 437),
        "creat": (85, None),
        "open_by_handle_at": (304, 265),
        "name_to_handle_at": (303, 264),
        "mknod": (133, None),
        "mknodat": (259, 33),
        "link": (86, None),
        "linkat": (265, 37),
        "symlink": (88, None),
        "symlinkat": (266, 36),
        "rename": (82, None),
        "renameat": (264, 38),
        "renameat2": (316, 276),
        "unlink": (87, None),
        "unlinkat": (263, 35),
        "mkdir": (83, None),
        "mkdirat": (258, 34),
        "rmdir": (84, None),
        "truncate": (76, 45),
        "chmod": (90, None),
        "fchmod": (91, 52),
        "fchmodat": (268, 53),
        "fchmodat2": (452, 452),
        "chown": (92, None),
        "fchown": (93, 55),
        "lchown": (94, None),
        "fchownat": (260, 54),
        "setxattr": (188, 5),
        "lsetxattr": (189, 6),
        "fsetxattr": (190, 7),
        "setxattrat": (463, 463),
        "removexattr": (197, 14),
        "lremovexattr": (198, 15),
        "fremovexattr": (199, 16),
        "removexattrat": (466, 466),
        "utime": (132, None),
        "utimes": (235, None),
        "utimensat": (280, 88),
        "futimesat": (261, None),
        "file_setattr": (469, 469),
        "kill": (62, 129),
        "tkill": (200, 130),
        "tgkill": (234, 131),
        "rt_sigqueueinfo": (129, 138),
        "rt_tgsigqueueinfo": (297, 240),
        "pidfd_send_signal": (424, 424),
        "pidfd_open": (434, 434),
        "pidfd_getfd": (438, 438),
        "ptrace": (101, 117),
        "process_vm_readv": (310, 270),
        "process_vm_writev": (311, 271),
        "process_madvise": (440, 440),
        "process_mrelease": (448, 448),
        "kcmp": (312, 272),
        "prlimit64": (302, 261),
        "prctl": (157, 167),
        "ioctl": (16, 29),
        "fcntl": (72, 25),
        "perf_event_open": (298, 241),
        "userfaultfd": (323, 282),
        "bpf": (321, 280),
        "keyctl": (250, 219),
        "add_key": (248, 217),
        "request_key": (249, 218),
        "memfd_create": (319, 279),
        "memfd_secret": (447, 447),
        "shmget": (29, 194),
        "shmat": (30, 196),
        "msgget": (68, 186),
        "msgsnd": (69, 189),
        "semget": (64, 190),
        "shmctl": (31, 195),
        "msgctl": (71, 187),
        "msgrcv": (70, 188),
        "semctl": (66, 191),
        "semop": (65, 193),
        "semtimedop": (220, 192),
        "flock": (73, 32),
        "setpriority": (141, 140),
        "ioprio_set": (251, 30),
        "sched_setparam": (142, 118),
        "sched_setscheduler": (144, 119),
        "sched_setattr": (314, 274),
        "sched_setaffinity": (203, 122),
        "migrate_pages": (256, 238),
        "move_pages": (279, 239),
        "mq_open": (240, 180),
        "mq_timedsend": (242, 182),
        "mq_unlink": (241, 181),
        "io_uring_setup": (425, 425),
        "io_uring_enter": (426, 426),
        "io_uring_register": (427, 427),
        "splice": (275, 76),
        "tee": (276, 77),
        "vmsplice": (278, 75),
        "copy_file_range": (326, 285),
        "sendfile": (40, 71),
        "mount": (165, 40),
        "umount2": (166, 39),
        "pivot_root": (155, 41),
        "chroot": (161, 51),
        "unshare": (272, 97),
        "setns": (308, 268),
        "move_mount": (429, 429),
        "open_tree": (428, 428),
        "open_tree_attr": (467, 467),
        "fsopen": (430, 430),
        "fsconfig": (431, 431),
        "fsmount": (432, 432),
        "fspick": (433, 433),
        "mount_setattr": (442, 442),
        "fanotify_init": (300, 262),
        "kexec_load": (246, 104),
        "kexec_file_load": (320, 294),
        "init_module": (175, 105),
        "finit_module": (313, 273),
        "delete_module": (176, 106),
        "reboot": (169, 142),
        "swapon": (167, 224),
        "swapoff": (168, 225),
        "personality": (135, 92),
        "quotactl": (179, 60),
        "quotactl_fd": (443, 443),
        "acct": (163, 89),
        "settimeofday": (164, 170),
        "clock_settime": (227, 112),
        "adjtimex": (159, 171),
        "clock_adjtime": (305, 266),
        "sethostname": (170, 161),
        "setdomainname": (171, 162),
        "iopl": (172, None),
        "ioperm": (173, None),
        "vhangup": (153, 58),
        "uselib": (134, None),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One row of what differs between machines.

    ``machine`` is what ``uname -m`` says; ``audit`` the value of AUDIT_ARCH_* in
    linux/audit.h; ``column`` its place in NUMBERS; ``foreign_from`` the first number of another
    calling convention under the same audit value (x32), or None.
    """

    machine: str
    audit: int
    column: int
    seccomp: int
    foreign_from: int | None

    def number(self, name: str) -> int | None:
        """Return the call's number, or None where this architecture does not have it."""
        return NUMBERS[name][self.column]


X86_64 = Architecture(
    machine="x86_64", audit=0xC000003E, column=0, seccomp=317, foreign_from=0x40000000
)
AARCH64 = Architecture(
    machine="aarch64", audit=0xC00000B7, column=1, seccomp=277, foreign_from=None
)
ARCHITECTURES = (X86_64, AARCH64)
