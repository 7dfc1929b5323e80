"""Say how many are in a room, from who passes its two doors: python room_doors.py [VIDEO]."""

import sys

from edgekit import Line, count
from edgekit.consent.room import Door, Room, Way
from edgekit.privacy.room import empty, passed

source = sys.argv[1] if len(sys.argv) > 1 else "plaza"
lines = [Line("front", (200, 460), (200, 180)), Line("back", (440, 460), (440, 180))]
doors = (Door(line="front", inward=Way.IN), Door(line="back", inward=Way.OUT))
room = empty(Room(name="between", doors=doors, max_dwell_min=30), now_ms=0)
before = [(0, 0), (0, 0)]

for step in count(source, lines=lines):
    was = room.inside
    for line, totals, old in zip(lines, step.lines, before, strict=True):
        for way, total, earlier in zip(Way, totals, old, strict=True):
            room = passed(room, line=line.name, way=way, now_ms=step.t_ms, count=total - earlier)
    before = list(step.lines)
    if room.inside != was:
        print(f"{step.t_ms // 1000:4} s: {room.inside} inside")

for reason, people in room.corrections.items():
    print(f"set right by {people}: {reason}")
