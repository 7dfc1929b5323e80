"""When a network's excess is a leak, when it is over, and which leak would not be seen.

z = (excess - what comes and goes) / spread is summed in days by a one-sided CUSUM (Page 1954,
"Continuous inspection schemes", Biometrika 41): S = min(max(0, S + min(z, h + k) - k), h + 1), a
leak while S > h: however much flows, not before a whole day of it. It is over where S falls back,
or sooner where the excess fell below half of what leaked, by Wald's sequential test of all of it
against nothing: E = max(0, E + (size / 2 - excess) size / spread²) > h.
"""

import statistics
from collections.abc import Sequence
from dataclasses import replace

from edgekit.systems.water_leak_state import Mark, Network, NetworkState
from edgekit.systems.water_leak_week import Learnt, Visit

LOOK_DAYS = 3
"""Days of which the misfit is the median: a leak makes a misfit on its first day only."""
BLUR = 3
"""The spread grows with this power of the misfit; by 1 noise alone would, the rest is for b
being off where the shape of the day is."""
VISITS, VISIT_DAYS = 2, 90
"""What flowed and went so often in so many days comes and goes by itself."""
VISIT_LONG_DAYS = 21
"""What flowed for longer was a leak that somebody mended."""
VISITS_KEPT = 8
WEEK_DAYS = 7


def spread_of(learnt: Learnt, marks: Sequence[Mark]) -> float:
    """Return how far b strays, m³/h: by more where days no longer look like the week."""
    if not marks:
        return learnt.spread_m3h
    misfit = statistics.median(mark.misfit_m3h for mark in marks[-LOOK_DAYS:])
    return learnt.spread_m3h * max(1.0, misfit / learnt.misfit_m3h) ** BLUR


def visiting(network: Network, state: NetworkState) -> float:
    """Return how much comes and goes by itself, m³/h."""
    if not state.weeks:
        return 0.0
    oldest = state.weeks[-1].number - VISIT_DAYS * network.slots
    lately = [visit.size_m3h for visit in state.visits if visit.last > oldest]
    return max(lately) if len(lately) >= VISITS else 0.0


def least_leak_m3h(network: Network, state: NetworkState) -> float | None:
    """Return the smallest leak that is told within a week, in the mean; None while it learns."""
    if state.learnt is None or state.settling:
        return None
    spread = spread_of(state.learnt, state.marks[-WEEK_DAYS:])
    return visiting(network, state) + spread * (network.k + network.h / WEEK_DAYS)


def renewed(network: Network, state: NetworkState) -> NetworkState:
    """Return the state after a day: who comes and goes, and was there, is not forgotten."""
    allowed = visiting(network, state)
    if not allowed or state.leaking or state.marks[-1].excess_m3h <= allowed / 2:
        return state
    now = state.weeks[-1].number
    return replace(state, visits=tuple(replace(one, last=now) for one in state.visits))


def summed(
    network: Network, state: NetworkState, learnt: Learnt, excess_m3h: float
) -> NetworkState:
    """Return the state after one more slot."""
    if state.settling:
        return replace(state, cusum=0.0)
    spread = spread_of(learnt, state.marks)
    z = min((excess_m3h - visiting(network, state)) / spread, network.h + network.k)
    cusum = min(max(0.0, state.cusum + (z - network.k) / network.slots), network.h + 1)
    if not state.leaking:
        leaking = cusum > network.h
        since = state.weeks[-1].number if leaking else None
        return replace(state, cusum=cusum, ending=0.0, leaking=leaking, since=since)
    size_m3h = _size(state)
    pull = (size_m3h / 2 - excess_m3h) * size_m3h / spread**2
    ending = max(0.0, state.ending + pull / network.slots)
    if ending <= network.h < cusum:
        return replace(state, cusum=cusum, ending=ending)
    return _over(network, replace(state, cusum=0.0 if ending > network.h else cusum), learnt)


def _size(state: NetworkState) -> float:
    days = [mark.excess_m3h for mark in state.marks[-LOOK_DAYS:]]
    return max(0.0, statistics.median(days)) if days else 0.0


def _over(network: Network, state: NetworkState, learnt: Learnt) -> NetworkState:
    number = state.weeks[-1].number
    visits = state.visits
    if number - (state.since or 0) < VISIT_LONG_DAYS * network.slots:
        visits = (*visits, Visit(last=number, size_m3h=_size(state)))[-VISITS_KEPT:]
    state = replace(state, ending=0.0, leaking=False, since=None, visits=visits)
    if learnt.leak_m3h <= 0:
        return state
    # How much leaked while learning is known roughly: the level is taken anew.
    return replace(state, settling=True, learnt=replace(learnt, leak_m3h=0.0), marks=())
