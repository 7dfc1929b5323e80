"""What the city's systems can tell, as the one table: unit, sensitivity, resolution, and how.

The key is what a metric's name says: ``volume`` under ``water`` is ``water.volume``. What no
process of the node tells (``kind`` is None) is shown by `edgekit systems explain` and is no metric
that could be authorised.

Household consumption is personal data: a load or flow curve is a diary of a home (GDPR art. 4(1);
EDPB Guidelines 4/2019). It leaves as it is under `home` only, to the household itself.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from edgekit.consent.sensitivity import Fold, Measure, Sensitivity
from edgekit.records import Kind, Unit

DAY_S = 86_400
QUARTER_S = 900
FAULTS, ALARMS = ("faults",), ("alarm", "event")
"""The measures of a system on whose channels its faults and its alarms are named."""

SIGNALLED = "traffic"
"""The system that reads a traffic signal."""


def _measure(unit: Unit, sensitivity: Sensitivity, fold: Fold, **more: Any) -> Measure:  # noqa: ANN401 -- fields of Measure
    return Measure(unit=unit, sensitivity=sensitivity, fold=fold, **{"kind": Kind.READING, **more})


def _people(**more: Any) -> Measure:  # noqa: ANN401 -- fields of Measure
    return _measure(Unit.PEOPLE, Sensitivity.PEOPLE, Fold.SUM, **more)


_FAULTY = _measure(Unit.SENSORS, Sensitivity.EQUIPMENT, Fold.MOST)
_NOISE = _measure(
    Unit.LEVEL_DB,
    Sensitivity.ENVIRONMENT,
    Fold.LAST,
    round_to=1,
    min_window_s=QUARTER_S,
    by_eye=True,
)
_UNTOLD: Mapping[str, Any] = MappingProxyType({"kind": None})

SYSTEMS: Mapping[str, Mapping[str, Measure]] = {
    "air": {
        "aqi": _measure(Unit.US_AQI, Sensitivity.ENVIRONMENT, Fold.MEAN, round_to=5),
        "caqi": _measure(Unit.CAQI, Sensitivity.ENVIRONMENT, Fold.MEAN, round_to=5),
        # Indoors CO2 tells how many people there are.
        "co2": _measure(Unit.CO2_PPM, Sensitivity.HOUSEHOLD, Fold.MEAN),
        "faults": _FAULTY,
    },
    "building": {
        # Whether one room is used is a diary of who works there.
        "occupied": _measure(Unit.OCCUPIED_MIN, Sensitivity.HOUSEHOLD, Fold.SUM),
        "came": _people(),
        "faults": _FAULTY,
    },
    "crowd": {
        "people": _people(**_UNTOLD),
        "net": _people(**_UNTOLD),
        # A warning is of ten people or more (`edgekit.node.crowding`): some, and never how many.
        "alarm": _measure(Unit.ALARMS, Sensitivity.EQUIPMENT, Fold.SUM),
    },
    "dispenser": {
        "visits": _people(),
        "stock": _measure(Unit.PORTIONS, Sensitivity.EQUIPMENT, Fold.LAST, round_to=10),
    },
    "drowsiness": {},
    "emergency": {
        "alarms": _measure(Unit.ALARMS, Sensitivity.EQUIPMENT, Fold.SUM, **_UNTOLD),
        "people": _people(**_UNTOLD),
    },
    "energy_recycling": {
        name: _measure(
            Unit.ENERGY_WH,
            Sensitivity.EQUIPMENT,
            Fold.SUM,
            round_to=1000,
            min_window_s=DAY_S,
            **_UNTOLD,
        )
        for name in ("recovered", "burnt")
    },
    "fire": {
        "alarm": _measure(Unit.ALARMS, Sensitivity.EQUIPMENT, Fold.SUM),
        "faults": _FAULTY,
    },
    "home_energy": {
        name: _measure(Unit.ENERGY_WH, Sensitivity.HOUSEHOLD, Fold.SUM, **_UNTOLD)
        for name in ("drawn", "saved")
    },
    "irrigation": {
        "et": _measure(Unit.ET_UM, Sensitivity.ENVIRONMENT, Fold.LAST, round_to=100),
        "water": _measure(Unit.WATER_UM, Sensitivity.HOUSEHOLD, Fold.TOTAL),
        "faults": _FAULTY,
    },
    "noise": dict.fromkeys(("laeq", "lamax", "l10", "l90"), _NOISE),
    "street_light": {
        # One passage can be read from a lamp's energy: it is about people, a day is the least.
        "energy": _measure(
            Unit.ENERGY_WH, Sensitivity.PEOPLE, Fold.SUM, min_window_s=DAY_S, **_UNTOLD
        ),
        "night": _measure(
            Unit.NIGHT_S,
            Sensitivity.EQUIPMENT,
            Fold.SUM,
            round_to=60,
            min_window_s=DAY_S,
            **_UNTOLD,
        ),
        "faults": _measure(Unit.SENSORS, Sensitivity.EQUIPMENT, Fold.MOST, **_UNTOLD),
    },
    "tariff": {},
    "temperature": {
        "screened": _people(min_window_s=DAY_S, by_eye=True),
        "warm": _people(min_window_s=DAY_S, by_eye=True),
    },
    "traffic": {
        # Who passes, and who on red, are numbers of a line (`edgekit.consent.measure`).
        **{name: _people(**_UNTOLD) for name in ("vehicles", "cyclists", "walkers", "on_red")},
        # Two are in each: few of them are somebody's, and are suppressed as few people are.
        "near": _measure(Unit.EVENTS, Sensitivity.PEOPLE, Fold.SUM, by_eye=True),
        "faults": _FAULTY,
    },
    "water": {
        "volume": _measure(Unit.VOLUME_ML, Sensitivity.HOUSEHOLD, Fold.TOTAL),
        "faults": _FAULTY,
    },
    "water_leak": {
        "network": _measure(
            Unit.LEAK_L_PER_H, Sensitivity.ENVIRONMENT, Fold.MEAN, round_to=100, **_UNTOLD
        ),
        "home": _measure(Unit.LEAK_L_PER_H, Sensitivity.HOUSEHOLD, Fold.MOST),
        "alarm": _measure(Unit.ALARMS, Sensitivity.HOUSEHOLD, Fold.SUM),
        "faults": _FAULTY,
    },
    "water_quality": {
        "event": _measure(Unit.EVENTS, Sensitivity.ENVIRONMENT, Fold.SUM),
        "faults": _FAULTY,
    },
}
"""The systems by name, and what each can tell."""


def told_of(name: str) -> Mapping[str, Measure]:
    """Return what a process of the node can tell of a system."""
    return {what: one for what, one in SYSTEMS[name].items() if one.kind is not None}
