"""Who passes on red, at made junctions whose truth is exact, through the parts of a node.

    python benchmarks/systems/traffic_red.py --data DIR [--quick]

DIR is not looked at: everything is made. Each junction is a light with phases of its own (fixed or
by demand, with amber, with red and amber, with lamps that overlap), and walkers, cyclists and cars
who cross a stop line at 15 frames a second with pixels of jitter, some just before and after the
light changes. Their boxes go through `LineCounter` of a real scene, the lamps' contacts are read
ten times a second, words of both come late by up to a second, and the steward begins anew now and
then; all then goes through `traffic_signal` and `traffic_red` as in a node. A seed is one quarter
of an hour; seeds below 1000 were looked at while it was written, and none of these was.

The peer puts each passage beside what the light was last said to show when its word arrives.
"""

import heapq
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish

from edgekit.frames import CAR, PERSON, Track
from edgekit.geometry import Line
from edgekit.perception.line import LineCounter
from edgekit.records import Aspect
from edgekit.systems import traffic_red
from edgekit.systems.traffic_red import Counted, Passage
from edgekit.systems.traffic_signal import Contacts, Shown, Signal, show

BICYCLE = 1
SIZES = {PERSON: (28, 80), BICYCLE: (60, 90), CAR: (120, 80)}
SPEEDS_PX_S = {PERSON: (55, 95), BICYCLE: (150, 320), CAR: (250, 600)}
AT_PX, FRAME_MS, SAMPLE_MS, STEP_MS = 320, 67, 100, 200
LENGTH_MS = 900_000
RULES = Signal(line="stop")
DEEP_MS = RULES.grace_ms + RULES.tolerance_ms
START_MS = 1_900_000_000_000


@dataclass
class Junction:
    """One quarter of an hour: when the light changes, and who crosses when."""

    phases: list[tuple[int, str]] = field(default_factory=list)
    crossers: list[tuple[int, int, int]] = field(default_factory=list)
    """(when over the line, class, px a second)."""

    def lamps(self, t_ms: int) -> tuple[bool, bool]:
        name = next(name for since, name in reversed(self.phases) if since <= t_ms)
        return name in ("red", "red and amber", "both"), name in ("green", "both")

    def red_for_ms(self, t_ms: int) -> int | None:
        """For how long red has been lit, and surely is; None where it is not."""
        since = None
        for at, name in self.phases:
            if at > t_ms:
                break
            lit = name in ("red", "red and amber")
            since = (at if since is None else since) if lit else None
        return None if since is None else t_ms - since


def made(dice: random.Random) -> Junction:
    """Make one."""
    place, t_ms, by_demand = Junction(), 0, dice.random() < 0.5
    amber_ms, both_ms = dice.choice((3_000, 4_000)), dice.choice((0, 0, 200))
    with_amber_ms = dice.choice((0, 1_000))
    green_ms, red_ms = dice.randrange(8_000, 40_000), dice.randrange(12_000, 60_000)
    while t_ms < LENGTH_MS + 120_000:
        vary = dice.uniform(0.5, 1.8) if by_demand else 1.0
        for name, for_ms in (
            ("both", both_ms),
            ("green", int(green_ms * vary)),
            ("amber", amber_ms),
            ("red", int(red_ms * vary)),
            ("red and amber", with_amber_ms),
        ):
            if for_ms:
                place.phases.append((t_ms, name))
                t_ms += for_ms
    changes = [at for at, _ in place.phases if 10_000 < at < LENGTH_MS]
    for _ in range(dice.randrange(60, 200)):
        near = dice.choice(changes) + dice.randint(-2_500, 2_500)
        at_ms = near if dice.random() < 0.4 else dice.randrange(10_000, LENGTH_MS)
        kind = dice.choice(tuple(SIZES))
        place.crossers.append((at_ms, kind, dice.randint(*SPEEDS_PX_S[kind])))
    return place


