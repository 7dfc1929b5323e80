"""The names of what can be counted, and nothing else can be.

line.<name>.in      passages from the left to the right of a line
line.<name>.out     passages the other way
line.<name>.total   both together
zone.<name>.people  people in a zone, the mean over the window
light.illuminance   how bright it is, in lux, the mean over the window
"""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.consent.prohibited import require_allowed
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ConsentError
from edgekit.geometry import require_name
from edgekit.records import Unit

LIGHT = "light.illuminance"
_UNITS: Mapping[tuple[str, str], Unit] = {
    ("line", "in"): Unit.COUNT,
    ("line", "out"): Unit.COUNT,
    ("line", "total"): Unit.COUNT,
    ("zone", "people"): Unit.PEOPLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric's name taken apart; ``shape`` is the line's or zone's name, empty for light."""

    text: str
    kind: str
    shape: str
    what: str
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Metric":
        """Read a name.

        Raises:
            ProhibitedPractice: the name is reserved for what edgekit does not do.
            ConsentError: there is no such metric.
        """
        if text == LIGHT:
            return cls(
                text=text,
                kind="light",
                shape="",
                what="illuminance",
                unit=Unit.ILLUMINANCE_LUX,
            )
        require_allowed(text)
        match text.split("."):
            case [kind, shape, what] if (kind, what) in _UNITS:
                _require_shape(shape, text)
                unit = _UNITS[kind, what]
                return cls(text=text, kind=kind, shape=shape, what=what, unit=unit)
        raise _unknown(text)


def metrics_of(view: View) -> tuple[str, ...]:
    """Return what can be counted in this view, but for the totals, in a fixed order."""
    lines = (f"line.{line.name}.{way}" for line in view.lines for way in ("in", "out"))
    zones = (f"zone.{zone.name}.people" for zone in view.zones)
    return (*lines, *zones, LIGHT)


def _require_shape(shape: str, text: str) -> None:
    try:
        require_name(shape, "shape")
    except ConfigError as error:
        raise _unknown(text) from error


def _unknown(text: str) -> ConsentError:
    return ConsentError(
        f"there is no metric {text!r}",
        hint="there are line.NAME.in, .out and .total, zone.NAME.people and light.illuminance",
    )
