"""Energy recycling: lifts and brakes that give back, a roof and a store in one building.

    state = begin(Settings())
    state, decisions = step(state, Offer(t_ms=t_ms, price=Price(...)))
    state, decisions = step(state, Trip(t_ms=t_ms, load_kg=75, rise_m=20, lasted_s=14))
    state, decisions = step(state, Power(t_ms=t_ms, load_kw=6.0, roof_kw=2.1, held_kwh=12.0))

What trips draw and give back (`energy_recycling_trip`) is spread over the time between two readings
of power and joins them in the dispatch of `home_energy`: the store is charged and emptied by what
past days say. What comes back at once goes where it can: the building's own need, then the store,
then the grid where that is allowed; the rest is burnt in the brake's resistor, and told. Recovery
needs a word that it may, given again with every trip: without one the brake burns all, as it did
before there was anything to recover.
"""

from dataclasses import dataclass, field, replace

from edgekit.errors import ConfigError
from edgekit.systems import home_energy
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.card import Card
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.energy_recycling_trip import Lift, stop_j, trip_j
from edgekit.systems.home_energy_state import CHARGE, DISCHARGE, Offer, Power
from edgekit.systems.home_energy_state import Settings as Home
from edgekit.systems.home_energy_state import State as HomeState
from edgekit.systems.tariff_battery import Battery
from edgekit.systems.vitals import (
    Conversion,
    Fault,
    Limits,
    Sample,
    Vital,
    changes,
    judge,
    told,
)

