"""The eye's windows and the systems' on one grid: each is alive on its own, all close together."""

from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.view import View
from edgekit.errors import PipeError
from edgekit.geometry import Line
from edgekit.privacy.message import Outage, Stop, Tick
from edgekit.privacy.sources import EYE, READ_MS, Sources
from edgekit.privacy.systems import about
from edgekit.privacy.totals import Base, Totals
from edgekit.records import Kind, Observation, Profile, QualityWord, Reason

START_S, WINDOW_S = 1_800_000_000, 60
AIR, DISPENSER, WATER = "air.aqi", "dispenser.visits", "water.volume"


def allow(*metrics: str, camera: bool = False) -> SiteAuthorisation:
    view = View(
        width=640,
        height=480,
        lines=(Line("a", (100, 400), (100, 100)),) if camera else (),
        rooms=(Room(name="hall", doors=(Door(line="a", inward=Way.IN),)),) if camera else (),
    )
    whole = draft(
        "shop",
        profile=Profile.LOCAL,
        view=view,
        window_s=WINDOW_S,
        valid_from_s=START_S - WINDOW_S,
        systems=("air", "dispenser", "water"),
        camera=camera,
    )
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs, notice_digest="")


def begin(
    *metrics: str, camera: bool = False, resume_s: int | None = None, totals: Totals | None = None
) -> Sources:
    return Sources(
        allow(*metrics, camera=camera),
        now_ms=START_S * 1000,
        totals=totals or Totals([WATER], {}),
        resume_s=resume_s,
    )


def said(
    second: float, kind: Kind, value: int = 1, channel: int = 0, flags: int = 0
) -> Observation:
    t_ms = round((START_S + second) * 1000)
    return Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, flags=flags, value=value)


def read(second: float, name: str, value: int, number: int = 1) -> Observation:
    return said(second, Kind.READING, value, about(name) + number)


def well(second: float, name: str) -> Observation:
    return said(second, Kind.HEALTH, 0, about(name))


def let_in(sources: Sources, second: float = 0) -> None:
    sources.shut(None, round((START_S + second) * 1000))
    sources.greet(said(second, Kind.HELLO))


def beat(sources: Sources, seconds: range, *names: str) -> None:
    for second in seconds:
        for name in names:
            sources.tell(name, well(second, name))
        sources.step(Tick(now_ms=(START_S + second) * 1000))


def reasons(sources: Sources, name: str) -> list[Reason | None]:
    return [one.systems[name].reason for one in sources.ripe()]


def test_a_site_without_an_eye_has_no_window_and_no_room_of_one() -> None:
    sources = begin(AIR, WATER)
    assert list(sources.channels) == ["air", "water"]
    assert sources.inside == {}
    assert list(sources.main.channels.values()) == list(sources.channels["air"].values())
    beat(sources, range(64))
    (one,) = sources.ripe()
    # There is nothing to see, and that is said as a gap.
    assert one.eye.reason is Reason.SYSTEM_DOWN
    assert (one.eye.start_s, one.eye.window_s, one.eye.uptime_ms) == (START_S, WINDOW_S, 0)
    assert (one.eye.values, one.eye.quality) == ({}, QualityWord.BLIND)


def test_a_site_with_an_eye_has_its_window_and_its_rooms_first() -> None:
    sources = Sources(
        allow("line.a.in", "room.hall.people", AIR, camera=True),
        now_ms=START_S * 1000,
        totals=Totals([], {}),
        resume_s=START_S + WINDOW_S,
        inside={"room.hall.people": 4},
    )
    assert sources.inside == {"room.hall.people": 4}
    assert sources.main.start_s == START_S + WINDOW_S
    assert {one.metric for one in sources.main.channels.values()} == {"line.a.in", "line.a.out"}
    sources.step(Tick(now_ms=(START_S + 2 * WINDOW_S + 3) * 1000))
    (one,) = sources.ripe()
    assert one.eye.start_s == one.systems["air"].start_s == START_S + WINDOW_S


def test_a_camera_that_counts_nothing_has_a_window_all_the_same() -> None:
    sources = begin(AIR, camera=True)
    assert sources.main.channels == {}


