"""Leaks in a network: what a whole day rose by, told apart from what the season multiplied.

The inflow of the last day is fitted by a x (the learnt weekday) + b (`water_leak_week`). Demand
that grows with the season is in a; a leak flows at every hour and is in b. What leaked while
learning does not shrink with demand: where a falls below 1, b rises by (1 - a) x that much, which
is held to be half the night minimum. The excess of b stands against its own spread and is summed
(`water_leak_sum`).

Where four weeks no longer look like the learnt ones and nothing leaks, they are learnt anew:
sprinklers by night, summers that change the hours of the day. Until then days that look otherwise
widen the spread, so that they hide leaks rather than make them; which leaks are hidden is said.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from edgekit.systems.day import MINUTE_MS, local_time
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Sample, changes, judge
from edgekit.systems.water_leak_state import Mark, Network, NetworkState
from edgekit.systems.water_leak_sum import least_leak_m3h, renewed, summed
from edgekit.systems.water_leak_week import Learnt, Slot, fit, learn

BACKGROUND = 0.5
"""Of the least flow of a learnt night, so much is taken to leak already; from none to all does."""
DEMAND_RANGE = (0.4, 2.5)
"""A day by more than this factor off is another unit or another network, not another season."""
OTHERWISE = 1.5
"""Days whose misfit is so many times the learnt one look otherwise."""
MARKS, SETTLE_DAYS = 28, 7
TOLD_AGAIN = 2.0
"""The smallest leak that is seen is told again where it changed by this factor."""
L_PER_S = 1 / 3.6


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
    weeks = _last(state.weeks, slot, network.learn_days * network.slots)
    state = replace(state, weeks=weeks)
    if state.learnt is None:
        return _learning(network, state, t_ms)
    state, told = _day(network, state, state.learnt, t_ms)
    if state.excess_m3h is None or state.learnt is None:
        return state, told
    after = summed(network, state, state.learnt, state.excess_m3h)
    return after, [*told, *_told(state, after, t_ms)]


def _last(slots: tuple[Slot, ...], slot: Slot, count: int) -> tuple[Slot, ...]:
    """Return the slots of the last so many, with the newest one."""
    oldest = slot.number - count
    gone = 0
    while gone < len(slots) and slots[gone].number <= oldest:
        gone += 1
    return (*slots[gone:], slot)


def _day(
    network: Network, state: NetworkState, learnt: Learnt, t_ms: int
) -> tuple[NetworkState, list[Decision]]:
    """Fit the last day; every day a mark is left, by which the week may be learnt anew."""
    slot = state.weeks[-1]
    recent = [s for s in state.weeks[-network.slots :] if s.number > slot.number - network.slots]
    if len(recent) < network.share_seen * network.slots:
        return replace(state, excess_m3h=None), []
    line = fit([learnt.week[one.of_week] for one in recent], recent)
    if not DEMAND_RANGE[0] <= line.a <= DEMAND_RANGE[1]:
        told = [] if state.scaled else [_scaled(line.a, t_ms)]
        return replace(state, scaled=True, excess_m3h=None), told
    # Only where demand has fallen: where it has grown, this would make leaks of what is none.
    background = BACKGROUND * min(learnt.week) * max(0.0, 1.0 - line.a)
    excess_m3h = line.b_m3h - learnt.level_m3h - background
    state = replace(state, scaled=False, excess_m3h=excess_m3h)
    if slot.number % network.slots:
        return state, []
    mark = Mark(excess_m3h=excess_m3h, misfit_m3h=line.misfit_m3h)
    marked = replace(state, marks=(*state.marks, mark)[-MARKS:])
    return _marked(network, renewed(network, marked), learnt, t_ms)


def _marked(
    network: Network, state: NetworkState, learnt: Learnt, t_ms: int
) -> tuple[NetworkState, list[Decision]]:
    last = [mark.excess_m3h for mark in state.marks[-SETTLE_DAYS:]]
    if len(last) < SETTLE_DAYS or state.leaking:
        return state, []
    # Far below the level for a week: what ran since before it was learnt has ended.
    if state.settling or max(last) < -network.h * learnt.spread_m3h:
        level_m3h = learnt.level_m3h + statistics.median(last)
        learnt = replace(learnt, level_m3h=level_m3h)
        return replace(state, learnt=learnt, settling=False, marks=()), [_levelled(learnt, t_ms)]
    misfit = statistics.median(mark.misfit_m3h for mark in state.marks)
    if len(state.marks) == MARKS and misfit > OTHERWISE * learnt.misfit_m3h:
        return _learning(network, replace(state, learnt=None), t_ms, search=False)
    return _sight(network, state, learnt, t_ms)


def _sight(
    network: Network, state: NetworkState, learnt: Learnt, t_ms: int
) -> tuple[NetworkState, list[Decision]]:
    """Say which leaks would not be seen, where that changed."""
    least, told = least_leak_m3h(network, state), state.least_told_m3h
    if least is None or (told and told / TOLD_AGAIN < least < told * TOLD_AGAIN):
        return state, []
    blind = least > max(0.0, min(learnt.week))
    words = "more than the whole flow of a night: days look too unlike" if blind else "it learnt"
    said = Decision(
        t_ms=t_ms,
        what="sight",
        reason=f"{_least(least)}; {words}",
        severity=Severity.UNKNOWN if blind else Severity.INFO,
    )
    return replace(state, least_told_m3h=least), [said]


def _learning(
    network: Network, state: NetworkState, t_ms: int, *, search: bool = True
) -> tuple[NetworkState, list[Decision]]:
    weeks = state.weeks
    first = [_unknown(network, t_ms)] if len(weeks) == 1 else []
    span = weeks[-1].number - weeks[0].number + 1
    full = network.learn_days * network.slots
    if span < full or len(weeks) < network.share_seen * full:
        return state, first
    learnt = learn(weeks, network.slots, network.share_seen, search=search)
    leaking = learnt.leak_m3h > 0
    done = replace(
        state,
        learnt=learnt,
        leaking=leaking,
        cusum=network.h + 1 if leaking else 0.0,
        ending=0.0,
        excess_m3h=learnt.leak_m3h if leaking else None,
        visits=learnt.visits if search else state.visits,
        since=weeks[0].number if leaking else None,
        marks=(Mark(excess_m3h=learnt.leak_m3h, misfit_m3h=learnt.misfit_m3h),),
    )
    least_m3h = least_leak_m3h(network, done) or 0.0
    done = replace(done, least_told_m3h=least_m3h)
    words = (
        f"the week is learnt from {len(weeks)} slots; its night and day stand at "
        f"{learnt.level_m3h:.1f} m³/h with a spread of {learnt.spread_m3h:.1f} m³/h; "
        f"{_least(least_m3h)}"
    )
    told = Decision(t_ms=t_ms, what="learnt", reason=words)
    return done, [*first, told, *_told(state, done, t_ms)]


def _least(least_m3h: float) -> str:
    return (
        f"a leak of {least_m3h:.3g} m³/h ({least_m3h * L_PER_S:.3g} l/s) is told within a week, a "
        "smaller one later or never"
    )


def _levelled(learnt: Learnt, t_ms: int) -> Decision:
    words = (
        f"for a week the inflow stood elsewhere: night and day are now held to be at "
        f"{learnt.level_m3h:.1f} m³/h; what ran while it learnt has ended"
    )
    return Decision(t_ms=t_ms, what="levelled", reason=words)


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


def _unknown(network: Network, t_ms: int) -> Decision:
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
