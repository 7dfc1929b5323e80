"""What a street lamp's sensors say, and whether to believe them: light, and somebody there.

The sun is a witness: a sensor that sees no light by day, or daylight by night, is not believed. The
lamp's own light is taken off before anybody is asked.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from edgekit.control.own_light import OwnLight, learn
from edgekit.control.sun import Sun
from edgekit.systems.decision import Decision
from edgekit.systems.vitals import Fault, Limits, Sample, Vital, changes, judge, told

BH1750_FULL = 65_535.0
LUX = Limits(
    name="lux",
    unit="lx",
    low=0,
    high=130_000,
    max_age_ms=60_000,
    stuck_ms=2 * 3_600_000,
    stuck_free=(0.0,),
    dead=(BH1750_FULL,),
)
PRESENCE = Limits(
    name="presence", unit="", low=0, high=1, max_age_ms=5_000, stuck_ms=7 * 24 * 3_600_000
)
"""A sensor that has seen nobody, or somebody, for a week without a break sees nothing."""

HIGH_DEG, LOW_DEG = 10.0, -8.0
BRIGHT_LUX, NIGHT_LUX = 50.0, 20.0
"""With the sun this high the darkest storm gives more than 50 lx in the open; with it this low the
sky gives less than 1 lx."""

DOUBT_MS = 900_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Senses:
    """What is known of the sensors; begins as ``Senses()``.

    ``sky_lux`` is the last daylight measured; ``doubt_ms`` is how long the sun has contradicted the
    sensor; ``doubted`` that it is not believed until the sun agrees again.
    """

    lux: Vital = field(default_factory=Vital)
    presence: Vital = field(default_factory=Vital)
    own: OwnLight = field(default_factory=OwnLight)
    sky_lux: float = 0.0
    doubt_ms: int = 0
    doubted: bool = False


def take_lux(
    limits: Limits, senses: Senses, lux: float | None, t_ms: int, *, level: float, sun: Sun | None
) -> Senses:
    """Take a reading of the light sensor under a level of the lamp; None is no reading."""
    vital, good = _judged(limits, senses.lux, lux, t_ms)
    after = replace(senses, lux=vital)
    if good is None:
        return after
    elapsed_ms = max(1, t_ms - (senses.lux.t_ms or t_ms))
    own = learn(senses.own, good, level, t_ms)
    after = replace(after, own=own, sky_lux=own.daylight_lux(good, level))
    return _witnessed(after, level, sun, elapsed_ms)


def take_presence(
    limits: Limits, senses: Senses, present: bool | None, t_ms: int, *, unseen: bool = False
) -> Senses:
    """Take what a presence sensor says; None is no reading, ``unseen`` that it is gone."""
    if unseen:
        return replace(senses, presence=Vital(faults=(Fault.STALE,)))
    value = None if present is None else float(present)
    return replace(senses, presence=_judged(limits, senses.presence, value, t_ms)[0])


def measured_lux(limits: Limits, senses: Senses, t_ms: int) -> float | None:
    """Return what the light sensor measures, lamp and daylight; None where not to be believed."""
    bad = senses.doubted or Fault.STUCK in senses.lux.faults
    return None if bad else _fresh(limits, senses.lux, t_ms)


def daylight_lux(limits: Limits, senses: Senses, t_ms: int) -> float | None:
    """Return the daylight alone; None where the sensor is not to be believed."""
    return None if measured_lux(limits, senses, t_ms) is None else senses.sky_lux


def somebody(limits: Limits, senses: Senses, t_ms: int) -> bool | None:
    """Return whether somebody is there; None where the sensor is not to be believed."""
    if Fault.STUCK in senses.presence.faults:
        return None
    value = _fresh(limits, senses.presence, t_ms)
    return None if value is None else value > 0


def said(
    lux: Limits, presence: Limits, before: Senses, after: Senses, t_ms: int
) -> Iterator[Decision]:
    """Yield a decision for each fault that began or ended, and for a lamp found in the light."""
    yield from changes(lux, before.lux, after.lux, t_ms)
    yield from changes(presence, before.presence, after.presence, t_ms)
    if after.doubted and not before.doubted:
        words = f"{after.lux.raw or 0:g} lx is not what the sky gives with the sun where it is"
        yield told("lux", Fault.OUT_OF_RANGE, t_ms, words)
    if before.doubted and not after.doubted:
        yield Decision(t_ms=t_ms, what="cleared.out_of_range", reason="lux: the sun agrees again")
    found = after.own.full_lux
    if found and not before.own.full_lux:
        yield Decision(
            t_ms=t_ms,
            what="own_light",
            reason=f"lux: the lamp lights its own sensor by {found:.0f} lx at full light, which is "
            "taken off",
        )


def _judged(
    limits: Limits, vital: Vital, value: float | None, t_ms: int
) -> tuple[Vital, float | None]:
    """Judge a reading, if there is one, and whether the sensor has fallen silent."""
    good = None
    if value is not None:
        sample = Sample(t_ms=t_ms, value=value if math.isfinite(value) else None)
        vital, judged = judge(limits, vital, sample)
        good = judged.value
    silent = vital.t_ms is None or t_ms - vital.t_ms > limits.max_age_ms
    if silent is not (Fault.STALE in vital.faults):
        others = tuple(one for one in vital.faults if one is not Fault.STALE)
        vital = replace(vital, faults=(*others, Fault.STALE) if silent else others)
    return vital, good


def _fresh(limits: Limits, vital: Vital, t_ms: int) -> float | None:
    fresh = vital.good_ms is not None and t_ms - vital.good_ms <= limits.max_age_ms
    return vital.value if fresh else None


def _witnessed(senses: Senses, level: float, sun: Sun | None, elapsed_ms: int) -> Senses:
    """Hold what the sensor says of the sky against the sun."""
    if not _odd(senses, level, sun):
        return replace(senses, doubt_ms=0, doubted=False) if senses.doubt_ms else senses
    doubt_ms = min(DOUBT_MS, senses.doubt_ms + elapsed_ms)
    return replace(senses, doubt_ms=doubt_ms, doubted=doubt_ms >= DOUBT_MS)


def _odd(senses: Senses, level: float, sun: Sun | None) -> bool:
    if sun is None:
        return False
    if sun.elevation_deg > HIGH_DEG:
        return senses.sky_lux < BRIGHT_LUX
    # Before the lamp's own light is known, what is seen by night may be that.
    known = senses.own.full_lux is not None or level == 0
    return sun.elevation_deg < LOW_DEG and known and senses.sky_lux > NIGHT_LUX