def test_windows_that_are_in_the_ledger_are_not_opened_again() -> None:
    sources = begin(AIR, resume_s=START_S - 2 * WINDOW_S)
    sources.step(Tick(now_ms=(START_S + 3) * 1000))
    found = sources.ripe()
    assert [one.systems["air"].start_s for one in found] == [START_S - 120, START_S - 60]
    assert {one.systems["air"].reason for one in found} == {Reason.SYSTEM_DOWN}


def test_a_number_of_a_system_is_in_its_window_and_told_once() -> None:
    sources = begin(AIR, DISPENSER)
    let_in(sources)
    beat(sources, range(20), "air", "dispenser")
    sources.tell("air", read(20, "air", 40))
    sources.tell("air", read(21, "air", 50))
    sources.tell("dispenser", read(21, "dispenser", 3))
    beat(sources, range(22, 64), "air", "dispenser")
    (one,) = sources.ripe()
    assert one.systems["air"].values == {AIR: 45}
    assert one.systems["dispenser"].values == {DISPENSER: 3}
    assert one.systems["air"].uptime_ms == WINDOW_S * 1000
    assert sources.ripe() == []


def test_a_system_that_falls_silent_makes_gaps_of_its_own_and_of_nothing_else() -> None:
    sources = begin(AIR, DISPENSER)
    let_in(sources)
    beat(sources, range(60), "air", "dispenser")
    beat(sources, range(60, 184), "dispenser")
    found = sources.ripe()
    assert [one.systems["air"].reason for one in found[1:]] == [Reason.STALLED] * 2
    assert [one.systems["dispenser"].reason for one in found[1:]] == [None, None]
    assert [one.systems["dispenser"].uptime_percent for one in found] == [100, 100, 100]


def test_a_window_is_ripe_when_every_source_has_closed_it() -> None:
    sources = begin(AIR, DISPENSER)
    let_in(sources)
    beat(sources, range(60), "air", "dispenser")
    sources.tell("air", well(61, "air"))
    assert sources.ripe() == []  # the dispenser may still tell of it for 3 s
    sources.tell("dispenser", well(61, "dispenser"))
    assert [one.systems["air"].start_s for one in sources.ripe()] == [START_S]


def test_windows_come_out_oldest_first() -> None:
    sources = begin(AIR, DISPENSER)
    sources.step(Tick(now_ms=(START_S + 303) * 1000))
    assert [one.eye.start_s - START_S for one in sources.ripe()] == [0, 60, 120, 180, 240]


def test_a_source_that_states_a_window_fewer_has_a_gap_there() -> None:
    sources = begin(AIR, DISPENSER)
    let_in(sources)
    beat(sources, range(60), "air", "dispenser")
    sources.tell("air", well(61, "air"))
    # Of a leap the latest 2000 windows are stated, and the dispenser is one behind.
    sources.step(Tick(now_ms=(START_S + 2_002 * WINDOW_S + 3) * 1000))
    second = sources.ripe()[1]
    assert second.systems["air"].values == {AIR: None}
    assert second.systems["air"].uptime_ms == 1_000
    gap = second.systems["dispenser"]
    assert (gap.start_s, gap.window_s, gap.values) == (START_S + WINDOW_S, WINDOW_S, {})
    assert (gap.uptime_ms, gap.reason) == (0, Reason.SYSTEM_DOWN)
    assert gap.quality is QualityWord.BLIND


def test_the_eyes_word_is_the_eyes_alone_and_its_end_is_for_all() -> None:
    sources = begin("line.a.in", AIR, camera=True)
    let_in(sources)
    sources.step(said(0, Kind.HELLO))
    for second in range(62):
        sources.step(said(second, Kind.HEARTBEAT, 15))
        sources.tell("air", well(second, "air"))
    sources.step(said(62, Kind.IN, 2, 1))
    sources.step(Outage(now_ms=(START_S + 63) * 1000, reason=Reason.NO_LEASE))
    sources.step(Stop(now_ms=(START_S + 64) * 1000, reason=Reason.STOPPED))
    first, last = sources.ripe()
    assert (first.eye.values, first.eye.uptime_percent) == ({"line.a.in": 0}, 100)
    assert first.systems["air"].uptime_percent == 100
    assert (last.eye.reason, last.systems["air"].reason) == (Reason.STOPPED, Reason.STOPPED)
    assert EYE not in last.systems