def told(place: Junction, dice: random.Random) -> Iterator[tuple[int, int]]:
    """Yield (time, number of who crosses), as line counters make it of the boxes of each."""
    for number, (at_ms, kind, speed) in enumerate(place.crossers):
        line = LineCounter(Line("stop", (AT_PX, 460), (AT_PX, 20)), band_px=10)
        (width, high), row = SIZES[kind], 100 + 37 * number % 340
        around_ms = 100_000 // speed + 700
        first = -(-(at_ms - around_ms) // FRAME_MS)
        for age, frame in enumerate(range(first, (at_ms + around_ms) // FRAME_MS)):
            x = AT_PX + (frame * FRAME_MS - at_ms) * speed / 1000 + dice.gauss(0, 1)
            foot = row + dice.gauss(0, 1)
            box = (x - width / 2, foot - high, x + width / 2, foot)
            track = Track(tracker_id=number, xyxy=box, class_id=kind, seen=True, age_frames=age)
            for _ in line.update((track,), frame * FRAME_MS):
                yield frame * FRAME_MS, number


def aspects(place: Junction, dice: random.Random) -> Iterator[tuple[int, Aspect]]:
    """Yield (time, aspect) as a steward says it, which begins anew now and then."""
    shown, last, said_ms = Shown(), Aspect.UNKNOWN, -1_000
    away_ms = 0
    for t_ms in range(0, LENGTH_MS + 60_000, SAMPLE_MS):
        if dice.random() < 1 / 3000:
            shown, away_ms = Shown(), t_ms + dice.randrange(500, 6_000)
        if t_ms < away_ms:
            continue
        red, green = place.lamps(t_ms)
        shown, _ = show(RULES, shown, Contacts(t_ms=t_ms, red=red, green=green))
        if shown.aspect is not last or t_ms - said_ms >= 1_000:
            last, said_ms = shown.aspect, t_ms
            yield t_ms, last


Word = TypeVar("Word", bound=int)


def late(words: Sequence[tuple[int, Word]], dice: random.Random) -> list[tuple[int, int, Word]]:
    """Return (heard, time, word): each late by up to a second, none before an earlier one."""
    heard, found = 0, []
    for t_ms, word in words:
        heard = max(heard, t_ms + dice.choice((5, 20, 60, 150, 400, 1_000)))
        found.append((heard, t_ms, word))
    return found


def matched(place: Junction, dice: random.Random) -> tuple[Counter[int], Counter[int]]:
    """Return, by number, how often each was counted on red: by us, and by the peer."""
    passages = late(sorted(told(place, dice)), dice)
    signal = late(list(aspects(place, dice)), dice)
    ours, theirs = Counter[int](), Counter[int]()
    state, now, shows = traffic_red.begin(RULES), 0, Aspect.UNKNOWN
    for heard, t_ms, word in heapq.merge(passages, signal, key=lambda one: one[0]):
        while now + STEP_MS <= heard:
            now += STEP_MS
            state, words = traffic_red.settle(state, START_MS + now)
            for one in words:
                if isinstance(one, Counted):
                    ours[one.way] += one.count
        if isinstance(word, Aspect):
            state, shows = traffic_red.hear(state, START_MS + t_ms, word), word
        else:
            passage = Passage(t_ms=START_MS + t_ms, way=word, count=1)
            state = traffic_red.passed(state, passage)
            theirs[word] += shows is Aspect.RED
    return ours, theirs


@dataclass
class Sum:
    """What all junctions come to."""

    crossed: int = 0
    on_red: int = 0
    deep: int = 0
    ours: int = 0
    wrong: int = 0
    missed: int = 0
    theirs: int = 0
    their_wrong: int = 0


def measured(seeds: Sequence[int]) -> Sum:
    found = Sum()
    for seed in seeds:
        dice = random.Random(seed)
        place = made(dice)
        ours, theirs = matched(place, dice)
        for number, (at, _, _) in enumerate(place.crossers):
            for_ms = place.red_for_ms(at)
            red = for_ms is not None
            deep = (for_ms or 0) > DEEP_MS and place.red_for_ms(at + DEEP_MS) is not None
            found.crossed += 1
            found.on_red += red
            found.deep += deep
            found.ours += red and ours[number] > 0
            found.theirs += red and theirs[number] > 0
            found.wrong += ours[number] - (red and ours[number] > 0)
            found.their_wrong += theirs[number] - (red and theirs[number] > 0)
            found.missed += deep and not ours[number]
    return found


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    seeds = range(1000, 1004 if args.quick else 1040)
    whole = measured(seeds)
    head = f"{len(seeds)} quarters of an hour, {whole.crossed} crossings, {whole.on_red} on red"
    naive = "beside the last word of the light"
    claims = [
        Claim(
            claim=f"{head}: counted as on red who was not",
            value=whole.wrong,
            unit="crossings",
            target="<= 0",
            peer=Peer(name=naive, value=whole.their_wrong),
        ),
        Claim(
            claim=f"of {whole.deep} who crossed more than {DEEP_MS} ms from a change of the light, "
            "not counted",
            value=100 * whole.missed / max(1, whole.deep),
            unit="%",
            target="<= 3",
        ),
        Claim(
            claim="of all on red, counted",
            value=100 * whole.ours / max(1, whole.on_red),
            unit="%",
            peer=Peer(name=naive, value=100 * whole.theirs / max(1, whole.on_red)),
        ),
    ]
    finish("systems/traffic_red", claims)


if __name__ == "__main__":
    main()
