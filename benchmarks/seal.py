"""What the seal withstands, costs, and still lets through.

Every process of a node is attacked from inside; both architectures' programs are run call by call;
sealing is timed, and so is an eye's work with and without it; and what a taken-over eye could still
tell is bounded or measured in bits per second.
"""

import importlib.util
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from channels import channel_claims
from proc_channels import proc_claims
from report import Claim, Peer, arguments, finish

from edgekit.config import Settings
from edgekit.confine.allowance import (
    clerk_allowance,
    eye_allowance,
    fetcher_allowance,
    herald_allowance,
    page_allowance,
    steward_allowance,
)
from edgekit.confine.attacks import attacks_on
from edgekit.confine.attempt import Promise, Target, attempt
from edgekit.confine.bpf import Rule, Verdict, assemble
from edgekit.confine.syscalls import ARCHITECTURES, NEWEST, Architecture
from edgekit.node.trying.demonstration import prepare, scenery
from edgekit.node.walls.audit import attack

HERE = Path(__file__).parent
ROLES = ("eye", "fetcher", "reviewer", "clerk", "herald", "page", "steward")
FRAMES = 15
PID, OUT = 4242, 5
LISTS: tuple[tuple[Rule, ...], ...] = (
    eye_allowance(pid=PID, outs=(OUT,), camera=True),
    fetcher_allowance(pid=PID, out=OUT),
    clerk_allowance(pid=PID, control=OUT),
    herald_allowance(pid=PID, calls=True),
    page_allowance(pid=PID, doors=(OUT + 1,), out=OUT),
    steward_allowance(pid=PID, control=OUT),
)


def attack_claims() -> tuple[list[Claim], frozenset[str]]:
    """Let every role attack its walls; beside it what comes through where there are none.

    Also returned: the roles that were seen not to see others in /proc.
    """
    claims, blind = [], set()
    with tempfile.TemporaryDirectory(prefix="edgekit-") as name:
        settings = Settings.load(prepare(Path(name) / "site", scenery("plaza:4")))
        for role in ROLES:
            findings = list(attack(role, settings))
            faults = [fault for one in findings for fault in one.faults]
            if any(one.promise == Promise.PROCESSES and one.holds for one in findings):
                blind.add(role)
            for fault in faults:
                print(f"{role}: {fault}", file=sys.stderr)
            tried = len(attacks_on(role)) + (3 if role == "clerk" else 4)
            claims.append(
                Claim(
                    claim=f"attacks that come through, of {tried} from inside the sealed {role}",
                    value=len(faults),
                    unit="attacks",
                    target="<= 0",
                    peer=Peer(name="the same without a seal", value=through_without(role, name)),
                )
            )
    return claims, frozenset(blind)


