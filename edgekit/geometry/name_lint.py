"""Names that somebody will read wrongly; standard library only."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from edgekit.geometry.finding import Finding, Severity
from edgekit.geometry.plane import middle
from edgekit.geometry.shape import Line, Point, Zone

ONE_WAY = frozenset(
    {"in", "out", "total", "entry", "exit", "entrance", "entering", "leaving", "arrivals"}
    | {"departures", "incoming", "outgoing", "inbound", "outbound"}
)
"""A line counts both ways, and the number is then called `line.out.in`."""

OPPOSITES: Mapping[str, tuple[str, int]] = {
    "left": ("right", 0),
    "top": ("bottom", 1),
    "upper": ("lower", 1),
    "far": ("near", 1),
    "back": ("front", 1),
}
"""A word, its opposite, and the axis (x or y) along which the first comes before the second."""

_LOOKALIKES = str.maketrans({"-": "", "_": "", "0": "o", "1": "l", "i": "l"})


def misleading(lines: Sequence[Line], zones: Sequence[Zone]) -> Iterator[Finding]:
    """Yield warnings about names."""
    for line in lines:
        if line.name in ONE_WAY:
            yield _warning(
                line,
                "name says one way",
                f"line {line.name!r} is named like a direction, but counts both: "
                f"its numbers will be line.{line.name}.in and line.{line.name}.out",
                "name it after the place, such as 'door' or 'north-gate'",
            )
    kinds: tuple[Sequence[Line | Zone], ...] = (lines, zones)
    for shapes in kinds:
        for one, other in combinations(shapes, 2):
            yield from _alike(one, other)
            yield from _swapped(one, other)
            yield from _swapped(other, one)


def _alike(one: Line | Zone, other: Line | Zone) -> Iterator[Finding]:
    if one.name.translate(_LOOKALIKES) == other.name.translate(_LOOKALIKES):
        yield _warning(
            other,
            f"reads like {one.name}",
            f"{_kind(one)}s {one.name!r} and {other.name!r} have names that look the same",
            "give one of them quite another name",
        )


def _swapped(one: Line | Zone, other: Line | Zone) -> Iterator[Finding]:
    """Yield a warning where what is called left lies to the right of what is called right."""
    words = one.name.replace("-", "_").split("_")
    for word, (opposite, axis) in OPPOSITES.items():
        if word not in words or one.name.replace(word, opposite) != other.name:
            continue
        if _place(one)[axis] > _place(other)[axis]:
            yield _warning(
                one,
                "names are swapped",
                f"{_kind(one)} {one.name!r} lies {_where(axis)} {_kind(other)} {other.name!r} in "
                "the picture",
                "swap the two names, or name them after the place",
            )


def _where(axis: int) -> str:
    return ("to the right of", "below")[axis]


def _place(shape: Line | Zone) -> Point:
    return middle((shape.start, shape.end) if isinstance(shape, Line) else shape.polygon)


def _kind(shape: Line | Zone) -> str:
    return "line" if isinstance(shape, Line) else "zone"


def _warning(shape: Line | Zone, label: str, text: str, hint: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        kind=_kind(shape),
        name=shape.name,
        label=label,
        text=text,
        hint=hint,
        place=_place(shape),
    )
