"""Motion alone on real people: the second half of the clip was not used for tuning."""

import csv
import itertools
import json
from pathlib import Path

import cv2
import pytest

from edgekit.frames import Frame
from edgekit.geometry import Line
from edgekit.perception.scene import Scene

pytestmark = pytest.mark.shared


def test_a_plaza_with_people_counts_believably_by_motion_alone(shared_data: Path) -> None:
    pets = shared_data / "vision" / "pets"
    truth = json.loads((pets / "line_x384.json").read_text())
    with (pets / "people_count.csv").open() as file:
        people = {int(row["frame"]): int(row["people_visible"]) for row in csv.DictReader(file)}
    capture = cv2.VideoCapture(str(pets / "vtest_480x360.avi"))
    (ax, ay), (bx, by) = ((0.625 * x, 0.625 * y) for x, y in truth["line"])
    line = Line("middle", (ax, ay), (bx, by))
    scene = Scene(size=(480, 360), fps=10, ids=itertools.count(), lines=[line])
    errors = []
    for index in itertools.count(1):
        read, pixels = capture.read()
        if not read:
            break
        step = scene.step(Frame(pixels, index * 100, index))
        assert step.health.name == "GOOD"
        if index in people:
            errors.append(abs(step.people - people[index]))
    capture.release()
    assert abs(scene.lines[0].in_count - truth["in"]) <= 3
    assert abs(scene.lines[0].out_count - truth["out"]) <= 3
    assert sum(errors) / len(errors) < 1.2
