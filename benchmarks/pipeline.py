"""What one frame costs: ms and CPU ms by stage at 640x480 on one core.

    python benchmarks/pipeline.py --data DIR [--quick]

Scenes: the rendered plaza without people, the same with people, and each clip under DIR (any .avi
or .mp4), brought to 640x480. OpenCV's MOG2 alone runs on the same frames in turns with edgekit, so
that a busy machine slows both alike.
"""

import itertools
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from processes import node_claims
from report import Claim, Peer, arguments, finish

from edgekit.frames import Frame, Pixels
from edgekit.geometry import Line, Zone
from edgekit.perception.illuminance import illuminance_lux
from edgekit.perception.line import LineCounter, band_for
from edgekit.perception.motion import MotionDetector
from edgekit.perception.scene import Scene
from edgekit.perception.tracking import Tracker
from edgekit.perception.view import ViewHealth
from edgekit.perception.zone import PolygonZone
from edgekit.testing.plaza import DEFAULT_LINE, DEFAULT_ZONE, Plaza

SIZE = (640, 480)
FPS = 15
BLOCK = 25
WARM = 2
CLIPS = 3

LINES = (DEFAULT_LINE, Line("across", (80, 320), (560, 320)))
Result = TypeVar("Result")

ZONES = (DEFAULT_ZONE, Zone("left", ((20, 200), (300, 200), (300, 460), (20, 460))))


class Clock:
    """Adds up wall and CPU milliseconds of this thread by stage."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = defaultdict(float)
        self.cpu: dict[str, float] = defaultdict(float)

    def run(self, stage: str, call: Callable[[], Result]) -> Result:
        wall, cpu = time.perf_counter(), time.thread_time()
        result = call()
        self.cpu[stage] += 1000 * (time.thread_time() - cpu)
        self.wall[stage] += 1000 * (time.perf_counter() - wall)
        return result


class Parts:
    """The parts of a scene, one by one, so that each can be timed."""

    def __init__(self) -> None:
        self.motion = MotionDetector(SIZE, fps=FPS)
        self.tracker = Tracker(fps=FPS, ids=itertools.count())
        self.lines = [LineCounter(line, band_px=band_for(line, SIZE)) for line in LINES]
        self.zones = [PolygonZone(zone) for zone in ZONES]
        self.view = ViewHealth()

    def step(self, frame: Frame, clock: Clock) -> None:
        found = clock.run("motion", lambda: self.motion.detect(frame))
        tracks = clock.run("tracker", lambda: self.tracker.update(found, frame.t_ms))
        counters = [*self.lines, *self.zones]
        clock.run("counters", lambda: [part.update(tracks, frame.t_ms) for part in counters])
        clock.run("view health", lambda: self.view.update(frame.pixels, frame.t_ms))
        if frame.index % FPS == 0:
            clock.run("illuminance", lambda: illuminance_lux(frame.pixels))


def measure(frames: list[Frame]) -> tuple[dict[str, float], Clock]:
    """Run everything over the frames in turns; return the ratios and the time by stage."""
    parts, clock = Parts(), Clock()
    scene = Scene(size=SIZE, fps=FPS, ids=itertools.count(), lines=LINES, zones=ZONES)
    mog2 = cv2.createBackgroundSubtractorMOG2()
    alone = MotionDetector(SIZE, fps=FPS)
    against_mog2, against_detector = [], []
    for number, block in enumerate(blocks(frames)):
        turn = Clock()
        for frame in block:
            turn.run("MOG2 alone", lambda frame=frame: mog2.apply(frame.pixels))
        for frame in block:
            parts.step(frame, turn)
        for frame in block:
            turn.run("detector alone", lambda frame=frame: alone.detect(frame))
        for frame in block:
            turn.run("whole step", lambda frame=frame: scene.step(frame))
        if number < WARM:
            continue
        own = sum(turn.cpu[stage] for stage in ("motion", "tracker", "counters"))
        against_mog2.append(own / turn.cpu["MOG2 alone"])
        against_detector.append(turn.cpu["whole step"] / turn.cpu["detector alone"])
        for stage in turn.cpu:
            clock.cpu[stage] += turn.cpu[stage]
            clock.wall[stage] += turn.wall[stage]
        clock.cpu["frames"] += len(block)
    return {
        "mog2": statistics.median(against_mog2),
        "detector": statistics.median(against_detector),
    }, clock


def blocks(frames: list[Frame]) -> Iterator[list[Frame]]:
    for start in range(0, len(frames), BLOCK):
        yield frames[start : start + BLOCK]


def plaza(count: int, *, people: bool) -> list[Frame]:
    seconds = 8 + count / FPS
    scene = Plaza(seed=7, seconds=seconds, start_empty_s=0.0 if people else seconds)
    # Eight seconds in, the first people have arrived.
    return [
        Frame(scene.render(8 + index / FPS), round(index * 1000 / FPS), index)
        for index in range(count)
    ]


def clip(path: Path, count: int) -> list[Frame]:
    capture = cv2.VideoCapture(str(path))
    frames = []
    while len(frames) < count:
        read, pixels = capture.read()
        if not read:
            break
        index = len(frames)
        sized: Pixels = np.asarray(cv2.resize(pixels, SIZE), np.uint8)
        frames.append(Frame(sized, round(index * 1000 / FPS), index))
    capture.release()
    return frames


def claims_of(name: str, frames: list[Frame]) -> list[Claim]:
    ratios, clock = measure(frames)
    count = clock.cpu.pop("frames")
    print(f"\n{name}: {len(frames)} frames")
    for stage, cpu in clock.cpu.items():
        print(
            f"  {stage:<16} {clock.wall[stage] / count:7.3f} ms {cpu / count:7.3f} CPU ms a frame"
        )
    mog2 = Peer(name="OpenCV MOG2 alone, CPU ms a frame", value=clock.cpu["MOG2 alone"] / count)
    return [
        Claim(
            claim=f"{name}: motion + tracker + counters over MOG2 alone, CPU",
            value=ratios["mog2"],
            unit="ratio",
            target="<= 0.8",
            peer=mog2,
        ),
        Claim(
            claim=f"{name}: whole step over detector alone, CPU",
            value=ratios["detector"],
            unit="ratio",
        ),
        Claim(
            claim=f"{name}: whole step, CPU",
            value=clock.cpu["whole step"] / count,
            unit="ms/frame",
        ),
    ]


def main() -> None:
    args = arguments("What one frame costs, by stage, at 640x480 on one core.").parse_args()
    cv2.setNumThreads(1)
    count = (8 if args.quick else 24) * BLOCK
    claims = claims_of("idle plaza", plaza(count, people=False))
    claims += claims_of("busy plaza", plaza(count, people=True))
    found = (path for form in ("*.avi", "*.mp4") for path in sorted(args.data.rglob(form)))
    for path in itertools.islice(found, 1 if args.quick else CLIPS):
        frames = clip(path, count)
        if len(frames) > (WARM + 1) * BLOCK:
            claims += claims_of(f"clip {path.parent.name}/{path.name}", frames)
    claims += node_claims(args.data, seconds=8 if args.quick else 20)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak RSS of this script with its frames in memory: {peak_mb:.0f} MB\n")
    finish("pipeline", claims, opencv=cv2.__version__, threads=1)


if __name__ == "__main__":
    main()
