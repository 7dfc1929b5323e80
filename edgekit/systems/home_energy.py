"""Home energy: a battery by what past days say, heat by what the house holds; cost and carbon both.

    state = begin(Settings())
    state, decisions = step(state, Offer(t_ms=t_ms, price=Price(...)))
    state, decisions = step(state, Power(t_ms=t_ms, load_kw=0.6, roof_kw=2.1, held_kwh=3.2))
    state, decisions = step(state, Climate(t_ms=t_ms, indoor_c=19, outdoor_c=4, heated=True))

The battery does now what is best on average over how the last 28 days went on, each as likely as
it was like the last six hours, what is above it kept in part (`home_energy_plan`). Carbon weighs as
much as keeps emission at what the rule of self-consumption would emit (`home_energy_carbon`):
charge from what is over, give what is lacking. With few days or no prices it follows that rule.
Heat is set back outside of the hours of comfort and begun again as late as the house allows
(`home_energy_heat`), by gas where that is cheaper. What was saved is reckoned by
`home_energy_savings`. Every command expires into rest.
"""

from dataclasses import replace

import numpy as np

from edgekit.systems.actuation import Command
from edgekit.systems.card import Card
from edgekit.systems.day import DAY_MS, HOUR_MS, MINUTE_MS, local_time
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.home_energy_carbon import Spent, carbon_weight, counted
from edgekit.systems.home_energy_climate import climate
from edgekit.systems.home_energy_day import (
    MOST_GAP_MS,
    ahead,
    before_and_lately,
    drawn,
    passed,
    price_at,
)
from edgekit.systems.home_energy_plan import (
    Grid,
    Now,
    Past,
    choose,
    cost_after,
    evened_kw,
    joint_weights,
    likeness,
    persistence,
)
from edgekit.systems.home_energy_state import (
    BOILER,
    CHARGE,
    DISCHARGE,
    HELD,
    LOAD,
    ROOF,
    SETBACK,
    Climate,
    Offer,
    Power,
    Settings,
    State,
)
from edgekit.systems.register import Total, advance
from edgekit.systems.vitals import Fault, Limits, Sample, Vital, changes, judge, overdue, told

LEAST_EXPIRY_MS, MOST_EXPIRY_MS = 5 * MINUTE_MS, 2 * HOUR_MS
MOST_PRICES = 400
PLANNED_HOURS = 24
MOST_PRICE_KWH, MOST_CARBON_KG = 10.0, 3.0
DARK_HOURS = frozenset({22, 23, 0, 1, 2})
"""In these hours no roof within the polar circles gives anything, whatever the season."""
MOST_DARK_KW = 0.1


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings, held_kwh=float(settings.battery.start_kwh))


def step(state: State, reading: Offer | Power | Climate) -> tuple[State, tuple[Decision, ...]]:
    """Take a price, what the home draws and gives, or its temperatures."""
    match reading:
        case Offer():
            state, decisions = _offered(state, reading)
        case Power():
            state, decisions = _powered(state, reading)
        case Climate():
            state, decisions = climate(state, reading)
    return state, tuple(decisions)


Acted = tuple[State, list[Decision]]


def _offered(state: State, offer: Offer) -> Acted:
    price, t_ms = offer.price, offer.t_ms
    carbon = price.carbon_kg_kwh or 0.0
    if not (abs(price.price_kwh) <= MOST_PRICE_KWH and 0 <= carbon <= MOST_CARBON_KG):
        words = f"{price.price_kwh:g}/kWh, {carbon:g} kg/kWh: expected at most {MOST_PRICE_KWH:g} "
        words += f"and {MOST_CARBON_KG:g} (per MWh, or in g?)"
        return state, [told("price", Fault.UNIT_FLIPPED, t_ms, words)]
    if price in state.prices:
        return state, [told("price", Fault.REPEATED, t_ms, "known already")]
    others = [
        p
        for p in state.prices
        if (p.end_ms <= price.start_ms or p.start_ms >= price.end_ms) and p.end_ms > t_ms - DAY_MS
    ]
    kept = sorted([*others, price], key=lambda one: one.start_ms)[:MOST_PRICES]
    return replace(state, prices=tuple(kept)), []