def through_without(role: str, folder: str) -> int:
    """Return how many of a role's attacks get through from a process like any other."""
    code = (
        "import os, subprocess, sys; sys.path.insert(0, sys.argv[1]); import seal;"
        "victim = subprocess.Popen(['/bin/sleep', '60']);"
        "print(seal.count_through(sys.argv[2], sys.argv[3], victim.pid)); victim.kill()"
    )
    path = Path(folder) / "file"
    path.touch()
    done = subprocess.run(  # noqa: S603 -- our own interpreter and words
        [sys.executable, "-c", code, str(HERE), role, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.split()[-1])


def count_through(role: str, file: str, victim: int) -> int:
    """Attack from here, where nothing stands in the way."""
    with Path("/dev/null").open("rb") as nothing, Path("/dev/null").open("wb") as pipe:
        target = Target(victim=victim, file=file, descriptor=nothing.fileno(), pipe=pipe.fileno())
        tried = [attempt(one, target) for one in attacks_on(role)]
    return sum(not one.denied for one in tried)


def program_claims() -> list[Claim]:
    """Run each closed list over every call number of both architectures."""
    spec = importlib.util.spec_from_file_location(
        "interpreter", HERE.parent / "tests" / "confine" / "interpreter.py"
    )
    if spec is None or spec.loader is None:
        return []
    interpreter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(interpreter)
    claims = []
    for architecture in ARCHITECTURES:
        wrong = 0
        for rules in LISTS:
            program = b"".join(
                one.to_bytes()
                for one in assemble(rules, architecture, otherwise=Verdict.NOT_PERMITTED)
            )
            for number in range(601):
                for fill in (0, 1, OUT, PID, 2**32, 2**64 - 1):
                    words = (fill,) * 6
                    said = interpreter.run(
                        program, audit=architecture.audit, number=number, arguments=words
                    )
                    wrong += said != _verdict(rules, architecture, number, words)
        claims.append(
            Claim(
                claim="verdicts not the list's, 601 calls, "
                f"{len(LISTS)} lists, {architecture.machine}",
                value=wrong,
                unit="verdicts",
                target="<= 0",
            )
        )
    return claims


def _verdict(
    rules: Sequence[Rule], architecture: Architecture, number: int, words: Sequence[int]
) -> Verdict:
    if number > NEWEST:
        return Verdict.NO_SUCH_CALL
    for rule in rules:
        if number in [architecture.number(call) for call in rule.calls]:
            groups = [all(t.holds(words[t.argument]) for t in group) for group in rule.when]
            return rule.verdict if not groups or any(groups) else Verdict.NOT_PERMITTED
    return Verdict.NOT_PERMITTED


class Worker:
    """One process that works a block at a time."""

    def __init__(self, how: str) -> None:
        read_fd, self._to = os.pipe()
        from_fd, write_fd = os.pipe()
        self._from = os.fdopen(from_fd, "rb")
        self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and words
            [sys.executable, str(HERE / "seal_worker.py"), how, str(FRAMES)],
            stdin=read_fd,
            stdout=write_fd,
        )
        os.close(read_fd)
        os.close(write_fd)
        self.sealing_ms, self.sealing_cpu_ms, self.plain_ms = (ns / 1e6 for ns in self._read())

    def block(self) -> int:
        """Work one block; return its CPU time in nanoseconds."""
        os.write(self._to, b".")
        return self._read()[0]

    def _read(self) -> list[int]:
        return list(map(int, self._from.readline().split()))

    def end(self) -> None:
        """End it."""
        os.close(self._to)
        self._from.close()
        self._process.wait(20)


def cost_claims(*, pairs: int, blocks: int) -> list[Claim]:
    """Work in pairs of processes, sealed and open, block by block in random order."""
    dice = random.Random(5)
    sealing: list[Worker] = []
    ratios = []
    for _ in range(pairs):
        workers = {how: Worker(how) for how in ("sealed", "open")}
        sealing.append(workers["sealed"])
        for worker in workers.values():
            worker.block()
        for _ in range(blocks):
            order = list(workers)
            dice.shuffle(order)
            took = {how: workers[how].block() for how in order}
            ratios.append(math.log(took["sealed"] / took["open"]))
        for worker in workers.values():
            worker.end()
    low, high = interval(ratios, dice)
    return [
        Claim(
            claim=f"sealing: both filters assembled and put on, median of {pairs}",
            value=statistics.median(one.sealing_ms for one in sealing),
            unit="ms",
            target="<= 5",
        ),
        Claim(
            claim="processor time of the slowest of them",
            value=max(one.sealing_cpu_ms for one in sealing),
            unit="ms",
            target="<= 5",
        ),
        Claim(
            claim="the slowest of them by the clock, others' turns on the processor included",
            value=max(one.sealing_ms for one in sealing),
            unit="ms",
            peer=Peer(
                name="as much plain work in the same processes",
                value=max(one.plain_ms for one in sealing),
            ),
        ),
        Claim(
            claim=f"CPU of an eye's work, sealed over open, {len(ratios)} pairs: upper end of 95 %",
            value=high,
            unit="%",
            target="<= 2",
        ),
        Claim(claim="lower end of it", value=low, unit="%"),
    ]


def interval(ratios: Sequence[float], dice: random.Random) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the median ratio, as per cent above one."""
    medians = sorted(statistics.median(dice.choices(ratios, k=len(ratios))) for _ in range(2000))
    low, high = medians[49], medians[1949]
    return 100 * math.expm1(low), 100 * math.expm1(high)


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__ or "").parse_args()
    quick = options.quick
    claims, blind = attack_claims()
    claims += program_claims()
    claims += cost_claims(pairs=3 if quick else 10, blocks=20 if quick else 40)
    claims += channel_claims(symbols=100 if quick else 400)
    claims += proc_claims(symbols=300 if quick else 1500, closed=blind.__contains__)
    finish("seal", claims, threads=threading.active_count())


if __name__ == "__main__":
    main()
