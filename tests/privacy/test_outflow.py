"""What leaves of closed windows: totals as what they moved by, each number by whom it is about."""

from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.metric import Metric
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.view import View
from edgekit.errors import ConsentError, ReleaseError
from edgekit.geometry import Line
from edgekit.privacy.gate import Gate
from edgekit.privacy.outflow import Outflow
from edgekit.privacy.profile import released_of
from edgekit.privacy.sources import Gathered
from edgekit.privacy.tally import Channel, Correction, WindowTally
from edgekit.privacy.totals import Base, Totals
from edgekit.records import Aggregate, Event, EventName, Profile, Reason, Status, Unit

START_S = 1_800_000_000
VOLUME, LINE, HALL = "water.volume", "line.a.in", "room.hall.people"
VIEW = View(
    width=640,
    height=480,
    lines=(Line("a", (100, 400), (100, 100)),),
    rooms=(Room(name="hall", doors=(Door(line="a", inward=Way.IN),)),),
)


def allow(*metrics: str, profile: Profile = Profile.LOCAL) -> SiteAuthorisation:
    whole = draft(
        "shop",
        profile=profile,
        view=VIEW,
        window_s=900,
        valid_from_s=START_S,
        systems=("air", "water", "dispenser", "fire"),
    )
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs, notice_digest="")


def closed(number: int = 0, **values: int | None) -> WindowTally:
    return WindowTally(
        start_s=START_S + 900 * number,
        window_s=900,
        values={name.replace("__", "."): value for name, value in values.items()},
        uptime_ms=900_000,
        reason=None,
    )


def refuse(_: int) -> int:
    raise AssertionError("randomness was asked for, and this profile has no noise")


def values(releases: list[Aggregate | Event]) -> list[tuple[str | None, int | None]]:
    return [(one.metric, one.value) for one in releases if isinstance(one, Aggregate)]


def test_a_total_leaves_as_what_it_moved_by_and_is_settled_at_once() -> None:
    site = allow(LINE, VOLUME)
    totals = Totals([VOLUME], {VOLUME: Base(life=7, told=1_000)})
    flow = Outflow(site, Gate(site), refuse, totals)
    windows = [
        Gathered(
            eye=closed(number, line__a__in=3, water__volume=99_999),
            systems={"water": closed(number, water__volume=total)},
        )
        for number, total in enumerate((1_200, 1_500))
    ]
    releases = flow.turn(windows, START_S + 1_800)
    assert values(releases) == [(LINE, 3), (VOLUME, 200), (LINE, 3), (VOLUME, 300)]
    assert totals.bases == {VOLUME: Base(life=7, told=1_500)}


def test_without_totals_of_its_own_a_flow_has_none() -> None:
    site = allow(LINE, VOLUME)
    flow = Outflow(site, Gate(site), refuse)
    one = Gathered(eye=closed(line__a__in=3), systems={"water": closed(water__volume=50)})
    assert values(flow.turn([one], START_S + 900)) == [(LINE, 3), (VOLUME, 50)]


def test_corrections_stand_after_the_numbers_of_their_window() -> None:
    site = allow(LINE, HALL)
    flow = Outflow(site, Gate(site), refuse)
    set_right = Correction(metric=HALL, reason=Reason.MAX_DWELL, count=2)
    first = replace(closed(0, line__a__in=1, room__hall__people=4), corrections=(set_right,))
    second = closed(1, line__a__in=2, room__hall__people=5)
    both = [Gathered(eye=one, systems={}) for one in (first, second)]
    told = [
        one.count if isinstance(one, Event) else one.value
        for one in flow.turn(both, START_S + 1_800)
    ]
    assert told == [1, 4, 2, 2, 5]


def test_a_profile_without_noise_draws_none_and_needs_none() -> None:
    site = allow(LINE, profile=Profile.SDC_10_5)
    flow = Outflow(site, Gate(site), refuse)
    assert flow.turn([], START_S) == []
    releases = flow.turn([Gathered(eye=closed(line__a__in=20), systems={})], START_S + 900)
    assert values(releases) == [(LINE, 20)]


