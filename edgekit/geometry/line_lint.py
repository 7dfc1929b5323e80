"""Whether people who cross a line can be seen to do so; standard library only.

Somebody is counted who is seen well beyond the line's band on both of its sides. Where the edge of
the picture cuts bodies before that, nobody is, or only slow people are.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.geometry.finding import Finding, Severity
from edgekit.geometry.plane import Segment, distance, middle
from edgekit.geometry.shape import Line, Point
from edgekit.geometry.sighting import DEPTH, Picture

SAMPLES = 11
"""A line is looked at in so many places."""

FOUND_SHARE = 0.5
"""Of a body must be in the picture for it to be found (`benchmarks/edges.py`)."""

GLIMPSE_SHARE = 0.25
"""With less of a body in the picture nobody is found at all."""

WHOLE_SHARE = 0.75
"""With less than this a person is found worse than a whole one."""

SIGHTINGS = 3
"""So often must somebody be seen on a side: once to be followed, twice to be sure."""

ROOM_BANDS = 3
"""With less room beyond a line than this many of its bands, some people are missed there."""

SOME = 0.25
"""What concerns a smaller part of a line is not worth a word."""

ALONG_COSINE = math.cos(math.radians(20))
MIN_WAYS = 5


def band_px(line: Line, size: tuple[int, int]) -> float:
    """Return the dead band that a counter gives this line: `edgekit.perception.line.band_for`."""
    return max(2.0, min(_usual_band_px(size), room_px(line, size) / 2))


def room_px(line: Line, size: tuple[int, int]) -> float:
    """Return how far the picture reaches beyond the line on its narrower side."""
    sides = [line.side(corner) for corner in _corners(size)]
    return min(max(sides), -min(sides))


def outside(line: Line, size: tuple[int, int]) -> Iterator[Finding]:
    """Yield what `Line.require_inside` refuses."""
    try:
        line.require_inside(*size)
    except ConfigError as error:
        yield _finding(line, Severity.REFUSED, "outside", str(error), error.hint or "")


def near_edge(line: Line, size: tuple[int, int]) -> Iterator[Finding]:
    """Yield a warning where the picture ends soon after the line; when no stature is known.

    Not at the bottom edge: there a body is seen long after its feet have left.
    """
    room, enough = room_px(line, size), ROOM_BANDS * _usual_band_px(size)
    if room < enough and _nearest(line, size) != "bottom":
        yield _finding(
            line,
            Severity.WARNING,
            "near the edge",
            f"line {line.name!r} lies {room:.0f} px from the {_nearest(line, size)} edge: people "
            "are seen on that side for a moment only",
            f"leave {enough:.0f} px, or say how high people stand (camera.stature)",
        )


def unseen(line: Line, picture: Picture) -> Iterator[Finding]:
    """Yield what stands in the way of counting, for people of the known stature."""
    looks = [_look(line, point, picture) for point in _samples(line)]
    ground = [look for look in looks if look is not None]
    if not ground:
        yield _finding(
            line,
            Severity.REFUSED,
            "above the horizon",
            f"line {line.name!r} lies above the ground: by camera.stature nobody can stand there",
            "move it down to where feet are",
        )
        return
    yield from _too_short(line, picture)
    yield from _cut(line, ground, picture)


def walked_along(line: Line, ways: Sequence[Segment], reach_px: float) -> Iterator[Finding]:
    """Yield a remark where most people near a line were seen to walk along it, not across."""
    (ax, ay), (bx, by) = line.start, line.end
    cosines = []
    for start, end in ways:
        dx, dy = end[0] - start[0], end[1] - start[1]
        if distance(middle((start, end)), (line.start, line.end)) <= reach_px and (dx or dy):
            along = abs(dx * (bx - ax) + dy * (by - ay))
            cosines.append(along / (math.hypot(dx, dy) * line.length_px))
    if len(cosines) >= MIN_WAYS and sorted(cosines)[len(cosines) // 2] > ALONG_COSINE:
        yield _finding(
            line,
            Severity.REMARK,
            "people walk along it",
            f"of {len(cosines)} people near line {line.name!r} most walked along it, not across",
            "draw it right across the way that people walk",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One place of a line: the worse of its two sides."""

    trouble: str  # "", "cut", "brief" or "blind"
    edge: str  # of the picture, that side
    share: float  # of a body, at best, beyond the band on that side


def _look(line: Line, point: Point, picture: Picture) -> _Look | None:
    if not picture.on_ground(point):
        return None
    order = ("", "cut", "brief", "blind")
    sides = (_side(line, point, picture, side) for side in (-1, 1))
    return max(sides, key=lambda look: order.index(look.trouble))


