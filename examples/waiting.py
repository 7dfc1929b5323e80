"""Tell how long whoever leaves a queue had waited: python waiting.py [VIDEO]."""

import sys

from edgekit import Zone, count

source = sys.argv[1] if len(sys.argv) > 1 else "plaza"
counter = Zone("counter", ((20, 186), (620, 186), (620, 470), (20, 470)))

for step in count(source, zones=[counter]):
    for waited_ms in step.zones[0].waits:
        print(f"{step.t_ms // 1000:4} s: waited {waited_ms // 1000} s, {step.zones[0].queue} left")
