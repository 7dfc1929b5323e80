"""What can be measured of a line, a zone or a room, as a table: its unit, and how it is sensed.

The key is what a metric's name says after the shape: ``total`` in ``line.door.total``,
``dwell.under_30s`` in ``zone.square.dwell.under_30s``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.geometry import DWELL_CLASSES, HEAT_COLUMNS, HEAT_ROWS, cell_name
from edgekit.records import Kind, Unit

VEHICLES: Mapping[str, int] = {"bicycle": 1, "car": 2, "motorcycle": 3, "bus": 5, "truck": 7}
"""What is counted beside people, by its number among the classes of COCO (Lin et al., 2014)."""

WAYS: Mapping[str, Kind] = {"in": Kind.IN, "out": Kind.OUT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One thing that can be measured.

    ``kind`` is how the eye says it, None where the clerk computes it from ``made_of``, which are
    measures of the same shape; a room's is made of the ways over its doors.
    """

    unit: Unit
    kind: Kind | None = None
    made_of: tuple[str, ...] = ()


def _line() -> Mapping[str, Measure]:
    measures: dict[str, Measure] = {}
    for prefix in ("", *(f"{vehicle}." for vehicle in VEHICLES)):
        for way, kind in WAYS.items():
            measures[f"{prefix}{way}"] = Measure(unit=Unit.COUNT, kind=kind)
        ways = tuple(f"{prefix}{way}" for way in WAYS)
        measures[f"{prefix}total"] = Measure(unit=Unit.COUNT, made_of=ways)
    return measures


def _zone() -> Mapping[str, Measure]:
    cells = map(cell_name, range(HEAT_COLUMNS * HEAT_ROWS))
    return {
        "people": Measure(unit=Unit.PEOPLE, kind=Kind.OCCUPANCY),
        "density": Measure(unit=Unit.PEOPLE_PER_100_M2, made_of=("people",)),
        "queue": Measure(unit=Unit.PEOPLE, kind=Kind.QUEUE),
        "wait": Measure(unit=Unit.WAIT_S, kind=Kind.WAIT),
        **{f"dwell.{one}": Measure(unit=Unit.COUNT, kind=Kind.STAY) for one in DWELL_CLASSES},
        **{f"heat.{cell}": Measure(unit=Unit.COUNT, kind=Kind.VISIT) for cell in cells},
    }


MEASURES: Mapping[str, Mapping[str, Measure]] = {
    "line": _line(),
    "zone": _zone(),
    "room": {"people": Measure(unit=Unit.PEOPLE)},
    "light": {"illuminance": Measure(unit=Unit.ILLUMINANCE_LUX, kind=Kind.ILLUMINANCE)},
}
