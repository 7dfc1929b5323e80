"""A thermal array over a door against who really passed it, and what an eye that hears could tell.

    python benchmarks/warm_door.py --data DIR [--quick]

Doors are made (`edgekit.testing.warm_door`): passages missed and invented, each way, where others
pass at the same time. Where DIR holds recordings of a real array, they are counted, too: a
``NAME.npy`` of °C, shape (readings, rows, columns), beside a ``NAME_passages.npy`` of whole
numbers, shape (n, 2): the reading at which somebody passed the middle column, and 1 for left to
right, -1 for the other way; ten readings a second. The peer counts as usual for such arrays: points
above the warmest of the first ten readings, clusters, nearest to nearest.
"""

import itertools
import math
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from report import Claim, Peer, arguments, finish

from edgekit.frames import ThermalFrame
from edgekit.geometry import Line
from edgekit.node.rhythm import bits_per_s
from edgekit.perception.warm_scene import WarmScene
from edgekit.systems.noise import SPEECH_BITS_PER_S
from edgekit.testing.warm_door import WarmDoor

REAL_FPS, MADE_FPS = 10.0, 8.0
TOLERANCE_S = 1.5
WAYS = {1: "in", -1: "out"}
Passage = tuple[float, str]


def counted(celsius: NDArray[np.floating], fps: float) -> tuple[list[Passage], float]:
    """Return the passages found, and the milliseconds of one reading."""
    rows, columns = celsius.shape[1:]
    width, height = 60 * columns, 60 * rows
    line = Line("door", (width // 2, height), (width // 2, 0))
    scene = WarmScene(size=(width, height), fps=fps, ids=itertools.count(), lines=[line])
    found: list[Passage] = []
    begun = time.process_time()
    for index, reading in enumerate(celsius):
        frame = ThermalFrame(reading.astype(np.float64), 25.0, round(index * 1000 / fps), index)
        for _, _, came, went in scene.step(frame).crossings:
            found += [(index / fps, "in")] * came + [(index / fps, "out")] * went
    return found, 1000 * (time.process_time() - begun) / len(celsius)


def usual(celsius: NDArray[np.floating], fps: float) -> list[Passage]:
    """The peer: a fixed threshold, clusters, each to the nearest of the last reading."""
    warm = celsius > celsius[:10].max()
    middle = celsius.shape[2] / 2
    followed: list[list[float]] = []  # y, x, side, readings unseen
    found: list[Passage] = []
    for index, mask in enumerate(warm):
        count, _, _, centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
        places = [(float(y) + 0.5, float(x) + 0.5) for x, y in centres[1:count]]
        for one in followed:
            one[3] += 1
        for y, x in places:
            near = min(followed, key=lambda one: math.dist((y, x), one[:2]), default=None)
            side = math.copysign(1.0, x - middle)
            if near is None or math.dist((y, x), near[:2]) > 0.26 * celsius.shape[2]:
                followed.append([y, x, side, 0.0])
                continue
            if side != near[2]:
                found.append((index / fps, "in" if side > 0 else "out"))
            near[:] = [y, x, side, 0.0]
        followed = [one for one in followed if one[3] < 3]  # noqa: PLR2004 -- as such counters do
    return found


def faults(found: list[Passage], truth: list[Passage]) -> tuple[int, int]:
    """Return how many were missed and how many invented."""
    left, missed = list(found), 0
    for at_s, way in truth:
        near = [one for one in left if one[1] == way and abs(one[0] - at_s) <= TOLERANCE_S]
        if near:
            left.remove(min(near, key=lambda one: abs(one[0] - at_s)))
        else:
            missed += 1
    return missed, len(left)


def recordings(folder: Path) -> Iterator[tuple[NDArray[np.floating], list[Passage]]]:
    for path in sorted(folder.rglob("*_passages.npy")):
        heat = path.with_name(path.name.replace("_passages", ""))
        if heat.is_file():
            rows = np.load(path, allow_pickle=False).tolist()
            yield (
                np.load(heat, allow_pickle=False),
                [(at / REAL_FPS, WAYS[way]) for at, way in rows],
            )


def doors(*, quick: bool) -> Iterator[tuple[NDArray[np.floating], list[Passage]]]:
    for seed in range(100, 104 if quick else 140):
        door = WarmDoor(seed=seed, seconds=90, fps=MADE_FPS)
        yield door.celsius, list(door.passages)


def claims(
    name: str, films: Iterator[tuple[NDArray[np.floating], list[Passage]]], fps: float
) -> list[Claim]:
    passed = missed = invented = theirs_missed = theirs_invented = 0
    costs: list[float] = []
    for celsius, truth in films:
        found, cost_ms = counted(celsius, fps)
        costs.append(cost_ms)
        one, two = faults(found, truth), faults(usual(celsius, fps), truth)
        passed += len(truth)
        missed, invented = missed + one[0], invented + one[1]
        theirs_missed, theirs_invented = theirs_missed + two[0], theirs_invented + two[1]
    if not passed:
        return []
    peer = "clusters above a fixed threshold"
    return [
        Claim(
            claim=f"{name}: {what} of {passed} passages",
            value=round(100 * ours / passed, 2),
            unit="%",
            target="<= 3",
            peer=Peer(name=peer, value=round(100 * theirs / passed, 2)),
        )
        for what, ours, theirs in (
            ("missed", missed, theirs_missed),
            ("invented", invented, theirs_invented),
        )
    ] + [Claim(claim=f"{name}: time of one reading", value=round(max(costs), 3), unit="ms")]


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    found = claims("made doors, 32x24 points", doors(quick=args.quick), MADE_FPS)
    found += claims("real recordings", recordings(args.data), REAL_FPS)
    found.append(
        Claim(
            claim="what an eye that hears can tell its clerk at most, windows of 15 minutes",
            value=round(bits_per_s(900), 2),
            unit="bit/s",
            target=f"<= {SPEECH_BITS_PER_S / 20:g}",
            peer=Peer(name="speech (Coupé et al. 2019)", value=SPEECH_BITS_PER_S),
        )
    )
    finish("warm_door", found)


if __name__ == "__main__":
    main()
