"""What is known of a number that can be made: its unit, how it is told, and whom it is about."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from edgekit.records import Kind, Unit


class Sensitivity(StrEnum):
    """Whom a number is about; by it the gate decides what of it leaves."""

    PEOPLE = "people"  # how many there are or pass
    HOUSEHOLD = "household"  # what one home uses, when, and what happens in it
    ENVIRONMENT = "environment"  # light, air, weather, soil, water of a network, sound
    EQUIPMENT = "equipment"  # the state of what serves the public: lamps, pumps, probes


class Fold(Enum):
    """What becomes of the values of one window."""

    SUM = "sum"
    MEAN = "mean"  # rounded half up
    MOST = "most"
    LAST = "last"
    TOTAL = "total"  # a total that counts on: what it moved by since the window before


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One thing that can be measured.

    Attributes:
        unit: in what it is given.
        kind: how whoever senses it says it; None where the clerk computes it from ``made_of``,
            which are measures of the same shape (a room's is made of the ways over its doors), or
            where no process of the node tells it.
        sensitivity: whom it is about.
        round_to: to what the public's copy is rounded, where it is not about people.
        min_window_s: the shortest window that it makes sense for, or that its privacy allows.
        fold: what becomes of a window's values; None = as its kind says.
        by_eye: of a system's number: whether the eye tells it, and not its board.
    """

    unit: Unit
    kind: Kind | None = None
    made_of: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.PEOPLE
    round_to: int = 1
    min_window_s: int = 1
    fold: Fold | None = None
    by_eye: bool = False
