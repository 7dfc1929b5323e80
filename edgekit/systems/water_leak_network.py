"""Leaks in a network: what a whole day rose by, told apart from what the season multiplied.

The inflow of the last day is fitted by a x (what this weekday was while learning) + b. Demand that
grows with the season is in a; a leak flows at every hour and is in b. What leaked while learning
does not shrink with demand: where a falls below 1, b rises by (1 - a) x that much, which is held
to be half the night minimum. b stands against its own spread while learning (median, 1.4826 MAD)
and is summed by a one-sided CUSUM (Page 1954, "Continuous inspection schemes", Biometrika 41) in
days: S = min(max(0, S + min(z, 6) - k), h + 1), a leak while S > h. The cap lets a repaired leak
be over within a day or two.
"""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

import numpy as np

from edgekit.errors import ConfigError
from edgekit.systems.day import DAY_MS, MINUTE_MS, local_time
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Limits, Sample, Vital, changes, judge

MAD_TO_SD = 1.4826
Z_MOST = 6.0
RESOLVED = 0.002
"""A spread of less than this share of the mean flow is below what a flow meter repeats to."""
BACKGROUND = 0.5
"""Of the least flow of a learnt night, so much is taken to leak already; from none to all does."""

DEMAND_RANGE = (0.4, 2.5)
"""A day by more than this factor off is another unit or another network, not another season."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How an inflow is watched.

    Attributes:
        slot_min: minutes that are averaged; must divide a day.
        learn_days: days before it says anything; weeks, so that every weekday is in them.
        k: slack of the CUSUM, in spreads.
        h: its limit, in spreads x days.
        share_seen: of a day's slots, at least so many must have been read.
        high_m3h: more than that does not flow in.
        zone: by whose clock people draw water.

    Raises ConfigError for slots or weeks that do not come out even.
    """

    slot_min: int = 30
    learn_days: int = 28
    k: float = 1.0
    h: float = 8.0
    share_seen: float = 0.75
    high_m3h: float = 100_000.0
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if (
            self.slot_min < 1
            or 24 * 60 % self.slot_min
            or self.learn_days % 7
            or not self.learn_days
        ):
            raise ConfigError(
                "a network: expected slots that divide a day and whole weeks to learn"
            )

    @property
    def slots(self) -> int:
        """Slots of a day."""
        return 24 * 60 // self.slot_min

    @property
    def limits(self) -> Limits:
        """What an inflow can be; ten times the same value over 12 h is a meter that stands."""
        return Limits(
            name="inflow",
            unit="m³/h",
            low=0.0,
            high=self.high_m3h,
            max_age_ms=4 * self.slot_min * MINUTE_MS,
            stuck_ms=DAY_MS // 2,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Inflow of a network or a district, m³/h; None where it could not be read."""

    t_ms: int
    flow_m3h: float | None
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLeak(Decision):
    """A leak, with about how much flows: ``leak_l_per_h``."""

    leak_l_per_h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What is normal: the week, slot by slot, and level and spread of b."""

    week: tuple[float, ...]
    level_m3h: float
    spread_m3h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The mean of one slot: its number since 1970 and within the local week."""

    number: int
    of_week: int
    flow_m3h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkState:
    """What is known of a network; begins as ``NetworkState()``."""

    vital: Vital = field(default_factory=Vital)
    open_slot: int | None = None
    readings: tuple[float, ...] = ()
    learning: tuple[Slot, ...] = ()
    learnt: Learnt | None = None
    recent: tuple[Slot, ...] = ()
    cusum: float = 0.0
    leaking: bool = False
    scaled: bool = False
    excess_m3h: float | None = None


def watch(
    network: Network, state: NetworkState, flow: Flow
) -> tuple[NetworkState, tuple[Decision, ...]]:
    """Take one reading of the inflow."""
    sample = Sample(t_ms=flow.t_ms, value=flow.flow_m3h, heard_ms=flow.heard_ms)
    vital, judged = judge(network.limits, state.vital, sample)
    decisions = list(changes(network.limits, state.vital, vital, flow.t_ms))
    state = replace(state, vital=vital)
    if judged.value is None:
        return state, tuple(decisions)
    number = flow.t_ms // (network.slot_min * MINUTE_MS)
    if number == state.open_slot:
        return replace(state, readings=(*state.readings, judged.value)), tuple(decisions)
    if state.open_slot is not None and number > state.open_slot:
        slot = _closed(network, state.open_slot, state.readings)
        state, more = _take(network, state, slot, flow.t_ms)
        decisions += more
    return replace(state, open_slot=number, readings=(judged.value,)), tuple(decisions)


def _closed(network: Network, number: int, readings: Sequence[float]) -> Slot:
    shown = local_time(number * network.slot_min * MINUTE_MS, network.zone)
    minute = shown.weekday() * 24 * 60 + shown.hour * 60 + shown.minute
    mean = sum(readings) / len(readings)
    return Slot(number=number, of_week=minute // network.slot_min, flow_m3h=mean)


def _take(
    network: Network, state: NetworkState, slot: Slot, t_ms: int
) -> tuple[NetworkState, list[Decision]]:
    learnt = state.learnt
    if learnt is None:
        return _learn(network, state, slot, t_ms)
    recent = _day(network, state.recent, slot)
    state = replace(state, recent=recent)
    if len(recent) < network.share_seen * network.slots:
        return replace(state, excess_m3h=None), []
    a, b = fit([learnt.week[one.of_week] for one in recent], recent)
    if not DEMAND_RANGE[0] <= a <= DEMAND_RANGE[1]:
        told = [] if state.scaled else [_scaled(a, t_ms)]
        return replace(state, scaled=True, excess_m3h=None), told
    # Only where demand has fallen: where it has grown, this would make leaks of what is none.
    excess_m3h = b - learnt.level_m3h - BACKGROUND * min(learnt.week) * max(0.0, 1.0 - a)
    z = min(excess_m3h / learnt.spread_m3h, Z_MOST)
    cusum = min(max(0.0, state.cusum + (z - network.k) / network.slots), network.h + 1)
    leaking = cusum > network.h
    after = replace(state, cusum=cusum, leaking=leaking, scaled=False, excess_m3h=excess_m3h)
    return after, list(_told(state, after, t_ms))


def _day(network: Network, recent: tuple[Slot, ...], slot: Slot) -> tuple[Slot, ...]:
    oldest = slot.number - network.slots
    gone = sum(one.number <= oldest for one in recent[:2]) if recent else 0
    kept = recent[gone:] if gone < 2 else tuple(s for s in recent if s.number > oldest)  # noqa: PLR2004 -- after a gap
    return (*kept, slot)


def _learn(
    network: Network, state: NetworkState, slot: Slot, t_ms: int
) -> tuple[NetworkState, list[Decision]]:
    first = [] if state.learning else [_learning(network, t_ms)]
    learning = (*state.learning, slot)
    full = network.learn_days * network.slots
    over = slot.number - learning[0].number + 1 >= full
    if not over or len(learning) < network.share_seen * full:
        return replace(state, learning=learning), first
    learnt = learn(network, learning)
    words = (
        f"the week is learnt from {len(learning)} slots; its night and day stand at "
        f"{learnt.level_m3h:.1f} m³/h with a spread of {learnt.spread_m3h:.1f} m³/h"
    )
    done = Decision(t_ms=t_ms, what="learnt", reason=words)
    recent = tuple(s for s in learning if s.number > slot.number - network.slots)
    return replace(state, learning=(), learnt=learnt, recent=recent), [*first, done]


def learn(network: Network, slots: Sequence[Slot]) -> Learnt:
    """Return what is normal by a few weeks: medians of the week, and of b over each day."""
    by_slot: dict[int, list[float]] = {}
    for slot in slots:
        by_slot.setdefault(slot.of_week, []).append(slot.flow_m3h)
    known = {of_week: statistics.median(flows) for of_week, flows in by_slot.items()}
    week = tuple(_filled(known, 7 * network.slots))
    levels = np.array(list(_levels(network, week, slots)))
    level = float(np.median(levels))
    spread = MAD_TO_SD * float(np.median(np.abs(levels - level)))
    least = RESOLVED * statistics.median(slot.flow_m3h for slot in slots)
    return Learnt(week=week, level_m3h=level, spread_m3h=max(spread, least, 1e-9))


def _filled(known: Mapping[int, float], slots: int) -> Iterator[float]:
    """Yield the week; a slot that was never read is drawn between its neighbours."""
    at = np.array(sorted(known))
    yield from np.interp(
        np.arange(slots), at, [known[one] for one in at.tolist()], period=slots
    ).tolist()


def _levels(network: Network, week: Sequence[float], slots: Iterable[Slot]) -> Iterator[float]:
    recent: tuple[Slot, ...] = ()
    for slot in slots:
        recent = _day(network, recent, slot)
        if len(recent) >= network.slots * network.share_seen:
            yield fit([week[one.of_week] for one in recent], recent)[1]


def fit(week: Sequence[float], slots: Sequence[Slot]) -> tuple[float, float]:
    """Return a and b of flow = a x week + b by least squares; a = 1 where the week is flat."""
    count = len(slots)
    flows = [slot.flow_m3h for slot in slots]
    mean_week, mean_flow = sum(week) / count, sum(flows) / count
    spread = sum(x * x for x in week) / count - mean_week**2
    if spread <= (1e-6 * mean_week) ** 2:
        return 1.0, mean_flow - mean_week
    both = sum(x * y for x, y in zip(week, flows, strict=True)) / count
    a = (both - mean_week * mean_flow) / spread
    return a, mean_flow - a * mean_week


def _told(before: NetworkState, after: NetworkState, t_ms: int) -> Iterator[Decision]:
    if after.leaking == before.leaking:
        return
    excess_m3h = after.excess_m3h or 0.0
    if after.leaking:
        yield NetworkLeak(
            t_ms=t_ms,
            what="leak",
            reason=f"the last day flows {excess_m3h:.1f} m³/h above the learnt week at every hour, "
            "more than its spread over days explains",
            severity=Severity.ALARM,
            leak_l_per_h=round(1000 * max(0.0, excess_m3h)),
        )
    else:
        words = f"the last day is back to {excess_m3h:+.1f} m³/h of the learnt week"
        yield Decision(t_ms=t_ms, what="leak.over", reason=words)


def _learning(network: Network, t_ms: int) -> Decision:
    return Decision(
        t_ms=t_ms,
        what="learning",
        reason=f"what a week is like is not known yet: {network.learn_days} days to learn, "
        "in which a leak is not seen",
        severity=Severity.UNKNOWN,
    )


def _scaled(a: float, t_ms: int) -> Decision:
    return Decision(
        t_ms=t_ms,
        what="fault.unit_flipped",
        reason=f"inflow: unit flipped: the last day is {a:.2f} times the learnt week (l/s for m³/h "
        "is 0.28), or the network is another; learn anew where it is",
        severity=Severity.FAULT,
    )
