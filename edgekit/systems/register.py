"""Meters that count up: roll-over, reset, swap and back-flow, and nothing lost or invented.

    register, moved = advance(METER, register, Total(t_ms=t_ms, total=1234))

A total is never turned into zero or into a guess: where it can't be told how much went by,
``units`` is None and the fault says since when. A total that falls is a roll-over where the way
over the top is short enough, else back-flow where the way back is, else another meter. What is
short enough follows from the meter's overload flow (Q4 of OIML R 49-1).
"""

from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.systems.vitals import Fault

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What is known of a meter.

    Attributes:
        most_per_hour: the most units that can go by in an hour, of the meter's overload flow.
        modulus: the total after which it shows 0 again, such as 10**8 or 2**32; None = never.
        slack: units beyond that rate that are believed, for pulses that come together.
        back_per_hour: the most units that it can run back in an hour; 0 where it can't.

    Raises ConfigError for a rate or modulus that can't be.
    """

    most_per_hour: int
    modulus: int | None = None
    slack: int = 2
    back_per_hour: int = 0

    def __post_init__(self) -> None:
        if self.most_per_hour <= 0 or self.slack < 0 or self.back_per_hour < 0:
            raise ConfigError(
                "a meter's rates: expected more than 0 an hour forward, 0 or more back"
            )
        if self.modulus is not None and self.modulus <= 1:
            raise ConfigError(f"a meter of modulus {self.modulus}: expected more than 1")

    def most(self, span_ms: int) -> int:
        """Return the most units that can go by in so long."""
        return self.slack + -(-self.most_per_hour * span_ms // HOUR_MS)

    def most_back(self, span_ms: int) -> int:
        """Return the most units that it can run back in so long."""
        slack = self.slack if self.back_per_hour else 0
        return slack + -(-self.back_per_hour * span_ms // HOUR_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a meter shows.

    ``meter`` names the device where it says so (serial number), ``boot`` its start where the total
    counts from there (a bridge's boot id); a change of either is believed.
    """

    t_ms: int
    total: int | None
    meter: str = ""
    boot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The last total that was believed; begins as ``Register()``."""

    t_ms: int | None = None
    total: int = 0
    meter: str = ""
    boot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What went by since the total before.

    Attributes:
        since_ms: the time of the total before; None for the first one.
        t_ms: of this one.
        units: forward, or negative for back-flow; None where it can't be told.
        fault: what happened, or None.
    """

    since_ms: int | None
    t_ms: int
    units: int | None
    fault: Fault | None = None


def advance(meter: Meter, register: Register, seen: Total) -> tuple[Register, Moved]:
    """Take one total; return the register and what went by.

    A total from before the last one changes nothing: the next one carries what it did.
    """
    why = _passed_over(meter, register, seen)
    units: int | None = 0
    if why is Fault.CLOCK_BACK and _went_on(meter, register, seen):
        # The meter went on, so the clock was set back: from here on it counts by the new time.
        units = _set_back(meter, register, seen)
    elif why is None:
        units, why = _followed(meter, register, seen)
    else:
        return register, Moved(since_ms=register.t_ms, t_ms=seen.t_ms, units=0, fault=why)
    taken = Register(t_ms=seen.t_ms, total=seen.total or 0, meter=seen.meter, boot=seen.boot)
    return taken, Moved(since_ms=register.t_ms, t_ms=seen.t_ms, units=units, fault=why)


def _passed_over(meter: Meter, register: Register, seen: Total) -> Fault | None:
    """Return why a total does not follow the last one, or None where it does."""
    if seen.total is None:
        return Fault.MISSING
    if seen.total < 0 or (meter.modulus is not None and seen.total >= meter.modulus):
        return Fault.OUT_OF_RANGE
    if register.t_ms is None or seen.t_ms > register.t_ms:
        return None
    return Fault.REPEATED if seen.t_ms == register.t_ms else Fault.CLOCK_BACK


def _went_on(meter: Meter, register: Register, seen: Total) -> bool:
    """Whether a total from before the last one is of a meter that has counted on since.

    One from before the meter began again from 0 is the higher number, and only came late, by an
    hour at most.
    """
    ahead = (seen.total or 0) - register.total
    late_ms = min((register.t_ms or 0) - seen.t_ms, HOUR_MS)
    over = meter.modulus is not None and 0 < meter.modulus - ahead <= meter.most(late_ms)
    return ahead >= 0 and not over


def _set_back(meter: Meter, register: Register, seen: Total) -> int | None:
    """Return what went by while the clock was set back, or None where it may be another meter."""
    same = (seen.meter, seen.boot) == (register.meter, register.boot)
    units = (seen.total or 0) - register.total
    return units if same and units <= meter.most(HOUR_MS) else None


def _followed(meter: Meter, register: Register, seen: Total) -> tuple[int | None, Fault | None]:
    total = seen.total or 0
    if register.t_ms is None:
        return 0, None
    if seen.meter != register.meter:
        return None, Fault.METER_SWAPPED
    span_ms = seen.t_ms - register.t_ms
    if seen.boot != register.boot:
        # What it has counted since it started went by; what went by before that is not known.
        return total if total <= meter.most(span_ms) else None, Fault.METER_RESET
    return _way(meter, total - register.total, span_ms)


def _way(meter: Meter, units: int, span_ms: int) -> tuple[int | None, Fault | None]:
    """Return how a total came to differ by so much in such a time: the shortest way that can be."""
    ways: list[tuple[int, Fault | None]] = [(units, None if units >= 0 else Fault.BACK_FLOW)]
    if meter.modulus is not None:
        ways += [
            (units + meter.modulus, Fault.ROLLED_OVER),
            (units - meter.modulus, Fault.BACK_FLOW),
        ]
    most, most_back = meter.most(span_ms), meter.most_back(span_ms)
    could = [(way, fault) for way, fault in ways if -most_back <= way <= most]
    return min(could, key=lambda one: abs(one[0]), default=(None, Fault.METER_SWAPPED))
