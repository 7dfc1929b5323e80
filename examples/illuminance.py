"""Tell roughly how bright it is, every ten seconds: python illuminance.py [VIDEO]."""

import sys

from edgekit.node.trying.counting import open_spec
from edgekit.perception.illuminance import illuminance_lux

source = open_spec(sys.argv[1] if len(sys.argv) > 1 else "plaza")

while frame := source.read():
    if frame.index % round(10 * source.fps) == 0:
        print(f"{illuminance_lux(frame.pixels):5} lux")
