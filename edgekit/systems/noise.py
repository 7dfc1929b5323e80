"""Noise: four whole numbers a quarter of an hour, and nothing that somebody said.

    state = begin(Settings())
    state, decisions = step(state, Heard(t_ms=t_ms, leq_db=54.2, max_db=61.0))   # each second

Levels come from the eye's side of the wall (`edgekit.perception.sound`: A-weighting and the
detector F of IEC 61672-1). A window gives LAeq (the mean of energy), LAFmax, and what a tenth and
nine tenths of its seconds exceed (L10, L90, by seconds of LAeq; N-percent levels of ISO 1996-1).
What leaves a window is four whole numbers of 0 to 140: at most 29 bits in 15 minutes, where speech
carries some 39 bits a second (Coupé et al. 2019, Science Advances 5(9):eaaw2594).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from edgekit.consent.systems import QUARTER_S
from edgekit.errors import ConfigError
from edgekit.systems.card import Card
from edgekit.systems.day import minute_of_day, within
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Fault, Limits, Sample, Vital, changes, judge, told

LOWEST_DB, HIGHEST_DB = 0, 140
NUMBERS = 4
SPEECH_BITS_PER_S = 39.0
LEVEL = Limits(
    name="microphone",
    unit="dB(A)",
    low=10,
    high=HIGHEST_DB,
    max_age_ms=10_000,
    stuck_ms=60_000,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A place.

    Attributes:
        window_s: from 15 minutes on, so that no word is in it.
        share_heard: at least so much of a window must have been heard.
        limit_day_db, limit_night_db: LAeq above them is told; None = not.
        night_start_min, night_end_min: when it is night, minutes of the local day.
        zone: of those.
    """

    window_s: int = QUARTER_S
    share_heard: float = 0.5
    limit_day_db: int | None = None
    limit_night_db: int | None = None
    night_start_min: int = 22 * 60
    night_end_min: int = 6 * 60
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if self.window_s < QUARTER_S or not 0 < self.share_heard <= 1:
            raise ConfigError(f"a window of {self.window_s} s: expected {QUARTER_S} s or more")

    @property
    def bits_per_s(self) -> float:
        """The most that the numbers of windows can tell, in bits a second."""
        return NUMBERS * math.log2(HIGHEST_DB - LOWEST_DB + 1) / self.window_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One second: LAeq and LAFmax in dB(A); None where the microphone gave nothing."""

    t_ms: int
    leq_db: float | None
    max_db: float | None
    clipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise(Decision):
    """A window, in whole dB(A)."""

    laeq_db: int
    lamax_db: int
    l10_db: int
    l90_db: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The open window: energy, greatest level, and how many seconds had each whole level."""

    settings: Settings
    vital: Vital = field(default_factory=Vital)
    window: int | None = None
    energy: float = 0.0
    seconds: int = 0
    max_db: float = 0.0
    counts: Mapping[int, int] = field(default_factory=dict)
    clipped: bool = False


def begin(settings: Settings) -> State:
    """Return the state before the first second."""
    return State(settings=settings)


def step(state: State, reading: Heard) -> tuple[State, tuple[Decision, ...]]:
    """Take one second."""
    window = reading.t_ms // (state.settings.window_s * 1000)
    decisions: list[Decision] = []
    if state.window is not None and window > state.window:
        decisions.append(_closed(state, reading.t_ms))
        state = replace(state, energy=0.0, seconds=0, max_db=0.0, counts={}, window=window)
    sample = Sample(t_ms=reading.t_ms, value=reading.leq_db)
    vital, judged = judge(LEVEL, state.vital, sample)
    decisions += changes(LEVEL, state.vital, vital, reading.t_ms)
    decisions += _clipped(state, reading)
    opened = window if state.window is None else state.window
    state = replace(state, vital=vital, window=opened, clipped=reading.clipped)
    if judged.value is None:
        return state, tuple(decisions)
    level = round(judged.value)
    most = reading.max_db if reading.max_db is not None else judged.value
    return replace(
        state,
        energy=state.energy + 10 ** (judged.value / 10),
        seconds=state.seconds + 1,
        max_db=max(state.max_db, 0.0 if math.isnan(most) else most),
        counts={**state.counts, level: state.counts.get(level, 0) + 1},
    ), tuple(decisions)


def _clipped(state: State, reading: Heard) -> Iterator[Decision]:
    if reading.clipped and not state.clipped:
        words = "louder than the microphone can tell: levels are too low"
        yield told(LEVEL.name, Fault.OUT_OF_RANGE, reading.t_ms, words)


def _closed(state: State, t_ms: int) -> Decision:
    settings = state.settings
    share = state.seconds / settings.window_s
    if share < settings.share_heard:
        return Decision(
            t_ms=t_ms,
            what="unknown",
            reason=f"only {share:.0%} of the window was heard: how loud it was is not known",
            severity=Severity.UNKNOWN,
        )
    laeq = _bounded(10 * math.log10(state.energy / state.seconds))
    l10, l90 = exceeded(state.counts, 0.1), exceeded(state.counts, 0.9)
    limit = _limit(settings, t_ms)
    loud = limit is not None and laeq > limit
    words = f"LAeq {laeq} dB, LAFmax {_bounded(state.max_db)}, L10 {l10}, L90 {l90}"
    return Noise(
        t_ms=t_ms,
        what="loud" if loud else "noise",
        reason=f"{words}: above {limit} dB" if loud else words,
        severity=Severity.ACTION if loud else Severity.INFO,
        laeq_db=laeq,
        lamax_db=_bounded(state.max_db),
        l10_db=l10,
        l90_db=l90,
    )


def exceeded(counts: Mapping[int, int], share: float) -> int:
    """Return the highest whole level that this share of the seconds reaches or exceeds."""
    total, above = sum(counts.values()), 0
    for level in sorted(counts, reverse=True):
        above += counts[level]
        if above >= share * total:
            return _bounded(level)
    return LOWEST_DB


def _limit(settings: Settings, t_ms: int) -> int | None:
    minute = minute_of_day(t_ms - settings.window_s * 500, settings.zone)
    night = within(minute, settings.night_start_min, settings.night_end_min)
    return settings.limit_night_db if night else settings.limit_day_db


def _bounded(level: float) -> int:
    return round(max(LOWEST_DB, min(HIGHEST_DB, level)))


CARD = Card(
    name="noise",
    title="how loud it is, four numbers a quarter of an hour, and no word of what was said",
    method="The eye weighs sound by the A-curve and gives LAeq and LAFmax of each second; a window "
    "makes LAeq, LAFmax, L10 and L90 of them, whole dB. Sound itself never crosses the wall: a "
    "window's numbers can hold 29 bits, a second of speech carries 39.",
    source="IEC 61672-1:2013 (A-curve, detector F); ISO 1996-1:2016 (LAeq, N-percent levels)",
    unknown="a window of which less than half was heard; a microphone that is silent or stands",
    settings=Settings,
)
