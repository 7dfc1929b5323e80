"""What an emergency is read as, what is known of it, and what is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision
from edgekit.systems.emergency_egress import Exit, Way
from edgekit.systems.vitals import Limits, Vital

STALE_MS = 5 * MINUTE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A place.

    Attributes:
        place: where, for messages; a place, never a person.
        sender: who answers for messages.
        exits: ways out.
        target_s: within this all are to have left; 150 s, or what the site's concept says.
        most_people: more can't be: the count is wrong.
    """

    place: str = "a building"
    sender: str = "emergency@edgekit.invalid"
    exits: tuple[Exit, ...] = (Exit(name="main", way=Way.DOOR, width_m=1.8),)
    target_s: float = 150.0
    most_people: int = 20_000

    def __post_init__(self) -> None:
        if not (self.place.strip() and self.target_s > 0 and self.most_people > 0):
            raise ConfigError("an emergency: expected a place, a target and people above 0")

    @property
    def limits(self) -> Limits:
        """What a count of people can be."""
        return Limits(
            name="people",
            unit="people",
            low=0,
            high=self.most_people,
            max_age_ms=STALE_MS,
            stuck_ms=12 * HOUR_MS,
            stuck_free=(0.0,),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something happened, or is over; a name that comes again changes what is known of it."""

    t_ms: int
    name: str
    place: str
    x_m: float
    y_m: float
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Where a unit is, and whether it is free; a unit is a vehicle or a team, never a person."""

    t_ms: int
    name: str
    x_m: float
    y_m: float
    speed_m_s: float
    free: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """How many people there are; None where the counter says nothing."""

    t_ms: int
    people: float | None
    closed: frozenset[str] = frozenset()
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised(Decision):
    """An alarm, or its end, with its CAP 1.2 message."""

    cap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Decision):
    """Which unit should go to which alarm, and the time that all need together, s."""

    pairs: Mapping[str, str]
    total_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress(Decision):
    """How long all need to leave at least, s; None where it is not known or no exit is left."""

    egress_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Open alarms and their message (identifier, time), units, and what was last told."""

    settings: Settings
    t_ms: int | None = None
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    messages: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    pairs: Mapping[str, str] = field(default_factory=dict)
    people: Vital = field(default_factory=Vital)
    told: str = ""
    dark_ms: int | None = None
