"""What the city's systems tell, line by line: in what unit, about whom, how coarse, how often."""

import sys
from importlib import import_module
from types import ModuleType

import pytest

import edgekit.consent
from edgekit.consent.sensitivity import Fold, Measure, Sensitivity
from edgekit.records import Kind, Unit

NAME = "edgekit.consent.systems"
PEOPLE, HOUSEHOLD = Sensitivity.PEOPLE, Sensitivity.HOUSEHOLD
ENVIRONMENT, EQUIPMENT = Sensitivity.ENVIRONMENT, Sensitivity.EQUIPMENT
DAY_S, QUARTER_S = 86_400, 900

TOLD = {
    "air.aqi": (Unit.US_AQI, ENVIRONMENT, Fold.MEAN, 5, 1),
    "air.caqi": (Unit.CAQI, ENVIRONMENT, Fold.MEAN, 5, 1),
    "air.co2": (Unit.CO2_PPM, HOUSEHOLD, Fold.MEAN, 1, 1),
    "air.faults": (Unit.SENSORS, EQUIPMENT, Fold.MOST, 1, 1),
    "building.occupied": (Unit.OCCUPIED_MIN, HOUSEHOLD, Fold.SUM, 1, 1),
    "building.came": (Unit.PEOPLE, PEOPLE, Fold.SUM, 1, 1),
    "building.faults": (Unit.SENSORS, EQUIPMENT, Fold.MOST, 1, 1),
    "crowd.alarm": (Unit.ALARMS, EQUIPMENT, Fold.SUM, 1, 1),
    "dispenser.visits": (Unit.PEOPLE, PEOPLE, Fold.SUM, 1, 1),
    "dispenser.stock": (Unit.PORTIONS, EQUIPMENT, Fold.LAST, 10, 1),
    "fire.alarm": (Unit.ALARMS, EQUIPMENT, Fold.SUM, 1, 1),
    "fire.faults": (Unit.SENSORS, EQUIPMENT, Fold.MOST, 1, 1),
    "irrigation.et": (Unit.ET_UM, ENVIRONMENT, Fold.LAST, 100, 1),
    "irrigation.water": (Unit.WATER_UM, HOUSEHOLD, Fold.TOTAL, 1, 1),
    "irrigation.faults": (Unit.SENSORS, EQUIPMENT, Fold.MOST, 1, 1),
    "noise.laeq": (Unit.LEVEL_DB, ENVIRONMENT, Fold.LAST, 1, QUARTER_S),
    "noise.lamax": (Unit.LEVEL_DB, ENVIRONMENT, Fold.LAST, 1, QUARTER_S),
    "noise.l10": (Unit.LEVEL_DB, ENVIRONMENT, Fold.LAST, 1, QUARTER_S),
    "noise.l90": (Unit.LEVEL_DB, ENVIRONMENT, Fold.LAST, 1, QUARTER_S),
    "temperature.screened": (Unit.PEOPLE, PEOPLE, Fold.SUM, 1, DAY_S),
    "temperature.warm": (Unit.PEOPLE, PEOPLE, Fold.SUM, 1, DAY_S),
    "traffic.near": (Unit.EVENTS, PEOPLE, Fold.SUM, 1, 1),
    "traffic.faults": (Unit.SENSORS, EQUIPMENT, Fold.MOST, 1, 1),
    "water.volume": (Unit.VOLUME_ML, HOUSEHOLD, Fold.TOTAL, 1, 1),
    "water.faults": (Unit.SENSORS, EQUIPMENT, Fold.MOST, 1, 1),
    "water_leak.home": (Unit.LEAK_L_PER_H, HOUSEHOLD, Fold.MOST, 1, 1),
    "water_leak.alarm": (Unit.ALARMS, HOUSEHOLD, Fold.SUM, 1, 1),
    "water_leak.faults": (Unit.SENSORS, EQUIPMENT, Fold.MOST, 1, 1),
    "water_quality.event": (Unit.EVENTS, ENVIRONMENT, Fold.SUM, 1, 1),
    "water_quality.faults": (Unit.SENSORS, EQUIPMENT, Fold.MOST, 1, 1),
}
UNTOLD = {
    "crowd.people": (Unit.PEOPLE, PEOPLE, 1),
    "crowd.net": (Unit.PEOPLE, PEOPLE, 1),
    "emergency.alarms": (Unit.ALARMS, EQUIPMENT, 1),
    "emergency.people": (Unit.PEOPLE, PEOPLE, 1),
    "energy_recycling.recovered": (Unit.ENERGY_WH, EQUIPMENT, DAY_S),
    "energy_recycling.burnt": (Unit.ENERGY_WH, EQUIPMENT, DAY_S),
    "home_energy.drawn": (Unit.ENERGY_WH, HOUSEHOLD, 1),
    "home_energy.saved": (Unit.ENERGY_WH, HOUSEHOLD, 1),
    "street_light.energy": (Unit.ENERGY_WH, PEOPLE, DAY_S),
    "street_light.night": (Unit.NIGHT_S, EQUIPMENT, DAY_S),
    "street_light.faults": (Unit.SENSORS, EQUIPMENT, 1),
    "traffic.vehicles": (Unit.PEOPLE, PEOPLE, 1),
    "traffic.cyclists": (Unit.PEOPLE, PEOPLE, 1),
    "traffic.walkers": (Unit.PEOPLE, PEOPLE, 1),
    "traffic.on_red": (Unit.PEOPLE, PEOPLE, 1),
    "water_leak.network": (Unit.LEAK_L_PER_H, ENVIRONMENT, 1),
}


@pytest.fixture
def systems(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module as it is made anew, while everybody else goes on with the one that was there."""
    monkeypatch.setattr(edgekit.consent, "systems", sys.modules[NAME])
    monkeypatch.delitem(sys.modules, NAME)
    return import_module(NAME)


def test_what_the_node_tells_is_told_as_a_reading(systems: ModuleType) -> None:
    told = {
        f"{name}.{what}": one
        for name in systems.SYSTEMS
        for what, one in systems.told_of(name).items()
    }
    assert told == {
        name: Measure(
            unit=unit,
            kind=Kind.READING,
            sensitivity=sensitivity,
            fold=fold,
            round_to=round_to,
            min_window_s=min_window_s,
            by_eye=name.startswith(("noise.", "temperature.")) or name == "traffic.near",
        )
        for name, (unit, sensitivity, fold, round_to, min_window_s) in TOLD.items()
    }


def test_what_it_does_not_tell_can_be_explained_and_not_authorised(systems: ModuleType) -> None:
    every = {
        f"{name}.{what}": one
        for name, whats in systems.SYSTEMS.items()
        for what, one in whats.items()
    }
    assert {
        name: (one.unit, one.sensitivity, one.min_window_s)
        for name, one in every.items()
        if one.kind is None
    } == UNTOLD
    assert all(one.fold is not None and one.made_of == () for one in every.values())
    assert every["street_light.night"].round_to == 60
    assert every["energy_recycling.burnt"].round_to == 1000
    assert every["water_leak.network"].round_to == 100
