"""A room: people in it are known from what passes its doors, which are lines."""

from dataclasses import dataclass
from enum import StrEnum

from edgekit.errors import ConfigError
from edgekit.geometry import require_name

MAX_DOORS = 16
MAX_DWELL_MIN = 1440
DEFAULT_DWELL_MIN = 720
MAX_CAPACITY = 100_000
DAY_MINUTES = 1440


class Way(StrEnum):
    """A way over a line (`edgekit.geometry.Line`)."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A line, and which way over it leads into the room."""

    line: str
    inward: Way

    @property
    def outward(self) -> Way:
        """The other way."""
        return Way.OUT if self.inward is Way.IN else Way.IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room and its doors; raises ConfigError where it cannot be one.

    Attributes:
        doors: all of them: who comes or goes another way makes every later number wrong.
        max_dwell_min: nobody stays longer than that: who should still be there has left unseen.
        closes_utc_minute: the minute of the day, in UTC, at which it is empty; None: never known.
        capacity: how many it is meant to hold, to be shown beside the number; None: not said.
    """

    name: str
    doors: tuple[Door, ...]
    max_dwell_min: int = DEFAULT_DWELL_MIN
    closes_utc_minute: int | None = None
    capacity: int | None = None

    def __post_init__(self) -> None:
        require_name(self.name, "room")
        if not 1 <= len(self.doors) <= MAX_DOORS:
            raise ConfigError(
                f"room {self.name!r} has {len(self.doors)} doors: expected 1 to {MAX_DOORS}",
                hint='name the lines at its doors and the way in: doors = [["door", "in"]]',
            )
        lines = [door.line for door in self.doors]
        if len(set(lines)) < len(lines):
            raise ConfigError(
                f"room {self.name!r} names a door twice: who passes it would be counted twice",
                hint="name each line once, with the way that leads in",
            )
        _require(f"room {self.name!r}: max_dwell_min", self.max_dwell_min, 1, MAX_DWELL_MIN)
        if self.closes_utc_minute is not None:
            what = f"room {self.name!r}: closing minute"
            _require(what, self.closes_utc_minute, 0, DAY_MINUTES - 1)
        if self.capacity is not None:
            _require(f"room {self.name!r}: capacity", self.capacity, 1, MAX_CAPACITY)


def _require(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ConfigError(f"{what} {value}: expected {low} to {high}")
