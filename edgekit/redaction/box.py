"""Boxes of faces: where they are, where they go, how much they share. Pure."""

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels."""


def centre(box: Box) -> tuple[float, float]:
    """The middle of a box, in pixels."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def moved(box: Box, by: tuple[float, float]) -> Box:
    """A box moved by pixels to the right and down."""
    x1, y1, x2, y2 = box
    return x1 + by[0], y1 + by[1], x2 + by[0], y2 + by[1]


def shared(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0..1."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return across * down / (areas - across * down)
