"""Lines and zones that get into each other's way; standard library only."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from edgekit.geometry.cover import shared
from edgekit.geometry.finding import Finding, Severity
from edgekit.geometry.line_lint import band_px
from edgekit.geometry.plane import cross, distance, edges, middle
from edgekit.geometry.shape import Line, Point, Zone

TOUCHING = 0.03
"""Zones that share less of the smaller one are neighbours."""

SAME = 0.97


def overlaps(
    lines: Sequence[Line], zones: Sequence[Zone], size: tuple[int, int]
) -> Iterator[Finding]:
    """Yield what is odd about pairs of shapes."""
    for one, other in combinations(lines, 2):
        yield from _lines(one, other, size)
    for first, second in combinations(zones, 2):
        yield from _zones(first, second)
    for line in lines:
        for zone in zones:
            yield from _ends_inside(line, zone, size)


def _lines(one: Line, other: Line, size: tuple[int, int]) -> Iterator[Finding]:
    ends, others = (one.start, one.end), (other.start, other.end)
    near = 2 * min(band_px(one, size), band_px(other, size))
    if all(distance(point, others) <= near for point in ends) and all(
        distance(point, ends) <= near for point in others
    ):
        yield _warning(
            other,
            f"nearly the same as {one.name}",
            f"lines {one.name!r} and {other.name!r} are nearly the same: whoever crosses one is "
            "counted on both",
            "remove one of them",
            middle(others),
        )
    elif cross(ends, others):
        yield _warning(
            other,
            f"crosses {one.name}",
            f"lines {one.name!r} and {other.name!r} cross: who walks through that point is "
            "counted on either, on both or on none",
            "let them end before they meet",
            _meeting(one, other),
        )


def _zones(first: Zone, second: Zone) -> Iterator[Finding]:
    share = shared(first, second)
    if share <= TOUCHING:
        return
    small, large = sorted((first, second), key=lambda zone: zone.area_px2)
    if share >= SAME and small.area_px2 >= SAME * large.area_px2:
        label, text = f"the same as {first.name}", "cover the same ground: the same people count"
    elif share >= SAME:
        label, text = f"inside {large.name}", f"overlap ({small.name!r} is inside): people count"
    else:
        label, text = (
            f"overlaps {large.name}",
            f"overlap by {100 * share:.0f} %: people there count",
        )
    shape = second if "same" in label else small
    yield _warning(
        shape,
        label,
        f"zones {first.name!r} and {second.name!r} {text} in both",
        "leave it so where it is meant, and never add their numbers",
        middle(shape.polygon),
    )


def _ends_inside(line: Line, zone: Zone, size: tuple[int, int]) -> Iterator[Finding]:
    """Yield a warning where a line cuts into a zone and stops there."""
    band = band_px(line, size)
    deep = [
        point
        for point in (line.start, line.end)
        if zone.contains(point) and min(distance(point, e) for e in edges(zone.polygon)) > band
    ]
    if len(deep) == 1:
        yield _warning(
            line,
            f"ends inside {zone.name}",
            f"line {line.name!r} ends inside zone {zone.name!r}: people walk into the zone round "
            "its end and are not counted",
            "draw the line along the zone's edge or right across it",
            deep[0],
        )


def _meeting(one: Line, other: Line) -> Point:
    """Return the point where two crossing lines meet."""
    before, after = one.side(other.start), one.side(other.end)
    part = before / (before - after)
    (ax, ay), (bx, by) = other.start, other.end
    return ax + part * (bx - ax), ay + part * (by - ay)


def _warning(shape: Line | Zone, label: str, text: str, hint: str, place: Point) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        kind="line" if isinstance(shape, Line) else "zone",
        name=shape.name,
        label=label,
        text=text,
        hint=hint,
        place=place,
    )
