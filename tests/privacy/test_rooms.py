"""Rooms in step with windows: means, gaps where nothing is known, nothing that is discarded."""

from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.view import View
from edgekit.geometry import Line
from edgekit.privacy.message import Discard, Message, Outage, Stop, Tick
from edgekit.privacy.rooms import RoomsState, begin, known_since_s, step
from edgekit.privacy.tally import Correction, WindowTally
from edgekit.records import Fault, Kind, Observation, Profile, QualityWord, Reason

WINDOW_S = 10
START_S = 1_000_000_000
START_MS = START_S * 1000
DOOR, BACK = Line("door", (100, 400), (100, 100)), Line("back", (500, 100), (500, 400))
HALL = Room(
    name="hall",
    doors=(Door(line="door", inward=Way.IN), Door(line="back", inward=Way.OUT)),
    max_dwell_min=60,
)
METRIC = "room.hall.people"
DOOR_IN, DOOR_OUT, BACK_IN, BACK_OUT = 1, 2, 3, 4


def site(room: Room = HALL) -> SiteAuthorisation:
    view = View(width=640, height=480, lines=(DOOR, BACK), rooms=(room,))
    whole = draft("s", profile=Profile.LOCAL, view=view, window_s=WINDOW_S, valid_from_s=0)
    (output,) = (one for one in whole.outputs if one.metric == METRIC)
    return replace(whole, outputs=(output,), notice_digest="")


def seen(t_s: float, kind: Kind, value: int = 1, channel: int = 0) -> Observation:
    t_ms = START_MS + round(t_s * 1000)
    return Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value)


def beats(from_s: int, to_s: int) -> list[Message]:
    return [seen(s, Kind.HEARTBEAT, 15) for s in range(from_s, to_s + 1)]


def run(state: RoomsState, *messages: Message) -> tuple[RoomsState, list[WindowTally]]:
    closed: list[WindowTally] = []
    for message in messages:
        state, more = step(state, message)
        closed += more
    return state, closed


def known(inside: int = 0, room: Room = HALL) -> RoomsState:
    """A room that had so many released a moment ago, seen since the window began."""
    state = begin(site(room), now_ms=START_MS, inside={METRIC: inside})
    return run(state, seen(0, Kind.HELLO))[0]


def values(tallies: list[WindowTally]) -> list[int | None]:
    return [tally.values[METRIC] for tally in tallies]


def test_only_the_doors_of_an_authorised_room_are_sensed() -> None:
    assert [c.metric for c in known().window.channels.values()] == [
        "line.door.in",
        "line.door.out",
        "line.back.in",
        "line.back.out",
    ]


def test_both_doors_lead_in_and_out() -> None:
    state, _ = run(
        known(),
        *beats(0, 1),
        seen(1.1, Kind.IN, 5, DOOR_IN),
        seen(1.2, Kind.OUT, 3, BACK_OUT),
        seen(1.3, Kind.OUT, 1, DOOR_OUT),
        seen(1.4, Kind.IN, 2, BACK_IN),
    )
    assert state.inside == {METRIC: 5}


def test_the_number_is_the_mean_of_what_was_inside() -> None:
    state, closed = run(known(), *beats(0, 4), seen(4.5, Kind.IN, 4, DOOR_IN), *beats(5, 9))
    state, closed = run(state, *beats(10, 20))

    assert values(closed) == [2, 4]
    assert [tally.corrections for tally in closed] == [(), ()]


def test_a_room_of_which_nothing_is_known_begins_with_a_gap() -> None:
    state = begin(site(), now_ms=START_MS)
    state, closed = run(state, seen(0, Kind.HELLO), *beats(0, 2), seen(2.5, Kind.IN, 3, DOOR_IN))
    state, closed = run(state, *beats(3, 30))

    assert values(closed) == [None, 3, 3]
    assert closed[0].reason is Reason.STARTED
    assert [tally.unsure for tally in closed[1:]] == [{METRIC}] * 2


def test_windows_that_nobody_saw_do_not_make_a_room_known() -> None:
    state = begin(site(), now_ms=START_MS + 1_000, resume_s=START_S - 20)
    state, closed = run(state, seen(1.5, Kind.HELLO), *beats(2, 20))

    assert values(closed) == [None, None, None, 0]
    assert [tally.uptime_ms > 0 for tally in closed] == [False, False, True, True]


def test_what_was_released_is_where_it_goes_on_from() -> None:
    _, closed = run(known(40), *beats(0, 10))

    assert values(closed) == [40]
    assert closed[0].unsure == {METRIC}


def test_each_correction_stands_in_its_window() -> None:
    _, closed = run(known(), *beats(0, 1), seen(1.5, Kind.OUT, 2, DOOR_OUT), *beats(2, 20))

    assert closed[0].corrections == (Correction(metric=METRIC, reason=Reason.BELOW_ZERO, count=2),)
    assert closed[1].corrections == ()
    assert values(closed) == [0, 0]


