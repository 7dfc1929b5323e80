"""The names of what can be counted, and no others."""

import re

import pytest

from edgekit.consent.measure import ALONE, MEASURES, VEHICLES
from edgekit.consent.metric import LIGHT, Metric, metrics_of
from edgekit.consent.prohibited import PRACTICES
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.view import View
from edgekit.errors import ConsentError, ProhibitedPractice
from edgekit.geometry import Line, Zone
from edgekit.records import Kind, Unit

EVERY = [
    f"{kind}.name.{what}"
    for kind, measures in MEASURES.items()
    for what in measures
    if kind not in ALONE
]


@pytest.mark.parametrize(
    ("text", "unit", "family", "counted", "cell"),
    [
        ("line.door.in", Unit.COUNT, "in", "person", ""),
        ("line.door.total", Unit.COUNT, "total", "person", ""),
        ("line.door.bus.out", Unit.COUNT, "out", "bus", ""),
        ("line.car.car.total", Unit.COUNT, "total", "car", ""),
        ("line.door.in_red", Unit.COUNT, "in_red", "person", ""),
        ("line.door.bicycle.out_red", Unit.COUNT, "out_red", "bicycle", ""),
        ("zone.square.people", Unit.PEOPLE, "people", "person", ""),
        ("zone.square.density", Unit.PEOPLE_PER_100_M2, "density", "person", ""),
        ("zone.square.queue", Unit.PEOPLE, "queue", "person", ""),
        ("zone.square.wait", Unit.WAIT_S, "wait", "person", ""),
        ("zone.square.dwell.under_30s", Unit.COUNT, "dwell", "person", "under_30s"),
        ("zone.square.heat.c4r3", Unit.COUNT, "heat", "person", "c4r3"),
        ("room.hall.people", Unit.PEOPLE, "people", "person", ""),
        (LIGHT, Unit.ILLUMINANCE_LUX, "illuminance", "person", ""),
        ("water.volume", Unit.VOLUME_ML, "volume", "person", ""),
        ("water_leak.alarm", Unit.ALARMS, "alarm", "person", ""),
        ("noise.laeq", Unit.LEVEL_DB, "laeq", "person", ""),
    ],
)
def test_a_name_is_taken_apart(text: str, unit: Unit, family: str, counted: str, cell: str) -> None:
    metric = Metric.parse(text)

    assert (metric.unit, metric.family, metric.counted, metric.cell) == (
        unit,
        family,
        counted,
        cell,
    )


def test_every_measure_has_a_name_and_the_eye_tells_it_or_what_it_is_made_of() -> None:
    assert len(EVERY) == 5 + 5 * len(VEHICLES) + 4 + 5 + 12 + 1
    for text in EVERY:
        measure = Metric.parse(text).measure
        told = [MEASURES[text.partition(".")[0]][part].kind for part in measure.made_of]
        assert text.startswith("room.") or (measure.kind is None) == bool(told)
        assert None not in told
        assert measure.kind not in (Kind.HELLO, Kind.PEOPLE)


@pytest.mark.parametrize(
    "text",
    [
        "line.door.person.in",
        "line.door.car",
        "line.door.train.in",
        "line.door.in.car",
        "line.in",
        "zone.square.wait.over_15min",
        "zone.square.dwell",
        "zone.square.dwell.over_1h",
        "zone.square.heat.c0r0",
        "zone.square.heat.c5r1",
        "zone.square.in",
        "room.hall.in",
        "room.hall",
        "light.lamp.illuminance",
        "light.illuminance.lux",
        "zone..people",
        "water",
        "water.day",
        "water.cellar.volume",
        "door.total",
        "crowd.people",
        "drowsiness.awake",
        "zone.Square.people",
    ],
)
def test_there_are_no_others(text: str) -> None:
    with pytest.raises(ConsentError, match=f"there is no metric {re.escape(repr(text))}"):
        Metric.parse(text)


@pytest.mark.parametrize("text", EVERY)
def test_a_reserved_name_wins_wherever_it_stands(text: str) -> None:
    for practice in PRACTICES[:3]:
        with pytest.raises(ProhibitedPractice):
            Metric.parse(text.replace("name", practice.name))
        with pytest.raises(ProhibitedPractice):
            Metric.parse(f"{text}.{practice.name}")


def test_a_draft_asks_for_people_and_light_alone() -> None:
    view = View(
        width=640,
        height=480,
        lines=(Line("a", (100, 100), (100, 400)),),
        zones=(Zone("z", ((10, 10), (300, 10), (300, 300))),),
        rooms=(Room(name="r", doors=(Door(line="a", inward=Way.IN),)),),
    )
    assert metrics_of(view) == (
        "line.a.in",
        "line.a.out",
        "zone.z.people",
        "room.r.people",
        "light.illuminance",
    )
