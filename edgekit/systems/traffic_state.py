"""What traffic is read as, what is known of it, and what is said of an hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.records import Aspect
from edgekit.systems.day import HOUR_MS, MINUTE_MS, LocalDay
from edgekit.systems.decision import Decision
from edgekit.systems.register import Meter, Register
from edgekit.systems.traffic_conflict import Kind
from edgekit.systems.traffic_forecast import Forecast, Learned
from edgekit.systems.traffic_signal import Shown, Signal
from edgekit.systems.vitals import Fault

WAYS = ("in", "out")
LINES = tuple(f"{kind}.{way}" for kind in Kind for way in WAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A place.

    Attributes:
        zone: of its hours and days.
        most_per_hour: the most that can pass one line one way in an hour.
        modulus: the total after which a counter shows 0 again.
        max_gap_ms: after a longer silence an hour is not known as a whole.
        stuck_ms: nothing at all for so long, where some are expected, is a counter that stands.
        signal: of the line that has one.
    """

    zone: tzinfo = UTC
    most_per_hour: int = 7200
    modulus: int = 2**32
    max_gap_ms: int = 15 * MINUTE_MS
    stuck_ms: int = 6 * HOUR_MS
    signal: Signal = field(default_factory=Signal)

    def __post_init__(self) -> None:
        if not 0 < self.max_gap_ms <= HOUR_MS or self.stuck_ms < HOUR_MS:
            raise ConfigError(
                "traffic: expected a gap of up to an hour and hours of standing still"
            )
        _ = self.meter

    @property
    def meter(self) -> Meter:
        """What is known of each counter; ConfigError where it can't be."""
        return Meter(most_per_hour=self.most_per_hour, modulus=self.modulus, slack=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the lines have counted so far, by ``kind.way``; None or left out where one says nothing.

    ``red`` is whether the signal has been red since the reading before; None where there is no
    signal or it is not known. ``near`` is the total of near misses. ``boot`` names the start from
    which totals count.
    """

    t_ms: int
    passed: Mapping[str, int | None]
    red: bool | None = None
    near: int | None = None
    boot: str = ""
    heard_ms: int | None = None

    def __post_init__(self) -> None:
        odd = sorted(self.passed.keys() - set(LINES))
        if odd:
            raise ConfigError(f"{', '.join(odd)}: expected some of {', '.join(LINES)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour(Decision):
    """An hour: counts by line, on red and near misses, and the forecasts of the next by kind."""

    counts: Mapping[str, int]
    on_red: int
    near: int
    complete: bool
    ahead: Mapping[str, Forecast]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Counters, the open hour (Unix hours), what was learnt by kind, and what the signal shows."""

    settings: Settings
    t_ms: int | None = None
    registers: Mapping[str, Register] = field(default_factory=dict)
    hour: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    on_red: int = 0
    near: int = 0
    complete: bool = False
    learned: Mapping[str, Learned] = field(default_factory=dict)
    moved_ms: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    day: LocalDay | None = None
    signal: Shown = field(default_factory=Shown)

    @property
    def fault(self) -> Fault | None:
        """What is wrong with the signal's contacts now."""
        return self.signal.fault

    @property
    def aspect(self) -> Aspect:
        """What the signal shows."""
        return self.signal.aspect
