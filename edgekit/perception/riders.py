"""Who rides is one thing, not two. Nothing here has passed the gate.

    detections = ridden(detections)

A network finds the person and what they ride, so that a cyclist would be counted as a walker and as
a bicycle. A person rides where both boxes overlap, upright over the width of it, with feet above
where the wheels stand: on pedals, not on the ground beside it. What comes of the two is one box
around both, of the vehicle's class. Each vehicle takes one rider at most, the best fitting first;
who pushes a bicycle goes on foot.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from edgekit.frames import PERSON, Detections

RIDDEN = (1, 3)
"""COCO ids of bicycles and motorcycles."""

LEAST_SHARED = 0.25
"""Of the smaller box: from the side a rider covers about a third of the bicycle."""

FEET = (0.3, 0.97)
"""How far down the vehicle the feet are, as a share of its height: on pedals or pegs."""

Box = tuple[float, float, float, float]


def ridden(detections: Detections) -> Detections:
    """Return the detections with each rider and what it rides as one box of the vehicle's class."""
    classes = [int(one) for one in detections.class_id]
    vehicles = [n for n, one in enumerate(classes) if one in RIDDEN]
    people = [n for n, one in enumerate(classes) if one == PERSON] if vehicles else []
    if not people:
        return detections
    boxes = [_box(row) for row in detections.xyxy]
    pairs = (
        (share, vehicle, person)
        for vehicle, person in itertools.product(vehicles, people)
        if (share := _rides(boxes[person], boxes[vehicle])) > 0
    )
    xyxy, confidence = detections.xyxy.copy(), detections.confidence.copy()
    taken = set[int]()
    for _, vehicle, person in sorted(pairs, reverse=True):
        if not {vehicle, person} & taken:
            taken |= {vehicle, person}
            xyxy[vehicle] = _around(boxes[person], boxes[vehicle])
            confidence[vehicle] = max(confidence[vehicle], confidence[person])
    kept = np.array([n not in taken or classes[n] != PERSON for n in range(len(classes))])
    return Detections(
        xyxy=xyxy[kept], confidence=confidence[kept], class_id=detections.class_id[kept]
    )


def _box(row: NDArray[np.float32]) -> Box:
    x1, y1, x2, y2 = (float(value) for value in row)
    return x1, y1, x2, y2


def _rides(person: Box, vehicle: Box) -> float:
    """Return how much of the smaller box both share; 0 where this is no rider of that."""
    wide = min(person[2], vehicle[2]) - max(person[0], vehicle[0])
    high = min(person[3], vehicle[3]) - max(person[1], vehicle[1])
    smaller = min(_area(person), _area(vehicle))
    if wide <= 0 or high <= 0 or smaller <= 0:
        return 0.0
    down = (person[3] - vehicle[1]) / (vehicle[3] - vehicle[1])
    middle = (person[0] + person[2]) / 2
    over = vehicle[0] <= middle <= vehicle[2] and person[1] < vehicle[1]
    shared = wide * high / smaller
    return shared if over and FEET[0] <= down <= FEET[1] and shared >= LEAST_SHARED else 0.0


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )
