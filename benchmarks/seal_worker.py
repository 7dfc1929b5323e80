"""A process that does an eye's work, sealed or not, block by block when told to; part of seal.py.

``sealed|open FRAMES``: a byte on standard input starts a block; the CPU time it took comes back.
The first line of output, in nanoseconds: how long sealing took by the clock, how much of the
processor it took, and how long as much plain work took by the clock right after it.
"""

import os
import sys
import time
from itertools import count

from edgekit.confine.allowance import eye_allowance
from edgekit.confine.filter import install, seal
from edgekit.confine.rules import Stage
from edgekit.frames import Frame
from edgekit.geometry import Line
from edgekit.node.walls.warming import warm_up
from edgekit.perception.scene import Scene
from edgekit.redaction.redactor import Redactor, encode
from edgekit.testing.plaza import PlazaSource

FPS = 15
SECONDS = 4


def as_much_work_ns(cpu_ns: int) -> int:
    """Compute for so much processor time; return how long it took by the clock."""
    begun_ns, begun_cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
    while time.thread_time_ns() - begun_cpu_ns < cpu_ns:
        pass
    return time.perf_counter_ns() - begun_ns


def main() -> None:
    """Load, seal, and work until standard input ends."""
    sealed, frames = sys.argv[1] == "sealed", int(sys.argv[2])
    warm_up()
    source = PlazaSource(clock_ms=lambda: 0, fps=FPS, seconds=SECONDS, realtime=False)
    pictures = []
    while (frame := source.read()) is not None:
        pictures.append(frame.pixels)
    begun_ns, begun_cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
    if sealed:
        install(Stage.FILES)
        seal(eye_allowance(pid=os.getpid(), outs=(1,), camera=False))
    cpu_ns, took_ns = time.thread_time_ns() - begun_cpu_ns, time.perf_counter_ns() - begun_ns
    os.write(1, b"%d %d %d\n" % (took_ns, cpu_ns, as_much_work_ns(cpu_ns)))
    line = Line("middle", (320, 460), (320, 100))
    scene = Scene(size=(640, 480), fps=FPS, ids=count(), lines=(line,))
    redactor = Redactor((640, 480))
    index = 0
    while os.read(0, 1):
        begun_ns = time.thread_time_ns()
        for _ in range(frames):
            frame = Frame(pictures[index % len(pictures)], index * 1000 // FPS, index)
            scene.step(frame)
            index += 1
        encode(redactor.redact(frame))
        os.write(1, b"%d\n" % (time.thread_time_ns() - begun_ns))


if __name__ == "__main__" and sys.argv[1:2] in (["sealed"], ["open"]):
    main()
