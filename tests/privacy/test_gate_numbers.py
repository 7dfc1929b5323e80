"""The gate on what is not a plain count: density, waits, cells, rooms, qualities, corrections."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.view import View
from edgekit.geometry import Ground, Line, Zone
from edgekit.privacy.gate import Gate
from edgekit.privacy.profile import people_per_100_m2, released_value, released_wait_s
from edgekit.privacy.tally import Correction, WindowTally, channel_table, sensed_for
from edgekit.records import Aggregate, EventName, Kind, Profile, QualityWord, Reason, Status, Unit

DAY_S = 86_400
START_S = 20_000 * DAY_S
ZONE = Zone("z", ((100, 100), (300, 100), (300, 300), (100, 300)))
GROUND = Ground.rectangle(
    ((100, 300), (300, 300), (300, 100), (100, 100)), width_cm=1000, depth_cm=500
)
HALL = Room(name="hall", doors=(Door(line="a", inward=Way.IN),), closes_utc_minute=22 * 60)
YARD = Room(name="yard", doors=(Door(line="b", inward=Way.IN),))
VIEW = View(
    width=640,
    height=480,
    lines=(Line("a", (400, 100), (400, 300)), Line("b", (560, 100), (560, 300))),
    zones=(ZONE,),
    ground=GROUND,
    rooms=(HALL, YARD),
)
WINDOWS = {Profile.SDC_10_5: 900, Profile.HOME: 60, Profile.LOCAL: 10}
PUBLIC = Profile.SDC_10_5


def allow(profile: Profile, *metrics: str) -> SiteAuthorisation:
    whole = draft(
        "plaza", profile=profile, view=VIEW, window_s=WINDOWS[profile], valid_from_s=START_S
    )
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs, notice_digest="")


def closed(profile: Profile, start_s: int = START_S, **fields: object) -> WindowTally:
    window_s = WINDOWS[profile]
    whole = {"values": {}, "uptime_ms": window_s * 1000, "reason": None}
    return WindowTally(start_s=start_s, window_s=window_s, **{**whole, **fields})


def released(profile: Profile, metric: str, **fields: object) -> Aggregate:
    (one,) = Gate(allow(profile, metric)).release(closed(profile, **fields))
    return one


@pytest.mark.parametrize(
    ("people", "density"), [(9, None), (10, 20), (12, 20), (13, 30), (None, None)]
)
def test_a_density_is_made_of_the_people_as_they_are_released(
    people: int | None, density: int | None
) -> None:
    one = released(PUBLIC, "zone.z.density", values={"zone.z.people": people})

    assert (one.unit, one.value) == (Unit.PEOPLE_PER_100_M2, density)
    assert (one.status is Status.GAP) == (people is None)


@given(people=st.integers(0, 500), area_m2=st.floats(1, 10_000))
def test_a_density_says_no_more_than_the_number_of_people(people: int, area_m2: float) -> None:
    one, other = (released_value(PUBLIC, n) for n in (people, people + 1))
    if one is not None and one == other:
        assert people_per_100_m2(one, area_m2) == people_per_100_m2(one, area_m2)
    if one is not None:
        assert abs(people_per_100_m2(one, area_m2) - 100 * one / area_m2) <= 0.5


@pytest.mark.parametrize(
    ("profile", "wait_s", "behind", "value"),
    [
        (PUBLIC, 64, 9, None),
        (PUBLIC, 64, 10, 60),
        (PUBLIC, 65, 10, 70),
        (PUBLIC, 0, 10, 0),
        (Profile.HOME, 64, 1, 64),
        (Profile.HOME, 64, 0, None),
    ],
)
def test_a_mean_wait_needs_people_behind_it(
    profile: Profile, wait_s: int, behind: int, value: int | None
) -> None:
    assert released_wait_s(profile, wait_s, behind=behind) == value
    name = "zone.z.wait"
    one = released(profile, name, values={name: wait_s}, behind={name: behind})
    assert (one.unit, one.value) == (Unit.WAIT_S, value)
    assert (one.reason is Reason.BELOW_THRESHOLD) == (value is None)


@pytest.mark.parametrize("profile", [PUBLIC, Profile.HOME, Profile.LOCAL])
def test_a_queue_that_nobody_left_has_no_mean_and_is_no_gap(profile: Profile) -> None:
    one = released(profile, "zone.z.wait", values={"zone.z.wait": None})
    assert (one.status, one.reason) == (Status.SUPPRESSED, Reason.BELOW_THRESHOLD)
    gap = released(profile, "zone.z.wait", uptime_ms=0, reason=Reason.PAUSED)
    assert (gap.status, gap.reason) == (Status.GAP, Reason.PAUSED)


def test_every_cell_stands_on_its_own() -> None:
    metrics = [f"zone.z.dwell.{one}" for one in ("under_30s", "30s_2min", "over_15min")]
    counts = [40, 9, 10]
    gate = Gate(allow(PUBLIC, *metrics))
    told = gate.release(closed(PUBLIC, values=dict(zip(metrics, counts, strict=True))))

    assert [one.value for one in told] == [40, None, 10]
    cell = released(PUBLIC, "zone.z.heat.c1r1", values={"zone.z.heat.c1r1": 9})
    assert cell.status is Status.SUPPRESSED


@pytest.mark.parametrize("metric", ["zone.z.queue", "room.hall.people"])
def test_queues_and_rooms_are_numbers_of_people(metric: str) -> None:
    assert released(PUBLIC, metric, values={metric: 9}).value is None
    assert released(PUBLIC, metric, values={metric: 13}).value == 15
    assert released(PUBLIC, metric, values={metric: None}).status is Status.GAP


def test_vehicles_are_suppressed_like_people() -> None:
    total = released(PUBLIC, "line.a.car.total", values={"line.a.car.in": 6, "line.a.car.out": 6})
    assert total.value == 10
    assert released(PUBLIC, "line.a.bus.in", values={"line.a.bus.in": 9}).value is None


def test_the_quality_of_the_window_is_told_of_every_number() -> None:
    for word in QualityWord:
        assert released(PUBLIC, "line.a.in", values={"line.a.in": 20}, quality=word).quality is word


def test_an_unsure_room_is_degraded_and_nothing_else_is() -> None:
    gate = Gate(allow(Profile.LOCAL, "room.hall.people", "line.a.in"))
    unsure = frozenset({"room.hall.people"})
    values = {"room.hall.people": 3, "line.a.in": 1, "line.a.out": 0}
    words = [
        one.quality for one in gate.release(closed(Profile.LOCAL, values=values, unsure=unsure))
    ]
    assert words == [QualityWord.DEGRADED, QualityWord.GOOD]
    blind = closed(Profile.LOCAL, values=values, unsure=unsure, quality=QualityWord.BLIND)
    assert {one.quality for one in gate.release(blind)} == {QualityWord.BLIND}


CORRECTIONS = (
    Correction(metric="room.hall.people", reason=Reason.BELOW_ZERO, count=2),
    Correction(metric="room.hall.people", reason=Reason.CLOSING_TIME, count=7),
)


@pytest.mark.parametrize("profile", [Profile.HOME, Profile.LOCAL])
def test_at_home_each_correction_is_told_with_its_reason_and_number(profile: Profile) -> None:
    gate = Gate(allow(profile, "room.hall.people"))

    told = gate.corrections(closed(profile, corrections=CORRECTIONS))
    assert [(one.name, one.metric, one.reason, one.count, one.t_s) for one in told] == [
        (EventName.CORRECTION, "room.hall.people", Reason.BELOW_ZERO, 2, START_S),
        (EventName.CORRECTION, "room.hall.people", Reason.CLOSING_TIME, 7, START_S),
    ]
    assert gate.corrections(closed(profile)) == ()


def test_in_public_a_room_has_one_such_event_a_day_whatever_happened() -> None:
    gate = Gate(allow(PUBLIC, "room.hall.people", "room.yard.people", "zone.z.wait"))
    for corrections in ((), CORRECTIONS):
        told = [
            event
            for start_s in range(START_S, START_S + 2 * DAY_S, 900)
            for event in gate.corrections(closed(PUBLIC, start_s, corrections=corrections))
        ]
        assert [(one.metric, one.t_s - START_S, one.reason, one.count) for one in told] == [
            ("room.hall.people", 22 * 3600 - 900, Reason.RECONCILED, None),
            ("room.yard.people", DAY_S - 900, Reason.RECONCILED, None),
            ("room.hall.people", DAY_S + 22 * 3600 - 900, Reason.RECONCILED, None),
            ("room.yard.people", 2 * DAY_S - 900, Reason.RECONCILED, None),
        ]
    no_room = Gate(allow(PUBLIC, "zone.z.wait"))
    assert no_room.corrections(closed(PUBLIC, START_S + 22 * 3600 - 900)) == ()


def test_a_room_is_sensed_by_the_ways_over_its_doors() -> None:
    table = channel_table(allow(Profile.LOCAL, "room.hall.people"))
    assert [(n, c.metric, c.kind) for n, c in table.items()] == [
        (1, "line.a.in", Kind.IN),
        (2, "line.a.out", Kind.OUT),
    ]


def test_everything_has_a_channel_of_its_own() -> None:
    metrics = (
        *(f"line.{line}.{what}" for line in "ab" for what in ("in", "car.total", "bus.out")),
        *(
            f"zone.z.{what}"
            for what in ("density", "queue", "wait", "dwell.under_30s", "heat.c4r3")
        ),
        "room.yard.people",
        "light.illuminance",
    )
    table = channel_table(allow(Profile.LOCAL, *metrics))
    told = {channel.metric for channel in table.values()}
    assert len(told) == len(table)
    assert {"line.a.car.in", "line.a.car.out", "zone.z.people", "line.b.out"} <= told
    assert "line.a.out" not in told
    assert [n for n, c in table.items() if c.metric == "zone.z.people"] == [5]
    assert [n for n, c in table.items() if c.metric == "light.illuminance"] == [6]
    assert {c.kind for c in table.values()} >= {Kind.QUEUE, Kind.WAIT, Kind.STAY, Kind.VISIT}


def test_what_a_metric_is_made_of() -> None:
    gate = Gate(allow(Profile.LOCAL, "line.a.total"))
    assert sensed_for(gate._metrics[0], VIEW) == {"line.a.in", "line.a.out"}
