"""Say when a room is full, and when it no longer is: python room_full.py [VIDEO]."""

import sys

from edgekit import Zone, count

source = sys.argv[1] if len(sys.argv) > 1 else "plaza"
room = Zone("room", ((352, 186), (596, 186), (628, 462), (352, 462)))
many, few = 4, 2
full = False

for step in count(source, zones=[room]):
    people = step.occupancy[0]
    if people >= many and not full:
        full = True
        print(f"{step.t_ms // 1000:4} s: full, {people} people")
    elif people < few and full:
        full = False
        print(f"{step.t_ms // 1000:4} s: room again, {people} people")
