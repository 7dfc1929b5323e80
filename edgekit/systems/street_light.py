"""A street lamp: dark or not, somebody there or not, how busy the road is; and full light in doubt.

    state = begin(Settings(latitude_deg=47.65, longitude_deg=-122.35))
    state, decisions = step(state, Reading(t_ms=t_ms, lux=12.0, present=True))
    state.level, state.mode

A hand wins over everything, day over night, full light over dimming where a sensor is silent.
Sources: the sun by NOAA's solar position (astral); DALI's curve (IEC 62386-102); adaptive classes
after CIE 115:2010 and CEN/TR 13201-1, cited and not reproduced.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from edgekit.control import energy, harvest, override, presence, twilight, volume
from edgekit.control.dimming import towards
from edgekit.control.energy import EnergyLedger
from edgekit.control.harvest import Harvest
from edgekit.control.override import Override
from edgekit.control.presence import Phase
from edgekit.control.sun import Sun, look
from edgekit.control.twilight import Twilight
from edgekit.control.volume import Volume
from edgekit.errors import ConfigError
from edgekit.systems import street_light_senses as sensing
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.card import Card
from edgekit.systems.day import minute_of_day, within
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.street_light_senses import Senses
from edgekit.systems.street_light_state import Laws, Mode, Reading, Settings, State, laws_of
from edgekit.systems.vitals import Fault, told

LAMP = Channel(name="lamp", unit="permille", high=1000, safe=Safe.ON)
EXPIRES_MS = 900_000
SMALL_HOURS = (0, 300)
"""Minutes of the day in which half-night dimming dims."""


PROMPT = frozenset({Mode.HAND, Mode.DAY, Mode.FAIL_SAFE, Mode.PRESENCE})
"""Nobody waits for a fade in these."""


def begin(settings: Settings) -> State:
    """Return the lamp before anything is known: at full light.

    Raises ConfigError where only one of latitude and longitude is set.
    """
    if (settings.latitude_deg is None) is not (settings.longitude_deg is None):
        raise ConfigError("latitude_deg and longitude_deg: expected both or none")
    return State(settings=settings)


def step(state: State, reading: Reading) -> tuple[State, tuple[Decision, ...]]:
    """Take a reading; return the lamp after it and what was decided."""
    settings, t_ms = state.settings, reading.t_ms
    laws = laws_of(settings)
    elapsed_ms, jump = _elapsed(state, t_ms)
    applied = state.level if reading.applied is None else reading.applied
    sun = _sun(laws, state.sun, reading)
    senses = _senses(state, laws, reading, applied, sun)
    night, why_night = Twilight(night=True), "no daylight comes here"
    if not settings.indoors:
        night, why_night = twilight.judge(
            laws.twilight,
            state.twilight if jump is None else Twilight(),
            sun,
            sensing.daylight_lux(laws.lux_by_day, senses, t_ms),
            elapsed_ms=elapsed_ms,
            lux_factor=reading.lux_factor,
        )
    # Who is seen is there, whatever is thought of the sensor.
    seen = bool(reading.present) or reading.passed > 0
    there = settings.presence_fitted and (
        seen or bool(sensing.somebody(laws.somebody, senses, t_ms))
    )
    after = replace(
        state,
        t_ms=t_ms,
        ledger=_booked(state, laws, elapsed_ms, jump=jump),
        sun=sun,
        twilight=night,
        senses=senses,
        hand=_hand(state, reading, elapsed_ms),
        boost=presence.step(laws.presence, state.boost, present=there, elapsed_ms=elapsed_ms),
        volume=_volume(state, reading),
        harvest=_harvest(state, laws, reading, senses, applied),
    )
    mode, why = _mode(after, laws, why_night)
    target = _target(after, laws, mode)
    level = target
    darkened = state.mode is Mode.HAND and state.level < target  # light that is due comes at once
    if mode not in PROMPT and state.level > 0 and not darkened:
        levels = settings.fade_levels_per_s * elapsed_ms / 1000
        level = towards(state.level, target, levels=levels)
    after = replace(after, mode=mode, target=target, level=level, why=why)
    return _decided(state, after, laws, jump)


def _elapsed(state: State, t_ms: int) -> tuple[int, Fault | None]:
    """Return the time since the last step; 0 and a fault where the clock or the program stood."""
    elapsed_ms = 0 if state.t_ms is None else t_ms - state.t_ms
    if elapsed_ms < 0:
        return 0, Fault.CLOCK_BACK
    return elapsed_ms, Fault.MISSING if elapsed_ms > EXPIRES_MS else None


def _booked(state: State, laws: Laws, elapsed_ms: int, *, jump: Fault | None) -> EnergyLedger:
    """Book the time that has passed under the level of the last step."""
    ledger = state.ledger
    if state.t_ms is None or not elapsed_ms:
        return ledger
    if jump is not None:
        return replace(ledger, gap_ms=ledger.gap_ms + elapsed_ms)
    night = bool(state.twilight.night)
    small = night and within(minute_of_day(state.t_ms, state.settings.zone), *SMALL_HOURS)
    return energy.add(
        ledger,
        laws.luminaire,
        level=state.level,
        night=night,
        small_hours=small,
        elapsed_ms=elapsed_ms,
    )


def _sun(laws: Laws, sun: Sun | None, reading: Reading) -> Sun | None:
    if laws.place is None or not reading.clock_good:
        return None
    dusk = laws.twilight
    marks = (dusk.day_deg, dusk.night_deg, sensing.HIGH_DEG, sensing.LOW_DEG, 0.0)
    return look(laws.place, sun, reading.t_ms, marks)


def _senses(state: State, laws: Laws, reading: Reading, applied: float, sun: Sun | None) -> Senses:
    settings, senses, t_ms = state.settings, state.senses, reading.t_ms
    if settings.lux_fitted:
        day = sun is not None and sun.elevation_deg > 0
        limits = laws.lux_by_day if day else laws.lux_by_night
        senses = sensing.take_lux(limits, senses, reading.lux, t_ms, level=applied, sun=sun)
    if settings.presence_fitted:
        seen = None if reading.present is None else reading.present or reading.passed > 0
        senses = sensing.take_presence(laws.somebody, senses, seen, t_ms, unseen=reading.unseen)
    return senses


def _hand(state: State, reading: Reading, elapsed_ms: int) -> Override | None:
    if reading.hand is None:
        return override.elapse(state.hand, elapsed_ms)
    return reading.hand if reading.hand.for_ms else None


def _volume(state: State, reading: Reading) -> Volume:
    """Return how busy the road is; where counts are missing, all is forgotten."""
    if reading.released is None:
        return Volume()
    return volume.step(state.volume, reading.passed + reading.released, reading.t_ms)


def _harvest(state: State, laws: Laws, reading: Reading, senses: Senses, applied: float) -> Harvest:
    """Let daylight do what it can, at each reading of the light sensor."""
    lux = sensing.measured_lux(laws.lux_by_day, senses, reading.t_ms)
    if laws.harvest is None or lux is None:
        return Harvest()
    if reading.lux is None:
        return state.harvest
    own_lux = senses.own.full_lux
    full_lux = state.settings.lamp_lux if own_lux is None else own_lux
    total_lux = harvest.expected_lux(lux, full_lux, applied, state.harvest)
    since_ms = reading.t_ms - (state.senses.lux.t_ms or reading.t_ms)
    return harvest.step(laws.harvest, state.harvest, total_lux, since_ms)


def _mode(state: State, laws: Laws, why_night: str) -> tuple[Mode, str]:
    """Return what the light follows, and why; the first that applies."""
    hand, settings = state.hand, state.settings
    if hand is not None:
        return Mode.HAND, f"by hand, for another {hand.for_ms / 60_000:.1f} min"
    if not state.twilight.night:
        return Mode.DAY, why_night
    doubts = "; ".join(_doubts(state, laws))
    if doubts:
        return Mode.FAIL_SAFE, doubts
    if settings.presence_fitted:
        mode = _MODES[state.boost.phase]
        return mode, _WORDS[mode]
    seen = volume.per_hour(state.volume)
    busy = "volume not known yet" if seen is None else f"{seen} passages an hour"
    return Mode.CLASS, f"{why_night}; {busy}"


_MODES: Mapping[Phase, Mode] = {
    Phase.FULL: Mode.PRESENCE,
    Phase.HOLD: Mode.HOLD,
    Phase.STANDBY: Mode.STANDBY,
}
_WORDS: Mapping[Mode, str] = {
    Mode.PRESENCE: "somebody is there",
    Mode.HOLD: "somebody was there a moment ago",
    Mode.STANDBY: "nobody is there",
}


def _doubts(state: State, laws: Laws) -> Iterator[str]:
    """Yield why dimming would rest on what is not known."""
    settings, t_ms = state.settings, state.t_ms or 0
    if settings.presence_fitted and sensing.somebody(laws.somebody, state.senses, t_ms) is None:
        yield "nothing to be believed from the presence sensor"
    if settings.lux_fitted and Fault.STALE in state.senses.lux.faults:
        yield "nothing from the light sensor"
    if settings.indoors:
        return
    if state.sun is None and sensing.daylight_lux(laws.lux_by_day, state.senses, t_ms) is None:
        yield "neither a clock nor a light sensor to be trusted"


def _target(state: State, laws: Laws, mode: Mode) -> float:
    if state.hand is not None:
        return state.hand.level
    if mode in {Mode.DAY, Mode.FAIL_SAFE}:
        return float(mode is Mode.FAIL_SAFE)
    of_class = 1.0 if laws.volume is None else volume.level(laws.volume, state.volume)
    if mode is Mode.CLASS:
        target = of_class
    elif mode is Mode.STANDBY or state.settings.class_for_people:
        target = min(presence.level(laws.presence, state.boost), of_class)
    else:
        target = presence.level(laws.presence, state.boost)
    return target if laws.harvest is None else min(target, state.harvest.share)


def _decided(
    before: State, after: State, laws: Laws, jump: Fault | None
) -> tuple[State, tuple[Decision, ...]]:
    t_ms = after.t_ms or 0
    limits = (laws.lux_by_day, laws.somebody)
    faults = list(sensing.said(*limits, before.senses, after.senses, t_ms))
    if jump is not None:
        back = jump is Fault.CLOCK_BACK
        words = "a reading from before the last one" if back else "no step for 15 minutes or more"
        faults.insert(0, told("clock", jump, t_ms, words))
    value = round(1000 * after.level)
    moved = value != round(1000 * before.level)
    due = before.told_ms is None or not 0 <= t_ms - before.told_ms < EXPIRES_MS // 2
    if not (moved or due or after.mode is not before.mode):
        return after, tuple(faults)
    lamp = Decision(
        t_ms=t_ms,
        what=after.mode,
        reason=f"{after.level:.0%} of full light: {after.why}",
        severity=_severity(before, after),
        command=LAMP.command(value, expires_ms=EXPIRES_MS),
    )
    return replace(after, told_ms=t_ms), (*faults, lamp)


def _severity(before: State, after: State) -> Severity:
    if after.mode is before.mode and before.told_ms is not None:
        return Severity.INFO
    return Severity.FAULT if after.mode is Mode.FAIL_SAFE else Severity.ACTION


CARD = Card(
    name="street_light",
    title="light where and when somebody needs it, and full light in doubt",
    method="Dark by the sun's elevation and, in twilight, by lux with hysteresis and hold, one "
    "switch at dusk and one at dawn. Full light at once while somebody is there and for a while "
    "after, then a fade to standby. Without a presence sensor the road's class follows its volume. "
    "With a setpoint, a PI law leaves to the lamp what daylight leaves to be done. The lamp's own "
    "light is learned and taken off. A silent sensor means full light; a light sensor that the sun "
    "contradicts leaves the sun to decide; a hand wins over all and ends by itself.",
    source="NOAA solar position by astral; IEC 62386-102 (dimming curve); CIE 115:2010 and "
    "CEN/TR 13201-1 (adaptive classes); Astrom and Hagglund 1995, section 3.5 (PI). Thresholds and "
    "holds are usual values of the trade, to be set by the site.",
    unknown="Without a clock and without a light sensor it does not know night from day: full "
    "light. A road's volume is not known before a whole hour was seen: the full class.",
    settings=Settings,
    channels=(LAMP,),
)
