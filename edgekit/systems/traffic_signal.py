"""What a traffic signal shows, by the contacts of its red and its green lamp; unknown in doubt.

    shown, decisions = show(rules, Shown(), Contacts(t_ms=t_ms, red=True, green=False))

One contact alone is believed. Neither is amber for a while after green, and unknown else: it is
off, or flashes amber as signals do at night. Both are unknown, as is a lamp that flashes. What has
not changed for longer than its longest cycle stands: what it showed since its last change is then
no news either (`Aspect.FALSE`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from edgekit.errors import ConfigError
from edgekit.records import Aspect
from edgekit.systems.day import DAY_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Fault, told

FRESH_MS = 3_000
"""After so long without a reading the signal is begun anew."""

SWITCH_MS = 500
"""Lamps change over: for so long both or neither may be lit, and it still shows what it did."""

FLASH_MS, FLASHES = 5_000, 2
"""A lamp that comes on twice within so long flashes."""

COLOURS = frozenset({Aspect.GREEN, Aspect.AMBER, Aspect.RED})
"""What it shows where that is known."""

MOST_MS, MOST_CYCLE_S = 10_000, 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """``[systems.traffic.signal]``: the signal of one line.

    Attributes:
        line: which it is for, by its name; who crosses that while it is red is counted.
        grace_ms: so long after red began nobody is on red yet: who could not stop any more
            (enforcement has such a time, too: FHWA-SA-05-002, "grace period").
        tolerance_ms: by so much the time of a passage may be off, either way: who passed within it
            of a change is not counted as on red.
        lag_ms: so long after somebody passed the eye tells of it, usually.
        amber_ms: the longest amber (MUTCD 2009, 4D.26: 3 to 6 s).
        cycle_s: the longest that the signal shows the same, while all is well.

    Raises ConfigError where a time can't be.
    """

    line: str = ""
    grace_ms: int = 500
    tolerance_ms: int = 500
    lag_ms: int = 200
    amber_ms: int = 6_000
    cycle_s: int = 300

    def __post_init__(self) -> None:
        for name in ("grace_ms", "tolerance_ms", "lag_ms", "amber_ms"):
            if not 0 <= (value := getattr(self, name)) <= MOST_MS:
                raise ConfigError(f"{name} of {value}: expected 0 to {MOST_MS}")
        if not self.amber_ms / 1000 < self.cycle_s <= MOST_CYCLE_S:
            raise ConfigError(
                f"cycle_s of {self.cycle_s}: expected more than amber, and up to {MOST_CYCLE_S}",
                hint="the longest time for which it shows the same while all is well",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """The contacts at a moment: closed = lit, None = not known; ``reds``: how often red closed."""

    t_ms: int
    red: bool | None
    green: bool | None
    reds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What it shows, since when its lamps are as they are, what is wrong, and when red came on.

    ``alone_ms``: when one lamp alone was lit last.
    """

    t_ms: int | None = None
    aspect: Aspect = Aspect.UNKNOWN
    red: bool | None = None
    green: bool | None = None
    since_ms: int = 0
    alone_ms: int = 0
    reds: int = 0
    onsets_ms: tuple[int, ...] = ()
    fault: Fault | None = None


def show(rules: Signal, shown: Shown, seen: Contacts) -> tuple[Shown, tuple[Decision, ...]]:
    """Take the contacts as they are now; return what it shows, and what is to be said of it."""
    before, begun = shown, tuple[Decision, ...]()
    if shown.t_ms is not None and not 0 <= seen.t_ms - shown.t_ms <= FRESH_MS:
        if seen.t_ms < shown.t_ms:
            begun = (told("signal", Fault.CLOCK_BACK, seen.t_ms, "begun anew by the new time"),)
        shown = Shown(fault=shown.fault)
    shown = _lit(shown, seen)
    aspect, fault, words = _judged(rules, shown)
    after = replace(shown, aspect=aspect, fault=fault)
    return after, (*begun, *_said(before, after, words))


def _lit(shown: Shown, seen: Contacts) -> Shown:
    """Return it with its lamps as they are now."""
    first = shown.t_ms is None
    same = (shown.red, shown.green) == (seen.red, seen.green)
    # A flash between two readings is seen by the board alone, which counts on through them.
    more = 0 if first else max(0, seen.reds - shown.reds)
    onsets = (*shown.onsets_ms, *(seen.t_ms,) * min(more, FLASHES))
    if not more and not first and seen.red and shown.red is False:
        onsets = (*onsets, seen.t_ms)
    return replace(
        shown,
        t_ms=seen.t_ms,
        red=seen.red,
        green=seen.green,
        since_ms=shown.since_ms if same and not first and not more else seen.t_ms,
        alone_ms=seen.t_ms if {seen.red, seen.green} == {True, False} else shown.alone_ms,
        reds=seen.reds,
        onsets_ms=tuple(at for at in onsets if seen.t_ms - at < FLASH_MS)[-FLASHES:],
    )


Judged = tuple[Aspect, Fault | None, str]


def _judged(rules: Signal, shown: Shown) -> Judged:
    """Return what it shows, what is wrong with it, and the words for either."""
    lasts_ms = (shown.t_ms or 0) - shown.since_ms
    if shown.red is None or shown.green is None:
        return Aspect.UNKNOWN, Fault.MISSING, "a contact says nothing"
    if len(shown.onsets_ms) >= FLASHES:
        return Aspect.UNKNOWN, None, "its red flashes"
    if shown.red is shown.green:
        return _undecided(rules, shown, lasts_ms)
    if lasts_ms > rules.cycle_s * 1000:
        colour = "red" if shown.red else "green"
        words = f"it shows {colour} for {lasts_ms / 1000:.0f} s, longer than its longest cycle"
        return Aspect.FALSE, Fault.STUCK, words
    return (Aspect.RED if shown.red else Aspect.GREEN), None, "it shows one colour"


def _undecided(rules: Signal, shown: Shown, lasts_ms: int) -> Judged:
    """Both are lit, or neither; ``aspect`` is still what it showed a moment ago."""
    before = shown.aspect
    if not shown.red and before in (Aspect.GREEN, Aspect.AMBER) and lasts_ms <= rules.amber_ms:
        return Aspect.AMBER, None, "neither is lit, after green: amber"
    if before in COLOURS and (shown.t_ms or 0) - shown.alone_ms <= SWITCH_MS:
        return before, None, "it changes over"
    if shown.red:
        return Aspect.FALSE, Fault.OUT_OF_RANGE, "red and green are lit at once"
    fault = Fault.DEAD if lasts_ms > DAY_MS else None
    return Aspect.UNKNOWN, fault, "neither is lit: it is off, or flashes amber"


def _said(before: Shown, after: Shown, words: str) -> Iterator[Decision]:
    """Yield what begins and what is over, once."""
    t_ms = after.t_ms or 0
    if before.fault is not None and before.fault is not after.fault:
        over = f"signal: no longer {before.fault.replace('_', ' ')}"
        yield Decision(t_ms=t_ms, what=f"cleared.{before.fault}", reason=over)
    if after.fault is not None and before.fault is not after.fault:
        yield told("signal", after.fault, t_ms, f"{words}: it is not known what it shows")
    elif after.aspect is Aspect.UNKNOWN and before.aspect is not Aspect.UNKNOWN:
        severity = Severity.UNKNOWN
        yield Decision(t_ms=t_ms, what="signal", reason=f"signal: {words}", severity=severity)
