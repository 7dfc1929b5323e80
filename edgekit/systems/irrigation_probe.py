"""Soil moisture probes, layer by layer: judged, and the root zone moved to what they say."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.systems.day import DAY_MS
from edgekit.systems.decision import Decision
from edgekit.systems.irrigation_soil import Crop, Soil, Water, measured
from edgekit.systems.irrigation_weather import PERCENT
from edgekit.systems.vitals import Limits, Sample, Vital, changes, judge, told

THETA = Limits(
    name="soil probe",
    unit="m³/m³",
    low=0.01,
    high=0.6,
    max_age_ms=30 * DAY_MS,
    stuck_ms=14 * DAY_MS,
    conversions=(PERCENT,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Water content a layer from the top, m³/m³; None where there is no sensor."""

    t_ms: int
    theta: tuple[float | None, ...]


Vitals = Mapping[str, Vital]


def probed(
    soil: Soil, crop: Crop, water: Water, probe: Probe, vitals: Vitals
) -> tuple[Water, Vitals, tuple[Decision, ...]]:
    """Take a probe's reading; a layer whose sensor is out of order counts as one without.

    Raises ConfigError where it has another number of layers than the soil.
    """
    if len(probe.theta) != len(soil.layers):
        raise ConfigError(f"a probe of {len(probe.theta)} layers: the soil has {len(soil.layers)}")
    vitals, seen, decisions = _judged(probe, vitals)
    good = [one for one in seen if one is not None]
    if not good:
        return water, vitals, tuple(decisions)
    # A layer without a sensor is as wet as the next below it that has one, else above it.
    filled: list[float] = []
    for number in range(len(soil.layers)):
        below = [one for one in seen[number:] if one is not None]
        filled.append(below[0] if below else good[-1])
    before_mm = water.depletion_mm
    water = measured(soil, crop, water, filled)
    words = (
        f"the probe moves what the roots lack from {before_mm:.0f} to {water.depletion_mm:.0f} mm"
    )
    return water, vitals, (*decisions, Decision(t_ms=probe.t_ms, what="probe", reason=words))


def _judged(probe: Probe, vitals: Vitals) -> tuple[Vitals, list[float | None], list[Decision]]:
    """Return what is known of each layer's sensor, its good value, and what is wrong."""
    known, seen, decisions = dict(vitals), list[float | None](), list[Decision]()
    for number, value in enumerate(probe.theta):
        name = f"theta {number}"
        before = known.get(name, Vital())
        if value is None and before.t_ms is None:
            seen.append(None)
            continue
        finite = value if value is not None and math.isfinite(value) else None
        known[name], one = judge(THETA, before, Sample(t_ms=probe.t_ms, value=finite))
        seen.append(one.value)
        decisions += changes(THETA, before, known[name], probe.t_ms)
        passed = (fault for fault in one.faults if fault not in known[name].faults)
        decisions += [told(THETA.name, fault, probe.t_ms, "passed over") for fault in passed]
    return known, seen, decisions