def _side(line: Line, point: Point, picture: Picture, side: int) -> _Look:
    """Walk away from a line and note how long one is seen beyond its band."""
    way = _normal(line, side)
    band = band_px(line, (picture.width, picture.height))
    step = max(0.5, picture.step_px(point, way) / 8)
    needed = SIGHTINGS * picture.step_px(point, way)
    found = glimpsed = best = 0.0
    edge, far = "", 0.0
    while found < needed and far < 2 * picture.stature.height(point[1]) + 2 * band:
        far += step
        foot = (point[0] + far * way[0], point[1] + far * way[1])
        if not picture.on_ground(foot):
            break
        seen = picture.look(foot)
        edge = edge or seen.edge
        if side * line.side(seen.foot) > band:
            found += step * (seen.share >= FOUND_SHARE)
            glimpsed += step * (seen.share >= GLIMPSE_SHARE)
            best = max(best, seen.share)
    if not edge:  # the horizon ends the ground there, or all is well
        return _Look(trouble="", edge="", share=1.0)
    trouble = "" if found >= needed else "brief" if glimpsed else "blind"
    if not trouble and best < WHOLE_SHARE:
        trouble = "cut"
    return _Look(trouble=trouble, edge=edge, share=best)


def _cut(line: Line, looks: Sequence[_Look], picture: Picture) -> Iterator[Finding]:
    troubles = Counter(look.trouble for look in looks)
    bad = [look for look in looks if look.trouble]
    if len(bad) < SOME * len(looks):
        return
    edge = Counter(look.edge for look in bad).most_common(1)[0][0]
    part = "" if len(bad) == len(looks) else f", on {100 * len(bad) // len(looks)} % of its length,"
    wide = picture.stature.width(_foot_row(line, picture))
    if troubles["blind"] == len(looks):
        yield _finding(
            line,
            Severity.REFUSED,
            f"nothing is seen beyond it ({edge})",
            f"line {line.name!r} lies so near the {edge} edge that nobody is ever seen beyond it: "
            f"a person is {wide:.0f} px wide there",
            _away(edge, wide),
        )
    elif troubles["blind"] + troubles["brief"] >= SOME * len(looks):
        yield _finding(
            line,
            Severity.WARNING,
            f"too near the {edge} edge",
            f"line {line.name!r} lies so near the {edge} edge{part} that people beyond it leave "
            "the picture before they are sure to be counted",
            _away(edge, wide),
        )
    else:
        yield _finding(
            line,
            Severity.WARNING,
            f"bodies cut by the {edge} edge",
            f"beyond line {line.name!r}{part} the {edge} edge cuts people: "
            f"{100 * max(look.share for look in bad):.0f} % of a body is seen at best",
            _away(edge, wide),
        )


def _too_short(line: Line, picture: Picture) -> Iterator[Finding]:
    (ax, ay), (bx, by) = line.start, line.end
    wide = picture.stature.width(_foot_row(line, picture))
    long = math.hypot(bx - ax, (by - ay) / DEPTH)
    if long < wide:
        yield _finding(
            line,
            Severity.REFUSED,
            "shorter than a person is wide",
            f"line {line.name!r} is {line.length_px:.0f} px long where a person is {wide:.0f} px "
            "wide: nobody fits through it",
            "draw it from wall to wall, over the whole width that people use",
        )


def _usual_band_px(size: tuple[int, int]) -> float:
    return min(32.0, max(8.0, 10.0 * math.hypot(*size) / 800.0))


def _away(edge: str, wide: float) -> str:
    if edge in ("left", "right"):
        return f"move it {wide:.0f} px, a person's width, away from that edge, or turn the camera"
    return f"move it away from the {edge} edge, or tilt the camera"


def _foot_row(line: Line, picture: Picture) -> float:
    """Return the row of the middle of what lies on the ground of a line."""
    rows = [point[1] for point in _samples(line) if picture.on_ground(point)]
    return sum(rows) / len(rows)


def _samples(line: Line) -> list[Point]:
    (ax, ay), (bx, by) = line.start, line.end
    parts = [(number + 0.5) / SAMPLES for number in range(SAMPLES)]
    return [(ax + part * (bx - ax), ay + part * (by - ay)) for part in parts]


def _normal(line: Line, side: int) -> Point:
    (ax, ay), (bx, by) = line.start, line.end
    return side * (ay - by) / line.length_px, side * (bx - ax) / line.length_px


def _nearest(line: Line, size: tuple[int, int]) -> str:
    x, y = middle((line.start, line.end))
    rooms = {"left": x, "right": size[0] - x, "top": y, "bottom": size[1] - y}
    return min(rooms, key=lambda edge: rooms[edge])


def _corners(size: tuple[int, int]) -> tuple[Point, ...]:
    return (0, 0), (size[0], 0), (0, size[1]), size


def _finding(line: Line, severity: Severity, label: str, text: str, hint: str) -> Finding:
    return Finding(
        severity=severity,
        kind="line",
        name=line.name,
        label=label,
        text=text,
        hint=hint,
        place=middle((line.start, line.end)),
    )
