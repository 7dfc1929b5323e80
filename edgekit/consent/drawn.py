"""The view as it stands in a signed document, in whole pixels and centimetres."""

from typing import TYPE_CHECKING, cast

from edgekit.consent.fields import Fields
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.view import View
from edgekit.errors import ConsentError
from edgekit.geometry import Ground, Line, Point, Zone
from edgekit.signing.canonical import JsonValue

if TYPE_CHECKING:
    from edgekit.geometry.homography import Four


def view_to_json(view: View) -> dict[str, JsonValue]:
    """Return the fields of a document that say what is drawn; what there is not is null or []."""
    return {
        "picture": {"width": view.width, "height": view.height},
        "lines": [
            {"name": line.name, "from": _whole(line.start), "to": _whole(line.end)}
            for line in view.lines
        ],
        "zones": [
            {"name": zone.name, "polygon": [_whole(point) for point in zone.polygon]}
            for zone in view.zones
        ],
        "ground": None if view.ground is None else _ground_to_json(view.ground),
        "rooms": [_room_to_json(room) for room in view.rooms],
    }


def view_from_fields(fields: Fields) -> View:
    """Read them; raises ConsentError for the form and ConfigError for what can't be drawn."""
    picture = fields.inner("picture")
    ground = fields.inner_or_none("ground")
    view = View(
        width=picture.whole("width"),
        height=picture.whole("height"),
        lines=tuple(map(_line, fields.inners("lines"))),
        zones=tuple(map(_zone, fields.inners("zones"))),
        ground=None if ground is None else _ground(ground),
        rooms=tuple(map(_room, fields.inners("rooms"))),
    )
    picture.done()
    return view


def ground_of(points: tuple[Point, ...], cm: tuple[Point, ...]) -> Ground:
    """Return the ground through so many points; raises ConfigError where they are not four."""
    return Ground(cast("Four", points), cast("Four", cm))  # it counts them itself


def _line(fields: Fields) -> Line:
    line = Line(fields.text("name"), fields.point("from"), fields.point("to"))
    fields.done()
    return line


def _zone(fields: Fields) -> Zone:
    zone = Zone(fields.text("name"), fields.points("polygon"))
    fields.done()
    return zone


def _ground(fields: Fields) -> Ground:
    ground = ground_of(fields.points("points"), fields.points("cm"))
    fields.done()
    return ground


def _ground_to_json(ground: Ground) -> dict[str, JsonValue]:
    return {
        "points": [_whole(point) for point in ground.points],
        "cm": [_whole(point) for point in ground.cm],
    }


def _room(fields: Fields) -> Room:
    room = Room(
        name=fields.text("name"),
        doors=tuple(map(_door, fields.inners("doors"))),
        max_dwell_min=fields.whole("max_dwell_min"),
        closes_utc_minute=fields.whole_or_none("closes_utc_minute"),
        capacity=fields.whole_or_none("capacity"),
    )
    fields.done()
    return room


def _door(fields: Fields) -> Door:
    door = Door(line=fields.text("line"), inward=fields.choice("inward", Way))
    fields.done()
    return door


def _room_to_json(room: Room) -> dict[str, JsonValue]:
    return {
        "name": room.name,
        "doors": [{"line": door.line, "inward": door.inward.value} for door in room.doors],
        "max_dwell_min": room.max_dwell_min,
        "closes_utc_minute": room.closes_utc_minute,
        "capacity": room.capacity,
    }


def _whole(point: Point) -> list[JsonValue]:
    x, y = point
    if x != int(x) or y != int(y):
        raise ConsentError(f"point ({x:g}, {y:g}): expected whole pixels")
    return [int(x), int(y)]