def test_a_lost_steward_is_an_outage_of_every_system_until_its_hello() -> None:
    sources = begin(AIR, DISPENSER)
    let_in(sources)
    beat(sources, range(64), "air", "dispenser")
    sources.lose(Outage(now_ms=(START_S + 64) * 1000, reason=Reason.SOURCE_LOST))
    beat(sources, range(65, 124))
    sources.ripe()
    # Nothing may be told and then may: no hello is made up for one who is not there.
    sources.shut(Reason.PAUSED, (START_S + 124) * 1000)
    sources.shut(None, (START_S + 125) * 1000)
    beat(sources, range(125, 184), "air")
    assert [one.systems["air"].reason for one in sources.ripe()] == [Reason.SOURCE_LOST]
    sources.greet(said(184, Kind.HELLO))
    beat(sources, range(184, 304), "air", "dispenser")
    assert reasons(sources, "air") == [Reason.SOURCE_LOST, None]


def test_a_pause_shuts_what_tells_of_people_and_nothing_else() -> None:
    sources = begin(AIR, DISPENSER)
    let_in(sources)
    beat(sources, range(64), "air", "dispenser")
    sources.ripe()
    sources.shut(Reason.PAUSED, (START_S + 64) * 1000)
    sources.tell("dispenser", read(70, "dispenser", 8))
    beat(sources, range(64, 124), "air", "dispenser")
    (paused,) = sources.ripe()
    assert (paused.systems["air"].reason, paused.systems["dispenser"].reason) == (
        None,
        Reason.PAUSED,
    )
    assert paused.systems["dispenser"].values == {DISPENSER: None}
    # The end of the pause lets it in again, as the steward is there.
    sources.shut(None, (START_S + 124) * 1000)
    beat(sources, range(124, 244), "air", "dispenser")
    assert reasons(sources, "dispenser") == [Reason.PAUSED, None]


def test_what_is_about_to_be_withheld_stays_so_in_every_system() -> None:
    sources = begin(AIR, DISPENSER)
    let_in(sources)
    sources.shut(Reason.NOT_AUTHORISED, (START_S + 5) * 1000)
    beat(sources, range(6, 64), "air", "dispenser")
    sources.greet(said(64, Kind.HELLO))
    beat(sources, range(65, 124), "air", "dispenser")
    found = sources.ripe()
    for name in ("air", "dispenser"):
        assert found[-1].systems[name].reason is Reason.NOT_AUTHORISED
        assert found[-1].systems[name].uptime_ms == 0


def test_a_total_is_heard_of_its_own_life_and_of_its_own_channel() -> None:
    totals = Totals([WATER], {})
    sources = begin(WATER, totals=totals)
    let_in(sources)
    sources.tell("water", read(1, "water", 500))
    assert totals.bases == {}  # nobody knows whose total it is
    sources.tell("water", said(2, Kind.LIFE, 7, about("water")))
    sources.tell("water", read(3, "water", 600))
    assert totals.bases == {WATER: Base(life=7, told=600)}
    sources.tell("water", read(4, "water", 900))
    assert totals.bases == {WATER: Base(life=7, told=600)}
    with pytest.raises(PipeError, match="does not carry it"):
        sources.tell("water", read(5, "water", 900, number=2))


def test_while_nothing_may_be_told_the_base_moves_along_and_one_reading_more() -> None:
    totals = Totals([WATER], {WATER: Base(life=7, told=100)})
    sources = begin(WATER, totals=totals)
    sources.tell("water", said(0, Kind.LIFE, 7, about("water")))
    let_in(sources)
    sources.tell("water", read(1, "water", 300))
    assert totals.bases[WATER].told == 100
    sources.shut(Reason.NOT_AUTHORISED, (START_S + 2) * 1000)
    sources.tell("water", read(3, "water", 400))
    assert totals.bases[WATER].told == 400
    sources.shut(None, (START_S + 4) * 1000)
    last_ms = (START_S + 4) * 1000 + READ_MS
    sources.tell("water", replace(read(0, "water", 500), t_ms=last_ms - 1))
    assert totals.bases[WATER].told == 500
    sources.tell("water", replace(read(0, "water", 600), t_ms=last_ms))
    assert totals.bases[WATER].told == 500
    # Shut again for the same reason twice: the second word changes nothing.
    sources.shut(None, (START_S + 60) * 1000)
    sources.tell("water", read(61, "water", 700))
    assert totals.bases[WATER].told == 500
