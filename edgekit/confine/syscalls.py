"""System call numbers of the two architectures that edgekit runs on.

Source: Linux 6.17, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h;
only the calls that a rule, an attack or edgekit itself names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NEWEST = 469
"""file_setattr (Linux 6.17): what a later kernel adds is unknown here, and refused."""

_TABLE = """
# name x86-64/aarch64; - where the architecture never had it
# what is open
read 0/63   pread64 17/67   preadv 295/69   write 1/64   pwrite64 18/68   writev 20/66
pwritev 296/70   close 3/57   close_range 436/436   lseek 8/62   dup 32/23   dup2 33/-
dup3 292/24   fcntl 72/25   ioctl 16/29   pipe2 293/59   flock 73/32   fsync 74/82
fdatasync 75/83   sync 162/81   syncfs 306/267   ftruncate 77/46   fallocate 285/47
splice 275/76   tee 276/77   vmsplice 278/75   copy_file_range 326/285   sendfile 40/71
# opening
open 2/-   openat 257/56   openat2 437/437   creat 85/-   open_by_handle_at 304/265
name_to_handle_at 303/264   memfd_create 319/279   memfd_secret 447/447
# folders
mknod 133/-   mknodat 259/33   link 86/-   linkat 265/37   symlink 88/-   symlinkat 266/36
rename 82/-   renameat 264/38   renameat2 316/276   unlink 87/-   unlinkat 263/35   mkdir 83/-
mkdirat 258/34   rmdir 84/-   truncate 76/45   chdir 80/49   umask 95/166   getcwd 79/17
getdents64 217/61   readlink 89/-   readlinkat 267/78
# what a file says
stat 4/-   lstat 6/-   fstat 5/80   newfstatat 262/79   statx 332/291   statfs 137/43
fstatfs 138/44   access 21/-   faccessat 269/48   faccessat2 439/439   chmod 90/-   fchmod 91/52
fchmodat 268/53   fchmodat2 452/452   chown 92/-   fchown 93/55   lchown 94/-   fchownat 260/54
setxattr 188/5   lsetxattr 189/6   fsetxattr 190/7   setxattrat 463/463   removexattr 197/14
lremovexattr 198/15   fremovexattr 199/16   removexattrat 466/466   utime 132/-   utimes 235/-
utimensat 280/88   futimesat 261/-   file_setattr 469/469   inotify_init1 294/26
fanotify_init 300/262   quotactl 179/60   quotactl_fd 443/443
# waiting
poll 7/-   ppoll 271/73   select 23/-   pselect6 270/72   epoll_create1 291/20
epoll_ctl 233/21   epoll_wait 232/-   epoll_pwait 281/22   eventfd2 290/19   signalfd4 289/74
timerfd_create 283/85   nanosleep 35/101   clock_nanosleep 230/115   restart_syscall 219/128
# memory
mmap 9/222   mprotect 10/226   pkey_mprotect 329/288   munmap 11/215   mremap 25/216
madvise 28/233   mlock 149/228   munlock 150/229   mlockall 151/230   mincore 27/232
brk 12/214   membarrier 324/283   userfaultfd 323/282
# threads and processes
clone 56/220   clone3 435/435   fork 57/-   vfork 58/-   execve 59/221   execveat 322/281
uselib 134/-   exit 60/93   exit_group 231/94   wait4 61/260   waitid 247/95   futex 202/98
futex_waitv 449/449   set_robust_list 273/99   get_robust_list 274/100   rseq 334/293
sched_yield 24/124   setsid 112/157   setpgid 109/154   personality 135/92   prctl 157/167
seccomp 317/277   capset 126/91   setuid 105/146   setgid 106/144   setresuid 117/147
setresgid 119/149   setgroups 116/159
# signals
kill 62/129   tkill 200/130   tgkill 234/131   rt_sigqueueinfo 129/138
rt_tgsigqueueinfo 297/240   rt_sigaction 13/134   rt_sigprocmask 14/135   rt_sigreturn 15/139
sigaltstack 131/132   pidfd_open 434/434   pidfd_send_signal 424/424   pidfd_getfd 438/438
setitimer 38/103   timer_create 222/107
# other processes
ptrace 101/117   process_vm_readv 310/270   process_vm_writev 311/271   process_madvise 440/440
process_mrelease 448/448   kcmp 312/272   perf_event_open 298/241   bpf 321/280
prlimit64 302/261   setrlimit 160/164   setpriority 141/140   ioprio_set 251/30
sched_setparam 142/118   sched_setscheduler 144/119   sched_setattr 314/274
sched_setaffinity 203/122   sched_getaffinity 204/123   migrate_pages 256/238
move_pages 279/239
# sockets
socket 41/198   socketpair 53/199   connect 42/203   bind 49/200   listen 50/201   accept 43/202
accept4 288/242   sendto 44/206   sendmsg 46/211   sendmmsg 307/269   recvfrom 45/207
recvmsg 47/212   recvmmsg 299/243   shutdown 48/210   getsockopt 55/209   setsockopt 54/208
getsockname 51/204   getpeername 52/205   io_uring_setup 425/425   io_uring_enter 426/426
io_uring_register 427/427
# keys, queues, shared memory
keyctl 250/219   add_key 248/217   request_key 249/218   shmget 29/194   shmat 30/196
shmctl 31/195   msgget 68/186   msgsnd 69/189   msgrcv 70/188   msgctl 71/187   semget 64/190
semop 65/193   semctl 66/191   semtimedop 220/192   mq_open 240/180   mq_timedsend 242/182
mq_unlink 241/181
# knowing
getpid 39/172   getppid 110/173   gettid 186/178   getuid 102/174   geteuid 107/175
getgid 104/176   getegid 108/177   getpriority 140/141   uname 63/160   sysinfo 99/179
syslog 103/116   getrusage 98/165   getrandom 318/278   clock_gettime 228/113
clock_getres 229/114   gettimeofday 96/169
# the system's view and walls
mount 165/40   umount2 166/39   pivot_root 155/41   chroot 161/51   unshare 272/97
setns 308/268   move_mount 429/429   mount_setattr 442/442   open_tree 428/428
open_tree_attr 467/467   fsopen 430/430   fsconfig 431/431   fsmount 432/432   fspick 433/433
statmount 457/457   listmount 458/458   landlock_create_ruleset 444/444
landlock_add_rule 445/445   landlock_restrict_self 446/446
# the machine
kexec_load 246/104   kexec_file_load 320/294   init_module 175/105   finit_module 313/273
delete_module 176/106   reboot 169/142   swapon 167/224   swapoff 168/225   acct 163/89
vhangup 153/58   settimeofday 164/170   clock_settime 227/112   adjtimex 159/171
clock_adjtime 305/266   sethostname 170/161   setdomainname 171/162   iopl 172/-   ioperm 173/-
"""


def _read(table: str) -> Mapping[str, tuple[int | None, int | None]]:
    lines = (line for line in table.splitlines() if not line.startswith("#"))
    words = [word for line in lines for word in line.split()]
    pairs = (numbers.split("/") for numbers in words[1::2])
    columns = (tuple(None if n == "-" else int(n) for n in pair) for pair in pairs)
    return {name: (x, a) for name, (x, a) in zip(words[::2], columns, strict=True)}


NUMBERS: Mapping[str, tuple[int | None, int | None]] = MappingProxyType(_read(_TABLE))
"""Call numbers by name: x86-64, aarch64; None where the architecture never had it."""


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
