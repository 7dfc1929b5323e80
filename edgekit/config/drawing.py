"""What ``site.toml`` draws: lines, zones, the ground, and the rooms behind lines."""

from edgekit.config.table import Table
from edgekit.consent.drawn import ground_of
from edgekit.consent.room import (
    DEFAULT_DWELL_MIN,
    MAX_CAPACITY,
    MAX_DWELL_MIN,
    Door,
    Room,
    Way,
)
from edgekit.errors import ConfigError
from edgekit.geometry import Ground, Line, Zone


def read_line(table: Table) -> Line:
    """Read ``[[line]]``: name, from, to."""
    line = Line(table.text("name"), table.point("from"), table.point("to"))
    table.done()
    return line


def read_zone(table: Table) -> Zone:
    """Read ``[[zone]]``: name, polygon."""
    zone = Zone(table.text("name"), table.points("polygon"))
    table.done()
    return zone


def read_ground(table: Table | None) -> Ground | None:
    """Read ``[ground]``: four points of the picture, and where they lie in centimetres."""
    if table is None:
        return None
    ground = ground_of(table.points("points"), table.points("cm"))
    table.done()
    return ground


def read_room(table: Table) -> Room:
    """Read ``[[room]]``: name, doors, and what keeps its number right."""
    name = table.text("name")
    room = Room(
        name=name,
        doors=tuple(_door(name, *pair) for pair in table.pairs("doors")),
        max_dwell_min=table.whole("max_dwell_min", 1, MAX_DWELL_MIN, DEFAULT_DWELL_MIN),
        closes_utc_minute=table.time_of_day("closes"),
        capacity=table.whole_or_none("capacity", 1, MAX_CAPACITY),
    )
    table.done()
    return room


def _door(room: str, line: str, inward: str) -> Door:
    if inward not in list(Way):
        raise ConfigError(
            f'room {room!r}: the way into it over {line!r} is {inward!r}: expected "in" or "out"',
            hint="looking from the line's first point to its second, in is from left to right: "
            "say which of the two leads into the room",
        )
    return Door(line=line, inward=Way(inward))
