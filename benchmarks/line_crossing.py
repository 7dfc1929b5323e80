"""Whether the line counter counts what really happened, beside what others count.

    python benchmarks/line_crossing.py --data DIR [--quick] [--peer-python PATH]...

A vector is any JSON file below DIR with ``kind``, ``fps``, ``line``, ``frames`` and ``expected``.
``tracked``: each box has an id, and the counter is alone. ``detections``: it has none, and the
tracker stands before the counter. Peers: supervision's LineZone with its defaults, and with the
bottom centre as anchor and a threshold of 3, behind the ByteTrack of trackers or behind norfair.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from peers import Peers, peer_arguments
from report import Claim, Peer, arguments, finish

from edgekit.frames import Detections, Track
from edgekit.geometry import Line
from edgekit.perception.line import LineCounter, band_for
from edgekit.perception.tracking import Tracker

BANDS_PX = tuple(range(8, 17))
KINDS = ("tracked", "detections")
SETTINGS = ("LineZone default", "LineZone bottom, 3")
FORM = {"kind", "fps", "line", "frames", "expected"}

Counted = tuple[int, int]
Frames = list[list[list[float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One scene; ``frames`` hold (id or -1, x1, y1, x2, y2)."""

    name: str
    kind: str
    fps: float
    line: Line
    size: tuple[int, int]
    frames: Frames
    expected: Counted

    def times(self) -> Iterator[int]:
        return (round(index * 1000 / self.fps) for index in range(len(self.frames)))


def vectors(folder: Path) -> list[Vector]:
    found = []
    for path in sorted(folder.rglob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(content, dict) and content.keys() >= FORM and content["kind"] in KINDS:
            found.append(_vector(path, content))
    return found


def _vector(path: Path, content: dict) -> Vector:
    start, end = content["line"]
    frames = [[[box.get("id", -1), *box["box"]] for box in frame] for frame in content["frames"]]
    return Vector(
        name=path.stem,
        kind=content["kind"],
        fps=content["fps"],
        line=Line("door", tuple(start), tuple(end)),
        size=tuple(content.get("image_size", (640, 480))),
        frames=frames,
        expected=(content["expected"]["in"], content["expected"]["out"]),
    )


def ours(vector: Vector, band_px: float) -> Counted:
    counter = LineCounter(vector.line, band_px=band_px)
    tracker = Tracker(fps=vector.fps, ids=itertools.count())
    for frame, t_ms in zip(vector.frames, vector.times(), strict=True):
        if vector.kind == "tracked":
            tracks = [
                Track(tracker_id=name, xyxy=tuple(box), class_id=0, seen=True, age_frames=1)
                for name, *box in frame
            ]
        else:
            boxes = np.array([box for _, *box in frame], np.float32)
            tracks = tracker.update(Detections.of(boxes), t_ms)
        counter.update(tracks, t_ms)
    return counter.in_count, counter.out_count


def theirs(vector: Vector, peers: Peers) -> dict[str, Counted]:
    """Count with each peer that there is."""
    if "supervision" not in peers:
        return {}
    line = [vector.line.start, vector.line.end]
    named = {"": vector.frames} if vector.kind == "tracked" else {}
    if vector.kind == "detections":
        named = {
            f"{tracker} + ": _followed(vector, peers, tracker)
            for tracker in ("trackers", "norfair")
            if tracker in peers
        }
    result = {}
    for before, frames in named.items():
        counts = peers["supervision"].ask(verb="count", line=line, frames=frames)
        for setting, count in zip(SETTINGS, counts, strict=True):
            result[before + setting] = tuple(count)
    return result


def _followed(vector: Vector, peers: Peers, tracker: str) -> Frames:
    worker = peers[tracker]
    worker.ask(verb="begin", name=vector.name, tracker=tracker, fps=vector.fps)
    boxes = [[[*box, 1.0] for _, *box in frame] for frame in vector.frames]
    ids = worker.ask(verb="step", name=vector.name, frames=boxes)["ids"]
    return [
        [[name, *box] for name, (_, *box) in zip(names, frame, strict=True) if name >= 0]
        for names, frame in zip(ids, vector.frames, strict=True)
    ]


def measure(vector: Vector, peers: Peers, bands_px: tuple[int, ...]) -> dict[str, bool]:
    """Count it every way, print that, and return which were right."""
    counts = {"edgekit": ours(vector, band_for(vector.line, vector.size))}
    counts |= theirs(vector, peers)
    right = {name: count == vector.expected for name, count in counts.items()}
    row = "  ".join(f"{name} {count[0]},{count[1]}" for name, count in counts.items())
    print(f"{vector.name:<44} {vector.expected[0]},{vector.expected[1]}  {row}")
    wrong_px = [band_px for band_px in bands_px if ours(vector, band_px) != vector.expected]
    if wrong_px:
        print(f"    edgekit is wrong with bands of {wrong_px} px")
    return right | {"bands": not wrong_px}


def claims(kind: str, right: list[dict[str, bool]]) -> list[Claim]:
    def share(name: str) -> float:
        return 100 * sum(each[name] for each in right) / len(right)

    rivals = [Peer(name=name, value=share(name)) for name in right[0] if "LineZone" in name]
    best = max(rivals, key=lambda rival: rival.value, default=None)
    what = f"{len(right)} {kind} vectors exact"
    own = [
        Claim(
            claim=f"{what}, default band",
            value=share("edgekit"),
            unit="%",
            target=">= 100",
            peer=best,
        ),
        Claim(
            claim=f"{what}, at every band tried", value=share("bands"), unit="%", target=">= 100"
        ),
    ]
    return own + [
        Claim(claim=f"{what}: {rival.name}", value=rival.value, unit="%") for rival in rivals
    ]


def run(options: argparse.Namespace) -> int:
    found = vectors(options.data)
    if not found:
        print(f"no vector below {options.data}: expected JSON with {sorted(FORM)}", file=sys.stderr)
        return 1
    peers = Peers(options.peer_python)
    print(peers.say())
    bands_px = (8, 12, 16) if options.quick else BANDS_PX
    listed: list[Claim] = []
    for kind in KINDS:
        right = [measure(each, peers, bands_px) for each in found if each.kind == kind]
        listed += claims(kind, right) if right else []
    peers.close()
    finish("line_crossing", listed, bands_px=bands_px)
    return 0


if __name__ == "__main__":
    sys.exit(run(peer_arguments(arguments(__doc__.splitlines()[0])).parse_args()))
