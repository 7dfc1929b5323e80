"""The names of what can be counted, and nothing else can be.

line.<name>.in             people who pass a line from its left to its right
line.<name>.out            people who pass it the other way
line.<name>.total          both together
line.<name>.in_red         those of ``in`` who pass while the line's signal is red; also out_red
line.<name>.<class>.in     the same of bicycle, car, motorcycle, bus or truck; also .out and so on
zone.<name>.people         people in a zone, the mean over the window
zone.<name>.density        the same people for each 100 m² of ground
zone.<name>.queue          people who stand in it, the mean over the window
zone.<name>.wait           how long those waited who left the queue, their mean in seconds
zone.<name>.dwell.<class>  stays in it that ended, by how long they were
zone.<name>.heat.<cell>    visits of one of the cells of a coarse grid over it
room.<name>.people         people in a room, from what passes its doors, the mean over the window
light.illuminance          how bright it is, in lux, the mean over the window
<system>.<what>            what a system tells (`edgekit.consent.systems`), such as water.volume
"""

from collections.abc import Iterable
from dataclasses import dataclass

from edgekit.consent.measure import ALONE, MEASURES, REDS
from edgekit.consent.prohibited import require_allowed
from edgekit.consent.sensitivity import Measure
from edgekit.consent.systems import SYSTEMS
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ConsentError
from edgekit.geometry import require_name
from edgekit.records import Unit

LIGHT = "light.illuminance"
PERSON = "person"
"""What is counted where a name says no class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric's name taken apart.

    ``shape`` is the name of the line, zone or room, empty where there is only one of its kind;
    ``what`` is the rest, such as ``in`` or ``dwell.under_30s``, and ``family`` that without its
    class or cell.
    """

    text: str
    kind: str
    shape: str
    what: str

    @property
    def measure(self) -> Measure:
        """How it is measured."""
        return MEASURES[self.kind][self.what]

    @property
    def unit(self) -> Unit:
        """In what it is given."""
        return self.measure.unit

    @property
    def of_system(self) -> bool:
        """Whether one of the city's systems tells it."""
        return self.kind in SYSTEMS

    @property
    def on_red(self) -> bool:
        """Whether it is of those who pass a line while its signal is red."""
        return self.kind == "line" and self.family in REDS

    @property
    def family(self) -> str:
        """``in``, ``people``, ``dwell`` …: what it is, of whichever class or cell."""
        first, _, last = self.what.partition(".")
        return last if self.kind == "line" and last else first

    @property
    def counted(self) -> str:
        """Who or what is counted: ``person``, or a vehicle's class."""
        first, _, last = self.what.partition(".")
        return first if self.kind == "line" and last else PERSON

    @property
    def cell(self) -> str:
        """The dwell class or heat cell, empty where there is none."""
        return self.what.partition(".")[2] if self.kind == "zone" else ""

    @classmethod
    def parse(cls, text: str) -> "Metric":
        """Read a name.

        Raises:
            ProhibitedPractice: the name is reserved for what edgekit does not do.
            ConsentError: there is no such metric.
        """
        require_allowed(text)
        match text.split(".", 2):
            case [kind, what] if kind in ALONE and what in MEASURES[kind]:
                return cls(text=text, kind=kind, shape="", what=what)
            case [kind, shape, what] if kind not in ALONE and what in MEASURES.get(kind, ()):
                _require_shape(shape, text)
                return cls(text=text, kind=kind, shape=shape, what=what)
        raise _unknown(text)


def metrics_of(
    view: View, systems: Iterable[str] = (), *, camera: bool = True, array: bool = False
) -> tuple[str, ...]:
    """Return what a first draft asks for, in a fixed order: people, each way, and the light.

    Modest on purpose: totals, vehicles, density, queues, waits, dwell and heat are there by choice.
    ``systems``: those whose numbers are asked for, too. ``camera``: whether there is one at all;
    ``array``: whether a thermal array is in its place, which tells no light.
    """
    lines = (f"line.{line.name}.{way}" for line in view.lines for way in ("in", "out"))
    zones = (f"zone.{zone.name}.people" for zone in view.zones)
    rooms = (f"room.{room.name}.people" for room in view.rooms)
    light = () if array else (LIGHT,)
    seen = (*lines, *zones, *rooms, *light) if camera or array else ()
    # Who nearly met is told in metres: a first draft asks for it where the ground is known.
    told = (
        f"{name}.{what}"
        for name in systems
        for what, one in MEASURES[name].items()
        if not (one.by_eye and camera and view.ground is None)
    )
    return (*seen, *told)


def _require_shape(shape: str, text: str) -> None:
    try:
        require_name(shape, "shape")
    except ConfigError as error:
        raise _unknown(text) from error


def _unknown(text: str) -> ConsentError:
    return ConsentError(
        f"there is no metric {text!r}",
        hint="there are line.NAME.in, .out, .total, .in_red and .out_red, also of a class as in "
        "line.NAME.car.in; "
        "zone.NAME.people, .density, .queue, .wait, .dwell.CLASS and .heat.CELL; "
        "room.NAME.people; light.illuminance; and what systems tell: "
        + ", ".join(f"{name}.{what}" for name in SYSTEMS for what in MEASURES[name]),
    )
