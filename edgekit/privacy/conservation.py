"""Nobody appears and nobody vanishes: what follows from numbers of flows and of people there.

A picture is divided by lines into parts (`edgekit.geometry.regions`). The unknowns are the flows
over each stretch of each line, each way. An output is a sum of them:

- one way of a line is the sum of its stretches that way; a total is both ways;
- the *change* of a room is what passes its doors inward, less what passes outward;
- the change of a zone's people is the change of its pieces, one in each part that it lies in.

And for a part that is closed (by lines, and by no more of the picture's edge than there may be
walls behind) what comes in less what goes out is the change of what is inside: of the pieces of
zones there, where a zone lies in it, and else next to nothing, where two lines or more bound it.
People come from somewhere: where all parts are closed, each in its turn is taken to be open.

An output that is a combination of others, given those laws, says nothing new, so that where it is
suppressed they tell it; and a way of a line that no output gives, but that is a combination of
them, is told without having passed any rule. Both are found by elimination over fractions (exact).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from edgekit.consent.measure import WAYS
from edgekit.consent.room import Room
from edgekit.geometry import Line, Zone
from edgekit.geometry.regions import Regions

Unknown = tuple[str, ...]
Vector = Mapping[Unknown, Fraction]

_ONE = Fraction(1)
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What leaves of one class (people, or one kind of vehicle).

    Attributes:
        lines: those that something leaves of, and the doors of rooms.
        ways: by output: the line and its ways that it is the sum of.
        zones: by output: the zone whose number of people it is.
        rooms: by output: the room.
    """

    size: tuple[int, int]
    lines: tuple[Line, ...]
    ways: Mapping[str, tuple[Line, tuple[str, ...]]]
    zones: Mapping[str, Zone]
    rooms: Mapping[str, Room]


def consequences(numbers: Numbers) -> Iterator[tuple[str, ...]]:
    """Yield the sets of outputs of which one follows from the others, or that give a way away."""
    regions = Regions(*numbers.size, numbers.lines)
    given = _Flows(numbers, regions)
    found: set[tuple[str, ...]] = set()
    parts = frozenset(range(regions.number))
    for closed in [regions.closed] if regions.closed < parts else [parts - {one} for one in parts]:
        for names in given.consequences(closed):
            if names not in found:
                found.add(names)
                yield names


class _Flows:
    def __init__(self, numbers: Numbers, regions: Regions) -> None:
        self._ways = {
            (line.name, way): _way(line, way, regions) for line in numbers.lines for way in WAYS
        }
        self._sides = {line.name: regions.sides(line) for line in numbers.lines}
        self._pieces = {name: sorted(regions.of(zone)) for name, zone in numbers.zones.items()}
        self._held = {part for pieces in self._pieces.values() for part in pieces}
        self._rooms = {name: self._change(room) for name, room in numbers.rooms.items()}
        self._others: dict[str, Vector] = {
            name: _sum(self._ways[line.name, way] for way in ways)
            for name, (line, ways) in numbers.ways.items()
        }
        for name, pieces in self._pieces.items():
            self._others[name] = {_piece(name, part): _ONE for part in pieces}
        self._told = {
            (line.name, ways[0]) for line, ways in numbers.ways.values() if len(ways) == 1
        }

    def consequences(self, closed: frozenset[int]) -> Iterator[tuple[str, ...]]:
        space = _Space()
        for part in closed & self._held:
            space.add(self._law(part), None)
        yield from _followers(space, self._rooms)
        # Of a part that is a room the room says how many are inside: then its law follows already.
        for part in closed - self._held:
            space.add(self._law(part), None)
        yield from _followers(space, self._others)
        for key, vector in self._ways.items():
            if key not in self._told and (names := space.explained(vector)):
                yield names

    def _change(self, room: Room) -> Vector:
        inward = _sum(self._ways[door.line, door.inward] for door in room.doors)
        outward = _sum(self._ways[door.line, door.outward] for door in room.doors)
        return _sum((inward, _times(-_ONE, outward)))

    def _law(self, part: int) -> Vector:
        """Return what is zero for a closed part, or nothing where there is no such law."""
        flows: list[Vector] = []
        bounding = 0
        for line, sides in self._sides.items():
            here = [pair for pair in sides if pair[0] != pair[1] and part in pair]
            bounding += bool(here)
            for left, right in here:
                sign = _ONE if right == part else -_ONE
                flows.append({_flow(line, "in", left, right): sign})
                flows.append({_flow(line, "out", left, right): -sign})
        pieces = [
            {_piece(name, part): -_ONE} for name, parts in self._pieces.items() if part in parts
        ]
        return _sum((*flows, *pieces)) if bounding > 1 or (bounding and pieces) else {}


class _Space:
    """Everything that follows from what was added, in echelon form."""

    def __init__(self) -> None:
        self._rows: dict[Unknown, tuple[Vector, Mapping[str, Fraction]]] = {}

    def add(self, vector: Vector, name: str | None) -> tuple[str, ...]:
        """Take in a vector; where it followed already, return the outputs it followed from."""
        rest, used = self._reduced(vector)
        if name is not None:
            used = {**used, name: _ONE}
        if not rest:
            return tuple(used) if len(used) > 1 else ()
        self._rows[min(rest)] = rest, used
        return ()

    def explained(self, vector: Vector) -> tuple[str, ...]:
        """Return the outputs that a vector follows from, or nothing where it does not."""
        rest, used = self._reduced(vector)
        return () if rest else tuple(used)

    def _reduced(self, vector: Vector) -> tuple[Vector, Mapping[str, Fraction]]:
        used: Mapping[str, Fraction] = {}
        while vector and (lead := min(vector)) in self._rows:
            row, outputs = self._rows[lead]
            factor = -vector[lead] / row[lead]
            vector = _sum((vector, _times(factor, row)))
            used = _sum((used, _times(factor, outputs)))
        return vector, used


def _followers(space: _Space, outputs: Mapping[str, Vector]) -> Iterator[tuple[str, ...]]:
    for name, vector in outputs.items():
        if names := space.add(vector, name):
            yield names


def _way(line: Line, way: str, regions: Regions) -> Vector:
    return {_flow(line.name, way, *pair): _ONE for pair in regions.sides(line)}


def _flow(line: str, way: str, left: int, right: int) -> Unknown:
    return "flow", line, way, f"{left:04}", f"{right:04}"


def _piece(zone: str, part: int) -> Unknown:
    return "piece", zone, f"{part:04}"


def _times(factor: Fraction, vector: Mapping[_Key, Fraction]) -> dict[_Key, Fraction]:
    return {key: factor * part for key, part in vector.items()}


def _sum(vectors: Iterable[Mapping[_Key, Fraction]]) -> dict[_Key, Fraction]:
    total: dict[_Key, Fraction] = {}
    for vector in vectors:
        for key, part in vector.items():
            total[key] = total.get(key, Fraction(0)) + part
    return {key: part for key, part in total.items() if part}