def test_closing_time_empties_the_room_within_its_window() -> None:
    minute = (START_S + 60) % 86_400 // 60
    closing_s = 86_400 + minute * 60 - START_S % 86_400
    closing_s -= 86_400 * (closing_s > 86_400)
    _, closed = run(known(3, replace(HALL, closes_utc_minute=minute)), *beats(0, closing_s + 20))

    assert values(closed)[0] == 3
    assert values(closed)[-1] == 0
    told = [(tally.start_s - START_S, tally.corrections) for tally in closed if tally.corrections]
    at_s, corrections = told[0]
    assert len(told) == 1
    assert at_s <= closing_s <= at_s + WINDOW_S
    assert corrections == (Correction(metric=METRIC, reason=Reason.CLOSING_TIME, count=3),)
    assert not closed[-1].unsure


def test_after_a_long_stay_people_are_taken_out() -> None:
    state, _ = run(known(7, replace(HALL, max_dwell_min=1)), *beats(0, 200))

    assert state.inside == {METRIC: 0}


def closed_just_now() -> RoomsState:
    """A room that is known to be empty since its closing time, some 70 s after the start."""
    minute = START_S % 86_400 // 60 + 1
    state = known(0, replace(HALL, closes_utc_minute=minute))
    state, _ = run(state, *beats(0, 70))
    assert not state.rooms[METRIC].unsure
    return state


def test_while_the_eye_is_away_the_number_stays_and_becomes_unsure() -> None:
    state, _ = run(closed_just_now(), seen(71, Kind.IN, 2, DOOR_IN), *beats(72, 73))
    state, _ = run(state, seen(74, Kind.FAULT, Fault.SOURCE_LOST))
    state, closed = run(
        state, Tick(now_ms=START_MS + 85_000), seen(86, Kind.HELLO), *beats(86, 101)
    )

    assert state.inside == {METRIC: 2}
    assert values(closed) == [1, 2, 2]
    assert [tally.unsure for tally in closed] == [frozenset(), {METRIC}, {METRIC}]


def test_a_short_restart_of_the_eye_is_borne() -> None:
    state, _ = run(closed_just_now(), seen(72, Kind.HELLO, 2), *beats(73, 80))
    state, _ = run(state, Outage(now_ms=START_MS + 80_500, reason=Reason.EYE_RESTARTED))
    state, closed = run(state, seen(82, Kind.HELLO, 3), *beats(83, 100))

    assert not closed[-1].unsure
    assert 0 < state.rooms[METRIC].unseen_ms < 10_000


@pytest.mark.parametrize("before", [True, False])
def test_a_discarded_window_takes_its_passages_back(before: bool) -> None:
    state, _ = run(known(5), *beats(0, 11))
    state, _ = run(state, seen(11.2, Kind.IN, 3, DOOR_IN), seen(11.3, Kind.OUT, 9, DOOR_OUT))
    if before:
        state, closed = run(state, Discard(now_ms=START_MS + 12_000, reason=Reason.PIPE_BROKEN))
    else:  # the time leaps over the end of the window and back
        state, closed = run(state, Tick(now_ms=START_MS - 3_600_000))
    assert (closed, state.inside) == ([], {METRIC: 5})

    base = 13 if before else -3_599
    state, _ = run(state, seen(base, Kind.HELLO, 2), seen(base + 0.5, Kind.IN, 2, DOOR_IN))
    # Nothing of what is left of that window counts either.
    assert state.inside == {METRIC: 5}
    assert state.rooms[METRIC].unsure


def test_a_discard_after_the_end_of_a_window_spares_it() -> None:
    state, _ = run(known(5), *beats(0, 9), seen(9.5, Kind.IN, 3, DOOR_IN))
    state, closed = run(state, Discard(now_ms=START_MS + 10_500, reason=Reason.PIPE_BROKEN))

    assert (values(closed), state.inside) == ([5], {METRIC: 8})
    state, closed = run(state, Discard(now_ms=START_MS + 11_000, reason=Reason.PIPE_BROKEN))
    assert state.inside == {METRIC: 8}


def test_a_stopped_window_has_no_number() -> None:
    stop = Stop(now_ms=START_MS + 5_000, reason=Reason.STOPPED)
    _, closed = run(known(5), *beats(0, 4), stop)

    assert values(closed) == [None]
    assert closed[0].quality is QualityWord.BLIND


def test_how_far_back_a_number_says_who_is_inside() -> None:
    assert known_since_s(site(), START_MS) == {METRIC: START_S - 3600}


def test_without_rooms_nothing_changes() -> None:
    whole = site()
    light = replace(whole.outputs[0], metric="light.illuminance")
    state = begin(replace(whole, outputs=(light,), notice_digest=""), now_ms=START_MS)
    state, closed = run(state, seen(0, Kind.HELLO), *beats(0, 10))

    assert [tally.values for tally in closed] == [{"light.illuminance": None}]
    assert state.inside == {}