def _powered(state: State, reading: Power) -> Acted:
    t_ms, decisions = reading.t_ms, list[Decision]()
    if reading.heard_ms is not None and t_ms > reading.heard_ms + LOAD.max_age_ms:
        words = "a reading from hours ahead: not used"
        return state, [told("power", Fault.CLOCK_FORWARD, t_ms, words)]
    if state.t_ms is not None and t_ms <= state.t_ms:
        why = Fault.REPEATED if t_ms == state.t_ms else Fault.CLOCK_BACK
        decisions.append(told("power", why, t_ms, "not counted twice"))
        if why is Fault.REPEATED:
            return state, decisions
        state = replace(state, t_ms=None, net_kw=None)
    gap_ms = 0 if state.t_ms is None else t_ms - state.t_ms
    # What the meter moved by until midnight is of the day that ends then: first the meter.
    state, more = _metered(state, reading)
    decisions += more
    state = _balanced(state, t_ms)
    state, more = passed(state, t_ms)
    decisions += more
    state, load, roof, more = _judged(state, reading, gap_ms)
    decisions += more
    net = None if load is None else float(load - (roof or 0.0) - reading.given_kw)
    state = replace(state, t_ms=t_ms, net_kw=net)
    state, more = _acted(state, t_ms, gap_ms, blind_roof=roof is None)
    return state, decisions + more


def _metered(state: State, reading: Power) -> Acted:
    if reading.drawn_wh is None:
        return state, []
    total = Total(t_ms=reading.t_ms, total=reading.drawn_wh)
    register, moved = advance(state.settings.meter, state.register, total)
    state = drawn(replace(state, register=register), moved.units, moved.fault)
    if moved.fault is None:
        return state, []
    words = "not known what went by" if moved.units is None else f"{moved.units} Wh went by"
    return state, [told("meter", moved.fault, reading.t_ms, words)]


def _balanced(state: State, t_ms: int) -> State:
    """Count what was saved beside the rule since the last reading, where all of it is known."""
    if state.t_ms is None or state.net_kw is None or not 0 < t_ms - state.t_ms <= MOST_GAP_MS:
        return state
    price, battery = price_at(state.prices, state.t_ms), state.settings.battery
    gap_ms = t_ms - state.t_ms
    span = Spent(
        net_kw=state.net_kw,
        drawn_kw=state.set_kw * min(1.0, state.set_ms / gap_ms),
        hours=gap_ms / HOUR_MS,
        price_kwh=price.price_kwh if price else None,
        carbon_kg_kwh=price.carbon_kg_kwh if price else None,
    )
    return replace(state, balance=counted(state.balance, battery, span))


def _judged(
    state: State, reading: Power, gap_ms: int
) -> tuple[State, float | None, float | None, list[Decision]]:
    """Judge what was read, and reckon what the battery holds where it is not told."""
    t_ms, decisions = reading.t_ms, list[Decision]()

    def one(limits: Limits, vital: Vital, value: float | None) -> tuple[Vital, float | None]:
        if value is None and vital.t_ms is None:
            return vital, None  # there is no such sensor
        sample = Sample(t_ms=t_ms, value=value, heard_ms=reading.heard_ms)
        after, judged = judge(limits, vital, sample)
        after = overdue(limits, after, t_ms)
        decisions.extend(changes(limits, vital, after, t_ms))
        return after, judged.value

    most_kw = state.settings.most_kw
    load_vital, load = one(replace(LOAD, high=most_kw), state.load, reading.load_kw)
    roof_vital, roof = one(replace(ROOF, high=most_kw), state.roof, reading.roof_kw)
    held_vital, held = one(HELD, state.held, reading.held_kwh)
    dark = local_time(t_ms, state.settings.zone).hour in DARK_HOURS
    if roof is not None and dark and roof > MOST_DARK_KW:
        words = f"{roof:g} kW by night: its clock or its place is wrong, not used"
        decisions.append(told(ROOF.name, Fault.OUT_OF_RANGE, t_ms, words))
        roof = None
    battery = state.settings.battery
    if held is None:
        moved = battery.change_kwh(np.array(state.set_kw), min(gap_ms, state.set_ms) / HOUR_MS)
        held = state.held_kwh + float(moved)
    held = float(min(max(held, 0.0), battery.capacity_kwh))
    state = replace(state, load=load_vital, roof=roof_vital, held=held_vital, held_kwh=held)
    # Without a roof there is no sun; with a roof that is not heard the load alone is acted on.
    return state, load, (0.0 if state.roof.t_ms is None else roof), decisions


