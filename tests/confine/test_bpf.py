"""Both architectures' programs, run call by call through an interpreter of our own."""

import importlib.util
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.confine.bpf import Check, Instruction, Is, Rule, Verdict, assemble
from edgekit.confine.rules import Stage, first_filter
from edgekit.confine.syscalls import AARCH64, ARCHITECTURES, NEWEST, NUMBERS, X86_64, Architecture

_SPEC = importlib.util.spec_from_file_location(
    "interpreter", Path(__file__).with_name("interpreter.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
interpreter = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(interpreter)

PID = 4242
PROGRAMS = {
    (stage, architecture): b"".join(
        instruction.to_bytes()
        for instruction in assemble(first_filter(stage, pid=PID), architecture)
    )
    for stage in Stage
    for architecture in ARCHITECTURES
}
ARGUMENTS = st.one_of(
    st.integers(0, 2**64 - 1),
    st.integers(0, 64),
    st.sampled_from([PID, 0x10000, 0o102, 0o2000, 0x5412, 0x40086602, 0x59616D61, 2**32]),
)
each_stage = pytest.mark.parametrize("stage", Stage)
each_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda a: a.machine)


def _verdict(stage: Stage, architecture: Architecture, number: int, *arguments: int) -> int:
    padded = (*arguments, *(0,) * (6 - len(arguments)))
    verdict: int = interpreter.run(
        PROGRAMS[stage, architecture], audit=architecture.audit, number=number, arguments=padded
    )
    return verdict


def _expected(
    stage: Stage, architecture: Architecture, number: int, arguments: tuple[int, ...]
) -> int:
    """What the table says, read without the assembler."""
    if number > NEWEST:
        return Verdict.NO_SUCH_CALL
    for rule in first_filter(stage, pid=PID):
        if number in [architecture.number(call) for call in rule.calls]:
            groups = [all(t.holds(arguments[t.argument]) for t in group) for group in rule.when]
            return rule.verdict if not groups or any(groups) else Verdict.ALLOW
    return Verdict.ALLOW


@each_stage
@each_architecture
def test_every_number_gets_the_verdict_of_the_table(
    stage: Stage, architecture: Architecture
) -> None:
    for number in range(601):
        for fill in (0, 1, PID, 0o100, 0x10000, 2**32, 2**64 - 1):
            arguments = (fill,) * 6
            assert _verdict(stage, architecture, number, *arguments) == _expected(
                stage, architecture, number, arguments
            )


@given(
    stage=st.sampled_from(Stage),
    architecture=st.sampled_from(ARCHITECTURES),
    number=st.integers(0, 600),
    arguments=st.tuples(*[ARGUMENTS] * 6),
)
def test_arguments_get_the_verdict_of_the_table(
    stage: Stage, architecture: Architecture, number: int, arguments: tuple[int, ...]
) -> None:
    assert _verdict(stage, architecture, number, *arguments) == _expected(
        stage, architecture, number, arguments
    )


@each_stage
@each_architecture
def test_another_architecture_is_killed(stage: Stage, architecture: Architecture) -> None:
    for audit in (0x40000003, 0x40000028, X86_64.audit, AARCH64.audit):  # i386, arm
        verdict = interpreter.run(PROGRAMS[stage, architecture], audit=audit, number=0)
        assert (verdict == Verdict.KILL) == (audit != architecture.audit)


def test_the_x32_numbers_are_killed_on_x86_64() -> None:
    for number in (0x40000000, 0x40000001, 0x40000000 + 520, 2**32 - 1):
        assert _verdict(Stage.FILES, X86_64, number) == Verdict.KILL
        assert _verdict(Stage.FILES, AARCH64, number) == Verdict.NO_SUCH_CALL


@each_architecture
def test_calls_of_a_later_kernel_do_not_exist(architecture: Architecture) -> None:
    assert _verdict(Stage.FILES, architecture, NEWEST) == Verdict.NOT_PERMITTED
    assert _verdict(Stage.FILES, architecture, NEWEST + 1) == Verdict.NO_SUCH_CALL


FILE_FLAGS = [(0, True), (0o2000000, True), (1, False), (2, False), (0o100, False), (0o1000, False)]


@pytest.mark.parametrize(("flags", "allowed"), [*FILE_FLAGS, (0o2000, False), (0o20200000, True)])
def test_files_are_opened_for_reading_alone(flags: int, *, allowed: bool) -> None:
    for architecture in ARCHITECTURES:
        openat = architecture.number("openat")
        assert openat is not None
        verdict = _verdict(Stage.FILES, architecture, openat, 0, 0, flags)
        assert verdict == (Verdict.ALLOW if allowed else Verdict.NOT_PERMITTED)
    assert _verdict(Stage.FILES, X86_64, 2, 0, flags) == verdict


@pytest.mark.parametrize(
    ("flags", "allowed"), [(2, True), (1, False), (3, False), (0o102, False), (0o2002, False)]
)
def test_a_camera_is_opened_without_making_anything(flags: int, *, allowed: bool) -> None:
    wanted = Verdict.ALLOW if allowed else Verdict.NOT_PERMITTED
    assert _verdict(Stage.CAMERA_OPEN, X86_64, 257, 0, 0, flags) == wanted
    assert _verdict(Stage.CAMERA_OPEN, AARCH64, 56, 0, 0, flags) == wanted


@each_stage
def test_only_threads_are_started(stage: Stage) -> None:
    assert _verdict(stage, X86_64, 56, 0x10000 | 0x100) == Verdict.ALLOW
    assert _verdict(stage, X86_64, 56, 17) == Verdict.NOT_PERMITTED
    assert _verdict(stage, X86_64, 435) == Verdict.NO_SUCH_CALL


NEVER = (
    "bind accept execve execveat fork vfork openat2 creat ptrace "
    "process_vm_readv process_vm_writev memfd_create io_uring_setup bpf keyctl mount "
    "pidfd_open pidfd_send_signal tkill shmget mq_open kexec_load setpriority sched_setaffinity"
)
SEEING = (
    "rename renameat2 unlink unlinkat mkdir mkdirat chmod fchmodat fchmodat2 chown fchownat "
    "setxattr setxattrat utime utimensat flock truncate"
)
IN_FILES = "socket connect sendto sendmsg sendmmsg"
BEHIND_DOORS = "socketpair listen accept4"


@each_stage
@each_architecture
def test_what_is_never_allowed(stage: Stage, architecture: Architecture) -> None:
    """A list of its own, so that a rule that goes missing is missed."""
    keeps_files = stage in (Stage.BOOKS, Stage.OUTLETS)
    names = NEVER.split() + ([] if keeps_files else SEEING.split())
    names += IN_FILES.split() if stage is Stage.FILES else []
    names += ["socket", "connect", "sendmmsg"] if stage is Stage.PAGE else BEHIND_DOORS.split()
    for name in names:
        number = architecture.number(name)
        if number is not None:
            assert _verdict(stage, architecture, number) == Verdict.NOT_PERMITTED, name


def test_numbers_are_unique_and_known() -> None:
    for architecture in ARCHITECTURES:
        numbers = [n for n in map(architecture.number, NUMBERS) if n is not None]
        assert len(numbers) == len(set(numbers))
        assert max(numbers) <= NEWEST
    named = {call for stage in Stage for rule in first_filter(stage, pid=1) for call in rule.calls}
    assert named < set(NUMBERS)


HEADERS = {
    X86_64: ("x86_64-linux-gnu/asm/unistd_64.h", r"#define __NR_(\w+) (\d+)"),
    AARCH64: ("asm-generic/unistd.h", r"#define __NR_(\w+)\s+(\d+)"),
}


@each_architecture
def test_numbers_are_those_of_the_kernels_own_headers(architecture: Architecture) -> None:
    name, pattern = HEADERS[architecture]
    header = Path("/usr/include") / name
    if not header.is_file():
        pytest.skip("no kernel headers here")
    official = {call: int(number) for call, number in re.findall(pattern, header.read_text())}
    ours = {call: architecture.number(call) for call in NUMBERS}
    same = {call: number for call, number in ours.items() if official.get(call, number) == number}
    assert same == ours
    assert len(set(ours) & set(official)) > 200


def test_a_call_with_two_rules_is_refused() -> None:
    rule = Rule(why="twice", calls=("kill",))
    with pytest.raises(ValueError, match="kill has two rules"):
        assemble([rule, rule], X86_64)


def test_a_rule_for_calls_that_a_machine_lacks_takes_no_room() -> None:
    with_fork = assemble([Rule(why="x", calls=("fork",))], AARCH64)
    assert with_fork == assemble([], AARCH64)


def test_a_rule_too_long_for_a_jump_is_refused() -> None:
    long = Rule(why="long", calls=("kill",), when=((Check(0, Is.EQUAL, 1),),) * 90)
    with pytest.raises(ValueError, match="too long for one jump"):
        assemble([long], X86_64)


def test_a_program_too_long_for_the_kernel_is_refused() -> None:
    rules = [
        Rule(why="long", calls=(call,), when=((Check(0, Is.EQUAL, 1),),) * 80)
        for call in list(NUMBERS)[:30]
    ]
    with pytest.raises(ValueError, match="at most 4096"):
        assemble(rules, X86_64)


def test_an_instruction_is_eight_bytes_as_in_linux_filter_h() -> None:
    assert Instruction(0x15, 1, 2, 0xC000003E).to_bytes() == bytes.fromhex("15000102 3e0000c0")
