"""Count who passes a line: python count_people.py [VIDEO]."""

import sys

from edgekit import Line, count

source = sys.argv[1] if len(sys.argv) > 1 else "plaza"
door = Line("door", (320, 460), (320, 100))
passed = (0, 0)

for step in count(source, lines=[door]):
    if passed != (passed := (step.in_count, step.out_count)):
        print(f"{step.t_ms // 1000:4} s: {passed[0]} in, {passed[1]} out")