def _acted(state: State, t_ms: int, gap_ms: int, *, blind_roof: bool) -> Acted:
    net = state.net_kw
    if net is None or blind_roof:
        what = "load" if net is None else "roof"
        words = f"the {what} is not known: the battery rests until it is"
        decision = Decision(t_ms=t_ms, what="rests", reason=words, severity=Severity.UNKNOWN)
        quiet = state.why == words
        return replace(state, set_kw=0.0, net_kw=None, why=words), [] if quiet else [decision]
    hours_left = 1 - (t_ms % HOUR_MS) / HOUR_MS
    kw, words = planned_kw(state, t_ms, net, hours_left)
    expires_ms = min(max(2 * gap_ms, LEAST_EXPIRY_MS), MOST_EXPIRY_MS)
    decision = Decision(
        t_ms=t_ms,
        what="charge" if kw > 0 else "give" if kw < 0 else "rest",
        reason=f"{words}; {state.held_kwh:.1f} kWh held, the home {_needs(net)}",
        severity=Severity.ACTION,
        command=_command(kw, expires_ms),
    )
    return replace(state, set_kw=kw, set_ms=expires_ms, why=words), [decision]


def planned_kw(state: State, t_ms: int, net_kw: float, hours: float) -> tuple[float, str]:
    """Return what the battery is to draw (kW, negative: gives), and why in words."""
    rules = state.settings
    slots = ahead(state, t_ms)
    if len(state.days) < rules.least_days or not slots:
        why = f"only {len(state.days)} days are known" if slots else "no price is known"
        kw = evened_kw(rules.battery, state.held_kwh, net_kw, hours)
        return kw, f"by the rule of self-consumption: {why}"
    price = np.array([price.price_kwh for _, price in slots])
    told_carbon = [price.carbon_kg_kwh for _, price in slots]
    known = [one for one in told_carbon if one is not None]
    carbon = np.array(known) if len(known) == len(slots) else None
    means = state.balance.means(price, carbon)
    at = carbon_weight(
        state.balance, rules.battery, held_kwh=state.held_kwh, means=means, at=rules.carbon_weight
    )
    weights = joint_weights(price, carbon, at, means=means)
    sold = rules.feed_in_kwh / means[0]
    days = np.array(state.days)
    likely = likeness(*before_and_lately(state, slots[0][0], net_kw), spread_kw=rules.like_kw)
    near = slots[: PLANNED_HOURS + 1]
    hours_ahead = [hour for hour, _ in near]
    kept = persistence(days)[hours_ahead]
    past = Past(kw=days[:, hours_ahead], likely=likely, persistence=kept)
    grid = Grid(levels=rules.levels, sold=sold)
    after = cost_after(rules.battery, weights[: len(near)], past, net_kw=net_kw, grid=grid)
    now = Now(
        held_kwh=state.held_kwh, net_kw=net_kw, weight=float(weights[0]), hours=hours, sold=sold
    )
    kw = choose(rules.battery, now, after)
    rank = int((price < price[0]).sum())
    words = f"best on average over {len(days)} past days, {1 / float(likely @ likely):.0f} of them "
    words += f"like today; {rank} of {len(price)} hours ahead are cheaper"
    return kw, words if carbon is not None else f"{words}; carbon is not known"


def _needs(net_kw: float) -> str:
    return f"lacks {net_kw:.2f} kW" if net_kw >= 0 else f"has {-net_kw:.2f} kW over"


def _command(kw: float, expires_ms: int) -> Command:
    channel = DISCHARGE if kw < 0 else CHARGE
    return channel.command(min(channel.high, round(abs(kw) * 1000)), expires_ms=expires_ms)


CARD = Card(
    name="home_energy",
    title="a home's battery and heat by what its own past days say: less cost and no more carbon",
    method="Stochastic dynamic programme of the battery over how the last 28 days went on, by how "
    "like the last six hours were, departures kept in part; carbon's weight follows what was saved "
    "beside the rule of self-consumption. Heat is set back by night and begun again as late as the "
    "house (one resistance, one capacity, learnt) allows, by gas where that is cheaper. Savings "
    "against a degree-day baseline are told only where its uncertainty allows.",
    source="Bertsekas, Dynamic Programming and Optimal Control, ch. 1; Box and "
    "Jenkins, Time Series Analysis, ch. 3; Kivinen and Warmuth, Information and Computation 132 "
    "(1997); Delle Monache et al., Mon. Weather Rev. 141 (2013); Bacher and Madsen, Energy and "
    "Buildings 43 (2011); IPMVP option C; ASHRAE Guideline 14-2014",
    unknown="load or roof without a good reading: the battery rests; with fewer than three days or "
    "no prices it only evens out; savings where the baseline does not prove them",
    settings=Settings,
    channels=(CHARGE, DISCHARGE, SETBACK, BOILER),
)
