"""The closed lists of both architectures, run call by call through an interpreter of our own."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.confine.allowance import (
    clerk_allowance,
    eye_allowance,
    fetcher_allowance,
    herald_allowance,
    page_allowance,
    steward_allowance,
)
from edgekit.confine.attacks import attacks_on
from edgekit.confine.attempt import Of
from edgekit.confine.bpf import Rule, Verdict, assemble
from edgekit.confine.syscalls import AARCH64, ARCHITECTURES, NEWEST, NUMBERS, X86_64, Architecture

_SPEC = importlib.util.spec_from_file_location(
    "interpreter", Path(__file__).with_name("interpreter.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
interpreter = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(interpreter)

PID, OUT, PICTURES, CONTROL, DOOR, MICROPHONE = 4242, 5, 7, 9, 11, 13
LISTS: dict[str, tuple[Rule, ...]] = {
    "eye": eye_allowance(pid=PID, outs=(OUT, PICTURES), camera=False),
    "eye with camera": eye_allowance(pid=PID, outs=(OUT, PICTURES), camera=True),
    "eye with microphone": eye_allowance(
        pid=PID, outs=(OUT, PICTURES), camera=False, microphone=MICROPHONE
    ),
    "fetcher": fetcher_allowance(pid=PID, out=OUT),
    "clerk": clerk_allowance(pid=PID, control=CONTROL),
    "herald": herald_allowance(pid=PID, calls=False),
    "herald that calls": herald_allowance(pid=PID, calls=True),
    "page": page_allowance(pid=PID, doors=(DOOR,), out=OUT),
    "steward": steward_allowance(pid=PID, control=CONTROL),
}
PROGRAMS = {
    (name, architecture): b"".join(
        one.to_bytes() for one in assemble(rules, architecture, otherwise=Verdict.NOT_PERMITTED)
    )
    for name, rules in LISTS.items()
    for architecture in ARCHITECTURES
}
FILLS = (
    0,
    1,
    2,
    3,
    4,
    OUT,
    PICTURES,
    CONTROL,
    DOOR,
    PID,
    0x22,
    0x3D0F00,
    0xC0585611,
    2**32,
    2**64 - 1,
)

each_list = pytest.mark.parametrize("name", LISTS)
each_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda a: a.machine)


def verdict(name: str, architecture: Architecture, call: str | int, *arguments: int) -> int:
    number = architecture.number(call) if isinstance(call, str) else call
    padded = (*arguments, *(0,) * (6 - len(arguments)))
    said: int = interpreter.run(
        PROGRAMS[name, architecture], audit=architecture.audit, number=number, arguments=padded
    )
    return said


def expected(
    name: str, architecture: Architecture, number: int, arguments: Sequence[int]
) -> Verdict:
    """What the list says, read without the assembler."""
    if number > NEWEST:
        return Verdict.NO_SUCH_CALL
    for rule in LISTS[name]:
        if number in [architecture.number(call) for call in rule.calls]:
            groups = [all(t.holds(arguments[t.argument]) for t in group) for group in rule.when]
            return rule.verdict if not groups or any(groups) else Verdict.NOT_PERMITTED
    return Verdict.NOT_PERMITTED


@each_list
@each_architecture
def test_every_number_gets_the_verdict_of_the_list(name: str, architecture: Architecture) -> None:
    for number in range(601):
        for fill in FILLS[::2]:
            said = verdict(name, architecture, number, *(fill,) * 6)
            assert said == expected(name, architecture, number, (fill,) * 6), (number, fill)


@given(
    name=st.sampled_from(sorted(LISTS)),
    architecture=st.sampled_from(ARCHITECTURES),
    number=st.integers(0, 600),
    arguments=st.tuples(*[st.one_of(st.integers(0, 2**64 - 1), st.sampled_from(FILLS))] * 6),
)
def test_arguments_get_the_verdict_of_the_list(
    name: str, architecture: Architecture, number: int, arguments: tuple[int, ...]
) -> None:
    said = verdict(name, architecture, number, *arguments)
    assert said == expected(name, architecture, number, arguments)


@each_list
@each_architecture
def test_a_call_that_no_rule_names_is_refused(name: str, architecture: Architecture) -> None:
    """How many numbers come through at all: a list that grows is noticed."""
    open_numbers = {
        number
        for number in range(NEWEST + 1)
        if any(verdict(name, architecture, number, *(f,) * 6) == Verdict.ALLOW for f in FILLS)
        or number in _conditional(name, architecture)
    }
    named = {architecture.number(c) for rule in LISTS[name] for c in rule.calls} - {None}
    assert open_numbers <= named
    assert len(named) <= {"eye": 50, "eye with camera": 51, "fetcher": 60}.get(name, 90)


def _conditional(name: str, architecture: Architecture) -> set[int | None]:
    return {architecture.number(c) for rule in LISTS[name] if rule.when for c in rule.calls}


@each_list
def test_another_architecture_is_killed(name: str) -> None:
    for architecture, other in ((X86_64, AARCH64), (AARCH64, X86_64)):
        program = PROGRAMS[name, architecture]
        assert interpreter.run(program, audit=other.audit, number=0) == Verdict.KILL
        assert interpreter.run(program, audit=0x40000003, number=0) == Verdict.KILL  # i386
    assert verdict(name, X86_64, 0x40000000) == Verdict.KILL  # x32


@each_list
@each_architecture
def test_every_attack_meets_a_refusal(name: str, architecture: Architecture) -> None:
    role = name.split(maxsplit=1)[0]
    values = {Of.VICTIM: 77, Of.PIPE: OUT, Of.OPEN: 0, Of.FREE: 999, Of.FILE: 1, Of.ABSENT: 1}
    if role in ("clerk", "herald"):
        values[Of.PIPE] = CONTROL
    for attack in attacks_on(role):
        if architecture.number(attack.call) is None:
            continue
        words = [
            values[a] if isinstance(a, Of) else a if isinstance(a, int) else 1
            for a in attack.arguments
        ]
        low = [word & (2**64 - 1) for word in words]
        said = verdict(name, architecture, attack.call, *low)
        assert said in (Verdict.NOT_PERMITTED, Verdict.NO_SUCH_CALL), attack.words


@each_architecture
def test_the_eye_speaks_into_its_pipes_alone(architecture: Architecture) -> None:
    for descriptor in range(64):
        said = verdict("eye", architecture, "write", descriptor)
        assert (said == Verdict.ALLOW) == (descriptor in (OUT, PICTURES))


@each_architecture
def test_a_camera_gives_frames_and_nothing_else(architecture: Architecture) -> None:
    frames = {0xC058560F, 0xC0585611, 0x40045612, 0x40045613}
    asked = {*range(0x5600, 0x5700), *(0xC0585600 + n for n in range(256)), *frames}
    open_requests = {
        request
        for request in asked
        if verdict("eye with camera", architecture, "ioctl", 3, request) == Verdict.ALLOW
    }
    assert open_requests == frames
    assert verdict("eye", architecture, "ioctl", 3, 0xC0585611) == Verdict.NOT_PERMITTED


@each_list
@each_architecture
def test_memory_never_becomes_code_and_of_seeing_ones_never_a_file(
    name: str, architecture: Architecture
) -> None:
    sees = name.startswith(("eye", "fetcher", "page"))
    for protection in range(16):
        code = bool(protection & 4)
        for flags in (0x22, 0x21, 0x02, 0x01, 0x20, 0x03, 0x23):
            said = verdict(name, architecture, "mmap", 0, 4096, protection, flags)
            own = flags & 0x20 and not flags & 0x01
            assert (said == Verdict.ALLOW) == (not code and bool(not sees or own))
        said = verdict(name, architecture, "mprotect", 0, 4096, protection)
        assert (said == Verdict.ALLOW) == (not code)


@each_architecture
def test_a_herald_that_has_called_makes_no_other_call(architecture: Architecture) -> None:
    for name in ("herald", "herald that calls"):
        for family in range(46):
            assert verdict(name, architecture, "socket", family) == Verdict.NOT_PERMITTED
        for call in ("connect", "sendmsg", "sendmmsg", "bind", "listen", "accept4"):
            assert verdict(name, architecture, call, CONTROL) == Verdict.NOT_PERMITTED
    for length in (16, 28, 1):
        said = verdict("herald that calls", architecture, "sendto", 3, 0, 9, 0, 1, length)
        assert said == Verdict.NOT_PERMITTED
    assert verdict("herald that calls", architecture, "sendto", 3, 0, 9) == Verdict.ALLOW
    assert verdict("herald", architecture, "sendto", 3, 0, 9) == Verdict.NOT_PERMITTED


def test_rules_say_why() -> None:
    for rules in LISTS.values():
        assert all(rule.why for rule in rules)
        assert {call for rule in rules for call in rule.calls} <= set(NUMBERS)


@each_architecture
@pytest.mark.parametrize(
    ("descriptor", "request_", "allowed"),
    [
        (MICROPHONE, 0x4140, True),  # SNDRV_PCM_IOCTL_PREPARE
        (MICROPHONE, 0x4142, True),  # SNDRV_PCM_IOCTL_START
        (MICROPHONE, 0x4143, False),  # SNDRV_PCM_IOCTL_DROP
        (MICROPHONE, 0xC2604111, False),  # SNDRV_PCM_IOCTL_HW_PARAMS: another rate, another form
        (MICROPHONE, 0x40184150, False),  # SNDRV_PCM_IOCTL_WRITEI_FRAMES: playing is speaking
        (MICROPHONE, 0x5412, False),  # TIOCSTI
        (0, 0x4142, False),
        (OUT, 0x4140, False),
    ],
)
def test_a_microphone_is_started_and_nothing_else_on_its_own_descriptor_alone(
    architecture: Architecture, descriptor: int, request_: int, *, allowed: bool
) -> None:
    said = verdict("eye with microphone", architecture, "ioctl", descriptor, request_)
    assert (said == Verdict.ALLOW) is allowed
    assert verdict("eye", architecture, "ioctl", descriptor, request_) != Verdict.ALLOW


@each_architecture
def test_a_page_takes_calls_at_its_doors_answers_and_calls_nobody(
    architecture: Architecture,
) -> None:
    for descriptor in range(64):
        for call in ("listen", "accept4"):
            taken = verdict("page", architecture, call, descriptor)
            assert (taken == Verdict.ALLOW) == (descriptor == DOOR)
        written = verdict("page", architecture, "write", descriptor)
        assert (written == Verdict.ALLOW) == (descriptor == OUT)
    assert verdict("page", architecture, "sendto", 12, 1, 1, 0, 1, 0) == Verdict.ALLOW
    assert verdict("page", architecture, "sendto", 12, 1, 1, 0, 1, 16) == Verdict.NOT_PERMITTED
    assert verdict("page", architecture, "setsockopt", 12, 6, 1) == Verdict.ALLOW
    assert verdict("page", architecture, "setsockopt", 12, 1, 26) == Verdict.NOT_PERMITTED
    for call in ("socket", "connect", "bind", "listen", "socketpair", "openat", "dup", "sendmmsg"):
        assert verdict("page", architecture, call, 2, 1, 0) == Verdict.NOT_PERMITTED, call
