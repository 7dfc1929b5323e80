"""Every system against every fault of a reading: named as what it is, or said why it cannot be."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

import pytest

from edgekit.cli.systems import names
from edgekit.systems.building import Settings as Room
from edgekit.systems.day import DAY_MS, HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision
from edgekit.systems.home_energy import Settings as Home
from edgekit.systems.irrigation import Settings as Zone
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.traffic import Settings as Road
from edgekit.systems.water import Settings as Meter
from tests.systems.feeds import (
    BERLIN,
    BY_DAY,
    FAULTS,
    FEEDS,
    LATE,
    NO_DAYS,
    NO_METER,
    OWN_CLOCK,
    REFILLED,
    SCALE,
    SECOND,
    START,
    UNPUBLISHED,
    Cell,
    after,
    autumn,
    coarse,
    odd,
)

MATRIX: Mapping[str, Mapping[str, Cell | str]] = {
    "air": {
        "missing": odd(co2_ppm=None),
        "stale": after(LATE, "missing"),
        "stuck": odd(co2_ppm=611.0, count=15, feed=coarse("air", HOUR_MS)),
        "out_of_range": odd(co2_ppm=90_000.0),
        "unit_flipped": odd(co2_ppm=0.06),
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": NO_DAYS,
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "building": {
        "missing": odd(co2_ppm=None),
        "stale": odd(co2_ppm=None, count=20),
        "stuck": odd(co2_ppm=611.0, count=80, feed=coarse("building", 5 * MINUTE_MS)),
        "out_of_range": odd(co2_ppm=90_000.0),
        "unit_flipped": odd(temperature_c=69.8),
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": autumn("building", Room(zone=BERLIN)),
        "rolled_over": "of its door's counter: tests/systems/test_building_entry.py",
        "meter_swapped": "of its door's counter: tests/systems/test_building_entry.py",
    },
    "crowd": {
        "missing": after(MINUTE_MS),
        "stale": after(LATE, "missing"),
        "stuck": "people may stand, and a frozen picture is named where it is seen",
        "out_of_range": SCALE,
        "unit_flipped": SCALE,
        "clock_back": after(-HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": NO_DAYS,
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "dispenser": {
        "missing": odd(present=None),
        "stale": "the sensor's last word counts for 10 min, then asking alone does",
        "stuck": odd(present=True, count=40),
        "out_of_range": Cell(odd=({"portions": 9_999},), feed=REFILLED),
        "unit_flipped": "presence and hands have no unit",
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": NO_DAYS,
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "drowsiness": {
        "missing": odd(ear=None, count=60, by="not_watching"),
        "stale": after(10 * SECOND, "missing"),
        "stuck": odd(ear=0.3, count=250),
        "out_of_range": odd(ear=500.0),
        "unit_flipped": odd(ear=30.0),
        "clock_back": after(-HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": NO_DAYS,
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "emergency": {
        "missing": odd(people=None),
        "stale": after(DAY_MS, heard_ms=START, by="stale"),
        "stuck": "as many people may be there for long",
        "out_of_range": odd(people=1e7),
        "unit_flipped": "people have no unit",
        "clock_back": after(-HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": NO_DAYS,
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "energy_recycling": {
        "missing": odd(load_kg=None),
        "stale": after(LATE, "missing"),
        "stuck": odd(load_kg=300.0, count=1800),
        "out_of_range": odd(load_kg=1e6),
        "unit_flipped": odd(load_kg=0.3),
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": "its days are those of home_energy",
        "rolled_over": "its meter is that of home_energy",
        "meter_swapped": "its meter is that of home_energy",
    },
    "fire": {
        "missing": odd(temperature_c=None),
        "stale": after(DAY_MS, heard_ms=START, by="stale"),
        "stuck": "a still room keeps its temperature; what a cut wire reads is named dead",
        "out_of_range": odd(temperature_c=5_000.0),
        "unit_flipped": odd(temperature_c=69.8),
        "clock_back": after(-HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": NO_DAYS,
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "home_energy": {
        "missing": odd(load_kw=None),
        "stale": odd(load_kw=None, count=4),
        "stuck": odd(load_kw=0.5, count=15),
        "out_of_range": odd(load_kw=1e6),
        "unit_flipped": odd(load_kw=500.0),
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": autumn("home_energy", Home(zone=BERLIN)),
        "rolled_over": Cell(odd=({"drawn_wh": 10**9 - 50}, {"drawn_wh": 40})),
        "meter_swapped": Cell(odd=({"drawn_wh": 500_000}, {"drawn_wh": 40})),
    },
    "irrigation": {
        "missing": odd(temperature_c=None),
        "stale": after(LATE, "missing"),
        "stuck": odd(temperature_c=21.0, count=150),
        "out_of_range": odd(temperature_c=-60.0),
        "unit_flipped": odd(temperature_c=69.8),
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": autumn("irrigation", Zone(zone=BERLIN)),
        "rolled_over": "rain and flow come as what went by: the bridge has the roll-over",
        "meter_swapped": "its rain and flow come as what went by, none while a board begins anew",
    },
    "noise": {
        "missing": odd(leq_db=None, max_db=None),
        "stale": after(LATE, "missing"),
        "stuck": odd(leq_db=50.0, count=4_000),
        "out_of_range": odd(leq_db=400.0, max_db=400.0),
        "unit_flipped": "a level in dB has no other unit",
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": "its windows are those of UTC",
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "street_light": {
        "missing": after(LATE, "missing"),
        "stale": odd(lux=None, present=None, count=20),
        "stuck": odd(lux=500.0, count=260, feed=BY_DAY),
        "out_of_range": odd(lux=1e9),
        "unit_flipped": "footcandles are a tenth of lux: as any dusk is",
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": "nights are the sun's; its days of energy are UTC's",
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "tariff": {
        "missing": Cell(feed=UNPUBLISHED),
        "stale": "a price is of its hour: none is older than what it is for",
        "stuck": "a price may be the same for every hour",
        "out_of_range": odd(price=1e9),
        "unit_flipped": Cell(odd=tuple({"price": -5.9 - n} for n in range(14))),
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": "its slots begin and end by UTC: tests/systems/test_tariff_sources.py",
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "temperature": {
        "missing": odd(reference_c=None, by="refused"),
        "stale": "each shot is held against the black body in it",
        "stuck": odd(reference_c=35.0, count=70, by="refused"),
        "out_of_range": odd(reference_c=50.0, by="refused"),
        "unit_flipped": odd(reference_c=95.0, by="refused"),
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": "its day is a date on which people are counted, however long",
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
    "traffic": {
        "missing": odd(total=None),
        "stale": after(LATE, "missing"),
        "stuck": odd(total=9_397, count=60, feed=replace(FEEDS["traffic"], good=3_100)),
        "out_of_range": odd(total=-5),
        "unit_flipped": "passages have no unit",
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": autumn("traffic", Road(zone=BERLIN)),
        "rolled_over": odd(total=5, feed=replace(FEEDS["traffic"], settings=Road(modulus=120))),
        "meter_swapped": odd(total=1_000_000),
    },
    "water": {
        "missing": odd(total=None),
        "stale": after(LATE, "missing"),
        "stuck": "no water may be drawn for weeks",
        "out_of_range": odd(total=-5),
        "unit_flipped": "a total in other units is another meter: it is told as swapped",
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": autumn("water", Meter(zone=BERLIN)),
        "rolled_over": Cell(odd=({"total": 9_998}, {"total": 3})),
        "meter_swapped": odd(total=4_000),
    },
    "water_leak": {
        "missing": odd(flow_m3h=None),
        "stale": after(LATE, "missing"),
        "stuck": odd(flow_m3h=50.0, count=100),
        "out_of_range": odd(flow_m3h=1e9),
        "unit_flipped": "a flow in other units is within its range: it is told as a leak",
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": after(DAY_MS, heard_ms=START),
        "clock_change": "its weekdays are learnt by UTC, which has no change",
        "rolled_over": "a home's pulses come as what was drawn: the bridge has the roll-over",
        "meter_swapped": "a home's pulses come as what was drawn, none while a board begins anew",
    },
    "water_quality": {
        "missing": odd(first=None),
        "stale": after(LATE, "missing"),
        "stuck": Cell(odd=tuple({"first": 1.5, "still": True} for _ in range(60))),
        "out_of_range": odd(first=1e6),
        "unit_flipped": odd(last=0.5),
        "clock_back": after(-3 * HOUR_MS),
        "clock_forward": OWN_CLOCK,
        "clock_change": NO_DAYS,
        "rolled_over": NO_METER,
        "meter_swapped": NO_METER,
    },
}


def told(name: str, cell: Cell) -> list[Decision]:
    """Return what a system tells after good readings and then odd ones."""
    module, feed = import_module(f"edgekit.systems.{name}"), cell.feed or FEEDS[name]
    state = module.begin(feed.settings or module.Settings())
    for reading in (*feed.first, *(feed.at(number) for number in range(feed.good))):
        state, _ = module.step(state, reading)
    found = list[Decision]()
    for number, change in enumerate(cell.odd):
        state, decisions = module.step(state, feed.at(feed.good + number, **change))
        found += decisions
    if not module.CARD.fleeting:  # and goes on after a restart in the midst of it
        assert from_json(type(state), to_json(state), settings=state.settings) == state
    return found


CELLS = [(name, fault) for name, row in MATRIX.items() for fault in row]
HANDLED = [(name, fault) for name, fault in CELLS if isinstance(MATRIX[name][fault], Cell)]


def test_every_system_has_a_row_and_every_fault_a_cell() -> None:
    assert set(MATRIX) == set(FEEDS) == set(names())
    assert {name: tuple(row) for name, row in MATRIX.items()} == dict.fromkeys(MATRIX, FAULTS)
    reasons = [cell for row in MATRIX.values() for cell in row.values() if isinstance(cell, str)]
    assert all(len(reason.split()) > 3 for reason in reasons)
    cards = [import_module(f"edgekit.systems.{name}").CARD for name in MATRIX]
    assert all(card.unknown for card in cards)  # each says what it does not know


@pytest.mark.parametrize(("name", "fault"), HANDLED)
def test_a_fault_is_named(name: str, fault: str) -> None:
    cell = MATRIX[name][fault]
    assert isinstance(cell, Cell)
    wanted = cell.by or fault
    found = told(name, cell)
    assert {wanted, f"fault.{wanted}"} & {str(one.what) for one in found}
    assert all(one.reason for one in found)
