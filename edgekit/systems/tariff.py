"""Dynamic tariff: loads run when electricity costs least, and draw less while it is dear.

    state = begin(Settings())
    state, decisions = step(state, Offer(t_ms=t_ms, slot=Slot(...)))
    state, decisions = step(state, Request(t_ms=t_ms, load=1, job=Job(...)))
    state, decisions = step(state, Tick(t_ms=t_ms))

A load in one piece runs at its exactly cheapest start, its own roof and the other loads counted
in; late, or without prices when it can wait no longer, it runs at once. One that fits after the
last known price waits for more (as the planner of evcc does). While the price is in the dearest
quarter of the day that is known, power is limited to 4.2 kW (the floor of EnWG § 14a, BNetzA
BK6-22-300). Charging a battery and loads in pieces are planned by `tariff_plan`.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

import numpy as np

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.card import Card
from edgekit.systems.day import DAY_MS, HOUR_MS, local_day, local_time, minute_of_day
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.tariff_plan import plan_jobs
from edgekit.systems.tariff_prices import (
    Job,
    Market,
    Retail,
    Slot,
    cheapest_start,
    loaded,
    market_of,
)
from edgekit.systems.vitals import Fault, told

LOADS = tuple(Channel(name=f"load-{n}", unit="on", safe=Safe.OFF) for n in (1, 2, 3, 4))
LIMIT = Channel(name="power-limit", unit="W", low=0, high=22_000, safe=Safe.ON)
PER_KWH, PER_KWH_MS = 1.5, 12 * HOUR_MS
MOST_SLOTS = 400
KNOWN_MS = 6 * HOUR_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A household's tariff.

    Attributes:
        retail: what it pays of the market's price.
        zone: of the market's days.
        published_minute: minute of that day by which tomorrow's prices are due.
        low_mwh: no price is lower; beyond the harmonised limits of the day-ahead market.
        high_mwh: none is higher.
        dear_share: from this share of the known day's slots on a price is dear.
        dear_spread_mwh: below this spread of a day no price is dear.
        limited_w: the limit of power while it is dear; None = never limited.
    """

    retail: Retail = field(default_factory=Retail)
    zone: tzinfo = UTC
    published_minute: int = 13 * 60
    low_mwh: float = -1000.0
    high_mwh: float = 10_000.0
    dear_share: float = 0.75
    dear_spread_mwh: float = 20.0
    limited_w: int | None = 4200

    def __post_init__(self) -> None:
        if not (self.low_mwh < self.high_mwh and 0 < self.dear_share < 1):
            raise ConfigError("a tariff: expected low < high and a share between 0 and 1")
        if self.limited_w is not None:
            LIMIT.command(self.limited_w, expires_ms=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A price that was published, and how much more the roof is to give than the house takes."""

    t_ms: int
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A load that is to run once; ``load`` is the number of its channel."""

    t_ms: int
    load: int
    job: Job

    def __post_init__(self) -> None:
        if not 1 <= self.load <= len(LOADS):
            raise ConfigError(f"load {self.load}: expected 1 to {len(LOADS)}")
        LOADS[0].command(1, expires_ms=self.job.run_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time has passed."""

    t_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A load that waits, and the start that was told last."""

    load: int
    job: Job
    start_ms: int | None = None
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Known prices, loads that wait and run (``earliest_ms`` is then their start)."""

    settings: Settings
    now_ms: int | None = None
    slots: tuple[Slot, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    running: tuple[Job, ...] = ()
    limited_ms: int = 0
    cheap_ms: int = 0
    missed: str = ""


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings)


def step(state: State, reading: Offer | Request | Tick) -> tuple[State, tuple[Decision, ...]]:
    """Take a price, a request, or the time."""
    decisions: list[Decision] = []
    now_ms = reading.t_ms
    if state.now_ms is not None and now_ms < state.now_ms:
        decisions.append(told("clock", Fault.CLOCK_BACK, now_ms, "planned on by the new time"))
    state = replace(state, now_ms=now_ms)
    match reading:
        case Offer():
            state, more = _offered(state, now_ms, reading.slot)
            decisions += more
        case Request():
            kept = tuple(one for one in state.waiting if one.load != reading.load)
            state = replace(state, waiting=(*kept, Waiting(load=reading.load, job=reading.job)))
    state = replace(
        state,
        slots=tuple(one for one in state.slots if one.end_ms > now_ms - DAY_MS)[:MOST_SLOTS],
        running=tuple(j for j in state.running if j.earliest_ms + j.run_ms > now_ms),
    )
    for act in (_published, _placed, _limit):
        state, more = act(state, now_ms)
        decisions += more
    return state, (*decisions,)


Acted = tuple[State, list[Decision]]


def _offered(state: State, t_ms: int, slot: Slot) -> Acted:
    rules = state.settings
    if not rules.low_mwh <= slot.price_mwh <= rules.high_mwh:
        words = f"{slot.price_mwh:g}/MWh: expected {rules.low_mwh:g} to {rules.high_mwh:g}"
        return state, [told("price", Fault.OUT_OF_RANGE, t_ms, words)]
    if slot in state.slots:
        return state, [told("price", Fault.REPEATED, t_ms, f"that of {_clock(state, slot)} again")]
    over = [s for s in state.slots if s.start_ms < slot.end_ms and slot.start_ms < s.end_ms]
    others = [one for one in state.slots if one not in over]
    decisions = []
    if over:
        words = f"{_clock(state, slot)}: now {slot.price_mwh:g}/MWh, was {over[0].price_mwh:g}"
        decisions = [Decision(t_ms=t_ms, what="revised", reason=words)]
    cheap = 0 < abs(slot.price_mwh) < PER_KWH
    cheap_ms = state.cheap_ms + slot.end_ms - slot.start_ms if cheap else 0
    if cheap_ms >= PER_KWH_MS:
        if state.cheap_ms < PER_KWH_MS:
            words = f"below {PER_KWH:g}/MWh for half a day: they are per kWh, and not used"
            decisions.append(told("price", Fault.UNIT_FLIPPED, t_ms, words))
        kept = [one for one in others if abs(one.price_mwh) >= PER_KWH]
        return replace(state, slots=tuple(kept), cheap_ms=cheap_ms), decisions
    slots = tuple(sorted([*others, slot], key=lambda one: one.start_ms))
    return replace(state, slots=slots, cheap_ms=cheap_ms), decisions


def _published(state: State, t_ms: int) -> Acted:
    """Tell once a day that tomorrow's prices are due and not there."""
    day = local_day(t_ms, state.settings.zone)
    due = minute_of_day(t_ms, state.settings.zone) >= state.settings.published_minute
    there = any(slot.end_ms > day.end_ms for slot in state.slots)
    if not due or there or state.missed == day.date:
        return state, []
    words = "tomorrow's are not published yet: what can wait waits"
    return replace(state, missed=day.date), [told("price", Fault.MISSING, t_ms, words)]


def _placed(state: State, t_ms: int) -> Acted:
    """Plan the loads that wait, and start those whose time it is."""
    if not state.waiting:
        return state, []
    market = market_of(state.slots, state.settings.retail)
    market = loaded(market, state.running, [job.earliest_ms for job in state.running])
    jobs = [one.job for one in state.waiting]
    starts = plan_jobs(market, jobs, now_ms=t_ms)
    waiting, running, decisions = [], list(state.running), list[Decision]()
    for one, start_ms in zip(state.waiting, starts, strict=True):
        start = None if _waits(market, one.job, t_ms) else start_ms
        latest = one.job.deadline_ms - one.job.run_ms
        due = min(latest if start is None else start, one.start_ms or latest, latest)
        if max(due, one.job.earliest_ms) <= t_ms or latest <= t_ms:
            decisions.append(_started(one, t_ms, known=start is not None, late=latest < t_ms))
            running.append(replace(one.job, earliest_ms=t_ms))
            continue
        if not one.told or start != one.start_ms:
            decisions.append(_intent(state, market, one, start, t_ms))
        waiting.append(replace(one, start_ms=start, told=True))
    return replace(state, waiting=tuple(waiting), running=tuple(running)), decisions


def _waits(market: Market, job: Job, t_ms: int) -> bool:
    known = market.edges_ms[-1] if len(market.edges_ms) else 0.0
    return known < job.deadline_ms and job.deadline_ms - max(known, t_ms) >= job.run_ms


def _started(one: Waiting, t_ms: int, *, known: bool, late: bool) -> Decision:
    why = "its cheapest time of those known" if known else "it can wait no longer, prices unknown"
    words = f"{one.job.name}: {'its deadline can no longer be kept: at once' if late else why}"
    command = LOADS[one.load - 1].command(1, expires_ms=one.job.run_ms)
    return Decision(
        t_ms=t_ms, what="start", reason=words, severity=Severity.ACTION, command=command
    )


def _intent(
    state: State, market: Market, one: Waiting, start_ms: int | None, t_ms: int
) -> Decision:
    if start_ms is None:
        words = f"{one.job.name}: waits for prices, at the latest so long that it is done in time"
        return Decision(t_ms=t_ms, what="waits", reason=words, severity=Severity.UNKNOWN)
    first = max(t_ms, one.job.earliest_ms)
    then, now = (
        cheapest_start(
            market,
            replace(one.job, earliest_ms=at, deadline_ms=at + one.job.run_ms),
            now_ms=t_ms,
        )
        for at in (start_ms, first)
    )
    words = f"{one.job.name}: at {local_time(start_ms, state.settings.zone):%H:%M}"
    if then is not None:
        words += f" for {then[1]:.2f}"
    if now is not None:
        words += f", as soon as it may for {now[1]:.2f}"
    return Decision(t_ms=t_ms, what="planned", reason=words)


def _limit(state: State, t_ms: int) -> Acted:
    """Limit power while the price is dear in its day; unknown with less than 6 h of it."""
    rules = state.settings
    day = local_day(t_ms, rules.zone)
    today = [s for s in state.slots if s.start_ms < day.end_ms and s.end_ms > day.start_ms]
    now = next((one for one in today if one.start_ms <= t_ms < one.end_ms), None)
    known_ms = sum(one.end_ms - one.start_ms for one in today)
    if rules.limited_w is None or now is None or known_ms < KNOWN_MS:
        return state, []
    prices = [one.price_mwh for one in today]
    dear = float(np.quantile(prices, rules.dear_share))
    spread = max(prices) - min(prices)
    # Where most of the day costs the same, that is not dear, however cheap the rest of it is.
    usual = now.price_mwh < dear or now.price_mwh <= float(np.median(prices))
    if usual or spread < rules.dear_spread_mwh or state.limited_ms > t_ms:
        return state, []
    command = LIMIT.command(rules.limited_w, expires_ms=now.end_ms - t_ms)
    words = f"{now.price_mwh:g}/MWh, from {dear:g} on it is dear: {rules.limited_w} W until it ends"
    decision = Decision(
        t_ms=t_ms, what="limit", reason=words, severity=Severity.ACTION, command=command
    )
    return replace(state, limited_ms=now.end_ms), [decision]


def _clock(state: State, slot: Slot) -> str:
    return f"{local_time(slot.start_ms, state.settings.zone):%Y-%m-%d %H:%M}"


CARD = Card(
    name="tariff",
    title="loads run when electricity costs least, and draw less while it is dear",
    method="The exact cheapest start of each load over the published prices, its own roof and the "
    "other loads counted in, one after the other until nothing gets cheaper; a limit of power in "
    "the dearest quarter of the day.",
    source="Bertsekas, Dynamic Programming and Optimal Control, ch. 1; evcc's planner (what waits, "
    "what is late); IEC 62325-451-3 (A44); OpenADR 3.0; EnWG § 14a, BNetzA BK6-22-300",
    unknown="what a load costs where prices are not published: it waits as long as it can; dear "
    "hours, with less than six hours of the day's prices",
    settings=Settings,
    channels=(*LOADS, LIMIT),
)
