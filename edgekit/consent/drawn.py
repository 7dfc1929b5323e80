"""The view as it stands in a signed document, in whole pixels and centimetres."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from edgekit.consent.form import NAME, Table, choice, many, one, or_null, point, points, text, whole
from edgekit.consent.room import (
    DAY_MINUTES,
    MAX_CAPACITY,
    MAX_DOORS,
    MAX_DWELL_MIN,
    Door,
    Room,
    Way,
)
from edgekit.consent.view import MAX_SHAPES, MAX_SIZE_PX, View
from edgekit.errors import ConsentError
from edgekit.geometry import Ground, Line, Point, Zone
from edgekit.signing.canonical import JsonValue

if TYPE_CHECKING:
    from edgekit.geometry.homography import Four


def view_to_json(view: View) -> dict[str, JsonValue]:
    """Return the fields of a document that say what is drawn; what there is not is null or []."""
    return {
        "picture": {"width": view.width, "height": view.height} if view.width else None,
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


def view_of(values: Mapping[str, Any]) -> View:
    """Return the view that the fields of `VIEW` say; raises ConfigError for what can't be drawn."""
    picture = values["picture"] or {"width": 0, "height": 0}
    return View(
        **picture,
        **{key: values[key] for key in VIEW if key != "picture"},
    )


def ground_of(points: tuple[Point, ...], cm: tuple[Point, ...]) -> Ground:
    """Return the ground through so many points; raises ConfigError where they are not four."""
    return Ground(cast("Four", points), cast("Four", cm))  # it counts them itself


def _ground_to_json(ground: Ground) -> dict[str, JsonValue]:
    return {
        "points": [_whole(point) for point in ground.points],
        "cm": [_whole(point) for point in ground.cm],
    }


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


def _line(**of: Any) -> Line:  # noqa: ANN401 -- as the table reads them
    return Line(of["name"], of["from"], of["to"])


def _zone(name: str, polygon: tuple[Point, ...]) -> Zone:
    return Zone(name, polygon)


_LINE: Table = {"name": text(longest=24, pattern=NAME), "from": point(), "to": point()}
_ZONE: Table = {"name": text(longest=24, pattern=NAME), "polygon": points(3)}
_DOOR: Table = {"line": text(longest=24, pattern=NAME), "inward": choice(Way)}
_ROOM: Table = {
    "name": text(longest=24, pattern=NAME),
    "doors": many(_DOOR, Door, 1, MAX_DOORS),
    "max_dwell_min": whole(1, MAX_DWELL_MIN),
    "closes_utc_minute": or_null(whole(0, DAY_MINUTES - 1)),
    "capacity": or_null(whole(1, MAX_CAPACITY)),
}
_SIZE = whole(1, MAX_SIZE_PX)

VIEW: Table = {
    "picture": or_null(one({"width": _SIZE, "height": _SIZE}, dict)),
    "lines": many(_LINE, _line, 0, MAX_SHAPES),
    "zones": many(_ZONE, _zone, 0, MAX_SHAPES),
    "ground": or_null(one({"points": points(4, 4), "cm": points(4, 4)}, ground_of)),
    "rooms": many(_ROOM, Room, 0, MAX_SHAPES),
}
"""The fields of a document that say what is drawn."""
