"""Readings are judged before they are used: a fault has a name, and "unknown" is an answer.

    vital, judged = judge(LIMITS, vital, Sample(t_ms=t_ms, value=value))
    if judged.value is not None: ...

Faults come with the reading that shows them and are told once, when they begin and when they end.
The tests are the usual ones of quality control: missing and old data, limits, rate of change, flat
line (Klise and Stein, "Performance monitoring using Pecos", SAND2016-3583), and what sensors in the
field do besides: other units, clocks that jump.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from edgekit.errors import ConfigError
from edgekit.systems.decision import Decision, Severity


class Fault(StrEnum):
    """What can be wrong with a reading, a meter or a clock."""

    MISSING = "missing"  # no reading where one was due
    STALE = "stale"  # the last one is too old to act on
    STUCK = "stuck"  # the same for longer than the thing itself can be
    DEAD = "dead"  # a value that a cut wire or a sensor without power gives
    OUT_OF_RANGE = "out_of_range"
    UNIT_FLIPPED = "unit_flipped"  # right in another unit
    JUMPED = "jumped"  # changed faster than the thing itself can
    DRIFTING = "drifting"  # slowly away from what it should be
    WARMING_UP = "warming_up"
    REPEATED = "repeated"  # the same reading again
    CLOCK_BACK = "clock_back"
    CLOCK_FORWARD = "clock_forward"
    CLOCK_CHANGE = "clock_change"  # a day of 23 or 25 hours
    ROLLED_OVER = "rolled_over"
    METER_SWAPPED = "meter_swapped"
    METER_RESET = "meter_reset"
    BACK_FLOW = "back_flow"
    BOUNCED = "bounced"


HARMLESS = frozenset(
    {Fault.CLOCK_CHANGE, Fault.ROLLED_OVER, Fault.BOUNCED, Fault.REPEATED, Fault.WARMING_UP}
)
"""What is told and dealt with; nothing is lost by it."""

CONFIRMED = 3
"""So many readings in a row that stay where one jumped to are believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A unit that a source may send by mistake: ours = value x scale + offset."""

    unit: str
    scale: float
    offset: float = 0.0

    def ours(self, value: float) -> float:
        """Return the value in our unit."""
        return value * self.scale + self.offset


FAHRENHEIT = Conversion(unit="°F", scale=5 / 9, offset=-160 / 9)
KELVIN = Conversion(unit="K", scale=1.0, offset=-273.15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a quantity can be.

    Attributes:
        name: how faults call it.
        unit: of its values.
        low: the lowest value that can be.
        high: the highest.
        max_age_ms: a reading older than this is stale; a longer silence is a gap.
        max_step: the most by which two readings in a row can differ; None = not tested.
        stuck_ms: the same value for longer than this is a stuck sensor; None = not tested.
        stuck_within: values that differ by at most this are the same.
        stuck_free: values that may stay the same for ever, such as no rain.
        dead: values of a cut wire or a sensor without power, in range or not.
        conversions: other units that a source may send by mistake.

    Raises ConfigError where the limits contradict each other.
    """

    name: str
    unit: str
    low: float
    high: float
    max_age_ms: int
    max_step: float | None = None
    stuck_ms: int | None = None
    stuck_within: float = 0.0
    stuck_free: tuple[float, ...] = ()
    dead: tuple[float, ...] = ()
    conversions: tuple[Conversion, ...] = ()

    def __post_init__(self) -> None:
        if not self.low < self.high or self.max_age_ms <= 0:
            raise ConfigError(f"{self.name}: expected low < high and an age above 0")

    def holds(self, value: float) -> bool:
        """Whether a value lies within the range; NaN does not."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value of one quantity: when it was taken, and when it was heard (by the node's clock)."""

    t_ms: int
    value: float | None
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vital:
    """What is known of one quantity's sensor; begins as ``Vital()``.

    ``value`` is the last good value, ``raw`` the last one of any kind and ``same_ms`` since when it
    has been the same; ``odd`` counts readings in a row that jumped.
    """

    t_ms: int | None = None
    value: float | None = None
    good_ms: int | None = None
    raw: float | None = None
    same_ms: int = 0
    odd: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A reading after judgement: its value, or None where it is not to be used, and why."""

    value: float | None
    faults: tuple[Fault, ...]


def judge(limits: Limits, vital: Vital, sample: Sample) -> tuple[Vital, Judged]:
    """Judge one reading; return what is known now, and the value where it can be used."""
    clock = _clock(limits, vital, sample)
    if clock is Fault.REPEATED:
        return vital, Judged(value=None, faults=(clock,))
    if clock is Fault.CLOCK_FORWARD:  # named, and nothing of it is believed
        return replace(vital, faults=(clock,)), Judged(value=None, faults=(clock,))
    since = vital if clock is not Fault.CLOCK_BACK else replace(vital, same_ms=sample.t_ms)
    kept = _same(limits, since, sample)
    fault = _wrong(limits, kept, sample)
    odd = vital.odd + 1 if fault is Fault.JUMPED else 0
    if odd >= CONFIRMED:
        fault, odd = None, 0
    faults = tuple(one for one in (clock, fault) if one is not None)
    good = fault is None and clock is not Fault.CLOCK_BACK
    value = sample.value if good else None
    return replace(
        kept,
        t_ms=sample.t_ms,
        odd=odd,
        value=kept.value if value is None else value,
        good_ms=kept.good_ms if value is None else sample.t_ms,
        faults=faults,
    ), Judged(value=value, faults=faults)


def overdue(limits: Limits, vital: Vital, now_ms: int) -> Vital:
    """Return what is known when time has passed without a reading: too old a one is stale."""
    fresh = vital.good_ms is not None and now_ms - vital.good_ms <= limits.max_age_ms
    others = tuple(one for one in vital.faults if one is not Fault.STALE)
    return replace(vital, faults=others if fresh else (*others, Fault.STALE))


def changes(limits: Limits, before: Vital, after: Vital, t_ms: int) -> Iterator[Decision]:
    """Yield one decision for each fault that began and each that ended."""
    for fault in after.faults:
        if fault not in before.faults:
            yield told(limits.name, fault, t_ms, _words(limits, after, fault))
    for fault in before.faults:
        if fault not in after.faults:
            words = f"{limits.name}: no longer {_spaced(fault)}"
            yield Decision(t_ms=t_ms, what=f"cleared.{fault}", reason=words)


def told(name: str, fault: Fault, t_ms: int, words: str) -> Decision:
    """Return the decision that names a fault."""
    severity = Severity.INFO if fault in HARMLESS else Severity.FAULT
    return Decision(
        t_ms=t_ms,
        what=f"fault.{fault}",
        reason=f"{name}: {_spaced(fault)}: {words}",
        severity=severity,
    )


def _clock(limits: Limits, vital: Vital, sample: Sample) -> Fault | None:
    if sample.heard_ms is not None and sample.t_ms > sample.heard_ms + limits.max_age_ms:
        return Fault.CLOCK_FORWARD
    if vital.t_ms is None:
        return None
    if sample.t_ms == vital.t_ms:
        return Fault.REPEATED
    if sample.t_ms < vital.t_ms:
        return Fault.CLOCK_BACK
    return Fault.MISSING if sample.t_ms - vital.t_ms > limits.max_age_ms else None


def _same(limits: Limits, vital: Vital, sample: Sample) -> Vital:
    """Note since when the raw value has been the same."""
    if sample.value is None:
        return vital
    if not math.isfinite(sample.value):
        return replace(vital, raw=None, same_ms=sample.t_ms)  # no number that a file could keep
    same = vital.raw is not None and abs(sample.value - vital.raw) <= limits.stuck_within
    if same:
        return vital
    return replace(vital, raw=sample.value, same_ms=sample.t_ms)


def _wrong(limits: Limits, vital: Vital, sample: Sample) -> Fault | None:
    """Return what is wrong with the value itself."""
    value = sample.value
    if value is None or math.isnan(value):
        return Fault.MISSING
    if value in limits.dead:
        return Fault.DEAD
    last = vital.value
    jumped = (
        last is not None and limits.max_step is not None and abs(value - last) > limits.max_step
    )
    if not limits.holds(value) or jumped:
        if _flipped(limits, last, value):
            return Fault.UNIT_FLIPPED
        return Fault.JUMPED if limits.holds(value) else Fault.OUT_OF_RANGE
    stuck = limits.stuck_ms is not None and sample.t_ms - vital.same_ms >= limits.stuck_ms
    return Fault.STUCK if stuck and value not in limits.stuck_free else None


def _flipped(limits: Limits, last: float | None, value: float) -> bool:
    """Whether the value would be a good one in another unit: in range and near the last one."""
    near = limits.max_step if limits.max_step is not None else limits.high - limits.low
    return any(
        limits.holds(ours) and (last is None or abs(ours - last) <= near)
        for ours in (one.ours(value) for one in limits.conversions)
    )


def _words(limits: Limits, vital: Vital, fault: Fault) -> str:
    raw = "nothing" if vital.raw is None else f"{vital.raw:g} {limits.unit}"
    words = {
        Fault.MISSING: f"no reading for up to {limits.max_age_ms / 1000:g} s",
        Fault.STALE: f"the last good reading is older than {limits.max_age_ms / 1000:g} s",
        Fault.STUCK: f"{raw} for {(limits.stuck_ms or 0) / 3_600_000:g} h or more",
        Fault.DEAD: f"{raw} is what a sensor without power or wire gives",
        Fault.OUT_OF_RANGE: f"{raw}: expected {limits.low:g} to {limits.high:g}",
        Fault.UNIT_FLIPPED: f"{raw} is right in {_units(limits)} and wrong in {limits.unit}",
        Fault.JUMPED: f"{raw}: the last good one was {vital.value} {limits.unit}",
        Fault.CLOCK_BACK: "a reading from before the last one",
    }
    return words.get(fault, raw)


def _units(limits: Limits) -> str:
    return " or ".join(one.unit for one in limits.conversions)


def _spaced(fault: Fault) -> str:
    return fault.replace("_", " ")
