"""What an eye that was taken over could still tell, in bits per second; part of seal.py."""

import math
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

from report import Claim

from edgekit.node.pipe import MAX_SKEW_MS, RATE_PER_S, VALUE_LIMITS
from edgekit.privacy.profile import DAY_S
from edgekit.records import Kind, QualityWord, Reason

WINDOW_S = 900


def channel_claims(*, symbols: int) -> list[Claim]:
    """What a taken-over eye could still tell: to the clerk, to the world, to another process."""
    kinds = (Kind.IN, Kind.OUT, Kind.OCCUPANCY, Kind.ILLUMINANCE)
    choices = sum(VALUE_LIMITS[kind][1] - VALUE_LIMITS[kind][0] + 1 for kind in kinds)
    said = RATE_PER_S * (math.log2(choices) + math.log2(2 * MAX_SKEW_MS + 1))
    most = RATE_PER_S * VALUE_LIMITS[Kind.IN][1] * WINDOW_S
    levels = 2 + most // 5  # suppressed, or a multiple of 5
    about = math.log2(21) + math.log2(len(QualityWord)) + math.log2(len(Reason) + 1)
    leaves = (math.log2(levels) + about) / WINDOW_S
    picture_days = 20_000 * 8 / leaves / DAY_S
    return [
        Claim(claim="eye to clerk: what the pipe's rules let through", value=said, unit="bit/s"),
        Claim(
            claim="eye to the world, `sdc-10-5`, windows of 15 min, for each metric: at most",
            value=leaves,
            unit="bit/s",
            target="<= 0.05",
        ),
        Claim(
            claim="a picture of 20 kB by one such metric: at least",
            value=picture_days,
            unit="days",
        ),
        load_claim(symbols),
    ]


def load_claim(symbols: int, symbol_s: float = 0.05) -> Claim:
    """Tell bits by being busy or idle; hear them by how fast one's own loop runs."""
    dice = random.Random(7)
    bits = [dice.randrange(2) for _ in range(symbols)]
    start_s = time.monotonic() + 1.0
    code = (
        "import sys, time; start, step = map(float, sys.argv[1:3]);\n"
        "for n, bit in enumerate(sys.argv[3]):\n"
        "    until = start + (n + 1) * step\n"
        "    while time.monotonic() < until:\n"
        "        bit == '1' or time.sleep(max(0, until - time.monotonic()))\n"
    )
    cores = 2 * (len(list(Path("/sys/devices/system/cpu").glob("cpu[0-9]*"))) or 1)
    words = [str(start_s), str(symbol_s), "".join(map(str, bits))]
    senders = [
        subprocess.Popen([sys.executable, "-c", code, *words])  # noqa: S603 -- our own words
        for _ in range(cores)
    ]
    heard = []
    for n in range(symbols):
        time.sleep(max(0.0, start_s + n * symbol_s - time.monotonic()))
        until, loops = start_s + (n + 1) * symbol_s, 0
        while time.monotonic() < until:
            loops += 1
        heard.append(loops)
    for sender in senders:
        sender.wait()
    middle = statistics.median(heard)
    wrong = sum((loops < middle) != bool(bit) for loops, bit in zip(heard, bits, strict=True))
    error = min(0.5, wrong / symbols)
    return Claim(
        claim="eye to another process by load alone (all cores busy or idle): as measured",
        value=(1 - _entropy(error)) / symbol_s,
        unit="bit/s",
    )


def _entropy(p: float) -> float:
    return -sum(q * math.log2(q) for q in (p, 1 - p) if q)
