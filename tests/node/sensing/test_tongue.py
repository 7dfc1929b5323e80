"""What the eye may say of what it saw: only what somebody authorised."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.config import Settings
from edgekit.consent.room import Door, Room, Way
from edgekit.frames import Detections
from edgekit.geometry import Ground
from edgekit.node.pipe import NODE_KINDS, VALUE_LIMITS
from edgekit.node.sensing.sight import _detector
from edgekit.node.sensing.tongue import Glance, Tongue
from edgekit.node.site import Site
from edgekit.perception.dwell import Stay
from edgekit.perception.motion import MotionDetector
from edgekit.perception.scene import SceneStep
from edgekit.perception.zone import ZoneStep
from edgekit.privacy.tally import channel_table
from edgekit.records import Health, Kind, Quality
from edgekit.testing.plaza import PlazaSource

if TYPE_CHECKING:
    from tests.node.conftest import Places

METRICS = ("line.door.in", "line.door.out", "zone.square.people", "light.illuminance")


@pytest.fixture(scope="module")
def site(many: "Places") -> Site:
    place = many.make()
    settings = Settings.load(place.settings)
    return Site(
        settings=settings, authorisation=place.authorisation, organisation="o", authority="self"
    )


def only(site: Site, wanted: set[str]) -> Site:
    """The site with fewer authorised outputs."""
    outputs = tuple(one for one in site.authorisation.outputs if one.metric in wanted)
    allowed = replace(site.authorisation, outputs=outputs, notice_digest="")
    return replace(site, authorisation=allowed)


def seen(came: int, went: int, people: int = 3) -> SceneStep:
    return SceneStep(
        t_ms=0,
        people=people,
        crossings=((0, 0, came, went),),
        occupancy=(people,),
        zones=(ZoneStep(people=people),),
        illuminance_lux=250,
        health=Health.GOOD,
        quality=Quality.GOOD,
        detections=Detections(
            xyxy=np.empty((0, 4), np.float32),
            confidence=np.empty(0, np.float32),
            class_id=np.empty(0, np.int64),
        ),
        tracks=(),
    )


def metrics(site: Site, glance: Glance) -> set[str]:
    table = channel_table(site.authorisation)
    said = [*glance.passages, *glance.levels]
    assert all(kind in NODE_KINDS for channel, kind, _ in said if channel == 0)
    assert all(kind is table[channel].kind for channel, kind, _ in said if channel)
    return {table[channel].metric for channel, _, _ in said if channel}


@given(st.sets(st.sampled_from(METRICS), min_size=1), st.integers(1, 9), st.integers(1, 9))
def test_only_authorised_metrics_are_said(
    site: Site, wanted: set[str], came: int, went: int
) -> None:
    allowed = only(site, wanted)

    assert metrics(allowed, Tongue(allowed).glance(seen(came, went))) == wanted


def test_nothing_is_said_of_a_line_that_nobody_crossed(site: Site) -> None:
    glance = Tongue(site).glance(seen(0, 2))

    assert [(kind, value) for _, kind, value in glance.passages] == [(Kind.OUT, 2)]
    assert (0, Kind.PEOPLE, 3) in glance.levels
    assert glance.health is Health.GOOD


def test_calibrated_people_are_handed_to_the_detector(site: Site) -> None:
    camera = replace(site.settings.camera, stature=((450.0, 190.0), (220.0, 70.0)))
    calibrated = replace(site, settings=replace(site.settings, camera=camera))
    source = PlazaSource(clock_ms=lambda: 0, seconds=1, realtime=False)

    found = _detector(calibrated, Path())(source)

    learning = _detector(site, Path())(source)
    assert isinstance(learning, MotionDetector)
    assert learning.stature is None
    assert isinstance(found, MotionDetector)
    assert found.stature is not None
    assert found.stature.height(450) == pytest.approx(190)
    assert found.stature.height(220) == pytest.approx(70)


GROUND = Ground.rectangle(
    ((60, 470), (580, 470), (400, 200), (250, 200)), width_cm=400, depth_cm=900
)
HALL = Room(name="hall", doors=(Door(line="door", inward=Way.IN),))


def allowing(site: Site, *metrics: str) -> Site:
    view = replace(site.authorisation.view, ground=GROUND, rooms=(HALL,))
    outputs = tuple(replace(site.authorisation.outputs[0], metric=metric) for metric in metrics)
    allowed = replace(site.authorisation, view=view, outputs=outputs, notice_digest="")
    return replace(site, authorisation=allowed)


BUSY = replace(
    seen(1, 2),
    crossings=((0, 0, 1, 2), (0, 1, 3, 0), (0, 7, 0, 4), (0, 16, 9, 9)),
    zones=(
        ZoneStep(
            people=5,
            queue=4,
            stays=(Stay(dwell_ms=29_999), Stay(dwell_ms=1_000), Stay(dwell_ms=900_000)),
            waits=(31_000, 0, 10**12),
            visited=(0, 0, 11),
        ),
    ),
    quality=Quality.DEGRADED,
)


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("line.door.in", [("line.door.in", Kind.IN, 1)]),
        ("line.door.bicycle.in", [("line.door.bicycle.in", Kind.IN, 3)]),
        ("line.door.truck.total", [("line.door.truck.out", Kind.OUT, 4)]),
        ("line.door.bus.total", []),
        ("room.hall.people", [("line.door.in", Kind.IN, 1), ("line.door.out", Kind.OUT, 2)]),
        ("zone.square.dwell.under_30s", [("zone.square.dwell.under_30s", Kind.STAY, 2)]),
        ("zone.square.dwell.over_15min", [("zone.square.dwell.over_15min", Kind.STAY, 1)]),
        ("zone.square.dwell.30s_2min", []),
        ("zone.square.heat.c1r1", [("zone.square.heat.c1r1", Kind.VISIT, 2)]),
        ("zone.square.heat.c4r3", [("zone.square.heat.c4r3", Kind.VISIT, 1)]),
        (
            "zone.square.wait",
            [("zone.square.wait", Kind.WAIT, wait) for wait in (31_000, 0, 86_400_000)],
        ),
        ("zone.square.queue", [("zone.square.queue", Kind.QUEUE, 4)]),
        ("zone.square.density", [("zone.square.people", Kind.OCCUPANCY, 5)]),
    ],
)
def test_each_number_goes_where_it_is_allowed_and_nowhere_else(
    site: Site, metric: str, said: list[tuple[str, Kind, int]]
) -> None:
    allowed = allowing(site, metric)
    table = channel_table(allowed.authorisation)
    glance = Tongue(allowed).glance(BUSY)

    told = [*glance.passages, *(level for level in glance.levels if level[0])]
    assert [(table[n].metric, kind, value) for n, kind, value in told] == said
    assert all(table[n].kind is kind for n, kind, _ in told)
    assert glance.quality is Quality.DEGRADED
    assert all(VALUE_LIMITS[kind][0] <= value <= VALUE_LIMITS[kind][1] for _, kind, value in told)
