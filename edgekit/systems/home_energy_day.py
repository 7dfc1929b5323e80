"""A home's days by the hour: the open one, those that are past, and how they go on.

Hours are those of the clock on the wall, which people live by: in a day of 23 hours the missing
one is taken from the day before, in one of 25 the doubled one is a mean of both.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from edgekit.systems.day import HOUR_MS, local_day, local_time
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.home_energy_state import HOURS, Price, State
from edgekit.systems.tariff_prices import Floats
from edgekit.systems.vitals import HARMLESS, Fault, told

ENOUGH_HOURS = 18
AHEAD = 48
UNLIKE_KW = 9.0
MOST_GAP_MS = 2 * HOUR_MS


def passed(state: State, t_ms: int) -> tuple[State, list[Decision]]:
    """Close the day where it is over, and count the last net power until now."""
    zone = state.settings.zone
    decisions: list[Decision] = []
    if state.t_ms is not None and state.net_kw is not None:
        gap_ms = t_ms - state.t_ms
        if 0 < gap_ms <= MOST_GAP_MS:
            state = _counted(state, state.t_ms, t_ms)
    if state.date and t_ms < state.day_end_ms:
        return state, decisions
    day = local_day(t_ms, zone)
    if state.date:
        decisions.append(_told(state, t_ms))
        state = _closed(state)
    if day.clock_change:
        decisions.append(told("clock", Fault.CLOCK_CHANGE, t_ms, day.clock_change))
    fresh = ((0.0, 0),) * HOURS
    return replace(
        state, date=day.date, day_end_ms=day.end_ms, hours=fresh, day_wh=0, day_lost=False
    ), decisions


def drawn(state: State, units: int | None, fault: Fault | None) -> State:
    """Count what the grid's meter moved by."""
    lost = units is None or (fault is not None and fault not in HARMLESS)
    return replace(state, day_wh=state.day_wh + max(0, units or 0), day_lost=state.day_lost or lost)


def _counted(state: State, since_ms: int, t_ms: int) -> State:
    """Spread the net power since the last reading over the hours that it lasted."""
    hours, zone = list(state.hours), state.settings.zone
    while since_ms < t_ms:
        until_ms = min(t_ms, since_ms - since_ms % HOUR_MS + HOUR_MS)
        hour = local_time(since_ms, zone).hour
        total, known = hours[hour]
        lasted = until_ms - since_ms
        hours[hour] = (total + (state.net_kw or 0.0) * lasted, known + lasted)
        since_ms = until_ms
    return replace(state, hours=tuple(hours))


def _closed(state: State) -> State:
    """Keep the day where enough of it is known; what is missing is as on the day before."""
    known = [total / ms if ms else None for total, ms in state.hours]
    if sum(one is not None for one in known) < ENOUGH_HOURS:
        return state
    mean = sum(one for one in known if one is not None) / sum(one is not None for one in known)
    before = state.days[-1] if state.days else (mean,) * HOURS
    row = tuple(earlier if one is None else one for one, earlier in zip(known, before, strict=True))
    return replace(state, days=(*state.days, row)[-state.settings.days :])


def _told(state: State, t_ms: int) -> Decision:
    words = f"{state.date}: {state.day_wh / 1000:.2f} kWh from the grid"
    if state.register.t_ms is None:
        words = f"{state.date}: no meter of the grid was read"
    elif state.day_lost:
        words += " or more: for a part of the day it is not known"
    unknown = state.register.t_ms is None or state.day_lost
    return Decision(
        t_ms=t_ms,
        what="day",
        reason=words,
        severity=Severity.UNKNOWN if unknown else Severity.INFO,
    )


def ahead(state: State, t_ms: int) -> list[tuple[int, Price]]:
    """Return the hours from this one on, as (hour of the day, price), until one is not known.

    Of this hour it is the price now; of those to come the mean, where prices hold for less.
    """
    start = t_ms // HOUR_MS * HOUR_MS
    found = []
    for at in range(start, start + AHEAD * HOUR_MS, HOUR_MS):
        span = (t_ms, t_ms + 1) if at == start else (at, at + HOUR_MS)
        held = _held(state.prices, *span)
        if not held:
            break
        found.append((local_time(at, state.settings.zone).hour, _mean(held)))
    return found


def price_at(prices: Sequence[Price], t_ms: int) -> Price | None:
    """Return the price that holds then; None where it is not known."""
    return next((p for p in prices if p.start_ms <= t_ms < p.end_ms), None)


def _held(prices: Sequence[Price], start_ms: int, end_ms: int) -> list[tuple[Price, int]]:
    """The prices of a span with how long each holds in it, until one is not known."""
    held: list[tuple[Price, int]] = []
    while start_ms < end_ms:
        price = price_at(prices, start_ms)
        if price is None:
            break
        until_ms = min(price.end_ms, end_ms)
        held.append((price, until_ms - start_ms))
        start_ms = until_ms
    return held


def _mean(held: Sequence[tuple[Price, int]]) -> Price:
    """Their mean, weighted by how long each holds; one alone is itself."""
    first, last = held[0][0], held[-1][0]
    if first is last:
        return first
    carbon = [(p.carbon_kg_kwh, ms) for p, ms in held if p.carbon_kg_kwh is not None]
    whole_ms = sum(ms for _, ms in held)
    return Price(
        start_ms=first.start_ms,
        end_ms=last.end_ms,
        price_kwh=sum(p.price_kwh * ms for p, ms in held) / whole_ms,
        carbon_kg_kwh=(
            sum(one * ms for one, ms in carbon) / whole_ms if len(carbon) == len(held) else None
        ),
    )


def before_and_lately(state: State, hour: int, net_kw: float) -> tuple[Floats, Floats]:
    """Return the last hours of each past day up to the same hour (D, k), and those of today (k).

    Hours before the first day that is known are unlike anything.
    """
    count = state.settings.like_hours
    today = [total / ms if ms else net_kw for total, ms in state.hours[:hour]] + [net_kw]
    flat = np.array([*(one for row in state.days for one in row), *today])
    lately = flat[len(flat) - count :] if count else flat[:0]
    lately = np.resize(lately, count) if len(lately) < count else lately
    rows = [_hours(flat, HOURS * day + hour + 1 - count, count) for day in range(len(state.days))]
    unlike = lately + UNLIKE_KW
    return np.array([unlike if row is None else row for row in rows]), lately


def _hours(flat: Sequence[float] | Floats, start: int, count: int) -> Floats | None:
    return None if start < 0 else np.asarray(flat[start : start + count])
