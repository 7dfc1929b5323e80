"""What can be measured is one table: every line of it, and nothing beside it."""

import sys
from importlib import import_module
from types import ModuleType

import pytest

import edgekit.consent
from edgekit.consent.sensitivity import Sensitivity
from edgekit.consent.systems import SYSTEMS
from edgekit.records import Kind, Unit

NAME = "edgekit.consent.measure"


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module as it is made anew, while everybody else goes on with the one that was there."""
    monkeypatch.setattr(edgekit.consent, "measure", sys.modules[NAME])
    monkeypatch.delitem(sys.modules, NAME)
    return import_module(NAME)


def test_a_line_has_each_way_and_both_of_people_and_of_each_vehicle(measure: ModuleType) -> None:
    ways = {}
    for who in ("", "bicycle.", "car.", "motorcycle.", "bus.", "truck."):
        ways[f"{who}in"] = measure.Measure(unit=Unit.COUNT, kind=Kind.IN)
        ways[f"{who}out"] = measure.Measure(unit=Unit.COUNT, kind=Kind.OUT)
        both = (f"{who}in", f"{who}out")
        ways[f"{who}total"] = measure.Measure(unit=Unit.COUNT, made_of=both)
        for way in ("in", "out"):
            red = measure.Measure(unit=Unit.COUNT, made_of=(f"{who}{way}",))
            ways[f"{who}{way}_red"] = red
    assert measure.MEASURES["line"] == ways
    assert list(measure.MEASURES["line"]) == list(ways)


def test_a_zone_has_people_queues_waits_stays_and_visits(measure: ModuleType) -> None:
    zone = measure.MEASURES["zone"]
    cells = [f"heat.c{x}r{y}" for y in (1, 2, 3) for x in (1, 2, 3, 4)]
    dwell = [name for name in zone if name.startswith("dwell.")]
    assert list(zone) == ["people", "density", "queue", "wait", *dwell, *cells]
    assert len(dwell) == 5
    assert zone["people"] == measure.Measure(unit=Unit.PEOPLE, kind=Kind.OCCUPANCY)
    assert zone["density"] == measure.Measure(unit=Unit.PEOPLE_PER_100_M2, made_of=("people",))
    assert zone["queue"] == measure.Measure(unit=Unit.PEOPLE, kind=Kind.QUEUE)
    assert zone["wait"] == measure.Measure(unit=Unit.WAIT_S, kind=Kind.WAIT)
    assert {zone[name] for name in dwell} == {measure.Measure(unit=Unit.COUNT, kind=Kind.STAY)}
    assert {zone[name] for name in cells} == {measure.Measure(unit=Unit.COUNT, kind=Kind.VISIT)}
    assert "dwell.under_30s" in dwell


def test_a_room_has_people_and_light_is_light(measure: ModuleType) -> None:
    alone = {"light", *SYSTEMS}
    assert alone == measure.ALONE
    assert measure.MEASURES.keys() == {"line", "zone", "room", *alone}
    assert measure.MEASURES["room"] == {"people": measure.Measure(unit=Unit.PEOPLE)}
    lux = measure.Measure(
        unit=Unit.ILLUMINANCE_LUX,
        kind=Kind.ILLUMINANCE,
        sensitivity=Sensitivity.ENVIRONMENT,
        round_to=10,
    )
    assert measure.MEASURES["light"] == {"illuminance": lux}
