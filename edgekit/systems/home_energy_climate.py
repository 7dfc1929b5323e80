"""Heat of a home: set back while it may be cool, begun again as late as the house allows."""

from dataclasses import replace

from edgekit.systems.day import MINUTE_MS, local_time, minute_of_day, within
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.home_energy_heat import fitted
from edgekit.systems.home_energy_state import (
    BOILER,
    INDOOR,
    SETBACK,
    Climate,
    Heating,
    House,
    State,
)
from edgekit.systems.vitals import Sample, changes, judge, overdue

EXPIRES_MS = 30 * MINUTE_MS
ROWS, APART_MS = 336, 25 * MINUTE_MS
UNKNOWN_MIN, MOST_MIN = 60.0, 6 * 60.0
DAY_MIN = 24 * 60

Acted = tuple[State, list[Decision]]


def climate(state: State, reading: Climate) -> Acted:
    """Take the temperatures; steer heat where the home has it steered."""
    t_ms, before = reading.t_ms, state.indoor
    vital, judged = judge(INDOOR, before, Sample(t_ms=t_ms, value=reading.indoor_c))
    vital = overdue(INDOOR, vital, t_ms)
    decisions = list(changes(INDOOR, before, vital, t_ms))
    state = replace(state, indoor=vital)
    rules, indoor, outdoor = state.settings.heating, judged.value, reading.outdoor_c
    if rules is None or indoor is None or outdoor is None:
        # Without a command the set-back expires: the home's own thermostat keeps it warm.
        return state, decisions
    state = replace(state, house=_seen(state.house, t_ms, indoor, outdoor, heated=reading.heated))
    state, decision = _setback(state, rules, reading, indoor, outdoor)
    decisions += [decision] if decision else []
    state, decision = _source(state, rules, reading, outdoor)
    return state, decisions + ([decision] if decision else [])


def _seen(house: House, t_ms: int, indoor: float, outdoor: float, *, heated: bool) -> House:
    rows = house.rows
    if rows and t_ms < rows[-1][0]:
        rows = ()
    if rows and t_ms - rows[-1][0] < APART_MS:
        return house
    return replace(house, rows=(*rows, (t_ms, indoor, outdoor, heated))[-ROWS:])


def _setback(
    state: State, rules: Heating, reading: Climate, indoor: float, outdoor: float
) -> tuple[State, Decision | None]:
    t_ms = reading.t_ms
    minute = minute_of_day(t_ms, state.settings.zone)
    comfort = within(minute, rules.comfort_from_min, rules.comfort_to_min)
    left = (rules.comfort_from_min - minute) % DAY_MIN
    thermal = fitted(state.house.rows)
    needs, words = UNKNOWN_MIN, "how the house warms is not known yet: an hour is taken"
    if thermal is not None:
        exact = thermal.minutes_to(rules.comfort_c, indoor_c=indoor, outdoor_c=outdoor)
        needs = MOST_MIN if exact is None else min(exact, MOST_MIN)
        words = f"the house (time constant {thermal.tau_h:.0f} h) needs {needs:.0f} min"
    saving = not comfort and left > needs and indoor > rules.setback_c
    if not saving and state.house.saving is False:
        return state, None
    told_before = state.house.saving is saving
    state = replace(state, house=replace(state.house, saving=saving))
    if not saving:
        why = "it is time of comfort" if comfort else f"comfort in {left} min: {words}"
        why = "as cool as it may be" if not comfort and indoor <= rules.setback_c else why
        command = SETBACK.command(0, expires_ms=0)
        return state, Decision(t_ms=t_ms, what="heat", reason=f"heat: {why}", command=command)
    until = local_time(t_ms + left * MINUTE_MS, state.settings.zone)
    return state, Decision(
        t_ms=t_ms,
        what="setback",
        reason=f"set back to {rules.setback_c:g} °C, comfort again at {until:%H:%M}: {words}",
        severity=Severity.INFO if told_before else Severity.ACTION,
        command=SETBACK.command(1, expires_ms=EXPIRES_MS),
    )


def _source(
    state: State, rules: Heating, reading: Climate, outdoor: float
) -> tuple[State, Decision | None]:
    """Heat by gas where a kWh of heat from it costs less than by the pump."""
    t_ms = reading.t_ms
    price = next((p for p in state.prices if p.start_ms <= t_ms < p.end_ms), None)
    if rules.gas_kwh is None or price is None:
        return state, None
    pump = price.price_kwh / rules.heat_per_kwh(outdoor)
    gas = rules.gas_kwh / rules.boiler
    by_gas = gas < pump
    if not by_gas and state.house.by_gas is False:
        return state, None
    state = replace(state, house=replace(state.house, by_gas=by_gas))
    words = f"a kWh of heat costs {gas:.3f} by gas, {pump:.3f} by the pump at {outdoor:g} °C"
    command = BOILER.command(int(by_gas), expires_ms=EXPIRES_MS if by_gas else 0)
    what = "by_gas" if by_gas else "by_pump"
    return state, Decision(t_ms=t_ms, what=what, reason=words, command=command)
