"""Tell when a square is fullest, in people per square metre: python density.py [VIDEO]."""

import sys

from edgekit import Zone, count
from edgekit.geometry import Ground

corners = ((160, 440), (480, 440), (425, 215), (215, 215))
ground = Ground(corners, cm=((100, 0), (500, 0), (600, 900), (0, 900)))
square = Zone("square", ((352, 186), (596, 186), (628, 462), (352, 462)))
source = sys.argv[1] if len(sys.argv) > 1 else "plaza:30"

fullest = max(count(source, zones=[square], ground=ground), key=lambda step: step.density_per_m2)
print(f"{fullest.t_ms // 1000:4} s: {fullest.density_per_m2[0]:.2f} people per m²")
