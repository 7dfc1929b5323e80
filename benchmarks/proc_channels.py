"""What a process shows of itself in /proc, as a way to tell something; part of seal.py.

A sender changes the size of its memory, its number of threads or how busy it is, by a clock that
both know; a reader looks at /proc. What came over is counted in bits per second: where nothing
hides it, and from behind what does. The timing of messages on a pipe is measured the same way.
"""

import math
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from report import Claim

from edgekit.confine.kernel import LinuxKernel

START_S = 1.0
NEW_MOUNTS, PRIVATE, RECURSIVE = 0x0002_0000, 1 << 18, 16384
STRANGER = 61_899
SENDER = """
import mmap, os, sys, threading, time
what, start, step, word = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
area, page = mmap.mmap(-1, 16 << 20), mmap.PAGESIZE
for n, digit in enumerate(word):
    begin, until, value = start + n * step, start + (n + 1) * step, int(digit, 36)
    time.sleep(max(0, begin - time.monotonic()))
    if what == "memory":
        area.madvise(mmap.MADV_DONTNEED)
        for one in range(value * 8):
            area[one * page] = 1
    elif what == "threads":
        halt = threading.Event()
        for _ in range(value):
            threading.Thread(target=halt.wait).start()
        time.sleep(max(0, until - step / 4 - time.monotonic()))
        halt.set()
    elif what == "timing":
        time.sleep(max(0, begin + step * (value + 0.5) / 16 - time.monotonic()))
        os.write(1, b".")
    while value and what == "busy" and time.monotonic() < until - step / 8:
        pass
"""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that shows: how many values it takes, for how long each, where it is read."""

    what: str
    words: str
    values: int
    step_s: float
    file: str
    read: Callable[[str], float]


WAYS = (
    Way("memory", "the size of its memory", 16, 0.004, "statm", lambda t: int(t.split()[1])),
    Way(
        *("threads", "its number of threads", 4, 0.02, "status"),
        lambda t: int(t.partition("Threads:")[2].split()[0]),
    ),
    Way("busy", "its time on the processor", 2, 0.01, "schedstat", lambda t: int(t.split()[0])),
)


def bits(sent: Sequence[int], got: Sequence[int]) -> float:
    """Return how much a symbol that was got tells of the one sent, with Miller and Madow's term."""
    total = len(sent)
    pairs, left, right = Counter(zip(sent, got, strict=True)), Counter(sent), Counter(got)
    told = sum(
        n / total * math.log2(n * total / (left[a] * right[b])) for (a, b), n in pairs.items()
    )
    excess = (len(pairs) - len(left) - len(right) + 1) / (2 * total * math.log(2))
    return max(0.0, told - excess)


def ranks(seen: Sequence[float], sent: Sequence[int]) -> list[int]:
    """Sort what was seen into as many classes as were sent, each as large as it was."""
    sizes = Counter(sent)
    classes = [value for value in sorted(sizes) for _ in range(sizes[value])]
    order = sorted(range(len(seen)), key=seen.__getitem__)
    found = [0] * len(seen)
    for place, value in zip(order, classes, strict=True):
        found[place] = value
    return found


def send(
    what: str, step_s: float, values: Sequence[int]
) -> "tuple[subprocess.Popen[bytes], float]":
    """Start a sender; return it and when it begins."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    start_s = time.monotonic() + START_S
    words = [what, str(start_s), str(step_s), "".join(digits[v] for v in values)]
    process = subprocess.Popen(  # noqa: S603 -- our own words
        [sys.executable, "-c", SENDER, *words], stdout=subprocess.PIPE
    )
    return process, start_s


def watched(way: Way, symbols: int) -> float:
    """Return what came over where nothing hides it, in bits per second."""
    dice = random.Random(3)
    values = [dice.randrange(way.values) for _ in range(symbols)]
    process, start_s = send(way.what, way.step_s, values)
    path, seen, before = Path(f"/proc/{process.pid}/{way.file}"), [], 0.0
    counts = way.what == "busy"
    for n in range(symbols):
        at_s = start_s + (n + (1.0 if counts else 0.7)) * way.step_s
        time.sleep(max(0.0, at_s - time.monotonic()))
        try:
            now = way.read(path.read_text())
        except (OSError, ValueError, IndexError):
            now = before
        seen.append(now - before if counts else now)
        before = now if counts else before
    process.kill()
    process.wait()
    return bits(values, ranks(seen, values)) / way.step_s


def timed(symbols: int, step_s: float = 0.005) -> float:
    """Return what the moments tell at which a pipe's bytes come, at its highest rate."""
    dice = random.Random(4)
    values = [dice.randrange(16) for _ in range(symbols)]
    process, start_s = send("timing", step_s, values)
    moments = []
    if process.stdout is not None:
        while len(moments) < symbols and os.read(process.stdout.fileno(), 1):
            moments.append(time.monotonic())
    process.wait()
    got = [int((at - start_s) / step_s * 16) for at in moments]
    late = [max(0, min(15, place - 16 * n)) for n, place in enumerate(got)]
    return bits(values[: len(late)], late) / step_s


def seen_by_a_stranger(*, hides: bool) -> bool | None:
    """Whether another user sees a process's memory in /proc; None where this is not root."""
    if os.geteuid() != 0:
        return None
    victim = os.getpid()
    child = os.fork()
    if not child:
        found = False
        try:
            kernel = LinuxKernel()
            if hides:
                kernel.call("unshare", NEW_MOUNTS)
                kernel.call("mount", b"none", b"/", b"", RECURSIVE | PRIVATE, 0)
                kernel.call("mount", b"proc", b"/proc", b"proc", 0, b"hidepid=invisible")
            os.setgroups([])
            os.setresgid(STRANGER, STRANGER, STRANGER)
            os.setresuid(STRANGER, STRANGER, STRANGER)
            descriptor = os.open(f"/proc/{victim}/statm", os.O_RDONLY)
            found = bool(os.read(descriptor, 8))
        except OSError:
            pass
        finally:
            os._exit(int(found))
    return bool(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def proc_claims(*, symbols: int, closed: Callable[[str], bool]) -> list[Claim]:
    """Measure every way; ``closed``: whether a role was seen not to see others in /proc."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    rates = {way.words: watched(way, symbols) for way in WAYS}
    claims = [
        Claim(
            claim=f"{words} in /proc, by whoever sees it there: as measured",
            value=rate,
            unit="bit/s",
        )
        for words, rate in rates.items()
    ]
    worst = sum(rates.values())
    claims += [
        Claim(
            claim=f"all of these to the {role}, behind its walls",
            value=0.0 if closed(role) else worst,
            unit="bit/s",
            target="<= 0",
        )
        for role in ("clerk", "herald")
    ]
    for hides, words in ((False, "where /proc hides nobody"), (True, "ProtectProc=invisible")):
        sees = seen_by_a_stranger(hides=hides)
        if sees is not None:
            claims.append(
                Claim(
                    claim=f"all of these to another user's process, {words}",
                    value=worst if sees else 0.0,
                    unit="bit/s",
                    target="<= 0" if hides else None,
                )
            )
    claims.append(
        Claim(
            claim="eye to clerk by when its messages come, 200 a second: as measured",
            value=timed(symbols),
            unit="bit/s",
        )
    )
    return claims
