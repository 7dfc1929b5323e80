"""What can be measured of a line, a zone, a room or by a system, as a table.

The key is what a metric's name says after the shape: ``total`` in ``line.door.total``,
``dwell.under_30s`` in ``zone.square.dwell.under_30s``. What there is one of at a site (its light, a
system) has no shape: ``volume`` in ``water.volume``.
"""

from collections.abc import Mapping

from edgekit.consent.sensitivity import Measure, Sensitivity
from edgekit.consent.systems import SYSTEMS, told_of
from edgekit.geometry import DWELL_CLASSES, HEAT_COLUMNS, HEAT_ROWS, cell_name
from edgekit.records import Kind, Unit

VEHICLES: Mapping[str, int] = {"bicycle": 1, "car": 2, "motorcycle": 3, "bus": 5, "truck": 7}
"""What is counted beside people, by its number among the classes of COCO (Lin et al., 2014)."""

WAYS: Mapping[str, Kind] = {"in": Kind.IN, "out": Kind.OUT}


REDS: Mapping[str, str] = {f"{way}_red": way for way in WAYS}
"""What passes on red, by the way that it is among."""


def _line() -> Mapping[str, Measure]:
    measures: dict[str, Measure] = {}
    for prefix in ("", *(f"{vehicle}." for vehicle in VEHICLES)):
        for way, kind in WAYS.items():
            measures[f"{prefix}{way}"] = Measure(unit=Unit.COUNT, kind=kind)
        ways = tuple(f"{prefix}{way}" for way in WAYS)
        measures[f"{prefix}total"] = Measure(unit=Unit.COUNT, made_of=ways)
        for red, way in REDS.items():
            measures[f"{prefix}{red}"] = Measure(unit=Unit.COUNT, made_of=(f"{prefix}{way}",))
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
    "light": {
        "illuminance": Measure(
            unit=Unit.ILLUMINANCE_LUX,
            kind=Kind.ILLUMINANCE,
            sensitivity=Sensitivity.ENVIRONMENT,
            round_to=10,
        )
    },
    **{name: told_of(name) for name in SYSTEMS},
}

ALONE = frozenset({"light", *SYSTEMS})
"""What there is one of at a site, so that a metric of it names no shape."""