RECOVER = Channel(name="recover", unit="on", safe=Safe.OFF)
MAY_MS = 10 * MINUTE_MS
WH_J, KW_J = 3_600.0, 1_000.0
OVERLOAD = 1.25
MOST_SECONDS = 600.0
TONNE = Conversion(unit="t", scale=1000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Home):
    """A building: as a home, with lifts and what may be fed into the grid.

    Attributes:
        lift: each of its lifts is such a one.
        back: of a vehicle's kinetic energy, the share that comes back.
        most_fed_kw: the most that may go into the grid.
    """

    battery: Battery = field(
        default_factory=lambda: Battery(
            capacity_kwh=40, power_kw=20, charge_efficiency=0.95, discharge_efficiency=0.95
        )
    )
    most_kw: float = 200.0
    levels: int = 41
    lift: Lift = field(default_factory=Lift)
    back: float = 0.6
    most_fed_kw: float = 0.0

    def __post_init__(self) -> None:
        Home.__post_init__(self)
        if not (0 <= self.back <= 1 and self.most_fed_kw >= 0):
            raise ConfigError(
                f"{self.back} comes back, {self.most_fed_kw} kW fed: expected 0 to 1, 0 or more"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A lift's trip that ended: its load, how far it rose (below 0: down), how long it took."""

    t_ms: int
    load_kg: float | None
    rise_m: float
    lasted_s: float
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A vehicle that slowed down: its mass, from and to which speed, and how long it took."""

    t_ms: int
    mass_kg: float
    from_m_s: float
    to_m_s: float
    lasted_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class State(HomeState):
    """A building's state: that of a home, and what trips drew and gave since power was read.

    ``drawn_j`` and ``given_j`` are since then; ``back_wh``, ``burnt_wh`` and ``lost`` (trips whose
    energy is not known) are those of the day, ``back_day`` which one.
    """

    settings: Settings
    car: Vital = field(default_factory=Vital)
    trip_ms: int | None = None
    drawn_j: float = 0.0
    given_j: float = 0.0
    back_wh: float = 0.0
    burnt_wh: float = 0.0
    lost: int = 0


Acted = tuple[State, list[Decision]]


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings, held_kwh=float(settings.battery.start_kwh))


def step(state: State, reading: Trip | Stop | Power | Offer) -> tuple[State, tuple[Decision, ...]]:
    """Take a trip, a stop, the building's power, or a price."""
    match reading:
        case Trip():
            state, decisions = _trip(state, reading)
        case Stop():
            state, decisions = _stop(state, reading)
        case Power():
            state, decisions = _power(state, reading)
        case Offer():
            home, more = home_energy.step(state, reading)
            state, decisions = _building(home), list(more)
    return state, tuple(decisions)


def _building(home: HomeState) -> State:
    if not isinstance(home, State):  # pragma: no cover -- `replace` keeps the kind
        raise TypeError("a building's state: expected one")
    return home


def _trip(state: State, trip: Trip) -> Acted:
    lift, t_ms = state.settings.lift, trip.t_ms
    limits = Limits(
        name="car's load",
        unit="kg",
        low=0.0,
        high=OVERLOAD * lift.rated_kg,
        max_age_ms=24 * HOUR_MS,
        stuck_ms=6 * HOUR_MS,
        stuck_free=(0.0,),
        conversions=(TONNE,),
    )
    before = state.car
    sample = Sample(t_ms=t_ms, value=trip.load_kg, heard_ms=trip.heard_ms)
    car, judged = judge(limits, before, sample)
    decisions = list(changes(limits, before, car, t_ms))
    for fault in judged.faults:
        if fault in {Fault.REPEATED, Fault.CLOCK_FORWARD}:
            decisions.append(told(limits.name, fault, t_ms, "this trip is not counted"))
            return state, decisions
    state = replace(state, car=car)
    load = judged.value
    if load is not None and 0 < load < 1.5:  # noqa: PLR2004 -- nobody weighs so little: tonnes
        words = f"{load:g} kg is right in t and wrong in kg"
        decisions.append(told(limits.name, Fault.UNIT_FLIPPED, t_ms, words))
        load = None
    far = abs(trip.rise_m) > lift.travel_m or not 0 < trip.lasted_s <= MOST_SECONDS
    if far:
        words = f"{trip.rise_m:g} m in {trip.lasted_s:g} s: expected up to {lift.travel_m:g} m"
        decisions.append(told("trip", Fault.OUT_OF_RANGE, t_ms, words))
    if load is None or far:
        return replace(state, lost=state.lost + 1), decisions
    energy_j = trip_j(lift, load_kg=load, rise_m=trip.rise_m)
    state, more = _moved(state, t_ms, energy_j, trip.lasted_s)
    return state, decisions + more


def _stop(state: State, stop: Stop) -> Acted:
    bad = not (stop.mass_kg > 0 and stop.from_m_s >= stop.to_m_s >= 0 and stop.lasted_s > 0)
    if bad:
        words = f"{stop.mass_kg:g} kg from {stop.from_m_s:g} to {stop.to_m_s:g} m/s: no stop"
        return replace(state, lost=state.lost + 1), [
            told("stop", Fault.OUT_OF_RANGE, stop.t_ms, words)
        ]
    energy_j = stop_j(
        mass_kg=stop.mass_kg, from_m_s=stop.from_m_s, to_m_s=stop.to_m_s, back=state.settings.back
    )
    return _moved(state, stop.t_ms, energy_j, stop.lasted_s)


def _moved(state: State, t_ms: int, energy_j: float, lasted_s: float) -> Acted:
    """Count what was drawn, or say where what came back went."""
    state = replace(state, trip_ms=t_ms)
    if energy_j >= 0:
        return replace(state, drawn_j=state.drawn_j + energy_j), []
    pulse_kw = -energy_j / lasted_s / KW_J
    places = _places(state, lasted_s / 3600)
    taken_kw, words = 0.0, []
    for name, most_kw in places:
        kw = min(most_kw, pulse_kw - taken_kw)
        taken_kw += kw
        words += [f"{kw:.1f} kW to {name}"] if kw > 0 else []
    share = taken_kw / pulse_kw
    given_wh = -energy_j / WH_J
    state = replace(
        state,
        given_j=state.given_j - energy_j * share,
        back_wh=state.back_wh + given_wh * share,
        burnt_wh=state.burnt_wh + given_wh * (1 - share),
    )
    burnt = f", {pulse_kw - taken_kw:.1f} kW burnt: nothing else takes it" if share < 1 else ""
    command = RECOVER.command(int(taken_kw > 0), expires_ms=MAY_MS if taken_kw > 0 else 0)
    return state, [
        Decision(
            t_ms=t_ms,
            what="recover" if taken_kw > 0 else "burn",
            reason=f"{given_wh:.1f} Wh came back: {', '.join(words) or 'nothing'}{burnt}",
            severity=Severity.ACTION,
            command=command,
        )
    ]


def _places(state: State, hours: float) -> tuple[tuple[str, float], ...]:
    """Return where power can go at once, in order, and the most that each takes."""
    battery, rules = state.settings.battery, state.settings
    room_kw = (battery.capacity_kwh - state.held_kwh) / battery.charge_efficiency / hours
    spare_kw = battery.power_kw - max(0.0, state.set_kw)
    return (
        ("the building", max(0.0, state.net_kw or 0.0)),
        ("the store", max(0.0, min(room_kw, spare_kw))),
        ("the grid", rules.most_fed_kw),
    )


def _power(state: State, power: Power) -> Acted:
    """Join what trips drew and gave since the last reading, and let the building's plan act."""
    gap_s = 0.0 if state.t_ms is None else (power.t_ms - state.t_ms) / 1000
    drawn_kw = given_kw = 0.0
    if gap_s > 0:
        drawn_kw, given_kw = state.drawn_j / gap_s / KW_J, state.given_j / gap_s / KW_J
    load = None if power.load_kw is None else power.load_kw + drawn_kw
    date = state.date
    home, more = home_energy.step(state, replace(power, load_kw=load, given_kw=given_kw))
    state = _building(home)
    decisions = list(more)
    if gap_s > 0:
        state = replace(state, drawn_j=0.0, given_j=0.0)
    if date and state.date != date:
        decisions.append(_day(state, date, power.t_ms))
        state = replace(state, back_wh=0.0, burnt_wh=0.0, lost=0)
    return state, decisions


def _day(state: State, date: str, t_ms: int) -> Decision:
    words = f"{date}: {state.back_wh / 1000:.2f} kWh came back, {state.burnt_wh / 1000:.2f} burnt"
    if state.lost:
        words += f"; of {state.lost} trips it is not known"
    severity = Severity.UNKNOWN if state.lost else Severity.INFO
    return Decision(t_ms=t_ms, what="recycled", reason=words, severity=severity)


CARD = Card(
    name="energy_recycling",
    title="what lifts and brakes give back, shared with roof, store and grid of a building",
    method="A trip's energy from its load, balance and rise, a stop's from its speed. What comes "
    "back goes to the building, then the store, then the grid; the rest is burnt in the brake and "
    "told. The store is charged and emptied by the dispatch of home_energy: past days, each as "
    "likely as it was like the last hours, in a dynamic programme.",
    source="ISO 25745-2:2015 (lifts); Bertsekas, Dynamic Programming and Optimal Control, ch. 1; "
    "and those of home_energy",
    unknown="of a trip whose load is not weighed, or absurd: it is counted as not known; without a "
    "good reading of load or roof the store rests",
    settings=Settings,
    channels=(CHARGE, DISCHARGE, RECOVER),
)