def test_a_systems_own_window_is_its_number_and_its_gap() -> None:
    gate = Gate(allow(LINE, "air.aqi"))
    eye = closed(line__a__in=3, air__aqi=77)
    line, air = gate.release(eye, systems={"air": closed(air__aqi=40)})
    assert (line.value, air.value) == (3, 40)
    lost = replace(closed(air__aqi=40), uptime_ms=0, reason=Reason.SOURCE_LOST)
    line, air = gate.release(eye, None, {"air": lost})
    assert (line.status, air.status, air.reason) == (
        Status.RELEASED,
        Status.GAP,
        Reason.SOURCE_LOST,
    )
    assert (line.uptime_percent, air.uptime_percent) == (100, 0)


def test_a_number_that_nobody_said_is_a_sensors_fault_and_an_eyes_a_stall() -> None:
    gate = Gate(allow(LINE, "air.aqi"))
    line, air = gate.release(closed())
    assert [(one.status, one.reason) for one in (line, air)] == [
        (Status.GAP, Reason.STALLED),
        (Status.GAP, Reason.SENSOR_FAULT),
    ]


def test_a_window_of_another_grid_is_told_the_authorised_one() -> None:
    odd = WindowTally(start_s=START_S, window_s=60, values={}, uptime_ms=0, reason=None)
    with pytest.raises(ReleaseError) as refused:
        Gate(allow(LINE)).release(odd)
    assert str(refused.value) == "window of 60 s: 900 s are authorised"


@pytest.mark.parametrize("profile", [Profile.LOCAL, Profile.SDC_10_5])
def test_an_alarm_is_of_an_authorised_number_or_of_none(profile: Profile) -> None:
    gate = Gate(allow(LINE, "fire.alarm", profile=profile))
    assert gate.event(EventName.ALARM, START_S + 901, Reason.STALLED, metric="fire.alarm") == Event(
        name=EventName.ALARM,
        t_s=START_S + 900,
        reason=Reason.STALLED,
        profile=profile,
        digest=None,
        metric="fire.alarm",
    )
    assert gate.event(EventName.PAUSE, START_S + 899).metric is None
    with pytest.raises(ConsentError, match=r"air\.aqi"):
        gate.event(EventName.ALARM, START_S, metric="air.aqi")


@pytest.mark.parametrize(
    ("profile", "metric", "value", "told"),
    [
        (Profile.SDC_10_5, "dispenser.visits", 9, None),
        (Profile.SDC_10_5, "dispenser.visits", 13, 15),
        (Profile.DP, "dispenser.visits", 500, None),
        (Profile.BANDS, "dispenser.visits", 500, None),
        (Profile.BANDS, LINE, 500, 320),
        (Profile.HOME, "dispenser.visits", 1, 1),
        (Profile.SDC_10_5, VOLUME, 10_000, None),
        (Profile.HOME, VOLUME, 10_001, 10_001),
        (Profile.SDC_10_5, "water.faults", 0, 0),
        (Profile.SDC_10_5, "water.faults", 1, 1),
        (Profile.SDC_10_5, "water.faults", 2, 1),
        (Profile.LOCAL, "water.faults", 7, 7),
        (Profile.SDC_10_5, "dispenser.stock", 44, 40),
        (Profile.SDC_10_5, "air.aqi", 43, 45),
        (Profile.DP, "light.illuminance", 123, 120),
    ],
)
def test_what_leaves_of_a_number_is_by_whom_it_is_about(
    profile: Profile, metric: str, value: int, told: int | None
) -> None:
    assert released_of(profile, Metric.parse(metric).measure, value) == told


def test_a_channel_has_the_unit_of_its_measure_and_what_is_computed_has_none() -> None:
    assert (Channel.of(LINE).unit, Channel.of(VOLUME).unit) == (Unit.COUNT, Unit.VOLUME_ML)
