"""Water quality at a station: first what is wrong with the probes, then with the water.

    state = begin(Settings())
    state, decisions = step(state, Sampled(t_ms=t_ms, values=(0.9, 7.4, 0.3, 9.4, 250.0)))

Each probe is judged (flat line, range, dead value, as in pecos); one that stood still is left out
until it has moved for half a day. What contaminates water takes up chlorine and adds carbon, salts
and particles (Hall et al. 2007, JAWWA 99(1)): each sound probe gives its rise within two hours, in
that direction, over the spread of such rises in the last two weeks (median of their size / 0.67, or
its upper quartile / 1.15 where that is more), cut at 4; an event is
a sum / sqrt(probes) above 3.5 in which a second probe moves too.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from edgekit.errors import ConfigError
from edgekit.systems.card import Card
from edgekit.systems.day import DAY_MS, HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Conversion, Fault, Limits, Sample, Vital, changes, judge

SHARES, SHARES_OF_SD = (0.5, 0.75), (0.6745, 1.1503)
"""So large a share of normal changes is at most so many sd; the second hears what a station does
to its water every few hours, which the first does not."""

CUT = 4.0
SECOND = 1.0
LEAST_PROBES = 2
NOW, GAP, BEFORE = 2, 3, 6
"""Readings: the present level is a median of 2, the level before of 6, with 3 between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One probe: which way contamination moves it (0 = either), its resolution and limits."""

    name: str
    unit: str
    direction: int
    least: float
    high: float
    low: float = 0.0
    dead: tuple[float, ...] = ()
    conversions: tuple[Conversion, ...] = ()

    def limits(self, step_ms: int, stuck_ms: int) -> Limits:
        """Return what it can be."""
        return Limits(
            name=self.name,
            unit=self.unit,
            low=self.low,
            high=self.high,
            max_age_ms=2 * step_ms,
            stuck_ms=stuck_ms,
            dead=self.dead,
            conversions=self.conversions,
        )


SIGNALS = (
    Signal(name="chlorine", unit="mg/l", direction=-1, least=0.0035, high=10, dead=(0.0,)),
    Signal(name="ph", unit="pH", direction=0, least=0.01, low=3, high=11),
    Signal(name="turbidity", unit="NTU", direction=1, least=0.01, high=100),
    Signal(name="toc", unit="mg/l", direction=1, least=0.01, high=100),
    Signal(
        name="conductivity",
        unit="µS/cm",
        direction=1,
        least=1.0,
        low=5,
        high=5000,
        conversions=(Conversion(unit="mS/cm", scale=1000.0),),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A station.

    Attributes:
        signals: its probes, in the order of the readings.
        step_min: minutes between readings.
        threshold: of the sum, above which it is an event.
        learn_days: of a probe's changes before it is used.
        memory_days: over how long the spread of its changes is taken.
        stuck_h: hours at one value that are a stuck probe, and for which one that moves again is
            not used.
        hold_h: an event is over after so many quiet hours.
    """

    signals: tuple[Signal, ...] = SIGNALS
    step_min: int = 20
    threshold: float = 3.5
    learn_days: int = 2
    memory_days: int = 14
    stuck_h: int = 12
    hold_h: int = 3

    def __post_init__(self) -> None:
        if (
            len(self.signals) < LEAST_PROBES
            or min(self.step_min, self.learn_days, self.stuck_h) < 1
        ):
            raise ConfigError("a station: expected two probes or more, and times from 1 on")

    @property
    def step_ms(self) -> int:
        """Milliseconds between readings."""
        return self.step_min * MINUTE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One reading of all probes in the order of the settings; None where one gave nothing."""

    t_ms: int
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What is known of one probe: its last levels, and the sizes of its changes."""

    vital: Vital = field(default_factory=Vital)
    muted_ms: int = 0
    levels: tuple[float, ...] = ()
    sizes: tuple[float, ...] = ()
    change: float | None = None
    z: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The probes, and whether an event goes on."""

    settings: Settings
    probes: tuple[Probe, ...]
    score: float | None = None
    event: bool = False
    exceeded_ms: int = 0
    blind: bool = True


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings, probes=tuple(Probe() for _ in settings.signals))


def step(state: State, reading: Sampled) -> tuple[State, tuple[Decision, ...]]:
    """Take one reading; ConfigError where it has another number of probes."""
    settings = state.settings
    if len(reading.values) != len(settings.signals):
        raise ConfigError(
            f"a reading of {len(reading.values)} probes: expected {len(settings.signals)}"
        )
    decisions: list[Decision] = []
    probes: list[Probe] = []
    for signal, probe, value in zip(settings.signals, state.probes, reading.values, strict=True):
        limits = signal.limits(settings.step_ms, settings.stuck_h * HOUR_MS)
        vital, judged = judge(limits, probe.vital, Sample(t_ms=reading.t_ms, value=value))
        decisions += changes(limits, probe.vital, vital, reading.t_ms)
        fresh = replace(probe, vital=vital, change=None, z=None)
        probes.append(_moved(settings, signal, _muted(settings, fresh, reading.t_ms), judged.value))
    after = replace(state, probes=tuple(probes))
    after, more = _judged(state, after, reading.t_ms)
    return after, (*decisions, *more)


def _muted(settings: Settings, probe: Probe, t_ms: int) -> Probe:
    """Leave a probe out for a while after it was dead or stuck, and forget its levels."""
    if {Fault.STUCK, Fault.DEAD} & set(probe.vital.faults):
        return replace(probe, muted_ms=t_ms + settings.stuck_h * HOUR_MS, levels=())
    if {Fault.CLOCK_BACK, Fault.MISSING} & set(probe.vital.faults):
        # Levels must be neighbours in time.
        return replace(probe, levels=())
    return probe


def _moved(settings: Settings, signal: Signal, probe: Probe, value: float | None) -> Probe:
    """Take a level; where there are enough, return how the probe changed and how odd that is."""
    if value is None:
        return probe
    levels = (*probe.levels, value)[-(NOW + GAP + BEFORE) :]
    probe = replace(probe, levels=levels)
    muted = (probe.vital.t_ms or 0) < probe.muted_ms
    if len(levels) < NOW + GAP + BEFORE or muted or not signal.direction:
        return probe
    change = signal.direction * (_median(levels[-NOW:]) - _median(levels[:BEFORE]))
    day = DAY_MS // settings.step_ms
    z = None
    if len(probe.sizes) >= settings.learn_days * day:
        usual = np.quantile(probe.sizes, SHARES) / np.array(SHARES_OF_SD)
        spread = max(float(usual.max()), signal.least)
        z = min(CUT, max(-CUT, change / spread))
    sizes = (*probe.sizes, round(abs(change), 6))[-settings.memory_days * day :]
    return replace(probe, change=change, z=z, sizes=sizes)


def _judged(before: State, state: State, t_ms: int) -> tuple[State, list[Decision]]:
    settings = state.settings
    zs = sorted(probe.z for probe in state.probes if probe.z is not None)
    blind = len(zs) < LEAST_PROBES
    score = None if blind else sum(zs) / math.sqrt(len(zs))
    exceeded = score is not None and score > settings.threshold and zs[-2] > SECOND
    exceeded_ms = t_ms if exceeded else state.exceeded_ms
    event = exceeded or (state.event and 0 <= t_ms - state.exceeded_ms <= settings.hold_h * HOUR_MS)
    after = replace(state, score=score, event=event, exceeded_ms=exceeded_ms, blind=blind)
    return after, list(_told(before, after, t_ms))


def _told(before: State, after: State, t_ms: int) -> Iterator[Decision]:
    if after.event and not before.event:
        yield Decision(
            t_ms=t_ms,
            what="event",
            reason=f"the water changed as contamination changes it: {_named(after)}",
            severity=Severity.ALARM,
        )
    elif before.event and not after.event:
        words = f"no such change for {after.settings.hold_h} h"
        yield Decision(t_ms=t_ms, what="event.over", reason=words)
    first = all(probe.vital.t_ms is None for probe in before.probes)
    if after.blind and (first or not before.blind):
        sound = sum(probe.z is not None for probe in after.probes)
        yield Decision(
            t_ms=t_ms,
            what="unknown",
            reason=f"{sound} probes are fit to be compared: whether something is in the water is "
            "not known",
            severity=Severity.UNKNOWN,
        )
    elif before.blind and not after.blind:
        yield Decision(t_ms=t_ms, what="watching", reason="two probes or more can be compared")


def _named(state: State) -> str:
    pairs = zip(state.settings.signals, state.probes, strict=True)
    return ", ".join(
        f"{signal.name} {signal.direction * (probe.change or 0.0):+.3g} {signal.unit} "
        f"({probe.z:+.1f} spreads)"
        for signal, probe in pairs
        if probe.z is not None
    )


def _median(levels: tuple[float, ...]) -> float:
    ordered, half = sorted(levels), len(levels) // 2
    return ordered[half] if len(levels) % 2 else (ordered[half - 1] + ordered[half]) / 2


CARD = Card(
    name="water_quality",
    title="contamination of drinking water by several probes; a broken probe is never one",
    method="Probes are judged first. What each sound probe moved within two hours, in the "
    "direction of contamination, is set against its usual moves of two weeks; the sum over probes "
    "makes the event, and a second probe must move too. Changes slower than hours are not seen.",
    source="Hall et al. 2007, JAWWA 99(1):66-77 (directions); Klise and Stein, pecos, "
    "SAND2016-3583 (health); CANARY, EPA/600/R-08/040B, is the anchor",
    unknown="with fewer than two sound probes, and for the first two days of each",
    settings=Settings,
)
