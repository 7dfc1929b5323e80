"""Classic BPF as the kernel's seccomp takes it: a rule table in, a program out.

    program = assemble(first_filter(Stage.FILES, pid=4242), X86_64)
    program = assemble(allowance, X86_64, otherwise=Verdict.NOT_PERMITTED)

Source: Linux Documentation/userspace-api/seccomp_filter.rst, linux/seccomp.h, linux/bpf_common.h.
"""

import errno
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from edgekit.confine.syscalls import NEWEST, Architecture

LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
IF_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
RETURN = 0x06  # BPF_RET | BPF_K

# struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6]
_NUMBER, _AUDIT, _ARGUMENTS = 0, 4, 16
_FARTHEST = 255  # a jump's offset is one byte
_LONGEST = 4096  # BPF_MAXINSNS


class Verdict(IntEnum):
    """What the kernel does with a call: SECCOMP_RET_*, with the errno in the low bits."""

    KILL = 0x8000_0000
    NOT_PERMITTED = 0x0005_0000 | errno.EPERM
    NO_SUCH_CALL = 0x0005_0000 | errno.ENOSYS
    ALLOW = 0x7FFF_0000


class Is(IntEnum):
    """How a check compares the low 32 bits of an argument with its value."""

    EQUAL = 0
    OTHER = 1
    WITH_ANY_BIT = 2
    WITHOUT_ITS_BITS = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: argument 0 to 5, how, with what.

    Only the low half of an argument is looked at: every argument named in a rule is an int or a
    flag word of 32 bits to the kernel.
    """

    argument: int
    relation: Is
    value: int

    def holds(self, value: int) -> bool:
        """Say whether an argument of this value passes."""
        low = value & 0xFFFF_FFFF
        if self.relation in (Is.EQUAL, Is.OTHER):
            return (low == self.value) == (self.relation is Is.EQUAL)
        return bool(low & self.value) == (self.relation is Is.WITH_ANY_BIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What happens to these calls, and why.

    ``when``: any of these groups, of which every check holds; empty means always. Where none holds
    the table's last word applies, as to calls that no rule names.
    """

    why: str
    calls: tuple[str, ...]
    verdict: Verdict = Verdict.NOT_PERMITTED
    when: tuple[tuple[Check, ...], ...] = ()


class Instruction(NamedTuple):
    """One struct sock_filter; a tuple, as some hundreds are made while a process begins."""

    code: int
    if_true: int
    if_false: int
    value: int

    def to_bytes(self) -> bytes:
        """Return the 8 bytes."""
        return struct.pack("=HBBI", self.code, self.if_true, self.if_false, self.value)


def assemble(
    rules: Sequence[Rule], architecture: Architecture, *, otherwise: Verdict = Verdict.ALLOW
) -> tuple[Instruction, ...]:
    """Turn a table of rules into a program for one architecture.

    Args:
        rules: the table.
        architecture: whose call numbers.
        otherwise: what happens to all that no rule speaks of: allowed by a list of what is
            forbidden, not permitted by a list of what is allowed.

    Raises:
        ValueError: a call is named twice, or the program exceeds what BPF can express.
    """
    _require_once(rules)
    program = [
        Instruction(LOAD, 0, 0, _AUDIT),
        Instruction(IF_EQUAL, 1, 0, architecture.audit),
        _give(Verdict.KILL),
        Instruction(LOAD, 0, 0, _NUMBER),
    ]
    if architecture.foreign_from is not None:
        program += [
            Instruction(IF_AT_LEAST, 0, 1, architecture.foreign_from),
            _give(Verdict.KILL),
        ]
    program += [Instruction(IF_AT_LEAST, 0, 1, NEWEST + 1), _give(Verdict.NO_SUCH_CALL)]
    for rule in rules:
        numbers = [architecture.number(call) for call in rule.calls]
        known = [number for number in numbers if number is not None]
        program += _block(rule, known, otherwise)
    program.append(_give(otherwise))
    if len(program) > _LONGEST:
        raise ValueError(f"a filter of {len(program)} instructions: expected at most {_LONGEST}")
    return tuple(program)


def _require_once(rules: Sequence[Rule]) -> None:
    seen: set[str] = set()
    for rule in rules:
        for call in rule.calls:
            if call in seen:
                raise ValueError(f"{call} has two rules: expected one, the second never applies")
            seen.add(call)


def _block(rule: Rule, numbers: list[int], otherwise: Verdict) -> list[Instruction]:
    """Jump into the rule's body if the number is one of these, else past it."""
    if not numbers:
        return []
    body = _body(rule, otherwise)
    if max(len(numbers), len(body)) > _FARTHEST:
        raise ValueError(f"rule {rule.why!r} is too long for one jump")
    last = len(numbers) - 1
    return [
        Instruction(IF_EQUAL, last - place, len(body) if place == last else 0, number)
        for place, number in enumerate(numbers)
    ] + body


def _body(rule: Rule, otherwise: Verdict) -> list[Instruction]:
    if not rule.when:
        return [_give(rule.verdict)]
    body: list[Instruction] = []
    for group in rule.when:
        length = 2 * len(group) + 1
        for place, check in enumerate(group):
            body.append(Instruction(LOAD, 0, 0, _ARGUMENTS + 8 * check.argument))
            onwards = length - 2 * place - 2
            code = IF_EQUAL if check.relation in (Is.EQUAL, Is.OTHER) else IF_ANY_BIT
            jumps = (0, onwards) if check.relation in (Is.EQUAL, Is.WITH_ANY_BIT) else (onwards, 0)
            body.append(Instruction(code, *jumps, check.value))
        body.append(_give(rule.verdict))
    return [*body, _give(otherwise)]


def _give(verdict: Verdict) -> Instruction:
    return Instruction(RETURN, 0, 0, verdict)
