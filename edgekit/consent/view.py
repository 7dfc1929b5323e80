"""The picture and what is drawn in it: what is authorised is what is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgekit.consent.room import Room
from edgekit.errors import ConfigError
from edgekit.geometry import Ground, Line, Zone

MAX_SHAPES = 16
"""More lines or zones than this in one picture describe people rather than a place."""

MAX_SIZE_PX = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Size of the picture in pixels, lines and zones in it, the ground, and rooms behind lines.

    Where nothing is seen there is no picture: it is 0 by 0, and nothing is drawn.

    Raises ConfigError where a shape lies outside the picture, can never count or shares its name,
    and where a room has a door that is not drawn.
    """

    width: int
    height: int
    lines: tuple[Line, ...] = ()
    zones: tuple[Zone, ...] = ()
    ground: Ground | None = None
    rooms: tuple[Room, ...] = ()

    def __post_init__(self) -> None:
        drawn = self.lines or self.zones or self.rooms or self.ground
        unseen = self.width == self.height == 0 and not drawn
        if not unseen and not (0 < self.width <= MAX_SIZE_PX and 0 < self.height <= MAX_SIZE_PX):
            raise ConfigError(
                f"picture of {self.width}x{self.height}: expected 1 to {MAX_SIZE_PX} pixels a side"
            )
        _require_distinct("line", self.lines)
        _require_distinct("zone", self.zones)
        _require_distinct("room", self.rooms)
        for line in self.lines:
            line.require_inside(self.width, self.height)
        for zone in self.zones:
            zone.require_inside(self.width, self.height)
        if self.ground is not None:
            self.ground.require_inside(self.width, self.height)
        _require_doors(self.rooms, self.lines)


def _require_distinct(what: str, shapes: Sequence[Line | Zone | Room]) -> None:
    if len(shapes) > MAX_SHAPES:
        raise ConfigError(f"{len(shapes)} {what}s: expected at most {MAX_SHAPES}")
    seen: set[str] = set()
    for shape in shapes:
        if shape.name in seen:
            raise ConfigError(
                f"two {what}s are called {shape.name!r}", hint="give each a name of its own"
            )
        seen.add(shape.name)


def _require_doors(rooms: Sequence[Room], lines: Sequence[Line]) -> None:
    drawn = [line.name for line in lines]
    for room in rooms:
        for door in room.doors:
            if door.line not in drawn:
                raise ConfigError(
                    f"room {room.name!r} has a door {door.line!r}: there is no line of that name",
                    hint=f"draw it, or use one of {', '.join(drawn)}" if drawn else "draw it first",
                )
